/**
 * Small pieces of bytes out of one large one: a buffer of its own for each costs more than what is
 * written into it.
 *
 * @module
 */

const SLAB_BYTES = 64 * 1024;
/** A piece as large as this has a buffer of its own, so that it does not keep a slab. */
const PIECE_BYTES_MAX = SLAB_BYTES / 8;

/** What pieces are cut from, one after the other. */
export interface Slab {
  bytes: Uint8Array;
  /** How many of its bytes are given away. */
  used: number;
}

export function slab(): Slab {
  return { bytes: new Uint8Array(0), used: 0 };
}

/**
 * So many zeros, which nobody else has: no byte is ever given twice. They keep the bytes that they
 * are a part of, so they are for what is soon done with.
 */
export function zeros(from: Slab, size: number): Uint8Array {
  if (size > PIECE_BYTES_MAX) return new Uint8Array(size);
  if (from.used + size > from.bytes.length) {
    from.bytes = new Uint8Array(SLAB_BYTES);
    from.used = 0;
  }
  const begin = from.used;
  from.used += size;
  return from.bytes.subarray(begin, from.used);
}
