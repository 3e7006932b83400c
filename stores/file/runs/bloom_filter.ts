/**
 * A split-block Bloom filter (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom
 * filters", 2007, in the form that Parquet uses): each entry sets one bit in each of the eight
 * words of one 32-byte block, so a question costs one cache line.
 *
 * At 12 bits an entry, about one in 190 questions for what is not there is answered with "maybe".
 * What is there is never denied.
 *
 * @module
 */
import type { TermHash } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The bytes of one block of a filter. */
export const FILTER_BLOCK_BYTES = 32;

const BITS_PER_ENTRY = 12;

/** One odd multiplier per word, so that the eight bits of an entry are independent. */
const multipliers: ReadonlyArray<number> = [
  0x47b6137b,
  0x44974d91,
  0x8824ad5b,
  0xa2b7289d,
  0x705495c7,
  0x2df1424b,
  0x9efc4947,
  0x5c6bfb31,
];

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** How many blocks a filter of so many entries has. */
export function filterBlocks(entries: number): number {
  return Math.ceil((entries * BITS_PER_ENTRY) / (FILTER_BLOCK_BYTES * 8));
}

/** An empty filter for so many entries. */
export function emptyFilter(entries: number): Uint8Array {
  return new Uint8Array(filterBlocks(entries) * FILTER_BLOCK_BYTES);
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Adds entries to a filter, in place: their hashes as columns. */
export function addAllToFilter(
  filter: Uint8Array,
  { hi, lo }: { readonly hi: Uint32Array; readonly lo: Uint32Array },
): void {
  for (let at = 0; at < hi.length; at++) addToFilter(filter, hi[at]!, lo[at]!);
}

/** Adds an entry to a filter, in place: the two halves of its hash. */
export function addToFilter(filter: Uint8Array, hi: number, lo: number): void {
  const block = blockOf(filter, hi);
  for (let word = 0; word < multipliers.length; word++) {
    const bit = bitOf(lo, word);
    filter[block + word * 4 + (bit >>> 3)]! |= 1 << (bit & 7);
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether an entry may have been added. False is certain. */
export function filterMayHold(filter: Uint8Array, hash: TermHash): boolean {
  if (filter.length === 0) return false;
  const block = blockOf(filter, hash.hi);
  for (let word = 0; word < multipliers.length; word++) {
    const bit = bitOf(hash.lo, word);
    if ((filter[block + word * 4 + (bit >>> 3)]! & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/** Where the block of an entry begins: the upper half of the hash chooses it. */
function blockOf(filter: Uint8Array, hi: number): number {
  return Math.floor((hi * (filter.length / FILTER_BLOCK_BYTES)) / 2 ** 32) *
    FILTER_BLOCK_BYTES;
}

/** Which of the 32 bits of a word the lower half of the hash chooses. */
function bitOf(lo: number, word: number): number {
  return Math.imul(lo, multipliers[word]!) >>> 27;
}
