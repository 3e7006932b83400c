/**
 * One step of a projection, as a pure function: a page meets a state.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Page } from "./event_store.ts";
import type { DecodeFault, Gap, Stopped } from "./fault.ts";
import { type EventCodec, eventsIn } from "./event_codec.ts";
import type { Encoded, Recorded } from "./record.ts";
import type { Position } from "./stream.ts";
import type { View } from "./view.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a projection folds, and with what. */
export interface Folding<Event, State> {
  /** For faults. */
  readonly name: string;
  readonly codec: EventCodec<Event>;
  readonly view: View<Recorded<Event>, State>;
}

/** A state, and the position through which it is current. */
export interface Projected<State> {
  readonly state: State;
  readonly position: Position;
}

/** What came of a page. */
export type Stepped<State> =
  /** All of it is folded. */
  | { readonly _tag: "Advanced"; readonly after: Projected<State> }
  /** It ends where the state is current already: it was delivered before. */
  | { readonly _tag: "NothingNew" }
  /** What stands before the fault is folded, and may be kept. */
  | {
    readonly _tag: "Halted";
    readonly after: Projected<State>;
    readonly fault: Gap | Stopped | DecodeFault;
  };

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Folds a page into a state.
 *
 * 1. Law (chunking): whatever pages a log is cut into, the state after all of them is the same.
 * 2. Law (redelivery): a page that ends at or before the state's position changes nothing.
 * 3. Law (no gap): any other page that does not begin at the state's position is refused.
 * 4. Law (prefix): the state is the fold of the records up to its position, also where a record
 *    could not be decoded, or the view threw at it. A record counts whole or not at all.
 */
export function step<Event, State>(
  folding: Folding<Event, State>,
): (
  before: Projected<State>,
  page: Pick<Page<Encoded, unknown>, "from" | "through" | "records">,
) => Stepped<State> {
  const { name, codec, view } = folding;
  return (before, { from, through, records }) => {
    if (through <= before.position) return { _tag: "NothingNew" };
    if (from !== before.position) {
      const gap: Gap = {
        _tag: "Gap",
        stored: "no",
        projection: name,
        wanted: before.position,
        found: from,
      };
      return { _tag: "Halted", after: before, fault: gap };
    }
    let state = before.state;
    for (const record of records) {
      // The position before the record: what matched up to there is folded.
      const after = { state, position: record.position - 1 };
      const events = eventsIn(codec, record);
      if (E.isLeft(events)) return { _tag: "Halted", after, fault: events.left };
      try {
        // A plain loop: it runs for each record of a log.
        for (const event of events.right) state = view.evolve(state, { ...record, event });
      } catch (cause) {
        const at = after.position;
        const fault: Stopped = { _tag: "Stopped", stored: "no", projection: name, at, cause };
        return { _tag: "Halted", after, fault };
      }
    }
    return { _tag: "Advanced", after: { state, position: through } };
  };
}
