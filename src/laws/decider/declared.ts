/**
 * Laws that a specification declares: what holds of its states and of its commands.
 *
 * @module
 */
import { deciderLaw, type DeciderSpec } from "../decider_spec.ts";
import type { History } from "../history.ts";
import { broken, held, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";

export function invariantLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return Object.entries(spec.invariants ?? {}).map(([sentence, holds]) =>
    deciderLaw(spec, {
      id: "DE16",
      part: sentence,
      tier: "declared",
      title: sentence,
      why: "It was declared to hold of every state, after every event.",
    }, (history) => {
      let count = 0;
      for (const [step, one] of history.steps.entries()) {
        if (one._tag !== "Accepted") continue;
        const upTo: History<Command, Event, State, Rejection> = {
          initial: history.initial,
          steps: history.steps.slice(0, step + 1),
          final: one.after,
        };
        for (const state of one.states) {
          count += 1;
          const answer = holds(state, upTo);
          if (answer === true) continue;
          return broken(typeof answer === "string" ? answer : `not so: ${sentence}`, { step });
        }
      }
      return count > 0 ? held : skipped("nothing happened");
    })
  );
}
