/**
 * Combinators with a bug each, for laws to catch. Some are bugs that were shipped elsewhere.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as D from "../../src/decider.ts";

/** Either side's event is folded by both, as if the sides shared one union of events. */
export const composeLeaking: typeof D.compose = (right) => (left) => {
  const composed = D.compose(right)(left);
  return {
    ...composed,
    evolve: (state, event) => {
      const [stateL, stateR] = composed.evolve(state, event);
      return [stateL, E.isLeft(event) ? right.evolve(stateR, event.left as never) : stateR];
    },
  };
};

/** The left side is decided against its initial state. */
export const composeForgetful: typeof D.compose = (right) => (left) => {
  const composed = D.compose(right)(left);
  return {
    ...composed,
    decide: (command, [, stateR]) => composed.decide(command, [left.initialState, stateR]),
  };
};

/** Ends as soon as one side does. */
export const composeImpatient: typeof D.compose = (right) => (left) => ({
  ...D.compose(right)(left),
  isTerminal: ([l, r]) => (left.isTerminal?.(l) ?? false) || (right.isTerminal?.(r) ?? false),
});

/** Every instance is told of every event. */
export const manyShared: typeof D.many = (decider) => {
  const instances = D.many(decider);
  return {
    ...instances,
    evolve: (states, [key, event]) =>
      [...states].reduce(
        (all, [other]) => other === key ? all : instances.evolve(all, [other, event]),
        instances.evolve(states, [key, event]),
      ),
  };
};

/** A key that is met for the second time begins anew. */
export const manyForgetful: typeof D.many = (decider) => {
  const instances = D.many(decider);
  return {
    ...instances,
    decide: ([key, command], states) =>
      instances.decide([key, command], states.has(key) ? instances.initialState : states),
  };
};

/** Follow-up commands are decided against the state before the first. */
export const transactStale: typeof D.transact = (decider) => ({
  ...decider,
  decide: (commands, state) => {
    const emitted = [];
    for (const command of commands) {
      const decision = decider.decide(command, state);
      if (E.isLeft(decision)) return decision;
      emitted.push(...decision.right);
    }
    return E.right(emitted);
  },
});

/** What was accepted before the first rejection is kept. */
export const transactPartial: typeof D.transact = (decider) => ({
  ...decider,
  decide: (commands, before) => {
    const emitted = [];
    let state = before;
    for (const command of commands) {
      const decision = decider.decide(command, state);
      if (E.isLeft(decision)) return emitted.length === 0 ? decision : E.right(emitted);
      for (const event of decision.right) state = decider.evolve(state, event);
      emitted.push(...decision.right);
    }
    return E.right(emitted);
  },
});

/** Only the last event of each command is emitted. */
export const transactLossy: typeof D.transact = (decider) => {
  const whole = D.transact(decider);
  return {
    ...whole,
    decide: (commands, state) => {
      const decision = whole.decide(commands, state);
      return E.isLeft(decision) ? decision : E.right(decision.right.slice(-1));
    },
  };
};

/** Forgets where it was to begin. */
export const replayFromStart: typeof D.replay = (view) => (events) => D.replay(view)(events);

/** Skips the first event. */
export const replayLate: typeof D.replay = (view) => (events, ...from) =>
  D.replay(view)(events.slice(1), ...from);

/** What is not addressed to it is rejected by the state that it leaves behind. */
export const adaptResetting: typeof D.adapt = (adapter) => (decider) => ({
  ...D.adapt(adapter)(decider),
  evolve: (state, outer) => {
    const event = adapter.eventIn(outer);
    return event._tag === "None" ? decider.initialState : decider.evolve(state, event.value);
  },
});

/** Emits the last event only. */
export const adaptLossy: typeof D.adapt = (adapter) => (decider) => {
  const adapted = D.adapt(adapter)(decider);
  return {
    ...adapted,
    decide: (outer, state) => {
      const decision = adapted.decide(outer, state);
      return E.isLeft(decision) ? decision : E.right(decision.right.slice(-1));
    },
  };
};
