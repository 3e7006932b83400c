/**
 * CRC-32 (IEEE 802.3, the one of zlib), sixteen bytes at a step and four of them at a read.
 *
 * It is the only checksum that every runtime has natively. For the few hundred bytes of a usual
 * commit this table is as fast as a native call; for more of them, a storage may lend its platform's.
 * The method is slicing-by-16 (Kounavis and Berry, 2005; Bulat, 2015).
 *
 * @module
 */
import type { PlatformCrc32 } from "../storage.ts";

/** How a checksum is taken: as {@linkcode crc32} does. */
export type Crc32 = typeof crc32;

const SLICES = 16;

/** `table[n * 256 + b]` is the CRC of byte `b` followed by `n` zero bytes. */
const table: Int32Array = makeTable();

function makeTable(): Int32Array {
  const made = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256]!;
    made[at] = made[before & 0xff]! ^ (before >>> 8);
  }
  return made;
}

/**
 * The CRC-32 of the bytes `[from, to)` of a view, as an unsigned number. The CRC of a part, given as
 * `seed`, goes on with the next part: `crc32(b, crc32(a))` is the CRC of `a` followed by `b`.
 */
export function crc32(view: DataView, seed = 0, from = 0, to: number = view.byteLength): number {
  // A hot path, and so a view: four reads of a word cost a third less than sixteen of a byte. The
  // table goes into a local because a bundler may make it a `var`, which is looked up at each use.
  const of = table;
  let crc = ~seed;
  let at = from;
  for (const last = to - SLICES; at <= last; at += SLICES) {
    crc = ofWord(of, 0xc00, view.getInt32(at, true) ^ crc) ^
      (ofWord(of, 0x800, view.getInt32(at + 4, true)) ^
        ofWord(of, 0x400, view.getInt32(at + 8, true)) ^
        ofWord(of, 0, view.getInt32(at + 12, true)));
  }
  for (; at < to; at++) crc = of[(view.getUint8(at) ^ crc) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** What four bytes add, the first of them lowest in `word`: by the part of the table for its place. */
function ofWord(of: Int32Array, from: number, word: number): number {
  return (of[from + 0x300 + (word & 0xff)]! ^ of[from + 0x200 + ((word >>> 8) & 0xff)]!) ^
    (of[from + 0x100 + ((word >>> 16) & 0xff)]! ^ of[from + (word >>> 24)]!);
}

/** The same checksum, of what is long by a platform that has one. */
export function crc32With(platform: PlatformCrc32 | undefined): Crc32 {
  if (!platform) return crc32;
  const { of, bytesMin } = platform;
  return (view, seed = 0, from = 0, to = view.byteLength) =>
    to - from < bytesMin
      ? crc32(view, seed, from, to)
      : of(new Uint8Array(view.buffer, view.byteOffset + from, to - from), seed);
}
