/**
 * The hash of a segment that is written to, taken as it grows, and made up from its file where this
 * process has not written what is in it.
 *
 * The value of the chain of SHA-256 at a place is the hash of 32 bytes and of the segment up to the
 * place: the 32 bytes are the value at the end of the log of the segment before, or zeros before
 * the first one. A segment's header holds the value at the end of its predecessor, seal included;
 * a seal holds the value at its own place. So whoever knows one value has all that is before it.
 *
 * @module
 */
import { failCorrupt } from "./attempt.ts";
import { type Files, readPart } from "./files.ts";
import { CHAIN_BYTES } from "./format/segment.ts";
import { HASH_NONE, type StoreIdentity } from "./format/store_file.ts";
import type { Sha256, StoragePort } from "./storage.ts";

/** So much is read and hashed at a time, in bytes: a third of a millisecond of the event loop. */
const SLICE_BYTES = 512 * 1024;
/** How long the event loop is left to others between two slices that nobody waits for. */
const PAUSE_MS = 1;

/** A hash that follows a segment. */
export interface SegmentHash {
  /**
   * Takes in bytes that were written at an offset. If what is before them is not in the hash yet,
   * they are left to the file, from which all that is missing is made up in the background.
   */
  readonly follow: (at: number, bytes: Uint8Array) => void;
  /** How far the hash has come, in bytes of the segment. */
  readonly taken: () => number;
  /** The value where the hash is. */
  readonly value: () => Uint8Array;
  /** Brings the hash to an offset, back or on, and gives the value there. */
  readonly upTo: (offset: number) => Promise<Uint8Array>;
  /** Ends what is done in the background. */
  readonly stop: () => Promise<void>;
}

/** What it takes to hash the files of a log. */
export interface Hashed {
  readonly storage: StoragePort;
  readonly files: Files;
  readonly identity: StoreIdentity;
}

/** A value of the chain, to be gone on from. */
export function hashBehind(storage: StoragePort, value: Uint8Array): Sha256 {
  const hash = storage.sha256();
  hash.update(value);
  return hash;
}

/** The hash of a segment whose header holds the value `before`. Nothing is read yet. */
export function segmentHash(
  { storage, files, identity }: Hashed,
  file: string,
  before: Uint8Array,
): SegmentHash {
  if (identity.hashMode === HASH_NONE) return unhashed;
  let hash = hashBehind(storage, before);
  let taken = 0;
  /** How far the file is known to be written. */
  let written = 0;
  let slice: Promise<void> | undefined;
  let stopPause: (() => void) | undefined;

  const takeSlice = async (to: number): Promise<void> => {
    const size = Math.min(SLICE_BYTES, to - taken);
    const bytes = await files.lend(file, (one) => readPart(one, taken, size));
    if (bytes === "missing") return failCorrupt(file, 0, "a segment of the log", "no such file");
    if (bytes.length < size) {
      return failCorrupt(file, taken + bytes.length, `${to} bytes`, "the end of the file");
    }
    hash.update(bytes);
    taken += size;
  };

  const makeUp = (): void => {
    if (slice || stopPause || taken >= written) return;
    slice = takeSlice(written).then(() => {
      slice = undefined;
      stopPause = storage.clock.after(PAUSE_MS, () => {
        stopPause = undefined;
        makeUp();
      });
    }, () => {
      // Whoever wants the value reads again, and is told then.
      slice = undefined;
    });
  };

  const stop = async (): Promise<void> => {
    while (slice) await slice;
    stopPause?.();
    stopPause = undefined;
  };

  return {
    follow: (at, bytes) => {
      written = Math.max(written, at + bytes.length);
      const known = taken - at;
      if (known < 0) return makeUp();
      if (known >= bytes.length) return;
      hash.update(known === 0 ? bytes : bytes.subarray(known));
      taken = at + bytes.length;
    },
    taken: () => taken,
    value: () => hash.digest(),
    upTo: async (offset) => {
      await stop();
      if (taken > offset) {
        // What a failed write has added is not in the log: a hash forgets nothing, so begin again.
        hash = hashBehind(storage, before);
        taken = 0;
      }
      while (taken < offset) await takeSlice(offset);
      return hash.digest();
    },
    stop,
  };
}

const unhashed: SegmentHash = {
  follow: () => undefined,
  taken: () => 0,
  value: () => new Uint8Array(CHAIN_BYTES),
  upTo: () => Promise.resolve(new Uint8Array(CHAIN_BYTES)),
  stop: () => Promise.resolve(),
};
