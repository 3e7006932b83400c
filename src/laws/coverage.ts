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

/** What counts histories. */
export interface CoverageCount {
  readonly add: (history: History<unknown, unknown, unknown, unknown>) => void;
  readonly coverage: () => Coverage;
}

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
  const counts = {
    events: new Map<string, number>(),
    accepted: new Map<string, number>(),
    rejected: new Map<string, number>(),
    rejections: new Map<string, number>(),
    states: new Map<string, number>(),
    transitions: new Map<string, number>(),
  };
  // The states are those of the histories that are counted.
  const label = labelOf as (state: unknown) => string;
  let histories = 0;
  let steps = 0;
  return {
    add: (history) => {
      histories += 1;
      steps += history.steps.length;
      const seen = Object.fromEntries(
        Object.keys(counts).map((kind) => [kind, new Set<string>()]),
      ) as Record<keyof typeof counts, Set<string>>; // the same keys
      seen.states.add(label(history.initial));
      for (const step of history.steps) {
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
      for (const [kind, names] of Object.entries(seen)) {
        const count = counts[kind as keyof typeof counts]; // the same keys
        for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
      }
    },
    coverage: () => ({ histories, steps, ...counts }),
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * * Whether a share is reached, as far as a sample tells: the interval of Wilson (1927) lies above it
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
    ...part("the event", coverage.events),
    ...part("the command, accepted", coverage.accepted),
    ...part("the command, rejected", coverage.rejected),
    ...part("the rejection", coverage.rejections),
    ...part("the state", coverage.states),
    ...part("the transition", coverage.transitions),
  ].join("\n");
}
