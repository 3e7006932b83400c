/**
 * Strength: whether the laws of a model would notice if the model were wrong.
 *
 * A law that holds says little if it would hold of anything. So the model is made wrong on purpose,
 * in one place at a time, and each time its laws are asked. What nothing notices is a rule that
 * nobody has stated. This is mutation testing (DeMillo, Lipton and Sayward, 1978), of functions in
 * place of source.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { areEqual } from "../equality.ts";
import { checkLaws, type LawFailures } from "./check_laws.ts";
import { answersOf } from "./decider/claims.ts";
import { deciderLaws } from "./decider_laws.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import { folded } from "./fold_checks.ts";
import { commandsOf, type History, historyOf } from "./history.ts";
import { keyOf, type Law } from "./law.ts";
import { deciderMutants } from "./strength/decider_mutants.ts";
import { evolveMutants, type Mutant, numberFields, withOneMore } from "./strength/mutants.ts";
import { typeOf } from "./label.ts";
import { viewLaws } from "./view_laws.ts";
import type { ViewSpec } from "./view_spec.ts";
import { walk } from "./walk.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How to try. */
export interface StrengthOptions<Spec> {
  /** The laws that have to notice: those of the kit if left out. Laws of one's own are added here. */
  readonly laws?: (spec: Spec) => ReadonlyArray<Law>;
  /** How many cases each law is tried on, of each mutant; 100 if left out. */
  readonly runs?: number;
  /** Of the drawing; 1 if left out. */
  readonly seed?: number;
}

/** What was noticed, and what was not. */
export interface StrengthReport {
  readonly subject: string;
  /** What was changed and noticed, and by which law. */
  readonly noticed: ReadonlyArray<{ readonly change: string; readonly by: string }>;
  /** What was changed and not noticed: the rules that nobody has stated. */
  readonly survivors: ReadonlyArray<string>;
  /** What changes the state and no answer, and was not noticed: is that state needed? */
  readonly unread: ReadonlyArray<string>;
  /** What was changed and made no difference in any history. */
  readonly idle: ReadonlyArray<string>;
  /** Invariants and the like that noticed nothing at all: do they say anything? */
  readonly toothless: ReadonlyArray<string>;
}

/** What a change amounts to. */
type Difference = "answers" | "state" | "none";

const runsDefault = 100;
/** On so many histories it is seen whether a mutant is one. */
const sampled = 200;
/** Laws that no mutant breaks, because it is as pure as what it was made of. */
const ofPurity: ReadonlySet<string> = new Set(
  ["DE1", "DE3", "DE4", "DE5", "DE9", "DE11", "DE12", "DE14", "DE15", "DE17", "PR3"],
);

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * How much the laws of a decider notice: its evolve ignores an event, a guard is left out, a
 * command forgets its last event, a number is one too large, and so on for all that its histories
 * show. Left, if the laws do not hold of the decider as it is.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 * import { strength } from "leftfold/laws";
 *
 * type Moved = { readonly type: "Moved"; readonly by: number };
 * const account = decider({
 *   initialState: 0,
 *   decide: ({ by }: { readonly type: "Move"; readonly by: number }, balance) =>
 *     balance + by < 0 ? reject("Overdrawn") : accept({ type: "Moved", by }),
 *   evolve: (balance, event: Moved) => balance + event.by,
 * });
 * const move = (min: number) =>
 *   fc.record({ type: fc.constant("Move" as const), by: fc.integer({ min, max: 99 }) });
 * const report = await strength({
 *   name: "account",
 *   decider: account,
 *   commands: (balance) => move(-balance),
 *   noise: move(-99),
 *   invariants: { "the balance is never below zero": (balance) => balance >= 0 },
 * })();
 * assert(E.isRight(report));
 * assert(report.right.noticed.some(({ change }) => change === "Move is no longer rejected as Overdrawn"));
 * assert(report.right.survivors.includes("the by of Moved is one more than it was"));
 * ```
 */
export function strength<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
  options: StrengthOptions<DeciderSpec<Command, Event, State, Rejection>> = {},
): TaskEither<LawFailures, StrengthReport> {
  const { laws = deciderLaws, seed = 1 } = options;
  const { decider } = spec;
  const histories = fc.sample(walk(spec, spec.walk), { seed, numRuns: sampled });
  const differs = (mutant: typeof decider): Difference => {
    const again = (history: History<Command, Event, State, Rejection>) =>
      historyOf(mutant, commandsOf(history));
    if (histories.some((one) => !areEqual(answersOf(one), answersOf(again(one))))) return "answers";
    return histories.some((one) => !areEqual(one.final, again(one).final)) ? "state" : "none";
  };
  const lawsOf = (mutant: typeof decider): ReadonlyArray<Law> => laws({ ...spec, decider: mutant });
  const mutants = deciderMutants(decider, histories);
  return tried(spec.name, { laws: lawsOf, original: decider, mutants, differs }, options);
}

/**
 * How much the laws of a view notice. Left, if they do not hold of the view as it is.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { view } from "leftfold";
 * import { viewStrength } from "leftfold/laws";
 *
 * type Booked = { readonly type: "Booked"; readonly seats: number };
 * const sold = view({ initialState: 0, evolve: (sum, event: Booked) => sum + event.seats });
 * const report = await viewStrength({
 *   name: "seats sold",
 *   view: sold,
 *   logs: fc.array(fc.record({ type: fc.constant("Booked" as const), seats: fc.nat(9) })),
 *   invariants: { "none is sold back": (seats) => seats >= 0 },
 * })();
 * assert(E.isRight(report));
 * assert(report.right.survivors.includes("Booked is folded twice"));
 * assert.deepEqual(report.right.toothless, ["PR11/none is sold back"]);
 * ```
 */
export function viewStrength<Event, State>(
  spec: ViewSpec<Event, State>,
  options: StrengthOptions<ViewSpec<Event, State>> = {},
): TaskEither<LawFailures, StrengthReport> {
  const { laws = viewLaws, seed = 1 } = options;
  const { view, answer = (state: State): unknown => state } = spec;
  const logs = fc.sample(spec.logs, { seed, numRuns: sampled });
  const events = logs.flat();
  const mutants: ReadonlyArray<Mutant<typeof view>> = [
    ...evolveMutants(view, new Set(events.map(typeOf))),
    ...numberFields(events).map((place): Mutant<(typeof view)["evolve"]> => ({
      change: `the ${place.field} of ${place.type} is one more than it was`,
      subject: (state, event) => view.evolve(state, withOneMore(event, place)),
    })),
  ].map(({ change, subject: evolve }) => ({ change, subject: { ...view, evolve } }));
  const differs = (mutant: typeof view): Difference => {
    const [one, other] = [view, mutant].map((by) =>
      logs.map((log): unknown => answer(folded(by, log)))
    );
    return areEqual(one, other) ? "none" : "answers";
  };
  const lawsOf = (mutant: typeof view): ReadonlyArray<Law> => laws({ ...spec, view: mutant });
  return tried(spec.name, { laws: lawsOf, original: view, mutants, differs }, options);
}

/** What is tried. */
interface Trial<Subject> {
  readonly laws: (subject: Subject) => ReadonlyArray<Law>;
  readonly original: Subject;
  readonly mutants: ReadonlyArray<Mutant<Subject>>;
  readonly differs: (subject: Subject) => Difference;
}

function tried<Subject>(
  subject: string,
  { laws, original, mutants, differs }: Trial<Subject>,
  { runs = runsDefault, seed = 1 }: Pick<StrengthOptions<unknown>, "runs" | "seed">,
): TaskEither<LawFailures, StrengthReport> {
  return async () => {
    const relevant = (of: Subject): ReadonlyArray<Law> => inOrder(laws(of));
    const asItIs = await checkLaws(relevant(original), { runs, seed })();
    if (E.isLeft(asItIs)) return asItIs;
    const toothless = new Set(relevant(original).filter(isDeclared).map(keyOf));
    const noticed: { readonly change: string; readonly by: string }[] = [];
    const left: Record<Difference, string[]> = { answers: [], state: [], none: [] };
    for (const { change, subject: mutant } of mutants) {
      const difference = differs(mutant);
      let by: string | undefined;
      if (difference !== "none") {
        for (const law of relevant(mutant)) {
          // Once it is noticed, only those are asked that have noticed nothing yet.
          if (by !== undefined && !toothless.has(keyOf(law))) continue;
          if (E.isRight(await law.check({ runs, seed })())) continue;
          toothless.delete(keyOf(law));
          by ??= keyOf(law);
        }
      }
      if (by === undefined) left[difference].push(change);
      else noticed.push({ change, by });
    }
    const { answers: survivors, state: unread, none: idle } = left;
    return E.right({ subject, noticed, survivors, unread, idle, toothless: [...toothless] });
  };
}

/** The laws that may notice, those first that cost little. */
function inOrder(laws: ReadonlyArray<Law>): ReadonlyArray<Law> {
  const cost = ({ id, tier }: Law): number =>
    id === "DE26" || id === "DE22" ? 2 : tier === "core" ? 1 : 0;
  const able = laws.filter(({ id, part }) =>
    !ofPurity.has(id) && !(id === "PR1" && part !== "total")
  );
  return able.sort((one, other) => cost(one) - cost(other));
}

/** Whether a law is what somebody has written down about this model, in a sentence of its own. */
function isDeclared({ part, tier }: Law): boolean {
  return part !== undefined && tier === "declared";
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * A report of strength, for a person.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { textOfStrength } from "leftfold/laws";
 *
 * const text = textOfStrength({
 *   subject: "order",
 *   noticed: [{ change: "Pay is no longer rejected as TooMuch", by: "DE16" }],
 *   survivors: ["Shipped is ignored"],
 *   unread: [],
 *   idle: [],
 *   toothless: [],
 * });
 * assert.equal(
 *   text,
 *   "order: 1 of 2 changes were noticed\n  Nothing that you declared notices that\n    Shipped is ignored",
 * );
 * ```
 */
export function textOfStrength(
  { subject, noticed, survivors, unread, idle, toothless }: StrengthReport,
): string {
  const part = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
    lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
  const all = noticed.length + survivors.length + unread.length;
  const same = idle.length === 0 ? "" : `; ${idle.length} more make no difference`;
  return [
    `${subject}: ${noticed.length} of ${all} changes were noticed${same}`,
    ...part("Nothing that you declared notices that", survivors),
    ...part("Nothing notices it, and no answer depends on it, that", unread),
    ...part("None of the changes is noticed by", toothless),
  ].join("\n");
}
