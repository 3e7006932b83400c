/**
 * Laws of storage: events that are written down and read again lead to the same state.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { deciderLaw, type DeciderSpec } from "../decider_spec.ts";
import { eventsOf } from "../history.ts";
import { broken, same, skipped } from "../judgement.ts";
import type { Law } from "../law.ts";
import { storedAndRead } from "../stored_event.ts";

export function storageLaws<Command, Event, State, Rejection>(
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
