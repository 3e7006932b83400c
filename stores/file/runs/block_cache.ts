/**
 * A bounded cache of blocks, shared by all index runs of a store, and another one by its archives.
 * The block used longest ago goes first. It also counts what was read, so that a promise about
 * reads can be checked.
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

/** A run has at most so many blocks: 16 TiB, far above `runBytesMax`. */
const BLOCKS_MAX = 2 ** 32;

/** A cache that keeps at most so many bytes, in blocks of one size; none at all with 0. */
export function blockCache(bytesMax: number, blockBytes: number = PAYLOAD_BYTES): BlockCache {
  const blocksMax = Math.floor(bytesMax / blockBytes);
  // A map keeps the order in which keys came, so what was used longest ago stands first.
  const blocks = new Map<number, Uint8Array>();
  let runs = 0;
  let counts: BlockCounts = { reads: 0, blocksRead: 0, bytesRead: 0, hits: 0 };
  const keyOf = (run: number, block: number): number => run * BLOCKS_MAX + block;

  return {
    newRun: () => runs++,
    get: (run, block) => {
      const key = keyOf(run, block);
      const payload = blocks.get(key);
      if (payload === undefined) return undefined;
      blocks.delete(key);
      blocks.set(key, payload);
      counts = { ...counts, hits: counts.hits + 1 };
      return payload;
    },
    set: (run, block, payload) => {
      if (blocksMax === 0) return;
      blocks.delete(keyOf(run, block));
      blocks.set(keyOf(run, block), payload);
      if (blocks.size > blocksMax) {
        for (const oldest of blocks.keys()) {
          blocks.delete(oldest);
          break;
        }
      }
    },
    drop: (run) => {
      for (const key of blocks.keys()) if (Math.floor(key / BLOCKS_MAX) === run) blocks.delete(key);
    },
    countRead: (read, bytes) => {
      counts = {
        ...counts,
        reads: counts.reads + 1,
        blocksRead: counts.blocksRead + read,
        bytesRead: counts.bytesRead + bytes,
      };
    },
    counts: () => counts,
    bytes: () => blocks.size * blockBytes,
  };
}
