/**
 * Posting lists as bytes: per frame `(offset delta / 8) * 2 + m`, and the number of events if `m`
 * is 1; without it there is one event. All are varints.
 *
 * The list of one segment stands alone, so that runs are merged by concatenation. Before the lists
 * of a term stands a table of them: how many segments, and for each the distance to the one before
 * and the bytes of its list. So one list is found without reading the others.
 *
 * @module
 */
import { type ByteWriter, putVarint, reserve } from "../format/byte_writer.ts";
import { type ByteReader, byteReader, readVarint, writeVarint } from "../format/bytes.ts";
import type { Postings } from "./term.ts";

/** The most bytes that a posting takes: a doubled offset of 31 GiB / 8, and a count below 2^32. */
const POSTING_BYTES_MAX = 10;

/** Adds one posting behind the one at `before8`. */
export function putPosting(
  into: ByteWriter,
  before8: number,
  offset8: number,
  events: number,
): void {
  reserve(into, POSTING_BYTES_MAX);
  // Twice an offset can be more than 32 bits hold, so no shift.
  const delta = (offset8 - before8) * 2;
  into.at = writeVarint(into.bytes, into.at, events === 1 ? delta : delta + 1);
  if (events !== 1) into.at = writeVarint(into.bytes, into.at, events);
}

/** Adds a row of a table: a segment, counted from the first of the run, and the bytes of its list. */
export function putTableRow(into: ByteWriter, before: number, delta: number, size: number): void {
  putVarint(into, delta - before);
  putVarint(into, size);
}

/**
 * Visits the rows of the table at a reader, which then stands behind it. False if the bytes end
 * before the table does; then some rows may have been visited.
 */
export function eachTableRow(
  reader: ByteReader,
  visit: (delta: number, size: number) => void,
): boolean {
  let delta = 0;
  for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
    delta += readVarint(reader);
    const size = readVarint(reader);
    if (!reader.failed) visit(delta, size);
  }
  return !reader.failed;
}

/** The list of a term in one segment: a part of some bytes. */
export interface EncodedPostings {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Visits the postings in some bytes. False if they are no postings. */
export function eachEncoded(
  { bytes, from, to }: EncodedPostings,
  visit: (offset8: number, events: number) => void,
): boolean {
  const reader = byteReader(bytes, from, to);
  let offset8 = 0;
  while (reader.at < to) {
    const word = readVarint(reader);
    const hasCount = word % 2 === 1;
    offset8 += (word - (hasCount ? 1 : 0)) / 2;
    const count = hasCount ? readVarint(reader) : 1;
    if (reader.failed || offset8 >= 2 ** 32 || count >= 2 ** 32) return false;
    visit(offset8, count);
  }
  return true;
}

/** The postings in some bytes, or nothing if they are not postings. */
export function readPostings(bytes: Uint8Array): Postings | undefined {
  // So many varints, of which a posting has one and with a count two: so there are no more.
  let most = 0;
  for (const byte of bytes) if (byte < 128) most++;
  const offsets8 = new Uint32Array(most);
  const counts = new Uint32Array(most);
  let length = 0;
  const areFine = eachEncoded({ bytes, from: 0, to: bytes.length }, (offset8, events) => {
    offsets8[length] = offset8;
    counts[length] = events;
    length++;
  });
  if (!areFine) return undefined;
  if (length === most) return { length, offsets8, events: counts };
  return { length, offsets8: offsets8.slice(0, length), events: counts.slice(0, length) };
}
