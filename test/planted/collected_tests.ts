/**
 * Stands for `node:test` in the builds of planted bugs: tests are collected when a file is loaded,
 * and those that are asked for are run. So the checks are the tests of the suite themselves, on
 * each runtime, and one of them alone takes no longer than it takes.
 *
 * @module
 */
import process from "node:process";
import { drawFrom } from "../support/preload_seed.ts";
import { givenSeed } from "../support/seed.ts";

/** What came of the tests that were asked for, by their full names. */
export interface Results {
  readonly green: ReadonlyArray<string>;
  readonly red: ReadonlyArray<{ readonly test: string; readonly why: string }>;
}

type Run = (context: unknown) => unknown;
type Hook = () => unknown;

interface Group {
  readonly name: string;
  readonly parent: Group | undefined;
  readonly before: Hook[];
  readonly beforeEach: Hook[];
  readonly afterEach: Hook[];
  readonly after: Hook[];
  isReady: Promise<void> | undefined;
}

interface Collected {
  readonly name: string;
  readonly group: Group;
  readonly run: Run;
}

const groupOf = (name: string, parent: Group | undefined): Group => {
  return { name, parent, before: [], beforeEach: [], afterEach: [], after: [], isReady: undefined };
};

const top = groupOf("", undefined);
const groups: Group[] = [top];
const collected: Collected[] = [];
let current = top;

// ---------------------------------------------------------------------------
// what a test file imports
// ---------------------------------------------------------------------------

export function describe(name: string, optionsOrBody: unknown, body?: Hook): void {
  const around = current;
  current = groupOf(name, around);
  groups.push(current);
  try {
    callOf<Hook>(optionsOrBody, body)();
  } finally {
    current = around;
  }
}

export function test(name: string, optionsOrRun: unknown, run?: Run): void {
  // What is skipped here is no check of anything here.
  if (isSkipped(optionsOrRun)) return;
  collected.push({ name, group: current, run: callOf<Run>(optionsOrRun, run) });
}

export const it: typeof test = test;

export function before(hook: Hook): void {
  current.before.push(hook);
}

export function beforeEach(hook: Hook): void {
  current.beforeEach.push(hook);
}

export function after(hook: Hook): void {
  current.after.push(hook);
}

export function afterEach(hook: Hook): void {
  current.afterEach.push(hook);
}

function callOf<Call>(optionsOrCall: unknown, call: Call | undefined): Call {
  // By the signatures of `node:test`, what is called comes second or third.
  return typeof optionsOrCall === "function" ? optionsOrCall as Call : call!;
}

function isSkipped(options: unknown): boolean {
  if (typeof options !== "object" || options === null || !("skip" in options)) return false;
  return options.skip !== undefined && options.skip !== false;
}

// ---------------------------------------------------------------------------
// what runs them
// ---------------------------------------------------------------------------

/** How often each test is run: what it draws by chance is something else each time. */
const times = Number(process.env["LEFTFOLD_TIMES"] ?? 1);

/** Runs the tests that the arguments name, or all of them, and prints what came of it. */
export async function runTests(): Promise<void> {
  const wanted = process.argv.slice(2);
  const green: string[] = [];
  const red: Array<{ test: string; why: string }> = [];
  let running: string | undefined;
  let stray: unknown;
  const tell = (): void => {
    // One line, and the last one: tests may print, too.
    const results: Results = { green, red };
    process.stdout.write(`\n${JSON.stringify(results)}\n`);
  };
  process.on("unhandledRejection", (cause) => stray ??= cause);
  process.on("uncaughtException", (cause) => stray ??= cause);
  process.on("beforeExit", () => {
    if (running === undefined) return;
    red.push({ test: running, why: "it never ends" });
    running = undefined;
    tell();
    process.exit(0);
  });
  const chosen = collected.filter((one) => wanted.length === 0 || wanted.includes(fullName(one)));
  for (let left = times; left > 0; left--) {
    drawFromStart(left);
    for (const one of chosen) {
      const name = fullName(one);
      running = name;
      stray = undefined;
      try {
        await runOne(one);
        if (stray !== undefined) throw stray;
        green.push(name);
      } catch (thrown) {
        red.push({ test: name, why: thrown instanceof Error ? thrown.message : String(thrown) });
      }
    }
  }
  running = undefined;
  for (const group of groups) if (group.isReady) await all(group.after);
  tell();
  process.exit(0);
}

/** Gives each start cases of its own, also where a start that never ends has ended the process. */
function drawFromStart(left: number): void {
  const seed = givenSeed();
  if (seed !== undefined) drawFrom(seed + left - 1);
}

async function runOne({ group, run }: Collected): Promise<void> {
  const around = pathTo(group);
  for (const one of around) {
    one.isReady ??= all(one.before);
    await one.isReady;
  }
  for (const one of around) await all(one.beforeEach);
  try {
    await run({ diagnostic: () => undefined });
  } finally {
    for (const one of around.reverse()) await all(one.afterEach);
  }
}

async function all(hooks: ReadonlyArray<Hook>): Promise<void> {
  for (const hook of hooks) await hook();
}

/** The groups around a test, the outermost first. */
function pathTo(group: Group): Group[] {
  return group.parent ? [...pathTo(group.parent), group] : [group];
}

function fullName({ name, group }: Collected): string {
  return [...pathTo(group).map((one) => one.name), name].filter((part) => part !== "").join(" > ");
}
