/**
 * Side by side with what people use, and with the limits of the machine.
 *
 *     npm run bench                          everything; writes bench/results.{md,json,svg}
 *     npm run bench -- --quick               the same in about two minutes, less exactly
 *     npm run bench -- --only W1,W2          some workloads
 *     npm run bench -- --subjects leftfold,limit
 *     npm run bench -- --runtimes node,deno,bun
 *     npm run bench -- --compare FILE        afterwards, which ratio fell since the run in FILE
 *
 * Every subject runs in a process of its own, and the rounds are interleaved: whatever else the
 * machine does in a round, it does to all of them.
 *
 * @module
 */
import { buildSync } from "esbuild";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chartOf } from "./chart.ts";
import type { Answer, Question } from "./child.ts";
import { fallen } from "./compare.ts";
import { versionOf } from "./peer.ts";
import { figure, reportOf } from "./report.ts";
import { type Measured, median, type OpenedStore, OURS, type Results } from "./result.ts";
import { subjects } from "./subjects/mod.ts";
import { type Stored, STREAMS, workloads } from "./workload.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    subjects: { type: "string" },
    runtimes: { type: "string", default: "node,deno,bun" },
    rounds: { type: "string" },
    compare: { type: "string" },
    streams: { type: "string" },
  },
});

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
const milliseconds = values.quick ? 300 : 1_500;
const stored: Stored = {
  streams: Number(values.streams ?? (values.quick ? 1_000 : 10_000)),
  eventsPerStream: 100,
};
if (!(stored.streams >= STREAMS)) {
  console.error(`--streams is ${values.streams}; the workloads want ${STREAMS} at least`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), "leftfold-bench-"));
const wanted = values.only?.split(",");
const named = values.subjects?.split(";");
const runtimes = values.runtimes.split(",");

/**
 * The program of a child, in plain JavaScript as the package is published: a loader of TypeScript
 * gives each function its name again when it is made, which costs more than some functions do.
 */
const childProgram = join(here, "child.bundle.mjs");

function compileChild(): void {
  buildSync({
    entryPoints: [join(here, "child.ts")],
    outfile: childProgram,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
}

// ---------------------------------------------------------------------------
// children
// ---------------------------------------------------------------------------

/** A process that measures a subject. */
interface Child {
  readonly ask: (
    question: Question,
  ) => Promise<Exclude<Answer, { readonly error: string }>>;
  readonly end: () => Promise<void>;
}

/** A subject on a runtime, and where it keeps what it stores. */
interface Runner {
  readonly subject: string;
  readonly runtime: string;
  readonly place: string;
}

function wordsFor(runtime: string): readonly [string, ...string[]] {
  const installed = (name: string): string => join(root, "node_modules", ".bin", name);
  if (runtime === "deno") return [installed("deno"), "run", "-A", "--no-check"];
  if (runtime === "bun") return [installed("bun")];
  return [process.execPath];
}

function childOf({ subject, runtime, place }: Runner): Child {
  const [program, ...flags] = wordsFor(runtime);
  const child = spawn(program, [...flags, childProgram, subject, place], {
    cwd: root,
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })
    [Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${subject} ended before it answered`);
      // The child wrote it.
      const answer = JSON.parse(value) as Answer;
      if ("error" in answer) throw new Error(`${subject}: ${answer.error}`);
      return answer;
    },
    end: () => ended(child),
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.stdin?.end();
  });
}

// ---------------------------------------------------------------------------
// rounds
// ---------------------------------------------------------------------------

async function measureWriting(id: string): Promise<ReadonlyArray<Measured>> {
  return await measure(id, runnersFor(id));
}

/** The same workload for everybody, round by round. */
async function measure(
  id: string,
  runners: ReadonlyArray<Runner>,
): Promise<Measured[]> {
  const rates = new Map<Runner, number[]>();
  const children = new Map(runners.map((runner) => [runner, childOf(runner)]));
  const unable = new Set<Runner>();
  // The first round warms up, and is not counted.
  for (let round = -1; round < rounds; round += 1) {
    for (const [runner, child] of children) {
      if (unable.has(runner)) continue;
      const answer = await child.ask({
        ask: "run",
        workload: id,
        milliseconds,
      });
      if (answer.units === undefined) unable.add(runner);
      else if (round >= 0) {
        rates.set(runner, [
          ...rates.get(runner) ?? [],
          answer.units / answer.ms * 1000,
        ]);
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

function runnersFor(id: string): ReadonlyArray<Runner> {
  return subjects
    .filter(({ name, workloads }) =>
      (!named || named.includes(name)) && (workloads?.includes(id) ?? true)
    )
    .flatMap(({ name }) => {
      return (name === OURS ? runtimes : ["node"]).map((runtime) => ({
        subject: name,
        runtime,
        place: newPlace(`${id}-${name}-${runtime}`),
      }));
    });
}

function newPlace(name: string): string {
  const place = join(scratch, name.replaceAll(/[^a-zA-Z0-9]+/g, "-"));
  mkdirSync(place, { recursive: true });
  return place;
}

/** Stores events once in each subject that keeps them, and reads them in new processes. */
async function measureReading(
  ids: ReadonlyArray<string>,
): Promise<{ readonly measured: Measured[]; readonly opened: OpenedStore[] }> {
  const kept = runnersFor("read").filter(({ subject }) => !subject.includes("in memory"));
  const events = stored.streams * stored.eventsPerStream;
  const opened: OpenedStore[] = [];
  for (const runner of kept) {
    const child = childOf(runner);
    const { ms } = await child.ask({ ask: "store", stored });
    await child.end();
    if (runner.subject.startsWith("limit")) continue;
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
    const bytesOnDisk = files.reduce(
      (sum, file) => sum + statSync(file).size,
      0,
    );
    const { subject, runtime } = runner;
    opened.push({
      subject,
      runtime,
      events,
      openMs,
      memoryBytes,
      bytesOnDisk,
      files: files.length,
    });
    console.log(
      `W6   ${`${subject} (${runtime})`.padEnd(32)}${
        figure(median(openMs)).padStart(14)
      } ms to open, ` +
        `${figure(bytesOnDisk / events)} B an event, stored in ${figure(ms / 1000)} s`,
    );
  }
  const measured: Measured[] = [];
  for (const id of ids) measured.push(...await measure(id, kept));
  return { measured, opened };
}

function filesIn(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
}

// ---------------------------------------------------------------------------
// the run
// ---------------------------------------------------------------------------

function installPeers(): void {
  if (existsSync(join(here, "node_modules"))) return;
  console.log(
    "Installing what it is measured against (once; two of them are compiled)...",
  );
  const { status } = spawnSync("npm", ["ci", "--prefix", here], {
    stdio: "inherit",
  });
  if (status !== 0) {
    throw new Error("the peers could not be installed; see above");
  }
}

function commitNow(): string {
  const { stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: root,
  });
  return stdout?.toString().trim() || "unknown";
}

installPeers();
compileChild();
try {
  const ids = workloads.filter(({ id }) => !wanted || wanted.includes(id));
  const measured: Measured[] = [];
  for (const { id, isReading } of ids) {
    if (!isReading) measured.push(...await measureWriting(id));
  }
  const readingIds = ids.flatMap(({ id, isReading }) => isReading ? [id] : []);
  const isOpening = !wanted || wanted.includes("W6");
  const read = readingIds.length > 0 || isOpening
    ? await measureReading(readingIds)
    : { measured: [], opened: [] };
  const results: Results = {
    at: new Date().toISOString().slice(0, 10),
    commit: commitNow(),
    machine: `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${
      figure(totalmem() / 2 ** 30)
    } GiB, ${process.platform}`,
    versions: {
      node: process.versions.node,
      "better-sqlite3": versionOf("better-sqlite3"),
      emmett: versionOf("@event-driven-io/emmett"),
      "event-storage": versionOf("event-storage"),
      "fmodel-ts": versionOf("@fraktalio/fmodel-ts"),
      castore: versionOf("@castore/core"),
    },
    rounds,
    measured: [...measured, ...read.measured],
    opened: read.opened,
  };
  if (!wanted && !named && !values.quick) {
    writeFileSync(
      join(here, "results.json"),
      `${JSON.stringify(results, undefined, 2)}\n`,
    );
    writeFileSync(join(here, "results.md"), reportOf(results));
    writeFileSync(join(here, "results.svg"), chartOf(results));
  }
  console.log(`\n${reportOf(results)}`);
  if (values.compare !== undefined) {
    // An earlier run of this program wrote it.
    const before = JSON.parse(readFileSync(values.compare, "utf8")) as Results;
    const worse = fallen(before, results);
    for (const { what, before: was, after, tolerated } of worse) {
      console.log(
        `${what}: ${was.toFixed(2)} -> ${after.toFixed(2)}, more than the noise of ${
          (100 * tolerated).toFixed(0)
        } %`,
      );
    }
    if (worse.length === 0) {
      console.log("No ratio fell by more than the noise.");
    } else process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(childProgram, { force: true });
}
