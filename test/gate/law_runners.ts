/**
 * The laws of a domain in a stranger's project: one and the same file, under four test runners.
 *
 * @module
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, type Outcome, type Setting, tool } from "./command.ts";
import { root } from "./files.ts";
import { seeded } from "./runtimes.ts";

/** What the project needs for it beside the package. */
export const lawPackages: ReadonlyArray<string> = ["vitest@4.1.12"];

/** A runner, how it is started, and where it prints how many tests have passed and failed. */
interface LawRunner {
  readonly name: string;
  readonly start: (file: string, setting: Setting) => Promise<Outcome>;
  readonly passed: RegExp;
  readonly failed: RegExp;
}

const runners: ReadonlyArray<LawRunner> = [
  {
    name: "node:test",
    start: (file, setting) => tool("tsx", ["--test", "--test-reporter=tap", file], setting),
    passed: /^# pass (\d+)$/m,
    failed: /^# fail (\d+)$/m,
  },
  {
    name: "deno test",
    start: (file, setting) => tool("deno", ["test", "-A", "--no-check", file], setting),
    // A suite is one test, and each law a step of it.
    passed: /^ok \| 1 passed \((\d+) steps?\)/m,
    failed: /^FAILED \| .*\((\d+) steps?\)/m,
  },
  {
    name: "bun test",
    start: (file, setting) => tool("bun", ["test", `./${file}`], setting),
    passed: /^\s*(\d+) pass$/m,
    failed: /^\s*(\d+) fail$/m,
  },
  {
    name: "vitest",
    start: (file, setting) => command("npx", ["--no-install", "vitest", "run", file], setting),
    passed: /^\s*Tests\s+(\d+) passed/m,
    failed: /^\s*Tests\s+(\d+) failed/m,
  },
];

/** The laws of the example, as they are bound to a runner. */
const lawsTest = `
import { describe, it } from "node:test";
import { describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { laws } from "./bank_account/laws.ts";

describeLaws(laws, { describe, it }, fromEnvironment());
`;

/** One law that does not hold, since the account may be overdrawn. */
const brokenTest = `
import { describe, it } from "node:test";
import { accept } from "leftfold";
import { deciderLaws, describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { account } from "./bank_account/decider.ts";
import { accountSpec } from "./bank_account/laws.ts";

const decider = {
  ...account,
  decide: (command, state) =>
    command.type === "Withdraw" && state.status === "open"
      ? accept({ type: "Withdrawn", cents: command.cents })
      : account.decide(command, state),
};
const laws = deciderLaws({ ...accountSpec, decider })
  .filter(({ part }) => part === "the balance is never below zero");
describeLaws(laws, { describe, it }, fromEnvironment({ corpus: "corpus" }));
`;

/** How many laws there are, told by the laws themselves. */
const countScript = `
import { laws } from "./bank_account/laws.ts";

console.log(laws.length);
`;

/** What has to be told of a law that is broken, by whichever runner. */
const told = [
  "breaks DE16/the balance is never below zero",
  "Paste as a test",
  'import { accountSpec } from "./laws.ts";',
  "LEFTFOLD_LAW='bank account DE16/the balance is never below zero'",
];
/** What is told where another runner has found the case before. */
const toldAgain = [...told.slice(0, 3), "It is one of the cases that are kept."];

/** Complaints about the laws of the example in a project that has the package. */
export async function tryLawRunners(
  project: string,
  seed: number,
): Promise<ReadonlyArray<string>> {
  const folder = join(project, "domain");
  const setting = { cwd: folder, ...seeded(seed) };
  mkdirSync(folder);
  cpSync(join(root, "examples/domains/bank_account"), join(folder, "bank_account"), {
    recursive: true,
  });
  const files = {
    "laws_test.ts": lawsTest,
    "broken_test.ts": brokenTest,
    "count.ts": countScript,
    // Vitest has its own words for what the other three call "node:test".
    "vitest.config.mjs": `export default {
      resolve: { alias: { "node:test": "vitest" } },
      test: { include: ["*_test.ts"] },
    };`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const counted = await tool("tsx", ["count.ts"], { cwd: folder });
  const laws = Number(counted.stdout);
  if (!(laws > 0)) return [`the laws cannot be counted: ${counted.output}`];
  const found: string[] = [];
  for (const [nth, runner] of runners.entries()) {
    found.push(...await tryRunner(runner, setting, laws, nth === 0 ? told : toldAgain));
  }
  return [...found, ...await tryCommand(project, setting, laws)];
}

/** The same laws, checked by the command. */
async function tryCommand(
  project: string,
  setting: Setting,
  laws: number,
): Promise<ReadonlyArray<string>> {
  const main = join(project, "node_modules/leftfold/dist/cli/main.js");
  const args = ["laws", "bank_account/laws.ts", "--runs", "30"];
  const told = await tool("tsx", [main, ...args], setting);
  const isRight = told.code === 0 && told.stdout.includes(`${laws} laws: ${laws} held`);
  const plain = await command(process.execPath, [main, ...args], setting);
  const isClear = plain.code === 0 || plain.output.includes("this Node does not read TypeScript");
  return [
    ...isRight ? [] : [`leftfold laws: wanted ${laws} laws that hold\n${told.output}`],
    ...isClear ? [] : [`leftfold laws on Node alone:\n${plain.output}`],
  ];
}

async function tryRunner(
  { name, start, passed, failed }: LawRunner,
  setting: Setting,
  laws: number,
  wanted: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> {
  const right = await start("laws_test.ts", setting);
  const count = Number(right.output.match(passed)?.[1]);
  const wrong = await start("broken_test.ts", setting);
  const missing = wanted.filter((text) => !wrong.output.includes(text));
  return [
    ...right.code === 0 && count === laws
      ? []
      : [`${name}: ${count} of ${laws} laws were seen to hold\n${right.output}`],
    ...wrong.code !== 0 && Number(wrong.output.match(failed)?.[1]) === 1
      ? []
      : [`${name}: a law is broken, and its test does not fail\n${wrong.output}`],
    ...missing.map((text) => `${name}: it does not tell ${text}\n${wrong.output}`),
  ];
}
