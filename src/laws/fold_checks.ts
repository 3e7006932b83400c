/**
 * What every fold owes, whether it is a decider's, a view's or a process's: the same past leads to
 * the same state, whenever, wherever and however it is folded.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { checkerOf, sentence, type Shape } from "../shape.ts";
import { copyOf } from "./copied_value.ts";
import { deepFreeze } from "./frozen_value.ts";
import { hermetic } from "./hermetic.ts";
import { broken, held, type Judgement, same, skipped, unable } from "./judgement.ts";
import { withKeysTurned } from "./key_order.ts";
import type { LawName } from "./law.ts";
import { inTwoZones } from "./time_zone.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What folds events. */
export interface Fold<Event, State> {
  readonly evolve: (state: State, event: Event) => State;
  readonly initialState: State;
}

/** What a fold owes, and how it is found out. */
export interface FoldCheck extends Pick<LawName, "title" | "why"> {
  readonly judge: <Event, State>(
    fold: Fold<Event, State>,
    events: ReadonlyArray<Event>,
  ) => Judgement;
}

/** In milliseconds; clocks count whole ones. */
const tickMs = 1;

// ---------------------------------------------------------------------------
// the checks
// ---------------------------------------------------------------------------

/** The same events, folded twice. */
export const replays: FoldCheck = {
  title: "the same events lead to the same state, at once and a moment later",
  why: "A state that depends on more than the events is another one after a restart.",
  judge: (fold, events) => {
    const first = folded(fold, events);
    const again = same(first, folded(fold, events), "folded again, the state is another");
    if (again._tag === "Broken") return again;
    waitForTick();
    return same(first, folded(fold, events), "folded a moment later, the state is another");
  },
};

/** Copies of the events, with another fold in between. */
export const isAlone: FoldCheck = {
  title: "a fold knows nothing of other folds, nor of which object holds a value",
  why: "What a store gives back is never the object that was stored, nor the only stream.",
  judge: (fold, events) => {
    let state = copyOf(fold.initialState);
    for (const event of events) {
      const copy = copyOf(event);
      // Another fold in between: one that keeps something beside the state takes it for its own.
      fold.evolve(copyOf(fold.initialState), copy);
      state = copyOf(fold.evolve(state, copy));
    }
    return same(folded(fold, events), state, "copies of the same values lead to another state");
  },
};

/** States and events that cannot be written to. */
export const writesNothing: FoldCheck = {
  title: "evolve writes to nothing that it is given",
  why: "A state that is written to changes for everyone who holds it, a cache for one.",
  judge: (fold, events) => {
    let state = deepFreeze(copyOf(fold.initialState));
    for (const event of events) {
      try {
        state = deepFreeze(fold.evolve(state, deepFreeze(copyOf(event))));
      } catch (cause) {
        return broken(`evolve writes to what it is given: ${String(cause)}`);
      }
    }
    return held;
  },
};

/** The fields of the events in another order. */
export const ignoresFieldOrder: FoldCheck = {
  title: "a fold does not look at the order of fields",
  why: "A store that keeps JSON may give the fields of an object in another order.",
  judge: (fold, events) => {
    const turned = events.map(withKeysTurned);
    const state = folded(fold, turned);
    return same(folded(fold, events), state, "with its fields in another order, it differs");
  },
};

/** Two time zones. */
export const ignoresZone: FoldCheck = {
  title: "a fold does not look at the time zone",
  why: "A server in another zone would fold the same past to another state.",
  judge: (fold, events) => {
    const both = inTwoZones(() => folded(fold, events));
    if (!both) return unable("the time zone cannot be switched here");
    return same(both[0], both[1], "in another time zone, the state is another");
  },
};

/** A room without a platform. */
const asksNothing: FoldCheck = {
  title: "evolve asks nothing of the platform",
  why: "A time, a chance or a setting belongs in the event: then the past stays what it was.",
  judge: (fold, events) => {
    const asked = hermetic(() => folded(fold, events));
    if (E.isRight(asked)) return held;
    return broken(`${asked.left.what} was asked ${placeIn(asked.left.stack)}`);
  },
};

/** All of them, as the laws of views and of processes name them. */
export const foldChecks: Readonly<Record<string, FoldCheck>> = {
  replay: replays,
  isolation: isAlone,
  writing: writesNothing,
  fields: ignoresFieldOrder,
  zone: ignoresZone,
  platform: asksNothing,
};

/** What is said of a fold without an event. */
export const nothingHappened: Judgement = skipped("nothing happened");

/** A stop in between, at which the state is written down. */
export function resumes<Event, State>(
  fold: Fold<Event, State>,
  events: ReadonlyArray<Event>,
  shape: Shape<State>,
  place: number,
): Judgement {
  const checker = checkerOf(shape);
  const cut = place % (events.length + 1);
  const written = checker.write(folded(fold, events.slice(0, cut)));
  if (E.isLeft(written)) {
    return broken(`the state after ${cut} events cannot be written: ${sentence(written.left)}`);
  }
  const read = checker.read(JSON.parse(JSON.stringify(written.right)));
  if (E.isLeft(read)) {
    return broken(`the state after ${cut} events cannot be read again: ${read.left.join("; ")}`);
  }
  const final = events.slice(cut).reduce(fold.evolve, read.right);
  return same(folded(fold, events), final, `stopped after ${cut} events, it ends otherwise`);
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

/** The state after events. */
export function folded<Event, State>(
  { evolve, initialState }: Fold<Event, State>,
  events: ReadonlyArray<Event>,
): State {
  return events.reduce((state, event) => evolve(state, event), initialState);
}

/** The calls that led to a complaint, without those of the law itself. */
export function placeIn(stack: string): string {
  return stack.split("\n").slice(2, 4).map((line) => line.trim()).join(", ");
}

/** Waits until a clock shows another time, without a turn of the event loop. */
function waitForTick(): void {
  const begun = performance.now();
  while (performance.now() - begun <= tickMs);
}
