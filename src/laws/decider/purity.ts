/**
 * Laws of purity: a decider asks nothing but its arguments, and writes to nothing.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { deciderLaw, type DeciderSpec } from "../decider_spec.ts";
import { copyOf } from "../copied_value.ts";
import { deepFreeze } from "../frozen_value.ts";
import { hermetic, type Impurity } from "../hermetic.ts";
import { placeIn } from "../fold_checks.ts";
import { takeStep } from "../history.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";

export function purityLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider } = spec;
  return [
    deciderLaw(spec, {
      id: "DE5",
      tier: "core",
      title: "decide and evolve ask nothing of the platform",
      why: "A time, a chance or a setting belongs in the command: then the past stays what it was.",
    }, ({ steps }) => {
      if (steps.length === 0) return skipped("no command");
      const take = (step: (typeof steps)[number]): unknown =>
        takeStep(decider, step.before, step.command);
      const told = ({ what, stack }: Impurity, at?: number): Judgement =>
        broken(`${what} was asked ${placeIn(stack)}`, at === undefined ? {} : { step: at });
      // All steps in one room, because a room takes longer to furnish than a step to take.
      const whole = hermetic(() => steps.forEach(take));
      if (E.isRight(whole)) return held;
      for (const [at, step] of steps.entries()) {
        const asked = hermetic(() => take(step));
        if (E.isLeft(asked)) return told(asked.left, at);
      }
      // What asks once, and keeps the answer.
      return told(whole.left);
    }),
    deciderLaw(spec, {
      id: "DE9",
      tier: "core",
      title: "decide writes to nothing, and gives the same answer again",
      why: "A conflict is answered by deciding again; that has to be as if for the first time.",
    }, ({ steps }) =>
      firstBroken(
        steps.map((step, at): Judgement => {
          if (step._tag === "Crashed") return skipped("the decider broke");
          const state = deepFreeze(copyOf(step.before));
          const command = deepFreeze(copyOf(step.command));
          const again = takeStep(decider, state, command);
          if (again._tag === "Crashed") {
            return broken(`with arguments that cannot be written to, ${again.why}`, { step: at });
          }
          const [first, second] = [step, again].map(answerOf);
          return same(first, second, "decide, asked again, answers otherwise", { step: at });
        }),
        "no command",
      )),
  ];
}

function answerOf(
  step: { readonly _tag: string; readonly events?: unknown; readonly rejection?: unknown },
): unknown {
  return { tag: step._tag, events: step.events, rejection: step.rejection };
}
