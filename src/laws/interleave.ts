/**
 * Logs: events of several streams, one after the other, and shuffled as far as their streams allow.
 *
 * @module
 */
import * as fc from "fast-check";
import type { DeciderSpec } from "./decider_spec.ts";
import { eventsOf } from "./history.ts";
import { walk } from "./walk.ts";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The events of the histories of a decider: logs of one stream.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { logsOf } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const logs = logsOf({ name: "counter", decider: counter, commands: () => fc.nat(9) });
 * assert(fc.sample(logs, 5).flat().every(({ by }) => by <= 9));
 * ```
 */
export function logsOf<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): fc.Arbitrary<ReadonlyArray<Event>> {
  return walk(spec, spec.walk).map(eventsOf);
}

/**
 * Logs of several streams in one: the order within a stream is kept, the order between streams is
 * drawn. It is shrunk towards one stream after the other, so that a counterexample shows the swap
 * that matters.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { interleave } from "leftfold/laws";
 *
 * const logs = interleave(fc.constant(["a1", "a2"]), fc.constant(["b1", "b2"]));
 * for (const log of fc.sample(logs, 10)) {
 *   assert.deepEqual(log.filter((event) => event.startsWith("a")), ["a1", "a2"]);
 * }
 * ```
 */
export function interleave<Event>(
  ...logs: ReadonlyArray<fc.Arbitrary<ReadonlyArray<Event>>>
): fc.Arbitrary<ReadonlyArray<Event>> {
  // Whose turn it is: 0, the simplest number, is the first stream that has events left.
  const turns = fc.array(fc.nat(Math.max(0, logs.length - 1)), { maxLength: 200 });
  return fc.tuple(fc.tuple(...logs), turns).map(([parts, turn]) => shuffled(parts, turn));
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** One log out of several, by turns. */
export function shuffled<Event>(
  logs: ReadonlyArray<ReadonlyArray<Event>>,
  turns: ReadonlyArray<number>,
): ReadonlyArray<Event> {
  const left = logs.map((log) => ({ log, next: 0 }));
  const merged: Event[] = [];
  for (let nth = 0;; nth++) {
    const open = left.filter(({ log, next }) => next < log.length);
    if (open.length === 0) return merged;
    const chosen = open[(turns[nth] ?? 0) % open.length]!;
    merged.push(chosen.log[chosen.next]!);
    chosen.next += 1;
  }
}
