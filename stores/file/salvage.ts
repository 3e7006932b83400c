/**
 * Salvaging: reading what is sound before the first damage, of a store that does not open otherwise.
 *
 * It goes forward from the first segment, because the way back from the newest one leads through
 * the damage; and it scans, because an index run would lead past damage that it knows nothing of.
 *
 * @module
 */
import type { Corrupt, Fault } from "../../src/fault.ts";
import { FaultError } from "../../src/run.ts";
import { newestFirst, type SegmentId } from "./chain.ts";
import { readMarks } from "./claims/claim_reader.ts";
import { type Files, filesOf } from "./files.ts";
import { parseName, segmentName } from "./format/layout.ts";
import { loadLast, loadWhole, logOf, pointOf } from "./load_log.ts";
import type { Log } from "./log.ts";
import { baseOf, failMissing, isStore } from "./opening.ts";
import { newestManifest } from "./newest_manifest.ts";
import type { Settings } from "./options.ts";
import { damageAtEnd, type EpochMark, markedEnd, marksOf, missingSegment } from "./recovery.ts";
import { lookBehindEnd } from "./scan.ts";
import { scanStart, type SegmentHeader } from "./format/segment.ts";
import { noControl, refuseWrite, type Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import type { StoreIdentity } from "./format/store_file.ts";
import { headerOf, readIdentity } from "./survey.ts";

/** Opens what is sound of a store, as it is now. Faults are thrown; damage is observed. */
export async function openSalvaging(storage: StoragePort, settings: Settings): Promise<Session> {
  const files = filesOf(storage, settings.filesOpenMax);
  try {
    const names = await storage.list();
    if (!isStore(names)) return failMissing(storage);
    const identity = await readIdentity(storage, files);
    if (typeof identity === "string") return failMissing(storage);
    const marks = marksOf(await readMarks(storage));
    const { headers, damage } = await soundHeaders(files, names, identity);
    const { base } = baseOf(storage, settings, identity, files);
    const log = logOf(base, { runs: [], headers, covered: undefined, strays: [] }, names);
    const first = await load(log, headers, marks) ?? damage ?? missingAmong(log, marks);
    log.manifest = await newestManifest(log);
    if (first) settings.observe({ _tag: "Damaged", fault: first });
    return {
      log,
      refresh: () => Promise.resolve(),
      // Nothing comes after what was found.
      watch: () => () => undefined,
      append: refuseWrite,
      control: noControl,
      close: files.close,
    };
  } catch (thrown) {
    await files.close();
    throw thrown;
  }
}

interface SoundHeaders {
  /** The chain from the first segment on. */
  readonly headers: ReadonlyArray<SegmentHeader>;
  /** Why it does not go on, if that is damage. */
  readonly damage: Corrupt | undefined;
}

/** Follows the chain forward: of the segments that name the last one, the newest goes on. */
async function soundHeaders(
  files: Files,
  names: ReadonlyArray<string>,
  identity: StoreIdentity,
): Promise<SoundHeaders> {
  const headers: SegmentHeader[] = [];
  const segments = names.map(parseName)
    .flatMap((file) => file?.kind === "segment" ? [file] : [])
    .sort(newestFirst);
  for (;;) {
    const last = headers[headers.length - 1];
    const following = segments.filter(({ number }) => number === headers.length + 1);
    let next: SegmentHeader | undefined;
    let damage: Corrupt | undefined;
    for (const segment of following) {
      const header = await headerOr(files, segment, identity);
      if ("_tag" in header) damage ??= header;
      else if (header.previous?.epoch === last?.epoch) next ??= header;
    }
    if (!next) return { headers, damage };
    headers.push(next);
  }
}

async function headerOr(
  files: Files,
  segment: SegmentId,
  identity: StoreIdentity,
): Promise<SegmentHeader | Corrupt> {
  try {
    const header = await headerOf(files, segment, identity);
    if (header !== "unfinished") return header;
    const file = segmentName(segment.number, segment.epoch);
    const wanted = "the header of a segment";
    return { _tag: "Corrupt", stored: "no", file, offset: 0, wanted, found: "a part of one" };
  } catch (thrown) {
    // What the engine throws carries one of its faults.
    const fault = thrown instanceof FaultError ? thrown.fault as Fault : undefined;
    if (fault?._tag !== "Corrupt") throw thrown;
    return fault;
  }
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
  const marked = markedEnd(marks, header);
  const { state } = await loadLast(log, header, scanStart(header), marked);
  const { file } = log.segments.get(header.number)!;
  const behind = await lookBehindEnd(log.files, { file, salt: header.salt }, state.offset);
  return { state, damage: damageAtEnd(header, state, behind, marks, marked) };
}

function missingAmong(log: Log, marks: ReadonlyArray<EpochMark>): Corrupt | undefined {
  return missingSegment(marks, ({ number, epoch }) => log.segments.get(number)?.epoch === epoch);
}
