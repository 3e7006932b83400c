/**
 * The mutants of a decider.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Decider, Decision } from "../../decision.ts";
import { eventsOf, type History } from "../history.ts";
import { reasonOf, typeOf } from "../label.ts";
import { evolveMutants, type Mutant, numberFields, withOneMore } from "./mutants.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What histories have shown of a decider. */
interface Seen<Event, State, Rejection> {
  readonly events: ReadonlyArray<Event>;
  readonly commands: ReadonlyMap<string, SeenCommand<State, Rejection>>;
  /** A rejection of each reason. */
  readonly rejections: ReadonlyMap<string, Rejection>;
}

/** What became of the commands of a type. */
interface SeenCommand<State, Rejection> {
  /** Some of the states in which it led to something. */
  readonly accepting: State[];
  readonly rejections: Map<string, Rejection>;
  /** The greatest number of events that it led to. */
  events: number;
}

/** So many states are kept in which a command was accepted. */
const acceptingMax = 12;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The mutants of a decider, as far as its histories show what there is to change. */
export function deciderMutants<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  histories: ReadonlyArray<History<Command, Event, State, Rejection>>,
): ReadonlyArray<Mutant<Decider<Command, Event, State, Rejection>>> {
  const seen = seenIn(histories);
  const types = new Set(seen.events.map((event) => typeOf(event)));
  return [
    ...evolveMutants(decider, types).map(({ change, subject: evolve }) => ({
      change,
      subject: { ...decider, evolve },
    })),
    ...commandMutants(decider, seen),
    ...guardMutants(decider, seen),
    ...reasonMutants(decider, seen),
    ...numberMutants(decider, seen),
  ];
}

function seenIn<Command, Event, State, Rejection>(
  histories: ReadonlyArray<History<Command, Event, State, Rejection>>,
): Seen<Event, State, Rejection> {
  const commands = new Map<string, SeenCommand<State, Rejection>>();
  const rejections = new Map<string, Rejection>();
  for (const step of histories.flatMap(({ steps }) => steps)) {
    const type = typeOf(step.command);
    const seen: SeenCommand<State, Rejection> = commands.get(type) ??
      { accepting: [], rejections: new Map(), events: 0 };
    commands.set(type, seen);
    if (step._tag === "Rejected") {
      const reason = reasonOf(step.rejection);
      if (!seen.rejections.has(reason)) seen.rejections.set(reason, step.rejection);
      if (!rejections.has(reason)) rejections.set(reason, step.rejection);
    }
    if (step._tag !== "Accepted" || step.events.length === 0) continue;
    seen.events = Math.max(seen.events, step.events.length);
    if (seen.accepting.length < acceptingMax) seen.accepting.push(step.before);
  }
  return { events: histories.flatMap(eventsOf), commands, rejections };
}

/** A decider that answers otherwise. */
function answering<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  change: string,
  answer: (
    given: Decision<Event, Rejection>,
    command: Command,
  ) => Decision<Event, Rejection>,
): Mutant<Decider<Command, Event, State, Rejection>> {
  const { decide } = decider;
  return {
    change,
    subject: {
      ...decider,
      decide: (command, state) => answer(decide(command, state), command),
    },
  };
}

function commandMutants<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  { commands, rejections }: Seen<Event, State, Rejection>,
): ReadonlyArray<Mutant<Decider<Command, Event, State, Rejection>>> {
  return Array.from(commands).flatMap(([type, seen]) => {
    if (seen.events === 0) return [];
    const accepted = (
      change: string,
      f: (events: ReadonlyArray<Event>) => Decision<Event, Rejection>,
    ): Mutant<Decider<Command, Event, State, Rejection>> =>
      answering(
        decider,
        `${type} ${change}`,
        (given, command) => E.isRight(given) && typeOf(command) === type ? f(given.right) : given,
      );
    const no = [...seen.rejections.values(), ...rejections.values()].slice(0, 1);
    const mutants = [
      ...no.map((rejection) => accepted("is always rejected", () => E.left(rejection))),
      accepted("does nothing", () => E.right([])),
      accepted("tells its events twice", (events) => E.right([...events, ...events])),
    ];
    if (seen.events < 2) return mutants;
    return [
      ...mutants,
      accepted("forgets its last event", (events) => E.right(events.slice(0, -1))),
      accepted("tells its events in reverse", (events) => E.right([...events].reverse())),
    ];
  });
}

/** A guard that is left out: the command is answered as in a state in which it was accepted. */
function guardMutants<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  { commands }: Seen<Event, State, Rejection>,
): ReadonlyArray<Mutant<Decider<Command, Event, State, Rejection>>> {
  return Array.from(commands).flatMap(([type, { accepting, rejections }]) =>
    Array.from(
      rejections.keys(),
      (reason) =>
        answering(decider, `${type} is no longer rejected as ${reason}`, (given, command) => {
          if (E.isRight(given) || typeOf(command) !== type || reasonOf(given.left) !== reason) {
            return given;
          }
          for (const state of accepting) {
            const answer = decider.decide(command, state);
            if (E.isRight(answer) && answer.right.length > 0) return answer;
          }
          return given;
        }),
    )
  );
}

function reasonMutants<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  { rejections }: Seen<Event, State, Rejection>,
): ReadonlyArray<Mutant<Decider<Command, Event, State, Rejection>>> {
  const all = [...rejections];
  if (all.length < 2) return [];
  return all.map(([reason], at) => {
    const [other, rejection] = all[(at + 1) % all.length]!;
    return answering(
      decider,
      `${reason} is told as ${other}`,
      (given) => E.isLeft(given) && reasonOf(given.left) === reason ? E.left(rejection) : given,
    );
  });
}

function numberMutants<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  { events }: Seen<Event, State, Rejection>,
): ReadonlyArray<Mutant<Decider<Command, Event, State, Rejection>>> {
  return numberFields(events).map((place) =>
    answering(
      decider,
      `the ${place.field} of ${place.type} is one more than it was`,
      (given) =>
        E.isRight(given) ? E.right(given.right.map((event) => withOneMore(event, place))) : given,
    )
  );
}
