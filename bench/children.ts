/**
 * Processes that measure: how they are compiled, started, asked and ended.
 *
 * @module
 */
import { buildSync } from "esbuild";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "./child.ts";

/** A process that measures a subject. */
export interface Child {
  readonly ask: (
    question: Question,
  ) => Promise<Exclude<Answer, { readonly error: string }>>;
  readonly end: () => Promise<void>;
  /** Ends it in the middle of whatever it does. */
  readonly kill: () => Promise<void>;
}

/** A subject on a runtime, and where it keeps what it stores. */
export interface Runner {
  readonly subject: string;
  readonly runtime: string;
  readonly place: string;
}

/** A process whose lines are read one by one. */
export interface Talking {
  readonly tell: (line: string) => void;
  /** The next line that it says; an error if it has ended. */
  readonly hear: () => Promise<string>;
  readonly end: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

/** What is run in processes of its own. */
type Program = "child" | "curve_child" | "delay_child";
const programs: ReadonlyArray<Program> = ["child", "curve_child", "delay_child"];

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The programs of the children, in plain JavaScript as the package is published: a loader of
 * TypeScript gives each function its name again when it is made, which costs more than some
 * functions do. They lie beside the sources, from where the peers are found.
 *
 * fp-ts is taken in the form that bundlers take. Node reaches its other form through a module's own
 * bindings, which cost nothing either; only in a bundle they are getters, called at each use.
 */
export function compileChildren(): void {
  buildSync({
    entryPoints: programs.map((program) => ({
      in: join(here, `${program}.ts`),
      out: `${program}.bundle`,
    })),
    outdir: here,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    alias: { "fp-ts/lib": "fp-ts/es6" },
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
}

export function removeCompiled(): void {
  for (const program of programs) rmSync(compiled(program), { force: true });
}

function compiled(program: Program): string {
  return join(here, `${program}.bundle.mjs`);
}

/** Starts the process of a subject. */
export function childOf({ subject, runtime, place }: Runner): Child {
  mkdirSync(place, { recursive: true });
  const { tell, hear, end, kill } = startOf("child", [subject, place], runtime);
  return {
    ask: async (question) => {
      tell(JSON.stringify(question));
      // The child wrote it.
      const answer = JSON.parse(await hear()) as Answer;
      if ("error" in answer) throw new Error(`${subject}: ${answer.error}`);
      return answer;
    },
    end,
    kill,
  };
}

/** Starts a program on a runtime. */
export function startOf(
  program: Program,
  given: ReadonlyArray<string>,
  runtime = "node",
): Talking {
  const [command, ...flags] = wordsFor(runtime);
  const child = spawn(command, [...flags, compiled(program), ...given], {
    cwd: root,
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })
    [Symbol.asyncIterator]();
  return {
    tell: (line) => void child.stdin.write(`${line}\n`),
    hear: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ${given[0]} ended before it answered`);
      return value;
    },
    end: () => ended(child, () => child.stdin.end()),
    kill: () => ended(child, () => child.kill("SIGKILL")),
  };
}

function wordsFor(runtime: string): readonly [string, ...string[]] {
  const installed = (name: string): string => join(root, "node_modules", ".bin", name);
  if (runtime === "deno") return [installed("deno"), "run", "-A", "--no-check"];
  if (runtime === "bun") return [installed("bun")];
  return [process.execPath];
}

function ended(child: ChildProcess, end: () => void): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    end();
  });
}
