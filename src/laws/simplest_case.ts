/**
 * The simplest case like one that was found and not drawn.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Finding, Judgement } from "./judgement.ts";

/** How cases become simpler, and what is said of each. */
interface Simplifying<Case> {
  readonly cases: fc.Arbitrary<Case>;
  readonly simpler?: (one: Case) => Iterable<Case>;
  readonly save: (one: Case) => unknown;
  readonly restore: (saved: unknown) => Case;
  /** Throws nothing. */
  readonly judge: (saved: unknown) => Promise<Judgement>;
}

/** A case that breaks a law, as it is saved. */
interface Simplest {
  readonly saved: unknown;
  readonly finding: Finding;
  readonly shrinks: number;
}

/** The simplest case that breaks a law, from one that does. */
export async function simplestCase<Case>(
  { cases, simpler, save, restore, judge }: Simplifying<Case>,
  found: unknown,
  first: Finding,
): Promise<Simplest> {
  const candidatesOf = ({ value_, context }: fc.Value<Case>): Iterable<fc.Value<Case>> => {
    if (simpler) return valuesOf(simpler(value_));
    const canShrink = context !== undefined || cases.canShrinkWithoutContext(value_);
    return canShrink ? cases.shrink(value_, context) : [];
  };
  let simplest: Simplest = { saved: found, finding: first, shrinks: 0 };
  let value: fc.Value<Case>;
  try {
    value = new fc.Value(restore(found), undefined);
  } catch {
    // It was written by hand, and is no case: that is what breaks the law, and was said.
    return simplest;
  }
  for (;;) {
    let next: fc.Value<Case> | undefined;
    for (const candidate of candidatesOf(value)) {
      // As in a printed test, a case has to break the law when it is all that there is.
      const saved = save(candidate.value_);
      const judgement = await judge(saved);
      if (judgement._tag !== "Broken") continue;
      simplest = { saved, finding: judgement.finding, shrinks: simplest.shrinks + 1 };
      next = candidate;
      break;
    }
    if (!next) return simplest;
    value = next;
  }
}

function* valuesOf<Case>(all: Iterable<Case>): Generator<fc.Value<Case>, void, void> {
  for (const one of all) yield new fc.Value(one, undefined);
}
