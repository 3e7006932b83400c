/**
 * Processes that do the jobs of a campaign, each as many as it gets done.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import process from "node:process";
import { emptyTally, type Job, sumOf, type Tally } from "./jobs.ts";

/** On Node; Deno needs none. */
const flags: ReadonlyArray<string> = process.versions["deno"] === undefined
  // Most of what a life makes is garbage soon: with more room for it, less of it is moved about.
  ? ["--import", "tsx", "--max-semi-space-size=64"]
  : [];

/** What a process says of a job that it has done. */
export interface Done {
  readonly tally: Tally;
  /** Of a processor. */
  readonly seconds: number;
}

/** Does all jobs on so many processes, and tells of failures as they come. */
export async function doAll(
  jobs: ReadonlyArray<Job>,
  processes: number,
  failed: (failure: string) => void,
): Promise<Done> {
  const waiting = [...jobs];
  let tally = emptyTally;
  let seconds = 0;
  const note = (done: Done): void => {
    tally = sumOf(tally, done.tally);
    seconds += done.seconds;
    done.tally.failures.forEach(failed);
  };
  const hands = Array.from({ length: Math.min(processes, jobs.length) }, () => hand(waiting, note));
  await Promise.all(hands);
  return { tally, seconds };
}

/** One process: takes the next job as long as there is one. */
function hand(waiting: Job[], note: (done: Done) => void): Promise<void> {
  const child: ChildProcess = fork(new URL("./worker.ts", import.meta.url), {
    execArgv: [...flags],
  });
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const job = waiting.shift();
      if (job) child.send(job);
      else child.disconnect();
    };
    child.on("message", (done: Done) => {
      note(done);
      next();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the campaign ended with ${code ?? signal}`));
    });
    next();
  });
}
