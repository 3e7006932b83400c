/**
 * Campaigns on the simulated disk.
 *
 *     npm run simulate                                          a thousand lives of each profile
 *     npm run simulate -- --profile power --seeds 1..100000     random lives
 *     npm run simulate -- --profile power --trace 4711          one of them, call by call
 *     npm run simulate -- --profile power --shrink 4711         the least of it that still breaks
 *     npm run simulate -- --exhaustive [--script TEXT]          an end and an error at every call
 *     npm run simulate -- --short                               every life of up to three steps
 *
 * It runs on Deno, which lives twice as fast as Node 20 does; on Node it does the same.
 *
 * Without a profile, all of them; `--processes N` does it with other than one process for
 * each processor. Rates are lives in a second of a processor. The exit code is 0 if every life was as it
 * should be, 1 if one was not, 2 if something was asked for that there is not.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { type Profile, type ProfileName, profiles } from "../../stores/storage/simulated.ts";
import { doAll } from "./crew.ts";
import { explain, type Job, shorts, type Tally, under } from "./jobs.ts";
import { life } from "./life.ts";
import { type Script, scripts } from "./scripts.ts";
import { shrink } from "./shrink.ts";
import { programOptions } from "../support/program_options.ts";

/** So many failures are told; the rest is counted. */
const FAILURES_TOLD = 10;

/** So many lives are one job: few enough that all processes are done at about the same time. */
const LIVES_OF_A_JOB = 50;
const SHORT_LIVES_OF_A_JOB = 10;

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function chosen(name: string | undefined): ReadonlyArray<Profile> {
  if (name === undefined) return Object.values(profiles);
  const known = Object.keys(profiles);
  if (!known.includes(name)) {
    refuse(`No profile is called "${name}"; there are ${known.join(", ")}`);
  }
  return [profiles[name as ProfileName]];
}

function range(text: string): { readonly from: number; readonly to: number } {
  const found = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (!found) refuse(`The seeds are "${text}"; give one, or two as in 1..1000`);
  return { from: Number(found[1]), to: Number(found[2] ?? found[1]) };
}

async function trace(profile: Profile, seed: number): Promise<number> {
  const verdict = await life(seed, profile, under, { wantsTrace: true });
  for (const line of verdict.trace) console.log(line);
  console.log(JSON.stringify(verdict.plan));
  if (verdict.told) console.log(`told: ${JSON.stringify(verdict.told)}`);
  console.log(`hash ${verdict.hash}`);
  if (verdict.violations.length > 0) console.log(explain(verdict));
  return verdict.violations.length;
}

/** Prints the smallest life of a seed that breaks the same promise. */
async function cutDown(profile: Profile, seed: number): Promise<number> {
  const verdict = await life(seed, profile, under);
  if (verdict.violations.length === 0) {
    console.log(`seed ${seed} breaks no promise of the profile ${profile.name}`);
    return 0;
  }
  const least = await shrink(verdict, profile, under);
  for (const line of least.trace) console.log(line);
  console.log(JSON.stringify({ plan: least.plan, struck: least.struck }));
  console.log(
    `${verdict.plan.steps.length} steps, ${verdict.struck.length} misfortunes, ` +
      `${verdict.figures.calls} calls; cut down to ${least.plan.steps.length}, ` +
      `${least.struck.length}, ${least.figures.calls}`,
  );
  console.log(explain(least));
  return least.violations.length;
}

/** Does jobs on all processes, tells what came of them, and gives how many failed. */
async function tell(
  jobs: ReadonlyArray<Job>,
  sentence: (tally: Tally, seconds: number) => string,
): Promise<number> {
  let failed = 0;
  const { tally, seconds } = await doAll(jobs, processes, (failure) => {
    failed += 1;
    if (failed <= FAILURES_TOLD) console.log(failure);
  });
  console.log(
    `${sentence(tally, seconds)}, ${failed} failed; ${seconds.toFixed(1)} s of a processor`,
  );
  return failed;
}

/** Jobs for `count` things, so many in each. */
function shares(from: number, to: number, size: number): ReadonlyArray<readonly [number, number]> {
  const count = Math.ceil((to - from + 1) / size);
  return Array.from({ length: count }, (_, nth) => {
    const begin = from + nth * size;
    return [begin, Math.min(to, begin + size - 1)];
  });
}

function liveAll(profile: ProfileName, from: number, to: number): Promise<number> {
  const jobs = shares(from, to, LIVES_OF_A_JOB)
    .map(([first, last]): Job => ({ _tag: "Lives", profile, from: first, to: last }));
  return tell(
    jobs,
    ({ counts }, seconds) =>
      `${profile}: ${counts["lives"]} lives (${
        Math.round(counts["lives"]! / seconds)
      } a second), ` +
      `${counts["calls"]} calls, ${counts["acknowledged"]} acknowledged, ` +
      `${counts["recoveries"]} recoveries, ${counts["misfortunes"]} misfortunes, ` +
      `${counts["told"]} told of damage`,
  );
}

/** Ends each script at every call, and lets every call of it go wrong. */
async function exhaust(chosen: ReadonlyArray<Script>): Promise<number> {
  const thoroughness = {
    damages: Number(values.damages),
    nestedDamages: Number(values.nested),
    nestedEach: Number(values.each),
  };
  const ends = chosen.map(({ name }): Job => ({ _tag: "Ends", script: name, thoroughness }));
  const stride = Number(values.stride);
  const errors = chosen.map(({ name }): Job => ({ _tag: "Errors", script: name, stride }));
  const failedEnds = await tell(
    ends,
    ({ counts }) =>
      `${chosen.length} scripts: ${counts["calls"]} calls, ${counts["ways"]} ways to end, ` +
      `${counts["nestedWays"]} more in recovery, ${counts["disks"]} disks`,
  );
  return failedEnds +
    await tell(
      errors,
      ({ counts }) =>
        `${chosen.length} scripts: ${counts["calls"]} calls, ${counts["lives"]} errors`,
    );
}

/** Ends every short life right after each of its flushes. */
function exhaustShort(): Promise<number> {
  const jobs = shares(0, shorts.length - 1, SHORT_LIVES_OF_A_JOB)
    .map(([first, last]): Job => ({ _tag: "Short", from: first, to: last + 1 }));
  return tell(
    jobs,
    ({ counts }) =>
      `short lives: ${counts["lives"]}, ${counts["ways"]} ways to end, ${counts["disks"]} disks`,
  );
}

const { values } = programOptions(new URL(import.meta.url), {
  options: {
    exhaustive: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    shrink: { type: "string" },
    damages: { type: "string", default: "20" },
    nested: { type: "string", default: "2" },
    each: { type: "string", default: "16" },
    stride: { type: "string", default: "1" },
    script: { type: "string", default: "" },
    profile: { type: "string" },
    seeds: { type: "string", default: "1..1000" },
    processes: { type: "string", default: String(availableParallelism()) },
    trace: { type: "string" },
  },
});
const processes = Number(values.processes);
if (!(processes >= 1)) {
  refuse(`The processes are "${values.processes}"; give a number from 1 on`);
}
const wanted = scripts.filter(({ name }) => name.includes(values.script));
if (wanted.length === 0) refuse(`No script is called "${values.script}"`);
const { from, to } = range(values.shrink ?? values.trace ?? values.seeds);
let failed = 0;
if (values.short) {
  failed += await exhaustShort();
} else if (values.exhaustive) {
  failed += await exhaust(wanted);
} else {
  for (const profile of chosen(values.profile)) {
    if (values.shrink !== undefined) failed += await cutDown(profile, from);
    else if (values.trace !== undefined) failed += await trace(profile, from);
    else failed += await liveAll(profile.name, from, to);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
