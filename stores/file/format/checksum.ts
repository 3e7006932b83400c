/**
 * CRC-32 (IEEE 802.3, the one of zlib), sixteen bytes at a step.
 *
 * It is the only checksum that every runtime has natively, and for the few hundred bytes of a
 * usual commit this table is as fast as a native call, so one implementation serves all. The
 * method is slicing-by-16 (Kounavis and Berry, 2005; Bulat, 2015).
 *
 * @module
 */

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
 * The CRC-32 of `bytes[from, to)`, as an unsigned number. The CRC of a part, given as `seed`,
 * goes on with the next part: `crc32(b, crc32(a))` is the CRC of `a` followed by `b`.
 */
export function crc32(bytes: Uint8Array, seed = 0, from = 0, to: number = bytes.length): number {
  // A hot path: a plain loop over typed arrays, with the table's parts named by their offsets.
  let crc = ~seed;
  let at = from;
  for (const last = to - SLICES; at <= last; at += SLICES) {
    crc = table[0xf00 + ((bytes[at]! ^ crc) & 0xff)]! ^
      table[0xe00 + ((bytes[at + 1]! ^ (crc >>> 8)) & 0xff)]! ^
      table[0xd00 + ((bytes[at + 2]! ^ (crc >>> 16)) & 0xff)]! ^
      table[0xc00 + (bytes[at + 3]! ^ (crc >>> 24))]! ^
      table[0xb00 + bytes[at + 4]!]! ^ table[0xa00 + bytes[at + 5]!]! ^
      table[0x900 + bytes[at + 6]!]! ^ table[0x800 + bytes[at + 7]!]! ^
      table[0x700 + bytes[at + 8]!]! ^ table[0x600 + bytes[at + 9]!]! ^
      table[0x500 + bytes[at + 10]!]! ^ table[0x400 + bytes[at + 11]!]! ^
      table[0x300 + bytes[at + 12]!]! ^ table[0x200 + bytes[at + 13]!]! ^
      table[0x100 + bytes[at + 14]!]! ^ table[bytes[at + 15]!]!;
  }
  for (; at < to; at++) crc = table[(bytes[at]! ^ crc) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
