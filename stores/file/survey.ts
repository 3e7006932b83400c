/**
 * Surveying a store: which files are its log, and which part of it index runs cover. Reads names, the
 * ends of index runs, and headers of segments that no run covers.
 *
 * @module
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { corruptIn, fail, failCorrupt } from "./attempt.ts";
import { isZero, viewOf } from "./format/bytes.ts";
import { checkHeader, type FoundSegment, newestFirst, type SegmentId } from "./chain.ts";
import { type Files, readPart } from "./files.ts";
import { FRAME_SEAL, frameSize, isBodySound, readFrameHeader } from "./format/frame.ts";
import { parseName, segmentName } from "./format/layout.ts";
import type { RunReader } from "./runs/run_reader.ts";
import {
  decodeSegmentHeader,
  headerChecksum,
  type HeaderDefect,
  type ScanState,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./format/segment.ts";
import type { StoragePort } from "./storage.ts";
import type { StoreIdentity } from "./format/store_file.ts";

/** The log, as its files say. */
export interface Survey {
  /** The index runs in use, in log order. */
  readonly runs: ReadonlyArray<RunReader>;
  /** The closed segments that no run covers, in log order; there may be some between runs. */
  readonly gaps: ReadonlyArray<Gap>;
  readonly newest: SegmentHeader;
  /** How far the newest segment is covered by the last run; none if it is not. */
  readonly covered: ScanState | undefined;
  /** Segment files that are not in the log. */
  readonly strays: ReadonlyArray<string>;
}

/** A closed segment that no run covers: its successor's header says where it ends. */
export interface Gap {
  readonly header: SegmentHeader;
  readonly successor: SegmentHeader;
}

/** Opens an index run, or says nothing of one that is not sound. */
export type OpenRun = (name: string) => Promise<RunReader | undefined>;

/**
 * Surveys the files of a store, backward from the newest segment to the one with which the log
 * begins: each time the widest run that ends where the log goes on, and where there is none, a
 * segment by its header. Nothing at all if the store has no segment yet.
 */
export async function survey(
  files: Files,
  names: ReadonlyArray<string>,
  identity: StoreIdentity,
  openRun: OpenRun,
  floor: number,
): Promise<Survey | undefined> {
  const segments = segmentsIn(names).sort(newestFirst);
  const newest = await newestHeader(files, segments, identity);
  if (!newest) return undefined;
  const over = await coverOfNewest(files, names, openRun, newest);
  const runs: RunReader[] = over ? [over.run] : [];
  const gaps: Gap[] = [];
  /** The header behind the place that the survey has come to, as far as it has been read. */
  let successor: SegmentHeader | undefined = newest;
  for (let end = endBefore(newest, floor); end;) {
    const run = await widestUpTo(names, openRun, end, floor);
    if (run) {
      runs.unshift(run);
      successor = undefined;
      end = endBeforeRun(run, floor);
      continue;
    }
    // A run knows what is before it by a checksum only: its first header tells the name.
    successor ??= await headerInLog(files, firstRow(runs[0]!), identity);
    const { previous } = successor;
    if (!previous) return failLink(successor);
    const id = { number: successor.number - 1, epoch: previous.epoch };
    const header = await headerInLog(files, id, identity);
    gaps.unshift({ header, successor });
    successor = header;
    end = endBefore(header, floor);
  }
  const strays = straysAmong(segments, runs, [...gaps.map(({ header }) => header), newest]);
  return { runs, gaps, newest, covered: over?.state, strays };
}

/** What is surveyed. */
interface Surveyed {
  readonly storage: StoragePort;
  readonly files: Files;
  readonly identity: StoreIdentity;
}

/**
 * Surveys beside a writer, which replaces index runs: if a file was gone when it was wanted, the
 * names are listed again.
 */
export async function surveyAgain(
  { storage, files, identity }: Surveyed,
  listed: ReadonlyArray<string>,
  openRun: OpenRun,
  floor: number,
): Promise<{ readonly found: Survey | undefined; readonly names: ReadonlyArray<string> }> {
  let names = listed;
  for (let left = SURVEYS_MAX;; left--) {
    const misses = files.misses();
    const found = await survey(files, names, identity, openRun, floor);
    if (files.misses() === misses || left === 1) return { found, names };
    names = await storage.list();
  }
}

/** So often names are listed again before a run that is gone is taken for a gap. */
const SURVEYS_MAX = 5;

/** Where the log goes on backward: the last frame before a segment or a run. */
interface End {
  readonly number: number;
  readonly hcrc: number;
  readonly nextPosition: number;
  /** What the header of the next segment says; a run does not know it. */
  readonly previous: SegmentHeader["previous"];
}

/** The end of what is before a segment; none before the one with which the log begins. */
function endBefore(header: SegmentHeader, floor: number): End | undefined {
  const { number, previous, firstPosition: nextPosition } = header;
  if (floor > 1 && number <= floor) return undefined;
  if (previous) return { number: number - 1, hcrc: previous.hcrc, nextPosition, previous };
  return number === 1 && nextPosition === 1 ? undefined : failLink(header);
}

function endBeforeRun(run: RunReader, floor: number): End | undefined {
  const { number, prevHcrc: hcrc } = firstRow(run);
  if (number <= floor) return undefined;
  return { number: number - 1, hcrc, nextPosition: run.firstPosition, previous: undefined };
}

/** The widest sound run that ends there, and remembers nothing from below the floor. */
async function widestUpTo(
  names: ReadonlyArray<string>,
  openRun: OpenRun,
  end: End,
  floor: number,
): Promise<RunReader | undefined> {
  for (const name of runsTo(names, end.number, floor)) {
    const run = await openRun(name);
    if (run && endsThere(run, end)) return run;
  }
  return undefined;
}

function endsThere(run: RunReader, { number, hcrc, nextPosition, previous }: End): boolean {
  const row = lastRow(run);
  const isSame = row.number === number && row.lastHcrc === hcrc &&
    run.lastPosition + 1 === nextPosition;
  if (!isSame || !previous) return isSame;
  return row.epoch === previous.epoch && row.endOffset === previous.offset;
}

/** The names of runs from the floor on and up to a segment, the widest first. */
function runsTo(
  names: ReadonlyArray<string>,
  number: number,
  floor: number,
): ReadonlyArray<string> {
  return names
    .flatMap((name) => {
      const file = parseName(name);
      const isThere = file?.kind === "index" && file.to === number && file.from >= floor;
      return isThere ? [{ ...file, name }] : [];
    })
    .sort((a, b) => a.from - b.from || b.attempt - a.attempt)
    .map(({ name }) => name);
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
  const header = await readHeader(files, segment);
  if (header === "missing") return failCorrupt(name, 0, "a segment of the log", "no such file");
  const checked = checkHeader(segment, identity.storeId, header);
  return isLeft(checked) ? fail(checked.left) : checked.right;
}

/** The header of a segment that is in the log, and whose creation so has come to an end. */
export async function headerInLog(
  files: Files,
  segment: SegmentId,
  identity: Pick<StoreIdentity, "storeId">,
): Promise<SegmentHeader> {
  const header = await headerOf(files, segment, identity);
  if (header !== "unfinished") return header;
  const name = segmentName(segment.number, segment.epoch);
  return failCorrupt(name, 0, "the header of a segment of the log", "a part of one");
}

/** What stands at the beginning of a segment file, whatever store it names. */
export async function readHeader(
  files: Files,
  { number, epoch }: SegmentId,
): Promise<Either<HeaderDefect, SegmentHeader> | "missing"> {
  return await files.lend(segmentName(number, epoch), async (file) => {
    const bytes = await readPart(file, 0, SEGMENT_HEADER_BYTES);
    const decoded = decodeSegmentHeader(bytes, false);
    if (!isLeft(decoded) || decoded.left._tag !== "BadHeader") return decoded;
    // Only a bad header asks what is behind it: with nothing there, it never was finished.
    const behind = await readPart(file, 0, await file.size());
    if (isZero(behind, SEGMENT_HEADER_BYTES)) return decodeSegmentHeader(bytes, true);
    // A writer may have finished it meanwhile: its frames come after it.
    return decodeSegmentHeader(await readPart(file, 0, SEGMENT_HEADER_BYTES), false);
  });
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

function firstRow(run: RunReader): RunReader["segments"][number] {
  return run.segments[0]!;
}

function lastRow(run: RunReader): RunReader["segments"][number] {
  return run.segments[run.segments.length - 1]!;
}

/**
 * The run of the newest segment, as far as it goes: of that segment alone, as it is to be replaced
 * when the segment is closed.
 */
async function coverOfNewest(
  files: Files,
  names: ReadonlyArray<string>,
  openRun: OpenRun,
  newest: SegmentHeader,
): Promise<{ readonly run: RunReader; readonly state: ScanState } | undefined> {
  let best: { readonly run: RunReader; readonly state: ScanState } | undefined;
  for (const name of runsTo(names, newest.number, newest.number)) {
    const run = await openRun(name);
    const state = run && await coveredBy(files, run, newest);
    if (state && (!best || state.offset > best.state.offset)) best = { run, state };
  }
  return best;
}

/** How far a run covers the newest segment, if the frame at its end is the one that it names. */
async function coveredBy(
  files: Files,
  run: RunReader,
  newest: SegmentHeader,
): Promise<ScanState | undefined> {
  const row = lastRow(run);
  const isOfNewest = row.number === newest.number && row.epoch === newest.epoch &&
    row.prevHcrc === (newest.previous?.hcrc ?? 0) && row.firstPosition === newest.firstPosition;
  if (!isOfNewest) return undefined;
  const position = run.lastPosition + 1;
  const state = { offset: row.endOffset, hcrc: row.lastHcrc, lastOffset: row.lastOffset, position };
  if (row.lastOffset === 0) {
    return row.lastHcrc === headerChecksum(newest) ? { ...state, isSealed: false } : undefined;
  }
  // The last frame whole: a log that was cut inside it has a sound header still.
  const name = segmentName(newest.number, newest.epoch);
  const size = row.endOffset - row.lastOffset;
  const bytes = await files.lend(name, (file) => readPart(file, row.lastOffset, size));
  if (bytes === "missing" || bytes.length < size) return undefined;
  const header = readFrameHeader(viewOf(bytes), 0, newest.salt);
  if (header?.hcrc !== row.lastHcrc || frameSize(header.bodySize) !== size) return undefined;
  if (!isBodySound(viewOf(bytes), 0, header, newest.salt)) return undefined;
  return { ...state, isSealed: header.type === FRAME_SEAL };
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
