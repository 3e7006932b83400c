/**
 * One life of a store on a disk that breaks: from a seed to a verdict.
 *
 *     const verdict = await life(4711, profiles.power, { openFileStore, fileStates });
 *
 * The seed gives the plan of the life, what goes wrong in it, and how. The store is handed in, so
 * that one that is broken on purpose can be tried in the same way. The same seed gives the same
 * life, call by call, on every runtime.
 *
 * @module
 */
import type { Fault } from "../../src/fault.ts";
import {
  drawnFate,
  fateOf,
  generator,
  type Profile,
  profiles,
  type SimulatedDisk,
  simulatedDisk,
  type Struck,
} from "../../stores/storage/simulated.ts";
import type { Violation } from "./history.ts";
import { drawPlan } from "./draw.ts";
import type { Plan, Step } from "./plan.ts";
import { take } from "./steps.ts";
import { cutPower, isOver, noteEnds, type StoreUnderTest, type World, worldOn } from "./world.ts";

export type { Violation } from "./history.ts";
export type { Plan, Step } from "./plan.ts";
export type { StoreUnderTest } from "./world.ts";

/** What came of a life. */
export interface Verdict {
  readonly seed: number;
  readonly profile: Profile["name"];
  /** The first rules that did not hold; none of a store that is right. */
  readonly violations: ReadonlyArray<Violation>;
  readonly plan: Plan;
  /** What went wrong, and at which call: the same again with {@linkcode LifeOptions.struck}. */
  readonly struck: ReadonlyArray<Struck>;
  /** A fault that told of damage which the profile lets happen: it ended the life. */
  readonly told: Fault | undefined;
  readonly figures: Figures;
  /** Of every call and every answer. */
  readonly hash: string;
  /** Empty unless it is wanted. */
  readonly trace: ReadonlyArray<string>;
}

export interface Figures {
  readonly calls: number;
  /** Commits that were acknowledged. */
  readonly acknowledged: number;
  /** How often the store was opened for writing. */
  readonly recoveries: number;
  /** Calls that something befell. */
  readonly misfortunes: number;
}

export interface LifeOptions {
  readonly wantsTrace?: boolean;
  /** Another plan than the one that the seed gives. */
  readonly plan?: Plan;
  /** What goes wrong, instead of what the seed gives. */
  readonly struck?: ReadonlyArray<Struck>;
}

/** Lives one life of a store. */
export async function life(
  seed: number,
  profile: Profile,
  under: StoreUnderTest,
  options: LifeOptions = {},
): Promise<Verdict> {
  const draws = generator(seed);
  const [planDraws, fateDraws, worldDraws] = [draws.fork(), draws.fork(), draws.fork()];
  const plan = options.plan ?? drawPlan(planDraws, profile.rots.length);
  const drawn = drawnFate(profile, fateDraws, {
    settles: ({ name }) => name.endsWith(".claim"),
    // Most of what can be found needs few ends, and each costs an opening more.
    endsMax: fateDraws.pick([1, 2, 3, 10]),
    pausesMax: 2,
  });
  const disk = simulatedDisk({
    seed,
    fate: options.struck ? fateOf(options.struck) : drawn.fate,
    provesDeath: plan.provesDeath,
    wantsTrace: options.wantsTrace ?? false,
  });
  const world = worldOn(disk, { draws: worldDraws, profile, plan, under });
  for (const step of plan.steps) {
    if (isOver(world)) break;
    await take(world, step);
    await wakeSleepers(world);
  }
  await end(world);
  return {
    seed,
    profile: profile.name,
    violations: world.history.violations,
    plan,
    struck: options.struck ?? drawn.struck,
    told: world.told,
    figures: {
      calls: disk.calls(),
      acknowledged: world.acknowledged,
      recoveries: world.recoveries,
      misfortunes: (options.struck ?? drawn.struck).length,
    },
    hash: disk.hash(),
    trace: disk.trace,
  };
}

/** Sooner or later a process that stood still wakes up, and goes on as if nothing had happened. */
async function wakeSleepers(world: World): Promise<void> {
  if (world.sleepers.length === 0 || !world.draws.chance(0.5)) return;
  for (const sleeper of world.sleepers) {
    sleeper.resume();
    await world.disk.idle(5_000);
    sleeper.kill();
  }
  world.sleepers.length = 0;
  world.unfinished.length = 0;
  noteEnds(world);
}

/**
 * What is done when nothing goes wrong any more: always in part, and seldom all of it. A second
 * opening is worth its price in some lives only; what came before is made of them.
 */
function farewell({ draws }: World): ReadonlyArray<Step> {
  const some: ReadonlyArray<Step> = [
    { _tag: "Query" },
    { _tag: "AppendAgain" },
    { _tag: "Save" },
    { _tag: "Follow" },
  ];
  const first: ReadonlyArray<Step> = [
    { _tag: "Open" },
    ...some.filter(() => draws.chance(0.3)),
    {
      _tag: "Append",
      commits: [{ streams: ["a-1"], events: 2, bytes: 0, expects: "right", hasId: true }],
    },
  ];
  if (draws.chance(0.7)) return [...first, { _tag: "Close" }];
  return [
    ...first,
    draws.pick([{ _tag: "Close" }, { _tag: "Kill" }, { _tag: "PowerCut" }]),
    { _tag: "Open" },
    ...some.filter(() => draws.chance(0.1)),
    { _tag: "Close" },
  ];
}

/** Nothing goes wrong any more: the store has to be what it promised, and has to go on. */
async function end(world: World): Promise<void> {
  await wakeSleepers(world);
  for (const sleeper of world.sleepers.splice(0)) sleeper.kill();
  world.disk.befall();
  world.disk.mend();
  if (world.profile.name === "io-errors" && !isOver(world)) cutPower(world);
  world.isTroubled = false;
  world.disk.tell("calm");
  for (const step of farewell(world)) {
    if (isOver(world)) break;
    await take(world, step);
  }
}

export { profiles, type SimulatedDisk };
