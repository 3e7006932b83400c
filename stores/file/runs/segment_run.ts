/**
 * The index run of one segment: of terms that are in memory, or of its frames again.
 *
 * @module
 */
import { failCorrupt } from "../attempt.ts";
import { segmentName } from "../format/layout.ts";
import { scanStart, SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import type { Log } from "../log.ts";
import { scanSegment } from "../scan.ts";
import { headerInLog, type OpenRun } from "../survey.ts";
import { type EncodedRun, encodeRunInSteps, type SegmentTerms } from "./index_run.ts";
import { memoryTerms } from "./memory_terms.ts";
import { paceOf } from "./pace.ts";
import { openWritten, type RunNames, writeRunFile } from "./run_file.ts";
import type { RunReader } from "./run_reader.ts";
import type { SegmentRow } from "./segment_row.ts";

/** Writes the run of a segment, and gives the name of the file. It is coming from then on. */
export async function writeSegmentRun(
  log: Log,
  names: RunNames,
  segment: SegmentTerms,
): Promise<string> {
  const { number } = segment.row;
  return await writeRunFile(log, names, { from: number, to: number }, async (add) => {
    const steps = encodeRunInSteps({ hash: log.hasher, segments: [segment] });
    const { bytes, footerAt } = await paced(log, steps);
    await add(bytes.subarray(0, footerAt));
    return bytes.subarray(footerAt);
  });
}

/** Takes steps, between which others have their turn. */
async function paced(
  log: Log,
  steps: Generator<void, EncodedRun, void>,
): Promise<EncodedRun> {
  const pace = paceOf(log.storage.clock);
  let step = steps.next();
  while (!step.done) {
    await pace();
    step = steps.next();
  }
  return step.value;
}

/** Writes and opens runs of what a run covers, one for each segment: as far as that one covers it. */
export async function runsAgain(
  log: Log,
  names: RunNames,
  openRun: OpenRun,
  run: RunReader,
): Promise<ReadonlyArray<RunReader>> {
  const made: RunReader[] = [];
  for (const row of run.segments) {
    const name = await writeSegmentRun(log, names, await scannedAgain(log, row));
    made.push(await openWritten(openRun, names, name));
  }
  return made;
}

/** The terms of a segment, up to where a run says that it covers it. */
async function scannedAgain(log: Log, row: SegmentRow): Promise<SegmentTerms> {
  const file = segmentName(row.number, row.epoch);
  const header = await headerInLog(log.files, row, log.identity);
  const terms = memoryTerms({ segment: row.number, offset: SEGMENT_HEADER_BYTES }, log.hasher);
  const scanned = { file, salt: header.salt };
  const { state } = await scanSegment(log.files, scanned, scanStart(header), row.endOffset, terms);
  if (state.offset !== row.endOffset || state.hcrc !== row.lastHcrc) {
    return failCorrupt(file, state.offset, `the frames up to ${row.endOffset}`, "others");
  }
  return { row: { ...row, maxTime: terms.maxTime }, terms };
}
