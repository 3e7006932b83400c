/**
 * What may become of a call to a simulated disk.
 *
 * @module
 */
import type { FailedFlush } from "./model_file.ts";
import type { Damage } from "./power_cut.ts";

/** A call that reads or changes files. */
export interface DiskCall {
  /** Counted from 1 over the life of the disk. */
  readonly nth: number;
  /** Who calls, counted from 1. */
  readonly process: number;
  readonly operation: Operation;
  /** The file, or nothing if the call is about the place. */
  readonly name: string;
  /** Where it reads or writes, in bytes, and how many. */
  readonly at: number;
  readonly size: number;
}

/** What a call asks for. */
export type Operation =
  | "prepare"
  | "list"
  | "create"
  | "openAppend"
  | "openRead"
  | "remove"
  | "syncDirectory"
  | "exists"
  | "write"
  | "datasync"
  | "closeAppend"
  | "size"
  | "read"
  | "closeRead";

/** Errors as a platform's: `code` says which. */
export type ErrorCode = "EIO" | "ENOSPC" | "EMFILE" | "EACCES";

/** What becomes of a call. */
export type Misfortune =
  /** The process is killed. The call was not begun, or is done; of a write a part may be. */
  | { readonly _tag: "Killed"; readonly done: number }
  /** The power is cut at this moment, and every process ends. */
  | { readonly _tag: "PowerCut"; readonly done: number; readonly damage: Damage }
  /** Nothing is done, and it fails. */
  | { readonly _tag: "Fails"; readonly code: ErrorCode }
  /** A part of a write is done, and then it fails. */
  | { readonly _tag: "FailsHalfWay"; readonly done: number; readonly code: ErrorCode }
  /** The call has done its work, and is said to have failed. */
  | { readonly _tag: "FailsAfterwards"; readonly code: ErrorCode }
  /** A part of a write is done, and the call says so. */
  | { readonly _tag: "Short"; readonly done: number }
  /** The flush fails, and the page cache does as page caches do. */
  | { readonly _tag: "FlushFails"; readonly cache: FailedFlush }
  /** The flush says that it is done, and has done nothing. */
  | { readonly _tag: "Lies" }
  /**
   * From now on the file cannot be read where this call reads, until the disk is mended; a power cut
   * mends nothing.
   */
  | { readonly _tag: "BadSector" }
  /** From now on there is room for so many bytes, until the disk is mended. */
  | { readonly _tag: "Fills"; readonly left: number }
  /** The answer comes later: others go on meanwhile. The work is done first, or last. */
  | { readonly _tag: "Slow"; readonly ms: number; readonly done: "first" | "last" }
  /** The process stands still before this call, until it is told to go on. */
  | { readonly _tag: "Paused" }
  /** The wall clock is set to another time, and the call is made. */
  | { readonly _tag: "ClockJumps"; readonly ms: number };

/** Told of each call before it is made; what it gives is what becomes of the call. */
export type Fate = (call: DiskCall) => Misfortune | undefined;

/** A misfortune, and the call that it befell: enough to let it happen again. */
export interface Struck {
  readonly nth: number;
  readonly misfortune: Misfortune;
}

/**
 * Lets happen what is listed, and nothing else.
 *
 * @example A disk whose third call fails
 * ```ts
 * import assert from "node:assert/strict";
 * import { fateOf, simulatedDisk } from "leftfold/storage/simulated";
 *
 * const fate = fateOf([{ nth: 3, misfortune: { _tag: "Fails", code: "EIO" } }]);
 * const { storage } = simulatedDisk({ seed: 1, fate }).start();
 * await storage.prepare();
 * assert.deepEqual(await storage.list(), []);
 * assert.throws(() => storage.list(), /EIO/);
 * ```
 */
export function fateOf(list: ReadonlyArray<Struck>): Fate {
  const at = new Map(list.map(({ nth, misfortune }) => [nth, misfortune]));
  return ({ nth }) => at.get(nth);
}
