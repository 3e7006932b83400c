/**
 * Specifications: given these events, when this command, then that. As values; they know no test
 * runner, and throw what every runner shows.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { type Decider, replay } from "./decider.ts";
import { display, pathText } from "./display.ts";
import { differenceOf } from "./equality.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a decision led to, and what can be said of it. */
export interface Decided<Event, State, Rejection> {
  /** The decision as a value, with the state after its events. */
  readonly outcome:
    | { readonly _tag: "Accepted"; readonly events: ReadonlyArray<Event>; readonly state: State }
    | { readonly _tag: "Rejected"; readonly rejection: Rejection; readonly state: State };
  /** Throws unless exactly these events happened, in this order. */
  readonly thenEvents: (...events: ReadonlyArray<Event>) => void;
  /** Throws unless it was accepted and nothing happened. */
  readonly thenNothing: () => void;
  /** Throws unless it was rejected, with this. */
  readonly thenRejected: (rejection: Rejection) => void;
  /** Throws unless this is the state after it. */
  readonly thenState: (state: State) => void;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A specification of a decider, in three sentences. Values are compared by structure; a field that
 * is `undefined` counts as absent. What does not hold throws an error that shows the first place
 * where wanted and found part, so it is a whole test for `node:test`, `bun:test`, Vitest or Jest.
 *
 * There is no method called `then`: a value with one is a promise to `await`, and would never settle.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider, given, reject } from "leftfold";
 *
 * const seats = decider({
 *   initialState: 5,
 *   decide: (wanted: number, free) => wanted > free ? reject("SoldOut") : accept({ type: "Booked", seats: wanted }),
 *   evolve: (free, event: { type: "Booked"; seats: number }) => free - event.seats,
 * });
 * given(seats, { type: "Booked", seats: 3 }).when(2).thenEvents({ type: "Booked", seats: 2 });
 * given(seats, { type: "Booked", seats: 3 }).when(3).thenRejected("SoldOut");
 * given(seats).when(1).thenState(4);
 * assert.throws(() => given(seats).when(1).thenState(5), /the state/);
 * ```
 */
export function given<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  ...events: ReadonlyArray<NoInfer<Event>>
): { readonly when: (command: Command) => Decided<Event, State, Rejection> } {
  return { when: (command) => decided(decider, replay(decider)(events), command) };
}

function decided<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  before: State,
  command: Command,
): Decided<Event, State, Rejection> {
  const decision = decider.decide(command, before);
  const outcome: Decided<Event, State, Rejection>["outcome"] = E.isLeft(decision)
    ? { _tag: "Rejected", rejection: decision.left, state: before }
    : {
      _tag: "Accepted",
      events: decision.right,
      state: replay(decider)(decision.right, before),
    };
  const thenEvents = (...wanted: ReadonlyArray<Event>): void => {
    if (outcome._tag === "Accepted") {
      return expectSame("the events", command, wanted, outcome.events);
    }
    const found = `the rejection ${display(outcome.rejection)}`;
    const message = `the events of ${display(command)}: wanted ${display(wanted)}, found ${found}`;
    fail(message, wanted, outcome.rejection);
  };
  return {
    outcome,
    thenEvents,
    thenNothing: () => thenEvents(),
    thenRejected: (wanted) => {
      if (outcome._tag === "Rejected") {
        return expectSame("the rejection", command, wanted, outcome.rejection);
      }
      const found = `the events ${display(outcome.events)}`;
      const message = `the rejection of ${display(command)}: wanted ${
        display(wanted)
      }, found ${found}`;
      fail(message, wanted, outcome.events);
    },
    thenState: (wanted) => expectSame("the state", command, wanted, outcome.state),
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What a test runner gives: `{ describe, it }` of `node:test`, `bun:test`, Vitest and Jest fit. */
export interface SpecRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => void) => unknown;
}

/**
 * Runs specifications, each as a test of its own under its name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describe, it } from "node:test";
 * import { accept, decider, describeSpecs, given } from "leftfold";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept(by),
 *   evolve: (sum, by: number) => sum + by,
 * });
 * describeSpecs("a counter", {
 *   "adds": () => given(counter, 1, 2).when(3).thenState(6),
 *   "tells what was added": () => given(counter).when(3).thenEvents(3),
 * }, { describe, it });
 * assert.equal(typeof describeSpecs, "function");
 * ```
 */
export function describeSpecs(
  name: string,
  specs: Readonly<Record<string, () => void>>,
  runner: SpecRunner,
): void {
  runner.describe(name, () => {
    for (const [sentence, spec] of Object.entries(specs)) runner.it(sentence, () => spec());
  });
}

function expectSame(what: string, command: unknown, wanted: unknown, found: unknown): void {
  const difference = differenceOf(wanted, found);
  if (difference === undefined) return;
  const { path, left, right } = difference;
  const place = path.length === 0 ? "" : `, at ${pathText(path)}`;
  const message = `${what} of ${display(command)}${place}`;
  fail(`${message}: wanted ${display(left)}, found ${display(right)}`, wanted, found);
}

function fail(message: string, wanted: unknown, found: unknown): never {
  // Runners show the difference of these two.
  throw Object.assign(new Error(message), { expected: wanted, actual: found });
}
