/**
 * Lives of writers that are killed: each on another runtime, on a store that is made anew now and
 * then.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileStoreOptions } from "../../stores/file/mod.ts";
import { type Random, randomFrom } from "./kill_commits.ts";
import { type Line, linesOf } from "./kill_lines.ts";
import { judge, type Known, nothingKnown, toRepeat } from "./kill_model.ts";
import { type Runtime, start } from "./kill_runtimes.ts";
import type { Task } from "./kill_writer.ts";

/** What a campaign is. */
export interface KillCampaign {
  readonly seed: number;
  /** So many writers are killed. */
  readonly rounds: number;
  readonly runtimes: ReadonlyArray<Runtime>;
  /** Taken instead of one at random. */
  readonly durability?: "none";
}

/** What came of it. */
export interface KillReport {
  readonly problems: ReadonlyArray<string>;
  readonly kills: number;
  /** Kills that came before the writer knew what is there, or while it was looking. */
  readonly early: number;
  readonly acknowledged: number;
  readonly untold: number;
  readonly torn: number;
  readonly segmentsMost: number;
}

/** So many writers are killed on one store. */
const LIVES = 12;
/** A process that does not say what it found within so many milliseconds is at fault itself. */
const PATIENCE_MS = 60_000;

/** Runs a campaign to its end. */
export async function killWriters(campaign: KillCampaign): Promise<KillReport> {
  let report: KillReport = {
    problems: [],
    kills: 0,
    early: 0,
    acknowledged: 0,
    untold: 0,
    torn: 0,
    segmentsMost: 0,
  };
  for (let round = 0; round < campaign.rounds; round += LIVES) {
    const lives = Math.min(LIVES, campaign.rounds - round);
    const place = mkdtempSync(join(tmpdir(), "leftfold-kill-"));
    try {
      report = await livesOf(campaign, place, round, lives, report);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
    if (report.problems.length > 0) break;
  }
  return report;
}

/** The lives of one store, and a last one that only looks, and closes. */
async function livesOf(
  campaign: KillCampaign,
  place: string,
  round: number,
  lives: number,
  before: KillReport,
): Promise<KillReport> {
  let known: Known = nothingKnown(campaign.seed);
  let report = before;
  let inFlight = 0;
  for (let life = 1; life <= lives + 1; life++) {
    const random = randomFrom(campaign.seed, round, life);
    const isLast = life > lives;
    const runtime = campaign.runtimes[(round + life) % campaign.runtimes.length];
    if (!runtime) throw new Error("there is no runtime");
    const again = isLast ? [] : toRepeat(known, inFlight);
    inFlight = isLast ? 0 : random.oneOf([1, 8, 40]);
    const options = optionsOf(random, campaign.durability);
    const task: Task = { seed: campaign.seed, life, options, again, inFlight };
    const { lines, ended } = await live(runtime, place, task, random);
    const judged = judge(known, life, again, lines);
    const checked = lines.find((line) => line.tag === "checked");
    const isAsWanted = ended === (isLast ? 0 : "SIGKILL");
    const problems = [
      ...isAsWanted ? [] : [`the process ended with ${ended}`],
      ...judged.problems,
    ].map((words) => `round ${round + life}, on ${runtime.name}: ${words}`);
    report = {
      problems: [...report.problems, ...problems],
      kills: report.kills + (isLast ? 0 : 1),
      early: report.early + (checked || isLast ? 0 : 1),
      acknowledged: report.acknowledged + judged.acknowledged,
      untold: report.untold + judged.untold,
      torn: report.torn + (isLast ? checked?.torn ?? 0 : 0),
      segmentsMost: Math.max(report.segmentsMost, checked?.segments ?? 0),
    };
    known = judged.known;
    if (problems.length > 0) break;
  }
  return report;
}

function optionsOf(random: Random, durability: "none" | undefined): FileStoreOptions {
  return {
    segmentBytesMax: random.oneOf([2_048, 16_384, 131_072, 2 ** 20, 2 ** 26]),
    activeTermsMax: random.oneOf([50, 250_000, 250_000]),
    durability: durability ?? random.oneOf(["sync", "sync", "sync", "os"]),
    flushMs: random.oneOf([1, 100]),
  };
}

interface Lived {
  readonly lines: ReadonlyArray<Line>;
  readonly ended: number | NodeJS.Signals | null;
}

/** Runs a process until it ends by itself or is killed, and gives what it said. */
function live(runtime: Runtime, place: string, task: Task, random: Random): Promise<Lived> {
  const child = start(runtime, "kill_writer.ts", [place, JSON.stringify(task)]);
  const kill = (): void => void child.kill("SIGKILL");
  const isEndless = task.inFlight > 0;
  const waits: NodeJS.Timeout[] = [setTimeout(kill, PATIENCE_MS)];
  const killAfter = (ms: number): void => void waits.push(setTimeout(kill, random.below(ms)));
  // One of eight dies while it starts, opens or looks; the others while they append.
  if (isEndless && random.below(8) === 0) killAfter(800);
  let text = "";
  let isReady = false;
  child.stdout?.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    if (isReady || !isEndless || !text.includes('{"tag":"checked"')) return;
    isReady = true;
    killAfter(random.oneOf([3, 30, 300]));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      for (const wait of waits) clearTimeout(wait);
      resolve({ lines: linesOf(text), ended: signal ?? code });
    });
  });
}
