/**
 * The tests, on each runtime. A runner that finds no test, or loses a file, exits with 0: so each
 * is given the files by name, and its report must hold a test of each.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, type Outcome, type Setting, tool } from "./command.ts";
import { allOf, readBunReport, readDenoReport, readNodeReport, type Report } from "./leaves.ts";
import type { Part, Verdict } from "./part.ts";

/** What a run printed and how it ended, and what it reported. */
interface Run {
  readonly outcome: Outcome;
  readonly report: Report;
}

/** A runtime, and how it runs tests. */
export interface Runtime {
  readonly name: string;
  /** Runs test files from a seed, with a folder for its reports. */
  readonly run: (files: ReadonlyArray<string>, seed: number, scratch: string) => Promise<Run>;
}

/** Loaded before a test file, gives what it draws the seed of the run. */
export const preload = "./test/support/preload_seed.ts";

/** A report that was not written reports nothing. */
function readFile(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Tells a process the seed of the run. */
export function seeded(seed: number): Setting {
  return { env: { LEFTFOLD_SEED: String(seed) } };
}

/** Processes of Node at the same time. */
const nodesAtOnce = 2;

/** One process a file, as `node --test` does, which hides the file of a test that was made elsewhere. */
async function runOnNode(
  files: ReadonlyArray<string>,
  seed: number,
  scratch: string,
): Promise<Run> {
  const runs: Run[] = [];
  const runFile = async (file: string, index: number): Promise<void> => {
    const reportFile = join(scratch, `${index}`);
    const outcome = await command(process.execPath, [
      "--import",
      "tsx",
      "--import",
      preload,
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      "--test-reporter=./test/gate/node_reporter.mjs",
      `--test-reporter-destination=${reportFile}`,
      file,
    ], seeded(seed));
    runs[index] = { outcome, report: readNodeReport(file, readFile(reportFile)) };
  };
  const waiting = files.entries();
  const worker = async (): Promise<void> => {
    for (const [index, file] of waiting) await runFile(file, index);
  };
  await Promise.all(Array.from({ length: nodesAtOnce }, worker));
  const failed = runs.map(({ outcome }) => outcome).filter(({ code }) => code !== 0);
  return {
    outcome: {
      code: failed[0]?.code ?? 0,
      stdout: failed.map(({ stdout }) => stdout).join("\n"),
      output: failed.map(({ output }) => output).join("\n"),
    },
    report: allOf(runs.map(({ report }) => report)),
  };
}

async function runOnDeno(
  files: ReadonlyArray<string>,
  seed: number,
  scratch: string,
): Promise<Run> {
  const reportFile = join(scratch, "report");
  const args = ["test", "-A", "--no-check", `--preload=${preload}`, `--junit-path=${reportFile}`];
  const outcome = await tool("deno", [...args, ...files], seeded(seed));
  return { outcome, report: readDenoReport(readFile(reportFile), outcome.stdout) };
}

async function runOnBun(
  files: ReadonlyArray<string>,
  seed: number,
  scratch: string,
): Promise<Run> {
  const reportFile = join(scratch, "report");
  const outcome = await tool("bun", [
    "test",
    `--preload=${preload}`,
    "--timeout=120000", // Bun's own limit is 5 s a test; the gate's limit is enough.
    "--reporter=junit",
    `--reporter-outfile=${reportFile}`,
    ...files.map((file) => `./${file}`), // Without `./` Bun takes a name for a filter.
  ], seeded(seed));
  return { outcome, report: readBunReport(readFile(reportFile)) };
}

/** Node, Deno and Bun. */
export const runtimes: ReadonlyArray<Runtime> = [
  { name: "node", run: runOnNode },
  { name: "deno", run: runOnDeno },
  { name: "bun", run: runOnBun },
];

/** What the report says, and what the report should have said and did not. */
export function judge(
  { code, output }: Outcome,
  { leaves, files }: Report,
  wanted: ReadonlyArray<string>,
): Verdict {
  const count = (outcome: string): number =>
    leaves.filter((leaf) => leaf.outcome === outcome).length;
  const failed = count("failed");
  const lost = wanted.filter((file) => !files.has(file))
    .map((file) => `${file}: no test of this file was run`);
  const unsaid = code !== 0 && failed === 0 && lost.length === 0
    ? [`exit code ${code}, though the report holds no failed test`]
    : [];
  const none = wanted.length === 0 ? ["there is no test file"] : [];
  const complaints = [...lost, ...unsaid, ...none];
  return {
    passed: count("passed"),
    failed: failed + complaints.length,
    skipped: leaves.filter(({ outcome }) => outcome === "skipped").map((leaf) =>
      leaf.reason === "" ? leaf.name : `${leaf.name} (${leaf.reason})`
    ),
    output: [output, ...complaints].join("\n"),
  };
}

/** Runs test files on a runtime, from a seed. */
export async function runTests(
  runtime: Runtime,
  files: ReadonlyArray<string>,
  seed: number,
): Promise<Verdict> {
  const scratch = mkdtempSync(join(tmpdir(), "leftfold-gate-"));
  try {
    const { outcome, report } = await runtime.run(files, seed, scratch);
    return judge(outcome, report, files);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The parts that run the tests, one a runtime. */
export const runtimeParts: ReadonlyArray<Part> = runtimes.map((runtime) => ({
  name: runtime.name,
  about: `every test passes on ${runtime.name}`,
  // Node gives each file a process of its own, and so fills the machine; the others fill one core.
  isAlone: runtime.name === "node",
  run: ({ testFiles, seed }) => runTests(runtime, testFiles, seed),
}));

/** The rules of the tree alone, for whoever is moving files. */
export const tidyPart: Part = {
  name: "tidy",
  about: "the rules of the tree hold (run by node, deno and bun as well)",
  onlyWhenNamed: true,
  run: ({ seed }) => {
    const [node] = runtimes;
    if (node === undefined) throw new Error("Node is the first runtime of the list");
    return runTests(node, ["test/tidy_test.ts"], seed);
  },
};
