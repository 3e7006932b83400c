/**
 * The laws of systems: a decider and its process in a closed loop, undisturbed and disturbed.
 *
 * What disturbs is what a program over a store has to live with: it is killed after an event was
 * stored and before what it calls for was sent; a command is sent twice; a timer fires late, or again.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import type { Decider } from "../decision.ts";
import { drive, type Driven } from "../drive.ts";
import type { Process } from "../process_manager.ts";
import { codeOf } from "./code.ts";
import { type Disturbance, disturbed, type Ran } from "./disturbed_loop.ts";
import { folded } from "./fold_checks.ts";
import { commandsOf } from "./history.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { attempted, told } from "./story.ts";
import { walk, type Walkable } from "./walk.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A decider, the process that answers its events with commands for it, and commands from outside. */
export interface SystemSpec<Command, Event, State, Rejection, Todo> {
  /** What reports call it. */
  readonly name: string;
  readonly decider: Decider<Command, Event, State, Rejection>;
  readonly process: Process<Event, Command, Todo>;
  /** Commands from outside that fit a state in which the system is at rest. */
  readonly commands: (state: State) => fc.Arbitrary<Command>;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
  /** What holds whenever the system has come to rest. A text says what is wrong. */
  readonly invariants?: Readonly<Record<string, (state: State, todo: Todo) => boolean | string>>;
  /** What counts of a state, if states that differ may come to the same; all of it if left out. */
  readonly answer?: (state: State) => unknown;
  /** When a command from outside comes: timers that are due by then fire before it. */
  readonly at?: (command: Command) => Date;
  /** Up to when timers fire once no command comes any more. If left out, none does. */
  readonly ends?: Date;
  /** A command that is sent twice counts once: its effects are known by an id. */
  readonly sendsOnce?: boolean;
  /** At most so many commands until it rests; 1,000 if left out. */
  readonly stepsMax?: number;
  /** The loop that is judged: `drive` of `leftfold/process` if left out. */
  readonly loop?: typeof drive;
}

interface SystemCase<Command> {
  readonly commands: ReadonlyArray<Command>;
  /** Which step of the loop is disturbed. */
  readonly choice: number;
}

const choiceMax = 1_000;
const commandsMax = 8;

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * All laws of a system that the specification has the ingredients for.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider, processManager } from "leftfold";
 * import { checkLaws, systemLaws } from "leftfold/laws";
 *
 * type Command = { readonly type: "Ask" | "Answer" };
 * type Event = { readonly type: "Asked" | "Answered" };
 * const talk = decider({
 *   initialState: { asked: 0, answered: 0 },
 *   decide: ({ type }: Command, { asked, answered }) =>
 *     type === "Ask" ? accept({ type: "Asked" }) : answered < asked ? accept({ type: "Answered" }) : accept(),
 *   evolve: ({ asked, answered }, { type }: Event) =>
 *     type === "Asked" ? { asked: asked + 1, answered } : { asked, answered: answered + 1 },
 * });
 * const answer: Command = { type: "Answer" };
 * const replies = processManager({
 *   initialState: 0,
 *   evolve: (open, { type }: Event) => type === "Asked" ? open + 1 : open - 1,
 *   react: (_, { type }) => type === "Asked" ? [answer] : [],
 *   resume: (open) => Array.from({ length: open }, () => answer),
 * });
 * const laws = systemLaws({
 *   name: "talk",
 *   decider: talk,
 *   process: replies,
 *   commands: () => fc.constant<Command>({ type: "Ask" }),
 *   invariants: { "all is answered": ({ asked, answered }) => asked === answered },
 *   sendsOnce: true,
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function systemLaws<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
): ReadonlyArray<Law> {
  return [...loopLaws(spec), ...restLaws(spec), ...disturbedLaws(spec)];
}

type Rested<Command, Event, State, Rejection, Todo> =
  | { readonly _tag: "Rested"; readonly at: Driven<Command, Event, State, Rejection, Todo> }
  | { readonly _tag: "Endless"; readonly words: string };

function loopLaws<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
): ReadonlyArray<Law> {
  const { decider, process } = spec;
  return [
    systemLaw(spec, {
      id: "PM5",
      tier: "core",
      title: "whatever comes from outside, the system comes to rest",
      why: "Two rules that answer each other keep a machine busy, and a log growing, for ever.",
    }, (rested) => rested._tag === "Endless" ? broken(rested.words) : held),
    systemLaw(spec, {
      id: "SY1",
      tier: "core",
      title: "the states are those of a plain replay of the events",
      why: "What was decided against a state that the events do not lead to cannot be replayed.",
    }, (rested) => {
      if (rested._tag === "Endless") return skipped("it does not come to rest");
      const { state, todo, events } = rested.at;
      const judgement = same(folded(decider, events), state, "the decider's state is another");
      if (judgement._tag === "Broken") return judgement;
      return same(folded(process, events), todo, "the process's state is another");
    }),
    systemLaw(spec, {
      id: "SY2",
      tier: "core",
      title: "each follow-up is decided against the state that all before it led to",
      why:
        "Decided against the state of the beginning, a follow-up overdraws what is gone already.",
    }, (rested, { commands }) => {
      if (rested._tag === "Endless") return skipped("it does not come to rest");
      const wanted = disturbed(spec, commands, undefined);
      if (!wanted) return skipped("it does not come to rest");
      return same(wanted.events, rested.at.events, "one command at a time, other events happen");
    }),
  ];
}

function restLaws<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
): ReadonlyArray<Law> {
  const { process, invariants = {} } = spec;
  return [
    systemLaw(spec, {
      id: "PM4",
      tier: "core",
      title: "at rest nothing more is owed than is set for later, or was refused",
      why:
        "What is owed is sent again at every start: a process that owes for ever sends for ever.",
    }, (rested) => {
      if (rested._tag === "Endless") return skipped("it does not come to rest");
      const { todo, timers, refusals, events } = rested.at;
      if (events.length === 0) return skipped("nothing happened");
      if (process.isTerminal?.(todo)) return held;
      const owed = process.resume(todo);
      const excused = [...timers, ...refusals.map(({ command }) => command)];
      const open = owed.filter((one) => {
        return excused.every((other) => same(one, other, "")._tag === "Broken");
      });
      return open.length === 0 ? held : broken(`at rest it owes ${codeOf(open[0])}`);
    }),
    ...Object.entries(invariants).map(([sentence, holds]) =>
      systemLaw(spec, {
        id: "PM6",
        part: sentence,
        tier: "declared",
        title: sentence,
        why: "It was declared to hold whenever the system has come to rest.",
      }, (rested) => {
        if (rested._tag === "Endless") return skipped("it does not come to rest");
        const answer = holds(rested.at.state, rested.at.todo);
        if (answer === true) return held;
        return broken(typeof answer === "string" ? answer : `not so: ${sentence}`);
      })
    ),
  ];
}

function disturbedLaws<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
): ReadonlyArray<Law> {
  const { answer = (state: State): unknown => state } = spec;
  const compare = (
    commands: ReadonlyArray<Command>,
    disturbance: Disturbance,
    words: string,
  ): Judgement => {
    const plain = disturbed(spec, commands, undefined);
    const other = disturbed(spec, commands, disturbance);
    if (!plain || !other) return skipped("it does not come to rest");
    if (!other.wasDisturbed) return skipped("there was nothing to disturb");
    return same(answer(plain.state), answer(other.state), words);
  };
  const steps = (ran: Ran<Event, State> | undefined, choice: number): number =>
    ran && ran.steps > 0 ? choice % ran.steps : 0;
  const laws = [
    systemLaw(spec, {
      id: "SY3",
      tier: "core",
      title: "a crash between an event and what it calls for loses nothing",
      why: "Programs are killed; what `resume` does not ask for again is never done.",
    }, (_, { commands, choice }) => {
      const at = steps(disturbed(spec, commands, undefined), choice);
      const words = `killed after command ${at + 1}, it comes to rest elsewhere`;
      return compare(commands, { _tag: "Killed", at }, words);
    }),
  ];
  if (spec.sendsOnce) {
    laws.push(systemLaw(spec, {
      id: "PM3",
      tier: "declared",
      title: "a command that is sent twice counts once",
      why: "Killed after it sent and before it noted that, a process sends again.",
    }, (_, { commands, choice }) => {
      const at = steps(disturbed(spec, commands, undefined), choice);
      const words = "a follow-up that was sent twice counts twice";
      return compare(commands, { _tag: "SentTwice", at }, words);
    }));
  }
  if (spec.ends) {
    laws.push(systemLaw(spec, {
      id: "SY4",
      tier: "declared",
      title: "a timer that fires twice, or after the end, does no harm",
      why: "A timer that is cancelled and one that fires cross on the way.",
    }, (_, { commands, choice }) =>
      compare(
        commands,
        { _tag: "FiredTwice", nth: choice },
        "a timer that fired twice counts twice",
      )));
  }
  return laws;
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

function systemLaw<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
  name: Omit<LawName, "family">,
  judge: (
    rested: Rested<Command, Event, State, Rejection, Todo>,
    one: SystemCase<Command>,
  ) => Judgement,
): Law {
  const law: LawName = { ...name, family: "system" };
  const walks = walk(settling(spec), { stepsMax: commandsMax, noise: 0 });
  return lawOf<SystemCase<Command>>({
    ...law,
    subject: spec.name,
    cases: fc.record({ commands: walks.map(commandsOf), choice: fc.nat(choiceMax) }),
    judge: (one) => {
      if (one.commands.length === 0) return skipped("no command came from outside");
      return firstBroken([judge(rest(spec, one.commands), one)], "nothing the law speaks of");
    },
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as SystemCase<Command>,
    tell: ({ commands }) => [
      ...told("When", commands),
      ["Then", attempted(() => outcomeOf(rest(spec, commands)))],
    ],
    maker: "systemLaws",
    source: spec.source,
  });
}

/** What came of it, as code. */
function outcomeOf<Command, Event, State, Rejection, Todo>(
  rested: Rested<Command, Event, State, Rejection, Todo>,
): string {
  if (rested._tag === "Endless") return rested.words;
  const { events, refusals } = rested.at;
  return refusals.length === 0
    ? codeOf(events)
    : `${codeOf(events)}, refused: ${codeOf(refusals.map(({ rejection }) => rejection))}`;
}

/**
 * The system as a decider of its own, for which a command is what happens, and the state is where
 * it comes to rest. So commands are drawn for a state that the process has brought about.
 */
function settling<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
): Walkable<
  Command,
  Command,
  Driven<Command, Event, State, Rejection, Todo> | undefined,
  never
> {
  const { decider, process, commands } = spec;
  const go = drive({ decider, process, ...boundOf(spec) });
  return {
    decider: {
      initialState: undefined,
      decide: (command) => E.right([command]),
      evolve: (from, command) =>
        inputsOf(spec, command).reduce((at, input) => {
          const driven = go(input, at);
          // What never comes to rest is the matter of a law, and not of the drawing.
          return E.isLeft(driven) ? at : driven.right;
        }, from),
    },
    commands: (at) => commands(at === undefined ? decider.initialState : at.state),
  };
}

function boundOf({ stepsMax }: { readonly stepsMax?: number }): { readonly stepsMax?: number } {
  return stepsMax === undefined ? {} : { stepsMax };
}

/** What a command from outside is to `drive`: first the time at which it comes, then itself. */
function inputsOf<Command>(
  { at }: { readonly at?: (command: Command) => Date },
  command: Command,
): ReadonlyArray<{ readonly commands?: ReadonlyArray<Command>; readonly now?: Date }> {
  return [...at ? [{ now: at(command) }] : [], { commands: [command] }];
}

/** Drives commands one after the other, and then the timers. */
function rest<Command, Event, State, Rejection, Todo>(
  spec: SystemSpec<Command, Event, State, Rejection, Todo>,
  commands: ReadonlyArray<Command>,
): Rested<Command, Event, State, Rejection, Todo> {
  const { decider, process, ends, loop = drive } = spec;
  const go = loop({ decider, process, ...boundOf(spec) });
  const inputs = [
    ...commands.flatMap((command) => inputsOf(spec, command)),
    ...ends ? [{ now: ends }] : [],
  ];
  let at: Driven<Command, Event, State, Rejection, Todo> | undefined;
  const events: Event[] = [];
  const refusals: Driven<Command, Event, State, Rejection, Todo>["refusals"][number][] = [];
  for (const input of inputs) {
    const driven = go(input, at);
    if (E.isLeft(driven)) {
      const cycle = driven.left.cycle.map((command) => codeOf(command)).join(", then ");
      const words = `after ${driven.left.stepsMax} commands it goes on: ${cycle}`;
      return { _tag: "Endless", words };
    }
    at = driven.right;
    events.push(...at.events);
    refusals.push(...at.refusals);
  }
  const last = at!; // there is a command
  return { _tag: "Rested", at: { ...last, events, refusals } };
}
