/**
 * Deciders: the pure heart of an event-sourced system.
 *
 * A decider answers two questions and does nothing else. Given a command and the state so far: which
 * events happen, or why is the command rejected? Given an event that has happened: what is the state
 * now? The form is Jérémie Chassaing's; composition by address and typed rejections are ours.
 *
 * Below, `d ≡ e` means that no sequence of commands tells the two apart: they emit the same events,
 * give the same rejections, and end together.
 *
 * @module
 */
import type { Option } from "fp-ts/lib/Option.js";
import type { Decider, Decision, Fits, RejectionIn } from "./decision.ts";
import * as E from "./either.ts";
import type { View } from "./view.ts";

export {
  accept,
  type AnyDecider,
  type CommandOf,
  type Complaint,
  type Counterpart,
  type Decider,
  decider,
  type Decision,
  type EventIn,
  type Fits,
  type KeysOf,
  type Misfit,
  reject,
  type RejectionIn,
  type RejectionOf,
} from "./decision.ts";
export type { AnyFunction, Frozen, Methods } from "./frozen.ts";
export { compose, composeAll, many, neutral } from "./side_by_side.ts";
export type { AnyView, EventFolded, Instances, Keyed, StateOf, View } from "./view.ts";

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** How an inner decider's words are said in an outer vocabulary. */
export interface Adapter<Command, Event, OuterCommand, OuterEvent> {
  /** The inner command, or none if the outer one is meant for someone else. */
  readonly command: (outer: OuterCommand) => Option<Command>;
  /** The inner event, or none if someone else emitted the outer one. */
  readonly eventIn: (outer: OuterEvent) => Option<Event>;
  /** The outer form of an event that the inner decider emits. */
  readonly eventOut: (inner: NoInfer<Event>) => NoInfer<OuterEvent>;
}

/**
 * Teaches a decider a wider vocabulary. What is not addressed to it changes nothing.
 *
 * 1. Law (identity): `d ≡` itself adapted through `some` and the identity function.
 * 2. Law (composition): adapting twice `≡` adapting once through the composed adapter.
 * 3. Law (replay safety), owed by the adapter: `eventIn(eventOut(event))` is `some(event)`. Break
 *    it, and replay forgets events that this decider emitted.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import { some } from "fp-ts/lib/Option.js";
 * import assert from "node:assert/strict";
 * import { accept, adapt, decider } from "leftfold/decider";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept(by),
 *   evolve: (sum, by: number) => sum + by,
 * });
 * const till = pipe(
 *   counter,
 *   adapt({
 *     command: (command: { pay: number }) => some(command.pay),
 *     eventIn: (event: { paid: number }) => some(event.paid),
 *     eventOut: (by) => ({ paid: by }),
 *   }),
 * );
 * assert.deepEqual(till.decide({ pay: 2 }, 0), accept({ paid: 2 }));
 * assert.equal(till.evolve(5, { paid: 2 }), 7);
 * ```
 */
export function adapt<Command, Event, OuterCommand, OuterEvent>(
  adapter: Adapter<Command, Event, OuterCommand, OuterEvent>,
): <State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
) => Decider<OuterCommand, OuterEvent, State, Rejection> {
  return (decider) => ({
    ...decider,
    decide: (outer, state) => {
      const command = adapter.command(outer);
      if (command._tag === "None") return E.right([]);
      const decision = decider.decide(command.value, state);
      if (E.isLeft(decision)) return decision;
      return E.right(decision.right.map((event) => adapter.eventOut(event)));
    },
    evolve: (state, outer) => {
      const event = adapter.eventIn(outer);
      return event._tag === "None" ? state : decider.evolve(state, event.value);
    },
  });
}

/**
 * Says a rejection in other words.
 *
 * 1. Law (identity): `mapRejection(identity)(d) ≡ d`.
 * 2. Law (composition): `mapRejection(g)(mapRejection(f)(d)) ≡ mapRejection(f, then g)(d)`.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import assert from "node:assert/strict";
 * import { decider, mapRejection, reject } from "leftfold/decider";
 *
 * const closed = decider({
 *   initialState: 0,
 *   decide: (_: "open") => reject("Closed"),
 *   evolve: (state, _: "opened") => state,
 * });
 * const http = pipe(closed, mapRejection((reason) => ({ status: 409, reason })));
 * assert.deepEqual(http.decide("open", 0), reject({ status: 409, reason: "Closed" }));
 * ```
 */
export function mapRejection<From, const To>(
  f: (rejection: From) => To,
): <Command, Event, State>(
  decider: Decider<Command, Event, State, From>,
) => Decider<Command, Event, State, To> {
  return (decider) => ({
    ...decider,
    decide: (command, state) => {
      const decision = decider.decide(command, state);
      return E.isLeft(decision) ? E.left(f(decision.left)) : decision;
    },
  });
}

/**
 * Gives a rejected command a second answer: events after all, or another rejection.
 *
 * 1. Law (identity): `orElse(reject)(d) ≡ d`.
 * 2. Law (acceptance): what `d` accepts, `orElse(f)(d)` accepts with the same events.
 *
 * @example A sold-out show keeps a waiting list
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import assert from "node:assert/strict";
 * import { accept, type Decider, orElse, reject } from "leftfold/decider";
 *
 * type Event = { type: "Booked" | "Queued"; guest: string };
 * const show: Decider<string, Event, number, "SoldOut"> = {
 *   initialState: 1,
 *   decide: (guest, free) => free === 0 ? reject("SoldOut") : accept({ type: "Booked", guest }),
 *   evolve: (free, event) => event.type === "Booked" ? free - 1 : free,
 * };
 * const queueing = pipe(show, orElse((_: "SoldOut", guest: string) => accept({ type: "Queued", guest })));
 * assert.deepEqual(queueing.decide("Ada", 0), accept({ type: "Queued", guest: "Ada" }));
 * ```
 */
// What `recover` takes may be wider than what the decider has, and what it leaves out is `unknown`:
// hence the bounds. Its events are held against the decider's like those of `decide`.
export function orElse<
  From,
  WiderCommand,
  WiderState,
  Answer extends E.Either<unknown, ReadonlyArray<unknown>>,
>(
  recover: (rejection: From, command: WiderCommand, state: WiderState) => Answer,
): <Command extends WiderCommand, Event, State extends WiderState>(
  decider: Decider<Command, Event, State, From> & Fits<Answer, Event>,
) => Decider<Command, Event, State, RejectionIn<Answer>> {
  return (decider) => ({
    ...decider,
    decide: (command, state) => {
      const decision = decider.decide(command, state);
      if (E.isRight(decision)) return decision;
      // `Fits` has held the answer's events against the decider's.
      return recover(decision.left, command, state) as Decision<never, RejectionIn<Answer>>;
    },
  });
}

/**
 * Decides several commands one after the other, each against the state that the ones before it led
 * to; all of them, or none. Several commands in one commit are `handler({ decider: transact(d) })`.
 *
 * 1. Law (single): `transact(d)` given `[command]` `≡ d` given `command`.
 * 2. Law (concatenation): deciding `[...xs, ...ys]` emits what `xs` emits, and then what `ys` emits
 *    in the state after it.
 * 3. Law (all or nothing): if one is rejected, so is the whole, with that rejection.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, type Decider, reject, transact } from "leftfold/decider";
 *
 * const seats: Decider<number, number, number, "SoldOut"> = {
 *   initialState: 5,
 *   decide: (wanted, free) => wanted > free ? reject("SoldOut") : accept(wanted),
 *   evolve: (free, booked) => free - booked,
 * };
 * assert.deepEqual(transact(seats).decide([3, 2], 5), accept(3, 2));
 * assert.deepEqual(transact(seats).decide([3, 3], 5), reject("SoldOut"));
 * ```
 */
export function transact<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
): Decider<ReadonlyArray<Command>, Event, State, Rejection> {
  return {
    ...decider,
    decide: (commands, before) => {
      const emitted: Array<Event> = [];
      let state = before;
      for (const command of commands) {
        const decision = decider.decide(command, state);
        if (E.isLeft(decision)) return decision;
        for (const event of decision.right) {
          state = decider.evolve(state, event);
          emitted.push(event);
        }
      }
      return E.right(emitted);
    },
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Folds events into the state they lead to: from the initial state, or from the one given.
 *
 * Law (monoid action): replaying `[...xs, ...ys]` equals replaying `ys` from what `xs` lead to, and
 * replaying nothing changes nothing. It is what makes snapshots sound.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { replay } from "leftfold";
 *
 * const sum = { initialState: 0, evolve: (total: number, n: number) => total + n };
 * assert.equal(replay(sum)([1, 2, 3]), 6);
 * assert.equal(replay(sum)([3], 3), 6);
 * ```
 */
export function replay<Event, State>(
  view: View<Event, State>,
): (events: ReadonlyArray<Event>, from?: State) => State {
  return function (events: ReadonlyArray<Event>, from?: State): State {
    // The arguments are counted, since `undefined` may be a state: what is given second is one.
    let state = arguments.length > 1 ? from as State : view.initialState;
    for (const event of events) state = view.evolve(state, event);
    return state;
  };
}
