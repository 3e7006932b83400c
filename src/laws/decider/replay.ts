/**
 * Laws of replay: the same past leads to the same state, whenever, wherever and however it is folded.
 *
 * @module
 */
import { deciderLaw, type DeciderSpec, drawnHistories } from "../decider_spec.ts";
import { eventsOf } from "../history.ts";
import { same, skipped, unable } from "../judgement.ts";
import { withKeysTurned } from "../key_order.ts";
import type { Law } from "../law.ts";
import { inTwoZones } from "../time_zone.ts";

const nothingHappened = skipped("nothing happened");
/** In milliseconds; clocks count whole ones. */
const tickMs = 1;

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
      title: "the same events lead to the same state, at once and a moment later",
      why: "A state that depends on more than the events is another one after a restart.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return nothingHappened;
      const again = same(history.final, fold(events), "folded again, the state is another");
      if (again._tag === "Broken") return again;
      waitForTick();
      return same(history.final, fold(events), "folded a moment later, the state is another");
    }),
    deciderLaw(spec, {
      id: "DE3",
      tier: "core",
      title: "a fold knows nothing of other folds, nor of which object holds a value",
      why: "What a store gives back is never the object that was stored, nor the only stream.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return nothingHappened;
      let state = structuredClone(decider.initialState);
      for (const event of events) {
        const copy = structuredClone(event);
        // Another fold in between: one that keeps something beside the state takes it for its own.
        decider.evolve(structuredClone(decider.initialState), copy);
        state = structuredClone(decider.evolve(state, copy));
      }
      return same(history.final, state, "copies of the same values lead to another state");
    }),
    deciderLaw(spec, {
      id: "DE11",
      tier: "core",
      title: "a fold does not look at the order of fields",
      why: "A store that keeps JSON may give the fields of an object in another order.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return nothingHappened;
      const turned = events.map(withKeysTurned);
      if (turned.every((event, at) => event === events[at])) return skipped("no event has fields");
      return same(fold(events), fold(turned), "with its fields in another order, it differs");
    }),
    deciderLaw(spec, {
      id: "DE12",
      tier: "core",
      title: "a fold does not look at the time zone",
      why: "A server in another zone would fold the same past to another state.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return nothingHappened;
      const both = inTwoZones(() => fold(events));
      if (!both) return unable("the time zone cannot be switched here");
      return same(both[0], both[1], "in another time zone, the state is another");
    }),
  ];
}

/** Waits until a clock shows another time, without a turn of the event loop. */
function waitForTick(): void {
  const begun = performance.now();
  while (performance.now() - begun <= tickMs);
}
