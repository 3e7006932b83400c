/**
 * Chance that can be repeated: the same seed gives the same numbers, on every runtime.
 *
 * Only integer and basic arithmetic is used, because engines may round `Math.exp` and its kind
 * differently.
 *
 * @module
 */

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A source of numbers from 0 up to but not with 1. */
export type Chance = () => number;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A source from a seed: the generator "mulberry32" of Tommy Ettinger. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether something happens that happens in `part` of all cases. */
export function happens(chance: Chance, part: number): boolean {
  return chance() < part;
}

/** A number of a distribution that is known by equidistant quantiles: least, ..., greatest. Of none it is 0. */
export function drawn(chance: Chance, quantiles: ReadonlyArray<number>): number {
  const place = chance() * (quantiles.length - 1);
  const below = quantiles[Math.floor(place)] ?? 0;
  const above = quantiles[Math.floor(place) + 1] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
