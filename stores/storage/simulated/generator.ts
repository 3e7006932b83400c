/**
 * Chance that can be had again: the same seed gives the same draws on every runtime.
 *
 * @module
 */

/** A stream of draws. */
export interface Generator {
  /** A whole number from 0 up to, and without, `count`. */
  readonly below: (count: number) => number;
  /** A whole number, both ends included. */
  readonly between: (least: number, most: number) => number;
  /** Whether something happens that happens so often: 0 is never, 1 always. */
  readonly chance: (often: number) => boolean;
  readonly pick: <Value>(values: ReadonlyArray<Value>) => Value;
  readonly bytes: (count: number) => Uint8Array;
  /** A generator of its own: what it draws does not move this one. */
  readonly fork: () => Generator;
}

/**
 * A generator of draws: sfc32 (Chris Doty-Humphrey, PractRand), begun from a seed by the finalizer
 * of MurmurHash3, so that neighbouring seeds have nothing in common.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { generator } from "leftfold/storage/simulated";
 *
 * const [one, other] = [generator(4711), generator(4711)];
 * assert.deepEqual(one.bytes(8), other.bytes(8));
 * ```
 */
export function generator(seed: number): Generator {
  let a = scrambled(seed);
  let b = scrambled(Math.floor(seed / 2 ** 32) ^ a);
  let c = scrambled(b ^ 0x9e3779b9);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21 | c >>> 11) + sum | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 8; warm++) next();
  const below = (count: number): number => Math.floor(next() / 2 ** 32 * count);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (often) => next() < often * 2 ** 32,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error("there is nothing to pick from");
      return value;
    },
    bytes: (count) => {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at++) bytes[at] = next();
      return bytes;
    },
    fork: () => generator(next() * 2 ** 20 + (next() >>> 12)),
  };
}

function scrambled(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
