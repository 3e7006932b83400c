/**
 * Combinators of views with a bug each, for laws to catch.
 *
 * @module
 */
import * as V from "../../src/view.ts";

/** The right view is told only what changes the left one. */
export const productDeaf: typeof V.product = (right) => (left) => {
  const both = V.product(right)(left);
  return {
    ...both,
    evolve: (state, event) => {
      const [stateL, stateR] = both.evolve(state, event);
      return stateL === state[0] ? state : [stateL, stateR];
    },
  };
};

/** Every event makes a new object. */
export const productAllRestless: typeof V.productAll = (views) => {
  const all = V.productAll(views);
  return { ...all, evolve: (states, event) => ({ ...all.evolve(states, event) }) };
};

/** Tells every part the state of the first. */
export const productAllMixed: typeof V.productAll = (views) => {
  const all = V.productAll(views);
  return {
    ...all,
    evolve: (states, event) => {
      const after = all.evolve(states, event);
      const [first] = Object.values(after as object);
      // The fields are the same; what is in them is the bug.
      return Object.fromEntries(Object.keys(after as object).map((key) => [key, first])) as never;
    },
  };
};

/** All keys are one. */
export const manyMerged: typeof V.many = () => V.many(() => "");

/** A key that is met again begins anew. */
export const manyForgetful: typeof V.many = (key) => (view) => {
  const instances = V.many(key)(view);
  return { ...instances, evolve: (_, event) => instances.evolve(instances.initialState, event) };
};

/** What means nothing to the view begins it anew. */
export const adaptResetting: typeof V.adapt = (eventIn) => (view) => {
  const adapted = V.adapt(eventIn)(view);
  return {
    ...adapted,
    evolve: (state, outer) =>
      eventIn(outer)._tag === "None" ? adapted.initialState : adapted.evolve(state, outer),
  };
};

/** Tells every event twice. */
export const adaptEchoing: typeof V.adapt = (eventIn) => (view) => {
  const adapted = V.adapt(eventIn)(view);
  return {
    ...adapted,
    evolve: (state, outer) => adapted.evolve(adapted.evolve(state, outer), outer),
  };
};

/** Merges in the wrong order. */
export const foldMapReversed: typeof V.foldMap = (monoid) => (contribution) => ({
  ...V.foldMap(monoid)(contribution),
  merge: (earlier, later) => monoid.concat(later, earlier),
});
