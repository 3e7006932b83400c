/**
 * Defects: mistakes of a programmer, which stop the program where they show.
 *
 * A domain that says no is a rejection, a world that fails is a fault, and both are values. What is
 * left can only be mended in the source, so it is thrown, and never caught by this library.
 *
 * @module
 */

/**
 * Throws unless `holds`. The message says what was done, with which value, what was wanted and
 * what to do, in one sentence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { eventCodec, schema } from "leftfold";
 *
 * // Versions count from 1. The compiler says so too, unless the number comes from elsewhere.
 * const versions: ReadonlyArray<number> = [0];
 * assert.throws(() => eventCodec({ Opened: schema(versions[0] ?? 0) }), /version/);
 * ```
 */
export function invariant(holds: boolean, message: string | (() => string)): asserts holds {
  if (!holds) throw new Error(typeof message === "string" ? message : message());
}
