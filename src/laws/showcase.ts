/**
 * The showcase: for each thing that histories reach, the shortest of them that reaches it.
 *
 * It is read to see what a decider can do, and whether it should: an event that happens sooner than
 * anyone thought is a rule that is missing.
 *
 * @module
 */
import * as fc from "fast-check";
import { invariant } from "../invariant.ts";
import { reachedBy } from "./coverage.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import type { History } from "./history.ts";
import { linesOfHistory, storyLines } from "./story.ts";
import { walk } from "./walk.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Something that can be reached, and how. */
export interface Shown<Command, Event, State, Rejection> {
  /** As in `the event Paid` or `the rejection TooLate`. */
  readonly label: string;
  /** As short and as simple as shrinking makes it. */
  readonly history: History<Command, Event, State, Rejection>;
}

/** How to look. */
export interface ShowcaseOptions {
  /** How many histories are drawn; 1000 if left out. */
  readonly runs?: number;
  /** Of the drawing; 1 if left out, so that the same decider has the same showcase. */
  readonly seed?: number;
}

const runsDefault = 1000;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The shortest history for each event, rejection, state and transition, and for each command as
 * accepted and as rejected. What is missing was reached by none of the histories that were drawn.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 * import { commandsOf, showcase } from "leftfold/laws";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number, balance) => balance + amount < 0 ? reject("Overdrawn") : accept(amount),
 *   evolve: (balance, amount: number) => balance + amount,
 * });
 * const all = showcase({ name: "account", decider: account, commands: () => fc.integer() });
 * const overdrawn = all.find(({ label }) => label === "the rejection Overdrawn");
 * assert(overdrawn);
 * assert.deepEqual(commandsOf(overdrawn.history), [-1]);
 * ```
 */
export function showcase<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
  { runs = runsDefault, seed = 1 }: ShowcaseOptions = {},
): ReadonlyArray<Shown<Command, Event, State, Rejection>> {
  const histories = walk(spec, spec.walk);
  const firstOf = new Map<string, number>();
  let drawn = 0;
  const note = fc.property(histories, (history) => {
    for (const label of reachedBy(history, spec.label)) {
      if (!firstOf.has(label)) firstOf.set(label, drawn);
    }
    drawn += 1;
  });
  fc.check(note, { seed, numRuns: runs });
  return Array.from(firstOf, ([label, first]) => {
    const misses = fc.property(histories, (history) => !reachedBy(history, spec.label).has(label));
    // A path is where to begin: at the history that was noted, which is drawn once more.
    const { counterexample } = fc.check(misses, { seed, path: String(first) });
    invariant(counterexample !== null, `${label} was reached, and then not: decide is not pure`);
    return { label, history: counterexample[0] };
  });
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * A showcase, for a person: each history as given, when, then.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { showcase, textOfShowcase } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ type: "Counted", by }),
 *   evolve: (sum, event: { readonly type: "Counted"; readonly by: number }) => sum + event.by,
 * });
 * const all = showcase({ name: "counter", decider: counter, commands: () => fc.nat(9) });
 * assert.match(textOfShowcase(all), /the event Counted\n {2}Given {2}nothing\n {2}When {3}0\n/);
 * ```
 */
export function textOfShowcase<Command, Event, State, Rejection>(
  all: ReadonlyArray<Shown<Command, Event, State, Rejection>>,
): string {
  return all.map(({ label, history }) => [label, ...storyLines(linesOfHistory(history))].join("\n"))
    .join("\n\n");
}
