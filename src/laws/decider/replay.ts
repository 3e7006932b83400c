/**
 * Laws of replay: a decider is a fold, and owes what every fold owes.
 *
 * @module
 */
import { deciderLaw, type DeciderSpec, drawnNumbers } from "../decider_spec.ts";
import {
  type FoldCheck,
  ignoresFieldOrder,
  ignoresZone,
  isAlone,
  nothingHappened,
  replays,
  resumes,
  writesNothing,
} from "../fold_checks.ts";
import { eventsOf } from "../history.ts";
import type { Law } from "../law.ts";

/** What is asked of evolve alone; that it asks nothing of the platform is asked with decide. */
const checks: Readonly<Record<string, FoldCheck>> = {
  DE1: replays,
  DE3: isAlone,
  DE4: writesNothing,
  DE11: ignoresFieldOrder,
  DE12: ignoresZone,
};

const placeMax = 1000;

export function replayLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider, state: shape } = spec;
  const laws = Object.entries(checks).map(([id, { title, why, judge }]) =>
    deciderLaw(spec, { id, tier: "core", title, why }, (history) => {
      const events = eventsOf(history);
      return events.length === 0 ? nothingHappened : judge(decider, events);
    })
  );
  if (!shape) return laws;
  const snapshot = deciderLaw(spec, {
    id: "DE15",
    tier: "declared",
    title: "a fold that stops, writes its state down and goes on, ends in the same state",
    why: "A snapshot is such a stop; one that loses a field is wrong from then on.",
  }, (history, place) => {
    const events = eventsOf(history);
    return events.length === 0 ? nothingHappened : resumes(decider, events, shape, place);
  }, { draws: drawnNumbers(placeMax) });
  return [...laws, snapshot];
}
