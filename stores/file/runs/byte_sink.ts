/**
 * Bytes that are written one after the other, when their number is not known before.
 *
 * @module
 */
import { utf8, writeVarint } from "../format/bytes.ts";

/** What has been written: the first `length` of `bytes`. */
export interface ByteSink {
  bytes: Uint8Array;
  length: number;
}

export function byteSink(bytesExpected: number): ByteSink {
  return { bytes: new Uint8Array(Math.max(64, bytesExpected)), length: 0 };
}

/** Makes sure that so many more bytes fit. */
export function reserve(sink: ByteSink, more: number): void {
  if (sink.length + more <= sink.bytes.length) return;
  const grown = new Uint8Array(Math.max(sink.bytes.length * 2, sink.length + more));
  grown.set(sink.bytes.subarray(0, sink.length));
  sink.bytes = grown;
}

/** Adds a varint. */
export function putVarint(sink: ByteSink, value: number): void {
  reserve(sink, 8);
  sink.length = writeVarint(sink.bytes, sink.length, value);
}

/** Adds bytes: all of them, or a part. */
export function putBytes(
  sink: ByteSink,
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): void {
  reserve(sink, to - from);
  // Below some tens of bytes a loop is faster than a view and a call that copies.
  if (to - from > 64) {
    sink.bytes.set(bytes.subarray(from, to), sink.length);
    sink.length += to - from;
  } else for (let at = from; at < to; at++) sink.bytes[sink.length++] = bytes[at]!;
}

/** Adds a text as UTF-8, its length in bytes before it. */
export function putText(sink: ByteSink, text: string): void {
  const start = sink.length;
  putVarint(sink, text.length);
  reserve(sink, text.length);
  // ASCII, the usual name, is written at once; anything else takes an encoder and another length.
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 128) {
      const bytes = utf8(text);
      sink.length = start;
      putVarint(sink, bytes.length);
      putBytes(sink, bytes);
      return;
    }
    sink.bytes[sink.length++] = unit;
  }
}

/** What has been written, not copied. */
export function writtenBytes(sink: ByteSink): Uint8Array {
  return sink.bytes.subarray(0, sink.length);
}
