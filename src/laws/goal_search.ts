/**
 * The search for a goal: walks of commands that fit, each longer than those before it.
 *
 * Nobody knows how long the way to a goal is, and a walk may lose itself. So there are many short
 * walks, and fewer that are long, as restarts are for a search whose duration is unknown (Luby,
 * Sinclair and Zuckerman, 1993). All that is drawn follows from the state alone, so that a case is
 * judged the same each time.
 *
 * @module
 */
import type * as fc from "fast-check";
import { takeStep } from "./history.ts";
import { randomness } from "./randomness.ts";
import type { Walkable } from "./walk.ts";

/** Walks that are tried one after the other, if those before them have not reached the goal. */
interface Round {
  readonly walks: number;
  /** Of each walk. */
  readonly commands: number;
}

/** Nearly all states are done with in the first walk, so that what is last may cost something. */
const rounds: ReadonlyArray<Round> = [
  { walks: 20, commands: 30 },
  { walks: 6, commands: 120 },
  { walks: 2, commands: 480 },
];
/**
 * Every second walk is drawn with the bias of fast-check to ends of ranges, at its strongest: the
 * way out may be an end (all that is left) as well as what lies between.
 */
const bias = 2;

/** What was tried, in words. */
export const walksTried: string = tried();

/** Whether a walk of commands that fit comes from a state to a goal. */
export function isGoalReached<Command, Event, State, Rejection>(
  walkable: Walkable<Command, Event, State, Rejection>,
  goal: (state: State) => boolean,
  from: State,
): boolean {
  if (goal(from)) return true;
  return rounds.some(({ walks, commands }, nth) =>
    randomness(nth, walks).some((random, walk) =>
      reaches(walkable, goal, from, commands, random, walk % 2 === 0 ? bias : undefined)
    )
  );
}

function reaches<Command, Event, State, Rejection>(
  { decider, commands }: Walkable<Command, Event, State, Rejection>,
  goal: (state: State) => boolean,
  from: State,
  length: number,
  random: fc.Random,
  biasFactor: number | undefined,
): boolean {
  let state = from;
  for (let nth = 0; nth < length; nth++) {
    const { value } = commands(state).generate(random, biasFactor);
    const step = takeStep(decider, state, value);
    if (step._tag === "Crashed") return false;
    state = step.after;
    if (goal(state)) return true;
  }
  return false;
}

function tried(): string {
  const walks = rounds.reduce((sum, round) => sum + round.walks, 0);
  const lengths = rounds.map(({ commands }) => commands);
  return `${walks} walks of ${Math.min(...lengths)} to ${Math.max(...lengths)} commands that fit`;
}
