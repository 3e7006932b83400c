/**
 * The examples of the documentation, type-checked and run under the public import names.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, tool } from "./command.ts";
import { type Example, examplesIn, unprinted } from "./example_blocks.ts";
import { root, walk } from "./files.ts";
import type { Part, Verdict } from "./part.ts";
import type { Ran } from "./run_examples.ts";
import { runTests, runtimes } from "./runtimes.ts";

/** Below the project's folder, so that `leftfold` is found as in any other of its files. */
const scratch = join(root, "build", "examples");

const config = {
  extends: "../../tsconfig.json",
  // An application exports nothing, so it writes no types for others.
  compilerOptions: { declaration: false, isolatedDeclarations: false },
  include: ["."],
  exclude: [],
};

function hasExamples(path: string): boolean {
  if (path.endsWith(".md")) return !path.includes("/") || path.startsWith("docs/");
  return path === "mod.ts" || /^(src|stores)\/.*\.ts$/.test(path);
}

/** Whether an example is a test file, which only a test runner brings to its end. */
function isTest({ code }: Example): boolean {
  return code.includes(`from "node:test"`);
}

function nameOf(example: Example): string {
  const place = `${example.path.replaceAll(/[/.]/g, "_")}_${example.line}`;
  return isTest(example) ? `${place}_test.ts` : `${place}.ts`;
}

function writeExamples(examples: ReadonlyArray<Example>): ReadonlyArray<string> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify(config));
  return examples.map((example) => {
    const file = join(scratch, nameOf(example));
    writeFileSync(file, example.code);
    return file;
  });
}

/** What is wrong with one run of an example, in words; none if nothing is. */
function wrongWith(
  example: Example,
  ran: Ran | undefined,
  comparesOutput: boolean,
): string | undefined {
  const place = `${example.path}:${example.line}`;
  if (ran === undefined) return `${place}: the example did not come to an end`;
  if (ran.error !== undefined) return `${place}: ${ran.error}`;
  const missing = comparesOutput ? unprinted(example.prints, ran.printed) : undefined;
  return missing === undefined
    ? undefined
    : `${place}: the page says that it prints\n  ${missing}\nbut it printed\n  ${
      ran.printed.join("\n  ")
    }`;
}

interface Runner {
  readonly name: string;
  /** Whether its way of printing objects is the one that the pages show. */
  readonly comparesOutput: boolean;
  readonly start: (args: ReadonlyArray<string>) => Promise<Outcome>;
}

const runners: ReadonlyArray<Runner> = [
  { name: "tsx", comparesOutput: true, start: (args) => tool("tsx", args) },
  {
    name: "deno",
    comparesOutput: false,
    start: (args) => tool("deno", ["run", "-A", "--no-check", ...args]),
  },
  { name: "bun", comparesOutput: false, start: (args) => tool("bun", args) },
];

async function runOn(
  { name, comparesOutput, start }: Runner,
  examples: ReadonlyArray<Example>,
): Promise<Verdict> {
  const report = join(scratch, `${name}.jsonl`);
  const files = examples.map((example) => join(scratch, nameOf(example)));
  const { output } = await start(["test/gate/run_examples.ts", report, ...files]);
  const lines = existsSync(report) ? readFileSync(report, "utf8").split("\n") : [];
  // The driver beside this file wrote the lines.
  const ran = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Ran);
  const wrong = examples.flatMap((example, index) => {
    const found = ran.find((one) => one.example === files[index]);
    return wrongWith(example, found, comparesOutput) ?? [];
  });
  return {
    passed: examples.length - wrong.length,
    failed: wrong.length,
    skipped: [],
    output: wrong.length === 0 ? "" : [output, ...wrong].join("\n"),
  };
}

/** The examples, checked by two compilers and run on three runtimes. */
export const examplesPart: Part = {
  name: "examples",
  about: "the documentation's examples compile, run, and print what it says",
  run: async ({ seed }) => {
    const found = walk().filter(hasExamples)
      .map((path) => examplesIn(path, readFileSync(join(root, path), "utf8")));
    const examples = found.flatMap((file) => file.examples);
    const complaints = [
      ...found.flatMap((file) => file.complaints),
      ...examples.length === 0 ? ["there is no example"] : [],
    ];
    const files = writeExamples(examples);
    const checks = await Promise.all([
      tool("tsc", ["-p", join(scratch, "tsconfig.json")]),
      tool("deno", ["check", ...files]),
    ]);
    const refused = checks.filter(({ code }) => code !== 0).map(({ output }) => output);
    const programs = examples.filter((example) => !isTest(example));
    const tests = examples.filter(isTest).map((example) => `build/examples/${nameOf(example)}`);
    const verdicts: Verdict[] = [];
    for (const runner of runners) verdicts.push(await runOn(runner, programs));
    for (const runtime of tests.length > 0 ? runtimes : []) {
      verdicts.push(await runTests(runtime, tests, seed));
    }
    return {
      passed: verdicts.reduce((sum, { passed }) => sum + passed, 0),
      failed: verdicts.reduce(
        (sum, { failed }) => sum + failed,
        complaints.length + refused.length,
      ),
      skipped: [],
      output: [
        ...complaints,
        ...refused,
        ...verdicts.filter(({ failed }) => failed > 0).map(({ output }) => output),
      ].join("\n"),
    };
  },
};
