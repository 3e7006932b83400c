/**
 * The laws of algebra that folds are built on: when two values are the same, what comes first, how
 * two become one, and what may be mapped.
 *
 * fp-ts has such a kit, of which the law is a predicate and the check an assertion; it is pinned to
 * a fast-check of years ago. The sentences are those of fp-ts's own documentation.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Eq } from "fp-ts/lib/Eq.js";
import type { Monoid } from "fp-ts/lib/Monoid.js";
import type { Ord } from "fp-ts/lib/Ord.js";
import type { Semigroup } from "fp-ts/lib/Semigroup.js";
import { copyOf } from "./copied_value.ts";
import { broken, held, type Judgement, same } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { told } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What an algebra is about. */
export interface AlgebraSpec<Value> {
  /** What reports call it. */
  readonly name: string;
  readonly values: fc.Arbitrary<Value>;
  /** What is looked at in place of a value, if two that differ may say the same. */
  readonly seen?: (value: Value) => unknown;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
}

/** Three values: no law of these needs more. */
type Three<Value> = readonly [Value, Value, Value];

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * The laws of an `Eq`.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as S from "fp-ts/lib/string.js";
 * import assert from "node:assert/strict";
 * import { checkLaws, eqLaws } from "leftfold/laws";
 *
 * const laws = eqLaws({ name: "texts", values: fc.string(), eq: S.Eq });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function eqLaws<Value>(
  spec: AlgebraSpec<Value> & { readonly eq: Eq<Value> },
): ReadonlyArray<Law> {
  return equalityLaws(spec, spec.eq, "eqLaws");
}

function equalityLaws<Value>(
  spec: AlgebraSpec<Value>,
  { equals }: Eq<Value>,
  maker: string,
): ReadonlyArray<Law> {
  return [
    algebraLaw(spec, maker, {
      id: "AL1",
      title: "each value equals itself and its copy, and equals as it is equalled",
      why: "Whoever looks for a value finds it, whichever side it stands on.",
    }, ([a, b]) => {
      if (!equals(a, a)) return broken("a value does not equal itself");
      if (!equals(a, copyOf(a))) return broken("a value does not equal its copy");
      return equals(a, b) === equals(b, a) ? held : broken("it depends on the side");
    }),
    algebraLaw(
      spec,
      maker,
      {
        id: "AL2",
        title: "what equals the same equals each other",
        why: "Equal values fall into groups; if they did not, the order of a search would decide.",
      },
      ([a, b, c]) =>
        equals(a, b) && equals(b, c) && !equals(a, c)
          ? broken("the first equals the second, and that the third, and the first not the third")
          : held,
    ),
  ];
}

/**
 * The laws of an `Ord`, which is an `Eq` too.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as N from "fp-ts/lib/number.js";
 * import assert from "node:assert/strict";
 * import { checkLaws, ordLaws } from "leftfold/laws";
 *
 * const laws = ordLaws({ name: "numbers", values: fc.integer(), ord: N.Ord });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function ordLaws<Value>(
  spec: AlgebraSpec<Value> & { readonly ord: Ord<Value> },
): ReadonlyArray<Law> {
  const { equals, compare } = spec.ord;
  return [
    ...equalityLaws(spec, spec.ord, "ordLaws"),
    algebraLaw(spec, "ordLaws", {
      id: "AL3",
      title: "an order turned round is the same order, and ties are what is equal",
      why: "A sort asks in any order that it likes, and must come to one end.",
    }, ([a, b]) => {
      const [one, other] = [compare(a, b), compare(b, a)];
      if (one !== -other && !(one === 0 && other === 0)) {
        return broken("each comes before the other");
      }
      return (one === 0) === equals(a, b)
        ? held
        : broken("they tie and are not equal, or are and do not");
    }),
    algebraLaw(
      spec,
      "ordLaws",
      {
        id: "AL4",
        title: "what comes before what comes before comes before",
        why: "Else there is no first one, and sorting gives another list each time.",
      },
      ([a, b, c]) =>
        compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0
          ? broken("it runs in a circle")
          : held,
    ),
  ];
}

/**
 * The law of a `Semigroup`.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as N from "fp-ts/lib/number.js";
 * import assert from "node:assert/strict";
 * import { checkLaws, semigroupLaws } from "leftfold/laws";
 *
 * const laws = semigroupLaws({ name: "sums", values: fc.integer(), semigroup: N.SemigroupSum });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function semigroupLaws<Value>(
  spec: AlgebraSpec<Value> & { readonly semigroup: Semigroup<Value> },
): ReadonlyArray<Law> {
  return joiningLaws(spec, spec.semigroup, "semigroupLaws");
}

function joiningLaws<Value>(
  spec: AlgebraSpec<Value>,
  { concat }: Semigroup<Value>,
  maker: string,
): ReadonlyArray<Law> {
  const { seen = (value: Value): unknown => value } = spec;
  return [
    algebraLaw(spec, maker, {
      id: "AL5",
      title: "it makes no difference which two are joined first",
      why: "Only then may several workers each join a stretch of the past.",
    }, ([a, b, c]) =>
      same(
        seen(concat(concat(a, b), c)),
        seen(concat(a, concat(b, c))),
        "joined from the other side, it differs",
      )),
  ];
}

/**
 * The laws of a `Monoid`, which is a `Semigroup` too.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as N from "fp-ts/lib/number.js";
 * import assert from "node:assert/strict";
 * import { checkLaws, monoidLaws } from "leftfold/laws";
 *
 * const laws = monoidLaws({ name: "sums", values: fc.integer(), monoid: N.MonoidSum });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function monoidLaws<Value>(
  spec: AlgebraSpec<Value> & { readonly monoid: Monoid<Value> },
): ReadonlyArray<Law> {
  const { seen = (value: Value): unknown => value } = spec;
  const { concat, empty } = spec.monoid;
  return [
    ...joiningLaws(spec, spec.monoid, "monoidLaws"),
    algebraLaw(spec, "monoidLaws", {
      id: "AL6",
      title: "what is joined with nothing stays what it is",
      why: "A stretch of the past in which nothing happened must not count.",
    }, ([a]) => {
      const before = same(seen(a), seen(concat(empty, a)), "with nothing before it, it differs");
      if (before._tag === "Broken") return before;
      return same(seen(a), seen(concat(a, empty)), "with nothing behind it, it differs");
    }),
  ];
}

/**
 * The laws of what may be mapped: a `map` of a container, given as a function of two.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { checkLaws, functorLaws } from "leftfold/laws";
 *
 * const laws = functorLaws({
 *   name: "lists",
 *   values: fc.array(fc.integer()),
 *   map: (list: ReadonlyArray<number>, f: (one: number) => number) => list.map(f),
 *   functions: fc.func(fc.integer()),
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function functorLaws<Value, Item>(
  spec: AlgebraSpec<Value> & {
    readonly map: (value: NoInfer<Value>, f: (item: Item) => Item) => NoInfer<Value>;
    readonly functions: fc.Arbitrary<(item: Item) => Item>;
  },
): ReadonlyArray<Law> {
  const { map, functions, seen = (value: Value): unknown => value } = spec;
  // Functions are no data: a case that is saved has the number that they are drawn from.
  // Each takes one item and nothing else, whatever a map hands on beside it.
  const pair = (seed: number): ReadonlyArray<(item: Item) => Item> =>
    fc.sample(functions, { seed, numRuns: 2 }).map((f) => (item) => f(item));
  return [
    algebraLaw(spec, "functorLaws", {
      id: "AL7",
      title: "mapping what does nothing does nothing",
      why: "A map that does more than its function does something nobody asked for.",
    }, ([value]) => same(seen(value), seen(map(value, (item) => item)), "it has changed")),
    algebraLaw(spec, "functorLaws", {
      id: "AL8",
      title: "mapping twice is mapping once, by both in a row",
      why: "Two steps may then be made one, or one two, without a thought.",
    }, ([value], seed) => {
      const [f, g] = pair(seed);
      const twice = map(map(value, f!), g!);
      return same(seen(twice), seen(map(value, (item) => g!(f!(item)))), "in one go, it differs");
    }),
  ];
}

function algebraLaw<Value>(
  { name: subject, values, source }: AlgebraSpec<Value>,
  maker: string,
  name: Omit<LawName, "family" | "tier">,
  judge: (values: Three<Value>, seed: number) => Judgement,
): Law {
  interface Case {
    readonly values: Three<Value>;
    readonly seed: number;
  }
  // Alike values are drawn often, because laws of equality speak of them.
  const one: fc.Arbitrary<Three<Value>> = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(values, values, values) },
    { weight: 1, arbitrary: values.map((value): Three<Value> => [value, value, value]) },
    { weight: 1, arbitrary: fc.tuple(values, values).map(([a, b]): Three<Value> => [a, b, a]) },
  );
  return lawOf<Case>({
    ...name,
    family: "algebra",
    tier: "core",
    subject,
    cases: fc.record({ values: one, seed: fc.nat() }),
    judge: (drawn) => judge(drawn.values, drawn.seed),
    save: (drawn) => drawn,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as Case,
    tell: (drawn) => told("Given", drawn.values),
    maker,
    source,
  });
}
