/**
 * Readers that follow a busy store for a while: its writer is killed now and then, and another one
 * takes over.
 *
 * @module
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/run.ts";
import { openFileStore, verifyStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";
import {
  digestOf,
  type FollowLine,
  followLinesOf,
  type Seen,
  type Stored,
} from "./follow_lines.ts";
import type { ReaderTask } from "./follow_reader.ts";
import type { WriterTask } from "./follow_writer.ts";
import { randomFrom } from "./kill_commits.ts";
import { allOf } from "./kill_reading.ts";
import { type Runtime, start } from "./kill_runtimes.ts";

/** What a campaign is. */
export interface FollowCampaign {
  readonly seed: number;
  /** So many writers are killed; one more ends by itself. */
  readonly kills: number;
  /** How long a writer writes, in milliseconds. */
  readonly writingMs: number;
  /** On which runtimes writers run, one after the other. */
  readonly writers: ReadonlyArray<Runtime>;
  /** On which runtimes readers run, all at once. */
  readonly readers: ReadonlyArray<Runtime>;
  readonly isLossy?: boolean;
}

/** What came of it. */
export interface FollowReport {
  readonly problems: ReadonlyArray<string>;
  readonly records: number;
  readonly acknowledged: number;
  readonly pages: number;
  /** From the append to the reader, over all commits that were acknowledged. */
  readonly medianMs: number;
  readonly ninetyNineMs: number;
  /** From the acknowledgement to the reader: less than nothing if the reader was told first. */
  readonly medianAfterToldMs: number;
  /** The longest that readers waited for a page while a writer was replaced. */
  readonly longestGapMs: number;
}

/** A process, and what it has said so far. */
interface Speaker {
  readonly name: string;
  readonly child: ChildProcess;
  readonly lines: () => ReadonlyArray<FollowLine>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** A process that does not come to its end within so many milliseconds is at fault itself. */
const PATIENCE_MS = 60_000;

/** Runs a campaign to its end. */
export async function followWriters(campaign: FollowCampaign): Promise<FollowReport> {
  const place = mkdtempSync(join(tmpdir(), "leftfold-follow-"));
  const speakers: Speaker[] = [];
  const started = (runtime: Runtime, program: string, task: WriterTask | ReaderTask): Speaker => {
    const speaker = speak(runtime, program, [place, JSON.stringify(task)]);
    speakers.push(speaker);
    return speaker;
  };
  try {
    // There is a store before there are readers.
    await run((await run(openFileStore(directory(place)))).close);
    const { isLossy = false } = campaign;
    const readers = campaign.readers.map((one) => started(one, "follow_reader.ts", { isLossy }));
    for (const reader of readers) await until(reader, "following");
    const problems: string[] = [];
    const stored: Stored[] = [];
    for (let life = 1; life <= campaign.kills + 1; life += 1) {
      const random = randomFrom(campaign.seed, life);
      const task: WriterTask = {
        ...{ seed: campaign.seed, life, inFlight: random.oneOf([1, 4, 16]) },
        segmentBytesMax: random.oneOf([65_536, 2 ** 20, 2 ** 26]),
      };
      const runtime = campaign.writers[life % campaign.writers.length];
      if (!runtime) throw new Error("there is no runtime");
      const writer = started(runtime, "follow_writer.ts", task);
      await until(writer, "stored");
      await sleep(campaign.writingMs);
      const isLast = life > campaign.kills;
      if (isLast) writer.child.stdin?.end();
      else writer.child.kill("SIGKILL");
      const ended = await inTime(writer);
      if (ended !== (isLast ? 0 : "SIGKILL")) problems.push(`${writer.name} ended with ${ended}`);
      for (const line of writer.lines()) {
        if (line.tag === "stored") stored.push(line);
        if (line.tag === "ended") problems.push(`${writer.name}: ${line.why}`);
      }
    }
    const { digests, head, damage } = await lookAt(place);
    for (const { child } of readers) child.stdin?.write(String(head));
    for (const reader of readers) {
      const ended = await inTime(reader);
      if (ended !== 0) problems.push(`the reader on ${reader.name} ended with ${ended}`);
      problems.push(...readerProblems(reader, digests, head));
    }
    const lost = stored.filter(({ last }) => last > head);
    if (lost.length > 0) problems.push(`${lost.length} acknowledged commits are lost`);
    return { problems: [...damage, ...problems], ...figuresOf(readers, stored, head) };
  } finally {
    for (const { child } of speakers) child.kill("SIGKILL");
    rmSync(place, { recursive: true, force: true });
  }
}

/** What the log holds in the end: its digest up to each position. */
async function lookAt(place: string): Promise<{
  readonly digests: ReadonlyArray<string>;
  readonly head: number;
  readonly damage: ReadonlyArray<string>;
}> {
  const storage = directory(place);
  const { problems } = await run(verifyStore(storage));
  const store = await run(openFileStore(storage, { mode: "readOnly" }));
  const digest = digestOf();
  const digests = [""];
  for (const record of await allOf(store, {})) {
    digest.add(record);
    digests.push(digest.read());
  }
  await run(store.close);
  const damage = problems.map((one) => `verifyStore: ${JSON.stringify(one)}`);
  return { digests, head: digests.length - 1, damage };
}

/** What is wrong with what a reader saw. */
function readerProblems(
  { name, lines }: Speaker,
  digests: ReadonlyArray<string>,
  head: number,
): ReadonlyArray<string> {
  let through = 0;
  for (const line of lines()) {
    if (line.tag === "ended") return [`the reader on ${name} ended: ${line.why}`];
    if (line.tag !== "seen") continue;
    if (line.from !== through) {
      return [`the reader on ${name} went on from ${line.from} after it had come to ${through}`];
    }
    through = line.through;
    if (line.digest !== digests[through]) {
      return [`the reader on ${name} saw other records up to ${through} than the log holds`];
    }
  }
  return through === head ? [] : [`the reader on ${name} came to ${through} of ${head}`];
}

function figuresOf(
  readers: ReadonlyArray<Speaker>,
  stored: ReadonlyArray<Stored>,
  head: number,
): Omit<FollowReport, "problems"> {
  const pages = readers.map(({ lines }) =>
    lines().filter((line): line is Seen => line.tag === "seen")
  );
  const byPlace = [...stored].sort((one, other) => one.last - other.last);
  const delays: number[] = [];
  const afterTold: number[] = [];
  for (const seen of pages) {
    let at = 0;
    for (const { last, askedMs, toldMs } of byPlace) {
      while (at < seen.length && seen[at]!.through < last) at += 1;
      const page = seen[at];
      if (page === undefined) break;
      delays.push(page.atMs - askedMs);
      afterTold.push(page.atMs - toldMs);
    }
  }
  const gaps = pages.flatMap((seen) =>
    seen.slice(1).map(({ atMs }, index) => atMs - seen[index]!.atMs)
  );
  return {
    records: head,
    acknowledged: stored.length,
    pages: pages.reduce((sum, seen) => sum + seen.length, 0),
    medianMs: quantile(delays, 0.5),
    ninetyNineMs: quantile(delays, 0.99),
    medianAfterToldMs: quantile(afterTold, 0.5),
    longestGapMs: quantile(gaps, 1),
  };
}

/** The value below which a part of them lies, to a tenth. */
function quantile(values: ReadonlyArray<number>, part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
  return Math.round(value * 10) / 10;
}

// ---------------------------------------------------------------------------
// processes
// ---------------------------------------------------------------------------

function speak(runtime: Runtime, program: string, args: ReadonlyArray<string>): Speaker {
  const child = start(runtime, program, args);
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (more: string) => text += more);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  return { name: runtime.name, child, lines: () => followLinesOf(text), ended };
}

/** Waits until a process says something. */
async function until({ name, child, lines }: Speaker, wanted: FollowLine["tag"]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!lines().some(({ tag }) => tag === wanted)) {
    const isLate = performance.now() > deadline;
    if (isLate || child.exitCode !== null) {
      throw new Error(
        `the process on ${name} ${isLate ? "never says" : "ended without"} ${wanted}`,
      );
    }
    await sleep(10);
  }
}

/** How a process ends; it is killed if it does not. */
async function inTime({ child, ended }: Speaker): Promise<number | NodeJS.Signals | null> {
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
