/**
 * Campaigns on the simulated disk.
 *
 *     npm run simulate -- --profile power --seeds 1..100000     random lives
 *     npm run simulate -- --profile power --trace 4711          one of them, call by call
 *
 * Without a profile, all of them. The exit code is 0 if every life was as it should be, 1 if one was
 * not, 2 if something was asked for that there is not.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { type Profile, type ProfileName, profiles } from "../../stores/storage/simulated.ts";
import { crashEverywhere, type Failure, type Thoroughness } from "./exhaustive.ts";
import { failEverywhere } from "./failing.ts";
import { life, type Verdict } from "./life.ts";
import { scripts } from "./scripts.ts";

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

function tellFailures(failures: ReadonlyArray<Failure>): void {
  for (const { where, violations } of failures.slice(0, 3)) {
    console.log(where);
    for (const { invariant, what } of violations) console.log(`  ${invariant}: ${what}`);
  }
}

/** Lets every call of every script fail. */
async function failEach(stride: number): Promise<number> {
  let failed = 0;
  for (const script of scripts) {
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
  for (const script of scripts) {
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

const { values } = parseArgs({
  options: {
    exhaustive: { type: "boolean", default: false },
    damages: { type: "string", default: "20" },
    nested: { type: "string", default: "2" },
    each: { type: "string", default: "16" },
    stride: { type: "string", default: "1" },
    profile: { type: "string" },
    seeds: { type: "string", default: "1..1000" },
    trace: { type: "string" },
  },
});
const { from, to } = range(values.trace ?? values.seeds);
let failed = 0;
if (values.exhaustive) {
  failed += await exhaust({
    damages: Number(values.damages),
    nestedDamages: Number(values.nested),
    nestedEach: Number(values.each),
  });
  failed += await failEach(Number(values.stride));
} else {
  for (const profile of chosen(values.profile)) {
    failed += values.trace === undefined
      ? await campaign(profile, from, to)
      : await trace(profile, from);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
