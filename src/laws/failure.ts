/**
 * Failures of laws, with what is told of them.
 *
 * @module
 */
import { display } from "../display.ts";
import type { Finding } from "./judgement.ts";
import {
  type CasesUndrawable,
  keyOf,
  type LawBroken,
  type LawName,
  type LawVacuous,
} from "./law.ts";
import { type Regression, regressionTest } from "./regression.ts";
import { type StoryLines, textOfStory } from "./story.ts";

/** What a failure is told with. */
export interface Teller extends Omit<Regression, "saved"> {
  readonly tell: (saved: unknown, finding: Finding) => StoryLines;
}

/** Where a case comes from. */
type Origin = Pick<LawBroken, "casesBefore" | "shrinks" | "replay">;

/** A case has broken the law. */
export function brokenBy(
  { tell, ...regression }: Teller,
  saved: unknown,
  finding: Finding,
  origin: Origin,
): LawBroken {
  const { law, subject } = regression;
  const test = regressionTest({ ...regression, saved });
  const lines = linesOf(() => tell(saved, finding));
  const story = textOfStory({ law, subject, lines, finding, test });
  const text = [story, "", ...originLines(law, subject, origin)].join("\n");
  return { _tag: "LawBroken", law, subject, finding, saved, ...origin, test, text };
}

/** A function that the specification gives has thrown, so that there is no case. */
export function undrawable(law: LawName, subject: string, cause: unknown): CasesUndrawable {
  const text = `${subject}: no case of ${keyOf(law)} could be drawn or judged: ${display(cause)}`;
  return { _tag: "CasesUndrawable", law, subject, cause, text };
}

/** Too few cases concern the law. */
export function vacuous(known: Omit<LawVacuous, "_tag" | "text">): LawVacuous {
  const { law, subject, held, cases, skipped, seed } = known;
  const reasons = [...skipped].map(([why, times]) => `  ${why}: ${times}`);
  const head = `${subject}: ${keyOf(law)} "${law.title}" is vacuous: it had something to say of ` +
    `${held} of ${cases} cases, which is too few to trust it`;
  const text = [head, ...reasons, "", `  Run again  ${againWith(law, subject, seed)}`].join("\n");
  return { _tag: "LawVacuous", ...known, text };
}

/** The lines of a story; a case that was written by hand may be none that can be told. */
function linesOf(tell: () => StoryLines): StoryLines {
  try {
    return tell();
  } catch (cause) {
    return [["Case", `it cannot be told: ${display(cause)}`]];
  }
}

function originLines(
  law: LawName,
  subject: string,
  { casesBefore, shrinks, replay }: Origin,
): ReadonlyArray<string> {
  if (!replay) return ["  It is one of the cases that are kept."];
  const { seed, path } = replay;
  return [
    `  Found      after ${casesBefore} cases that hold, and made simpler ${shrinks} times`,
    `  Run again  ${againWith(law, subject, seed)} LEFTFOLD_PATH=${path}`,
  ];
}

/** The environment for a run of this law alone. */
export function againWith(law: LawName, subject: string, seed: number): string {
  const name = `${subject} ${keyOf(law)}`.replaceAll("'", "'\\''");
  return `LEFTFOLD_LAW='${name}' LEFTFOLD_SEED=${seed}`;
}
