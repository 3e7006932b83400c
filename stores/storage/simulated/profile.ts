/**
 * Profiles: what may go wrong together, and what a store is held to while it does.
 *
 * Only what a store promises to survive goes wrong in a profile, else its checker learns to
 * forgive. Which faults a life meets, and how often, is drawn anew for each seed: a life in which
 * everything fails a little never gets deep, and some failures only show where others are absent
 * (swarm testing: Groce et al., ISSTA 2012).
 *
 * @module
 */
import type { Generator } from "./generator.ts";
import type { DiskCall, ErrorCode, Fate, Misfortune, Struck } from "./misfortune.ts";
import type { FailedFlush } from "./model_file.ts";
import type { Rot } from "./rot.ts";
import { rots } from "./rot.ts";

/** What goes wrong in a life, and what is promised all the same. */
export interface Profile {
  readonly name: ProfileName;
  readonly promise: string;
  /** The kinds of misfortune that may befall a call. */
  readonly troubles: ReadonlyArray<Trouble>;
  /** What may happen to files at rest. */
  readonly rots: ReadonlyArray<Rot>;
}

/** The profiles there are. */
export type ProfileName = "process" | "power" | "io-errors" | "rot" | "liar";

/** A kind of misfortune. */
export type Trouble =
  | "kill"
  | "power cut"
  | "slow"
  | "pause"
  | "clock jump"
  | "short write"
  | "write error"
  | "full disk"
  | "flush error"
  | "read error"
  | "bad sector"
  | "other error"
  | "lie";

const unharmed = "what is acknowledged is there, whole and in order; what is not is there whole " +
  "or not at all";
const always: ReadonlyArray<Trouble> = ["kill", "slow", "pause", "clock jump"];
const errors: ReadonlyArray<Trouble> = [
  "short write",
  "write error",
  "full disk",
  "flush error",
  "read error",
  "bad sector",
  "other error",
];

/** The profiles, by name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  process: { name: "process", promise: unharmed, troubles: always, rots: [] },
  power: { name: "power", promise: unharmed, troubles: [...always, "power cut"], rots: [] },
  "io-errors": {
    name: "io-errors",
    promise: `${unharmed}; a failed append says whether it is stored, and when the errors stop ` +
      "and the machine has started again, the store is usable",
    troubles: [...always, "power cut", ...errors],
    rots: [],
  },
  rot: {
    name: "rot",
    promise: "every answer is as it was, or a fault that names the damage; never silently another",
    troubles: ["slow", "clock jump"],
    rots,
  },
  liar: {
    name: "liar",
    promise: "the log is a beginning of what it was, or a fault that names what is missing",
    troubles: [...always, "power cut", "lie"],
    rots: [],
  },
};

/** A fate, and what it has done so far. */
export interface DrawnFate {
  readonly fate: Fate;
  readonly struck: ReadonlyArray<Struck>;
  /** What may befall a call in this life, and how often: for whoever reads a trace. */
  readonly rates: ReadonlyMap<Trouble, number>;
}

/** How a fate is drawn. */
export interface FateOptions {
  /**
   * Whether a flush that succeeds ends the moments after one that has failed. In these no process
   * is killed, nor falls asleep until another takes its place: a store cannot mark in no time what a
   * failed flush took from it.
   */
  readonly settles: (call: DiskCall) => boolean;
  /** At most so many times are a process or the power cut off. */
  readonly endsMax: number;
  /** At most so many times does a process stand still. */
  readonly pausesMax: number;
}

/**
 * Draws what befalls the calls of one life.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { drawnFate, generator, profiles, simulatedDisk } from "leftfold/storage/simulated";
 *
 * const options = { settles: () => true, endsMax: 1, pausesMax: 1 };
 * const drawn = drawnFate(profiles["io-errors"], generator(7), options);
 * const { storage } = simulatedDisk({ seed: 7, fate: drawn.fate }).start();
 * let failed = 0;
 * for (let nth = 0; nth < 200; nth++) {
 *   try {
 *     storage.list();
 *   } catch {
 *     failed += 1;
 *   }
 * }
 * assert.equal(failed > 0, drawn.struck.some(({ misfortune }) => misfortune._tag === "Fails"));
 * ```
 */
export function drawnFate(profile: Profile, draws: Generator, options: FateOptions): DrawnFate {
  const rates = new Map<Trouble, number>();
  for (const trouble of profile.troubles) {
    if (draws.chance(0.5)) rates.set(trouble, draws.pick(oftenness(trouble)));
  }
  const struck: Struck[] = [];
  let ends = 0;
  let pauses = 0;
  let isUnsettled = false;
  const isSpared = (trouble: Trouble): boolean => {
    if (trouble === "pause") return isUnsettled || pauses >= options.pausesMax;
    const isEnd = trouble === "kill" || trouble === "power cut";
    return isEnd && (isUnsettled || ends >= options.endsMax);
  };
  const fate: Fate = (call) => {
    for (const [trouble, often] of rates) {
      if (!draws.chance(often) || isSpared(trouble)) continue;
      const misfortune = misfortuneOf(trouble, call, draws);
      if (!misfortune) continue;
      struck.push({ nth: call.nth, misfortune });
      if (misfortune._tag === "Killed" || misfortune._tag === "PowerCut") ends += 1;
      if (misfortune._tag === "Paused") pauses += 1;
      if (misfortune._tag === "FlushFails") isUnsettled = true;
      return misfortune;
    }
    if (call.operation === "datasync" && options.settles(call)) isUnsettled = false;
    return undefined;
  };
  return { fate, struck, rates };
}

function oftenness(trouble: Trouble): ReadonlyArray<number> {
  switch (trouble) {
    case "kill":
    case "power cut":
      return [0.002, 0.01, 0.03];
    case "slow":
      return [0.02, 0.2];
    case "pause":
    case "clock jump":
      return [0.002, 0.01];
    case "full disk":
    case "bad sector":
      return [0.005, 0.02];
    case "lie":
      return [0.05, 0.5, 1];
    default:
      return [0.005, 0.02, 0.1];
  }
}

/** What a trouble does to a call; nothing if it has nothing to do with it. */
function misfortuneOf(trouble: Trouble, call: DiskCall, draws: Generator): Misfortune | undefined {
  const { operation, size } = call;
  const isWrite = operation === "write";
  const isFlush = operation === "datasync" || operation === "syncDirectory";
  switch (trouble) {
    case "kill":
      return { _tag: "Killed", done: doneOf(call, draws) };
    case "power cut": {
      const damage = { bytes: "mixed", names: "mixed", seed: draws.below(2 ** 31) } as const;
      return { _tag: "PowerCut", done: doneOf(call, draws), damage };
    }
    case "slow": {
      const done = draws.chance(0.5) ? "first" : "last";
      return { _tag: "Slow", ms: draws.between(1, 20), done };
    }
    case "pause":
      return { _tag: "Paused" };
    case "clock jump":
      return { _tag: "ClockJumps", ms: draws.pick([-86_400_000, -1_000, 1_000, 4_000_000_000]) };
    case "short write":
      return isWrite && size > 1 ? { _tag: "Short", done: draws.between(1, size - 1) } : undefined;
    case "write error":
      return isWrite
        ? { _tag: "FailsHalfWay", done: draws.below(size + 1), code: "EIO" }
        : undefined;
    case "full disk":
      return isWrite ? { _tag: "Fills", left: draws.below(4096) } : undefined;
    case "flush error":
      if (operation === "syncDirectory") return { _tag: "Fails", code: "EIO" };
      return isFlush ? { _tag: "FlushFails", cache: draws.pick(caches) } : undefined;
    case "read error":
      return operation === "read" ? { _tag: "Fails", code: "EIO" } : undefined;
    case "bad sector":
      return operation === "read" ? { _tag: "BadSector" } : undefined;
    case "other error":
      if (isWrite || isFlush || operation === "read") return undefined;
      // A file is closed also where closing it fails.
      return operation === "closeAppend" || operation === "closeRead"
        ? { _tag: "FailsAfterwards", code: "EIO" }
        : { _tag: "Fails", code: draws.pick(codes) };
    case "lie":
      return isFlush ? { _tag: "Lies" } : undefined;
  }
}

const caches: ReadonlyArray<FailedFlush> = ["keeps", "reverts", "keeps a part"];
const codes: ReadonlyArray<ErrorCode> = ["EIO", "EMFILE", "EACCES", "ENOSPC"];

/** How much of a call is done before the end: nothing, all, or a part of a write. */
function doneOf({ operation, size }: DiskCall, draws: Generator): number {
  return operation === "write" ? draws.below(size + 1) : draws.below(2);
}
