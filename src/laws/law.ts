/**
 * Laws as values: what must hold, why, and how to find out. They know no test runner.
 *
 * The form is that of rule sets in discipline and of the laws of zio-prelude: an id, a sentence and
 * a check apart from whatever runs it.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Finding, Judgement } from "./judgement.ts";
import type { Source } from "./source.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a law speaks of. */
export type Family =
  | "decider"
  | "view"
  | "projection"
  | "process"
  | "codec"
  | "evolution"
  | "system"
  | "combinator"
  | "algebra";

/**
 * When a law is checked: always (`"core"`), when the ingredient that it needs is given
 * (`"declared"`), or when it is asked for, because good models break it (`"claim"`).
 */
export type Tier = "core" | "declared" | "claim";

/** What a law is, whatever it is about. */
export interface LawName {
  /** As in `DE4`: for the documentation, for tables and for `expectLaw`. */
  readonly id: string;
  /** Which one, where a law is checked for each of several things: the name of an invariant. */
  readonly part?: string;
  readonly family: Family;
  readonly tier: Tier;
  /** What holds, as in "evolve writes to nothing". */
  readonly title: string;
  /** Why it matters, in one sentence. */
  readonly why: string;
}

/**
 * What a law is found by: its id, with its part behind a slash if it has one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { keyOf } from "leftfold/laws";
 *
 * assert.equal(keyOf({ id: "DE4" }), "DE4");
 * assert.equal(keyOf({ id: "DE16", part: "paid never exceeds the total" }), "DE16/paid never exceeds the total");
 * ```
 */
export function keyOf({ id, part }: Pick<LawName, "id" | "part">): string {
  return part === undefined ? id : `${id}/${part}`;
}

/**
 * Whether a law is called so: by its id, by its key, or by its key behind its subject.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isCalled } from "leftfold/laws";
 *
 * const law = { id: "DE16", part: "it is paid", subject: "order" };
 * assert(["DE16", "DE16/it is paid", "order DE16/it is paid"].every((name) => isCalled(law, name)));
 * assert(!isCalled(law, "order DE16"));
 * ```
 */
export function isCalled(law: Pick<Law, "id" | "part" | "subject">, name: string): boolean {
  const key = keyOf(law);
  return [law.id, key, `${law.subject} ${key}`].includes(name);
}

/** A law about one subject: this decider, that codec. */
export interface Law extends LawName {
  /** The name of what it is about. */
  readonly subject: string;
  /** Checks it on many cases. */
  readonly check: (params?: LawParams) => TaskEither<LawFailure, LawReport>;
  /** What it says of one case, as a failure or a corpus has it. */
  readonly judge: (saved: unknown) => Promise<Judgement>;
}

/** How to check. */
export interface LawParams {
  /** How many cases are drawn; 100 if left out. A law that too few of them concern draws more. */
  readonly runs?: number;
  /** Of the drawing; by chance if left out. */
  readonly seed?: number;
  /** With the seed of a failure: goes straight to the case that it was shrunk to. */
  readonly path?: string;
  /**
   * Cases that were saved, which are judged before any is drawn. One that breaks the law is made
   * simpler before it is told.
   */
  readonly corpus?: ReadonlyArray<unknown>;
  /** Where the laws are exported, for printed tests; what a specification says itself comes first. */
  readonly source?: Source;
}

/** A law that was not seen broken. */
export interface LawReport {
  readonly law: LawName;
  readonly subject: string;
  /** How many cases the law had something to say of. */
  readonly held: number;
  /** How many cases were judged. */
  readonly cases: number;
  /** How often it had nothing to say, and why. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Why it could not be checked on this platform, if it could not. */
  readonly unable: string | undefined;
  /**
   * With 95 % confidence, fewer than this share of the cases that are drawn like these break the law
   * (the rule of three).
   */
  readonly bound: number;
  readonly seed: number;
}

/** A law that does not hold, or that nothing is known of. */
export type LawFailure =
  | LawBroken
  | LawVacuous
  | CasesUndrawable
  | CoverageMissed
  | CorpusUnreadable;

/** A case breaks the law. */
export interface LawBroken {
  readonly _tag: "LawBroken";
  readonly law: LawName;
  readonly subject: string;
  readonly finding: Finding;
  /** The case, as plain data that `judge` takes. */
  readonly saved: unknown;
  /** How many cases were judged before this one, which is not the one it was shrunk from. */
  readonly casesBefore: number;
  /** How often it was made simpler. */
  readonly shrinks: number;
  /** None if it comes from the corpus. */
  readonly replay: { readonly seed: number; readonly path: string } | undefined;
  /** A whole test, to be pasted: it fails for as long as the case breaks the law. */
  readonly test: string;
  /** The whole story, for a person. */
  readonly text: string;
}

/** Too few cases concern the law: that it was not broken says nothing. */
export interface LawVacuous {
  readonly _tag: "LawVacuous";
  readonly law: LawName;
  readonly subject: string;
  readonly held: number;
  readonly cases: number;
  readonly skipped: ReadonlyMap<string, number>;
  readonly seed: number;
  readonly text: string;
}

/** The generator broke: a function that the specification gives has thrown. */
export interface CasesUndrawable {
  readonly _tag: "CasesUndrawable";
  readonly law: LawName;
  readonly subject: string;
  readonly cause: unknown;
  readonly text: string;
}

/** The cases that are kept of the law cannot be read, and so it was not checked. */
export interface CorpusUnreadable {
  readonly _tag: "CorpusUnreadable";
  readonly law: LawName;
  readonly subject: string;
  /** The file or folder. */
  readonly place: string;
  readonly text: string;
}

/** Histories do not reach what was declared that they reach. */
export interface CoverageMissed {
  readonly _tag: "CoverageMissed";
  readonly law: LawName;
  readonly subject: string;
  readonly missed: ReadonlyArray<Missed>;
  readonly cases: number;
  readonly seed: number;
  readonly text: string;
}

/** Something that too few histories reach. */
export interface Missed {
  /** As in `the event Refunded`. */
  readonly what: string;
  /** In how many histories it was seen. */
  readonly seen: number;
  /** The share of histories that was wanted, from 0 to 1. */
  readonly wanted: number;
}
