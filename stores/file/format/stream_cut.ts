/**
 * Stream cuts: the body of a frame that says from which version on a stream is read.
 *
 * ```text
 * name: text | first version that is kept: varint | flags: varint (1: tombstone)
 * ```
 *
 * A cut changes nothing before it in the log. The newest one of a stream counts, and each goes
 * farther than the one before.
 *
 * @module
 */
import { byteReader, readText, readVarint, utf8, varintSize, writeVarint } from "./bytes.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is cut off a stream. */
export interface StreamCut {
  readonly stream: string;
  /** The first version that is still read. */
  readonly before: number;
  /** Nothing is read, and nothing is appended any more. */
  readonly isTombstone: boolean;
}

const FLAG_TOMBSTONE = 1;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The body of the frame of a cut. */
export function encodeCut({ stream, before, isTombstone }: StreamCut): Uint8Array {
  const name = utf8(stream);
  const flags = isTombstone ? FLAG_TOMBSTONE : 0;
  const size = varintSize(name.length) + name.length + varintSize(before) + varintSize(flags);
  const body = new Uint8Array(size);
  let at = writeVarint(body, 0, name.length);
  body.set(name, at);
  at = writeVarint(body, at + name.length, before);
  writeVarint(body, at, flags);
  return body;
}

/** The cut in the body of a frame; none if it is not one that this program understands. */
export function decodeCut(body: Uint8Array): StreamCut | undefined {
  const reader = byteReader(body);
  const stream = readText(reader, readVarint(reader));
  const before = readVarint(reader);
  const flags = readVarint(reader);
  const isWhole = !reader.failed && reader.at === body.length;
  if (!isWhole || stream === "" || before < 1 || (flags & ~FLAG_TOMBSTONE) !== 0) return undefined;
  return { stream, before, isTombstone: flags === FLAG_TOMBSTONE };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether a record of the stream is left out by its newest cut, if it has one. */
export function isCut(cut: StreamCut | undefined, version: number): boolean {
  return cut !== undefined && (cut.isTombstone || version < cut.before);
}
