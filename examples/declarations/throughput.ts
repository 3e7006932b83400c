/**
 * How long the way is from the first submission to the payment.
 *
 * @module
 */
import type { Instances, Recorded, View } from "leftfold";
import * as V from "leftfold/view";
import type { DeclarationEvent } from "./events.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The two moments of one declaration, in milliseconds since 1970. */
export interface Way {
  readonly submittedAt?: number;
  readonly paidAt?: number;
}

/** So many ways took at least `from` and less than `to` days. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const notSubmitted: Way = {};

const way: View<Recorded<DeclarationEvent>, Way> = {
  initialState: notSubmitted,
  evolve: (so, { event, recordedAt, metadata }) => {
    // What is decided today about events of the past says in its valid time when they held.
    const at = (metadata.validTime ?? recordedAt).getTime();
    if (event.type === "DeclarationSubmitted" && so.submittedAt === undefined) {
      return { ...so, submittedAt: at };
    }
    return event.type === "PaymentHandled" ? { ...so, paidAt: at } : so;
  },
};

/** The ways of all declarations, by stream. */
export const ways: View<Recorded<DeclarationEvent>, Instances<Way>> = V.many(
  ({ stream }: Recorded<DeclarationEvent>) => stream,
)(way);

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

const dayMs = 86_400_000;

/** How many days each declaration took that went the whole way, shortest first. */
export function throughputDays(all: Iterable<readonly [string, Way]>): ReadonlyArray<number> {
  const days: Array<number> = [];
  for (const [, { submittedAt, paidAt }] of all) {
    if (submittedAt !== undefined && paidAt !== undefined) {
      days.push((paidAt - submittedAt) / dayMs);
    }
  }
  return days.sort((one, other) => one - other);
}

/** The value below which a part of the sorted values lies: 0.5 gives the median. */
export function quantile(sorted: ReadonlyArray<number>, part: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

/** Counts sorted values between edges; what lies beyond the last edge has a bin without an end. */
export function histogram(
  values: ReadonlyArray<number>,
  edges: ReadonlyArray<number>,
): ReadonlyArray<Bin> {
  return edges.map((from, index) => {
    const to = edges[index + 1] ?? Infinity;
    return { from, to, count: values.filter((value) => from <= value && value < to).length };
  });
}
