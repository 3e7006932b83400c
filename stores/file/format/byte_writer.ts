/**
 * Writing numbers and text as bytes, one behind the other.
 *
 * @module
 */
import { type Slab, slab, zeros } from "./slab.ts";
import { utf8, varintSize, writeVarint } from "./bytes.ts";

/**
 * Bytes written one behind the other into a buffer that grows. Where it is used again, what is kept
 * of it is copied out once, whole.
 */
export interface ByteWriter {
  /** What has been written, and room behind it. */
  bytes: Uint8Array;
  /** How much has been written, which is where the next byte goes. */
  at: number;
  /** Where small copies go. */
  readonly slab: Slab;
}

export function byteWriter(size: number): ByteWriter {
  return { bytes: new Uint8Array(size), at: 0, slab: slab() };
}

/** What was written, not copied: it counts until more is. */
export function writtenBytes(writer: ByteWriter): Uint8Array {
  return writer.bytes.subarray(0, writer.at);
}

/** A copy of what was written; the writer begins anew. */
export function takeWritten(writer: ByteWriter): Uint8Array {
  const taken = zeros(writer.slab, writer.at);
  taken.set(writtenBytes(writer));
  writer.at = 0;
  if (writer.bytes.length > BYTES_KEPT_MAX) writer.bytes = new Uint8Array(BYTES_KEPT_MAX);
  return taken;
}

/** Makes room for more bytes. */
export function reserve(writer: ByteWriter, size: number): void {
  const wanted = writer.at + size;
  if (wanted <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(wanted, 2 * writer.bytes.length));
  grown.set(writtenBytes(writer));
  writer.bytes = grown;
}

export function putVarint(writer: ByteWriter, value: number): void {
  reserve(writer, VARINT_BYTES_MAX);
  writer.at = writeVarint(writer.bytes, writer.at, value);
}

/** Writes bytes: all of them, or a part. */
export function putBytes(
  writer: ByteWriter,
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): void {
  reserve(writer, to - from);
  if (to - from > COPIED_BY_HAND_MAX) {
    writer.bytes.set(bytes.subarray(from, to), writer.at);
    writer.at += to - from;
  } else for (let at = from; at < to; at++) writer.bytes[writer.at++] = bytes[at]!;
}

/** Writes a text behind its length in bytes. */
export function putText(writer: ByteWriter, text: string): void {
  // No unit of a text takes more than three bytes.
  reserve(writer, VARINT_BYTES_MAX + 3 * text.length);
  const { bytes } = writer;
  // If all of it is ASCII, its length is known before it is written.
  const head = varintSize(text.length);
  const from = writer.at + head;
  const size = writeAscii(bytes, from, text) ? text.length : undefined;
  if (size !== undefined) {
    writeVarint(bytes, writer.at, size);
    writer.at = from + size;
    return;
  }
  const encoded = utf8(text);
  putVarint(writer, encoded.length);
  putBytes(writer, encoded);
}

/** Writes a text that is ASCII; of any other, says that it is not. */
function writeAscii(bytes: Uint8Array, from: number, text: string): boolean {
  if (text.length > ASCII_BY_HAND_MAX) {
    const { read, written } = encoder.encodeInto(text, bytes.subarray(from));
    return read === text.length && written === text.length;
  }
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 128) return false;
    bytes[from + at] = unit;
  }
  return true;
}

/** A buffer that was made larger than this, for something large, is not kept. */
const BYTES_KEPT_MAX = 2 ** 18;
/** A safe integer takes so many bytes at most. */
const VARINT_BYTES_MAX = 8;
/** Up to so many characters a loop is faster than a call of an encoder. */
const ASCII_BY_HAND_MAX = 48;
/** Up to so many bytes a loop is faster than a view and a call that copies. */
const COPIED_BY_HAND_MAX = 64;

const encoder = new TextEncoder();
