/**
 * The blocks of an index run: 4 KiB each, 4,092 bytes of payload and their CRC-32.
 *
 * The CRC is seeded with the run's seed (the header CRC of the last frame that it covers) and the
 * number of the block, so a block that is lost, flipped or in the wrong place is told, never
 * answered from. Payloads make one long row of bytes, and an *address* is a place in it.
 *
 * @module
 */
import { viewOf } from "../format/bytes.ts";
import { crc32 } from "../format/checksum.ts";

export const BLOCK_BYTES = 4096;

/** The bytes of a block that hold something; the rest is the CRC. */
export const PAYLOAD_BYTES = 4092;

/** A part of the payload row. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a block is not, if its CRC is not as wanted. */
export interface BlockMismatch {
  readonly wanted: number;
  readonly found: number;
}

/** How many blocks so many bytes of payload take. */
export function blocksFor(payloadBytes: number): number {
  return Math.ceil(payloadBytes / PAYLOAD_BYTES);
}

/** The payloads of whole blocks, as the blocks of a file from the block `first` on. */
export function sealBlocks(payloads: Uint8Array, seed: number, first = 0): Uint8Array {
  const blocks = blocksFor(payloads.length);
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  const view = viewOf(bytes);
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK_BYTES;
    bytes.set(payloads.subarray(block * PAYLOAD_BYTES, (block + 1) * PAYLOAD_BYTES), at);
    view.setUint32(at + PAYLOAD_BYTES, crcOf(view, at, first + block, seed), true);
  }
  return bytes;
}

/** Whether the block at `at` of `bytes` is the one that was written under this number and seed. */
export function checkBlock(
  bytes: Uint8Array,
  at: number,
  block: number,
  seed: number,
): BlockMismatch | undefined {
  const view = viewOf(bytes);
  const wanted = crcOf(view, at, block, seed);
  const found = view.getUint32(at + PAYLOAD_BYTES, true);
  return wanted === found ? undefined : { wanted, found };
}

function crcOf(view: DataView, at: number, block: number, seed: number): number {
  return crc32(view, (seed + block) >>> 0, at, at + PAYLOAD_BYTES);
}
