/**
 * What lies on whose desk.
 *
 * @module
 */
import type { Instances, Recorded, View } from "leftfold";
import * as V from "leftfold/view";
import { type Declaration, waitsFor } from "./declaration.ts";
import { declaration } from "./decider.ts";
import type { DeclarationEvent } from "./events.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How many declarations wait for whom. */
export interface OpenWork {
  readonly waiting: ReadonlyMap<string, number>;
  readonly paid: number;
  /** Euros that are paid. */
  readonly paidEuros: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Every declaration, by stream. There is a view in the decider, so nothing is said twice. */
export const declarations: View<Recorded<DeclarationEvent>, Instances<Declaration>> = V.byStream(
  declaration,
);

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Who has how much to do. */
export function openWork(all: Iterable<readonly [string, Declaration]>): OpenWork {
  const waiting = new Map<string, number>();
  let paid = 0;
  let paidCents = 0;
  for (const [, state] of all) {
    const desk = waitsFor(state);
    if (desk !== undefined) waiting.set(desk, (waiting.get(desk) ?? 0) + 1);
    if (state.status === "paid") {
      paid += 1;
      // In whole cents, so that the sum does not depend on the order.
      paidCents += Math.round(state.claim.amount * 100);
    }
  }
  return { waiting, paid, paidEuros: paidCents / 100 };
}
