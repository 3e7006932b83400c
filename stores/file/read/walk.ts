/**
 * Walking the log, forward and backward, over the commits that may hold a match.
 *
 * @module
 */
import {
  type Candidates,
  candidatesIn,
  type Chunk,
  type ChunkPart,
  chunksOf,
  type Place,
} from "./chunk.ts";
import { type ChosenFrames, commitsAt, type Expectation, noExpectation } from "./chosen_frames.ts";
import { commitsFrom, type StoredCommit } from "./frame_reader.ts";
import { type Log, type LogPoint, readableEnd } from "../log.ts";
import { stretchEnd } from "../runs/frame_marks.ts";
import type { RunReader } from "../runs/run_reader.ts";
import { firstAtLeast, type Selection } from "./selection.ts";
import type { Awaitable } from "../storage.ts";

/** A walk that was prepared: what to look for, and what the last part of it has found out. */
export interface Walk {
  readonly log: Log;
  readonly selection: Selection;
  /** The candidates that were looked up last: a page mostly goes on where the last one ended. */
  lookedUp: { readonly run: RunReader; readonly candidates: Candidates | undefined } | undefined;
  /** Where the last batch of every commit ended, so that the next page need not look it up. */
  ended: PlaceOf | undefined;
  /** How long chosen frames are, as far as it has met any. */
  readonly expected: Expectation;
}

/** Where the commit begins whose first event has this position. */
interface PlaceOf extends Place {
  readonly position: number;
}

export function walkOf(log: Log, selection: Selection): Walk {
  return { log, selection, lookedUp: undefined, ended: undefined, expected: noExpectation() };
}

/** Commits, some at a time, in the order of the walk. */
export type Commits = AsyncGenerator<ReadonlyArray<StoredCommit>, void, void>;

/** So many positions are read forward at a time when every commit is wanted backward. */
const BACKWARD_STEP = 512;
/** So many chosen frames are read forward at a time when they are wanted backward. */
const BACKWARD_FRAMES = 64;

/** So many times as many chosen frames are read as before, if those were not enough. */
const FRAMES_GROWTH = 4;

/**
 * Commits with records after `after` and up to `until`, forward. Some before and behind may be
 * among them, and not all of them hold a match. Who wants no more than `wanted` of them says so, and
 * no more are read at first.
 */
export async function* forward(
  walk: Walk,
  after: number,
  until: number,
  limit: LogPoint,
  wanted: number = Infinity,
): Commits {
  const chunks = chunksOf(walk.log);
  for (let at = chunkOf(chunks, after + 1); at < chunks.length; at++) {
    const chunk = chunks[at]!;
    if (chunk.firstPosition > until) return;
    const candidates = await candidatesOf(walk, chunk);
    if (candidates?.size === 0) continue;
    const place = await placeIn(walk, chunk, after + 1);
    for (const part of chunk.parts(candidates)) {
      if (place && part.segment.number < place.segment) continue;
      if (part.segment.firstPosition > until) return;
      const start = part.segment.number === place?.segment ? place.offset : part.from;
      const end = endOf(part, limit);
      const list = await candidates?.get(part.segment.number)?.();
      if (!candidates) yield* every(walk, part, start, end);
      else if (list) {
        const frames = { segment: part.segment, offsets: list, end };
        yield* chosen(walk, frames, firstAtLeast(list, start), wanted);
      }
    }
  }
}

/** Where to begin in a chunk for a position; none if that is at its beginning. */
function placeIn(walk: Walk, chunk: Chunk, position: number): Awaitable<Place | undefined> {
  if (position <= chunk.firstPosition) return undefined;
  return walk.ended?.position === position ? walk.ended : chunk.placeOf(position);
}

async function* every(walk: Walk, part: ChunkPart, start: number, end: number): Commits {
  const { segment } = part;
  for (let offset = start; offset < end;) {
    const batch = await commitsFrom(walk.log, segment, offset, end);
    const last = batch.commits[batch.commits.length - 1];
    if (last) {
      const position = last.header.position + last.header.events;
      walk.ended = { position, segment: segment.number, offset: batch.next };
    }
    yield batch.commits;
    offset = batch.next;
  }
}

async function* chosen(
  { log, expected }: Walk,
  frames: ChosenFrames,
  from: number,
  wanted: number,
): Commits {
  const { offsets, end } = frames;
  let most = wanted;
  for (let index = from; index < offsets.length && offsets[index]! < end;) {
    const batch = await commitsAt(log, frames, index, most, expected);
    yield batch.commits;
    index = batch.next;
    most *= FRAMES_GROWTH;
  }
}

/** The same backward: commits with records up to `from` and after `after`, the newest first. */
export async function* backward(
  walk: Walk,
  from: number,
  after: number,
  limit: LogPoint,
  wanted: number = Infinity,
): Commits {
  if (!walk.selection.alternatives) {
    yield* everyBackward(walk, from, after, limit);
    return;
  }
  const chunks = chunksOf(walk.log);
  const last = chunkOf(chunks, from);
  for (let at = last; at >= 0; at--) {
    const chunk = chunks[at]!;
    const candidates = await candidatesOf(walk, chunk);
    const bound = at === last && from < limit.position ? await boundOf(chunk, from) : undefined;
    for (const part of [...chunk.parts(candidates)].reverse()) {
      const { number } = part.segment;
      if (bound && number > bound.segment) continue;
      const list = await candidates?.get(number)?.();
      if (!list) continue;
      const end = endOf(part, limit);
      const until = number === bound?.segment ? Math.min(bound.until, end) : end;
      const frames = { segment: part.segment, offsets: list, end };
      yield* chosenBackward(walk, frames, firstAtLeast(list, until), from, wanted);
    }
    if (chunk.firstPosition <= after + 1) return;
  }
}

/** A place behind which no frame begins that holds a position or one before it. */
async function boundOf(
  chunk: Chunk,
  position: number,
): Promise<{ readonly segment: number; readonly until: number }> {
  const place = await chunk.placeOf(position);
  return { segment: place.segment, until: stretchEnd(place.offset) };
}

async function* everyBackward(walk: Walk, from: number, after: number, limit: LogPoint): Commits {
  for (let upper = from; upper > after;) {
    const lower = Math.max(after, upper - BACKWARD_STEP);
    const commits: StoredCommit[] = [];
    for await (const batch of forward(walk, lower, upper, limit)) {
      // The first and the last commit may reach beyond; a commit that only lies there is left out.
      commits.push(...batch.filter(({ header }) => {
        return header.position <= upper && header.position + header.events - 1 > lower;
      }));
      const last = batch[batch.length - 1];
      if (last && last.header.position + last.header.events > upper) break;
    }
    yield commits.reverse();
    const lowest = commits[commits.length - 1];
    upper = lowest ? Math.min(lower, lowest.header.position - 1) : lower;
  }
}

async function* chosenBackward(
  walk: Walk,
  { segment, offsets, end }: ChosenFrames,
  behind: number,
  from: number,
  wanted: number,
): Commits {
  let most = Math.min(wanted, BACKWARD_FRAMES);
  for (let upper = behind; upper > 0;) {
    const lower = Math.max(0, upper - most);
    const slice = Array.from({ length: upper - lower }, (_, at) => offsets[lower + at]!);
    const commits: StoredCommit[] = [];
    for await (const batch of chosen(walk, { segment, offsets: slice, end }, 0, Infinity)) {
      commits.push(...batch);
    }
    yield commits.reverse().filter(({ header }) => header.position <= from);
    upper = lower;
    most = Math.min(most * FRAMES_GROWTH, BACKWARD_FRAMES);
  }
}

/** The last chunk that begins at or before a position. */
function chunkOf(chunks: ReadonlyArray<Chunk>, position: number): number {
  let at = chunks.length - 1;
  while (at > 0 && chunks[at]!.firstPosition > position) at--;
  return at;
}

function endOf(part: ChunkPart, limit: LogPoint): number {
  const readable = readableEnd(part.segment, limit);
  return part.to === undefined ? readable : Math.min(part.to, readable);
}

async function candidatesOf(walk: Walk, chunk: Chunk): Promise<Candidates | undefined> {
  // Memory goes on growing, so what it said before is not the whole any more; a run never changes.
  // The run is the chunk's own: that of the log may be another by now.
  const { run } = chunk;
  const before = walk.lookedUp;
  if (run && before?.run === run) return before.candidates;
  const candidates = await candidatesIn(chunk, walk.selection);
  walk.lookedUp = run ? { run, candidates } : undefined;
  return candidates;
}
