/**
 * The laws of processes.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { areEqual } from "../equality.ts";
import { isTimer, type Process, type Timer } from "../process_manager.ts";
import type { Shape } from "../shape.ts";
import { codeOf } from "./code.ts";
import { copyOf } from "./copied_value.ts";
import { deepFreeze } from "./frozen_value.ts";
import { foldChecks, folded, nothingHappened, placeIn, resumes } from "./fold_checks.ts";
import { hermetic } from "./hermetic.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { attempted, linesOfLog } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A process, logs for it, and what is known of it. Only the first three are needed. */
export interface ProcessSpec<Event, Command, State> {
  /** What reports call it. */
  readonly name: string;
  readonly process: Process<Event, Command, State>;
  /** Logs as they may come: `logsOf` takes them from a decider. */
  readonly logs: fc.Arbitrary<ReadonlyArray<Event>>;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
  /** How its state is written down: then it may stop there and go on later. */
  readonly state?: Shape<State>;
}

interface ProcessCase<Event> {
  readonly events: ReadonlyArray<Event>;
  readonly choice: number;
}

/** An event, and what a process makes of it. */
interface Reaction<Event, Command, State> {
  readonly event: Event;
  readonly state: State;
  readonly sent: ReadonlyArray<Command | Timer<Command>>;
}

const choiceMax = 10_000;

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * All laws of a process that the specification has the ingredients for. What it does together with
 * a decider is the subject of `systemLaws`.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { processManager } from "leftfold";
 * import { checkLaws, processLaws } from "leftfold/laws";
 *
 * type Event = { readonly type: "Asked" | "Answered"; readonly who: string };
 * const answers = processManager({
 *   initialState: [],
 *   evolve: (open: ReadonlyArray<string>, { type, who }: Event) =>
 *     type === "Asked" ? [...open, who] : open.filter((one) => one !== who),
 *   react: (_, { type, who }) => type === "Asked" ? [{ type: "Answer", who }] : [],
 *   resume: (open) => open.map((who) => ({ type: "Answer", who })),
 * });
 * const event = fc.record({ type: fc.constantFrom("Asked" as const, "Answered" as const), who: fc.string() });
 * const laws = processLaws({ name: "answers", process: answers, logs: fc.array(event) });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function processLaws<Event, Command, State>(
  spec: ProcessSpec<Event, Command, State>,
): ReadonlyArray<Law> {
  return [...foldLaws(spec), ...reactionLaws(spec)];
}

function foldLaws<Event, Command, State>(
  spec: ProcessSpec<Event, Command, State>,
): ReadonlyArray<Law> {
  const { process, state: shape } = spec;
  const laws = Object.entries(foldChecks).map(([part, { title, why, judge }]) =>
    processLaw(
      spec,
      { id: "PM1", part, tier: "core", title, why },
      (events) => events.length === 0 ? nothingHappened : judge(process, events),
    )
  );
  if (!shape) return laws;
  return [
    ...laws,
    processLaw(
      spec,
      {
        id: "PM1",
        part: "state",
        tier: "declared",
        title: "a process that stops, writes its state down and goes on, ends in the same state",
        why: "A process is stopped somewhere every day, and what it owes is in its state.",
      },
      (events, place) =>
        events.length === 0 ? nothingHappened : resumes(process, events, shape, place),
    ),
  ];
}

function reactionLaws<Event, Command, State>(
  spec: ProcessSpec<Event, Command, State>,
): ReadonlyArray<Law> {
  const { process } = spec;
  return [
    processLaw(spec, {
      id: "PM1",
      part: "reaction",
      tier: "core",
      title: "react and resume answer the same again, write to nothing and ask nothing",
      why: "After a crash a process is asked again, and has to want what it wanted.",
    }, (events) =>
      firstBroken(
        reactionsTo(process, events).map(({ event, state, sent }): Judgement => {
          const [frozenState, frozenEvent] = [state, event].map((one) => deepFreeze(copyOf(one)));
          const asked = hermetic(() => [
            // Copies of the state and of the event.
            process.react(frozenState as State, frozenEvent as Event),
            process.resume(frozenState as State),
          ]);
          if (E.isLeft(asked)) {
            return broken(`${asked.left.what} was asked ${placeIn(asked.left.stack)}`);
          }
          const [again, owed] = asked.right;
          const judgement = same(sent, again, "asked again, it reacts otherwise");
          if (judgement._tag === "Broken") return judgement;
          return same(process.resume(state), owed, "asked again, it owes something else");
        }),
        "nothing happened",
      )),
    processLaw(spec, {
      id: "PM1",
      part: "data",
      tier: "core",
      title: "what a process sends is data",
      why: "A command waits in a queue, and a timer for weeks: neither can hold a function.",
    }, (events) =>
      firstBroken(
        reactionsTo(process, events).flatMap(({ sent }) =>
          sent.map((one): Judgement => {
            const time = isTimer(one) ? one.at.getTime() : 0;
            if (Number.isNaN(time)) return broken("it sets a timer for no time");
            const command = isTimer(one) ? one.command : one;
            const text: string | undefined = JSON.stringify(command);
            if (text === undefined) return broken("it sends what is no data");
            return same(command, JSON.parse(text), "what it sends is something else as JSON");
          })
        ),
        "nothing was sent",
      )),
    processLaw(spec, {
      id: "PM2",
      tier: "core",
      title: "what a process sends it owes, until it sees the effect",
      why: "A crash between an event and what is sent for it is made good by `resume` alone.",
    }, (events) =>
      firstBroken(
        reactionsTo(process, events).flatMap(({ state, sent }) => {
          const owed = process.resume(state);
          return sent.map((one): Judgement =>
            owed.some((other) => areEqual(one, other))
              ? held
              : broken(`it sends ${codeOf(one)}, and does not owe it`)
          );
        }),
        "nothing was sent",
      )),
    processLaw(spec, {
      id: "PM7",
      tier: "core",
      title: "a process that is over sends nothing, owes nothing, and stays over",
      why: "Whoever is asked after the end acts on a story that nobody tells any more.",
    }, (events) => {
      const { isTerminal } = process;
      if (!isTerminal) return held;
      let state = process.initialState;
      return firstBroken(
        events.map((event): Judgement => {
          const wasOver = isTerminal(state);
          state = process.evolve(state, event);
          if (!wasOver && !isTerminal(state)) return skipped("it is not over");
          if (!isTerminal(state)) return broken("it was over, and goes on");
          const { length } = process.react(state, event);
          if (length > 0) return broken("it is over, and sends something");
          return process.resume(state).length > 0 ? broken("it is over, and owes something") : held;
        }),
        "it is never over",
      );
    }),
    processLaw(spec, {
      id: "PM9",
      tier: "core",
      title: "a timer that is set again under its id is meant for the same moment",
      why: "A redelivered event sets its timers once more; a moment that moves never comes.",
    }, (events, choice) => {
      const reactions = reactionsTo(process, events);
      const reaction = reactions[choice % reactions.length];
      if (!reaction) return nothingHappened;
      const { state, event, sent } = reaction;
      const timers = sent.filter(isTimer);
      // There are processes that never set one, and they obey.
      if (timers.length === 0) return held;
      // The event is told once more.
      const again = process.react(process.evolve(state, event), event).filter(isTimer);
      return firstBroken(timers.map((timer): Judgement => {
        const other = again.find(({ id }) => id === timer.id);
        if (!other) return held;
        return same(timer.at, other.at, `the timer ${timer.id} moves when it is set again`);
      }));
    }),
  ];
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

function reactionsTo<Event, Command, State>(
  process: Process<Event, Command, State>,
  events: ReadonlyArray<Event>,
): ReadonlyArray<Reaction<Event, Command, State>> {
  const reactions: Reaction<Event, Command, State>[] = [];
  for (const [at, event] of events.entries()) {
    const state = folded(process, events.slice(0, at + 1));
    // Nobody asks a process that is over.
    if (process.isTerminal?.(state)) continue;
    reactions.push({ event, state, sent: process.react(state, event) });
  }
  return reactions;
}

function processLaw<Event, Command, State>(
  spec: ProcessSpec<Event, Command, State>,
  name: Omit<LawName, "family">,
  judge: (events: ReadonlyArray<Event>, choice: number) => Judgement,
): Law {
  const law: LawName = { ...name, family: "process" };
  return lawOf<ProcessCase<Event>>({
    ...law,
    subject: spec.name,
    cases: fc.record({ events: spec.logs, choice: fc.nat(choiceMax) }),
    judge: ({ events, choice }) => judge(events, choice),
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as ProcessCase<Event>,
    tell: ({ events }, finding) => {
      const lines = linesOfLog(spec.process, events, finding);
      const event = events[finding.step ?? events.length - 1];
      if (event === undefined) return lines;
      const past = events.slice(0, 1 + (finding.step ?? events.length - 1));
      const sent = attempted(() => codeOf(spec.process.react(folded(spec.process, past), event)));
      return [...lines, ["Then", `it sends ${sent}`]];
    },
    maker: "processLaws",
    source: spec.source,
  });
}
