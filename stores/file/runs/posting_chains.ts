/**
 * Posting lists of many terms in three shared columns, each list a chain through them.
 *
 * Most streams have few events in a segment, so a list of its own for each term would be mostly
 * overhead. Here a posting costs 12 bytes and no object. A list that is asked for is laid out once
 * and then extended, so that asking again costs only what was added since.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { column32, type GrowingColumn, lowerBound, push } from "./growing_column.ts";
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
}

/** The list of one term. */
export interface PostingChain {
  first: number;
  last: number;
  /** How many postings, and so frames. */
  frames: number;
  /** The sum of their events. */
  events: number;
  laidOut: LaidOut | undefined;
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
  return { offsets8: column32(), events: column32(), next: column32(), newest8: 0, loaded8: 0 };
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Adds a posting that belongs to no list yet, and gives its index. */
export function addPosting(chains: PostingChains, offset8: number, events: number): number {
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
  chain: PostingChain,
  offset8: number,
  events: number,
): void {
  chain.events += events;
  if (chains.offsets8.values[chain.last] === offset8) {
    chains.events.values[chain.last]! += events;
    // What was laid out before says the old number; an earlier answer keeps saying it.
    if (chain.laidOut?.last === chain.last) chain.laidOut = undefined;
    return;
  }
  const at = addPosting(chains, offset8, events);
  chains.next.values[chain.last] = at;
  chain.last = at;
  chain.frames++;
}

/** Makes a list of postings that a run holds, before any is added. */
export function loadChain(chains: PostingChains, list: EncodedPostings): PostingChain {
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
  return { first, last, frames: last - first + 1, events, laidOut: undefined };
}

/** Takes back every posting at or behind a frame, and gives the index where the cut went. */
export function cutChains(chains: PostingChains, offset8: number): number {
  invariant(
    chains.loaded8 === 0 || offset8 > chains.loaded8,
    "cut postings: an offset behind those that come from a run",
  );
  const kept = lowerBound(chains.offsets8, offset8);
  chains.newest8 = Math.max(chains.loaded8, kept === 0 ? 0 : chains.offsets8.values[kept - 1]!);
  for (const column of [chains.offsets8, chains.events, chains.next]) column.length = kept;
  return kept;
}

/** Shortens one list after {@linkcode cutChains}. False if nothing is left of it. */
export function cutChain(chains: PostingChains, chain: PostingChain, kept: number): boolean {
  if (chain.last < kept) return true;
  if (chain.first >= kept) return false;
  chain.laidOut = undefined;
  let last = chain.first;
  let frames = 1;
  let events = chains.events.values[last]!;
  for (let at = chains.next.values[last]!; at !== 0 && at < kept; at = chains.next.values[at]!) {
    last = at;
    frames++;
    events += chains.events.values[at]!;
  }
  chains.next.values[last] = 0;
  Object.assign(chain, { last, frames, events });
  return true;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Visits the postings of a list in log order. */
export function eachPosting(
  chains: PostingChains,
  chain: PostingChain,
  visit: (offset8: number, events: number, index: number) => void,
): void {
  let at = chain.first;
  for (let left = chain.frames; left > 0; left--) {
    visit(chains.offsets8.values[at]!, chains.events.values[at]!, at);
    at = chains.next.values[at]!;
  }
}

/** The list in arrays. They stay as they are, whatever is added or cut later. */
export function postingsOf(chains: PostingChains, chain: PostingChain): Postings {
  const laid = layOut(chains, chain);
  return {
    length: laid.length,
    offsets8: laid.offsets8.subarray(0, laid.length),
    events: laid.events.subarray(0, laid.length),
  };
}

function layOut(chains: PostingChains, chain: PostingChain): LaidOut {
  const before = chain.laidOut;
  if (before !== undefined && before.length === chain.frames) return before;
  const laid = before !== undefined && before.offsets8.length >= chain.frames
    ? before
    : withRoom(before, chain.frames);
  let at = laid.length === 0 ? chain.first : chains.next.values[laid.last]!;
  while (laid.length < chain.frames) {
    laid.offsets8[laid.length] = chains.offsets8.values[at]!;
    laid.events[laid.length] = chains.events.values[at]!;
    laid.last = at;
    laid.length++;
    at = chains.next.values[at]!;
  }
  chain.laidOut = laid;
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
