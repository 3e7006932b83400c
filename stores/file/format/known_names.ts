/**
 * Names that were read before: of a type, a stream, a tag. A log has few of them and names them
 * often, so that it pays to keep one string of each.
 *
 * @module
 */
import { type ByteReader, readText } from "./bytes.ts";

/** The longest name that is kept, in bytes. */
const NAME_BYTES_MAX = 64;
/** A power of two. */
const NAMES_KEPT = 4096;

/** Names, each where its hash says; the last one stays. Nothing depends on which are there. */
export interface KnownNames {
  readonly kept: Array<string | undefined>;
}

/** No names yet. */
export function knownNames(): KnownNames {
  return { kept: new Array(NAMES_KEPT).fill(undefined) };
}

/** The next text, which is likely to have been read before, where names are lent. */
export function readName(reader: ByteReader, size: number, names?: KnownNames): string {
  const from = reader.at;
  if (!names || size > NAME_BYTES_MAX || size > reader.end - from) return readText(reader, size);
  const { bytes } = reader;
  let hash = size;
  for (let at = from; at < from + size; at++) hash = Math.imul(hash, 31) + bytes[at]!;
  const place = (hash ^ hash >>> 15) & (NAMES_KEPT - 1);
  const known = names.kept[place];
  if (known !== undefined && isAscii(known, bytes, from, size)) {
    reader.at += size;
    return known;
  }
  const name = readText(reader, size);
  names.kept[place] = name;
  return name;
}

/** Whether a text is these bytes, each a character. Of a text that is not ASCII, no. */
function isAscii(text: string, bytes: Uint8Array, from: number, size: number): boolean {
  if (text.length !== size) return false;
  for (let at = 0; at < size; at++) {
    const byte = bytes[from + at]!;
    if (byte >= 128 || text.charCodeAt(at) !== byte) return false;
  }
  return true;
}
