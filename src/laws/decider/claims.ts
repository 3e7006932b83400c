/**
 * Laws that a specification claims, because good deciders break them.
 *
 * @module
 */
import * as fc from "fast-check";
import { deciderLaw, type DeciderSpec, drawnHistories } from "../decider_spec.ts";
import { isGoalReached, walksTried } from "../goal_search.ts";
import { commandsOf, type History, historyOf, takeStep } from "../history.ts";
import { broken, held, same, skipped } from "../judgement.ts";
import { typeOf } from "../label.ts";
import type { Law } from "../law.ts";

export function claimedLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return [...goalLaws(spec), ...commutingLaws(spec)];
}

function goalLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { goal } = spec;
  if (!goal) return [];
  return [
    deciderLaw(spec, {
      id: "DE22",
      tier: "claim",
      title: "from wherever one is, the goal can still be reached",
      why: "A state that nothing leads out of is a story that somebody has to end by hand.",
    }, ({ final, steps }) => {
      if (steps.some((step) => step._tag === "Crashed")) return skipped("the decider broke");
      if (isGoalReached(spec, goal, final)) return held;
      return broken(`${walksTried} do not reach the goal from here`);
    }),
  ];
}

function commutingLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { commutes, decider } = spec;
  if (!commutes) return [];
  const inOrder = (state: State, one: Command, other: Command): unknown => {
    const first = takeStep(decider, state, one);
    const second = takeStep(decider, first.after, other);
    return [first._tag, second._tag, second.after];
  };
  return [
    deciderLaw(spec, {
      id: "DE23",
      tier: "claim",
      title: "commands that were declared independent may come in either order",
      why: "Such a declaration lets a conflict be settled without asking anyone.",
    }, (history, other) => {
      const { final } = history;
      const [one] = fc.sample(spec.commands(final), { seed: history.steps.length, numRuns: 1 });
      for (const two of commandsOf(other)) {
        if (!commutes(one!, two, final)) continue; // one was asked for
        const [a, b] = [inOrder(final, one!, two), swapped(inOrder(final, two, one!))];
        const words = `${typeOf(one)} and ${typeOf(two)} lead elsewhere in the other order`;
        const judgement = same(a, b, words);
        if (judgement._tag === "Broken") return judgement;
        return held;
      }
      return skipped("no two commands were declared independent");
    }, { draws: drawnHistories(spec) }),
  ];
}

/** The outcome of two commands with the answers in the order of the other run. */
function swapped(outcome: unknown): unknown {
  // As `inOrder` gives it.
  const [first, second, state] = outcome as readonly [unknown, unknown, unknown];
  return [second, first, state];
}

/**
 * Whether two deciders answer alike, whatever they are told: an old version and a new one, a plain
 * one and one that was made fast. Their states may differ; what they say may not.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { refines } from "leftfold/laws";
 *
 * const plain = decider({
 *   initialState: [],
 *   decide: (n: number, seen) => seen.includes(n) ? accept() : accept(n),
 *   evolve: (seen: ReadonlyArray<number>, n: number) => [...seen, n],
 * });
 * const fast = decider({
 *   initialState: new Set<number>(),
 *   decide: (n: number, seen) => seen.has(n) ? accept() : accept(n),
 *   evolve: (seen: ReadonlySet<number>, n: number) => new Set([...seen, n]),
 * });
 * const law = refines({ name: "seen", decider: plain, commands: () => fc.nat(5) }, fast);
 * assert(E.isRight(await law.check()()));
 * ```
 */
export function refines<Command, Event, State, OtherState, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
  other: DeciderSpec<Command, Event, OtherState, Rejection>["decider"],
): Law {
  return deciderLaw(spec, {
    id: "DE24",
    tier: "claim",
    title: "the two deciders answer alike",
    why: "Whoever replaces a decider wants nothing to change for those who ask it.",
  }, (history) => {
    if (history.steps.length === 0) return skipped("no command");
    const theirs = historyOf(other, commandsOf(history));
    return same(answersOf(history), answersOf(theirs), "the other decider answers otherwise");
  }, { isApart: true });
}

export function answersOf<Command, Event, State, Rejection>(
  { steps }: History<Command, Event, State, Rejection>,
): unknown {
  return steps.map((step) => {
    if (step._tag === "Accepted") return { accepted: step.events };
    return step._tag === "Rejected" ? { rejected: step.rejection } : { crashed: step.in };
  });
}
