/**
 * Runs the commands of the gate: quietly, within a time limit, without leaving a process behind.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "./files.ts";

/** What came of a command. */
export interface Outcome {
  /** The exit code; -1 if the command was ended by a signal or could not be started. */
  readonly code: number;
  /** Standard output alone. */
  readonly stdout: string;
  /** Both outputs as they came, after the command line. */
  readonly output: string;
}

/** How a command is run. */
export interface Setting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the command, and whatever it started, after so long. */
  readonly secondsMax?: number;
}

/** Process groups that still run, so that an interrupted gate leaves nothing behind. */
const running = new Set<number>();

/** Ends every command that still runs. */
export function endAll(): void {
  for (const group of running) endGroup(group);
}

function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    // The group may have ended by itself between the look and the kill. Anything else is a defect.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Runs a program to its end. Its failure is an outcome, not an error. */
export async function command(
  program: string,
  args: ReadonlyArray<string>,
  setting: Setting = {},
): Promise<Outcome> {
  const { cwd = root, env = {}, secondsMax = 480 } = setting;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // A group of its own, so that the grandchildren can be ended with it.
  });
  let stdout = "";
  let output = `$ ${[program, ...args].join(" ")}\n`;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const group = child.pid;
  if (group !== undefined) running.add(group);
  const limit = setTimeout(() => {
    output += `\nended after ${secondsMax} s, the limit of one command\n`;
    if (group !== undefined) endGroup(group);
  }, secondsMax * 1000);
  try {
    const [code] = await once(child, "close");
    return { code: typeof code === "number" ? code : -1, stdout, output };
  } catch (error) {
    return { code: -1, stdout, output: `${output}${String(error)}\n` };
  } finally {
    clearTimeout(limit);
    if (group !== undefined) running.delete(group);
  }
}

/** Runs a program that the project's own dependencies brought. */
export function tool(
  name: string,
  args: ReadonlyArray<string>,
  setting: Setting = {},
): Promise<Outcome> {
  return command(join(root, "node_modules", ".bin", name), args, setting);
}
