/**
 * A campaign in pieces: jobs that know nothing of each other, and what came of them, so that each
 * processor can do some.
 *
 * @module
 */
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { type ProfileName, profiles } from "../../stores/storage/simulated.ts";
import { type Broken, crashEverywhere, type Failure, type Thoroughness } from "./exhaustive.ts";
import { type Failed, failEverywhere } from "./failing.ts";
import type { Violation } from "./history.ts";
import { life, type StoreUnderTest, type Verdict } from "./life.ts";
import { type Script, scripts } from "./scripts.ts";
import { shortScripts } from "./short.ts";

/** The store that campaigns are about. */
export const under: StoreUnderTest = { openFileStore, fileStates };

/** A piece of a campaign. */
export type Job =
  /** Lives of a profile, from a seed to another. */
  | {
    readonly _tag: "Lives";
    readonly profile: ProfileName;
    readonly from: number;
    readonly to: number;
  }
  /** Ends a script at every call. */
  | { readonly _tag: "Ends"; readonly script: string; readonly thoroughness: Thoroughness }
  /** Lets every call of a script go wrong. */
  | { readonly _tag: "Errors"; readonly script: string; readonly stride: number }
  /** Ends some of the short lives after each flush, counted from 0. */
  | { readonly _tag: "Short"; readonly from: number; readonly to: number };

/** What came of jobs. */
export interface Tally {
  /** How often what happened. */
  readonly counts: Readonly<Record<string, number>>;
  /** Each life that broke a promise, told in lines. */
  readonly failures: ReadonlyArray<string>;
}

/** What came of no job. */
export const emptyTally: Tally = { counts: {}, failures: [] };

/** What came of both. */
export function sumOf(one: Tally, other: Tally): Tally {
  const counts: Record<string, number> = { ...one.counts };
  for (const [name, count] of Object.entries(other.counts)) {
    counts[name] = (counts[name] ?? 0) + count;
  }
  return { counts, failures: [...one.failures, ...other.failures] };
}

/** Does a job. */
export async function carryOut(job: Job): Promise<Tally> {
  switch (job._tag) {
    case "Lives":
      return await liveAll(job.profile, job.from, job.to);
    case "Ends":
      return tallyOf(await crashEverywhere(scriptOf(job.script), under, job.thoroughness));
    case "Errors":
      return tallyOf(await failEverywhere(scriptOf(job.script), under, job.stride));
    case "Short":
      return await endShort(shorts.slice(job.from, job.to));
  }
}

/** Every life of up to three steps. */
export const shorts: ReadonlyArray<Script> = shortScripts(3);

/** What is said of a life that broke a promise. */
export function explain({ violations, seed, profile }: Verdict): string {
  return [
    `seed ${seed}, profile ${profile}`,
    ...violations.map(lineOf),
    `  again: npm run simulate -- --profile ${profile} --trace ${seed}`,
  ].join("\n");
}

async function liveAll(name: ProfileName, from: number, to: number): Promise<Tally> {
  const failures: string[] = [];
  let [calls, acknowledged, recoveries, misfortunes, told] = [0, 0, 0, 0, 0];
  for (let seed = from; seed <= to; seed++) {
    const verdict = await life(seed, profiles[name], under);
    calls += verdict.figures.calls;
    acknowledged += verdict.figures.acknowledged;
    recoveries += verdict.figures.recoveries;
    misfortunes += verdict.figures.misfortunes;
    if (verdict.told) told += 1;
    if (verdict.violations.length > 0) failures.push(explain(verdict));
  }
  const lives = to - from + 1;
  return { counts: { lives, calls, acknowledged, recoveries, misfortunes, told }, failures };
}

async function endShort(chosen: ReadonlyArray<Script>): Promise<Tally> {
  const thoroughness = { damages: 3, nestedDamages: 0, nestedEach: Infinity, isAfterFlushes: true };
  const failures: string[] = [];
  let [ways, disks] = [0, 0];
  for (const script of chosen) {
    const broken = await crashEverywhere(script, under, thoroughness);
    ways += broken.ways;
    disks += broken.disks;
    failures.push(...broken.failures.map(explainFailure));
  }
  return { counts: { lives: chosen.length, ways, disks }, failures };
}

function tallyOf({ script: _, failures, ...counts }: Broken | Failed): Tally {
  return { counts, failures: failures.map(explainFailure) };
}

function scriptOf(name: string): Script {
  const found = scripts.find((script) => script.name === name);
  if (!found) throw new Error(`No script is called "${name}"`);
  return found;
}

function explainFailure({ where, violations }: Failure): string {
  return [where, ...violations.map(lineOf)].join("\n");
}

function lineOf({ invariant, what }: Violation): string {
  return `  ${invariant}: ${what}`;
}
