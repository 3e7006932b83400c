/**
 * Mixing numbers into two lanes of 32 bits: equal for equal rows of numbers, and for others almost
 * surely not. It compares runs of a simulation, and keeps nobody from anything.
 *
 * @module
 */

/** What was mixed so far. */
export interface Mixer {
  readonly mix: (value: number) => void;
  /** Both lanes, as unsigned numbers. */
  readonly lanes: () => readonly [number, number];
}

/** A mixer that has seen nothing. */
export function newMixer(): Mixer {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  return {
    mix: (value) => {
      one = Math.imul(one ^ value, 0x01000193);
      other = Math.imul(other ^ one ^ (value >>> 15), 0x85ebca6b);
      other ^= other >>> 13;
    },
    lanes: () => [one >>> 0, other >>> 0],
  };
}
