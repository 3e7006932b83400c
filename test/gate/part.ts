/**
 * A part of the gate: one named thing that must hold, and how it is found out.
 *
 * @module
 */
import type { Outcome } from "./command.ts";

/** What the person who runs the gate asked for. */
export interface Wanted {
  /** The test files to run. All of them, unless some were named. */
  readonly testFiles: ReadonlyArray<string>;
  /** Where the random cases of tests and laws begin. */
  readonly seed: number;
}

/** What came of a part. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  /** Why each skipped test was skipped. */
  readonly skipped: ReadonlyArray<string>;
  /** What a person needs in order to mend it. Shown only when something failed. */
  readonly output: string;
}

/** One named thing that must hold. */
export interface Part {
  readonly name: string;
  /** What holds if this part passes. */
  readonly about: string;
  /** Whether it runs only when named, because another part covers it. */
  readonly onlyWhenNamed?: boolean;
  /** Whether it keeps the whole machine busy by itself, so that no other part runs beside it. */
  readonly isAlone?: boolean;
  readonly run: (wanted: Wanted) => Promise<Verdict>;
}

/** The verdict on something that counts as one test. */
export function verdict(holds: boolean, output: string): Verdict {
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: [], output };
}

/** The verdict on a list of complaints: it holds if there is none. */
export function complaints(found: ReadonlyArray<string>): Verdict {
  return verdict(found.length === 0, found.join("\n"));
}

/** The verdict on commands that must all succeed. */
export function allSucceed(outcomes: ReadonlyArray<Outcome>): Verdict {
  return verdict(
    outcomes.every(({ code }) => code === 0),
    outcomes.filter(({ code }) => code !== 0).map(({ output }) => output).join("\n"),
  );
}
