/**
 * The command, run within a test: its arguments in, its answers and its exit code out.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Readable, Writable } from "node:stream";
import { command } from "../../cli/command.ts";

/** How a run ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, and so on the runtime of the test. */
export async function leftfold(
  args: ReadonlyArray<string>,
  input = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const stdout = gathering();
  const stderr = gathering();
  const code = await command(args, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    interruption: { signal: new AbortController().signal, by: () => undefined },
    environment,
    version: "0.0.0",
  });
  return { code, out: stdout.text(), err: stderr.text() };
}

/** The command in a process of its own. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly send: (signal: NodeJS.Signals) => void;
  /** Waits until it has printed so many lines; ends with it if it prints fewer. */
  readonly printed: (lines: number) => Promise<void>;
  readonly end: Promise<Ran>;
}

/** Starts the command in a process of its own, as a user does: on Node. */
export function spawned(args: ReadonlyArray<string>): Running {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn("node", ["--import", "tsx", "cli/main.ts", ...args], { cwd: root });
  let out = "";
  let err = "";
  // The event has a code, or null and a signal.
  const end = once(child, "close").then(([code]: ReadonlyArray<number | null>) => ({
    code: code ?? null,
    out,
    err,
  }));
  const more = new EventEmitter();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    more.emit("more");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => err += text);
  return {
    child,
    // Not `child.kill`: after that, Deno no longer tells with which code the child has ended.
    send: (signal) => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(child.pid, signal);
    },
    printed: async (lines) => {
      while (out.split("\n").length <= lines && child.exitCode === null) {
        await Promise.race([once(more, "more"), end]);
      }
    },
    end,
  };
}

function gathering(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Array<Buffer> = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Lines of CloudEvents: `count` events, one a commit, in streams of ten, a second apart. */
export function cloudEvents(count: number): string {
  let text = "";
  for (let at = 0; at < count; at++) {
    const event = {
      specversion: "1.0",
      id: `event-${at}`,
      source: "/box-office",
      type: at % 10 === 0 ? "ShowOpened" : "SeatsBooked",
      subject: `show-${Math.floor(at / 10)}`,
      time: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString(),
      datacontenttype: "application/json",
      tags: JSON.stringify([`day:${at % 7}`]),
      data: { seats: at % 5 },
    };
    text += `${JSON.stringify(event)}\n`;
  }
  return text;
}
