/**
 * The port of a cold tier: where archived segments lie. Types only.
 *
 * A tier keeps whole objects under names that are never used twice, and gives parts of them. What
 * is expected (a name that is taken, an object that is not there) is a value. What is not (a server
 * that does not answer) is thrown or rejected, and the engine turns it into `ColdUnavailable`. A
 * tier ends what takes too long by itself: the engine waits for it as long as it takes.
 *
 * @module
 */
import type { Awaitable } from "../storage.ts";

/** A place for archived segments: cheap to keep, slow to reach. */
export interface ColdTier {
  /** Where it is, for messages. */
  readonly place: string;
  /**
   * Stores an object under a name that nobody has used, all of it or nothing. When it answers
   * `"stored"`, the object is as durable as the tier can make it.
   */
  readonly put: (
    name: string,
    parts: ReadonlyArray<Uint8Array>,
  ) => Awaitable<"stored" | "exists">;
  /** The bytes from an offset on: fewer at the end of the object. */
  readonly read: (name: string, at: number, size: number) => Awaitable<Uint8Array | "missing">;
  /** The size of an object in bytes. */
  readonly size: (name: string) => Awaitable<number | "missing">;
  /** Every name in the tier, in any order. */
  readonly list: () => Awaitable<ReadonlyArray<string>>;
  /** Removes an object. One that is not there is fine. */
  readonly remove: (name: string) => Awaitable<void>;
}

/** How blocks of an archive are compressed. Each archive says how its own are. */
export type CodecName = "deflate-raw" | "zstd";

/** Compresses blocks, and inflates them within bounds. */
export interface BlockCodec {
  readonly name: CodecName;
  readonly compress: (source: Uint8Array) => Awaitable<Uint8Array>;
  /**
   * What was compressed; nothing if the bytes are none of this codec's, or hold more than
   * `sizeMax` bytes. It must not inflate much more than that before it gives up.
   */
  readonly inflate: (bytes: Uint8Array, sizeMax: number) => Awaitable<Uint8Array | undefined>;
}
