/**
 * The specification of a decider: what the laws of deciders are checked with.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Option } from "fp-ts/lib/Option.js";
import type { EventCodec } from "../event_codec.ts";
import type { Shape } from "../shape.ts";
import { type Accepted, commandsOf, type History, historyOf } from "./history.ts";
import type { Judgement } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { linesOfHistory } from "./story.ts";
import { walk, type Walkable, type WalkOptions } from "./walk.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A decider, commands for it, and what is known of it. Only the first three are needed. */
export interface DeciderSpec<Command, Event, State, Rejection>
  extends Walkable<Command, Event, State, Rejection> {
  /** What reports call it. */
  readonly name: string;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
  /** How its events are stored: then they have to come back as they were. */
  readonly codec?: EventCodec<Event>;
  /** How its state is written down: then a fold may stop there and go on later. */
  readonly state?: Shape<State>;
  /** What a state is called in tables; its tag if left out. */
  readonly label?: (state: State) => string;
  /** What holds of every state, after every event. A text says what is wrong. */
  readonly invariants?: Readonly<Record<string, Invariant<Command, Event, State, Rejection>>>;
  /** What a command has to lead to, by the type of the command. A text says what is wrong. */
  readonly after?: Readonly<
    Record<string, (step: Accepted<Command, Event, State>) => boolean | string>
  >;
  /** What makes two commands the same attempt, so that the second one does nothing. */
  readonly commandId?: (command: Command) => Option<string>;
  /** Whether a command may be accepted without any event: then others may not. */
  readonly mayDoNothing?: (command: Command, state: State) => boolean;
  /**
   * A state that is to be reached, from wherever one is. Walks of 30 to 480 commands look for it, so
   * that it has to be likely within some hundred commands that fit.
   */
  readonly goal?: (state: State) => boolean;
  /** Pairs of commands whose order makes no difference. */
  readonly commutes?: (one: Command, other: Command, state: State) => boolean;
  /** At most so many events for a command. */
  readonly eventsMax?: number;
  /** What histories have to reach, lest the laws speak of too little. */
  readonly expect?: CoverageWanted;
  readonly walk?: WalkOptions;
}

/** What histories have to reach. Names are the types of events and rejections, and labels of states. */
export interface CoverageWanted {
  /** `"all"` is every type of the codec, which has to be given then. */
  readonly events?: "all" | ReadonlyArray<string>;
  /** Types of commands that are accepted at least once in such a history. */
  readonly accepted?: ReadonlyArray<string>;
  /** Types of commands that are rejected at least once in such a history. */
  readonly rejected?: ReadonlyArray<string>;
  readonly rejections?: ReadonlyArray<string>;
  readonly states?: ReadonlyArray<string>;
  /** As in `open --Confirm--> confirmed`. */
  readonly transitions?: ReadonlyArray<string>;
  /** The share of histories that reaches each of them, from 0 to 1; 0.01 if left out. */
  readonly shareMin?: number;
}

/** What holds of a state, with the history that led to it. */
export type Invariant<Command, Event, State, Rejection> = (
  state: State,
  history: History<Command, Event, State, Rejection>,
) => boolean | string;

/** What a law of deciders has beside its judgement. */
export interface DeciderLawOptions<Extra> {
  /** What is drawn beside the history. */
  readonly draws?: Draws<Extra>;
  /** How many cases one of these stands for, because it costs as much; 1 if left out. */
  readonly weight?: number;
  /** Whether it is made apart, and is not among `deciderLaws`. */
  readonly isApart?: boolean;
}

/** What else a law draws, and how it is saved. */
export interface Draws<Extra> {
  readonly cases: fc.Arbitrary<Extra>;
  readonly save: (extra: Extra) => unknown;
  readonly restore: (saved: unknown) => Extra;
}

/** A history, and what else a law draws. */
interface DeciderCase<Command, Event, State, Rejection, Extra> {
  readonly history: History<Command, Event, State, Rejection>;
  readonly extra: Extra;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Histories of a specification, to be drawn. */
export function drawnHistories<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): Draws<History<Command, Event, State, Rejection>> {
  return {
    cases: walk(spec, spec.walk),
    save: commandsOf,
    restore: (saved) => {
      // Commands that were saved.
      const history = historyOf(spec.decider, saved as ReadonlyArray<Command>);
      return { ...history, ...stuckAt(spec, history.final) };
    },
  };
}

/** Why no further command can be drawn in a state; nothing if one can. */
function stuckAt<Command, Event, State, Rejection>(
  { commands }: DeciderSpec<Command, Event, State, Rejection>,
  state: State,
): { readonly stuck?: unknown } {
  try {
    fc.sample(commands(state), { numRuns: 1, seed: 0 });
    return {};
  } catch (stuck) {
    return { stuck };
  }
}

/** Numbers from 0 to a greatest, to be drawn: places, choices. */
export function drawnNumbers(max: number): Draws<number> {
  // A number that was saved.
  return { cases: fc.nat(max), save: (one) => one, restore: (saved) => saved as number };
}

const drawnNothing: Draws<undefined> = {
  cases: fc.constant(undefined),
  save: () => undefined,
  restore: () => undefined,
};

/** A law of deciders, of one of them. */
export function deciderLaw<Command, Event, State, Rejection, Extra = undefined>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
  name: Omit<LawName, "family">,
  judge: (history: History<Command, Event, State, Rejection>, extra: Extra) => Judgement,
  options: DeciderLawOptions<Extra> = {},
): Law {
  type Case = DeciderCase<Command, Event, State, Rejection, Extra>;
  const law: LawName = { ...name, family: "decider" };
  // Without draws, `Extra` is undefined.
  const draws = options.draws ?? drawnNothing as unknown as Draws<Extra>;
  const histories = drawnHistories(spec);
  const save = ({ history, extra }: Case): unknown => ({
    commands: histories.save(history),
    ...options.draws ? { extra: draws.save(extra) } : {},
  });
  return lawOf<Case>({
    ...law,
    subject: spec.name,
    cases: fc.record({ history: histories.cases, extra: draws.cases }),
    judge: (one) => judge(one.history, one.extra),
    ...options.weight === undefined ? {} : { weight: options.weight },
    save,
    restore: (saved) => {
      // What `save` has given; a wrong one, written by hand, breaks the law at once.
      const { commands, extra } = saved as { readonly commands: unknown; readonly extra?: unknown };
      return { history: histories.restore(commands), extra: draws.restore(extra) };
    },
    tell: ({ history }, finding) => linesOfHistory(history, finding),
    maker: options.isApart ? undefined : "deciderLaws",
    source: spec.source,
  });
}
