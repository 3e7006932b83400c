/**
 * Laws of storage: what is written down and read again leads to the same state.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { deciderLaw, type DeciderSpec, drawnNumbers } from "../decider_spec.ts";
import { eventsOf } from "../history.ts";
import { broken, same, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";
import { checkerOf, sentence } from "../../shape.ts";
import { storedAndRead } from "../stored_event.ts";

const placeMax = 1000;

export function storageLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return [...eventLaws(spec), ...stateLaws(spec)];
}

function eventLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider, codec } = spec;
  if (!codec) return [];
  return [
    deciderLaw(spec, {
      id: "DE13",
      tier: "declared",
      title: "every event that is decided is read as it was stored",
      why: "An event that its own codec refuses is a command that fails in production.",
    }, ({ steps }) => {
      let count = 0;
      for (const [step, one] of steps.entries()) {
        // Also those that evolve broke at: the codec is asked before.
        if (one._tag === "Rejected") continue;
        for (const event of one.events) {
          count += 1;
          const read = storedAndRead(codec, event);
          if (E.isLeft(read)) return broken(read.left, { step });
          const judgement = same([event], read.right, "it is read as another event", { step });
          if (judgement._tag === "Broken") return judgement;
        }
      }
      return count > 0 ? same(0, 0, "") : skipped("nothing happened");
    }),
    deciderLaw(spec, {
      id: "DE14",
      tier: "declared",
      title: "events that were stored and read lead to the same state",
      why: "The state in production is only ever folded from what was read.",
    }, (history) => {
      const events = eventsOf(history);
      if (events.length === 0) return skipped("nothing happened");
      const read: Event[] = [];
      for (const event of events) {
        const again = storedAndRead(codec, event);
        if (E.isLeft(again)) return skipped("an event cannot be stored");
        read.push(...again.right);
      }
      const state = read.reduce(
        (before, event) => decider.evolve(before, event),
        decider.initialState,
      );
      return same(history.final, state, "from what was read, the state is another");
    }),
  ];
}

function stateLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { decider, state: shape } = spec;
  if (!shape) return [];
  const checker = checkerOf(shape);
  return [
    deciderLaw(spec, {
      id: "DE15",
      tier: "declared",
      title: "a fold that stops, writes its state down and goes on, ends in the same state",
      why: "A snapshot is such a stop; one that loses a field is wrong from then on.",
    }, (history, place) => {
      const events = eventsOf(history);
      if (events.length === 0) return skipped("nothing happened");
      const fold = (from: State, part: ReadonlyArray<Event>): State =>
        part.reduce((before, event) => decider.evolve(before, event), from);
      const cut = place % (events.length + 1);
      const written = checker.write(fold(decider.initialState, events.slice(0, cut)));
      if (E.isLeft(written)) {
        return broken(`the state after ${cut} events cannot be written: ${sentence(written.left)}`);
      }
      const read = checker.read(JSON.parse(JSON.stringify(written.right)));
      if (E.isLeft(read)) {
        return broken(
          `the state after ${cut} events cannot be read again: ${read.left.join("; ")}`,
        );
      }
      const final = fold(read.right, events.slice(cut));
      return same(history.final, final, `stopped after ${cut} events, it ends in another state`);
    }, { draws: drawnNumbers(placeMax) }),
  ];
}
