/**
 * The rows of an index run before they are bytes: terms and commit ids, gathered from the segments
 * and put into the one order that depends on nothing but themselves.
 *
 * Rows are columns and an order of indices, because a segment has hundreds of thousands of them and
 * an object for each would cost more than all the rest. They are made in steps, for who must answer
 * others in between.
 *
 * @module
 */
import { type ByteWriter, byteWriter, putBytes, putVarint } from "../format/byte_writer.ts";
import { commitShape, entryShape } from "./index_header.ts";
import { hashOrder, isStepOver, layPages, type PageEnd, pagesFor } from "./index_page.ts";
import type { MemoryTerms, TermColumns } from "./memory_terms.ts";
import { eachPosting } from "./posting_chains.ts";
import { putPosting, putTableRow } from "./postings.ts";
import type { TermHasher } from "./term_hash.ts";
import { codeAt, keyStart, nameAt } from "./term_table.ts";

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
  /**
   * The terms of single segments, in order: those of one term are neighbours, in log order. Of each
   * its number in its segment.
   */
  readonly parts: Uint32Array;
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
  readonly postings: ByteWriter;
  readonly names: ByteWriter;
  /** Where those of each term begin. */
  readonly postingsAt: Float64Array;
  readonly namesAt: Float64Array;
}

/** Rows that are made in steps. */
export type InSteps<Rows> = Generator<void, Rows, void>;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** All terms of some segments, each once. */
export function* termRows(
  segments: ReadonlyArray<MemoryTerms>,
  hash: TermHasher,
): InSteps<TermRows> {
  const size = segments.reduce((sum, terms) => sum + terms.termCount, 0);
  const parts = new Uint32Array(size);
  const deltas = new Uint32Array(size);
  const hi = new Uint32Array(size);
  const lo = new Uint32Array(size);
  let found = 0;
  for (const [delta, { columns: { table }, termCount }] of segments.entries()) {
    for (let term = 0; term < termCount; term++) {
      if (isStepOver(found)) yield;
      const key = hash.ofKey(table.keys.bytes, keyStart(table, term), table.ends.values[term]!);
      parts[found] = term;
      deltas[found] = delta;
      hi[found] = key.hi;
      lo[found] = key.lo;
      found += 1;
    }
  }
  const columns = segments.map((terms) => terms.columns);
  const compareParts = (left: number, right: number): number =>
    compareTerms(columns[deltas[left]!]!, parts[left]!, columns[deltas[right]!]!, parts[right]!);
  const order = yield* hashOrder(
    hi,
    (left, right) =>
      lo[left]! - lo[right]! || compareParts(left, right) || deltas[left]! - deltas[right]!,
  );
  const starts = new Uint32Array(size + 1);
  let count = 0;
  for (let at = 0; at < size; at++) {
    if (isStepOver(at)) yield;
    const part = order[at]!;
    const before = at === 0 ? part : order[at - 1]!;
    const isSame = at > 0 && hi[before] === hi[part] && lo[before] === lo[part] &&
      compareParts(before, part) === 0;
    if (!isSame) starts[count++] = at;
  }
  starts[count] = size;
  const firsts = starts.subarray(0, count).map((at) => order[at]!);
  yield;
  const rowHi = taken(hi, firsts);
  const pages = pagesFor(entryShape, count);
  const ends = layPages(entryShape, rowHi, pages);
  yield;
  return {
    count,
    parts: taken(parts, order),
    deltas: taken(deltas, order),
    starts: starts.subarray(0, count + 1),
    hi: rowHi,
    lo: taken(lo, firsts),
    pages,
    ends,
  };
}

/** All commit ids of some segments. */
export function* commitRows(
  segments: ReadonlyArray<MemoryTerms>,
  hash: TermHasher,
): InSteps<CommitRows> {
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
  for (const [delta, terms] of segments.entries()) {
    for (const row of terms.commitRows) add(row.hi, row.lo, delta, row.offset8);
    for (const [id, offset8] of terms.commitIds()) {
      if (isStepOver(at)) yield;
      const key = hash("commit", id);
      add(key.hi, key.lo, delta, offset8);
    }
  }
  const order = yield* hashOrder(
    hi,
    (left, right) =>
      lo[left]! - lo[right]! || deltas[left]! - deltas[right]! ||
      offsets8[left]! - offsets8[right]!,
  );
  const pages = pagesFor(commitShape, count);
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

/** The values of a column in an order. */
function taken(column: Uint32Array, order: Uint32Array): Uint32Array {
  const values = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at++) values[at] = column[order[at]!]!;
  return values;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What the terms have outside their pages: each a table of its lists, the lists, and its name. */
export function* termTails(
  rows: TermRows,
  segments: ReadonlyArray<MemoryTerms>,
): InSteps<TermTails> {
  const tails: TermTails = {
    postings: byteWriter(rows.count * 16),
    names: byteWriter(rows.count * 32),
    postingsAt: new Float64Array(rows.count),
    namesAt: new Float64Array(rows.count),
  };
  const lists = byteWriter(4096);
  for (let row = 0; row < rows.count; row++) {
    if (isStepOver(row)) yield;
    const start = rows.starts[row]!;
    const end = rows.starts[row + 1]!;
    tails.postingsAt[row] = tails.postings.at;
    tails.namesAt[row] = tails.names.at;
    putName(tails.names, segments[rows.deltas[start]!]!.columns, rows.parts[start]!);
    putVarint(tails.postings, end - start);
    let before = 0;
    lists.at = 0;
    for (let part = start; part < end; part++) {
      const delta = rows.deltas[part]!;
      const size = putList(lists, segments[delta]!.columns, rows.parts[part]!);
      putTableRow(tails.postings, before, delta, size);
      before = delta;
    }
    putBytes(tails.postings, lists.bytes, 0, lists.at);
  }
  return tails;
}

/** Adds a name, its length in bytes before it. */
function putName(names: ByteWriter, { table }: TermColumns, term: number): void {
  const from = keyStart(table, term) + 1;
  const to = table.ends.values[term]!;
  putVarint(names, to - from);
  putBytes(names, table.keys.bytes, from, to);
}

/** Adds the list of a term in one segment, and gives its size in bytes. */
function putList(lists: ByteWriter, { chains }: TermColumns, term: number): number {
  const from = lists.at;
  let before8 = 0;
  eachPosting(chains, term, (offset8, events) => {
    putPosting(lists, before8, offset8, events);
    before8 = offset8;
  });
  return lists.at - from;
}

/** By kind and name: the order of terms whose hashes collide. */
function compareTerms(
  one: TermColumns,
  term: number,
  other: TermColumns,
  otherTerm: number,
): number {
  const kinds = codeAt(one.table, term) - codeAt(other.table, otherTerm);
  return kinds !== 0 || haveOneName(one, term, other, otherTerm)
    ? kinds
    : compareNames(nameAt(one.table, term), nameAt(other.table, otherTerm));
}

function haveOneName(
  { table }: TermColumns,
  term: number,
  { table: others }: TermColumns,
  otherTerm: number,
): boolean {
  const to = table.ends.values[term]!;
  const otherTo = others.ends.values[otherTerm]!;
  const from = keyStart(table, term);
  if (to - from !== otherTo - keyStart(others, otherTerm)) return false;
  for (let at = from, otherAt = otherTo - (to - from); at < to; at++, otherAt++) {
    if (table.keys.bytes[at] !== others.keys.bytes[otherAt]) return false;
  }
  return true;
}

/** By UTF-16 code units, an order that no locale changes. */
export function compareNames(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
