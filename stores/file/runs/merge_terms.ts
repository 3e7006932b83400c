/**
 * The terms of several neighbouring runs, one after the other in hash order: which of the runs hold
 * each, its name, and the table of its lists.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { type ByteReader, byteReader, readText, readVarint } from "../format/bytes.ts";
import { type ByteSink, byteSink, putBytes, putVarint, writtenBytes } from "./byte_sink.ts";
import { entryShape } from "./index_header.ts";
import {
  type MergeWindow,
  mergeWindow,
  type Merging,
  moveWindow,
  placeIn,
} from "./merge_window.ts";
import { eachTableRow, putTableRow } from "./postings.ts";
import { compareNames } from "./run_rows.ts";
import { firstOf, leastHash, passAll, type RowCursor, rowCursor } from "./row_cursor.ts";
import type { RunMap } from "./run_lookup.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where a pass over the terms of one run is. Names and tables stand in the order of the rows. */
export interface TermInput {
  /** Its first segment, counted from the first of the merged run. */
  readonly base: number;
  readonly names: MergeWindow;
  readonly postings: MergeWindow;
  /** The address of the next name, and of the next table. */
  name: number;
  table: number;
}

/** Terms of several runs as one row of terms. */
export interface Matched {
  /** In which runs each term is, as bits. */
  readonly masks: Uint8Array;
  /** How many terms; what follows in `masks` is room. */
  readonly count: number;
  readonly namesBytes: number;
  readonly postingsBytes: number;
}

/** A name with its length before it, as it stands in a run. */
export interface NameBytes {
  readonly bytes: Uint8Array;
  readonly from: number;
  /** Where the text begins. */
  readonly text: number;
  readonly to: number;
}

/** Where the tables of one term are gathered. Used again for each. */
export interface MergedTable {
  /** The table of the merged run. */
  readonly bytes: ByteSink;
  readonly rows: ByteSink;
  /** Of each input in turn: where its lists are, as addresses. */
  readonly lists: Array<{ from: number; to: number }>;
  /** The bytes of all lists. */
  listBytes: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Inputs at their first terms. */
export function termInputs(maps: ReadonlyArray<RunMap>): ReadonlyArray<TermInput> {
  const first = maps[0]!.counts.from;
  return maps.map(({ counts, sections }, input) => {
    const { names, postings } = sections;
    return {
      base: counts.from - first,
      names: mergeWindow(input, { from: names, to: names + counts.namesBytes }),
      postings: mergeWindow(input, { from: postings, to: postings + counts.postingsBytes }),
      name: names,
      table: postings,
    };
  });
}

/** Cursors at the first terms. */
export function* termCursors(maps: ReadonlyArray<RunMap>): Merging<ReadonlyArray<RowCursor>> {
  const cursors: RowCursor[] = [];
  for (const [input, { counts, sections }] of maps.entries()) {
    cursors.push(yield* rowCursor(input, sections.pages, counts.pageBlocks, entryShape));
  }
  return cursors;
}

export function mergedTable(): MergedTable {
  return { bytes: byteSink(64), rows: byteSink(64), lists: [], listBytes: 0 };
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Finds out which terms are the same in several runs, and what the merged run takes. */
export function* matchTerms(maps: ReadonlyArray<RunMap>): Merging<Matched> {
  const cursors = yield* termCursors(maps);
  const inputs = termInputs(maps);
  const table = mergedTable();
  const masks = new Uint8Array(maps.reduce((sum, { counts }) => sum + counts.entries, 0));
  let count = 0;
  let namesBytes = 0;
  let postingsBytes = 0;
  for (;;) {
    const sameHash = leastHash(cursors);
    if (sameHash === 0) return { masks, count, namesBytes, postingsBytes };
    const isAlone = (sameHash & (sameHash - 1)) === 0;
    const mask = isAlone ? sameHash : yield* leastTerm(cursors, inputs, sameHash);
    masks[count++] = mask;
    namesBytes += yield* passNames(inputs, mask);
    postingsBytes += yield* passTables(inputs, mask, table);
    yield* passAll(cursors, mask);
  }
}

/** Of terms with one hash, those that are the least by kind and name. */
function* leastTerm(
  cursors: ReadonlyArray<RowCursor>,
  inputs: ReadonlyArray<TermInput>,
  mask: number,
): Merging<number> {
  let least = 0;
  let kind = Infinity;
  for (let at = 0; at < cursors.length; at++) {
    if ((mask & (1 << at)) === 0) continue;
    const code = cursors[at]!.window.view.getUint8(cursors[at]!.at + 8);
    if (code > kind) continue;
    least = code < kind ? 1 << at : least | (1 << at);
    kind = code;
  }
  let same = 0;
  let name: NameBytes | undefined;
  for (let at = 0; at < inputs.length; at++) {
    if ((least & (1 << at)) === 0) continue;
    const other = yield* nameOf(inputs[at]!);
    const order = name === undefined ? -1 : compareNameBytes(other, name);
    if (order > 0) continue;
    if (order < 0) same = 0;
    same |= 1 << at;
    name = other;
  }
  return same;
}

/** Names are mostly equal, and then their bytes say so. */
function compareNameBytes(one: NameBytes, other: NameBytes): number {
  const size = one.to - one.from;
  let equal = 0;
  if (size === other.to - other.from) {
    while (equal < size && one.bytes[one.from + equal] === other.bytes[other.from + equal]) equal++;
    if (equal === size) return 0;
  }
  return compareNames(textIn(one), textIn(other));
}

function textIn({ bytes, text, to }: NameBytes): string {
  const reader = byteReader(bytes, text, to);
  const name = readText(reader, to - text);
  invariant(!reader.failed, "read a name of an index run: UTF-8");
  return name;
}

/** Passes the name of a term in the runs of a mask, and gives the bytes that it takes. */
export function* passNames(inputs: ReadonlyArray<TermInput>, mask: number): Merging<number> {
  const { from, to } = yield* nameOf(inputs[firstOf(mask)]!);
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) !== 0) inputs[at]!.name += to - from;
  }
  return to - from;
}

/**
 * Passes the tables and lists of a term in the runs of a mask: its table in the merged run is in
 * `into` then. Gives the bytes that table and lists take.
 */
export function* passTables(
  inputs: ReadonlyArray<TermInput>,
  mask: number,
  into: MergedTable,
): Merging<number> {
  into.rows.length = 0;
  into.lists.length = 0;
  into.listBytes = 0;
  let count = 0;
  let before = 0;
  const found: number[] = [];
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) === 0) continue;
    const input = inputs[at]!;
    const size = yield* parsed(input.postings, input.table, (reader) => {
      found.length = 0;
      const start = reader.at;
      const isWhole = eachTableRow(reader, (delta, bytes) => found.push(delta, bytes));
      return isWhole ? reader.at - start : undefined;
    });
    const from = input.table + size;
    let to = from;
    for (let row = 0; row < found.length; row += 2) {
      const delta = input.base + found[row]!;
      putTableRow(into.rows, before, delta, found[row + 1]!);
      before = delta;
      to += found[row + 1]!;
      count++;
    }
    into.lists.push({ from, to });
    into.listBytes += to - from;
    input.table = to;
  }
  into.bytes.length = 0;
  putVarint(into.bytes, count);
  putBytes(into.bytes, writtenBytes(into.rows));
  return into.bytes.length + into.listBytes;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The name at which an input is. */
export function nameOf(input: TermInput): Merging<NameBytes> {
  return parsed(input.names, input.name, (reader): NameBytes | undefined => {
    const from = reader.at;
    const size = readVarint(reader);
    const text = reader.at;
    const isWhole = !reader.failed && text + size <= reader.end;
    return isWhole ? { bytes: reader.bytes, from, text, to: text + size } : undefined;
  });
}

/** Parses what is at an address, with as much of the section as it takes. */
function* parsed<Value>(
  window: MergeWindow,
  address: number,
  parse: (reader: ByteReader) => Value | undefined,
): Merging<Value> {
  for (let wanted = 1;;) {
    if (placeIn(window, address, wanted) < 0) yield* moveWindow(window, address, wanted);
    const at = address - window.from;
    const value = parse(byteReader(window.bytes, at));
    if (value !== undefined) return value;
    const there = window.bytes.length - at;
    invariant(address + there < window.end, "merge index runs: what a section holds, whole");
    wanted = there * 2;
  }
}
