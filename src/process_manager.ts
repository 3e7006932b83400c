/**
 * The model of a process: what is to be done because something happened.
 *
 * @module
 */
import type { AnyView, View } from "./view.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is to be done because something happened. */
export interface Process<Event, Command, State> extends View<Event, State> {
  /** What `event` calls for. `state` is the state after it. */
  readonly react: (state: State, event: Event) => ReadonlyArray<Command | Timer<Command>>;
  /** What is still owed in `state`: the commands whose effects have not been seen as events. */
  readonly resume: (state: State) => ReadonlyArray<Command | Timer<Command>>;
  /**
   * Whether the story is over: then nothing is called for, not even by the event that ended it, and
   * timers are dropped. So let it end on the event that answers its last command.
   */
  readonly isTerminal?: (state: State) => boolean;
}

/** What any process fits. */
export interface AnyProcess extends AnyView {
  readonly react: (state: never, event: never) => ReadonlyArray<unknown>;
  readonly resume: (state: never) => ReadonlyArray<unknown>;
  readonly isTerminal?: (state: never) => boolean;
}

/** A command for later. Its id names it within its process: the same id again replaces it. */
export interface Timer<Command> {
  readonly _tag: "Timer";
  readonly id: string;
  readonly at: Date;
  readonly command: Command;
}

/** The commands of a process, those of its timers included. */
export type CommandSent<T> = T extends {
  readonly react: (state: never, event: never) => ReadonlyArray<infer Sent>;
} ? Sent extends { readonly _tag: "Timer"; readonly command: infer Command } ? Command : Sent
  : never;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A process, with its types inferred. Annotate the event of `evolve`; and let `react` make its
 * commands by a function with a written result, which keeps their literals.
 *
 * @example Refund the guests of a cancelled show
 * ```ts
 * import assert from "node:assert/strict";
 * import { processManager } from "leftfold";
 *
 * type Event = { type: "Booked" | "Refunded"; guest: string } | { type: "Cancelled" };
 * type Command = { type: "Refund"; guest: string };
 * const refund = (guest: string): Command => ({ type: "Refund", guest });
 * const refunds = processManager({
 *   initialState: { owed: [], cancelled: false },
 *   evolve: (state: { owed: ReadonlyArray<string>; cancelled: boolean }, event: Event) => {
 *     switch (event.type) {
 *       case "Booked": return { ...state, owed: [...state.owed, event.guest] };
 *       case "Cancelled": return { ...state, cancelled: true };
 *       case "Refunded": return { ...state, owed: state.owed.filter((guest) => guest !== event.guest) };
 *     }
 *   },
 *   react: (state, event) => event.type === "Cancelled" ? state.owed.map(refund) : [],
 *   resume: (state) => state.cancelled ? state.owed.map(refund) : [],
 * });
 * assert.deepEqual(refunds.resume({ owed: ["Ada"], cancelled: true }), [refund("Ada")]);
 * ```
 */
// `Command` is inferred from `react` alone, so that a `resume` that sends something else is refused.
export function processManager<Event, Command, State>(definition: {
  // deno-lint-ignore ban-types -- `{}` is meant: all but null and undefined
  readonly initialState: State & ({} | null | undefined);
  readonly evolve: (state: State, event: Event) => NoInfer<State>;
  readonly isTerminal?: (state: NoInfer<State>) => boolean;
  readonly react: (
    state: NoInfer<State>,
    event: NoInfer<Event>,
  ) => ReadonlyArray<Command | Timer<Command>>;
  readonly resume: (
    state: NoInfer<State>,
  ) => ReadonlyArray<NoInfer<Command> | Timer<NoInfer<Command>>>;
}): Process<Event, Command, State> {
  return definition;
}

/**
 * A command for later, as data: whoever runs the process fires it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { timer } from "leftfold";
 *
 * const reminder = timer("reminder", new Date("2026-05-01T08:00:00Z"), { type: "Remind" });
 * assert.equal(reminder.command.type, "Remind");
 * ```
 */
export function timer<Command>(id: string, at: Date, command: Command): Timer<Command> {
  return { _tag: "Timer", id, at, command };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Whether what a process sends is for later. So no command may have the `_tag` `"Timer"`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isTimer, timer } from "leftfold/process";
 *
 * assert.equal(isTimer(timer("a", new Date(0), "remind")), true);
 * assert.equal(isTimer("remind"), false);
 * ```
 */
export function isTimer<Command>(sent: Command | Timer<Command>): sent is Timer<Command> {
  return typeof sent === "object" && sent !== null && "_tag" in sent && sent._tag === "Timer";
}
