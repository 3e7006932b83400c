/**
 * A decider together with its process, in memory: what a command sets in motion, to the end.
 *
 * @module
 */
import type { Decider } from "./decision.ts";
import * as E from "./either.ts";
import { areEqual } from "./equality.ts";
import { invariant } from "./invariant.ts";
import { isTimer, type Process, type Timer } from "./process_manager.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A decider and the process that answers its events with commands for it. */
export interface Drive<Command, Event, State, Rejection, Todo> {
  readonly decider: Decider<Command, Event, State, Rejection>;
  /** Several are one, by `productAll`. */
  readonly process: Process<NoInfer<Event>, NoInfer<Command>, Todo>;
  /** At most so many commands are decided in one drive; 1,000 if left out. */
  readonly stepsMax?: number;
}

/** Where it came to rest. */
export interface Driven<Command, Event, State, Rejection, Todo> {
  readonly state: State;
  /** The state of the process. */
  readonly todo: Todo;
  /** The events of this drive, in order. */
  readonly events: ReadonlyArray<Event>;
  /** The commands of this drive that were rejected, in order. A rejection stops nothing else. */
  readonly refusals: ReadonlyArray<Refusal<Command, Rejection>>;
  /** What is set and has not fired, the earliest first. */
  readonly timers: ReadonlyArray<Timer<Command>>;
}

/** A command that was rejected, and why. */
export interface Refusal<Command, Rejection> {
  readonly command: Command;
  readonly rejection: Rejection;
}

/** It did not come to rest within the bound. */
export interface Endless<Command> {
  readonly _tag: "Endless";
  readonly stepsMax: number;
  /** The last commands, each the cause of the next: one round, if it goes in rounds; at most 16. */
  readonly cycle: ReadonlyArray<Command>;
}

const stepsMaxDefault = 1000;
const cycleCommandsMax = 16;

/** A command to be decided, and the one whose events called for it. */
interface Step<Command> {
  readonly command: Command;
  readonly cause: Step<Command> | undefined;
}

/** A timer that has not fired, and the command whose events set it. */
interface Alarm<Command> {
  readonly timer: Timer<Command>;
  readonly cause: Step<Command> | undefined;
}

/** By id. Changed in place, within one drive. */
type Alarms<Command> = Map<string, Alarm<Command>>;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Decides commands, tells the process of the events, and decides what it sends in turn, until
 * nothing is left. Commands wait their turn, first come, first served, and each is decided against
 * the state that all before it led to. Then timers that are due at `now` fire, the earliest first,
 * and what they set in motion comes to rest before the next one does.
 *
 * Go on from an earlier result by giving it as `from`, for a later `now`, say.
 *
 * 1. Law (threading): the state is a plain replay of the events, and so is the state of the process.
 * 2. Law (rest): driving on without a command and at the same `now` changes nothing.
 * 3. Law (bound): it ends, within `stepsMax` commands, at rest or with the cycle.
 *
 * @example A light that goes out by itself
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold/decider";
 * import { drive, processManager, timer, type Timer } from "leftfold/process";
 *
 * const light = decider({
 *   initialState: "off",
 *   decide: (command: "on" | "off", state) => command === state ? accept() : accept(command),
 *   evolve: (_: "on" | "off", event: "on" | "off") => event,
 * });
 * const minute = new Date("2026-01-01T00:01:00Z");
 * const saver = processManager({
 *   initialState: 0,
 *   evolve: (lit, event: "on" | "off") => event === "on" ? lit + 1 : lit,
 *   react: (_, event): ReadonlyArray<Timer<"off">> => event === "on" ? [timer("saver", minute, "off")] : [],
 *   resume: () => [],
 * });
 * const rest = drive({ decider: light, process: saver })({ commands: ["on"], now: minute });
 * assert.deepEqual(E.isRight(rest) && rest.right.events, ["on", "off"]);
 * ```
 */
export function drive<Command, Event, State, Rejection, Todo>(
  { decider, process, stepsMax = stepsMaxDefault }: Drive<Command, Event, State, Rejection, Todo>,
): (
  input: { readonly commands?: ReadonlyArray<Command>; readonly now?: Date },
  from?: Driven<Command, Event, State, Rejection, Todo>,
) => E.Either<Endless<Command>, Driven<Command, Event, State, Rejection, Todo>> {
  invariant(
    Number.isSafeInteger(stepsMax) && stepsMax > 0,
    `drive with stepsMax ${stepsMax}: wanted a whole number from 1 on`,
  );
  const isOver = (todo: Todo): boolean => process.isTerminal?.(todo) ?? false;
  return ({ commands = [], now }, from) => {
    let state = from === undefined ? decider.initialState : from.state;
    let todo = from === undefined ? process.initialState : from.todo;
    const events: Array<Event> = [];
    const refusals: Array<Refusal<Command, Rejection>> = [];
    const queue: Array<Step<Command>> = commands.map((command) => ({ command, cause: undefined }));
    const alarms: Alarms<Command> = new Map(
      (from?.timers ?? []).map((timer) => [timer.id, { timer, cause: undefined }]),
    );
    for (let steps = 0;; steps++) {
      if (queue.length === steps) queue.push(...fired(alarms, now));
      const step = queue[steps];
      if (step === undefined) break;
      if (steps === stepsMax) return E.left({ _tag: "Endless", stepsMax, cycle: cycleOf(step) });
      const decision = decider.decide(step.command, state);
      if (E.isLeft(decision)) {
        refusals.push({ command: step.command, rejection: decision.left });
        continue;
      }
      for (const event of decision.right) {
        events.push(event);
        state = decider.evolve(state, event);
        todo = process.evolve(todo, event);
        if (isOver(todo)) {
          alarms.clear();
          continue;
        }
        for (const sent of process.react(todo, event)) {
          if (isTimer(sent)) alarms.set(sent.id, { timer: sent, cause: step });
          else queue.push({ command: sent, cause: step });
        }
      }
    }
    const timers = inOrder(alarms).map(({ timer }) => timer);
    return E.right({ state, todo, events, refusals, timers });
  };
}

/** The earliest timer that is due, as a step, and no longer an alarm. */
function fired<Command>(
  alarms: Alarms<Command>,
  now: Date | undefined,
): ReadonlyArray<Step<Command>> {
  const [first] = inOrder(alarms);
  if (first === undefined || now === undefined || first.timer.at > now) return [];
  alarms.delete(first.timer.id);
  return [{ command: first.timer.command, cause: first.cause }];
}

/** The earliest first; of one moment, by id. */
function inOrder<Command>(alarms: Alarms<Command>): ReadonlyArray<Alarm<Command>> {
  return [...alarms.values()].sort(({ timer: a }, { timer: b }) =>
    a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)
  );
}

/** From the last time that the same command was decided on the way to this one, up to this one. */
function cycleOf<Command>(last: Step<Command>): ReadonlyArray<Command> {
  const chain: Array<Command> = [];
  for (let step = last.cause; step !== undefined; step = step.cause) {
    chain.unshift(step.command);
    if (chain.length === cycleCommandsMax || areEqual(step.command, last.command)) break;
  }
  return chain;
}
