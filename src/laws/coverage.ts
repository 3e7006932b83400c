/**
 * Coverage: what histories reach, and whether that is enough.
 *
 * @module
 */
import type { History } from "./history.ts";
import { reasonOf, stateLabel, typeOf } from "./label.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What was reached, and in how many histories. */
export interface Coverage {
  readonly histories: number;
  readonly steps: number;
  readonly events: ReadonlyMap<string, number>;
  /** Commands that were accepted, by type. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Commands that were rejected, by type. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly rejections: ReadonlyMap<string, number>;
  readonly states: ReadonlyMap<string, number>;
  /** As in `open --Confirm--> confirmed`. */
  readonly transitions: ReadonlyMap<string, number>;
}

/** The kinds of things that are reached. */
export type Kind = Exclude<keyof Coverage, "histories" | "steps">;

/** What counts histories. */
export interface CoverageCount {
  readonly add: (history: History<unknown, unknown, unknown, unknown>) => void;
  readonly coverage: () => Coverage;
}

const titles: Readonly<Record<Kind, string>> = {
  events: "the event",
  accepted: "the command, accepted",
  rejected: "the command, rejected",
  rejections: "the rejection",
  states: "the state",
  transitions: "the transition",
};

// What `titles` has for keys.
const kinds = Object.keys(titles) as ReadonlyArray<Kind>;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Begins to count.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { countCoverage, textOfCoverage, walk } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const count = countCoverage();
 * for (const history of fc.sample(walk({ decider: counter, commands: () => fc.nat(9) }), 20)) count.add(history);
 * assert.equal(count.coverage().histories, 20);
 * assert.match(textOfCoverage(count.coverage()), /^20 histories/);
 * ```
 */
export function countCoverage(labelOf: (state: never) => string = stateLabel): CoverageCount {
  const counts = perKind(() => new Map<string, number>());
  let histories = 0;
  let steps = 0;
  return {
    add: (history) => {
      histories += 1;
      steps += history.steps.length;
      const seen = seenIn(history, labelOf);
      for (const kind of kinds) {
        for (const name of seen[kind]) counts[kind].set(name, (counts[kind].get(name) ?? 0) + 1);
      }
    },
    coverage: () => ({ histories, steps, ...counts }),
  };
}

function perKind<Value>(make: () => Value): Readonly<Record<Kind, Value>> {
  // The keys are the kinds.
  return Object.fromEntries(kinds.map((kind) => [kind, make()])) as Record<Kind, Value>;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What a history reaches, of each kind. */
export function seenIn(
  { initial, steps }: History<unknown, unknown, unknown, unknown>,
  labelOf: (state: never) => string = stateLabel,
): Readonly<Record<Kind, ReadonlySet<string>>> {
  const seen = perKind(() => new Set<string>());
  // The states are those of the decider that the label was made for.
  const label = labelOf as (state: unknown) => string;
  seen.states.add(label(initial));
  for (const step of steps) {
    const command = typeOf(step.command);
    if (step._tag === "Rejected") {
      seen.rejected.add(command);
      seen.rejections.add(reasonOf(step.rejection));
    }
    if (step._tag !== "Accepted") continue;
    seen.accepted.add(command);
    for (const event of step.events) seen.events.add(typeOf(event));
    const [from, to] = [label(step.before), label(step.after)];
    seen.states.add(to);
    seen.transitions.add(`${from} --${command}--> ${to}`);
  }
  return seen;
}

/** What a history reaches, in words, as in `the event Paid`. */
export function reachedBy(
  history: History<unknown, unknown, unknown, unknown>,
  labelOf?: (state: never) => string,
): ReadonlySet<string> {
  const seen = seenIn(history, labelOf);
  return new Set(kinds.flatMap((kind) => [...seen[kind]].map((name) => `${titles[kind]} ${name}`)));
}

/**
 * Whether a share is reached, as far as a sample tells: the interval of Wilson (1927) lies above it
 * or below it, or includes it, and then nobody knows yet. One in a million samples misleads.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { judgeShare } from "leftfold/laws";
 *
 * assert.equal(judgeShare(500, 1000, 0.01), "reached");
 * assert.equal(judgeShare(0, 10_000, 0.01), "missed");
 * assert.equal(judgeShare(1, 10, 0.01), "unknown");
 * ```
 */
export function judgeShare(
  seen: number,
  sampled: number,
  share: number,
): "reached" | "missed" | "unknown" {
  if (sampled === 0) return "unknown";
  // The quantile of the normal distribution for one in a million, on both sides.
  const z = 4.9;
  const found = seen / sampled;
  const spread = 1 + z * z / sampled;
  const centre = (found + z * z / (2 * sampled)) / spread;
  const half = z / spread *
    Math.sqrt(found * (1 - found) / sampled + z * z / (4 * sampled * sampled));
  if (centre - half > share) return "reached";
  return centre + half < share ? "missed" : "unknown";
}

/**
 * Coverage as a table, for a person.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { countCoverage, textOfCoverage, walk } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const count = countCoverage();
 * for (const history of fc.sample(walk({ decider: counter, commands: () => fc.nat(9) }), 20)) count.add(history);
 * assert.equal(count.coverage().histories, 20);
 * assert.match(textOfCoverage(count.coverage()), /^20 histories/);
 * ```
 */
export function textOfCoverage(coverage: Coverage): string {
  const { histories, steps } = coverage;
  const share = (count: number): string => `${(100 * count / histories).toFixed(1)} %`.padStart(8);
  const part = (title: string, counts: ReadonlyMap<string, number>): ReadonlyArray<string> => [
    `  ${title}`,
    ...[...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${share(count)}  ${name}`),
  ];
  const length = histories === 0 ? 0 : steps / histories;
  return [
    `${histories} histories of ${length.toFixed(1)} commands; in how many of them is`,
    ...kinds.flatMap((kind) => part(titles[kind], coverage[kind])),
  ].join("\n");
}
