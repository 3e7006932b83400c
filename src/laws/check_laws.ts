/**
 * Checking laws: by a test runner, by a script, or one case again.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { invariant } from "../invariant.ts";
import { keyOf, type Law, type LawFailure, type LawParams, type LawReport } from "./law.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a test runner gives: `{ describe, it }` of `node:test`, `bun:test`, Vitest and Jest fit. */
export interface LawRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
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

/** Checks laws one after the other, and tells of all. */
export function checkLaws(
  laws: ReadonlyArray<Law>,
  params: LawParams = {},
): TaskEither<LawFailures, ReadonlyArray<LawReport>> {
  return async () => {
    const failures: LawFailure[] = [];
    const reports: LawReport[] = [];
    for (const law of laws) {
      const outcome = await law.check(params)();
      if (E.isLeft(outcome)) failures.push(outcome.left);
      else reports.push(outcome.right);
    }
    if (failures.length === 0) return E.right(reports);
    return E.left({ _tag: "LawFailures", failures, reports });
  };
}

/** Makes each law a test of its own, under its id and its title. */
export function describeLaws(
  laws: ReadonlyArray<Law>,
  { describe, it }: LawRunner,
  params: LawParams = {},
): void {
  for (const [subject, own] of bySubject(laws)) {
    describe(subject, () => {
      for (const law of own) {
        it(`${keyOf(law)}: ${law.title}`, async () => {
          const outcome = await law.check(params)();
          if (E.isLeft(outcome)) throw new Error(outcome.left.text);
        });
      }
    });
  }
}

/** Judges one case again: throws for as long as it breaks the law that has this id. */
export async function expectLaw(
  laws: ReadonlyArray<Law>,
  key: string,
  saved: unknown,
): Promise<void> {
  const law = laws.find((one) => keyOf(one) === key);
  invariant(law !== undefined, `there is no law ${key}; there are ${laws.map(keyOf).join(", ")}`);
  const judgement = await law.judge(saved);
  if (judgement._tag !== "Broken") return;
  throw new Error(`${law.subject} breaks ${key}: ${law.title}: ${judgement.finding.words}`);
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
