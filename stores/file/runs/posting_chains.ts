/**
 * Posting lists of many terms in three shared columns, each list a chain through them.
 *
 * Most streams have few events in a segment, so a list of its own for each term would be mostly
 * overhead. Here a posting costs 12 bytes, a list 20, and neither is an object. A list that is asked
 * for is laid out once and then extended, so that asking again costs only what was added since.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { column32, column64, type GrowingColumn, lowerBound, push } from "./growing_column.ts";
import { eachEncoded, type EncodedPostings } from "./postings.ts";
import type { Postings } from "./term.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The postings of all terms, in log order. */
export interface PostingChains {
  readonly offsets8: GrowingColumn<Uint32Array>;
  readonly events: GrowingColumn<Uint32Array>;
  /** The index of the next posting of the same term; 0 is none, since nothing precedes the first. */
  readonly next: GrowingColumn<Uint32Array>;
  /** The offset of the newest frame, divided by 8. */
  newest8: number;
  /** The newest frame that was loaded: those before it stand in any order and are never cut. */
  loaded8: number;
  /** Of each list: its first posting and its last. Lists are numbered by their first postings. */
  readonly firsts: GrowingColumn<Uint32Array>;
  readonly lasts: GrowingColumn<Uint32Array>;
  /** Of each list: how many postings, and so frames. */
  readonly frames: GrowingColumn<Uint32Array>;
  /** Of each list: the sum of their events. */
  readonly sums: GrowingColumn<Float64Array>;
  /** Lists that have been asked for. */
  readonly laidOut: Map<number, LaidOut>;
}

/** A list in arrays of its own, as far as it has been asked for. */
interface LaidOut {
  offsets8: Uint32Array;
  events: Uint32Array;
  length: number;
  last: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

export function postingChains(): PostingChains {
  return {
    offsets8: column32(),
    events: column32(),
    next: column32(),
    newest8: 0,
    loaded8: 0,
    firsts: column32(),
    lasts: column32(),
    frames: column32(),
    sums: column64(),
    laidOut: new Map(),
  };
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Adds a list of one posting, and gives its number: one more than that of the list before. */
export function addChain(chains: PostingChains, offset8: number, events: number): number {
  const at = addPosting(chains, offset8, events);
  return pushChain(chains, at, at, 1, events);
}

function pushChain(
  chains: PostingChains,
  first: number,
  last: number,
  frames: number,
  events: number,
): number {
  push(chains.firsts, first);
  push(chains.lasts, last);
  push(chains.frames, frames);
  push(chains.sums, events);
  return chains.firsts.length - 1;
}

function addPosting(chains: PostingChains, offset8: number, events: number): number {
  invariant(offset8 >= chains.newest8, "add a posting: frames in log order");
  chains.newest8 = offset8;
  return pushPosting(chains, offset8, events);
}

function pushPosting(chains: PostingChains, offset8: number, events: number): number {
  push(chains.offsets8, offset8);
  push(chains.events, events);
  push(chains.next, 0);
  return chains.next.length - 1;
}

/** Adds events to a list: to its last posting if that is of the same frame, else in a new one. */
export function extendChain(
  chains: PostingChains,
  chain: number,
  offset8: number,
  events: number,
): void {
  const last = chains.lasts.values[chain]!;
  chains.sums.values[chain]! += events;
  if (chains.offsets8.values[last] === offset8) {
    chains.events.values[last]! += events;
    // What was laid out before says the old number; an earlier answer keeps saying it.
    if (chains.laidOut.get(chain)?.last === last) chains.laidOut.delete(chain);
    return;
  }
  const at = addPosting(chains, offset8, events);
  chains.next.values[last] = at;
  chains.lasts.values[chain] = at;
  chains.frames.values[chain]! += 1;
}

/** Adds a list of postings that a run holds, before any is added, and gives its number. */
export function loadChain(chains: PostingChains, list: EncodedPostings): number {
  const first = chains.next.length;
  let events = 0;
  eachEncoded(list, (offset8, count) => {
    const index = pushPosting(chains, offset8, count);
    if (index > first) chains.next.values[index - 1] = index;
    chains.newest8 = Math.max(chains.newest8, offset8);
    events += count;
  });
  chains.loaded8 = chains.newest8;
  const last = chains.next.length - 1;
  return pushChain(chains, first, last, last - first + 1, events);
}

/**
 * Takes back every posting at or behind a frame, and gives how many lists are left: since a list is
 * numbered by its first posting, those that have none any more are the last ones.
 */
export function cutChains(chains: PostingChains, offset8: number): number {
  invariant(
    chains.loaded8 === 0 || offset8 > chains.loaded8,
    "cut postings: an offset behind those that come from a run",
  );
  const kept = lowerBound(chains.offsets8, offset8);
  const lists = lowerBound(chains.firsts, kept);
  for (let chain = 0; chain < lists; chain++) {
    if (chains.lasts.values[chain]! >= kept) cutChain(chains, chain, kept);
  }
  for (const chain of chains.laidOut.keys()) if (chain >= lists) chains.laidOut.delete(chain);
  chains.newest8 = Math.max(chains.loaded8, kept === 0 ? 0 : chains.offsets8.values[kept - 1]!);
  for (const column of [chains.offsets8, chains.events, chains.next]) column.length = kept;
  for (const column of [chains.firsts, chains.lasts, chains.frames, chains.sums]) {
    column.length = lists;
  }
  return lists;
}

/** Shortens a list, of which something is left. */
function cutChain(chains: PostingChains, chain: number, kept: number): void {
  chains.laidOut.delete(chain);
  let last = chains.firsts.values[chain]!;
  let frames = 1;
  let events = chains.events.values[last]!;
  for (let at = chains.next.values[last]!; at !== 0 && at < kept; at = chains.next.values[at]!) {
    last = at;
    frames++;
    events += chains.events.values[at]!;
  }
  chains.next.values[last] = 0;
  chains.lasts.values[chain] = last;
  chains.frames.values[chain] = frames;
  chains.sums.values[chain] = events;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Visits the postings of a list in log order. */
export function eachPosting(
  chains: PostingChains,
  chain: number,
  visit: (offset8: number, events: number, index: number) => void,
): void {
  let at = chains.firsts.values[chain]!;
  for (let left = chains.frames.values[chain]!; left > 0; left--) {
    visit(chains.offsets8.values[at]!, chains.events.values[at]!, at);
    at = chains.next.values[at]!;
  }
}

/** The list in arrays. They stay as they are, whatever is added or cut later. */
export function postingsOf(chains: PostingChains, chain: number): Postings {
  const laid = layOut(chains, chain);
  return {
    length: laid.length,
    offsets8: laid.offsets8.subarray(0, laid.length),
    events: laid.events.subarray(0, laid.length),
  };
}

function layOut(chains: PostingChains, chain: number): LaidOut {
  const before = chains.laidOut.get(chain);
  const frames = chains.frames.values[chain]!;
  if (before !== undefined && before.length === frames) return before;
  const laid = before !== undefined && before.offsets8.length >= frames
    ? before
    : withRoom(before, frames);
  let at = laid.length === 0 ? chains.firsts.values[chain]! : chains.next.values[laid.last]!;
  while (laid.length < frames) {
    laid.offsets8[laid.length] = chains.offsets8.values[at]!;
    laid.events[laid.length] = chains.events.values[at]!;
    laid.last = at;
    laid.length++;
    at = chains.next.values[at]!;
  }
  chains.laidOut.set(chain, laid);
  return laid;
}

function withRoom(before: LaidOut | undefined, length: number): LaidOut {
  // The first time exactly so much, as most lists are asked for once; then room to grow.
  const capacity = before === undefined ? length : length * 2;
  const laid: LaidOut = {
    offsets8: new Uint32Array(capacity),
    events: new Uint32Array(capacity),
    length: before?.length ?? 0,
    last: before?.last ?? 0,
  };
  if (before !== undefined) {
    laid.offsets8.set(before.offsets8.subarray(0, before.length));
    laid.events.set(before.events.subarray(0, before.length));
  }
  return laid;
}
