/**
 * A bounded cache of blocks, shared by all index runs of a store, and another one by its archives.
 * It also counts what was read, so that a promise about reads can be checked.
 *
 * Blocks go in the order in which they came, but one that was used since its last turn gets another
 * (Corbató, "A paging experiment with the Multics system", 1968). So a use, of which a load of a
 * stream has some for each run, moves nothing; to keep blocks in the order of their use costs more
 * than to look for a row in one.
 *
 * @module
 */
import { PAYLOAD_BYTES } from "./index_block.ts";

/** What has been read through a cache since it was made. */
export interface BlockCounts {
  /** Reads of the storage. One may bring several blocks. */
  readonly reads: number;
  readonly blocksRead: number;
  readonly bytesRead: number;
  /** Blocks that were in the cache when they were wanted. */
  readonly hits: number;
}

/** Blocks by the run that they belong to and their number in it. */
export interface BlockCache {
  /** A number for one more run, by which its blocks are kept apart. */
  readonly newRun: () => number;
  readonly get: (run: number, block: number) => Uint8Array | undefined;
  readonly set: (run: number, block: number, payload: Uint8Array) => void;
  /** Forgets a run. */
  readonly drop: (run: number) => void;
  readonly countRead: (blocks: number, bytes: number) => void;
  readonly counts: () => BlockCounts;
  /** The bytes that are kept now. */
  readonly bytes: () => number;
}

interface Kept {
  readonly payload: Uint8Array;
  /** Whether it was used since its last turn to go. */
  isUsed: boolean;
}

/** A run has at most so many blocks: 16 TiB, far above `runBytesMax`. */
const BLOCKS_MAX = 2 ** 32;

/** A cache that keeps at most so many bytes, in blocks of one size; none at all with 0. */
export function blockCache(bytesMax: number, blockBytes: number = PAYLOAD_BYTES): BlockCache {
  const blocksMax = Math.floor(bytesMax / blockBytes);
  // A map keeps the order in which keys came.
  const blocks = new Map<number, Kept>();
  const counts = { reads: 0, blocksRead: 0, bytesRead: 0, hits: 0 };
  let runs = 0;
  const keyOf = (run: number, block: number): number => run * BLOCKS_MAX + block;

  const dropOne = (): void => {
    // What is put behind the others is met again, unused by then: so one is dropped in any case.
    for (const [key, kept] of blocks) {
      blocks.delete(key);
      if (!kept.isUsed) return;
      kept.isUsed = false;
      blocks.set(key, kept);
    }
  };

  return {
    newRun: () => runs++,
    get: (run, block) => {
      const kept = blocks.get(keyOf(run, block));
      if (kept === undefined) return undefined;
      kept.isUsed = true;
      counts.hits += 1;
      return kept.payload;
    },
    set: (run, block, payload) => {
      if (blocksMax === 0) return;
      blocks.set(keyOf(run, block), { payload, isUsed: false });
      if (blocks.size > blocksMax) dropOne();
    },
    drop: (run) => {
      for (const key of blocks.keys()) if (Math.floor(key / BLOCKS_MAX) === run) blocks.delete(key);
    },
    countRead: (read, bytes) => {
      counts.reads += 1;
      counts.blocksRead += read;
      counts.bytesRead += bytes;
    },
    counts: () => ({ ...counts }),
    bytes: () => blocks.size * blockBytes,
  };
}
