/**
 * Statements: a law, the cases it is tried on, and what it says of each. Here they are run.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { display } from "../display.ts";
import { invariant } from "../invariant.ts";
import { brokenBy, type Teller, undrawable, vacuous } from "./failure.ts";
import { broken, type Finding, type Judgement } from "./judgement.ts";
import type { Law, LawFailure, LawName, LawParams, LawReport } from "./law.ts";
import { simplestCase } from "./simplest_case.ts";
import type { Source } from "./source.ts";
import type { StoryLines } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A law about one subject, in parts. */
export type Statement<Case> = StatementBase<Case> & (AtOnce<Case> | Later<Case>);

/** What every statement has. */
export interface StatementBase<Case> extends LawName {
  readonly subject: string;
  /** The cases. */
  readonly cases: fc.Arbitrary<Case>;
  /** How many cases one of these stands for, because it costs as much; 1 if left out. */
  readonly weight?: number;
  /** A case as plain data, and back. What is saved has to be JSON to be kept in a corpus. */
  readonly save: (one: Case) => unknown;
  readonly restore: (saved: unknown) => Case;
  /** Simpler cases than one that was found and not drawn; what `cases` gives if left out. */
  readonly simpler?: (one: Case) => Iterable<Case>;
  /** The story of a case that breaks the law: what was given, what happened, what came of it. */
  readonly tell: (one: Case, finding: Finding) => StoryLines;
  /** The function that makes this law of an exported specification, as in `deciderLaws`. */
  readonly maker?: string | undefined;
  /** Where its specification is exported: then a printed test can import it. */
  readonly source?: Source | undefined;
}

/** A law that answers at once, which is far cheaper. */
export interface AtOnce<Case> {
  readonly isAsync?: false;
  readonly judge: (one: Case) => Judgement;
}

/** A law that has to wait for its answer. */
export interface Later<Case> {
  readonly isAsync: true;
  readonly judge: (one: Case) => Promise<Judgement>;
}

const runsDefault = 100;
/** Fewer cases than this that a law speaks of, and it is vacuous. */
const heldMin = 30;
/** A law that few cases concern draws so many times as many as were asked for. */
const roundsMax = 10;

/** What was counted so far. */
interface Tally {
  held: number;
  cases: number;
  readonly skipped: Map<string, number>;
  unable: string | undefined;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The law that a statement makes.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { broken, held, lawOf, skipped } from "leftfold/laws";
 *
 * const law = lawOf<number>({
 *   id: "N1",
 *   family: "algebra",
 *   tier: "core",
 *   title: "the square of a number is not less than it",
 *   why: "It would not be a square.",
 *   subject: "whole numbers",
 *   cases: fc.integer({ min: -1000, max: 1000 }),
 *   judge: (n) => n === 0 ? skipped("it is nothing") : n * n < n ? broken(`${n * n} is less`) : held,
 *   save: (n) => n,
 *   restore: (saved) => Number(saved),
 *   tell: (n) => [["Given", String(n)]],
 * });
 * assert(E.isRight(await law.check()()));
 * ```
 */
export function lawOf<Case>(statement: Statement<Case>): Law {
  const { id, part, family, tier, title, why, subject, restore } = statement;
  const name = { id, ...part === undefined ? {} : { part }, family, tier, title, why };
  return {
    ...name,
    subject,
    judge: (saved) => judged(statement, () => restore(saved)),
    check: (params = {}) => () => checked(statement, name, params),
  };
}

// ---------------------------------------------------------------------------
// the check
// ---------------------------------------------------------------------------

async function checked<Case>(
  statement: Statement<Case>,
  law: LawName,
  params: LawParams,
): Promise<E.Either<LawFailure, LawReport>> {
  const { subject } = statement;
  const runs = Math.ceil((params.runs ?? runsDefault) / (statement.weight ?? 1));
  const tally: Tally = { held: 0, cases: 0, skipped: new Map(), unable: undefined };
  for (const saved of params.corpus ?? []) {
    const judgement = await judged(statement, () => statement.restore(saved));
    count(tally, judgement);
    if (judgement._tag === "Broken") {
      const judge = (one: unknown) => judged(statement, () => statement.restore(one));
      const simplest = await simplestCase({ ...statement, judge }, saved, judgement.finding);
      const { shrinks } = simplest;
      const origin = { casesBefore: tally.cases - 1, shrinks, replay: undefined };
      const teller = tellerOf(statement, law, params);
      return E.left(brokenBy(teller, simplest.saved, simplest.finding, origin));
    }
  }
  const ofCorpus = tally.cases;
  const heldWanted = Math.min(heldMin, Math.max(1, Math.ceil(runs * 0.3)));
  let seed = params.seed;
  for (let round = 0; round < roundsMax; round++) {
    let details: fc.RunDetails<[Case]>;
    try {
      details = await draw(statement, tally, {
        numRuns: runs,
        ...seed === undefined ? {} : { seed: seed + round },
        ...params.path === undefined ? {} : { path: params.path },
      });
    } catch (cause) {
      // Judging throws nothing, so a function that the specification gives has thrown.
      return E.left(undrawable(law, subject, cause));
    }
    seed ??= details.seed;
    if (details.failed) {
      return E.left(await failureOf(statement, law, params, tally, details));
    }
    if (params.path !== undefined || tally.held >= heldWanted || tally.unable) break;
  }
  const { unable } = tally;
  const isVacuous = params.path === undefined && unable === undefined &&
    // A corpus is what it is: whatever it does not concern is not held against the law.
    (tally.held < heldWanted || tally.held < (tally.cases - ofCorpus) / 100);
  const { held, cases, skipped } = tally;
  const known = { law, subject, held, cases, skipped, seed: seed ?? 0 };
  if (isVacuous) return E.left(vacuous(known));
  return E.right({ ...known, unable, bound: held === 0 ? 1 : Math.min(1, 3 / held) });
}

async function draw<Case>(
  statement: Statement<Case>,
  tally: Tally,
  params: fc.Parameters<[Case]>,
): Promise<fc.RunDetails<[Case]>> {
  const { cases, save, restore } = statement;
  // What is judged while a failure is made simpler was not drawn, and is not counted.
  let hasFailed = false;
  const holds = (judgement: Judgement): boolean => {
    if (!hasFailed) count(tally, judgement);
    return judgement._tag !== "Broken";
  };
  // A simpler case has to break the law also when it is all that there is: what is kept beside the
  // state may know of cases that came before it.
  if (statement.isAsync) {
    const property = fc.asyncProperty(cases, async (one) => {
      if (holds(await judged(statement, () => one))) return true;
      const isReal = !hasFailed || isBroken(await judged(statement, () => restore(save(one))));
      hasFailed = true;
      return !isReal;
    });
    return await fc.check(property, params);
  }
  const property = fc.property(cases, (one) => {
    if (holds(judgedAtOnce(statement, () => one))) return true;
    const isReal = !hasFailed || isBroken(judgedAtOnce(statement, () => restore(save(one))));
    hasFailed = true;
    return !isReal;
  });
  return fc.check(property, params);
}

/** The judgement on a case. What is judged may throw, and that breaks whatever law it was asked for. */
async function judged<Case>(statement: Statement<Case>, one: () => Case): Promise<Judgement> {
  try {
    return await statement.judge(one());
  } catch (cause) {
    return thrown(cause);
  }
}

function judgedAtOnce<Case>({ judge }: AtOnce<Case>, one: () => Case): Judgement {
  try {
    return judge(one());
  } catch (cause) {
    return thrown(cause);
  }
}

function isBroken({ _tag }: Judgement): boolean {
  return _tag === "Broken";
}

function thrown(cause: unknown): Judgement {
  const words = cause instanceof Error ? cause.message : display(cause);
  return broken(`it threw where it was to answer: ${words}`);
}

function count(tally: Tally, judgement: Judgement): void {
  tally.cases += 1;
  if (judgement._tag === "Held") tally.held += 1;
  if (judgement._tag === "Unable") tally.unable = judgement.why;
  if (judgement._tag === "Skipped") {
    tally.skipped.set(judgement.why, (tally.skipped.get(judgement.why) ?? 0) + 1);
  }
}

// ---------------------------------------------------------------------------
// failures
// ---------------------------------------------------------------------------

async function failureOf<Case>(
  statement: Statement<Case>,
  law: LawName,
  params: LawParams,
  tally: Tally,
  details: fc.RunDetails<[Case]>,
): Promise<LawFailure> {
  const { counterexample, counterexamplePath, seed, numShrinks } = details;
  invariant(counterexample !== null, `${law.id} failed without a case`);
  const saved = statement.save(counterexample[0]);
  const judgement = await judged(statement, () => statement.restore(saved));
  const finding: Finding = judgement._tag === "Broken" ? judgement.finding : {
    words: "it broke once, and not when it was judged again: it depends on more than the case",
  };
  return brokenBy(tellerOf(statement, law, params), saved, finding, {
    casesBefore: tally.cases - 1,
    shrinks: numShrinks,
    replay: { seed, path: counterexamplePath ?? "" },
  });
}

/** What a failure needs to know of a statement to be told. */
function tellerOf<Case>(
  { subject, restore, tell, maker, source }: Statement<Case>,
  law: LawName,
  params: LawParams,
): Teller {
  return {
    law,
    subject,
    maker,
    sources: [source, params.source].filter((one) => one !== undefined),
    tell: (saved, finding) => tell(restore(saved), finding),
  };
}
