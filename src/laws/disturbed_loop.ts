/**
 * A system in a loop of its own, one command at a time, with something that goes wrong on the way.
 *
 * It is written apart from `drive`, and as plainly as can be: the one is judged by the other.
 *
 * @module
 */
import type { Decider } from "../decision.ts";
import { isTimer, type Process, type Timer } from "../process_manager.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What goes wrong. */
export type Disturbance =
  /** Behind the nth command: its events are stored, and what they call for is not sent. */
  | { readonly _tag: "Killed"; readonly at: number }
  /** The nth command is decided again, right after it was. */
  | { readonly _tag: "SentTwice"; readonly at: number }
  /** Of the timers that fired, one fires again at the end. */
  | { readonly _tag: "FiredTwice"; readonly nth: number };

/** What came of it. */
export interface Ran<Event, State> {
  readonly state: State;
  readonly events: ReadonlyArray<Event>;
  /** How many commands were decided. */
  readonly steps: number;
  readonly wasDisturbed: boolean;
}

/** What runs in the loop. */
export interface Loop<Command, Event, State, Rejection, Todo> {
  readonly decider: Decider<Command, Event, State, Rejection>;
  readonly process: Process<Event, Command, Todo>;
  readonly at?: (command: Command) => Date;
  readonly ends?: Date;
  readonly stepsMax?: number;
}

const stepsMaxDefault = 1_000;

// ---------------------------------------------------------------------------
// the loop
// ---------------------------------------------------------------------------

/** Runs commands to rest; nothing if it does not come to rest. */
export function disturbed<Command, Event, State, Rejection, Todo>(
  { decider, process, at, ends, stepsMax = stepsMaxDefault }: Loop<
    Command,
    Event,
    State,
    Rejection,
    Todo
  >,
  outside: ReadonlyArray<Command>,
  disturbance: Disturbance | undefined,
): Ran<Event, State> | undefined {
  let state = decider.initialState;
  let todo = process.initialState;
  let steps = 0;
  let wasDisturbed = false;
  const events: Event[] = [];
  const timers = new Map<string, Timer<Command>>();
  const fired: Command[] = [];
  let queue: Command[] = [];

  const send = (all: ReadonlyArray<Command | Timer<Command>>): void => {
    for (const one of all) {
      if (isTimer(one)) timers.set(one.id, one);
      else queue.push(one);
    }
  };
  const decide = (command: Command, isSent: boolean): void => {
    steps += 1;
    const decision = decider.decide(command, state);
    if (decision._tag === "Left") return;
    for (const event of decision.right) {
      events.push(event);
      state = decider.evolve(state, event);
      todo = process.evolve(todo, event);
      if (process.isTerminal?.(todo)) timers.clear();
      else if (isSent) send(process.react(todo, event));
    }
  };
  /** Carries out one command, and what goes wrong with it. */
  const carryOut = (command: Command, isFromOutside: boolean): void => {
    const at = steps;
    const isKilled = disturbance?._tag === "Killed" && disturbance.at === at;
    decide(command, !isKilled);
    if (isKilled) {
      // The program begins again: it knows what is stored, and nothing of what it was about to do.
      wasDisturbed = true;
      queue = [];
      timers.clear();
      if (!process.isTerminal?.(todo)) send(process.resume(todo));
    }
    // What comes from outside twice is another matter: that was somebody's wish.
    if (disturbance?._tag === "SentTwice" && !isFromOutside && disturbance.at <= at) {
      if (wasDisturbed) return;
      wasDisturbed = true;
      decide(command, true);
    }
  };
  const settle = (): boolean => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (steps > stepsMax) return false;
      carryOut(next, false);
    }
    return true;
  };

  const fire = (now: Date | undefined): boolean => {
    for (let due = firstDue(timers, now); due; due = firstDue(timers, now)) {
      timers.delete(due.id);
      fired.push(due.command);
      carryOut(due.command, false);
      if (!settle()) return false;
    }
    return true;
  };

  for (const command of outside) {
    if (!fire(at?.(command))) return undefined;
    carryOut(command, true);
    if (!settle()) return undefined;
  }
  if (!fire(ends)) return undefined;
  if (disturbance?._tag === "FiredTwice" && fired.length > 0) {
    wasDisturbed = true;
    decide(fired[disturbance.nth % fired.length]!, true);
    if (!settle()) return undefined;
  }
  return { state, events, steps, wasDisturbed };
}

function firstDue<Command>(
  timers: ReadonlyMap<string, Timer<Command>>,
  now: Date | undefined,
): Timer<Command> | undefined {
  if (!now) return undefined;
  return [...timers.values()].filter(({ at }) => at <= now).sort((a, b) =>
    a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)
  )[0];
}
