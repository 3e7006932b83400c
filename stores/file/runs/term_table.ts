/**
 * Terms by kind and name, numbered in the order in which they come: a hash table in columns.
 *
 * A segment has hundreds of thousands of terms, most of them streams with an event or two. As
 * columns they take about 60 bytes each with what is known of them, and nothing of it is an object
 * that a garbage collector has to follow. A key is the byte of a kind and the name in UTF-8, as it
 * is hashed: so a name in a frame is looked for without being made a string.
 *
 * @module
 */
import { type ByteWriter, byteWriter, putBytes } from "../format/byte_writer.ts";
import { invariant } from "../../../src/invariant.ts";
import { textOf } from "../format/bytes.ts";
import { column32, column64, type GrowingColumn, push } from "./growing_column.ts";
import type { TermHasher } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Terms, and the one that is looked for. Only functions of this file change it. */
export interface TermTable {
  readonly hash: TermHasher;
  /** The keys, one behind the other. */
  readonly keys: ByteWriter;
  /** Where each key ends. */
  readonly ends: GrowingColumn<Float64Array>;
  /** The lower half of the hash of each. */
  readonly hashes: GrowingColumn<Uint32Array>;
  /** The terms by their hashes, counted from 1: at the place that the hash says, or behind it. */
  slots: Uint32Array;
  /** The term of each kind that was found last, counted from 1: often it is wanted again. */
  readonly lastFound: Uint32Array;
  /** The key that is looked for: the first bytes of this. */
  wanted: Uint8Array;
  wantedSize: number;
  /** The lower half of its hash. */
  wantedHash: number;
}

const SLOTS_AT_FIRST = 64;
const KINDS = 8;

const encoder = new TextEncoder();

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** No terms yet. The hash is keyed, so that nobody can choose names that all go to one place. */
export function termTable(hash: TermHasher): TermTable {
  return {
    hash,
    keys: byteWriter(1024),
    ends: column64(),
    hashes: column32(),
    slots: new Uint32Array(SLOTS_AT_FIRST),
    lastFound: new Uint32Array(KINDS),
    wanted: new Uint8Array(256),
    wantedSize: 0,
    wantedHash: 0,
  };
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Looks for a term by its name, and gives its number; below 0 if there is none. */
export function findName(table: TermTable, code: number, name: string): number {
  return want(table, code, name) ? found(table) : -1;
}

/** The number of a term by its name, which is added if it is new. */
export function addName(table: TermTable, code: number, name: string): number {
  invariant(want(table, code, name), "add a term: a name that is well-formed Unicode");
  return foundOrAdded(table);
}

/** The same by the name in UTF-8, a part of some bytes; below 0 if it is not UTF-8. */
export function addNameIn(
  table: TermTable,
  code: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  // Before anything is copied: most commits have the type and the category of the one before.
  const last = table.lastFound[code]! - 1;
  if (last >= 0 && hasName(table, last, bytes, from, to)) return last;
  roomFor(table, to - from);
  const { wanted } = table;
  wanted[0] = code;
  let high = 0;
  for (let at = from, into = 1; at < to; at++, into++) {
    const byte = bytes[at]!;
    wanted[into] = byte;
    high |= byte;
  }
  table.wantedSize = to - from + 1;
  if (high >= 128 && textOf(bytes.subarray(from, to)) === undefined) return -1;
  return foundOrAdded(table);
}

/** Forgets all terms but the first ones. */
export function keepTerms(table: TermTable, count: number): void {
  if (count === table.ends.length) return;
  table.ends.length = count;
  table.hashes.length = count;
  table.keys.at = count === 0 ? 0 : table.ends.values[count - 1]!;
  table.lastFound.fill(0);
  place(table, table.slots.length);
}

/** Takes a name as the key that is looked for. False if it is not well-formed: no term has it. */
function want(table: TermTable, code: number, name: string): boolean {
  // Three bytes of UTF-8 at most come from one unit of UTF-16.
  roomFor(table, name.length * 3);
  const { wanted } = table;
  wanted[0] = code;
  table.wantedSize = name.length + 1;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    if (unit >= 128) return wantAsUtf8(table, name);
    wanted[at + 1] = unit;
  }
  return true;
}

function wantAsUtf8(table: TermTable, name: string): boolean {
  const { written } = encoder.encodeInto(name, table.wanted.subarray(1));
  table.wantedSize = written + 1;
  // A half of a character becomes another one in UTF-8.
  return textOf(table.wanted.subarray(1, written + 1)) === name;
}

function roomFor(table: TermTable, size: number): void {
  if (size < table.wanted.length) return;
  table.wanted = new Uint8Array(2 * (size + 1));
}

function foundOrAdded(table: TermTable): number {
  const known = found(table);
  return known >= 0 ? known : added(table);
}

/** The number of the term that is looked for; below 0 if there is none. Its hash is known then. */
function found(table: TermTable): number {
  const kind = table.wanted[0]!;
  const last = table.lastFound[kind]! - 1;
  if (last >= 0 && isWanted(table, last)) return last;
  const hash = table.hash.ofKey(table.wanted, 0, table.wantedSize).lo;
  table.wantedHash = hash;
  const { slots } = table;
  const mask = slots.length - 1;
  for (let slot = hash & mask;; slot = (slot + 1) & mask) {
    const term = slots[slot]! - 1;
    if (term < 0) return -1;
    if (table.hashes.values[term] === hash && isWanted(table, term)) {
      table.lastFound[kind] = term + 1;
      return term;
    }
  }
}

function isWanted(table: TermTable, term: number): boolean {
  const { wanted, wantedSize } = table;
  return codeAt(table, term) === wanted[0] && hasName(table, term, wanted, 1, wantedSize);
}

/** Whether the name of a term is `bytes[from, to)`. */
function hasName(
  { keys: { bytes: keys }, ends: { values: ends } }: TermTable,
  term: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  const end = ends[term]!;
  const start = term === 0 ? 0 : ends[term - 1]!;
  if (end - start - 1 !== to - from) return false;
  // From the end: names differ there, as they often begin alike.
  for (let at = to - 1, key = end - 1; at >= from; at--, key--) {
    if (keys[key] !== bytes[at]) return false;
  }
  return true;
}

/** Adds the term that was looked for and not found. */
function added(table: TermTable): number {
  const term = table.ends.length;
  putBytes(table.keys, table.wanted, 0, table.wantedSize);
  push(table.ends, table.keys.at);
  push(table.hashes, table.wantedHash);
  table.lastFound[table.wanted[0]!] = term + 1;
  // Half of the slots stay free, so that a search is short.
  if (2 * (term + 1) > table.slots.length) place(table, 2 * table.slots.length);
  else placeTerm(table.slots, table.wantedHash, term);
  return term;
}

function place(table: TermTable, slots: number): void {
  table.slots = new Uint32Array(slots);
  for (let term = 0; term < table.hashes.length; term++) {
    placeTerm(table.slots, table.hashes.values[term]!, term);
  }
}

function placeTerm(slots: Uint32Array, hash: number, term: number): void {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = term + 1;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Where the key of a term begins. */
export function keyStart({ ends }: TermTable, term: number): number {
  return term === 0 ? 0 : ends.values[term - 1]!;
}

/** The code of the kind of a term. */
export function codeAt(table: TermTable, term: number): number {
  return table.keys.bytes[keyStart(table, term)]!;
}

/** The name of a term. */
export function nameAt(table: TermTable, term: number): string {
  const name = textOf(
    table.keys.bytes.subarray(keyStart(table, term) + 1, table.ends.values[term]),
  );
  invariant(name !== undefined, "read the name of a term: UTF-8");
  return name;
}
