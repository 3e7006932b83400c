/**
 * Random cases, and what is said of the one that shows a mistake.
 *
 * @module
 */
import fc from "fast-check";
import { find, findingOf } from "./finding.ts";
import type { LawOptions } from "./law.ts";

/** How many random cases a law tries. */
export const runsDefault = 50;

/** Goes on only if a property holds of all cases; otherwise it ends with the shortest one found. */
export async function checked<Case>(
  property: fc.IAsyncProperty<Case>,
  options: LawOptions,
): Promise<void> {
  const { failed, counterexample, errorInstance, seed } = await fc.check(property, {
    numRuns: options.runs ?? runsDefault,
    endOnFailure: options.shrinks === false,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  if (!failed) return;
  find({
    _tag: "Counterexample",
    example: fc.stringify(counterexample),
    seed,
    fault: findingOf(errorInstance),
  });
}
