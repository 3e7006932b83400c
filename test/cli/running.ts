/**
 * The command, run within a test: its arguments in, its answers and its exit code out.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
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
export async function leftfold(args: ReadonlyArray<string>, input = ""): Promise<Ran> {
  const stdout = gathering();
  const stderr = gathering();
  const code = await command(args, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    interruption: { signal: new AbortController().signal, by: () => undefined },
    version: "0.0.0",
  });
  return { code, out: stdout.text(), err: stderr.text() };
}

/** Runs the command in a process of its own, as a user does: on Node. */
export function spawned(args: ReadonlyArray<string>): ChildProcessWithoutNullStreams {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn("node", ["--import", "tsx", "cli/main.ts", ...args], { cwd: root });
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  return child;
}

/** Waits for the end of a process, and gives what it said from now on. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  let out = "";
  let err = "";
  child.stdout.on("data", (text: string) => out += text);
  child.stderr.on("data", (text: string) => err += text);
  await once(child, "close");
  return { code: child.exitCode, out, err };
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
