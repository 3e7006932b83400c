/**
 * Side by side with what people use, and with the limits of the machine.
 *
 *     npm run bench                          everything; writes bench/results.{md,json,svg}
 *     npm run bench -- --quick               the same in a few minutes, less exactly, kept nowhere
 *     npm run bench -- --quick --rounds 5    the same, with medians of five: kept
 *     npm run bench -- --only W1,W2,weight   some workloads
 *     npm run bench -- --subjects "leftfold;limit"
 *     npm run bench -- --runtimes node,deno,bun
 *     npm run bench -- --compare FILE        afterwards, which ratio fell since the run in FILE,
 *                                            or is gone; exit code 1 if there is one
 *
 * Every subject runs in a process of its own, and the rounds are interleaved: whatever else the
 * machine does in a round, it does to all of them.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureDelay, measureKilled } from "./alone.ts";
import { chartOf } from "./chart.ts";
import { compileChildren, removeCompiled } from "./children.ts";
import { fallen, gone } from "./compare.ts";
import { versionOf } from "./peer.ts";
import { figure, reportOf } from "./report.ts";
import type { Figure, Measured, Results } from "./result.ts";
import { measureReading, measureWriting, type Setup } from "./rounds.ts";
import { subjects } from "./subjects/mod.ts";
import { measureWeight } from "./weight.ts";
import { STREAMS, workloads } from "./workload.ts";

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
const stored = {
  streams: Number(values.streams ?? (values.quick ? 1_000 : 10_000)),
  eventsPerStream: 100,
};
if (!(stored.streams >= STREAMS)) {
  console.error(`--streams is ${values.streams}; the workloads want ${STREAMS} at least`);
  process.exit(2);
}
const wanted = values.only?.split(",");
const isWanted = (id: string): boolean => wanted?.includes(id) ?? true;
const setup: Setup = {
  rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
  milliseconds: values.quick ? 300 : 1_500,
  stored,
  named: values.subjects?.split(";"),
  runtimes: values.runtimes.split(","),
  scratch: mkdtempSync(join(tmpdir(), "leftfold-bench-")),
};

// ---------------------------------------------------------------------------
// the run
// ---------------------------------------------------------------------------

function installPeers(): void {
  for (const folder of [here, join(here, "postgresql")]) {
    if (existsSync(join(folder, "node_modules"))) continue;
    console.log("Installing what it is measured against (once; two of them are compiled)...");
    const { status } = spawnSync("npm", ["ci", "--prefix", folder], { stdio: "inherit" });
    if (status !== 0) throw new Error("the peers could not be installed; see above");
  }
}

function tellMissing(): void {
  for (const { name, missing } of subjects) {
    const why = missing?.();
    if (why !== undefined) console.log(`Left out: ${name}, since ${why}.`);
  }
}

function commitNow(): string {
  const { stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: root,
  });
  return stdout?.toString().trim() || "unknown";
}

installPeers();
tellMissing();
compileChildren();
// A server that runs as another user has to come to its own directory in it.
chmodSync(setup.scratch, 0o711);
try {
  const ids = workloads.filter(({ id }) => isWanted(id));
  const measured: Measured[] = [];
  for (const { id, isReading } of ids) {
    if (!isReading) measured.push(...await measureWriting(setup, id));
  }
  const readingIds = ids.flatMap(({ id, isReading }) => isReading ? [id] : []);
  const read = readingIds.length > 0 || isWanted("W6")
    ? await measureReading(setup, readingIds)
    : { measured: [], opened: [] };
  const figures: Figure[] = [];
  if (isWanted("W6b")) figures.push(...await measureKilled(setup));
  if (isWanted("W9")) figures.push(...await measureDelay(setup));
  if (isWanted("weight")) figures.push(...measureWeight(setup.rounds));
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
      "emmett-postgresql": versionOf("@event-driven-io/emmett-postgresql", "postgresql"),
      "event-storage": versionOf("event-storage"),
      "fmodel-ts": versionOf("@fraktalio/fmodel-ts"),
      castore: versionOf("@castore/core"),
    },
    rounds: setup.rounds,
    measured: [...measured, ...read.measured],
    opened: read.opened,
    figures,
  };
  // What is kept is whole, and each figure the median of five at least.
  if (!wanted && !setup.named && setup.rounds >= 5) {
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
    const lost = gone(
      before,
      results,
      ({ workload, subject }) => isWanted(workload) && (setup.named?.includes(subject) ?? true),
    );
    for (const { what, before: was, after, tolerated } of worse) {
      console.log(
        `${what}: ${was.toFixed(2)} -> ${after.toFixed(2)}, more than the noise of ${
          (100 * tolerated).toFixed(0)
        } %`,
      );
    }
    for (const what of lost) console.log(`${what}: was measured then, and now is not`);
    if (worse.length + lost.length === 0) {
      console.log("No ratio fell by more than the noise.");
    } else process.exitCode = 1;
  }
} finally {
  rmSync(setup.scratch, { recursive: true, force: true });
  removeCompiled();
}
