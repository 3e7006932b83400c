/**
 * Laws of silence: when a decider says nothing, nothing has happened.
 *
 * @module
 */
import { deciderLaw, type DeciderSpec } from "../decider_spec.ts";
import { historyOf } from "../history.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";

export function silenceLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider, mayDoNothing, eventsMax } = spec;
  const { isTerminal } = decider;
  const laws = [
    deciderLaw(spec, {
      id: "DE17",
      tier: "core",
      title: "a rejected command leaves no trace",
      why: "Nobody stores a rejection: after a restart the program does not know of it.",
    }, ({ steps }) => {
      const isSilent = steps.map((step) => step._tag === "Rejected");
      const firstRejected = isSilent.indexOf(true);
      // There are deciders that never reject, and they obey.
      if (firstRejected < 0 || firstRejected === steps.length - 1) return held;
      return firstBroken(
        steps.slice(firstRejected + 1).map((step, nth) => {
          const at = firstRejected + 1 + nth;
          const others = steps.slice(0, at).filter((_, earlier) => !isSilent[earlier]);
          const commands = [...others.map(({ command }) => command), step.command];
          const without = historyOf(decider, commands).steps.at(-1)!; // the last of at least one
          const words =
            "had the commands before it not been rejected, it would be answered otherwise";
          return same(tellOf(step), tellOf(without), words, { step: at });
        }),
      );
    }),
  ];
  if (mayDoNothing) {
    laws.push(deciderLaw(spec, {
      id: "DE18",
      tier: "declared",
      title: "a command is accepted without any event only where that is declared",
      why: "An event that was forgotten looks just like a command that had nothing to do.",
    }, ({ steps }) =>
      firstBroken(
        steps.map((step, at): Judgement => {
          if (step._tag !== "Accepted") return skipped("it was rejected");
          if (step.events.length > 0) return held;
          return mayDoNothing(step.command, step.before)
            ? held
            : broken("it was accepted, and nothing happened", { step: at });
        }),
        "nothing was accepted",
      )));
  }
  if (isTerminal) {
    laws.push(deciderLaw(spec, {
      id: "DE19",
      tier: "declared",
      title: "what is over stays over",
      why:
        "The stream of a story that is over may be archived; an event after its end is lost there.",
    }, ({ steps }) =>
      firstBroken(
        steps.map((step, at): Judgement => {
          if (!isTerminal(step.before)) return skipped("it was not over");
          if (step._tag === "Accepted" && step.events.length > 0) {
            return broken("the story was over, and something happened", { step: at });
          }
          return held;
        }),
        "no command came after the end",
      )));
  }
  if (eventsMax !== undefined) {
    laws.push(deciderLaw(spec, {
      id: "DE25",
      tier: "declared",
      title: "a command leads to no more events than was declared",
      why:
        "A commit has a greatest size, and a state that grows with each command is loaded by all.",
    }, ({ steps }) =>
      firstBroken(
        steps.map((step, at): Judgement => {
          if (step._tag !== "Accepted") return skipped("it was rejected");
          const { length } = step.events;
          return length <= eventsMax ? held : broken(`it led to ${length} events`, { step: at });
        }),
        "nothing was accepted",
      )));
  }
  return laws;
}

/** What was answered, without the states. */
function tellOf(
  step: { readonly _tag: string; readonly command: unknown; readonly events?: unknown },
): unknown {
  return { answer: step._tag, command: step.command, events: step.events };
}
