/**
 * Laws of replay: the same past leads to the same state, whenever and wherever it is folded.
 *
 * @module
 */
import type { DeciderSpec } from "../decider_spec.ts";
import { deciderLaw } from "../decider_spec.ts";
import { deepFreeze } from "../frozen_value.ts";
import { eventsOf } from "../history.ts";
import { broken, held, same, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";

const nothingHappened = skipped("nothing happened");

export function replayLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider } = spec;
  const fold = (events: ReadonlyArray<Event>): State =>
    events.reduce((state, event) => decider.evolve(state, event), decider.initialState);
  return [
    deciderLaw(spec, {
      id: "DE1",
      tier: "core",
      title: "the same events lead to the same state",
      why: "A state that depends on more than the events is another one after a restart.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return nothingHappened;
      return same(history.final, fold(events), "the events, folded again, lead to another state");
    }),
    deciderLaw(spec, {
      id: "DE4",
      tier: "core",
      title: "evolve writes to nothing that it is given",
      why: "A state that is written to changes for everyone who holds it, a cache for one.",
    }, (history) => {
      const events = eventsOf(history).map((event) => structuredClone(event));
      if (events.length === 0) return nothingHappened;
      let state = deepFreeze(structuredClone(decider.initialState));
      for (const event of events) {
        try {
          state = deepFreeze(decider.evolve(state, deepFreeze(event)));
        } catch (cause) {
          return broken(`evolve writes to what it is given: ${String(cause)}`);
        }
      }
      return held;
    }),
  ];
}
