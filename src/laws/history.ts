/**
 * Histories: what a decider was told, and what it made of it.
 *
 * @module
 */
import type { Either } from "fp-ts/lib/Either.js";
import type { Decider } from "../decision.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A story of commands, from the initial state on. */
export interface History<Command, Event, State, Rejection> {
  readonly initial: State;
  readonly steps: ReadonlyArray<Step<Command, Event, State, Rejection>>;
  /** The state after the last step. */
  readonly final: State;
  /** Why no further command could be drawn: the specification threw. None if the history is whole. */
  readonly stuck?: unknown;
}

/** A command, the state that it met, and what came of it. */
export type Step<Command, Event, State, Rejection> =
  | Accepted<Command, Event, State>
  | Rejected<Command, State, Rejection>
  | Crashed<Command, Event, State>;

/** The command was accepted, perhaps without any event. */
export interface Accepted<Command, Event, State> {
  readonly _tag: "Accepted";
  readonly command: Command;
  readonly before: State;
  readonly events: ReadonlyArray<Event>;
  /** The state after each of the events. */
  readonly states: ReadonlyArray<State>;
  readonly after: State;
}

/** The domain said no. */
export interface Rejected<Command, State, Rejection> {
  readonly _tag: "Rejected";
  readonly command: Command;
  readonly before: State;
  readonly rejection: Rejection;
  /** The same as before. */
  readonly after: State;
}

/** The decider broke: it threw, or answered what is no answer. The history ends here. */
export interface Crashed<Command, Event, State> {
  readonly _tag: "Crashed";
  readonly command: Command;
  readonly before: State;
  /** The function that broke. */
  readonly in: "decide" | "evolve";
  /** The events that were decided, if it was `evolve` that broke. */
  readonly events: ReadonlyArray<Event>;
  /** The event at which `evolve` broke. */
  readonly event?: Event;
  /** In words: what it did instead of answering. */
  readonly why: string;
  /** What was thrown, if something was. */
  readonly cause?: unknown;
  /** The last sound state. */
  readonly after: State;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** What a decider makes of a command. Never throws: a decider that breaks is told as a crash. */
export function takeStep<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  before: State,
  command: Command,
): Step<Command, Event, State, Rejection> {
  let answer: unknown;
  try {
    answer = decider.decide(command, before);
  } catch (cause) {
    const crash = { in: "decide", why: `it threw: ${textOf(cause)}`, cause } as const;
    return { _tag: "Crashed", command, before, events: [], after: before, ...crash };
  }
  // What a decider answers is its types' word only; here it is looked at.
  const fault = faultOfAnswer(answer);
  if (fault !== undefined) {
    const crash = { in: "decide", why: fault } as const;
    return { _tag: "Crashed", command, before, events: [], after: before, ...crash };
  }
  const decision = answer as Either<Rejection, ReadonlyArray<Event>>; // as just seen
  if (decision._tag === "Left") {
    return { _tag: "Rejected", command, before, rejection: decision.left, after: before };
  }
  const events = decision.right;
  const states: State[] = [];
  let after = before;
  for (const event of events) {
    try {
      const next = decider.evolve(after, event);
      const fault = faultOfState(next, decider.initialState);
      if (fault !== undefined) {
        const crash = { in: "evolve", why: fault, event } as const;
        return { _tag: "Crashed", command, before, events, after, ...crash };
      }
      after = next;
      states.push(next);
    } catch (cause) {
      const crash = { in: "evolve", why: `it threw: ${textOf(cause)}`, cause, event } as const;
      return { _tag: "Crashed", command, before, events, after, ...crash };
    }
  }
  return { _tag: "Accepted", command, before, events, states, after };
}

/**
 * The history of commands. It ends early if the decider breaks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { historyOf } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const { steps, final } = historyOf(counter, [1, 2]);
 * assert.deepEqual([steps.length, final], [2, 3]);
 * ```
 */
export function historyOf<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  commands: ReadonlyArray<Command>,
): History<Command, Event, State, Rejection> {
  const steps: Step<Command, Event, State, Rejection>[] = [];
  let state = decider.initialState;
  for (const command of commands) {
    const step = takeStep(decider, state, command);
    steps.push(step);
    if (step._tag === "Crashed") break;
    state = step.after;
  }
  return { initial: decider.initialState, steps, final: state };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * The events of a history, in order. Those of a crashed step were never in the past.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { eventsOf, historyOf } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * assert.deepEqual(eventsOf(historyOf(counter, [1, 2])), [{ by: 1 }, { by: 2 }]);
 * ```
 */
export function eventsOf<Command, Event, State, Rejection>(
  history: History<Command, Event, State, Rejection>,
): ReadonlyArray<Event> {
  return history.steps.flatMap((step) => step._tag === "Accepted" ? step.events : []);
}

/**
 * The commands of a history, in order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { commandsOf, historyOf } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * assert.deepEqual(commandsOf(historyOf(counter, [1, 2])), [1, 2]);
 * ```
 */
export function commandsOf<Command, Event, State, Rejection>(
  history: History<Command, Event, State, Rejection>,
): ReadonlyArray<Command> {
  return history.steps.map((step) => step.command);
}

function faultOfState(state: unknown, initial: unknown): string | undefined {
  if (state === undefined && initial !== undefined) return "it gave no state";
  return isPromise(state) ? "it gave a promise" : undefined;
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

function faultOfAnswer(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null) return `it gave ${String(answer)}`;
  if (isPromise(answer)) return "it gave a promise";
  if (!("_tag" in answer)) return "it gave something that is neither accept nor reject";
  if (answer._tag === "Left") return undefined;
  const events = answer._tag === "Right" && "right" in answer ? answer.right : undefined;
  return Array.isArray(events) ? undefined : "it gave something that is neither accept nor reject";
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
