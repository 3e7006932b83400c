/**
 * Writing the file of an index run. Without its footer a run is none, and the footer is written
 * when all before it is flushed: so nobody sees a run whose body is not on the disk.
 *
 * @module
 */
import { writeAll } from "../append/write_all.ts";
import { nextAttempt, printName } from "../format/layout.ts";
import type { Log } from "../log.ts";
import type { OpenRun } from "../survey.ts";
import type { RunReader } from "./run_reader.ts";

/** Writes more of a file, behind what is there. */
export type Add = (bytes: Uint8Array) => Promise<void>;

/** Names of runs that are being written, or were in this process: none is used twice. */
export interface RunNames {
  /** The epoch of the claim. No two writers have the same, so attempts are counted from it. */
  readonly epoch: number;
  readonly used: Set<string>;
  /** Those among them that are to be used, and are not in use yet: no garbage. */
  readonly coming: Set<string>;
}

/**
 * Writes a run over some segments: `body` adds all but the footer and gives that. The name of the
 * file is coming until it is in use, which is the caller's to say. A file that could not be finished
 * is removed.
 */
export async function writeRunFile(
  log: Log,
  names: RunNames,
  range: { readonly from: number; readonly to: number },
  body: (add: Add) => Promise<Uint8Array>,
): Promise<string> {
  const known = [...await log.storage.list(), ...names.used];
  const attempt = nextAttempt(known, range.from, range.to, names.epoch);
  const name = printName({ kind: "index", ...range, attempt });
  names.used.add(name);
  names.coming.add(name);
  try {
    const bytes = await write(log, name, body);
    log.settings.observe({ _tag: "RunWritten", file: name, bytes });
    return name;
  } catch (cause) {
    names.coming.delete(name);
    // What is left of it would be garbage; so if it cannot be removed, it may stay.
    await Promise.allSettled([log.storage.remove(name)]);
    throw cause;
  }
}

/** Opens a run that this process has written. It is coming until it is in use. */
export async function openWritten(
  openRun: OpenRun,
  names: RunNames,
  name: string,
): Promise<RunReader> {
  const run = await openRun(name);
  if (run) return run;
  names.coming.delete(name);
  throw new Error(`the index run ${name} does not hold what was written to it`);
}

async function write(
  log: Log,
  name: string,
  body: (add: Add) => Promise<Uint8Array>,
): Promise<number> {
  const file = await log.storage.create(name);
  if (file === "exists") throw new Error(`${name} was made by another writer`);
  let at = 0;
  const add = async (bytes: Uint8Array): Promise<void> => {
    await writeAll(file, at, bytes);
    at += bytes.length;
  };
  try {
    const footer = await body(add);
    await file.datasync();
    await add(footer);
    await file.datasync();
  } finally {
    await file.close();
  }
  await log.storage.syncDirectory();
  return at;
}
