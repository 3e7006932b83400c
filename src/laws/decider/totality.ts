/**
 * Laws of totality: whatever comes, a decider answers.
 *
 * @module
 */
import { deciderLaw, type DeciderSpec } from "../decider_spec.ts";
import { broken, held, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";

export function totalityLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return [
    deciderLaw(spec, {
      id: "DE0",
      tier: "core",
      title: "the specification has commands for every state that is reached",
      why: "A history that cannot go on hides whatever lies behind that state.",
    }, ({ stuck, steps }) => {
      if (stuck === undefined) return held;
      const words = stuck instanceof Error ? stuck.message : String(stuck);
      return broken(`no command could be drawn for the last state: ${words}`, {
        step: steps.length - 1,
      });
    }),
    deciderLaw(spec, {
      id: "DE7",
      tier: "core",
      title: "evolve gives a state for every event that is decided",
      why: "The past cannot be refused: a stream with such an event can never be loaded again.",
    }, ({ steps }) => {
      const step = steps.findIndex((one) => one._tag === "Crashed" && one.in === "evolve");
      const crashed = steps[step];
      if (crashed?._tag === "Crashed") return broken(`evolve broke: ${crashed.why}`, { step });
      const hasEvents = steps.some((one) => one._tag === "Accepted" && one.events.length > 0);
      return hasEvents ? held : skipped("nothing happened");
    }),
    deciderLaw(spec, {
      id: "DE8",
      tier: "core",
      title: "decide accepts or rejects every command",
      why: "A domain's no is a value; what is thrown takes the program with it.",
    }, ({ steps }) => {
      const step = steps.findIndex((one) => one._tag === "Crashed" && one.in === "decide");
      const crashed = steps[step];
      if (crashed?._tag === "Crashed") return broken(`decide broke: ${crashed.why}`, { step });
      return steps.length > 0 ? held : skipped("no command");
    }),
  ];
}
