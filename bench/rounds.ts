/**
 * The rounds: every subject does the same, in turn, each in a process of its own.
 *
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { childOf, type Runner } from "./children.ts";
import { figure } from "./report.ts";
import { type Measured, median, type OpenedStore, OURS } from "./result.ts";
import { subjects } from "./subjects/mod.ts";
import { eventsIn, type Stored } from "./workload.ts";

/** How a run is to be. */
export interface Setup {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly stored: Stored;
  /** The subjects that are asked for; all of them if left out. */
  readonly named: ReadonlyArray<string> | undefined;
  readonly runtimes: ReadonlyArray<string>;
  /** A directory that goes when the run ends. */
  readonly scratch: string;
}

/** A workload that stores, for everybody who can do it. */
export async function measureWriting(
  setup: Setup,
  id: string,
): Promise<ReadonlyArray<Measured>> {
  return await measure(setup, id, runnersFor(setup, id, id));
}

/** Stores events once in each subject that keeps them, and reads them in new processes. */
export async function measureReading(
  setup: Setup,
  ids: ReadonlyArray<string>,
): Promise<{ readonly measured: Measured[]; readonly opened: OpenedStore[] }> {
  const kept = runnersFor(setup, "read", "W4").filter(({ subject }) => keeps(subject));
  const opened: OpenedStore[] = [];
  for (const runner of kept) {
    const child = childOf(runner);
    const { ms } = await child.ask({ ask: "store", stored: setup.stored });
    await child.end();
    if (runner.subject.startsWith("limit")) continue;
    const one = await measureOpening(setup, runner);
    opened.push(one);
    console.log(
      `W6   ${`${one.subject} (${one.runtime})`.padEnd(32)}${
        figure(median(one.openMs)).padStart(14)
      } ms to open, ` +
        `${figure(one.bytesOnDisk / one.events)} B an event, stored in ${figure(ms / 1000)} s`,
    );
  }
  const measured: Measured[] = [];
  for (const id of ids) measured.push(...await measure(setup, id, kept));
  return { measured, opened };
}

/** Whether what it has stored is there in the next process. */
function keeps(subject: string): boolean {
  const durable = subjects.find(({ name }) => name === subject)?.durable;
  return durable === "flushed" || durable === "handed over";
}

async function measureOpening(
  { rounds, stored }: Setup,
  runner: Runner,
): Promise<OpenedStore> {
  const openMs: number[] = [];
  const memoryBytes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const fresh = childOf(runner);
    const answer = await fresh.ask({ ask: "open" });
    openMs.push(answer.ms);
    memoryBytes.push(answer.memoryBytes);
    await fresh.end();
  }
  const files = filesIn(runner.place);
  const bytesOnDisk = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const { subject, runtime } = runner;
  const events = eventsIn(stored);
  return { subject, runtime, events, openMs, memoryBytes, bytesOnDisk, files: files.length };
}

/** The same workload for everybody, round by round. */
async function measure(
  { rounds, milliseconds }: Setup,
  id: string,
  runners: ReadonlyArray<Runner>,
): Promise<ReadonlyArray<Measured>> {
  const rates = new Map<Runner, number[]>();
  const children = new Map(runners.map((runner) => [runner, childOf(runner)]));
  const unable = new Set<Runner>();
  // The first round warms up, and is not counted.
  for (let round = -1; round < rounds; round += 1) {
    for (const [runner, child] of children) {
      if (unable.has(runner)) continue;
      const answer = await child.ask({ ask: "run", workload: id, milliseconds });
      if (answer.units === undefined) unable.add(runner);
      else if (round >= 0) {
        rates.set(runner, [...rates.get(runner) ?? [], answer.units / answer.ms * 1000]);
      }
    }
  }
  for (const child of children.values()) await child.end();
  return [...rates].map(([{ subject, runtime }, all]) => {
    const who = runtime === "node" ? subject : `${subject} on ${runtime}`;
    console.log(
      `${id.padEnd(5)}${who.padEnd(32)}${figure(median(all)).padStart(14)} a second`,
    );
    return { workload: id, subject, runtime, rates: all };
  });
}

/** Those that are asked for a workload, each with a place under a name of its own. */
function runnersFor(
  { named, runtimes, scratch }: Setup,
  place: string,
  id: string,
): ReadonlyArray<Runner> {
  return subjects
    .filter(({ name, workloads, missing }) =>
      (!named || named.includes(name)) && (workloads?.includes(id) ?? true) && !missing?.()
    )
    .flatMap(({ name }) => {
      return (name === OURS ? runtimes : ["node"]).map((runtime) => ({
        subject: name,
        runtime,
        place: join(scratch, `${place}-${name}-${runtime}`.replaceAll(/[^a-zA-Z0-9]+/g, "-")),
      }));
    });
}

function filesIn(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
}
