/**
 * Minimising: the simplest case like one that was found, in production for one.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { TaskOption } from "fp-ts/lib/TaskOption.js";
import type { Law, LawBroken } from "./law.ts";

/**
 * The simplest case that breaks a law, from one that was found: commands or events that are not
 * needed are left out, and values become simpler. None if the case does not break the law.
 *
 * A case of a decider's law is `{ commands }`. Who has kept only the events of a stream takes the
 * laws of its views: a decider is one, and a case of theirs is `{ events, choice: 0 }`.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import { isSome } from "fp-ts/lib/Option.js";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { deciderLaws, keyOf, minimise } from "leftfold/laws";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number) => accept(amount),
 *   evolve: (balance, amount: number) => balance + amount,
 * });
 * const laws = deciderLaws({
 *   name: "account",
 *   decider: account,
 *   commands: () => fc.integer(),
 *   invariants: { "it is not overdrawn": (balance) => balance >= 0 },
 * });
 * const law = laws.find((one) => keyOf(one) === "DE16/it is not overdrawn");
 * assert(law);
 * const simplest = await minimise(law, { commands: [100, 25, -60, -90, 40] })();
 * assert(isSome(simplest));
 * assert.deepEqual(simplest.value.saved, { commands: [-1] });
 * ```
 */
export function minimise(law: Law, found: unknown): TaskOption<LawBroken> {
  return async () => {
    const outcome = await law.check({ corpus: [found], runs: 0 })();
    return E.isLeft(outcome) && outcome.left._tag === "LawBroken" ? O.some(outcome.left) : O.none;
  };
}
