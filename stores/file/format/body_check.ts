/**
 * Checking the body of a commit without taking it apart: what a verification asks of every byte that
 * has its checksum.
 *
 * @module
 */
import { type ByteReader, byteReader, isAsciiIn, readVarint, skipBytes, textOf } from "./bytes.ts";
import { FLAG_COMMIT_ID, FLAG_EVENT_IDS, FLAG_TAGS } from "./frame.ts";

/**
 * Whether bytes are the body of a commit: lengths that fill it exactly, names and ids in UTF-8. Law:
 * exactly those that `decodeBody` takes apart. Data and metadata are passed over, as there: whether
 * they are JSON is not looked at, because a checksum vouches for what `JSON.stringify` has written.
 */
export function isBody(bytes: Uint8Array, from: number, size: number, flags: number): boolean {
  const reader = byteReader(bytes, from, from + size);
  if (flags & FLAG_COMMIT_ID) passName(reader);
  let events = 0;
  for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
    passName(reader);
    readVarint(reader);
    events += readVarint(reader);
  }
  for (; events > 0 && !reader.failed; events--) passEvent(reader, flags);
  return !reader.failed && reader.at === reader.end;
}

function passEvent(reader: ByteReader, flags: number): void {
  if (flags & FLAG_EVENT_IDS) passId(reader);
  passName(reader);
  readVarint(reader);
  if (flags & FLAG_TAGS) {
    for (let left = readVarint(reader); left > 0 && !reader.failed; left--) passName(reader);
  }
  passPayload(reader);
}

/** Passes over the metadata and the data of an event. */
export function passPayload(reader: ByteReader): void {
  skipBytes(reader, readVarint(reader));
  skipBytes(reader, readVarint(reader));
}

/** Passes over the id of an event, which must be UTF-8 where it is no UUID. */
export function passId(reader: ByteReader): void {
  const kind = readVarint(reader);
  if (kind === 0) skipBytes(reader, 16);
  else if (kind > 1) passText(reader, kind - 1);
}

function passName(reader: ByteReader): void {
  passText(reader, readVarint(reader));
}

/** Passes over so many bytes, which must be UTF-8. */
function passText(reader: ByteReader, size: number): void {
  const from = reader.at;
  skipBytes(reader, size);
  if (reader.failed || isAsciiIn(reader.bytes, from, reader.at)) return;
  reader.failed = textOf(reader.bytes, from, reader.at) === undefined;
}
