/**
 * Several deciders as one: two, a record of them, or one for each key.
 *
 * @module
 */
import type { AnyDecider, CommandOf, Decider, Decision, RejectionOf } from "./decision.ts";
import * as E from "./either.ts";
import { type Instances, noInstances, withInstance } from "./instances.ts";
import { invariant } from "./invariant.ts";
import type { EventFolded, Keyed, StateOf } from "./view.ts";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The unit of {@linkcode compose}: no command, no event, a single state. It is terminal, so that a
 * composition with it ends when the other side ends.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { neutral } from "leftfold/decider";
 *
 * assert.equal(neutral.initialState, null);
 * assert.equal(neutral.isTerminal?.(null), true);
 * ```
 */
export const neutral: Decider<never, never, null> = {
  initialState: null,
  decide: () => E.right([]),
  evolve: (state) => state,
  isTerminal: () => true,
};

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * Runs two deciders side by side. The piped one is the left, `right` is the right. It is terminal
 * when both are.
 *
 * 1. Law (unit): `compose(neutral)(d) ≡ d`, up to `left`; `compose(d)(neutral) ≡ d`, up to `right`.
 * 2. Law (associativity): `compose(f)(compose(e)(d)) ≡ compose(compose(f)(e))(d)`, up to regrouping.
 * 3. Law (locality): an event of one side leaves the other side's state the same object.
 *
 * @example Two switches in one hall
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import { pipe } from "fp-ts/lib/function.js";
 * import assert from "node:assert/strict";
 * import { compose, type Decider } from "leftfold/decider";
 *
 * const toggle: Decider<"toggle", "toggled", boolean> = {
 *   initialState: false,
 *   decide: () => E.right(["toggled"]),
 *   evolve: (isOn) => !isOn,
 * };
 * const hall = pipe(toggle, compose(toggle));
 * assert.deepEqual(hall.decide(E.right("toggle"), [false, false]), E.right([E.right("toggled")]));
 * assert.deepEqual(hall.evolve([false, false], E.right("toggled")), [false, true]);
 * ```
 */
export function compose<CommandR, EventR, StateR, RejectionR>(
  right: Decider<CommandR, EventR, StateR, RejectionR>,
): <CommandL, EventL, StateL, RejectionL>(
  left: Decider<CommandL, EventL, StateL, RejectionL>,
) => Decider<
  E.Either<CommandL, CommandR>,
  E.Either<EventL, EventR>,
  readonly [StateL, StateR],
  RejectionL | RejectionR
> {
  return (left) => ({
    initialState: [left.initialState, right.initialState],
    decide: (command, [stateL, stateR]) => {
      if (E.isLeft(command)) return emitAs(E.left, left.decide(command.left, stateL));
      return emitAs(E.right, right.decide(command.right, stateR));
    },
    evolve: (state, event) => {
      if (E.isLeft(event)) {
        const stateL = left.evolve(state[0], event.left);
        return stateL === state[0] ? state : [stateL, state[1]];
      }
      const stateR = right.evolve(state[1], event.right);
      return stateR === state[1] ? state : [state[0], stateR];
    },
    ...bothOver(left, right),
  });
}

/**
 * Runs a record of deciders side by side. Commands and events are addressed by tuples,
 * `["payment", command]`, as in {@linkcode many}. It is terminal when all parts are.
 *
 * 1. Law (single part): fed commands for one part only, it `≡` that part, up to the address and to
 *    ending.
 * 2. Law (locality): an event for one part leaves the states of the others the same objects.
 *
 * An address without a part is a defect: the compiler refuses it, and so does `decide`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, composeAll, decider } from "leftfold/decider";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ type: "Added", by }),
 *   evolve: (sum, event: { type: "Added"; by: number }) => sum + event.by,
 * });
 * const desk = composeAll({ sales: counter, returns: counter });
 * assert.deepEqual(desk.decide(["returns", 2], desk.initialState), accept(["returns", { type: "Added", by: 2 }]));
 * assert.deepEqual(desk.evolve({ sales: 5, returns: 0 }, ["returns", { type: "Added", by: 2 }]), { sales: 5, returns: 2 });
 * ```
 */
export function composeAll<Parts extends Readonly<Record<string, AnyDecider>>>(
  parts: Parts,
): Decider<
  {
    readonly [Key in keyof Parts & string]: Keyed<Key, CommandOf<Parts[Key]>>;
  }[keyof Parts & string],
  {
    readonly [Key in keyof Parts & string]: Keyed<Key, EventFolded<Parts[Key]>>;
  }[keyof Parts & string],
  { readonly [Key in keyof Parts]: StateOf<Parts[Key]> },
  RejectionOf<Parts[keyof Parts]>
> {
  // Each part is given only what is addressed to it; that the address and the content go together
  // is what the result's type says, and what the compiler cannot follow through a table.
  const table = new Map(Object.entries(parts as Readonly<Record<string, unknown>>)) as ReadonlyMap<
    string,
    Loose
  >;
  const partAt = (key: string): Loose => table.get(key) ?? noPart(key, [...table.keys()]);
  const composed: Decider<Keyed<string, unknown>, Keyed<string, unknown>, States, unknown> = {
    initialState: Object.fromEntries([...table].map(([key, part]) => [key, part.initialState])),
    // No pattern, no closure: this runs for each command and each event.
    decide: (addressed, states) => {
      const key = addressed[0];
      return addressedTo(key, partAt(key).decide(addressed[1], states[key]));
    },
    evolve: (states, addressed) => {
      const key = addressed[0];
      const state = partAt(key).evolve(states[key], addressed[1]);
      if (state === states[key]) return states;
      const after: Record<string, unknown> = { ...states };
      after[key] = state;
      return after;
    },
    ...[...table.values()].every(({ isTerminal }) => isTerminal !== undefined)
      ? { isTerminal: (states) => [...table].every(([key, part]) => isOver(part, states[key])) }
      : {},
  };
  return composed as never;
}

type Loose = Decider<unknown, unknown, unknown, unknown>;
type States = Readonly<Record<string, unknown>>;

function noPart(key: string, known: ReadonlyArray<string>): never {
  invariant(
    false,
    `address "${key}" names no part of composeAll; wanted one of ${known.join(", ")}`,
  );
}

/**
 * Lifts a decider to any number of instances, told apart by key. The cost of an event does not grow
 * with their number. It never ends, because a new key may always come.
 *
 * 1. Law (single key): fed one key only it `≡` the decider itself, up to the key and to ending.
 * 2. Law (locality): an event for one key leaves the states of the others the same objects.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider, many, replay } from "leftfold/decider";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ type: "Added", by }),
 *   evolve: (sum, event: { type: "Added"; by: number }) => sum + event.by,
 * });
 * const counters = many(counter);
 * assert.deepEqual(counters.decide(["a", 1], counters.initialState), accept(["a", { type: "Added", by: 1 }]));
 * const state = replay(counters)([["a", { type: "Added", by: 1 }], ["b", { type: "Added", by: 2 }]]);
 * assert.deepEqual([state.get("a"), state.get("b"), state.get("c"), state.size], [1, 2, 0, 2]);
 * ```
 */
export function many<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
): Decider<Keyed<string, Command>, Keyed<string, Event>, Instances<State>, Rejection> {
  return {
    initialState: noInstances(decider.initialState),
    decide: ([key, command], states) => addressedTo(key, decider.decide(command, states.get(key))),
    evolve: (states, [key, event]) =>
      withInstance(states, key, decider.evolve(states.get(key), event)),
  };
}

/** When both are over. If one of them never is, neither is the whole, and nothing is said of it. */
function bothOver<StateL, StateR>(
  left: Ending<StateL>,
  right: Ending<StateR>,
): Ending<readonly [StateL, StateR]> {
  return left.isTerminal && right.isTerminal
    ? { isTerminal: ([stateL, stateR]) => isOver(left, stateL) && isOver(right, stateR) }
    : {};
}

/** The decision with its events addressed. */
function addressedTo<Event, Rejection>(
  key: string,
  decision: Decision<Event, Rejection>,
): Decision<Keyed<string, Event>, Rejection> {
  if (E.isLeft(decision)) return decision;
  const events = decision.right;
  // One event is what most commands lead to, and an array literal costs the least. Its length is
  // asked for, as an event may be `undefined`.
  return E.right(
    events.length === 1
      ? [[key, events[0] as Event]]
      : events.map((event): Keyed<string, Event> => [key, event]),
  );
}

/** The decision with its events in another form. */
function emitAs<Event, Outer, Rejection>(
  eventOut: (event: Event) => Outer,
  decision: Decision<Event, Rejection>,
): Decision<Outer, Rejection> {
  return E.isLeft(decision) ? decision : E.right(decision.right.map((event) => eventOut(event)));
}

/** What of a decider says whether it is over. */
type Ending<State> = Pick<Decider<never, never, State>, "isTerminal">;

function isOver<State>(part: Ending<State>, state: State): boolean {
  return part.isTerminal !== undefined && part.isTerminal(state);
}
