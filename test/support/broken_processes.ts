/**
 * Processes' combinators and drivers with a bug each, for laws to catch.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as P from "../../src/process.ts";

/** Sends the first command only. */
export const adaptTerse: typeof P.adapt = (adapter) => (process) => {
  const adapted = P.adapt(adapter)(process);
  return { ...adapted, react: (state, event) => adapted.react(state, event).slice(0, 1) };
};

/** Sends timers as they are, in the inner words. */
export const adaptTimerless: typeof P.adapt = (adapter) => (process) => {
  const adapted = P.adapt(adapter)(process);
  return {
    ...adapted,
    react: (state, event) => adapted.react(state, event).filter((sent) => !P.isTimer(sent)),
  };
};

/** Reacts backwards. */
export const productAllReversed: typeof P.productAll = (processes) => {
  const all = P.productAll(processes);
  return { ...all, react: (states, event) => [...all.react(states, event)].reverse() };
};

/** Owes nothing. */
export const productAllForgetful: typeof P.productAll = (processes) => ({
  ...P.productAll(processes),
  resume: () => [],
});

/** Decides every follow-up against the state that the drive began with. */
export const driveStale: typeof P.drive = (definition) => (input, from) => {
  const { decider } = definition;
  const state = from === undefined ? decider.initialState : from.state;
  const stale = {
    ...decider,
    decide: (command: Parameters<typeof decider.decide>[0]) => decider.decide(command, state),
  };
  return P.drive({ ...definition, decider: stale })(input, from);
};

/** Does not tell the process of the last event. */
export const driveDeaf: typeof P.drive = (definition) => (input, from) => {
  const rest = P.drive(definition)(input, from);
  if (E.isLeft(rest)) return rest;
  const { process } = definition;
  const told = rest.right.events.slice(0, -1);
  const before = from === undefined ? process.initialState : from.todo;
  return E.right({
    ...rest.right,
    todo: told.reduce((todo, event) => process.evolve(todo, event), before),
  });
};

/** Fires the same timers again. */
export const driveRinging: typeof P.drive = (definition) => (input, from) => {
  const rest = P.drive(definition)(input, from);
  if (E.isLeft(rest) || from !== undefined) return rest;
  const command = input.commands?.[0];
  if (command === undefined || input.now === undefined) return rest;
  return E.right({ ...rest.right, timers: [P.timer("again", input.now, command)] });
};
