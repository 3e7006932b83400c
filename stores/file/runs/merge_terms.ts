/**
 * The terms of several neighbouring runs, one after the other in hash order: which of the runs hold
 * each, its name, and the table of its lists.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { byteReader, readText, readVarint } from "../format/bytes.ts";
import { type ByteWriter, byteWriter, putBytes, putVarint } from "../format/byte_writer.ts";
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
import {
  firstOf,
  leastHash,
  passAll,
  type RowCursor,
  rowCursor,
  toNextPages,
} from "./row_cursor.ts";
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
  /** The address of the name, and of the table, of the term that is next. */
  name: number;
  table: number;
  /** Of the name that was looked at last: the addresses of its text, and of what is behind it. */
  text: number;
  nameEnd: number;
  /** Of the table that was passed last: the addresses of its lists, and of what is behind them. */
  lists: number;
  listsEnd: number;
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

/** Where the tables of one term are gathered. Used again for each. */
export interface MergedTable {
  /** The table of the merged run. */
  readonly bytes: ByteWriter;
  readonly rows: ByteWriter;
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
      text: names,
      nameEnd: names,
      lists: postings,
      listsEnd: postings,
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
  return { bytes: byteWriter(64), rows: byteWriter(64) };
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
    if (!areNamesThere(inputs, sameHash)) yield* bringNames(inputs, sameHash);
    const isAlone = (sameHash & (sameHash - 1)) === 0;
    const mask = isAlone ? sameHash : leastTerm(cursors, inputs, sameHash);
    masks[count++] = mask;
    namesBytes += passNames(inputs, mask);
    let size = passTables(inputs, mask, table);
    if (size < 0) size = yield* passTablesApart(inputs, mask, table);
    postingsBytes += size;
    const left = passAll(cursors, mask);
    if (left !== 0) yield* toNextPages(cursors, left);
  }
}

/** Of terms with one hash, those that are the least by kind and name. Their names are there. */
function leastTerm(
  cursors: ReadonlyArray<RowCursor>,
  inputs: ReadonlyArray<TermInput>,
  mask: number,
): number {
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
  let name: TermInput | undefined;
  for (let at = 0; at < inputs.length; at++) {
    if ((least & (1 << at)) === 0) continue;
    const other = inputs[at]!;
    const order = name === undefined ? -1 : compareNamesOf(other, name);
    if (order > 0) continue;
    if (order < 0) same = 0;
    same |= 1 << at;
    name = other;
  }
  return same;
}

/** Names are mostly equal, and then their bytes say so. */
function compareNamesOf(one: TermInput, other: TermInput): number {
  const size = one.nameEnd - one.text;
  if (size === other.nameEnd - other.text) {
    const { bytes } = one.names;
    const others = other.names.bytes;
    const from = one.text - one.names.from;
    const shift = other.text - other.names.from - from;
    let at = from;
    while (at < from + size && bytes[at] === others[at + shift]) at++;
    if (at === from + size) return 0;
  }
  return compareNames(textOf(one), textOf(other));
}

function textOf({ names, text, nameEnd }: TermInput): string {
  const reader = byteReader(names.bytes, text - names.from, nameEnd - names.from);
  const name = readText(reader, nameEnd - text);
  invariant(!reader.failed, "read a name of an index run: UTF-8");
  return name;
}

/** Looks at the names of the next terms in the runs of a mask: whether the windows hold them all. */
export function areNamesThere(inputs: ReadonlyArray<TermInput>, mask: number): boolean {
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) !== 0 && !isNameThere(inputs[at]!)) return false;
  }
  return true;
}

function isNameThere(input: TermInput): boolean {
  const { names, name } = input;
  const at = placeIn(names, name, 1);
  if (at < 0) return false;
  const reader = byteReader(names.bytes, at);
  const size = readVarint(reader);
  if (reader.failed || reader.at + size > reader.end) return false;
  input.text = name + reader.at - at;
  input.nameEnd = input.text + size;
  return true;
}

/** Moves the windows to those names. */
export function* bringNames(inputs: ReadonlyArray<TermInput>, mask: number): Merging<void> {
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) === 0) continue;
    const input = inputs[at]!;
    yield* bring(input.names, input.name, () => isNameThere(input));
  }
}

/** Passes the name of a term in the runs of a mask, and gives the bytes that it takes. */
export function passNames(inputs: ReadonlyArray<TermInput>, mask: number): number {
  const { name, nameEnd } = inputs[firstOf(mask)]!;
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) !== 0) inputs[at]!.name += nameEnd - name;
  }
  return nameEnd - name;
}

/**
 * Passes the tables and lists of a term in the runs of a mask: its table in the merged run is in
 * `into` then. Gives the bytes that table and lists take; below 0, and nothing is passed, if the
 * windows do not hold the tables: then {@linkcode passTablesApart} does it.
 */
export function passTables(
  inputs: ReadonlyArray<TermInput>,
  mask: number,
  into: MergedTable,
): number {
  into.rows.at = 0;
  let count = 0;
  let before = 0;
  let listBytes = 0;
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) === 0) continue;
    const input = inputs[at]!;
    const from = placeIn(input.postings, input.table, 1);
    if (from < 0) return -1;
    const reader = byteReader(input.postings.bytes, from);
    let delta = input.base;
    let size = 0;
    for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
      delta += readVarint(reader);
      const list = readVarint(reader);
      putTableRow(into.rows, before, delta, list);
      before = delta;
      size += list;
      count++;
    }
    if (reader.failed) return -1;
    input.lists = input.table + reader.at - from;
    input.listsEnd = input.lists + size;
    listBytes += size;
  }
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) !== 0) inputs[at]!.table = inputs[at]!.listsEnd;
  }
  into.bytes.at = 0;
  putVarint(into.bytes, count);
  putBytes(into.bytes, into.rows.bytes, 0, into.rows.at);
  return into.bytes.at + listBytes;
}

/** The same, with windows that are moved to the tables. */
export function* passTablesApart(
  inputs: ReadonlyArray<TermInput>,
  mask: number,
  into: MergedTable,
): Merging<number> {
  for (let at = 0; at < inputs.length; at++) {
    if ((mask & (1 << at)) === 0) continue;
    const { postings, table } = inputs[at]!;
    yield* bring(postings, table, () => {
      const from = placeIn(postings, table, 1);
      return from >= 0 && eachTableRow(byteReader(postings.bytes, from), () => undefined);
    });
  }
  return passTables(inputs, mask, into);
}

/** Moves a window to an address, with as much of the section as it takes. */
function* bring(window: MergeWindow, address: number, isThere: () => boolean): Merging<void> {
  while (!isThere()) {
    const there = Math.max(0, window.from + window.bytes.length - address);
    invariant(address + there < window.end, "merge index runs: what a section holds, whole");
    yield* moveWindow(window, address, there * 2 + 1);
  }
}
