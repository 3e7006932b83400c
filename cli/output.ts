/**
 * Lines on their way out. They are gathered into larger writes, and each write is waited for, so that
 * a slow reader slows the store's reading down instead of filling the memory.
 *
 * @module
 */
import { FaultError } from "leftfold";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { OutputFailed } from "./problem.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A place for lines. A failure is thrown, as the problem `OutputFailed`. */
export interface Output {
  /** Adds a line. False: nobody reads any more (`| head`), so that more lines are for nobody. */
  readonly line: (text: string) => Promise<boolean>;
  /** Writes what is gathered. False as above. */
  readonly flush: () => Promise<boolean>;
}

/** A file that is there once it is whole. */
export interface OutputFile extends Output {
  /** Writes the rest, and gives the file its name. */
  readonly finish: () => Promise<void>;
  /** Leaves nothing behind. After `finish` it does nothing. */
  readonly abandon: () => Promise<void>;
}

const gatheredCharsMax = 64 * 1024;

/** What a stream says when its reader has gone. */
const readerGone: ReadonlySet<unknown> = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Lines to a stream of the process. `name` is what messages call it. */
export function outputTo(stream: Writable, name: string): Output {
  let gathered = "";
  let isOpen = true;
  // Each write tells its own failure; without a listener the stream would throw it once more.
  stream.on("error", () => {});
  const flush = async (): Promise<boolean> => {
    if (!isOpen || gathered === "") return isOpen;
    const text = gathered;
    gathered = "";
    const error = await written(stream, text);
    if (error === undefined) return true;
    isOpen = false;
    if (readerGone.has(codeOf(error))) return false;
    throw outputFailed(name, error);
  };
  return {
    line: async (text) => {
      if (isOpen) gathered += `${text}\n`;
      return gathered.length < gatheredCharsMax ? isOpen : await flush();
    },
    flush,
  };
}

/** Lines to a file, compressed if its name ends in `.gz`. It appears under its name when finished. */
export async function outputToFile(file: string): Promise<OutputFile> {
  // A device or a pipe is written as it is: it has no other name, and nothing takes its place.
  const isSpecial = await stat(file).then((found) => !found.isFile(), () => false);
  const partial = isSpecial ? file : `${file}.part`;
  const target = createWriteStream(partial);
  try {
    await once(target, "open");
  } catch (error) {
    throw outputFailed(file, error);
  }
  const gzip = file.endsWith(".gz") ? createGzip() : undefined;
  const whole = gzip && pipeline(gzip, target);
  // Waited for at the end; until then it must not count as a rejection that nobody handles.
  whole?.catch(() => {});
  const first = gzip ?? target;
  const output = outputTo(first, file);
  let isFinished = false;
  return {
    ...output,
    finish: async () => {
      await output.flush();
      try {
        first.end();
        await (whole ?? finished(target));
        if (!isSpecial) await rename(partial, file);
      } catch (error) {
        throw outputFailed(file, error);
      }
      isFinished = true;
    },
    abandon: async () => {
      if (isFinished) return;
      first.destroy();
      target.destroy();
      if (!isSpecial) await rm(partial, { force: true });
    },
  };
}

// ---------------------------------------------------------------------------
// writing
// ---------------------------------------------------------------------------

async function written(stream: Writable, text: string): Promise<unknown> {
  try {
    return await new Promise((resolve) => {
      stream.write(text, (error) => resolve(error ?? undefined));
    });
  } catch (error) {
    // Deno throws what a write at once has met, instead of passing it on.
    return error;
  }
}

function outputFailed(file: string, cause: unknown): FaultError<OutputFailed> {
  return new FaultError({ _tag: "OutputFailed", file, cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
