/**
 * A trial: tests are run against a build, in a process of their own, because a broken store may
 * hang, or fail where nobody waits for it.
 *
 * @module
 */
import process from "node:process";
import { command } from "../gate/command.ts";
import type { Results } from "./collected_tests.ts";

/** A check that takes so long decides nothing. */
const SECONDS_MAX = 120;

/** The words that run a program on the runtime that runs this. */
const flags: ReadonlyArray<string> = process.versions["deno"] === undefined
  ? []
  : ["run", "-A", "--no-check"];

/** Runs the named tests of a build, or all of them if none is named. */
export async function tryBuild(
  program: string,
  tests: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<Results> {
  const args = [...flags, program, ...tests];
  const { code, stdout, output } = await command(process.execPath, args, {
    env,
    secondsMax: SECONDS_MAX,
  });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !last.startsWith('{"green":')) {
    throw new Error(`the trial came to no end, with exit code ${code}\n${output}`);
  }
  return JSON.parse(last) as Results; // What `collected_tests.ts` has written in the child.
}
