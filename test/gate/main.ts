/**
 * The gate: everything that must hold before a change may land. `npm test` runs it.
 *
 *     npm test                                        the whole gate
 *     npm test -- --only tsc,node                     some of its parts
 *     npm test -- --only deno test/stream_test.ts     one test file on one runtime
 *     npm test -- --seed 7                            other random cases than the gate's own
 *     npm test -- --list                              the parts, and what each one shows
 *
 * Random cases come from a seed that is the same for every run, so that the gate says the same of
 * the same sources; the soak, and a test file that is run alone, draw others each time.
 *
 * The last line is `N passed, N failed`. The exit code is 0 if all passed, 1 if something failed
 * or nothing was run, 2 if the gate was asked for something it does not have.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { checkParts } from "./checks.ts";
import { endAll } from "./command.ts";
import { examplesPart } from "./examples.ts";
import { findTests } from "./files.ts";
import { mustNotCompilePart } from "./must_not_compile.ts";
import { packagePart } from "./package.ts";
import type { Part, Verdict, Wanted } from "./part.ts";
import { runtimeParts, tidyPart } from "./runtimes.ts";
import { programOptions } from "../support/program_options.ts";

/** Long parts first, so that two of them share the time at the end; one that fills the machine before. */
const parts: ReadonlyArray<Part> = [
  ...runtimeParts,
  packagePart,
  examplesPart,
  ...checkParts,
  mustNotCompilePart,
  tidyPart,
];

/** The seed of whatever is random, unless another one is asked for. */
const seedOfGate = 20261121;

/** Parts that run at the same time. Most of them are one busy process; two fit on two cores. */
const atOnce = 2;

async function runPart(part: Part, wanted: Wanted): Promise<Verdict> {
  const start = performance.now();
  const verdict = await part.run(wanted).catch((error: unknown): Verdict => ({
    passed: 0,
    failed: 1,
    skipped: [],
    output: error instanceof Error ? error.stack ?? error.message : String(error),
  }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  const word = verdict.failed === 0 ? "PASS" : "FAIL";
  console.log(`${word}  ${part.name.padEnd(18)}${seconds} s  ${part.about}`);
  if (word === "FAIL") console.log(verdict.output);
  return verdict;
}

async function runParts(
  chosen: ReadonlyArray<Part>,
  wanted: Wanted,
): Promise<ReadonlyArray<Verdict>> {
  const verdicts: Verdict[] = [];
  for (const part of chosen.filter(({ isAlone }) => isAlone)) {
    verdicts.push(await runPart(part, wanted));
  }
  const waiting = chosen.filter(({ isAlone }) => isAlone !== true);
  const worker = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      verdicts.push(await runPart(part, wanted));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return verdicts;
}

/** Tells which tests were set aside and why: once, though each runtime skips them. */
function tellSkipped(verdicts: ReadonlyArray<Verdict>): void {
  const explained = verdicts.flatMap(({ skipped }) => skipped).filter((name) => name.endsWith(")"));
  for (const name of new Set(explained)) console.log(`skipped: ${name}`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function choose(only: string | undefined): ReadonlyArray<Part> {
  if (only === undefined) return parts.filter(({ onlyWhenNamed }) => onlyWhenNamed !== true);
  const names = only.split(",");
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) {
    refuse(`No part is called "${unknown}"; there are ${parts.map(({ name }) => name).join(", ")}`);
  }
  return parts.filter(({ name }) => names.includes(name));
}

async function main(): Promise<void> {
  const { values, positionals } = programOptions(new URL(import.meta.url), {
    options: {
      only: { type: "string" },
      seed: { type: "string" },
      list: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.list) {
    for (const { name, about } of parts) console.log(`${name.padEnd(18)}${about}`);
    return;
  }
  const missing = positionals.find((path) => !existsSync(path));
  if (missing !== undefined) refuse(`There is no test file ${missing}`);
  const seed = Number(values.seed ?? seedOfGate);
  if (!Number.isSafeInteger(seed)) refuse(`The seed is "${values.seed}"; give a whole number`);

  const testFiles = positionals.length > 0 ? positionals : findTests();
  const verdicts = await runParts(choose(values.only), { testFiles, seed });
  const passed = verdicts.reduce((sum, verdict) => sum + verdict.passed, 0);
  const failed = verdicts.reduce((sum, verdict) => sum + verdict.failed, 0);
  const skipped = verdicts.reduce((sum, verdict) => sum + verdict.skipped.length, 0);
  tellSkipped(verdicts);
  console.log(`seed ${seed}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endAll();
    process.exit(130);
  });
}

await main();
