/**
 * The laws of deciders.
 *
 * @module
 */
import { coverageLaws } from "./decider/coverage.ts";
import { claimedLaws } from "./decider/claims.ts";
import { declaredLaws } from "./decider/declared.ts";
import { purityLaws } from "./decider/purity.ts";
import { replayLaws } from "./decider/replay.ts";
import { silenceLaws } from "./decider/silence.ts";
import { storageLaws } from "./decider/storage.ts";
import { totalityLaws } from "./decider/totality.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import type { Law } from "./law.ts";

/**
 * All laws of a decider that the specification has the ingredients for.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 * import { checkLaws, deciderLaws } from "leftfold/laws";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number, balance) => balance + amount < 0 ? reject("Overdrawn") : accept({ amount }),
 *   evolve: (balance, event: { readonly amount: number }) => balance + event.amount,
 * });
 * const laws = deciderLaws({
 *   name: "account",
 *   decider: account,
 *   commands: (balance) => fc.integer({ min: -balance, max: 100 }),
 *   noise: fc.integer(),
 *   invariants: { "the balance is never below zero": (balance) => balance >= 0 },
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function deciderLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return [
    ...totalityLaws(spec),
    ...purityLaws(spec),
    ...replayLaws(spec),
    ...storageLaws(spec),
    ...silenceLaws(spec),
    ...declaredLaws(spec),
    ...claimedLaws(spec),
    ...coverageLaws(spec),
  ];
}
