/**
 * Campaigns on the simulated disk.
 *
 *     npm run simulate -- --profile power --seeds 1..100000     random lives
 *     npm run simulate -- --profile power --trace 4711          one of them, call by call
 *     npm run simulate -- --profile power --shrink 4711         the least of it that still breaks
 *     npm run simulate -- --exhaustive [--script TEXT]          an end and an error at every call
 *     npm run simulate -- --short                               every life of up to three steps
 *
 * Without a profile, all of them. The exit code is 0 if every life was as it should be, 1 if one was
 * not, 2 if something was asked for that there is not.
 *
 * @module
 */
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { type Profile, type ProfileName, profiles } from "../../stores/storage/simulated.ts";
import { crashEverywhere, type Failure, type Thoroughness } from "./exhaustive.ts";
import { failEverywhere } from "./failing.ts";
import { life, type Verdict } from "./life.ts";
import { scripts } from "./scripts.ts";
import { shortScripts } from "./short.ts";
import { shrink } from "./shrink.ts";
import { programOptions } from "../support/program_options.ts";

const under = { openFileStore, fileStates };

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

function explain(verdict: Verdict): string {
  const lines = verdict.violations.map(({ invariant, what }) => `  ${invariant}: ${what}`);
  return [
    `seed ${verdict.seed}, profile ${verdict.profile}`,
    ...lines,
    `  again: npm run simulate -- --profile ${verdict.profile} --trace ${verdict.seed}`,
  ].join("\n");
}

async function campaign(profile: Profile, from: number, to: number): Promise<number> {
  const begun = process.cpuUsage();
  let failed = 0;
  let [calls, acknowledged, recoveries, misfortunes, told] = [0, 0, 0, 0, 0];
  for (let seed = from; seed <= to; seed++) {
    const verdict = await life(seed, profile, under);
    calls += verdict.figures.calls;
    acknowledged += verdict.figures.acknowledged;
    recoveries += verdict.figures.recoveries;
    misfortunes += verdict.figures.misfortunes;
    if (verdict.told) told += 1;
    if (verdict.violations.length === 0) continue;
    failed += 1;
    if (failed <= 10) console.log(explain(verdict));
  }
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1_000_000;
  const lives = to - from + 1;
  console.log(
    `${profile.name}: ${lives} lives, ${failed} failed; ${calls} calls, ${acknowledged} ` +
      `acknowledged, ${recoveries} recoveries, ${misfortunes} misfortunes, ${told} told of damage; ` +
      `${seconds.toFixed(1)} s of a processor, ${Math.round(lives / seconds)} lives in each`,
  );
  return failed;
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

function tellFailures(failures: ReadonlyArray<Failure>): void {
  for (const { where, violations } of failures.slice(0, 3)) {
    console.log(where);
    for (const { invariant, what } of violations) console.log(`  ${invariant}: ${what}`);
  }
}

/** Lets every call of every script fail. */
async function failEach(stride: number): Promise<number> {
  let failed = 0;
  for (const script of wanted) {
    const begun = process.cpuUsage();
    const { calls, lives, failures } = await failEverywhere(script, under, stride);
    const { user, system } = process.cpuUsage(begun);
    failed += failures.length;
    tellFailures(failures);
    console.log(
      `${script.name}: ${calls} calls, ${lives} errors, ${failures.length} failed; ` +
        `${((user + system) / 1e6).toFixed(1)} s`,
    );
  }
  return failed;
}

async function exhaust(thoroughness: Thoroughness): Promise<number> {
  let failed = 0;
  for (const script of wanted) {
    const begun = process.cpuUsage();
    const { calls, ways, nestedWays, disks, failures } = await crashEverywhere(
      script,
      under,
      thoroughness,
    );
    const { user, system } = process.cpuUsage(begun);
    failed += failures.length;
    tellFailures(failures);
    console.log(
      `${script.name}: ${calls} calls, ${ways} ways to end, ${nestedWays} more in recovery, ` +
        `${disks} disks, ${failures.length} failed; ${((user + system) / 1e6).toFixed(1)} s`,
    );
  }
  return failed;
}

/** Ends every short life right after each of its flushes. */
async function exhaustShort(): Promise<number> {
  const begun = process.cpuUsage();
  let [failed, ways, disks] = [0, 0, 0];
  const all = shortScripts(3);
  const thoroughness = { damages: 3, nestedDamages: 0, nestedEach: Infinity, isAfterFlushes: true };
  for (const script of all) {
    const broken = await crashEverywhere(script, under, thoroughness);
    failed += broken.failures.length;
    ways += broken.ways;
    disks += broken.disks;
    tellFailures(broken.failures);
  }
  const { user, system } = process.cpuUsage(begun);
  console.log(
    `short lives: ${all.length}, ${ways} ways to end, ${disks} disks, ${failed} failed; ` +
      `${((user + system) / 1e6).toFixed(1)} s`,
  );
  return failed;
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
    trace: { type: "string" },
  },
});
const wanted = scripts.filter(({ name }) => name.includes(values.script));
if (wanted.length === 0) refuse(`No script is called "${values.script}"`);
const { from, to } = range(values.shrink ?? values.trace ?? values.seeds);
let failed = 0;
if (values.short) {
  failed += await exhaustShort();
} else if (values.exhaustive) {
  failed += await exhaust({
    damages: Number(values.damages),
    nestedDamages: Number(values.nested),
    nestedEach: Number(values.each),
  });
  failed += await failEach(Number(values.stride));
} else {
  for (const profile of chosen(values.profile)) {
    if (values.shrink !== undefined) failed += await cutDown(profile, from);
    else if (values.trace !== undefined) failed += await trace(profile, from);
    else failed += await campaign(profile, from, to);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
