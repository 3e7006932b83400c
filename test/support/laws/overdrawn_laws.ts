/**
 * Laws as a user's module exports them: lists of laws, and what is no law. One is broken.
 *
 * @module
 */
import * as fc from "fast-check";
import { accept, decider } from "leftfold";
import { deciderLaws, type Law } from "leftfold/laws";

const account = decider({
  initialState: 0,
  decide: (amount: number) => accept({ amount }),
  evolve: (balance, event: { readonly amount: number }) => balance + event.amount,
});

const spec = { name: "account", decider: account, commands: () => fc.integer({ min: -9, max: 9 }) };

export const accountLaws: ReadonlyArray<Law> = deciderLaws(spec);

const invariants = { "it is not overdrawn": (balance: number) => balance >= 0 };

/** The broken one. */
export const overdrawnLaws: ReadonlyArray<Law> = deciderLaws({ ...spec, invariants })
  .filter(({ part }) => part !== undefined);

/** The same laws again: they are checked once. */
export const twice: ReadonlyArray<Law> = [...accountLaws, ...overdrawnLaws];

export const limits: ReadonlyArray<number> = [9];
