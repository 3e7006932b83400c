/**
 * The rows of an index run before they are bytes: terms and commit ids, gathered from the segments
 * and put into the one order that depends on nothing but themselves.
 *
 * Rows are columns and an order of indices, because a segment has hundreds of thousands of them and
 * an object for each would cost more than all the rest.
 *
 * @module
 */
import {
  type ByteSink,
  byteSink,
  putBytes,
  putText,
  putVarint,
  writtenBytes,
} from "./byte_sink.ts";
import { commitShape, entryShape } from "./index_header.ts";
import { hashOrder, layPages, type PageEnd, pagesFor } from "./index_page.ts";
import type { MemoryTerm, MemoryTerms } from "./memory_terms.ts";
import { putPosting, putTableRow } from "./postings.ts";
import { codeOf } from "./term.ts";
import type { TermHasher } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The hashes of rows, both halves. */
interface Hashes {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/** The pages that rows in hash order fall into. */
interface Paged {
  readonly pages: number;
  readonly ends: ReadonlyArray<PageEnd>;
}

/** Terms in the order of their pages. */
export interface TermRows extends Paged, Hashes {
  /** How many terms. */
  readonly count: number;
  /** Terms of single segments, in order: a term's are neighbours, in log order. */
  readonly parts: ReadonlyArray<MemoryTerm>;
  /** The segments of the parts, counted from the first of the run. */
  readonly deltas: Uint32Array;
  /** Where the parts of each term begin; one more at the end. */
  readonly starts: Uint32Array;
}

/** Commit ids in the order of their pages. */
export interface CommitRows extends Paged, Hashes {
  readonly count: number;
  readonly deltas: Uint32Array;
  readonly offsets8: Uint32Array;
}

/** What terms have outside their pages, in their order. */
export interface TermTails {
  readonly postings: ByteSink;
  readonly names: ByteSink;
  /** Where those of each term begin. */
  readonly postingsAt: Float64Array;
  readonly namesAt: Float64Array;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** All terms of some segments, each once. */
export function termRows(segments: ReadonlyArray<MemoryTerms>, hash: TermHasher): TermRows {
  const size = segments.reduce((sum, terms) => sum + terms.termCount, 0);
  const found: MemoryTerm[] = [];
  const segmentsOf = new Uint32Array(size);
  const hi = new Uint32Array(size);
  const lo = new Uint32Array(size);
  segments.forEach((terms, delta) => {
    for (const term of terms.terms()) {
      const key = hash(term.kind, term.name);
      segmentsOf[found.length] = delta;
      hi[found.length] = key.hi;
      lo[found.length] = key.lo;
      found.push(term);
    }
  });
  const compare = (left: number, right: number): number =>
    hi[left]! - hi[right]! || lo[left]! - lo[right]! ||
    compareTerms(found[left]!, found[right]!) || segmentsOf[left]! - segmentsOf[right]!;
  const order = hashOrder(hi, pagesFor(entryShape, size), compare);
  const parts = Array.from(order, (at) => found[at]!);
  const starts = startsOf(parts);
  const count = starts.length - 1;
  const rowHi = starts.subarray(0, count).map((part) => hi[order[part]!]!);
  const rowLo = starts.subarray(0, count).map((part) => lo[order[part]!]!);
  const pages = pagesFor(entryShape, count);
  const ends = layPages(entryShape, rowHi, pages);
  return {
    count,
    parts,
    deltas: taken(segmentsOf, order),
    starts,
    hi: rowHi,
    lo: rowLo,
    pages,
    ends,
  };
}

/** Where each term begins among parts in order. */
function startsOf(parts: ReadonlyArray<MemoryTerm>): Uint32Array {
  const starts = new Uint32Array(parts.length + 1);
  let count = 0;
  parts.forEach((part, at) => {
    if (at === 0 || compareTerms(parts[at - 1]!, part) !== 0) starts[count++] = at;
  });
  starts[count] = parts.length;
  return starts.subarray(0, count + 1);
}

/** All commit ids of some segments. */
export function commitRows(segments: ReadonlyArray<MemoryTerms>, hash: TermHasher): CommitRows {
  const count = segments.reduce((sum, terms) => sum + terms.commitCount, 0);
  const hi = new Uint32Array(count);
  const lo = new Uint32Array(count);
  const deltas = new Uint32Array(count);
  const offsets8 = new Uint32Array(count);
  let at = 0;
  const add = (highHalf: number, lowHalf: number, delta: number, offset8: number): void => {
    hi[at] = highHalf;
    lo[at] = lowHalf;
    deltas[at] = delta;
    offsets8[at++] = offset8;
  };
  segments.forEach((terms, delta) => {
    for (const row of terms.commitRows) add(row.hi, row.lo, delta, row.offset8);
    for (const [id, offset8] of terms.commitIds()) {
      const key = hash("commit", id);
      add(key.hi, key.lo, delta, offset8);
    }
  });
  const pages = pagesFor(commitShape, count);
  const order = hashOrder(
    hi,
    pages,
    (left, right) =>
      hi[left]! - hi[right]! || lo[left]! - lo[right]! || deltas[left]! - deltas[right]! ||
      offsets8[left]! - offsets8[right]!,
  );
  const rowHi = taken(hi, order);
  return {
    count,
    hi: rowHi,
    lo: taken(lo, order),
    deltas: taken(deltas, order),
    offsets8: taken(offsets8, order),
    pages,
    ends: layPages(commitShape, rowHi, pages),
  };
}

function taken(column: Uint32Array, order: Uint32Array): Uint32Array {
  return order.map((at) => column[at]!);
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What the terms have outside their pages: each a table of its lists, the lists, and its name. */
export function termTails(rows: TermRows, segments: ReadonlyArray<MemoryTerms>): TermTails {
  const tails: TermTails = {
    postings: byteSink(rows.count * 16),
    names: byteSink(rows.count * 32),
    postingsAt: new Float64Array(rows.count),
    namesAt: new Float64Array(rows.count),
  };
  const lists = byteSink(4096);
  for (let row = 0; row < rows.count; row++) {
    const start = rows.starts[row]!;
    const end = rows.starts[row + 1]!;
    tails.postingsAt[row] = tails.postings.length;
    tails.namesAt[row] = tails.names.length;
    putText(tails.names, rows.parts[start]!.name);
    putVarint(tails.postings, end - start);
    let before = 0;
    lists.length = 0;
    for (let part = start; part < end; part++) {
      const delta = rows.deltas[part]!;
      const size = putList(lists, segments[delta]!, rows.parts[part]!);
      putTableRow(tails.postings, before, delta, size);
      before = delta;
    }
    putBytes(tails.postings, writtenBytes(lists));
  }
  return tails;
}

/** Adds the list of a term in one segment, and gives its size in bytes. */
function putList(lists: ByteSink, terms: MemoryTerms, term: MemoryTerm): number {
  const from = lists.length;
  let before8 = 0;
  terms.eachPosting(term, (offset8, events) => {
    putPosting(lists, before8, offset8, events);
    before8 = offset8;
  });
  return lists.length - from;
}

/** By kind and name: the order of terms whose hashes collide. */
function compareTerms(left: MemoryTerm, right: MemoryTerm): number {
  return codeOf(left.kind) - codeOf(right.kind) || compareNames(left.name, right.name);
}

/** By UTF-16 code units, an order that no locale changes. */
export function compareNames(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
