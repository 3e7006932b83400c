/**
 * A store held to its laws: as tests of a runner, or as a report.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Task } from "fp-ts/lib/Task.js";
import { comparable, explainLawFault, type LawFault } from "./finding.ts";
import type { Figures, LawOptions, StoreLaw } from "./law.ts";
import { storeLaws } from "./store_laws.ts";
import { claims, type StoreSubject } from "./subject.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What came of each law. */
export interface Conformance {
  /** The name of the subject. */
  readonly subject: string;
  readonly outcomes: ReadonlyArray<Outcome>;
  /** Whether every law holds that concerns the subject. */
  readonly conforms: boolean;
}

/** What came of a law. */
export type Outcome =
  | { readonly _tag: "Holds"; readonly law: StoreLaw; readonly figures: Figures }
  | { readonly _tag: "Fails"; readonly law: StoreLaw; readonly fault: LawFault }
  /** The subject does not claim what the law needs. */
  | { readonly _tag: "NotAsked"; readonly law: StoreLaw };

/** What a test runner gives: `{ describe, it }` of `node:test`, `bun:test`, Vitest and Jest fit. */
export interface LawRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Checks every law that concerns a store, one after the other, and gives a report. It never fails:
 * what a law finds is in the report.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { checkConformance } from "leftfold/conformance";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const report = await checkConformance({
 *   name: "a memory store",
 *   capabilities: { subscriptions: true },
 *   open: async () => {
 *     const store = memoryStore();
 *     return { store, dispose: () => run(store.close) };
 *   },
 * }, { runs: 5 })();
 * assert(report.conforms);
 * ```
 */
export function checkConformance(
  subject: StoreSubject,
  options: LawOptions = {},
): Task<Conformance> {
  return async () => {
    const outcomes: Array<Outcome> = [];
    for (const law of storeLaws) outcomes.push(await outcomeOf(law, subject, options));
    const conforms = outcomes.every(({ _tag }) => _tag !== "Fails");
    return { subject: subject.name, outcomes, conforms };
  };
}

/**
 * Registers each law that concerns a store as a test of its own.
 *
 * @example
 * ```ts
 * import { describe, it } from "node:test";
 * import { run } from "leftfold";
 * import { describeConformance } from "leftfold/conformance";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * describeConformance({
 *   name: "a memory store",
 *   capabilities: { subscriptions: true },
 *   open: async () => {
 *     const store = memoryStore();
 *     return { store, dispose: () => run(store.close) };
 *   },
 * }, { describe, it }, { runs: 5 });
 * ```
 */
export function describeConformance(
  subject: StoreSubject,
  runner: LawRunner,
  options: LawOptions = {},
): void {
  runner.describe(subject.name, () => {
    for (const law of storeLaws) {
      if (!concerns(law, subject)) continue;
      runner.it(law.title, async () => {
        const outcome = await law.check(subject, options)();
        if (E.isRight(outcome)) return;
        const message = `${law.id}: ${explainLawFault(outcome.left)} (else ${law.why})`;
        // Runners show the difference of what was wanted and found.
        throw Object.assign(new Error(message), comparable(outcome.left));
      });
    }
  });
}

/**
 * A report as text: a line for each law that fails, with what it found and why it matters, and a
 * summary.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explainConformance, storeLaws } from "leftfold/conformance";
 *
 * const [law] = storeLaws;
 * assert(law !== undefined);
 * const fault = { _tag: "Broken", what: "the head", wanted: 2, found: 1 } as const;
 * const outcomes = [{ _tag: "Fails", law, fault }] as const;
 * assert.equal(
 *   explainConformance({ subject: "my store", outcomes, conforms: false }),
 *   `my store: 0 laws hold, 1 fails, 0 are not asked
 *   append.dense: versions and positions count from 1 and leave nothing out
 *     the head: wanted 2, found 1
 *     where it does not hold, a reader could not tell a gap from a loss`,
 * );
 * ```
 */
export function explainConformance({ subject, outcomes }: Conformance): string {
  const count = (tag: Outcome["_tag"]): number =>
    outcomes.filter(({ _tag }) => _tag === tag).length;
  const verb = (count: number, one: string, many: string): string => count === 1 ? one : many;
  const [held, failed, unasked] = [count("Holds"), count("Fails"), count("NotAsked")];
  const summary = `${subject}: ${held} ${verb(held, "law holds", "laws hold")}, ` +
    `${failed} ${verb(failed, "fails", "fail")}, ` +
    `${unasked} ${verb(unasked, "is not asked", "are not asked")}`;
  return [summary, ...outcomes.flatMap(linesOf)].join("\n");
}

function linesOf(outcome: Outcome): ReadonlyArray<string> {
  if (outcome._tag !== "Fails") return [];
  const { law, fault } = outcome;
  return [
    `  ${law.id}: ${law.title}`,
    `    ${explainLawFault(fault)}`,
    `    where it does not hold, ${law.why}`,
  ];
}

function concerns({ needs }: StoreLaw, subject: StoreSubject): boolean {
  return needs.every((needed) => claims(subject, needed));
}

async function outcomeOf(
  law: StoreLaw,
  subject: StoreSubject,
  options: LawOptions,
): Promise<Outcome> {
  if (!concerns(law, subject)) return { _tag: "NotAsked", law };
  const checked = await law.check(subject, options)();
  return E.isLeft(checked)
    ? { _tag: "Fails", law, fault: checked.left }
    : { _tag: "Holds", law, figures: checked.right };
}
