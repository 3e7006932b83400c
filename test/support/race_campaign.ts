/**
 * Two writers that race for a store. Whoever has it is stopped, past its lease; the other one takes
 * over and appends; the first is woken, learns what has happened, and waits for its turn.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/run.ts";
import { openFileStore, verifyStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";
import { randomFrom } from "./kill_commits.ts";
import { type Line, linesOf } from "./kill_lines.ts";
import { allOf, commitsOf } from "./kill_reading.ts";
import { type Runtime, start } from "./kill_runtimes.ts";
import { pauses } from "./race_pauses.ts";
import { raceProblems } from "./race_model.ts";
import type { RaceTask } from "./race_writer.ts";

/** What a campaign is. */
export interface RaceCampaign {
  readonly seed: number;
  /** So many times a writer is stopped and loses the store. */
  readonly rounds: number;
  readonly runtimes: ReadonlyArray<Runtime>;
  readonly isBlind?: boolean;
}

/** What came of it. */
export interface RaceReport {
  readonly problems: ReadonlyArray<string>;
  readonly takeovers: number;
  readonly acknowledged: number;
  readonly indeterminate: number;
  readonly refused: number;
  /** How often a writer stopped itself, by the call at which it did. */
  readonly stops: Readonly<Record<string, number>>;
}

/** So many take-overs on one store, if a writer knows when it has lost it. */
const ROUNDS = 20;
const LEASE_MS = 300;
/** A writer that does not do within so many milliseconds what it must is at fault itself. */
const PATIENCE_MS = 60_000;

/** One of the two writers. */
interface Racer {
  readonly name: string;
  readonly child: ChildProcess;
  readonly lines: () => ReadonlyArray<Line>;
}

/** Runs a campaign to its end. */
export async function raceWriters(campaign: RaceCampaign): Promise<RaceReport> {
  let all: ReadonlyArray<Line> = [];
  const problems: string[] = [];
  const atOnce = campaign.isBlind ? 1 : ROUNDS;
  for (let round = 0; round < campaign.rounds && problems.length === 0; round += atOnce) {
    const place = mkdtempSync(join(tmpdir(), "leftfold-race-"));
    try {
      const raced = await race(campaign, place, round, Math.min(round + atOnce, campaign.rounds));
      all = [...all, ...raced.lines];
      problems.push(...raced.problems.map((words) => `rounds from ${round} on: ${words}`));
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }
  const faults = all.filter((line) => line.tag === "faulted");
  const stops: Record<string, number> = {};
  for (const line of all) {
    if (line.tag === "stopping") stops[line.call] = (stops[line.call] ?? 0) + 1;
  }
  return {
    problems,
    takeovers: all.filter(({ tag }) => tag === "fenced").length,
    acknowledged: all.filter(({ tag }) => tag === "acknowledged").length,
    indeterminate: faults.filter(({ stored }) => stored === "unknown").length,
    refused: faults.filter(({ stored }) => stored === "no").length,
    stops,
  };
}

/** Some take-overs on one store, and what is there in the end. */
async function race(
  { seed, runtimes, isBlind = false }: RaceCampaign,
  place: string,
  round: number,
  end: number,
): Promise<{ readonly lines: ReadonlyArray<Line>; readonly problems: ReadonlyArray<string> }> {
  const store = join(place, "store");
  const pair = [0, 1].map((which): Racer => {
    const runtime = runtimes[(Math.ceil(round / ROUNDS) + which) % runtimes.length];
    if (!runtime) throw new Error("there is no runtime");
    const file = join(place, `writer-${which}`);
    const task: RaceTask = {
      seed,
      firstLife: round * 1000 + which * 500 + 1,
      leaseMs: LEASE_MS,
      isBlind,
    };
    const child = start(runtime, "race_writer.ts", [store, file, JSON.stringify(task)]);
    const lines = (): ReadonlyArray<Line> =>
      existsSync(file) ? linesOf(readFileSync(file, "utf8")) : [];
    return { name: runtime.name, child, lines };
  });
  const [one, other] = pair;
  if (!one || !other) throw new Error("two writers are wanted");
  try {
    await until("first writer", pair, () => pair.some(hasAppended));
    for (let at = round; at < end; at++) {
      // On a busy machine a lease may run out by itself, so that each time it is looked who has it.
      const [owner, waiting] = lastHead(one) > lastHead(other) ? [one, other] : [other, one];
      await takeOver(owner, waiting, randomFrom(seed, at), isBlind);
    }
    for (const { child } of pair) child.stdin?.end();
    await until("end", [], () => pair.every(hasEnded));
    const failed = pair.find(({ child }) => child.exitCode !== 0);
    if (failed) throw new Error(`the writer on ${failed.name} ended with ${failed.child.exitCode}`);
  } finally {
    for (const { child } of pair) child.kill("SIGKILL");
  }
  const writers = pair.map(({ lines }) => lines());
  return { lines: writers.flat(), problems: await problemsIn(store, writers, seed) };
}

/** Stops the owner past its lease, lets the other one take over, and wakes the first. */
async function takeOver(
  owner: Racer,
  waiting: Racer,
  random: ReturnType<typeof randomFrom>,
  isBlind: boolean,
): Promise<void> {
  const before = {
    owner: countOf(owner, "fenced"),
    stops: countOf(owner, "stopping"),
    waiting: countOf(waiting, "opened"),
  };
  await until("append of the owner", [owner], () => hasAppended(owner));
  await pause(random.below(random.oneOf([5, 60, 200])));
  // Half of them are stopped wherever they are, the others stop themselves at a certain place.
  if (random.below(2) === 0) {
    owner.child.kill("SIGSTOP");
  } else {
    owner.child.stdin?.write(random.oneOf(pauses));
    await until("stop", [owner], () => {
      return countOf(owner, "stopping") > before.stops || isWaiting(owner) ||
        countOf(owner, "fenced") > before.owner;
    });
  }
  await until("take-over", [waiting], () => {
    return countOf(waiting, "opened") > before.waiting && hasAppended(waiting);
  });
  await pause(random.below(30));
  owner.child.kill("SIGCONT");
  if (isBlind) {
    // A writer that does not look goes on for ever: what it does meanwhile is the harm to be found.
    await pause(200);
    return;
  }
  await until("sign that the owner knows", [owner], () => {
    return countOf(owner, "fenced") > before.owner || isWaiting(owner);
  });
}

/** Whether a writer has lost the store, and not opened it again. */
function isWaiting({ lines }: Racer): boolean {
  const tags = lines().map(({ tag }) => tag);
  return tags.lastIndexOf("fenced") > tags.lastIndexOf("opened");
}

/** Whether something was acknowledged since the writer opened the store last. */
function hasAppended({ lines }: Racer): boolean {
  const tags = lines().map(({ tag }) => tag);
  const opened = tags.lastIndexOf("opened");
  return opened >= 0 && tags.includes("acknowledged", opened);
}

/** The head of the log when the writer opened the store last; -1 if it has not. */
function lastHead({ lines }: Racer): number {
  return lines().reduce((last, line) => line.tag === "opened" ? line.head : last, -1);
}

function hasEnded({ child }: Racer): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function countOf({ lines }: Racer, tag: Line["tag"]): number {
  return lines().filter((line) => line.tag === tag).length;
}

async function until(
  what: string,
  racers: ReadonlyArray<Racer>,
  isSo: () => boolean,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    const gone = racers.find(hasEnded);
    if (gone && !isSo()) {
      throw new Error(`the writer on ${gone.name} ended before there was a ${what}`);
    }
    if (performance.now() > deadline) throw new Error(`there was no ${what} in ${PATIENCE_MS} ms`);
    await pause(5);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function problemsIn(
  place: string,
  writers: ReadonlyArray<ReadonlyArray<Line>>,
  seed: number,
): Promise<ReadonlyArray<string>> {
  const storage = directory(place);
  const { problems } = await run(verifyStore(storage));
  if (problems.length > 0) return problems.map((one) => `verifyStore: ${JSON.stringify(one)}`);
  const store = await run(openFileStore(storage, { mode: "existing" }));
  const log = commitsOf(await allOf(store, {}));
  await run(store.close);
  return raceProblems(log, writers, seed);
}
