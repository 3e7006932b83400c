/**
 * The model of a decider, what it answers, and how its answer is held against the events it knows.
 *
 * @module
 */
import * as E from "./either.ts";
import type { Frozen } from "./frozen.ts";
import type { AnyView } from "./view.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * The rules of one consistency boundary. It reads no clock, no file and no random source: whatever
 * a decision needs is in the command or in the state.
 *
 * Law (silence): once `isTerminal(state)`, no command makes `decide` emit an event.
 */
export interface Decider<Command, Event, State, Rejection = never> {
  /** What happens when `command` meets `state`. No event at all is a fine answer. */
  readonly decide: (command: Command, state: State) => E.Either<Rejection, ReadonlyArray<Event>>;
  /** The state after `event`. Total, because the past cannot be refused. */
  readonly evolve: (state: State, event: Event) => State;
  /** The state before any event. */
  readonly initialState: State;
  /** Whether the story is over, so that its stream may be archived. Never, if left out. */
  readonly isTerminal?: (state: State) => boolean;
}

/** What any decider fits: the constraint of generic code, without `any`. */
export interface AnyDecider extends AnyView {
  readonly decide: (command: never, state: never) => E.Either<unknown, ReadonlyArray<unknown>>;
  readonly isTerminal?: (state: never) => boolean;
}

/** The commands of a decider. */
export type CommandOf<T> = T extends {
  readonly decide: (command: infer Command, state: never) => unknown;
} ? Command
  : never;

/** The rejections of a decider. */
export type RejectionOf<T> = T extends {
  readonly decide: (command: never, state: never) => infer Answer;
} ? RejectionIn<Answer>
  : never;

/** What happens, or why not. */
export type Decision<Event, Rejection = never> = E.Either<Rejection, ReadonlyArray<Event>>;

/** The events in an answer of `decide`. */
export type EventIn<Answer> = Answer extends {
  readonly _tag: "Right";
  readonly right: ReadonlyArray<infer Event>;
} ? Event
  : never;

/** The rejections in an answer of `decide`. */
export type RejectionIn<Answer> = Answer extends {
  readonly _tag: "Left";
  readonly left: infer Rejection;
} ? Rejection
  : never;

/**
 * Nothing, if each event that `decide` emits is one that `evolve` knows; else the complaint, in
 * words. Without it a misspelt optional field would compile.
 */
// The events go in as a function's parameter, and are taken out again, lest the compiler infer them
// from the answer (`NoInfer` would keep the union from being taken apart).
export type Fits<Answer, Event> = Complaint<EventIn<Answer>, (event: Event) => void>;

/** What is wrong with the events of an answer, or `unknown` if nothing is. */
// While the compiler has not come to `evolve`, the events are `unknown`: nothing to complain of yet.
// Else a `decide` that takes no state, and is therefore looked at first, would be refused.
export type Complaint<Emitted, Knows> = Knows extends (event: unknown) => void ? unknown
  : unknown extends Emitted ? unknown
  : Knows extends (event: infer Event) => void
    ? [Misfit<Emitted, Event>] extends [never] ? unknown : Misfit<Emitted, Event>
  : never;

/** An emitted event that is not among those that `evolve` knows, with what is wrong with it. */
// The events are compared frozen: `accept({ items: ["a"] })` has a readonly tuple, which would
// not fit `items: string[]`.
export type Misfit<Emitted, Event> = Emitted extends unknown
  ? [Counterpart<Emitted, Event>] extends [never] ? { readonly evolveKnowsNoSuchEvent: Emitted }
  : Emitted extends Frozen<Event>
    ? Emitted extends object
      ? [Exclude<keyof Emitted, KeysOf<Counterpart<Emitted, Event>>>] extends [never] ? never
      : {
        readonly eventHasNoSuchField: Exclude<keyof Emitted, KeysOf<Counterpart<Emitted, Event>>>;
      }
    : never
  : { readonly eventIsNotWellFormed: Emitted; readonly wanted: Counterpart<Emitted, Event> }
  : never;

/** The known events of the same type. Events without a type are all alike. */
export type Counterpart<Emitted, Event> = Emitted extends { readonly type: infer Type }
  ? Event extends { readonly type: infer Known } ? Known extends Type ? Event
    : Type extends Known ? Event
    : never
  : Event
  : Event;

/** The names of the fields of each member of a union. */
export type KeysOf<T> = T extends unknown ? keyof T : never;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A decider, with its types inferred. Annotate what comes in: the command of `decide`, the event of
 * `evolve`, and, where the state is a union, the state of `evolve` with its result.
 *
 * Limits: an unannotated `evolve` over a union of literals does not compile; methods
 * (`decide(c, s) {...}`) that stand before `evolve` may infer less than arrows do.
 *
 * @example Seats of a show
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 *
 * const seats = decider({
 *   initialState: 5,
 *   decide: (wanted: number, free) =>
 *     wanted > free ? reject({ reason: "SoldOut", free }) : accept({ type: "Booked", seats: wanted }),
 *   evolve: (free, event: { type: "Booked"; seats: number }) => free - event.seats,
 * });
 * assert.deepEqual(seats.decide(6, 5), reject({ reason: "SoldOut", free: 5 }));
 * assert.equal(seats.evolve(5, { type: "Booked", seats: 2 }), 3);
 * ```
 */
// The answer is inferred whole and the rejection computed from it: a bare `Rejection` would refuse
// two rejections of different shape. Events are inferred from `evolve` only, since `decide` may
// happen to emit fewer. `Fits` stands in the answer's place, because as an intersection with the
// whole definition it breaks inference. For `initialState` see `view`.
export function decider<
  Command,
  Event,
  State,
  Answer extends E.Either<unknown, ReadonlyArray<unknown>>,
>(definition: {
  // deno-lint-ignore ban-types -- `{}` is meant: all but null and undefined
  readonly initialState: State & ({} | null | undefined);
  readonly decide: (command: Command, state: NoInfer<State>) => Answer & Fits<Answer, Event>;
  readonly evolve: (state: State, event: Event) => NoInfer<State>;
  readonly isTerminal?: (state: NoInfer<State>) => boolean;
}): Decider<Command, Event, State, RejectionIn<Answer>> {
  // `Fits` has held the answer against the events, which the compiler cannot conclude from it.
  return definition as unknown as Decider<Command, Event, State, RejectionIn<Answer>>;
}

/**
 * What happens: these events, in this order. None at all is a fine answer.
 *
 * An fp-ts `Either`, with the exact literals; `E.right([{ type: "A" }])` would widen them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept } from "leftfold";
 *
 * assert.deepEqual(accept("opened", "lit"), { _tag: "Right", right: ["opened", "lit"] });
 * ```
 */
export function accept<const Events extends ReadonlyArray<unknown>>(
  ...events: Events
): E.Either<never, Events> {
  return E.right(events);
}

/**
 * The domain says no, and why.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reject } from "leftfold";
 *
 * assert.deepEqual(reject("SoldOut"), { _tag: "Left", left: "SoldOut" });
 * ```
 */
export function reject<const Rejection>(rejection: Rejection): E.Either<Rejection, never> {
  return E.left(rejection);
}
