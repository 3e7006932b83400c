/**
 * The runtimes on which programs of a campaign run, as far as they are here.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** A runtime, and how it runs a program that is written in TypeScript. */
export interface Runtime {
  readonly name: "node" | "deno" | "bun";
  readonly program: string;
  readonly flags: ReadonlyArray<string>;
}

const root = new URL("../../", import.meta.url);

function installed(name: string): string {
  return fileURLToPath(new URL(`node_modules/.bin/${name}`, root));
}

const known: ReadonlyArray<Runtime> = [
  { name: "node", program: process.execPath, flags: ["--import", "tsx"] },
  { name: "deno", program: installed("deno"), flags: ["run", "-A", "--no-check"] },
  { name: "bun", program: installed("bun"), flags: [] },
];

/** The runtimes that are here. */
export const runtimes: ReadonlyArray<Runtime> = known.filter(({ program }) => existsSync(program));

/**
 * Why a campaign does not run here, if it does not: its programs run on all runtimes anyway, so
 * that starting it on one of them is enough.
 */
export const startedElsewhere: string | false =
  process.versions["bun"] !== undefined || process.versions["deno"] !== undefined
    ? "Node starts this campaign, whose programs run on every runtime"
    : false;

/** Whether the campaigns run at full length. */
export const isSoak: boolean = process.env["LEFTFOLD_SOAK"] === "1";

/** Tells of each runtime that a campaign has to do without. */
export function tellMissing(campaign: string): void {
  if (startedElsewhere !== false) return;
  for (const { name, program } of known) {
    if (existsSync(program)) continue;
    test(`${campaign}, on ${name}`, { skip: `${name} is not installed` }, () => {});
  }
}

/** The words that run a program of this folder on a runtime. */
export function wordsFor(
  { program, flags }: Runtime,
  file: string,
  args: ReadonlyArray<string>,
): readonly [string, ...string[]] {
  return [program, ...flags, fileURLToPath(new URL(file, import.meta.url)), ...args];
}

/** Starts a program of this folder: its input and output are pipes, its errors are ours. */
export function start(runtime: Runtime, file: string, args: ReadonlyArray<string>): ChildProcess {
  const [program, ...rest] = wordsFor(runtime, file, args);
  return spawn(program, rest, {
    cwd: fileURLToPath(root),
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
}
