/**
 * Instances of algebra with bugs.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Eq } from "fp-ts/lib/Eq.js";
import type { Monoid } from "fp-ts/lib/Monoid.js";
import type { Ord } from "fp-ts/lib/Ord.js";
import {
  eqLaws,
  functorLaws,
  type Law,
  monoidLaws,
  ordLaws,
  semigroupLaws,
} from "../../../../src/laws/mod.ts";
import type { Planted } from "../planted.ts";

interface Money {
  readonly cents: number;
  readonly note: string;
}

const money: fc.Arbitrary<Money> = fc.record({
  cents: fc.integer({ min: -2, max: 2 }),
  note: fc.constantFrom("a", "b"),
});
const numbers = fc.integer({ min: -9, max: 9 });

function equality(equals: Eq<Money>["equals"]): () => ReadonlyArray<Law> {
  return () => eqLaws({ name: "money", values: money, eq: { equals } });
}

function order(compare: (a: number, b: number) => number): () => ReadonlyArray<Law> {
  // The bug may be in the sign of what is compared.
  const sign = (a: number, b: number): -1 | 0 | 1 => Math.sign(compare(a, b)) as -1 | 0 | 1;
  const ord: Ord<number> = { equals: (a, b) => a === b, compare: sign };
  return () => ordLaws({ name: "numbers", values: numbers, ord });
}

function joining(monoid: Monoid<number>): () => ReadonlyArray<Law> {
  return () => monoidLaws({ name: "numbers", values: numbers, monoid });
}

function mapping(
  map: (list: number[], f: (one: number) => number) => number[],
): () => ReadonlyArray<Law> {
  const functions = fc.constantFrom((n: number) => n + 1, (n: number) => 2 * n, () => 3);
  return () => functorLaws({ name: "lists", values: fc.array(numbers), map, functions });
}

export const brokenAlgebras: ReadonlyArray<Planted> = [
  {
    bug: "objects are compared by reference",
    law: "AL1",
    laws: equality((a, b) => a === b),
    isOnly: true,
  },
  {
    bug: "a note of the left one decides whether the other is looked at",
    law: "AL1",
    laws: equality((a, b) => a.cents === b.cents && (a.note === "a" || a.note === b.note)),
  },
  {
    bug: "amounts are equal if they are near",
    law: "AL2",
    laws: equality((a, b) => Math.abs(a.cents - b.cents) <= 2),
    isOnly: true,
  },
  {
    bug: "a comparison that knows no tie",
    law: "AL3",
    laws: order((a, b) => a < b ? -1 : 1),
  },
  {
    bug: "numbers are compared as on a clock",
    law: "AL4",
    laws: order((a, b) => a === b ? 0 : (b - a + 19) % 19 < 10 ? -1 : 1),
    isOnly: true,
  },
  {
    bug: "two are joined by their mean",
    law: "AL5",
    laws: () =>
      semigroupLaws({
        name: "means",
        values: numbers,
        semigroup: { concat: (a, b) => (a + b) / 2 },
      }),
  },
  {
    bug: "the greatest of nothing is zero",
    law: "AL6",
    laws: joining({ empty: 0, concat: Math.max }),
    isOnly: true,
  },
  {
    bug: "a map leaves out what comes twice",
    law: "AL7",
    laws: mapping((list, f) => [...new Set(list.map(f))]),
  },
  {
    bug: "a map applies its function again to what it has changed",
    law: "AL8",
    laws: mapping((list, f) => list.map((one) => f(one) === one ? one : f(f(one)))),
    isOnly: true,
  },
];
