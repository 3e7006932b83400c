/**
 * The summary of a check: a line for each law, and what all of it is worth.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { LawFailures } from "./check_laws.ts";
import { keyOf, type LawFailure, type LawName, type LawReport } from "./law.ts";

/** A line of the table. */
interface Row {
  readonly subject: string;
  /** In a word. */
  readonly outcome: string;
  readonly law: string;
  /** What it was tried on. */
  readonly cases: string;
  /** What that is worth, or why there is no more to tell. */
  readonly worth: string;
  readonly title: string;
}

/**
 * A table of what came of laws, by subject, with the honest bound: the share of cases that may still
 * break a law that was not seen broken (the rule of three, at 95 % confidence). The stories of
 * failures are in their texts, not here. A seed is told if one was given for all.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { checkLaws, deciderLaws, summaryOf } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const laws = deciderLaws({ name: "counter", decider: counter, commands: () => fc.nat(9) });
 * const summary = summaryOf(await checkLaws(laws, { seed: 1 })());
 * assert.match(summary, /^counter$/m);
 * assert.match(summary, /held +DE0 +100 of 100 +under 3\.0 %/);
 * ```
 */
export function summaryOf(
  outcome: E.Either<LawFailures, ReadonlyArray<LawReport>>,
  seed?: number,
): string {
  const { failures, reports } = E.isLeft(outcome)
    ? outcome.left
    : { failures: [], reports: outcome.right };
  const rows = [...reports.map(rowOfReport), ...failures.map(rowOfFailure)];
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const width = (field: keyof Row): number => Math.max(...rows.map((row) => row[field].length));
  const line = ({ outcome, law, cases, worth, title }: Row): string =>
    [
      outcome.padEnd(width("outcome")),
      law.padEnd(width("law")),
      cases.padStart(width("cases")),
      worth.padEnd(width("worth")),
      title,
    ].join("  ");
  const lines = subjects.flatMap((subject) => [
    subject,
    ...rows.filter((row) => row.subject === subject).map((row) => `  ${line(row)}`),
    "",
  ]);
  return [...lines, ...footer(rows, reports, seed)].join("\n");
}

function rowOfReport({ law, subject, held, cases, unable, bound }: LawReport): Row {
  const known = namesOf(law, subject);
  if (unable !== undefined) return { ...known, outcome: "unable", cases: "", worth: unable };
  return { ...known, outcome: "held", cases: `${held} of ${cases}`, worth: worthOf(bound) };
}

/** A part that is called as its title is told once. */
function namesOf(law: LawName, subject: string): Pick<Row, "subject" | "law" | "title"> {
  const { title, part, id } = law;
  return { subject, law: part === title ? id : keyOf(law), title };
}

/** A law that is no sample, as that of coverage, has no bound. */
function worthOf(bound: number): string {
  return bound === 0 ? "" : `under ${(100 * bound).toFixed(1)} %`;
}

function rowOfFailure(failure: LawFailure): Row {
  const known = namesOf(failure.law, failure.subject);
  switch (failure._tag) {
    case "LawBroken": {
      const cases = failure.replay ? `case ${failure.casesBefore + 1}` : "kept case";
      return { ...known, outcome: "BROKEN", cases, worth: "" };
    }
    case "LawVacuous": {
      const cases = `${failure.held} of ${failure.cases}`;
      return { ...known, outcome: "VACUOUS", cases, worth: "too few" };
    }
    case "CasesUndrawable":
      return { ...known, outcome: "UNDRAWN", cases: "", worth: "" };
    case "CoverageMissed":
      return { ...known, outcome: "MISSED", cases: `of ${failure.cases}`, worth: "" };
    case "CorpusUnreadable":
      return { ...known, outcome: "UNREAD", cases: "", worth: "" };
  }
}

function footer(
  rows: ReadonlyArray<Row>,
  reports: ReadonlyArray<LawReport>,
  seed: number | undefined,
): ReadonlyArray<string> {
  const counts = new Map<string, number>();
  for (const { outcome } of rows) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const told = [...counts].map(([outcome, count]) => `${count} ${outcome.toLowerCase()}`);
  const seeds = seed === undefined ? [] : [`seed ${seed}`];
  const head = `${rows.length} laws: ${[...told, ...seeds].join(", ") || "none was checked"}`;
  if (!reports.some(({ bound, unable }) => bound > 0 && unable === undefined)) return [head];
  return [
    head,
    "A law holds of a sample. At 95 % confidence, fewer cases than is told, of those that are drawn",
    "like these, break it; what is never drawn was not tried.",
  ];
}
