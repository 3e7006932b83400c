/**
 * What a law finds: that something is not as it must be, with what was wanted and what was found.
 *
 * Inside a law a finding is thrown, since there is nothing to go on with; {@linkcode judged} is the
 * one place where it becomes a value again. Nothing here needs a test library, so that laws run
 * wherever a store does.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { display, pathText } from "../../src/display.ts";
import { differenceOf } from "../../src/equality.ts";
import { explainCause } from "../../src/explain.ts";
import type { Violation } from "./history/operation.ts";
import { explainViolation } from "./history/violation_text.ts";
import type { Capability } from "./subject.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Why a law does not hold. */
export type LawFault = Broken | Counterexample | Unexplained | Vacuous | Thrown | Unanswered;

/** An answer is not what it must be. */
export interface Broken {
  readonly _tag: "Broken";
  /** What was looked at. */
  readonly what: string;
  readonly wanted: unknown;
  readonly found: unknown;
}

/** A random case for which something does not hold, as short as it could be made. */
export interface Counterexample {
  readonly _tag: "Counterexample";
  readonly example: string;
  /** Gives the same cases again. */
  readonly seed: number;
  readonly fault: LawFault;
}

/** What callers were told has no explanation. */
export interface Unexplained {
  readonly _tag: "Unexplained";
  readonly violation: Violation;
}

/** The store claims a capability, and nothing of it could be tried. */
export interface Vacuous {
  readonly _tag: "Vacuous";
  readonly capability: Capability;
  readonly why: string;
}

/** Something was thrown or rejected, where a store answers with a fault as a value. */
export interface Thrown {
  readonly _tag: "Thrown";
  readonly cause: unknown;
}

/** The law did not come to an end: the store owes an answer. */
export interface Unanswered {
  readonly _tag: "Unanswered";
  readonly secondsMax: number;
}

/** A finding on its way to whoever judges. */
interface FindingError extends Error {
  readonly finding: LawFault;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Ends the law with a finding. */
export function find(finding: LawFault): never {
  const error = new Error(explainLawFault(finding));
  const { expected, actual } = comparable(finding);
  // Runners show the difference of these two.
  throw Object.assign(error, { finding, expected, actual });
}

/** Ends the law: an answer is not what it must be. */
export function broken(what: string, wanted: unknown, found: unknown): never {
  return find({ _tag: "Broken", what, wanted, found });
}

/** Ends the law: what is claimed could not be tried. */
export function vacuous(capability: Capability, why: string): never {
  return find({ _tag: "Vacuous", capability, why });
}

/** Goes on only if both say the same. */
export function same<Value>(found: Value, wanted: NoInfer<Value>, what = "the answer"): void {
  const difference = differenceOf(found, wanted);
  if (difference === undefined) return;
  const { path } = difference;
  const place = path.length === 0 ? what : `${what}, at ${pathText(path)}`;
  broken(place, difference.right, difference.left);
}

/** Goes on only if the two are not the same. */
export function differ(one: unknown, other: unknown, what: string): void {
  if (differenceOf(one, other) === undefined) broken(what, "two that differ", one);
}

/** Goes on only if it is so; `what` is what must be so, in words. */
export function holds(isSo: boolean, what: string, found: unknown = isSo): asserts isSo {
  if (!isSo) broken(what, true, found);
}

/** What a subject gives so that a capability can be tried. */
export function means<Means>(capability: Capability, given: Means | undefined): Means {
  return given ?? vacuous(capability, "the subject gives no means to try it");
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Runs the body of a law, and gives what it finds as a value, after `secondsMax` at the latest. */
export function judged<Held>(
  body: () => Promise<Held>,
  secondsMax: number,
): TaskEither<LawFault, Held> {
  return () =>
    new Promise((resolve) => {
      const unanswered: Unanswered = { _tag: "Unanswered", secondsMax };
      const timer = setTimeout(() => resolve(E.left(unanswered)), secondsMax * 1_000);
      const answer = (held: E.Either<LawFault, Held>): void => {
        clearTimeout(timer);
        resolve(held);
      };
      body().then(
        (held) => answer(E.right(held)),
        (error: unknown) => answer(E.left(findingOf(error))),
      );
    });
}

/** The finding behind something that was thrown. */
export function findingOf(error: unknown): LawFault {
  return isFinding(error) ? error.finding : { _tag: "Thrown", cause: error };
}

/**
 * One sentence about what a law found.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explainLawFault } from "leftfold/conformance";
 *
 * assert.equal(
 *   explainLawFault({ _tag: "Broken", what: "the head", wanted: 2, found: 1 }),
 *   "the head: wanted 2, found 1",
 * );
 * ```
 */
export function explainLawFault(fault: LawFault): string {
  switch (fault._tag) {
    case "Broken":
      return `${fault.what}: wanted ${display(fault.wanted)}, found ${display(fault.found)}`;
    case "Counterexample":
      return `${explainLawFault(fault.fault)}; seen in ${fault.example}; ` +
        `the seed ${fault.seed} gives the same cases again`;
    case "Unexplained":
      return `what callers were told has no explanation (${fault.violation.rule}): ` +
        explainViolation(fault.violation);
    case "Vacuous":
      return `the store claims ${fault.capability}, and nothing of it was tried: ${fault.why}; ` +
        "give the means, or do not claim it";
    case "Thrown":
      return `wanted an answer or a fault as a value, and this was thrown: ` +
        explainCause(fault.cause);
    case "Unanswered":
      return `the law did not end within ${fault.secondsMax} seconds: the store owes an answer`;
  }
}

/** What a runner may compare line by line. */
export function comparable(
  fault: LawFault,
): { readonly expected?: unknown; readonly actual?: unknown } {
  switch (fault._tag) {
    case "Broken":
      return { expected: fault.wanted, actual: fault.found };
    case "Counterexample":
      return comparable(fault.fault);
    default:
      return {};
  }
}

function isFinding(error: unknown): error is FindingError {
  return error instanceof Error && "finding" in error;
}
