/**
 * The log of a history, with what is looked up in it.
 *
 * Commits are numbered from 0. A *moment* of the log is how many of its commits are stored: moment
 * `n` lies between commit `n - 1` and commit `n`.
 *
 * @module
 */
import { itemsOf, matches, type Query } from "../../../src/query.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import type { CommitId, Position, StreamName, Version } from "../../../src/stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

type Record = Recorded<Encoded>;

/** A commit of the log. */
export interface Entry {
  readonly commitId: CommitId;
  readonly first: Position;
  readonly last: Position;
}

/** A complete log. */
export interface KnownLog {
  readonly records: ReadonlyArray<Record>;
  readonly entries: ReadonlyArray<Entry>;
  /** The number of each commit, by its id. */
  readonly numbers: ReadonlyMap<CommitId, number>;
  /** The positions of each stream's records. */
  readonly streams: ReadonlyMap<StreamName, ReadonlyArray<Position>>;
  /** What is wrong with it, in words. */
  readonly problems: ReadonlyArray<string>;
}

/** From the first to the last moment at which something was so; none if the first is the later. */
export interface Moments {
  readonly from: number;
  readonly to: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A log with its commits and streams. */
export function knownLog(records: ReadonlyArray<Record>): KnownLog {
  const entries: Array<{ commitId: CommitId; first: Position; last: Position }> = [];
  const numbers = new Map<CommitId, number>();
  const streams = new Map<StreamName, Array<Position>>();
  const problems: Array<string> = [];
  records.forEach(({ commitId, position, stream, version }, index) => {
    const ofStream = streams.get(stream) ?? [];
    if (ofStream.push(position) === 1) streams.set(stream, ofStream);
    if (position !== index + 1) problems.push(`record ${index + 1} has position ${position}`);
    if (version !== ofStream.length) {
      problems.push(`record ${ofStream.length} of ${stream} has version ${version}`);
    }
    const entry = entries.at(-1);
    if (entry?.commitId === commitId) entry.last = position;
    else {
      if (numbers.has(commitId)) problems.push(`the commit ${commitId} is in two places`);
      numbers.set(commitId, entries.push({ commitId, first: position, last: position }) - 1);
    }
  });
  return { records, entries, numbers, streams, problems };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The number of the commit that holds a position. The position must be in the log. */
function numberAt({ records, numbers }: KnownLog, position: Position): number {
  return numbers.get(records[position - 1]?.commitId ?? "") ?? 0;
}

/** The moment at which a position is the head; none if no commit ends there. */
export function momentOf(log: KnownLog, head: Position): number | undefined {
  if (head === 0) return 0;
  if (head < 0 || head > log.records.length) return undefined;
  const number = numberAt(log, head);
  return log.entries[number]?.last === head ? number + 1 : undefined;
}

/** The version of a stream at a position. */
export function versionAt(log: KnownLog, stream: StreamName, position: Position): Version {
  return firstAfter(log.streams.get(stream) ?? [], position);
}

/** When a stream was at a version. */
export function momentsOf(log: KnownLog, stream: StreamName, version: Version): Moments {
  const positions = log.streams.get(stream) ?? [];
  return between(log, version === 0 ? 0 : positions[version - 1], positions[version]);
}

/** When the record at one position was stored and that at the other was not. */
export function between(
  log: KnownLog,
  stored: Position | undefined,
  missing: Position | undefined,
): Moments {
  return {
    // What never was stored was stored at no moment.
    from: stored === undefined ? Infinity : stored === 0 ? 0 : numberAt(log, stored) + 1,
    to: missing === undefined ? log.entries.length : numberAt(log, missing),
  };
}

/** The positions of matching records after one position up to another, at most so many. */
export function matching(
  log: KnownLog,
  query: Query,
  after: Position,
  through: Position,
  countMax: number = Infinity,
): ReadonlyArray<Position> {
  const items = itemsOf(query);
  const [only] = items;
  const isStream = items.length === 1 && only?.stream !== undefined &&
    Object.keys(only).length === 1;
  if (isStream) {
    const positions = log.streams.get(only.stream ?? "") ?? [];
    const begin = firstAfter(positions, after);
    return positions.slice(begin, Math.min(firstAfter(positions, through), begin + countMax));
  }
  const found: Array<Position> = [];
  if (items.length === 0) return found;
  const isMatch = matches(query);
  const end = Math.min(through, log.records.length);
  for (let position = Math.max(after, 0) + 1; position <= end; position += 1) {
    if (found.length >= countMax) break;
    const record = log.records[position - 1];
    if (record !== undefined && isMatch({ ...record, type: record.event.type })) {
      found.push(position);
    }
  }
  return found;
}

/** How many of the sorted positions are not after a position. */
function firstAfter(positions: ReadonlyArray<Position>, position: Position): number {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
