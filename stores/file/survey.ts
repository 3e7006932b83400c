/**
 * Surveying a store: what it is, which files are its log, and which part of it index runs cover.
 * Reads names, the file `STORE`, the ends of index runs, and headers of segments that no run covers.
 *
 * @module
 */
import { isLeft, left, right } from "fp-ts/lib/Either.js";
import { corruptIn, fail, failCorrupt } from "./attempt.ts";
import { isZero, viewOf } from "./format/bytes.ts";
import { checkHeader, type FoundSegment, newestFirst, type SegmentId } from "./chain.ts";
import { type Files, readPart } from "./files.ts";
import { FRAME_SEAL, frameSize, isBodySound, readFrameHeader } from "./format/frame.ts";
import { parseName, segmentName, STORE_FILE } from "./format/layout.ts";
import type { RunReader } from "./runs/run_reader.ts";
import {
  decodeSegmentHeader,
  FORMAT_MAJOR,
  headerChecksum,
  type ScanState,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./format/segment.ts";
import type { StoragePort } from "./storage.ts";
import { decodeStoreFile, STORE_FILE_BYTES, type StoreIdentity } from "./format/store_file.ts";

/** The log, as its files say. */
export interface Survey {
  /** The index runs in use: from the first segment on, without a gap. */
  readonly runs: ReadonlyArray<RunReader>;
  /** The headers of the segments that no run covers whole, oldest first; of the newest in any case. */
  readonly headers: ReadonlyArray<SegmentHeader>;
  /** How far the newest segment is covered by a run; none if it is not. */
  readonly covered: ScanState | undefined;
  /** Segment files that are not in the log. */
  readonly strays: ReadonlyArray<string>;
}

/** Opens an index run, or says nothing of one that is not sound. */
export type OpenRun = (name: string) => Promise<RunReader | undefined>;

/**
 * Reads what a store is. The file that says it is written before the first segment: as long as
 * there is none, one that is not sound is a creation that never finished; later it is damage.
 */
export async function readIdentity(
  storage: StoragePort,
  files: Files,
): Promise<StoreIdentity | "missing" | "unfinished"> {
  // The names first: if a segment is among them, the file was whole before.
  const hasSegments = segmentsIn(await storage.list()).length > 0;
  const wanted = `the file that says what store ${storage.place} is`;
  const bytes = await files.lend(STORE_FILE, (file) => readPart(file, 0, STORE_FILE_BYTES));
  if (bytes === "missing") {
    return hasSegments ? failCorrupt(STORE_FILE, 0, wanted, "no such file") : "missing";
  }
  const identity = decodeStoreFile(bytes);
  if (!isLeft(identity)) return identity.right;
  if (identity.left._tag === "NewerStore") {
    return fail({
      _tag: "NewerFormat",
      stored: "no",
      file: STORE_FILE,
      known: FORMAT_MAJOR,
      found: identity.left.found,
    });
  }
  if (!hasSegments) return "unfinished";
  return failCorrupt(STORE_FILE, identity.left.offset, wanted, identity.left.found);
}

/** Surveys the files of a store. Nothing at all if it has no segment yet. */
export async function survey(
  files: Files,
  names: ReadonlyArray<string>,
  identity: StoreIdentity,
  openRun: OpenRun,
): Promise<Survey | undefined> {
  const segments = segmentsIn(names).sort(newestFirst);
  const newest = await newestHeader(files, segments, identity);
  if (!newest) return undefined;
  const runs = await linkRuns(names, openRun);
  const headers = [newest];
  const over = await coverOfNewest(files, runs, newest);
  let used = over ? runs.slice(0, over.index + 1) : undefined;
  for (let oldest = newest; !used;) {
    const { previous } = oldest;
    if (!previous) {
      if (oldest.number !== 1 || oldest.firstPosition !== 1) failLink(oldest);
      used = [];
      break;
    }
    const at = runs.findIndex((run) => isEndOf(run, oldest));
    if (at >= 0) {
      used = runs.slice(0, at + 1);
      break;
    }
    const before = { number: oldest.number - 1, epoch: previous.epoch };
    const header = await headerOf(files, before, identity);
    if (header === "unfinished") {
      const name = segmentName(before.number, before.epoch);
      return failCorrupt(name, 0, "the header of a segment of the log", "a part of one");
    }
    headers.unshift(header);
    oldest = header;
  }
  const strays = straysAmong(segments, used ?? [], headers);
  return { runs: used ?? [], headers, covered: over?.state, strays };
}

/** The segments that names speak of. */
export function segmentsIn(names: ReadonlyArray<string>): SegmentId[] {
  return names.map(parseName).flatMap((file) => file?.kind === "segment" ? [file] : []);
}

async function newestHeader(
  files: Files,
  segments: ReadonlyArray<SegmentId>,
  identity: StoreIdentity,
): Promise<SegmentHeader | undefined> {
  for (const segment of segments) {
    const header = await headerOf(files, segment, identity);
    if (header !== "unfinished") return header;
  }
  return undefined;
}

/** The header of a segment file; `"unfinished"` if its creation never came to an end. */
export async function headerOf(
  files: Files,
  segment: SegmentId,
  identity: Pick<StoreIdentity, "storeId">,
): Promise<SegmentHeader | "unfinished"> {
  const name = segmentName(segment.number, segment.epoch);
  const header = await files.lend(name, async (file) => {
    const bytes = await readPart(file, 0, SEGMENT_HEADER_BYTES);
    const decoded = decodeSegmentHeader(bytes, false);
    if (!isLeft(decoded) || decoded.left._tag !== "BadHeader") return decoded;
    // Only a bad header asks what is behind it: with nothing there, it never was finished.
    const behind = await readPart(file, 0, await file.size());
    return decodeSegmentHeader(bytes, isZero(behind, SEGMENT_HEADER_BYTES));
  });
  if (header === "missing") return failCorrupt(name, 0, "a segment of the log", "no such file");
  const checked = checkHeader(segment, identity.storeId, header);
  return isLeft(checked) ? fail(checked.left) : checked.right;
}

/** Every segment file with its header, or with what is wrong with that. */
export async function foundSegments(
  files: Files,
  names: ReadonlyArray<string>,
  identity: Pick<StoreIdentity, "storeId">,
): Promise<ReadonlyArray<FoundSegment>> {
  const found: FoundSegment[] = [];
  for (const segment of segmentsIn(names)) {
    try {
      const header = await headerOf(files, segment, identity);
      found.push({ ...segment, header: header === "unfinished" ? header : right(header) });
    } catch (thrown) {
      const damage = corruptIn(thrown);
      if (!damage) throw thrown;
      found.push({ ...segment, header: left(damage) });
    }
  }
  return found;
}

function failLink(header: SegmentHeader): never {
  const wanted = `a segment ${header.number - 1} before this one`;
  return failCorrupt(segmentName(header.number, header.epoch), 0, wanted, "none in the log");
}

/** Opens runs from the first segment on: each time the widest that continues the one before. */
async function linkRuns(
  names: ReadonlyArray<string>,
  openRun: OpenRun,
): Promise<ReadonlyArray<RunReader>> {
  const found = names.flatMap((name) => {
    const file = parseName(name);
    return file?.kind === "index" ? [{ ...file, name }] : [];
  });
  const linked: RunReader[] = [];
  let from = 1;
  let previousHcrc = 0;
  for (;;) {
    const starting = found.filter((file) => file.from === from)
      .sort((a, b) => b.to - a.to || b.attempt - a.attempt);
    let best: RunReader | undefined;
    for (const { name, to } of starting) {
      if (best && lastRow(best).number > to) break;
      const run = await openRun(name);
      if (!run || run.segments[0]!.prevHcrc !== previousHcrc) continue;
      if (!best || lastRow(run).endOffset > lastRow(best).endOffset) best = run;
    }
    if (!best) return linked;
    linked.push(best);
    from = lastRow(best).number + 1;
    previousHcrc = lastRow(best).lastHcrc;
  }
}

function lastRow(run: RunReader): RunReader["segments"][number] {
  return run.segments[run.segments.length - 1]!;
}

/** Whether a run ends exactly where a segment's header says that its predecessor ends. */
function isEndOf(run: RunReader, header: SegmentHeader): boolean {
  const row = lastRow(run);
  const { previous } = header;
  return previous !== undefined && row.number === header.number - 1 &&
    row.epoch === previous.epoch && row.endOffset === previous.offset &&
    row.lastHcrc === previous.hcrc && run.lastPosition + 1 === header.firstPosition;
}

/** A run over the newest segment counts if the frame at its end is the one that it names. */
async function coverOfNewest(
  files: Files,
  runs: ReadonlyArray<RunReader>,
  newest: SegmentHeader,
): Promise<{ readonly index: number; readonly state: ScanState } | undefined> {
  const index = runs.findIndex((run) => {
    const row = lastRow(run);
    return row.number === newest.number && row.epoch === newest.epoch &&
      row.prevHcrc === (newest.previous?.hcrc ?? 0) && row.firstPosition === newest.firstPosition;
  });
  const run = runs[index];
  if (!run) return undefined;
  const row = lastRow(run);
  const state = { offset: row.endOffset, hcrc: row.lastHcrc, lastOffset: row.lastOffset };
  const position = run.lastPosition + 1;
  if (row.lastOffset === 0) {
    const isSame = row.lastHcrc === headerChecksum(newest);
    return isSame ? { index, state: { ...state, position, isSealed: false } } : undefined;
  }
  // The last frame whole: a log that was cut inside it has a sound header still.
  const name = segmentName(newest.number, newest.epoch);
  const size = row.endOffset - row.lastOffset;
  const bytes = await files.lend(name, (file) => readPart(file, row.lastOffset, size));
  if (bytes === "missing" || bytes.length < size) return undefined;
  const header = readFrameHeader(bytes, viewOf(bytes), 0, newest.salt);
  if (header?.hcrc !== row.lastHcrc || frameSize(header.bodySize) !== size) return undefined;
  if (!isBodySound(bytes, 0, header, newest.salt)) return undefined;
  return { index, state: { ...state, position, isSealed: header.type === FRAME_SEAL } };
}

function straysAmong(
  segments: ReadonlyArray<SegmentId>,
  runs: ReadonlyArray<RunReader>,
  headers: ReadonlyArray<SegmentHeader>,
): ReadonlyArray<string> {
  const chain = new Set([
    ...runs.flatMap((run) => run.segments.map((row) => segmentName(row.number, row.epoch))),
    ...headers.map((header) => segmentName(header.number, header.epoch)),
  ]);
  return segments.map(({ number, epoch }) => segmentName(number, epoch))
    .filter((name) => !chain.has(name));
}
