/**
 * The laws of combinators: what is put together behaves as its parts do.
 *
 * States are never compared across, only answers, so that a combinator may hold its states as it
 * likes: two deciders are the same if no sequence of commands tells them apart.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Option } from "fp-ts/lib/Option.js";
import type { Decider } from "../decision.ts";
import { codeOf } from "./code.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import { commandsOf, historyOf, type Step, takeStep } from "./history.ts";
import { shuffled } from "./interleave.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";

import { walk } from "./walk.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** One of the two parts of a decider that was put together. */
export interface PartSpec<
  Command,
  Event,
  State,
  InnerCommand,
  InnerEvent,
  InnerState,
  InnerRejection,
> {
  readonly spec: DeciderSpec<InnerCommand, InnerEvent, InnerState, InnerRejection>;
  /** A command of the part, as it is said to the whole. */
  readonly command: (inner: InnerCommand) => Command;
  /** The event of the part in an event of the whole; none if it is the other's. */
  readonly event: (outer: Event) => Option<InnerEvent>;
  /** What the whole knows of the part: its state. */
  readonly state: (outer: State) => unknown;
}

/** A part whose words nobody looks at. */
interface LoosePart {
  readonly spec: DeciderSpec<unknown, unknown, unknown, unknown>;
  readonly command: (inner: unknown) => unknown;
  readonly event: (outer: unknown) => Option<unknown>;
  readonly state: (outer: unknown) => unknown;
}

interface LooseComposition {
  readonly name: string;
  readonly decider: Decider<unknown, unknown, unknown, unknown>;
  readonly left: LoosePart;
  readonly right: LoosePart;
  readonly source?: Source;
}

/** Commands for both parts, in an order. */
interface CompositionCase {
  readonly commands: ReadonlyArray<readonly [part: "left" | "right", command: unknown]>;
}

/** A step of the whole beside the step of the part alone. */
interface Beside {
  readonly part: "left" | "right";
  readonly whole: Step<unknown, unknown, unknown, unknown>;
  readonly alone: Step<unknown, unknown, unknown, unknown>;
}

const stepsMax = 10;

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * The laws of two deciders side by side.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import { none, some } from "fp-ts/lib/Option.js";
 * import assert from "node:assert/strict";
 * import { accept, composeAll, decider } from "leftfold/decider";
 * import { checkLaws, compositionLaws } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept(by),
 *   evolve: (sum, by: number) => sum + by,
 * });
 * const spec = { name: "counter", decider: counter, commands: () => fc.nat(9) };
 * const laws = compositionLaws({
 *   name: "two counters",
 *   decider: composeAll({ a: counter, b: counter }),
 *   left: {
 *     spec,
 *     command: (by: number) => ["a", by] as const,
 *     event: ([key, by]) => key === "a" ? some(by) : none,
 *     state: ({ a }) => a,
 *   },
 *   right: {
 *     spec,
 *     command: (by: number) => ["b", by] as const,
 *     event: ([key, by]) => key === "b" ? some(by) : none,
 *     state: ({ b }) => b,
 *   },
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function compositionLaws<
  Command,
  Event,
  State,
  Rejection,
  LeftCommand,
  LeftEvent,
  LeftState,
  LeftRejection,
  RightCommand,
  RightEvent,
  RightState,
  RightRejection,
>(spec: {
  /** What reports call it. */
  readonly name: string;
  readonly decider: Decider<Command, Event, State, Rejection>;
  readonly left: PartSpec<
    NoInfer<Command>,
    NoInfer<Event>,
    NoInfer<State>,
    LeftCommand,
    LeftEvent,
    LeftState,
    LeftRejection
  >;
  readonly right: PartSpec<
    NoInfer<Command>,
    NoInfer<Event>,
    NoInfer<State>,
    RightCommand,
    RightEvent,
    RightState,
    RightRejection
  >;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
}): ReadonlyArray<Law> {
  // From here on each part is only ever given what is its own.
  const parts = spec as unknown as LooseComposition;
  return [
    compositionLaw(parts, {
      id: "CB1",
      tier: "core",
      title: "each part answers as it would alone",
      why: "Whoever has tested a part must not have to test it again in each whole.",
    }, (steps) =>
      firstBroken(
        steps.map(({ part, whole, alone }, at): Judgement => {
          const { event } = parts[part];
          const inner = whole._tag === "Accepted"
            ? whole.events.map((one) => event(one)).flatMap((one) =>
              one._tag === "Some" ? [one.value] : []
            )
            : [];
          const found = { answer: whole._tag, events: inner };
          const wanted = {
            answer: alone._tag,
            events: alone._tag === "Accepted" ? alone.events : [],
          };
          return same(wanted, found, `the ${part} part answers otherwise`, { step: at });
        }),
        "no command",
      )),
    compositionLaw(parts, {
      id: "CB2",
      tier: "core",
      title: "the state of each part is that of the part alone",
      why: "Two parts that share a field overwrite each other, whatever the types say.",
    }, (steps) =>
      firstBroken(
        steps.map(({ part, whole, alone }, at): Judgement =>
          same(
            alone.after,
            parts[part].state(whole.after),
            `the state of the ${part} part is another`,
            { step: at },
          )
        ),
        "no command",
      )),
    compositionLaw(parts, {
      id: "CB3",
      tier: "core",
      title: "a command to one part changes nothing of the other",
      why: "What was put side by side was put there so that it is not in the way.",
    }, (steps) =>
      firstBroken(
        steps.map(({ part, whole }, at): Judgement => {
          const other = part === "left" ? "right" : "left";
          const [before, after] = [whole.before, whole.after].map(parts[other].state);
          return same(before, after, `the ${other} part changes`, { step: at });
        }),
        "no command",
      )),
    compositionLaw(parts, {
      id: "CB4",
      tier: "core",
      title: "an event belongs to the part that decided it",
      why: "An event that both parts take for theirs is folded twice.",
    }, (steps) =>
      firstBroken(
        steps.map(({ part, whole }, at): Judgement => {
          if (whole._tag !== "Accepted" || whole.events.length === 0) return skipped("no event");
          const other = part === "left" ? "right" : "left";
          const taken = whole.events.find((one) => parts[other].event(one)._tag === "Some");
          return taken === undefined
            ? held
            : broken(`the ${other} part takes ${codeOf(taken)} for its own`, { step: at });
        }),
        "nothing happened",
      )),
  ];
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

function compositionLaw(
  spec: LooseComposition,
  name: Omit<LawName, "family">,
  judge: (steps: ReadonlyArray<Beside>) => Judgement,
): Law {
  const law: LawName = { ...name, family: "combinator" };
  const commandsFor = (part: "left" | "right"): fc.Arbitrary<CompositionCase["commands"]> =>
    walk(spec[part].spec, { stepsMax }).map((history) =>
      commandsOf(history).map((command) => [part, command] as const)
    );
  const cases = fc.record({
    parts: fc.tuple(commandsFor("left"), commandsFor("right")),
    turns: fc.array(fc.nat(1), { maxLength: 2 * stepsMax }),
  }).map(({ parts, turns }) => ({ commands: shuffled(parts, turns) }));
  return lawOf<CompositionCase>({
    ...law,
    subject: spec.name,
    cases,
    judge: ({ commands }) => {
      const steps: Beside[] = [];
      let whole = spec.decider.initialState;
      const alone = {
        left: spec.left.spec.decider.initialState,
        right: spec.right.spec.decider.initialState,
      };
      for (const [part, command] of commands) {
        const ofWhole = takeStep(spec.decider, whole, spec[part].command(command));
        const ofPart = takeStep(spec[part].spec.decider, alone[part], command);
        steps.push({ part, whole: ofWhole, alone: ofPart });
        whole = ofWhole.after;
        alone[part] = ofPart.after;
      }
      return judge(steps);
    },
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as CompositionCase,
    tell: ({ commands }) => {
      const outer = commands.map(([part, command]) => spec[part].command(command));
      const { steps } = historyOf(spec.decider, outer);
      return steps.map((step): [string, string] => [
        "When",
        `${codeOf(step.command)}${
          step._tag === "Accepted" ? `, then ${codeOf(step.events)}` : `, ${step._tag}`
        }`,
      ]);
    },
    maker: "compositionLaws",
    source: spec.source,
  });
}
