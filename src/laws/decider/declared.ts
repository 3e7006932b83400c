/**
 * Laws that a specification declares: what holds of its states and of its commands.
 *
 * @module
 */
import { deciderLaw, type DeciderSpec, drawnNumbers } from "../decider_spec.ts";
import { commandsOf, eventsOf, type History, historyOf, takeStep } from "../history.ts";
import { broken, held, same, skipped } from "../judgement.ts";
import { typeOf } from "../label.ts";
import type { Law } from "../law.ts";

const placeMax = 1000;

export function declaredLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return [...invariantLaws(spec), ...afterLaws(spec), ...commandIdLaws(spec)];
}

function invariantLaws<Command, Event, State, Rejection>(
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

function afterLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return Object.entries(spec.after ?? {}).map(([type, leadsTo]) =>
    deciderLaw(spec, {
      id: "DE21",
      part: type,
      tier: "declared",
      title: `${type} leads to what was declared`,
      why: "That a command is accepted says nothing of what it did.",
    }, ({ steps }) => {
      let count = 0;
      for (const [step, one] of steps.entries()) {
        if (one._tag !== "Accepted" || typeOf(one.command) !== type) continue;
        count += 1;
        const answer = leadsTo(one);
        if (answer === true) continue;
        const words = typeof answer === "string" ? answer : `${type} led to something else`;
        return broken(words, { step });
      }
      return count > 0 ? held : skipped(`no ${type} was accepted`);
    })
  );
}

function commandIdLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider, commandId } = spec;
  if (!commandId) return [];
  return [
    deciderLaw(spec, {
      id: "DE20",
      tier: "declared",
      title: "a command with the id of one that was accepted does nothing",
      why: "Who did not hear the answer asks again, and means the same thing once.",
    }, (history, places) => {
      const commands = commandsOf(history);
      const named = history.steps.flatMap((step, at) =>
        step._tag === "Accepted" && step.events.length > 0 &&
          commandId(step.command)._tag === "Some"
          ? [at]
          : []
      );
      if (named.length === 0) return skipped("no command with an id was accepted");
      const first = named[places % named.length]!;
      // Anywhere behind the first attempt.
      const again = first + 1 + Math.floor(places / named.length) % (commands.length - first);
      const command = commands[first]!;
      const before = historyOf(decider, commands.slice(0, again)).final;
      const step = takeStep(decider, before, command);
      if (step._tag === "Accepted" && step.events.length > 0) {
        const events = step.events.map(typeOf).join(", ");
        return broken(`asked again after step ${again}, ${typeOf(command)} leads to ${events}`, {
          step: first,
        });
      }
      const whole = historyOf(decider, [
        ...commands.slice(0, again),
        command,
        ...commands.slice(again),
      ]);
      return same(eventsOf(history), eventsOf(whole), "what comes after it changes");
    }, { draws: drawnNumbers(placeMax) }),
  ];
}
