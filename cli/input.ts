/**
 * Lines on their way in, from a file that is read as often as it takes.
 *
 * @module
 */
import { FaultError } from "leftfold";
import { createReadStream, createWriteStream, type ReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { pipeline as pumped } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { InputFailed } from "./problem.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Lines that can be read again from the first one. */
export interface Input {
  /** What messages call it. */
  readonly name: string;
  readonly lines: () => AsyncGenerator<string, void, void>;
  /** How large it is, in bytes, as it lies there. */
  readonly bytes: number;
  /** How much of it the latest reading has seen, in bytes. */
  readonly bytesRead: () => number;
  /** Removes what was kept of it. */
  readonly forget: () => Promise<void>;
}

/** A line without an end would otherwise fill the memory. Far more than an event may have. */
const lineBytesMax = 64 * 2 ** 20;

const lineEnd = 0x0a;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The lines of a file, unpacked if its name ends in `.gz`. Looks whether it can be read. */
export async function inputFrom(file: string): Promise<Input> {
  try {
    // To open it is the only way to know; a directory can be opened, and not read.
    const probe = createReadStream(file, { end: 0 });
    for await (const _ of probe);
    const { size } = await stat(file);
    return inputOf(file, file, size, () => Promise.resolve());
  } catch (error) {
    throw inputFailed(file, error);
  }
}

/** The lines of a stream, which are kept in a temporary file, because an import reads them twice. */
export async function inputFromStream(
  stream: Readable,
  signal: AbortSignal,
  place: string = tmpdir(),
): Promise<Input> {
  const name = "standard input";
  const folder = await mkdtemp(join(place, "leftfold-import-"));
  const forget = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "lines.ndjson");
    await pumped(stream, createWriteStream(file), { signal });
    const { size } = await stat(file);
    return inputOf(name, file, size, forget);
  } catch (error) {
    await forget();
    if (signal.aborted) throw new FaultError({ _tag: "Cancelled", stored: "no" });
    throw inputFailed(name, error);
  }
}

function inputOf(name: string, file: string, bytes: number, forget: Input["forget"]): Input {
  let latest: ReadStream | undefined;
  return {
    name,
    lines: () => {
      latest = createReadStream(file);
      return linesOf(file.endsWith(".gz") ? unpacked(latest) : latest);
    },
    bytes,
    bytesRead: () => latest?.bytesRead ?? 0,
    forget,
  };
}

// ---------------------------------------------------------------------------
// reading
// ---------------------------------------------------------------------------

function unpacked(packed: Readable): Readable {
  // A failure of either ends both, and shows itself to whoever reads what comes out.
  return pipeline(packed, createGunzip(), () => {});
}

/**
 * Splits bytes at line feeds, and nowhere else: other line ends of Unicode may stand within JSON.
 * Bytes that are no UTF-8 are refused, since whatever took their place would be stored for good.
 */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let parts: Array<Uint8Array> = [];
  let partBytes = 0;
  let isFirst = true;
  const take = (last: Uint8Array): string => {
    const line = text(parts.length === 0 ? last : Buffer.concat([...parts, last]), isFirst);
    parts = [];
    partBytes = 0;
    isFirst = false;
    return line;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let to = chunk.indexOf(lineEnd); to >= 0; to = chunk.indexOf(lineEnd, from)) {
      yield take(chunk.subarray(from, to));
      from = to + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    partBytes += chunk.length - from;
    if (partBytes > lineBytesMax) throw new Error(`a line has more than ${lineBytesMax} bytes`);
  }
  if (partBytes > 0) yield take(new Uint8Array());
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array, isFirst: boolean): string {
  let line: string;
  try {
    line = decoder.decode(bytes);
  } catch {
    throw new Error("the next line is not UTF-8");
  }
  const from = isFirst && line.startsWith("\uFEFF") ? 1 : 0;
  return line.slice(from, line.endsWith("\r") ? -1 : undefined);
}

function inputFailed(file: string, cause: unknown): FaultError<InputFailed> {
  return new FaultError({ _tag: "InputFailed", file, cause });
}
