/**
 * Loading a log: what its survey found, with the terms of what no index run covers scanned into
 * memory.
 *
 * @module
 */
import { fail, failCorrupt } from "./attempt.ts";
import { segmentName } from "./format/layout.ts";
import { emptyManifest, isElsewhere } from "./format/manifest.ts";
import { type Log, type LogPoint, type LogSegment, type MemorySegment, segmentOf } from "./log.ts";
import { memoryTerms } from "./runs/memory_terms.ts";
import type { Corrupt } from "../../src/fault.ts";
import { scanHashed } from "./hashed_scan.ts";
import { damageInClosed, damageInHashed } from "./recovery.ts";
import { type ScanEnd, scanSegment } from "./scan.ts";
import { scanStart, type ScanState, type SegmentHeader } from "./format/segment.ts";
import type { Survey } from "./survey.ts";

/** The base of a log: everything but how far it may be read. */
export type LogBase = Omit<
  Log,
  | "segments"
  | "runs"
  | "memory"
  | "flushed"
  | "readable"
  | "mend"
  | "manifest"
  | "listings"
  | "cuts"
  | "strays"
>;

/** A log of a survey: nothing is scanned yet, and nothing may be read. */
export function logOf(base: LogBase, found: Survey | undefined): Log {
  const segments = new Map<number, LogSegment>();
  const { runs = [], gaps = [], newest, strays = [] } = found ?? {};
  for (const row of runs.flatMap((run) => run.segments)) {
    const file = segmentName(row.number, row.epoch);
    const { number, epoch, firstPosition, prevHcrc, endOffset } = row;
    const covered = { file, number, epoch, firstPosition, previousHcrc: prevHcrc };
    segments.set(number, { ...covered, salt: undefined, end: endOffset });
  }
  const add = (header: SegmentHeader, end: number | undefined): void => {
    segments.set(header.number, segmentOf(segmentName(header.number, header.epoch), header, end));
  };
  for (const { header, successor } of gaps) add(header, successor.previous?.offset);
  if (newest) add(newest, undefined);
  const nothing: LogPoint = { segment: 0, offset: 0, position: 0, hcrc: 0, lastOffset: 0 };
  return {
    ...base,
    segments,
    runs,
    memory: [],
    flushed: nothing,
    readable: nothing,
    manifest: emptyManifest,
    listings: new WeakMap(),
    cuts: new WeakMap(),
    strays,
    mend: () => Promise.resolve(false),
  };
}

/**
 * Each segment that an index run covers, so that nobody has touched it, must be somewhere: among the
 * names, or where the manifest says.
 */
export async function checkFiles(log: Log, names: ReadonlyArray<string>): Promise<void> {
  const found = new Set(names);
  for (const { file, number } of log.segments.values()) {
    if (found.has(file) || isElsewhere(log.manifest, number)) continue;
    // A list that is taken while files come is not of one moment: it may leave out a file that is
    // older than another that it names.
    if (await log.storage.exists(file)) continue;
    // The names may be older than what another process has archived or erased since.
    if (await log.places.isElsewhere(number)) continue;
    failCorrupt(file, 0, "a segment of the log", "no such file");
  }
}

/** The survey of a chain of headers, oldest first, without any index run. */
export function unindexed(headers: ReadonlyArray<SegmentHeader>): Survey | undefined {
  const newest = headers[headers.length - 1];
  if (!newest) return undefined;
  const gaps = headers.slice(0, -1).map((header, at) => ({ header, successor: headers[at + 1]! }));
  return { runs: [], gaps, newest, covered: undefined, strays: [] };
}

/** A part of a segment that is in memory already, and up to where. */
export interface Scanned extends Pick<MemorySegment, "terms" | "firstPosition"> {
  readonly state: ScanState;
}

/** Scans a segment that is closed: it must be what its successor's header says. */
export async function loadClosed(
  log: Log,
  header: SegmentHeader,
  successor: SegmentHeader,
): Promise<ScanState> {
  const { state, damage } = await loadWhole(log, header, successor);
  return damage ? fail(damage) : state;
}

/** Scans a segment that is closed, and says whether it is what its successor's header says. */
export async function loadWhole(
  log: Log,
  header: SegmentHeader,
  successor: SegmentHeader,
): Promise<{ readonly state: ScanState; readonly damage: Corrupt | undefined }> {
  const { terms } = startMemory(log, header, scanStart(header));
  const until = successor.previous?.offset ?? 0;
  const { state, hashed } = await scanHashed(log, header, successor, until, terms);
  const broken = damageInClosed(header, state, successor);
  if (broken) return { state, damage: broken };
  const rewritten = damageInHashed(header, hashed);
  // A hash does not tell which byte is another one, so none of the segment is believed.
  return { state: rewritten ? scanStart(header) : state, damage: rewritten };
}

/** Scans a segment from where a run or an earlier scan has ended, up to an offset or its end. */
export async function loadLast(
  log: Log,
  header: SegmentHeader,
  from: ScanState,
  until: number | undefined,
  before?: Scanned,
): Promise<ScanEnd> {
  const memory = startMemory(log, header, from, before);
  return await scanSegment(log.files, memory.scanned, from, until ?? Infinity, memory.terms);
}

/** Scans on behind an earlier scan of the last segment. */
export async function loadMore(
  log: Log,
  header: SegmentHeader,
  from: ScanState,
  until: number | undefined,
): Promise<ScanEnd> {
  const { segment, terms } = log.memory[log.memory.length - 1]!;
  const scanned = { file: segment.file, salt: header.salt };
  return await scanSegment(log.files, scanned, from, until ?? Infinity, terms);
}

function startMemory(
  log: Log,
  header: SegmentHeader,
  from: ScanState,
  before?: Scanned,
): Pick<MemorySegment, "terms"> & { readonly scanned: { file: string; salt: number } } {
  const segment = log.segments.get(header.number)!;
  const terms = before?.terms ??
    memoryTerms({ segment: segment.number, offset: from.offset }, log.hasher);
  const firstPosition = before?.firstPosition ?? from.position;
  log.memory = [...log.memory, { segment, terms, firstPosition }];
  return { terms, scanned: { file: segment.file, salt: header.salt } };
}

/** The place at which a scan has ended. */
export function pointOf(segment: number, state: ScanState): LogPoint {
  const { offset, hcrc, lastOffset } = state;
  return { segment, offset, position: state.position - 1, hcrc, lastOffset };
}

/** The state of a scan that has come to a place. */
export function stateOf(point: LogPoint): ScanState {
  const { offset, hcrc, lastOffset, position } = point;
  return { offset, hcrc, lastOffset, position: position + 1, isSealed: false };
}
