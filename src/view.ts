/**
 * Views: what can be told of the past, as a fold of events.
 *
 * A view is pure. A decider is a view and so is a process, by structure, so whatever takes a view
 * takes them. Below, `v ≡ w` means that no sequence of events tells the two apart: their states
 * answer alike.
 *
 * There is no `map` over the state: a view takes its state as well as it gives it, and a state that
 * was only given cannot be folded on. Map what a view yields where it is read.
 *
 * @module
 */
import type { Monoid } from "fp-ts/lib/Monoid.js";
import type { Option } from "fp-ts/lib/Option.js";
import { type Instances, noInstances, withInstance } from "./instances.ts";
import type { Recorded } from "./record.ts";

export type { Instances } from "./instances.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A fold of events: where it begins, and what each event changes. */
export interface View<Event, State> {
  /** The state after `event`. Total, because the past cannot be refused. */
  readonly evolve: (state: State, event: Event) => State;
  /** The state before any event. */
  readonly initialState: State;
}

/** What any view fits: the constraint of generic code, without `any`. */
export interface AnyView {
  readonly evolve: (state: never, event: never) => unknown;
  readonly initialState: unknown;
}

/** A value addressed to the part or the instance that `key` names. */
export type Keyed<Key extends string, Value> = readonly [key: Key, value: Value];

/** The state of a view, a decider, a process. */
export type StateOf<T> = T extends { readonly initialState: infer State } ? State : never;

/** The events that a view, a decider, a process folds. */
export type EventFolded<T> = T extends {
  readonly evolve: (state: never, event: infer Event) => unknown;
} ? Event
  : never;

/** The states of a record of views. */
export type StatesOf<Views> = { readonly [Key in keyof Views]: StateOf<Views[Key]> };

/** The events that every view of the record knows. */
export type KnownToAll<Views> = {
  readonly [Key in keyof Views]: (event: EventFolded<Views[Key]>) => void;
}[keyof Views] extends (event: infer Event) => void ? Event : never;

/** A view whose states of adjoining stretches of the past can be joined. */
export interface Mergeable<Event, State> extends View<Event, State> {
  /** The state of two stretches together, from the state of each folded from the initial state. */
  readonly merge: (earlier: State, later: State) => State;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A view, with its types inferred. Annotate the event; and the state of `evolve` with its result,
 * where the state is a union.
 *
 * @example How many seats are sold
 * ```ts
 * import assert from "node:assert/strict";
 * import { replay, view } from "leftfold";
 *
 * type ShowEvent = { type: "ShowOpened" } | { type: "SeatsBooked"; seats: number };
 * const sold = view({
 *   initialState: 0,
 *   evolve: (sum, event: ShowEvent) => event.type === "SeatsBooked" ? sum + event.seats : sum,
 * });
 * assert.equal(replay(sold)([{ type: "ShowOpened" }, { type: "SeatsBooked", seats: 3 }]), 3);
 * ```
 */
export function view<Event, State>(definition: {
  // The intersection gives the initial state the lowest priority: a constant narrowed by its own
  // initialiser (`{ status: "none" }`) must not make the whole state that one member.
  // deno-lint-ignore ban-types -- `{}` is meant: all but null and undefined
  readonly initialState: State & ({} | null | undefined);
  readonly evolve: (state: State, event: Event) => NoInfer<State>;
}): View<Event, State> {
  return definition;
}

/**
 * A view that adds up what each event contributes. Its states merge, so that slices of the past
 * can be folded apart, by several workers, and joined in order.
 *
 * Law (merge): the state of `[...xs, ...ys]` is the merge of the state of `xs` and that of `ys`.
 * It holds if `monoid` is one.
 *
 * @example
 * ```ts
 * import { MonoidSum } from "fp-ts/lib/number.js";
 * import assert from "node:assert/strict";
 * import { replay } from "leftfold/decider";
 * import { foldMap } from "leftfold/view";
 *
 * const seats = foldMap(MonoidSum)((event: { seats: number }) => event.seats);
 * const earlier = replay(seats)([{ seats: 2 }, { seats: 1 }]);
 * const later = replay(seats)([{ seats: 4 }]);
 * assert.equal(seats.merge(earlier, later), 7);
 * ```
 */
export function foldMap<State>(
  monoid: Monoid<State>,
): <Event>(contribution: (event: Event) => State) => Mergeable<Event, State> {
  return (contribution) => ({
    initialState: monoid.empty,
    evolve: (state, event) => monoid.concat(state, contribution(event)),
    merge: monoid.concat,
  });
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * Two views of the same events at once. The piped one is the left, `right` is the right.
 *
 * 1. Law (projection): either half of the state is what that view alone would say.
 * 2. Law (associativity): `product(w)(product(v)(u)) ≡ product(product(w)(v))(u)`, up to regrouping.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import assert from "node:assert/strict";
 * import { replay } from "leftfold/decider";
 * import { product, view } from "leftfold/view";
 *
 * const sum = view({ initialState: 0, evolve: (total, n: number) => total + n });
 * const count = view({ initialState: 0, evolve: (total, _: number) => total + 1 });
 * assert.deepEqual(replay(pipe(sum, product(count)))([5, 6]), [11, 2]);
 * ```
 */
export function product<EventR, StateR>(
  right: View<EventR, StateR>,
): <EventL, StateL>(
  left: View<EventL, StateL>,
) => View<EventL & EventR, readonly [StateL, StateR]> {
  return (left) => ({
    initialState: [left.initialState, right.initialState],
    evolve: (state, event) => {
      const stateL = left.evolve(state[0], event);
      const stateR = right.evolve(state[1], event);
      return stateL === state[0] && stateR === state[1] ? state : [stateL, stateR];
    },
  });
}

/**
 * A record of views, told of the same events. Each must know all of them.
 *
 * 1. Law (projection): each field of the state is what that view alone would say.
 * 2. Law (stillness): an event that changes no view leaves the state the same object.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { replay } from "leftfold/decider";
 * import { productAll, view } from "leftfold/view";
 *
 * const sum = view({ initialState: 0, evolve: (total, n: number) => total + n });
 * const last = view({ initialState: 0, evolve: (_, n: number) => n });
 * assert.deepEqual(replay(productAll({ sum, last }))([5, 6]), { sum: 11, last: 6 });
 * ```
 */
export function productAll<Views extends Readonly<Record<string, AnyView>>>(
  views: Views,
): View<KnownToAll<Views>, StatesOf<Views>> {
  // Each part knows the events of the product and is given its own state: KnownToAll, StatesOf.
  const parts = Object.entries(views).map(([key, part]) => [key, part as Loose] as const);
  const initialState = Object.fromEntries(parts.map(([key, part]) => [key, part.initialState]));
  return {
    // Built from the views, field by field, which the compiler cannot follow. So is the next one.
    initialState: initialState as StatesOf<Views>,
    evolve: (states, event) => {
      const before = states as Readonly<Record<string, unknown>>;
      let after: Record<string, unknown> | undefined;
      for (const [key, part] of parts) {
        const state = part.evolve(before[key], event);
        if (state !== before[key]) (after ??= { ...before })[key] = state;
      }
      return after === undefined ? states : after as StatesOf<Views>;
    },
  };
}

/** An {@linkcode AnyView} whose own state and events are known to be what it is given. */
interface Loose {
  readonly evolve: (state: unknown, event: unknown) => unknown;
  readonly initialState: unknown;
}

/**
 * A state for each key that an event falls under. The cost of an event does not grow with the
 * number of keys.
 *
 * 1. Law (single key): if all events have one key, the state under it is that of the view alone.
 * 2. Law (locality): an event leaves the states of other keys the same objects.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import assert from "node:assert/strict";
 * import { replay } from "leftfold/decider";
 * import { many, view } from "leftfold/view";
 *
 * type Booked = { guest: string; seats: number };
 * const seats = view({ initialState: 0, evolve: (sum, event: Booked) => sum + event.seats });
 * const byGuest = pipe(seats, many((event) => event.guest));
 * const booked = replay(byGuest)([{ guest: "Ada", seats: 2 }, { guest: "Bob", seats: 1 }]);
 * assert.equal(booked.get("Ada"), 2);
 * assert.equal(booked.get("Eve"), 0);
 * ```
 */
export function many<Event>(
  key: (event: Event) => string,
): <State>(view: View<Event, State>) => View<Event, Instances<State>> {
  return (view) => ({
    initialState: noInstances(view.initialState),
    evolve: (states, event) => {
      const name = key(event);
      return withInstance(states, name, view.evolve(states.get(name), event));
    },
  });
}

/**
 * Lets a view look at a wider vocabulary. An event that means nothing to it changes nothing.
 *
 * 1. Law (identity): `adapt(some)(v) ≡ v`.
 * 2. Law (composition): `adapt(f)(adapt(g)(v)) ≡ adapt(f, then g)(v)`.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import { fromNullable } from "fp-ts/lib/Option.js";
 * import assert from "node:assert/strict";
 * import { replay } from "leftfold/decider";
 * import { adapt, view } from "leftfold/view";
 *
 * const sum = view({ initialState: 0, evolve: (total, n: number) => total + n });
 * const paid = pipe(sum, adapt((event: { amount?: number }) => fromNullable(event.amount)));
 * assert.equal(replay(paid)([{ amount: 3 }, {}, { amount: 4 }]), 7);
 * ```
 */
export function adapt<Event, Outer>(
  eventIn: (outer: Outer) => Option<Event>,
): <State>(view: View<Event, State>) => View<Outer, State> {
  return (view) => ({
    initialState: view.initialState,
    evolve: (state, outer) => {
      const event = eventIn(outer);
      return event._tag === "None" ? state : view.evolve(state, event.value);
    },
  });
}

/**
 * A view of events, told of records.
 *
 * @example A projection of a view that asks for events only
 * ```ts
 * import { ofRecords, view } from "leftfold/view";
 *
 * const count = view({ initialState: 0, evolve: (n, _: { type: string }) => n + 1 });
 * const ofTheLog = ofRecords(count); // what `projection({ view, ... })` takes
 * console.assert(ofTheLog.initialState === 0);
 * ```
 */
export function ofRecords<Event, State>(view: View<Event, State>): View<Recorded<Event>, State> {
  return {
    initialState: view.initialState,
    evolve: (state, record) => view.evolve(state, record.event),
  };
}

/**
 * A state for each stream, by the stream's name.
 *
 * @example
 * ```ts
 * import { byStream, view } from "leftfold/view";
 *
 * const count = view({ initialState: 0, evolve: (n, _: { type: string }) => n + 1 });
 * const lengths = byStream(count);
 * console.assert(lengths.initialState.get("show-hamlet") === 0);
 * ```
 */
export function byStream<Event, State>(
  view: View<Event, State>,
): View<Recorded<Event>, Instances<State>> {
  return many((record: Recorded<Event>) => record.stream)(ofRecords(view));
}
