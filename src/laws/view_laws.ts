/**
 * The laws of views.
 *
 * @module
 */
import type { View } from "../view.ts";
import { foldChecks, folded, nothingHappened, resumes } from "./fold_checks.ts";
import { shuffled } from "./interleave.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law } from "./law.ts";
import { viewLaw, type ViewSpec } from "./view_spec.ts";

/**
 * All laws of a view that the specification has the ingredients for.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { view } from "leftfold";
 * import { checkLaws, viewLaws } from "leftfold/laws";
 *
 * const sold = view({ initialState: 0, evolve: (sum, event: { readonly seats: number }) => sum + event.seats });
 * const laws = viewLaws({
 *   name: "seats sold",
 *   view: sold,
 *   logs: fc.array(fc.record({ seats: fc.nat(9) })),
 *   merge: (earlier, later) => earlier + later,
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function viewLaws<Event, State>(spec: ViewSpec<Event, State>): ReadonlyArray<Law> {
  return [...foldLaws(spec), ...declaredLaws(spec), ...claimedLaws(spec)];
}

function foldLaws<Event, State>(spec: ViewSpec<Event, State>): ReadonlyArray<Law> {
  const { view, state: shape } = spec;
  const laws = Object.entries(foldChecks).map(([part, { title, why, judge }]) =>
    viewLaw(
      spec,
      { id: "PR1", part, tier: "core", title, why },
      (events) => events.length === 0 ? nothingHappened : judge(view, events),
    )
  );
  const total = viewLaw(spec, {
    id: "PR1",
    part: "total",
    tier: "core",
    title: "evolve gives a state for every event",
    why: "A view that breaks at an event stands still there, and with it whoever asks it.",
  }, (events) => {
    let state = view.initialState;
    for (const [at, event] of events.entries()) {
      state = view.evolve(state, event);
      if (state === undefined && view.initialState !== undefined) {
        return broken(`evolve gave no state for event ${at + 1}`);
      }
      if (state instanceof Promise) return broken(`evolve gave a promise for event ${at + 1}`);
    }
    return events.length === 0 ? nothingHappened : held;
  });
  if (!shape) return [...laws, total];
  const resume = viewLaw(
    spec,
    {
      id: "PR3",
      tier: "declared",
      title: "a fold that stops, writes its state down and goes on, ends in the same state",
      why: "A projection is stopped somewhere every day.",
    },
    (events, place) => events.length === 0 ? nothingHappened : resumes(view, events, shape, place),
  );
  return [...laws, total, resume];
}

function declaredLaws<Event, State>(spec: ViewSpec<Event, State>): ReadonlyArray<Law> {
  const { view, invariants = {}, ignores } = spec;
  const laws = Object.entries(invariants).map(([sentence, holds]) =>
    viewLaw(spec, {
      id: "PR11",
      part: sentence,
      tier: "declared",
      title: sentence,
      why: "It was declared to hold of every state, after every event.",
    }, (events) => {
      let state = view.initialState;
      for (const [at, event] of events.entries()) {
        state = view.evolve(state, event);
        const answer = holds(state, events.slice(0, at + 1));
        if (answer === true) continue;
        const words = typeof answer === "string" ? answer : `not so: ${sentence}`;
        return broken(`${words}, after event ${at + 1}`);
      }
      return events.length === 0 ? nothingHappened : held;
    })
  );
  if (!ignores) return laws;
  return [
    ...laws,
    viewLaw(spec, {
      id: "PR7",
      tier: "declared",
      title: "an event that does not concern it changes nothing",
      why: "What the filter of a projection leaves out must not have counted before.",
    }, (events) => {
      let state = view.initialState;
      return firstBroken(
        events.map((event, at): Judgement => {
          const before = state;
          state = view.evolve(state, event);
          if (!ignores(event)) return skipped("it concerns the view");
          return same(before, state, `event ${at + 1} does not concern it, and changes the state`);
        }),
        "every event concerns the view",
      );
    }),
  ];
}

function claimedLaws<Event, State>(spec: ViewSpec<Event, State>): ReadonlyArray<Law> {
  const { view, countsOnce, streamOf, merge, answer = (state: State): unknown => state } = spec;
  const laws: Law[] = [];
  if (countsOnce) {
    laws.push(viewLaw(spec, {
      id: "PR4",
      tier: "claim",
      title: "an event that comes twice in a row counts once",
      why: "A view that is fed by something that knows no positions is told some events twice.",
    }, (events, choice) => {
      if (events.length === 0) return nothingHappened;
      const at = choice % events.length;
      const twice = [...events.slice(0, at + 1), ...events.slice(at)];
      const [once, again] = [folded(view, events), folded(view, twice)];
      return same(answer(once), answer(again), `event ${at + 1}, told twice, counts twice`);
    }));
  }
  if (streamOf) {
    laws.push(viewLaw(spec, {
      id: "PR6",
      tier: "claim",
      title: "the order of events of different streams makes no difference",
      why: "Two stores that were merged, and two shards that are read, keep no order in between.",
    }, (events, choice) => {
      const streams = new Map<string, Event[]>();
      for (const event of events) {
        const name = streamOf(event);
        const own = streams.get(name);
        if (own) own.push(event);
        else streams.set(name, [event]);
      }
      if (streams.size < 2) return skipped("there is one stream");
      const turns = events.map((_, at) => (choice >>> (at % 13)) % streams.size);
      const other = shuffled([...streams.values()].reverse(), turns);
      const [one, two] = [folded(view, events), folded(view, other)];
      return same(answer(one), answer(two), "with its streams in another order, it differs");
    }));
  }
  if (merge) {
    laws.push(viewLaw(spec, {
      id: "PR9",
      tier: "claim",
      title: "the states of two stretches, merged, are the state of both",
      why: "Then a rebuild can be shared by several workers.",
    }, (events, choice) => {
      if (events.length < 2) return skipped("there are not two stretches");
      const cut = 1 + choice % (events.length - 1);
      const parts = [events.slice(0, cut), events.slice(cut)].map((part) => folded(view, part));
      const whole = answer(folded(view, events));
      return same(whole, answer(merge(parts[0]!, parts[1]!)), `cut after event ${cut}, it differs`);
    }));
  }
  return laws;
}

/**
 * Whether two views answer alike, whatever they are told: an old version and a new one, built side
 * by side before the one takes the place of the other.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { view } from "leftfold";
 * import { agrees } from "leftfold/laws";
 *
 * const sum = view({ initialState: 0, evolve: (total, n: number) => total + n });
 * const all = view({ initialState: [], evolve: (list: ReadonlyArray<number>, n: number) => [...list, n] });
 * const law = agrees({ name: "sum", view: sum, logs: fc.array(fc.nat(9)) }, all, (list) => list.reduce((a, b) => a + b, 0));
 * assert(E.isRight(await law.check()()));
 * ```
 */
export function agrees<Event, State, OtherState>(
  spec: ViewSpec<Event, State>,
  other: View<Event, OtherState>,
  answerOfOther: (state: OtherState) => unknown,
): Law {
  const answer = spec.answer ?? ((state: State): unknown => state);
  return viewLaw(spec, {
    id: "PR8",
    tier: "claim",
    title: "the two views answer alike",
    why: "Whoever replaces a view wants nothing to change for those who ask it.",
  }, (events) => {
    if (events.length === 0) return nothingHappened;
    const [one, two] = [answer(folded(spec.view, events)), answerOfOther(folded(other, events))];
    return same(one, two, "the other view answers otherwise");
  }, { isApart: true });
}
