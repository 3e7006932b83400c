/**
 * Heads: what is kept of a history elsewhere, to tell later whether it is still the same.
 *
 * @module
 */
import { utf8 } from "./bytes.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * A place of the log and what the chain of SHA-256 is there, in 64 hexadecimal digits: it stands for
 * every byte of the log before. Kept where whoever can write to the store cannot, it tells any
 * change of history up to the place.
 */
export interface Anchor {
  /** The last position of a commit; 0 is before everything, and stands for nothing. */
  readonly position: number;
  readonly hash: string;
}

/** An anchor, and the store that it is of. */
export interface Head extends Anchor {
  /** In 32 hexadecimal digits. */
  readonly storeId: string;
}

const STATEMENT = "leftfold head 1";

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * What is signed of a head: four lines of UTF-8, each with its end. The first names the version of
 * the statement, the others are the store's id, the position in decimal digits, and the hash. So
 * the statement can be made again, and its signature checked, without this library.
 *
 * The idea of a head that is signed as lines of text is that of the checkpoints of transparency
 * logs (C2SP, tlog-checkpoint).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { headStatement } from "leftfold/stores/file";
 *
 * const head = { storeId: "ab".repeat(16), position: 7, hash: "cd".repeat(32) };
 * const lines = new TextDecoder().decode(headStatement(head)).split("\n");
 * assert.deepEqual(lines, ["leftfold head 1", "ab".repeat(16), "7", "cd".repeat(32), ""]);
 * ```
 */
export function headStatement({ storeId, position, hash }: Head): Uint8Array {
  return utf8(`${STATEMENT}\n${storeId}\n${position}\n${hash}\n`);
}
