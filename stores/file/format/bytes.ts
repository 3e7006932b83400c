/**
 * Numbers and text as bytes: little-endian integers of 48 bits, LEB128 varints, strict UTF-8.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";

/** The greatest number that six bytes hold. */
export const U48_MAX: number = 2 ** 48 - 1;

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function getU48(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint16(at + 4, true) * 2 ** 32;
}

export function setU48(view: DataView, at: number, value: number): void {
  invariant(value >= 0 && value <= U48_MAX, "a number of 48 bits");
  view.setUint32(at, value >>> 0, true);
  view.setUint16(at + 4, Math.floor(value / 2 ** 32), true);
}

/** How many bytes a varint takes: 1 to 8 for a safe integer. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Writes a varint and gives the offset behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  // Division instead of shifts: a shift would cut what is above 32 bits.
  for (; rest >= 128; rest = rest < 2 ** 31 ? rest >>> 7 : Math.floor(rest / 128)) {
    bytes[at++] = (rest & 0x7f) | 0x80;
  }
  bytes[at++] = rest;
  return at;
}

/** Reads on from an offset, and never past the end: an overrun sets `failed` and reads zeros. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  failed: boolean;
}

export function byteReader(bytes: Uint8Array, at = 0, end: number = bytes.length): ByteReader {
  return { bytes, at, end, failed: false };
}

/** The next varint. One that is longer than a safe integer is a failure. */
export function readVarint(reader: ByteReader): number {
  let value = 0;
  let scale = 1;
  while (reader.at < reader.end) {
    const byte = reader.bytes[reader.at++]!;
    value += (byte & 0x7f) * scale;
    if (byte < 128) {
      if (value <= Number.MAX_SAFE_INTEGER) return value;
      break;
    }
    scale *= 128;
    if (scale > Number.MAX_SAFE_INTEGER) break;
  }
  reader.failed = true;
  return 0;
}

/** The next `size` bytes, not copied. */
export function readBytes(reader: ByteReader, size: number): Uint8Array {
  const from = reader.at;
  skipBytes(reader, size);
  return reader.bytes.subarray(from, reader.failed ? from : reader.at);
}

/** Passes over the next `size` bytes. */
export function skipBytes(reader: ByteReader, size: number): void {
  if (size > reader.end - reader.at) reader.failed = true;
  else reader.at += size;
}

const encoder = new TextEncoder();
// Fatal, because a replaced byte would make two names one; and a leading U+FEFF is a part of a name.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of a part of some bytes, or nothing if they are not UTF-8. */
export function textOf(
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): string | undefined {
  // Short ASCII, the usual name, is faster by hand than through a decoder in every runtime.
  if (to - from <= 24) {
    let text = "";
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (byte >= 128) return decoded(bytes.subarray(from, to));
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decoded(bytes.subarray(from, to));
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined; // A fatal decoder throws for one reason only.
  }
}

/** The next text, of so many bytes. */
export function readText(reader: ByteReader, size: number): string {
  const from = reader.at;
  skipBytes(reader, size);
  const text = reader.failed ? undefined : textOf(reader.bytes, from, reader.at);
  if (text !== undefined) return text;
  reader.failed = true;
  return "";
}

/** Bytes in lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The bytes that hexadecimal digits of either case stand for; none if they are not such digits. */
export function unhex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from(
    { length: text.length / 2 },
    (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
}

/** Whether all bytes of a part are ASCII, and so UTF-8. */
export function isAsciiIn(bytes: Uint8Array, from: number, to: number): boolean {
  let high = 0;
  for (let at = from; at < to; at++) high |= bytes[at]!;
  return high < 128;
}

/** Whether all bytes of a part are zero. */
export function isZero(bytes: Uint8Array, from = 0, to: number = bytes.length): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Whether two pieces of bytes are the same. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
