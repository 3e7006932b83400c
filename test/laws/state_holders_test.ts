import * as fc from "fast-check";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, type Decider } from "leftfold";
import { checkLaws, deciderLaws, type Law } from "leftfold/laws";

/** A sum with a private field, which nobody can copy. */
class Sum {
  readonly #sum: number;
  constructor(sum: number) {
    this.#sum = sum;
  }
  plus(n: number): Sum {
    return new Sum(this.#sum + n);
  }
}

/** The laws of a decider that holds its state in some way. */
function holding<State>(
  name: string,
  initialState: State,
  evolve: (state: State, event: { readonly n: number }) => State,
): ReadonlyArray<Law> {
  const holder: Decider<number, { readonly n: number }, State> = {
    initialState,
    decide: (n) => accept({ n }),
    evolve,
  };
  return deciderLaws({ name, decider: holder, commands: () => fc.nat(60) });
}

// A law may mind what a state says, and never how it is held.
const holders: ReadonlyArray<ReadonlyArray<Law>> = [
  holding("a map", new Map<number, number>(), (all, { n }) => new Map([...all, [n % 3, n]])),
  holding("a set", new Set<number>(), (all, { n }) => new Set([...all, n])),
  holding("a date", new Date(0), (time, { n }) => new Date(time.getTime() + n)),
  holding<O.Option<number>>("an option", O.none, (_, { n }) => O.some(n)),
  holding("a bigint", 0n, (sum, { n }) => sum + BigInt(n)),
  holding("bytes", new Uint8Array(3), (bytes, { n }) => bytes.map((byte) => byte + n)),
  holding<number | null>("null", null, (_, { n }) => n > 50 ? null : n),
  holding<number | undefined>("nothing", undefined, (_, { n }) => n > 50 ? undefined : n),
  holding("an object of a class", new Sum(0), (sum, { n }) => sum.plus(n)),
  holding("a function", { n: 0, double: (n: number) => 2 * n }, (all, { n }) => ({ ...all, n })),
  holding<ReadonlyArray<number>>("a list with holes", [], (all, { n }) => {
    const next = [...all];
    delete next[n % 5];
    return [...next, n];
  }),
];

describe("no law of deciders minds a state that is held in", () => {
  for (const laws of holders) {
    it(laws[0]?.subject ?? "", async () => {
      const outcome = await checkLaws(laws, { runs: 50 })();
      const told = outcome._tag === "Left" ? outcome.left.failures.map(({ text }) => text) : [];
      assert.deepEqual(told, []);
    });
  }
});
