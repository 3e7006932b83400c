/**
 * A store that is open for reading, beside a writer in another process or without one. It writes
 * nothing. It may read as far as the writers say that they have flushed, and never less than before.
 *
 * @module
 */
import { corruptIn, fail, failCorrupt } from "./attempt.ts";
import { areEqual, viewOf } from "./format/bytes.ts";
import { claimEpochs, readClaim, readMarks } from "./claims/claim_reader.ts";
import { readPart } from "./files.ts";
import { FRAME_HEADER_BYTES, readFrameHeader } from "./format/frame.ts";
import { parseName } from "./format/layout.ts";
import { erasedSegment, type Manifest } from "./format/manifest.ts";
import {
  checkFiles,
  loadClosed,
  loadLast,
  loadMore,
  logOf,
  pointOf,
  type Scanned,
  stateOf,
} from "./load_log.ts";
import type { Log, LogPoint } from "./log.ts";
import { openToRead } from "./open_to_read.ts";
import { baseOf } from "./opening.ts";
import { manifestHere } from "./newest_manifest.ts";
import type { Settings } from "./options.ts";
import { type EpochMark, marksOf, missingSegment, standing } from "./recovery.ts";
import { scanSegment } from "./scan.ts";
import { scanStart, type ScanState, type SegmentHeader } from "./format/segment.ts";
import { readingSession } from "./reading_session.ts";
import type { Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import { readIdentity } from "./store_identity.ts";
import { type OpenRun, type Survey, surveyAgain } from "./survey.ts";

/** Opens a store for reading. Faults are thrown. */
export async function openReading(storage: StoragePort, settings: Settings): Promise<Session> {
  return await openToRead(storage, settings, async ({ places, files, identity }) => {
    const { base, openRun } = baseOf(storage, settings, identity, files, places);
    const log = logOf(base, undefined);
    places.follow(() => log.manifest);
    const reader: Reader = {
      log,
      openRun,
      names: "",
      claim: undefined,
      header: undefined,
      damaged: new Set(),
    };
    await readOn(reader);
    return readingSession(log, {
      all: () => readOn(reader),
      newest: () => readToNewest(reader),
      without: (run) => readWithout(reader, run),
      claim: () => reader.claim,
    });
  });
}

/** A log that is read, and what it takes to read on. */
interface Reader {
  readonly log: Log;
  openRun: OpenRun;
  /** The names that matter, as they were when the store was surveyed last. */
  names: string;
  /** The epoch of the newest claim, as it was then. */
  claim: number | undefined;
  /** The header of the segment in which the readable part ends, while its terms are in memory. */
  header: SegmentHeader | undefined;
  /** Index runs that were found to be damaged: the log is read without them. */
  readonly damaged: Set<string>;
}

/**
 * Reads on. As long as nothing could be read, the first segment of another writer may come to count,
 * and with it what that one has said the store is: what looks like damage may be no more than that.
 */
async function readOn(reader: Reader): Promise<void> {
  const { log } = reader;
  try {
    await readToMarks(reader);
  } catch (thrown) {
    if (log.readable.position > 0 || !corruptIn(thrown)) throw thrown;
    const { storage, settings, files, places } = log;
    const identity = await readIdentity(storage, files, await storage.list());
    if (identity === "open" || areEqual(identity.storeId, log.identity.storeId)) throw thrown;
    const { base, openRun } = baseOf(storage, settings, identity, files, places);
    // Field by field, so that the compiler knows that these may change.
    log.identity = identity;
    log.hasher = base.hasher;
    log.derivedIds = base.derivedIds;
    reader.openRun = openRun;
    await readOn(reader);
  }
}

/** Reads on, as far as the marks of all writers allow by now. */
async function readToMarks(reader: Reader): Promise<void> {
  const { log } = reader;
  const marks = marksOf(await readMarks(log.storage));
  const names = await log.storage.list();
  reader.claim = claimEpochs(names).at(-1);
  if (namesThatMatter(log, names) !== reader.names) return await readChain(reader, marks, names);
  const limit = limitOf(log, marks);
  if (!limit || !isFarther(limit, log.readable)) return;
  if (reader.header?.number !== limit.segment) return await readChain(reader, marks, names);
  await readTo(reader, reader.header, limit);
}

/**
 * Reads on as far as the mark of the newest claim allows that is known, where that is in the segment
 * which is read already. True if no more can be known without a look at the names.
 */
async function readToNewest(reader: Reader): Promise<boolean> {
  const { log, header, claim } = reader;
  if (claim === undefined || !header) return false;
  const file = await readClaim(log.storage, claim);
  const limit = file === "missing" ? undefined : limitOf(log, marksOf([file]));
  if (!limit) return false;
  if (!isFarther(limit, log.readable)) return true;
  if (limit.segment !== header.number) return false;
  return !await readTo(reader, header, limit);
}

/** Reads on in a segment whose terms are in memory. True if the log says something else of itself. */
async function readTo(reader: Reader, header: SegmentHeader, limit: Limit): Promise<boolean> {
  const { log } = reader;
  const { terms } = log.memory[log.memory.length - 1]!;
  const { manifest } = terms;
  // Until it has come to the limit: terms that a failure leaves half added are not added to.
  reader.header = undefined;
  const end = await loadMore(log, header, stateOf(log.readable), limit.flushedOffset);
  const isChanged = terms.manifest !== manifest;
  if (isChanged) {
    const before = log.manifest;
    log.manifest = await manifestHere(log, await log.storage.list());
    await forgetErased(log, before);
  }
  arrive(log, header, end.state, limit);
  reader.header = header;
  return isChanged;
}

/** Surveys the store again, and does without an index run that was found to be damaged. */
async function readWithout(reader: Reader, run: string): Promise<void> {
  if (!reader.damaged.has(run)) {
    reader.damaged.add(run);
    reader.log.settings.observe({ _tag: "RunIgnored", file: run, why: "it is damaged" });
  }
  reader.names = "";
  await readOn(reader);
}

/**
 * The names for whose sake the store is surveyed again: of segments; of the runs in use, which may
 * go; and of all runs while a closed segment is in memory, for which there may be one by now. That
 * runs have been merged is no reason.
 */
function namesThatMatter(log: Log, names: ReadonlyArray<string>): string {
  const used = new Set(log.runs.map((run) => run.name));
  const wantsRuns = log.memory.some(({ segment }) => segment.end !== undefined);
  const matters = (name: string): boolean => {
    const kind = parseName(name)?.kind;
    return kind === "segment" || kind === "erased" ||
      (kind === "index" && (wantsRuns || used.has(name)));
  };
  return names.filter(matters).sort().join("\n");
}

/**
 * Surveys the store again, because there are other segments or runs than before. What is found is
 * put in place at once: a page that is being read meanwhile sees all of the old log or all of the
 * new.
 */
async function readChain(
  reader: Reader,
  marks: ReadonlyArray<EpochMark>,
  listed: ReadonlyArray<string>,
  floorKnown?: number,
): Promise<void> {
  const { log } = reader;
  // A run never changes, so one that is open is not opened again.
  const openRun: OpenRun = async (name) =>
    reader.damaged.has(name)
      ? undefined
      : log.runs.find((run) => run.name === name) ?? await reader.openRun(name);
  const floor = floorKnown ?? await log.places.floorAmong(listed);
  const { found, names } = await surveyAgain(log, listed, openRun, floor);
  if (!found) return;
  const fresh = { ...logOf(log, found), readable: log.readable, flushed: log.flushed };
  const damage = missingSegment(standing(marks, found.newest), floor, ({ number, epoch }) => {
    return fresh.segments.get(number)?.epoch === epoch;
  });
  if (damage) return fail(damage);
  const limit = limitOf(fresh, marks) ?? await flushedIn(fresh, found.newest);
  const header = await loadUpTo(fresh, found, limit, reader);
  fresh.manifest = await manifestHere(fresh, names);
  const { segment } = fresh.manifest.floor;
  // A drop is under way, or came to no end: only now it is known where the log begins.
  if (segment !== floor) return await readChain(reader, marks, names, segment);
  await checkFiles(fresh, names);
  const replaced = log.runs.filter((run) => !fresh.runs.includes(run));
  const before = log.manifest;
  putInPlace(log, fresh);
  reader.header = header;
  reader.names = namesThatMatter(log, names);
  for (const run of replaced) {
    await run.close();
    await log.files.forget(run.name);
  }
  await forgetErased(log, before);
}

/** Puts what a survey has found in the place of what was there, in one turn of the event loop. */
function putInPlace(log: Log, fresh: Log): void {
  log.segments.clear();
  for (const [number, segment] of fresh.segments) log.segments.set(number, segment);
  log.runs = fresh.runs;
  log.memory = fresh.memory;
  log.readable = fresh.readable;
  log.flushed = fresh.flushed;
  log.manifest = fresh.manifest;
  log.strays = fresh.strays;
  log.generation++;
}

/** Closes files that still hold what was erased since: whoever opens them again gets the others. */
async function forgetErased({ files, manifest, segments }: Log, before: Manifest): Promise<void> {
  for (const { segment, attempt } of manifest.erased) {
    if (erasedSegment(before, segment)?.attempt === attempt) continue;
    const file = segments.get(segment)?.file;
    if (file !== undefined) await files.forget(file);
  }
}

/**
 * Loads the segments that no run covers, up to the one in which the readable part ends. Gives the
 * header of that one, if its terms are in memory now.
 */
async function loadUpTo(
  log: Log,
  { gaps, newest, covered }: Survey,
  limit: Limit,
  before: Reader,
): Promise<SegmentHeader | undefined> {
  for (const { header, successor } of gaps) {
    if (header.number > limit.segment) break;
    if (header.number < limit.segment) await loadClosed(log, header, successor);
    else return await loadAsFar(log, header, scanStart(header), limit, before);
  }
  if (newest.number === limit.segment) {
    return await loadAsFar(log, newest, covered ?? scanStart(newest), limit, before);
  }
  setReadable(log, pointAt(limit));
  return undefined;
}

async function loadAsFar(
  log: Log,
  header: SegmentHeader,
  start: ScanState,
  limit: Limit,
  before: Reader,
): Promise<SegmentHeader | undefined> {
  const from = known(before, header, start);
  const begin = from?.state ?? start;
  const end = await loadLast(log, header, begin, Math.max(begin.offset, limit.flushedOffset), from);
  arrive(log, header, end.state, limit);
  return log.readable.offset === end.state.offset ? header : undefined;
}

/** What is in memory of a segment from a place on, and up to where: it is not scanned again. */
function known(
  { log, header: last }: Reader,
  header: SegmentHeader,
  start: ScanState,
): Scanned | undefined {
  // Only of the segment in which the readable part ends it is known how far it was scanned.
  if (last?.number !== header.number || last.epoch !== header.epoch) return undefined;
  const { terms, firstPosition } = log.memory[log.memory.length - 1]!;
  if (terms.from.offset !== start.offset) return undefined;
  return { terms, firstPosition, state: stateOf(log.readable) };
}

/** The scan must come exactly to where the writer says that it has flushed. */
function arrive(log: Log, header: SegmentHeader, end: ScanState, limit: Limit): void {
  // A run may cover more than the writer has published yet.
  if (end.offset > limit.flushedOffset) return setReadable(log, pointAt(limit));
  if (end.offset === limit.flushedOffset) return setReadable(log, pointOf(header.number, end));
  const { file } = log.segments.get(header.number)!;
  const wanted = `frames up to ${limit.flushedOffset}, which a writer had flushed`;
  return failCorrupt(file, end.offset, wanted, "bytes that are no frame");
}

function pointAt(limit: Limit): LogPoint {
  const { segment, flushedOffset: offset, position, hcrc } = limit;
  return { segment, offset, position, hcrc, lastOffset: 0 };
}

function setReadable(log: Log, point: LogPoint): void {
  if (point.position < log.readable.position) return;
  log.readable = point;
  log.flushed = point;
}

// ---------------------------------------------------------------------------
// how far
// ---------------------------------------------------------------------------

/** How far some writer has flushed, on the chain. */
type Limit = Omit<EpochMark, "state">;

/** The farthest mark on the chain, of all writers. What a repair has left outside is not on it. */
function limitOf(log: Log, marks: ReadonlyArray<EpochMark>): Limit | undefined {
  return marks
    .filter(({ segment: number, segmentEpoch, flushedOffset }) => {
      const segment = log.segments.get(number);
      return segment?.epoch === segmentEpoch && flushedOffset <= (segment.end ?? Infinity);
    })
    .sort((a, b) => a.segment - b.segment || a.flushedOffset - b.flushedOffset)
    .at(-1);
}

function isFarther(limit: Limit, point: LogPoint): boolean {
  return limit.segment > point.segment ||
    (limit.segment === point.segment && limit.flushedOffset > point.offset);
}

/** Without any mark, as in a copy without claims: what the last sound frame says was flushed. */
async function flushedIn(log: Log, newest: SegmentHeader): Promise<Limit> {
  const { file } = log.segments.get(newest.number)!;
  const scanned = { file, salt: newest.salt };
  const start = scanStart(newest);
  const whole = await scanSegment(log.files, scanned, start, Infinity, undefined);
  const { lastOffset } = whole.state;
  const bytes = await log.files.lend(file, (one) => readPart(one, lastOffset, FRAME_HEADER_BYTES));
  if (bytes === "missing") return failCorrupt(file, 0, "a segment of the log", "no such file");
  const frame = lastOffset === 0 ? undefined : readFrameHeader(viewOf(bytes), 0, newest.salt);
  const until = frame?.durableTo ?? start.offset;
  const { state } = await scanSegment(log.files, scanned, start, until, undefined);
  return {
    epoch: newest.epoch,
    segment: newest.number,
    segmentEpoch: newest.epoch,
    flushedOffset: state.offset,
    position: state.position - 1,
    hcrc: state.hcrc,
    counter: 0,
    time: 0,
  };
}
