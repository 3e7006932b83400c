/**
 * Processes: what is to be done because something happened.
 *
 * A process is a view that answers events with commands. It is pure and sends nothing: `drive` runs
 * it in memory, a reaction runs it over a store. Its `resume` is a to-do list, computed from its
 * state, which is what makes recovery simple: after a crash, what is still owed is asked for again.
 *
 * Below, `p ≡ q` means that no sequence of events tells the two apart: they send the same.
 *
 * @module
 */
import type { Option } from "fp-ts/lib/Option.js";
import {
  type AnyProcess,
  type CommandSent,
  isTimer,
  type Process,
  type Timer,
  timer,
} from "./process_manager.ts";
import { type KnownToAll, productAll as productOfViews, type StatesOf } from "./view.ts";

export { type Drive, drive, type Driven, type Endless, type Refusal } from "./drive.ts";
export {
  type AnyProcess,
  type CommandSent,
  isTimer,
  type Process,
  processManager,
  type Timer,
  timer,
} from "./process_manager.ts";

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * Lets a process speak a wider vocabulary. An event that means nothing to it changes nothing and
 * calls for nothing.
 *
 * 1. Law (identity): `p ≡` itself adapted through `some` and the identity function.
 * 2. Law (composition): adapting twice `≡` adapting once through the composed adapter.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import { some } from "fp-ts/lib/Option.js";
 * import assert from "node:assert/strict";
 * import { adapt, processManager } from "leftfold/process";
 *
 * const echo = processManager({
 *   initialState: 0,
 *   evolve: (count, _: number) => count + 1,
 *   react: (_, event) => [event],
 *   resume: () => [],
 * });
 * const spoken = pipe(echo, adapt({
 *   eventIn: (event: { n: number }) => some(event.n),
 *   commandOut: (n: number) => `say ${n}`,
 * }));
 * assert.deepEqual(spoken.react(1, { n: 7 }), ["say 7"]);
 * ```
 */
export function adapt<Event, Command, OuterEvent, OuterCommand>(adapter: {
  readonly eventIn: (outer: OuterEvent) => Option<Event>;
  readonly commandOut: (inner: Command) => OuterCommand;
}): <State>(process: Process<Event, Command, State>) => Process<OuterEvent, OuterCommand, State> {
  const sentOut = (
    sent: ReadonlyArray<Command | Timer<Command>>,
  ): ReadonlyArray<OuterCommand | Timer<OuterCommand>> =>
    sent.map((item) =>
      isTimer(item)
        ? timer(item.id, item.at, adapter.commandOut(item.command))
        : adapter.commandOut(item)
    );
  return (process) => ({
    ...process,
    evolve: (state, outer) => {
      const event = adapter.eventIn(outer);
      return event._tag === "None" ? state : process.evolve(state, event.value);
    },
    react: (state, outer) => {
      const event = adapter.eventIn(outer);
      return event._tag === "None" ? [] : sentOut(process.react(state, event.value));
    },
    resume: (state) => sentOut(process.resume(state)),
  });
}

/**
 * A record of processes, told of the same events. They react in the order of the record; one that
 * is over keeps still, but its timers are dropped only when all are over. The ids of timers are led
 * by the key, as in `refunds/reminder`.
 *
 * 1. Law (projection): each field of the state is what that process alone would say.
 * 2. Law (union): what it sends is what the parts would send, one after the other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processManager, productAll } from "leftfold/process";
 *
 * const echo = (word: string) => processManager({
 *   initialState: 0,
 *   evolve: (count, _: number) => count + 1,
 *   react: (count, _) => [`${word} ${count}`],
 *   resume: () => [],
 * });
 * const both = productAll({ left: echo("l"), right: echo("r") });
 * assert.deepEqual(both.react({ left: 1, right: 1 }, 7), ["l 1", "r 1"]);
 * ```
 */
export function productAll<Processes extends Readonly<Record<string, AnyProcess>>>(
  processes: Processes,
): Process<KnownToAll<Processes>, CommandSent<Processes[keyof Processes]>, StatesOf<Processes>> {
  type Command = CommandSent<Processes[keyof Processes]>;
  type States = StatesOf<Processes>;
  // Each part is given its own state, under its own key, which the compiler cannot follow.
  const parts = Object.entries(processes as Readonly<Record<string, unknown>>) as ReadonlyArray<
    readonly [string, Process<KnownToAll<Processes>, Command, unknown>]
  >;
  const stateIn = (states: States, key: string): unknown =>
    (states as Readonly<Record<string, unknown>>)[key];
  const isOver = (states: States, key: string, part: Process<never, Command, unknown>): boolean =>
    part.isTerminal !== undefined && part.isTerminal(stateIn(states, key));
  const named = (
    key: string,
    sent: ReadonlyArray<Command | Timer<Command>>,
  ): ReadonlyArray<Command | Timer<Command>> =>
    sent.map((item) => isTimer(item) ? timer(`${key}/${item.id}`, item.at, item.command) : item);
  return {
    ...productOfViews(processes),
    react: (states, event) =>
      parts.flatMap(([key, part]) =>
        isOver(states, key, part) ? [] : named(key, part.react(stateIn(states, key), event))
      ),
    resume: (states) =>
      parts.flatMap(([key, part]) =>
        isOver(states, key, part) ? [] : named(key, part.resume(stateIn(states, key)))
      ),
    // If a part is never over, neither is the whole, and nothing is said of it.
    ...parts.every(([, part]) => part.isTerminal !== undefined)
      ? { isTerminal: (states) => parts.every(([key, part]) => isOver(states, key, part)) }
      : {},
  };
}
