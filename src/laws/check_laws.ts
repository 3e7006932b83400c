/**
 * Checking laws: by a test runner, by a script, or one case again.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { invariant } from "../invariant.ts";
import type { Corpus, CorpusFault } from "./corpus.ts";
import {
  type CorpusUnreadable,
  isCalled,
  keyOf,
  type Law,
  type LawFailure,
  type LawParams,
  type LawReport,
} from "./law.ts";
import { butLines } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a test runner gives: `{ describe, it }` of `node:test`, `bun:test`, Vitest and Jest fit. */
export interface LawRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** How to check several laws. */
export interface LawsParams extends Omit<LawParams, "corpus"> {
  /** Only laws that are called so: an id (`DE16`), a key, or a key behind its subject. */
  readonly law?: string;
  /** Where cases that broke a law are kept: they are judged before any is drawn. */
  readonly corpus?: Corpus;
}

/** What came of several laws. */
export interface LawFailures {
  readonly _tag: "LawFailures";
  readonly failures: ReadonlyArray<LawFailure>;
  readonly reports: ReadonlyArray<LawReport>;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Checks laws one after the other, and tells of all.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { checkLaws, deciderLaws } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const laws = deciderLaws({ name: "counter", decider: counter, commands: () => fc.nat(9) });
 * const outcome = await checkLaws(laws, { runs: 50, seed: 1 })();
 * assert(E.isRight(outcome));
 * assert.equal(outcome.right.length, laws.length);
 * ```
 */
export function checkLaws(
  laws: ReadonlyArray<Law>,
  params: LawsParams = {},
): TaskEither<LawFailures, ReadonlyArray<LawReport>> {
  return async () => {
    const failures: LawFailure[] = [];
    const reports: LawReport[] = [];
    for (const law of laws.filter((one) => isAsked(one, params.law))) {
      const outcome = await checked(law, params);
      if (E.isLeft(outcome)) failures.push(outcome.left);
      else reports.push(outcome.right);
    }
    if (failures.length === 0) return E.right(reports);
    return E.left({ _tag: "LawFailures", failures, reports });
  };
}

/**
 * Makes each law a test of its own, under its id and its title.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import { describe, it } from "node:test";
 * import { accept, decider } from "leftfold";
 * import { deciderLaws, describeLaws } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const laws = deciderLaws({ name: "counter", decider: counter, commands: () => fc.nat(9) });
 * describeLaws(laws, { describe, it });
 * ```
 */
export function describeLaws(
  laws: ReadonlyArray<Law>,
  { describe, it }: LawRunner,
  params: LawsParams = {},
): void {
  for (const [subject, own] of bySubject(laws)) {
    const asked = own.filter((law) => isAsked(law, params.law));
    describe(subject, () => {
      // A runner takes a file without any test for a mistake.
      if (asked.length === 0) it(`has no law that is called ${params.law}`, async () => {});
      for (const law of asked) {
        it(`${keyOf(law)}: ${law.title}`, async () => {
          const outcome = await checked(law, params);
          if (E.isLeft(outcome)) throw new Error(outcome.left.text);
        });
      }
    });
  }
}

/**
 * Judges one case again: throws for as long as it breaks the law that has this id.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { deciderLaws, expectLaw } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const laws = deciderLaws({
 *   name: "counter",
 *   decider: counter,
 *   commands: () => fc.nat(9),
 *   invariants: { "the sum is small": (sum) => sum < 5 },
 * });
 * await expectLaw(laws, "DE1", { commands: [1, 2] });
 * await assert.rejects(expectLaw(laws, "DE16/the sum is small", { commands: [9] }), /not so/);
 * ```
 */
export async function expectLaw(
  laws: ReadonlyArray<Law>,
  key: string,
  saved: unknown,
): Promise<void> {
  const law = laws.find((one) => keyOf(one) === key);
  invariant(law !== undefined, `there is no law ${key}; there are ${laws.map(keyOf).join(", ")}`);
  const judgement = await law.judge(saved);
  if (judgement._tag !== "Broken") return;
  const head = `${law.subject} breaks ${key}: ${law.title}`;
  throw new Error([head, ...butLines(judgement.finding)].join("\n"));
}

/** Checks a law on the cases that are kept of it and on new ones, and keeps the one that breaks it. */
async function checked(
  law: Law,
  { corpus, ...params }: LawsParams,
): Promise<E.Either<LawFailure, LawReport>> {
  // A path leads straight to one case.
  if (!corpus || params.path !== undefined) return await law.check(params)();
  const kept = await corpus.load(law)();
  if (E.isLeft(kept)) return E.left(unreadable(law, kept.left));
  const outcome = await law.check({ ...params, corpus: kept.right })();
  if (E.isRight(outcome) || outcome.left._tag !== "LawBroken") return outcome;
  const failure = outcome.left;
  if (!failure.replay) return outcome; // it is there already
  const place = await corpus.keep(law, failure.saved)();
  const told = E.isLeft(place)
    ? `Not kept   ${place.left.place}: ${place.left.why}`
    : `Kept in    ${place.right}  (judged first from now on)`;
  return E.left({ ...failure, text: `${failure.text}\n  ${told}` });
}

function unreadable(law: Law, { place, why }: CorpusFault): CorpusUnreadable {
  const { subject } = law;
  const text = `${subject}: ${keyOf(law)} was not checked, since its kept cases cannot be read: ` +
    `${place}: ${why}; mend the file, or delete it`;
  return { _tag: "CorpusUnreadable", law, subject, place, text };
}

/** Whether a law is one of those that are asked for. */
function isAsked(law: Law, name: string | undefined): boolean {
  return name === undefined || isCalled(law, name);
}

function bySubject(laws: ReadonlyArray<Law>): ReadonlyMap<string, ReadonlyArray<Law>> {
  const found = new Map<string, Law[]>();
  for (const law of laws) {
    const own = found.get(law.subject);
    if (own) own.push(law);
    else found.set(law.subject, [law]);
  }
  return found;
}
