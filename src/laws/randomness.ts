/**
 * Randomness of one's own, to draw from outside of what fast-check runs.
 *
 * @module
 */
import * as fc from "fast-check";

/** Where so many drawings may begin, each apart from the others. The same seed gives the same. */
export function randomness(seed: number, count: number): ReadonlyArray<fc.Random> {
  return fc.sample(new Randomness(), { seed, numRuns: count });
}

/** Randomness itself: each value is where a drawing may begin. */
class Randomness extends fc.Arbitrary<fc.Random> {
  override generate(random: fc.Random): fc.Value<fc.Random> {
    random.nextInt();
    return new fc.Value(random.clone(), undefined);
  }

  override canShrinkWithoutContext(_: unknown): _ is fc.Random {
    return false;
  }

  override shrink(): fc.Stream<fc.Value<fc.Random>> {
    return fc.Stream.nil();
  }
}
