/**
 * Chunks: the log cut into parts that are each looked up in one place, an index run or the terms in
 * memory. Both answer the same questions.
 *
 * @module
 */
import type { Log, LogSegment, MemorySegment } from "../log.ts";
import type { Mark } from "../runs/frame_marks.ts";
import type { RunReader } from "../runs/run_reader.ts";
import { SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import { intersectionOf, type Selection, type TermGroups, unionOf } from "./selection.ts";
import type { Awaitable } from "../storage.ts";
import type { Term } from "../runs/term.ts";

/** A part of the log. */
export interface Chunk {
  /** The index run behind it; none if its terms are in memory. */
  readonly run: RunReader | undefined;
  /** The number of its first segment. */
  readonly from: number;
  readonly firstPosition: number;
  /** In log order: all of them, or those of the segments that are wanted. */
  readonly parts: (wanted: ReadonlyMap<number, unknown> | undefined) => ReadonlyArray<ChunkPart>;
  readonly postings: (term: Term) => Awaitable<Candidates>;
  /** A frame that holds the position, or one before it in the same part. */
  readonly placeOf: (position: number) => Awaitable<Place>;
  /** Where to begin a scan for the first commit that is later than `time`; none if none is. */
  readonly placeOfTime: (time: number) => Awaitable<Mark | undefined>;
}

/** A part of a segment: its frames from one offset up to another, in bytes. */
export interface ChunkPart {
  readonly segment: LogSegment;
  readonly from: number;
  /** None: as far as the log may be read. */
  readonly to: number | undefined;
}

/** Where a frame begins. */
export interface Place {
  readonly segment: number;
  /** In bytes. */
  readonly offset: number;
}

/**
 * Which frames may hold a match: by segment, their offsets in bytes, in ascending order. They are
 * looked up when a walk comes to the segment, because a run may cover hundreds of them.
 */
export type Candidates = ReadonlyMap<number, () => Awaitable<ArrayLike<number>>>;

/** The chunks of a log, in log order. */
export function chunksOf(log: Log): ReadonlyArray<Chunk> {
  const chunks = [...log.runs.map((run) => runChunk(log, run)), ...log.memory.map(memoryChunk)];
  // Only in a log that is read may memory stand between runs; a sort of what is in order is cheap.
  return chunks.sort((one, other) => one.from - other.from);
}

function runChunk(log: Log, run: RunReader): Chunk {
  return {
    run,
    from: run.map.counts.from,
    firstPosition: run.firstPosition,
    // Made when they are wanted: a run has many segments, and most hold nothing of a stream.
    parts: (wanted) =>
      run.segments.filter(({ number }) => wanted?.has(number) ?? true).map((row) => ({
        segment: log.segments.get(row.number)!,
        from: SEGMENT_HEADER_BYTES,
        to: row.endOffset,
      })),
    postings: async (term) => {
      const entry = await run.find(term);
      if (!entry) return new Map();
      const found = await run.postings(entry);
      return new Map(
        found.map((one) => [one.segment, async () => inBytes((await run.frames(one)).offsets8)]),
      );
    },
    placeOfTime: (time) => run.sparseForTime(time),
    placeOf: async (position) => {
      const row = await run.sparseFor(position);
      if (row) return { segment: row.segment, offset: row.offset8 * 8 };
      return { segment: run.segments[0]!.number, offset: SEGMENT_HEADER_BYTES };
    },
  };
}

function memoryChunk({ segment, terms, firstPosition }: MemorySegment): Chunk {
  return {
    run: undefined,
    from: segment.number,
    firstPosition,
    parts: () => [{ segment, from: terms.from.offset, to: undefined }],
    postings: (term) => {
      const found = terms.postings(term.kind, term.name);
      return new Map(found ? [[segment.number, () => inBytes(found.offsets8)]] : []);
    },
    placeOfTime: (time) => terms.sparseForTime(time),
    placeOf: (position) => {
      const mark = terms.sparseFor(position);
      return { segment: segment.number, offset: mark ? mark.offset8 * 8 : terms.from.offset };
    },
  };
}

function inBytes(offsets8: ArrayLike<number>): ArrayLike<number> {
  // Doubles, because an offset in bytes may be above 32 bits. Not by an iterator, which costs more
  // than all else that finds a few frames.
  const bytes = new Float64Array(offsets8.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = offsets8[at]! * 8;
  return bytes;
}

/** Looks up the frames of a chunk that may hold a match; none at all means that every frame may. */
export async function candidatesIn(
  chunk: Chunk,
  selection: Selection,
): Promise<Candidates | undefined> {
  if (!selection.alternatives) return undefined;
  const found: Candidates[] = [];
  for (const groups of selection.alternatives) found.push(await framesOf(chunk, groups));
  return keepingLast(inAny(found));
}

/** Keeps the list that was looked up last: a walk goes on where its last page ended. */
function keepingLast(candidates: Candidates): Candidates {
  let last: { readonly segment: number; readonly list: ArrayLike<number> } | undefined;
  const kept = async (
    segment: number,
    lookUp: () => Awaitable<ArrayLike<number>>,
  ): Promise<ArrayLike<number>> => {
    if (last?.segment !== segment) last = { segment, list: await lookUp() };
    return last.list;
  };
  return new Map(
    Array.from(candidates, ([segment, lookUp]) => [segment, () => kept(segment, lookUp)]),
  );
}

async function framesOf(chunk: Chunk, groups: TermGroups): Promise<Candidates> {
  const found: Candidates[] = [];
  for (const group of groups) {
    const any: Candidates[] = [];
    for (const term of group) any.push(await chunk.postings(term));
    const frames = inAny(any);
    // A group without a frame empties the intersection, so the others need not be looked up.
    if (frames.size === 0) return frames;
    found.push(frames);
  }
  return found.length === 1 ? found[0]! : inAll(found);
}

function inAny(all: ReadonlyArray<Candidates>): Candidates {
  if (all.length === 1) return all[0]!;
  const segments = new Set(all.flatMap((one) => [...one.keys()]));
  return combined(segments, all, unionOf);
}

function inAll(all: ReadonlyArray<Candidates>): Candidates {
  const [first, ...others] = all;
  const segments = [...first!.keys()].filter((segment) => others.every((one) => one.has(segment)));
  return combined(segments, all, intersectionOf);
}

/** The lists of some segments, of all candidates that have one, made into one list each. */
function combined(
  segments: Iterable<number>,
  all: ReadonlyArray<Candidates>,
  combine: (lists: ReadonlyArray<ArrayLike<number>>) => ArrayLike<number>,
): Candidates {
  return new Map(Array.from(segments, (segment) => {
    const lookUps = all.flatMap((one) => one.get(segment) ?? []);
    return [segment, async () => {
      const lists: ArrayLike<number>[] = [];
      for (const lookUp of lookUps) lists.push(await lookUp());
      return combine(lists);
    }];
  }));
}
