/**
 * Salvaging: reading what is sound before the first damage, of a store that does not open otherwise.
 *
 * It goes forward from the first segment, because the way back from the newest one leads through
 * the damage; and it scans, because an index run would lead past damage that it knows nothing of.
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import { followChain } from "./chain.ts";
import { readMarks } from "./claims/claim_reader.ts";
import { loadLast, loadWhole, logOf, pointOf, unindexed } from "./load_log.ts";
import type { Log } from "./log.ts";
import { openToRead } from "./open_to_read.ts";
import { baseOf } from "./opening.ts";
import { manifestHere } from "./newest_manifest.ts";
import type { Settings } from "./options.ts";
import { type EpochMark, markedEnd, marksOf, missingSegment, standing } from "./recovery.ts";
import { judgeEnd } from "./segment_end.ts";
import { scanStart, type SegmentHeader } from "./format/segment.ts";
import { noControl, refuseWrite, type Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import { foundSegments } from "./survey.ts";

/** Opens what is sound of a store, as it is now. Faults are thrown; damage is observed. */
export async function openSalvaging(storage: StoragePort, settings: Settings): Promise<Session> {
  return await openToRead(storage, settings, async ({ places, files, names, identity }) => {
    const marks = marksOf(await readMarks(storage));
    const listed = await places.list();
    const floor = listed.manifest.floor.segment;
    const found = await foundSegments(files, listed.names, identity);
    const { sound: headers, damage } = followChain(found, floor, listed.damaged);
    const { base } = baseOf(storage, settings, identity, files, places);
    const log = logOf(base, unindexed(headers));
    places.follow(() => log.manifest);
    const first = await load(log, headers, marks) ?? damage ??
      missingAmong(log, marks, floor);
    log.manifest = await manifestHere(log, names);
    if (first) settings.observe({ _tag: "Damaged", fault: first });
    return {
      log,
      refresh: () => Promise.resolve(),
      moveOn: () => Promise.resolve(),
      // Nothing comes after what was found.
      watch: () => () => undefined,
      append: refuseWrite,
      control: noControl,
      knownHash: () => undefined,
      close: files.close,
    };
  });
}

/** Loads segments up to the first damage, which it gives. */
async function load(
  log: Log,
  headers: ReadonlyArray<SegmentHeader>,
  marks: ReadonlyArray<EpochMark>,
): Promise<Corrupt | undefined> {
  for (const [at, header] of headers.entries()) {
    const successor = headers[at + 1];
    const { state, damage } = successor
      ? await loadWhole(log, header, successor)
      : await loadEnd(log, header, marks);
    log.readable = pointOf(header.number, state);
    log.flushed = log.readable;
    if (damage) return damage;
  }
  return undefined;
}

async function loadEnd(
  log: Log,
  header: SegmentHeader,
  marks: ReadonlyArray<EpochMark>,
): ReturnType<typeof loadWhole> {
  const { state } = await loadLast(log, header, scanStart(header), markedEnd(marks, header));
  const neighbours = { successor: undefined, marks };
  const { damage } = await judgeEnd(log.files, header, { state, hashed: [] }, neighbours);
  return { state, damage };
}

function missingAmong(
  log: Log,
  marks: ReadonlyArray<EpochMark>,
  floor: number,
): Corrupt | undefined {
  const newest = log.segments.get(Math.max(...log.segments.keys()));
  return missingSegment(
    standing(marks, newest),
    floor,
    ({ number, epoch }) => log.segments.get(number)?.epoch === epoch,
  );
}
