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
    deciderLaw(
      spec,
      {
        id: "DE3",
        tier: "core",
        title: "folds do not know of each other",
        why: "Two streams that share a variable are right in each test and wrong in production.",
      },
      (history, other) => {
        const [events, others] = [eventsOf(history), eventsOf(other)];
        if (events.length === 0 || others.length === 0) return nothingHappened;
        const alone = fold(events);
        return same(alone, foldBeside(decider, events, others), "beside another fold, it differs");
      },
      { draws: drawnHistories(spec) },
    ),
    deciderLaw(spec, {
      id: "DE10",
      tier: "core",
      title: "a fold looks at values, not at which object holds them",
      why: "What a store gives back is never the object that was stored.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return nothingHappened;
      let state = structuredClone(decider.initialState);
      for (const event of events) {
        state = structuredClone(decider.evolve(state, structuredClone(event)));
      }
      return same(fold(events), state, "copies of the same values lead to another state");
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

/** Folds events while another fold goes on, event by event in turn. */
function foldBeside<Event, State>(
  { evolve, initialState }: {
    readonly evolve: (state: State, event: Event) => State;
    readonly initialState: State;
  },
  events: ReadonlyArray<Event>,
  others: ReadonlyArray<Event>,
): State {
  let [state, other] = [initialState, initialState];
  for (let at = 0; at < Math.max(events.length, others.length); at++) {
    if (at < others.length) other = evolve(other, others[at]!);
    if (at < events.length) state = evolve(state, events[at]!);
  }
  return state;
}

/** Waits until a clock shows another time, without a turn of the event loop. */
function waitForTick(): void {
  const begun = performance.now();
  while (performance.now() - begun <= tickMs);
}
