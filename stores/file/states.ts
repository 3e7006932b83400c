/**
 * States of projections in files, for instance in the directory of the log itself.
 *
 * Each save is a new file, written and flushed before those before it are removed. So at every
 * moment there is a whole state on the disk, the newest whole one counts, and what a crash leaves
 * behind half written was never acknowledged. No file is renamed or written twice.
 *
 * Two programs may keep the same projection up to date: a file is created exclusively, and who finds
 * a newer state than the one he began with saves nothing. If both write at the very same time, both
 * files are whole states of the same log, and the one with the higher number counts.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { ReadFailed, Unencodable, WriteFailed } from "../../src/fault.ts";
import { pathText } from "../../src/display.ts";
import { plainJson } from "../../src/json.ts";
import type { Kept, ProjectionStore, Saved } from "../../src/projection_store.ts";
import { attempt, fail, failCorrupt } from "./attempt.ts";
import { readPart } from "./files.ts";
import {
  decodeState,
  encodeState,
  revisionsIn,
  STATE_FORMAT,
  type StateDefect,
  stateFileName,
} from "./format/state_file.ts";
import type { StoragePort } from "./storage.ts";
import { writeAll } from "./append/write_all.ts";

/** So often a save or a load begins again because somebody else was faster. */
const attemptsMax = 100;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A place for the states of projections in a storage. The states are plain JSON: a projection whose
 * state is not says with `state` how it is written, else saving it is the fault `Unencodable`.
 *
 * An acknowledged save survives a power cut, as far as the storage's flush goes. A damaged file is
 * the fault `Corrupt`; `rebuild` saves over it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { fileStates } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const saved = { definition: "seats 1", bookmark: { position: 7, hash: "2f" }, state: { seats: 3 } };
 * await run(fileStates(storage).save("seats", saved, 0));
 * assert.deepEqual(storage.list(), ["projection-seats-0000000001.state"]);
 * ```
 */
export function fileStates(storage: StoragePort): ProjectionStore {
  return {
    load: (name) => attempt(() => load(storage, name), readFailed),
    save: (name, saved, after) => attempt(() => save(storage, name, saved, after), writeFailed),
  };
}

// ---------------------------------------------------------------------------
// effects
// ---------------------------------------------------------------------------

async function load(storage: StoragePort, name: string): Promise<O.Option<Kept>> {
  for (let attempts = 0; attempts < attemptsMax; attempts++) {
    const revisions = revisionsIn(await storage.list(), name);
    const found = await newestOf(storage, name, revisions);
    if (found !== "gone") return found;
  }
  throw new Error(
    `the states of projection ${JSON.stringify(name)} change faster than they are read`,
  );
}

/** The newest whole state, or `"gone"` if one was removed meanwhile: then there is a newer one. */
async function newestOf(
  storage: StoragePort,
  name: string,
  revisions: ReadonlyArray<number>,
): Promise<O.Option<Kept> | "gone"> {
  let newest: StateDefect | undefined;
  let areTorn = true;
  for (const revision of revisions) {
    const read = await readState(storage, name, revision);
    if (read === "gone") return read;
    if (E.isRight(read)) return O.some({ ...read.right, revision });
    newest ??= read.left;
    areTorn = areTorn && read.left._tag === "TornState";
  }
  // The first save was cut off, and perhaps some after it. Nothing was ever acknowledged: a file
  // is removed only when a later one is whole.
  if (newest === undefined || (areTorn && revisions.at(-1) === 1)) return O.none;
  return failDefect(stateFileName(name, revisions[0] ?? 0), newest);
}

async function readState(
  storage: StoragePort,
  name: string,
  revision: number,
): Promise<E.Either<StateDefect, Saved> | "gone"> {
  const file = await storage.openRead(stateFileName(name, revision));
  if (file === "missing") return "gone";
  try {
    const read = decodeState(await readPart(file, 0, await file.size()), name);
    // Another program wrote it: an older state would be read as if it were the newest.
    if (E.isLeft(read) && read.left._tag === "NewerState") {
      return failDefect(stateFileName(name, revision), read.left);
    }
    return read;
  } finally {
    await file.close();
  }
}

async function save(
  storage: StoragePort,
  name: string,
  saved: Saved,
  after: number | "any",
): Promise<O.Option<number>> {
  const bytes = encodeState(name, { ...saved, state: plain(name, saved.state) });
  for (let attempts = 0; attempts < attemptsMax; attempts++) {
    const revisions = revisionsIn(await storage.list(), name);
    if (after !== "any" && await isOvertaken(storage, name, revisions, after)) return O.none;
    const revision = Math.max(after === "any" ? 0 : after, revisions[0] ?? 0) + 1;
    if (revision === 1) await storage.prepare();
    if (await created(storage, stateFileName(name, revision), bytes)) {
      await removeAll(storage, revisions.map((older) => stateFileName(name, older)));
      return O.some(revision);
    }
  }
  throw new Error(
    `the states of projection ${JSON.stringify(name)} change faster than they are saved`,
  );
}

async function isOvertaken(
  storage: StoragePort,
  name: string,
  revisions: ReadonlyArray<number>,
  after: number,
): Promise<boolean> {
  for (const revision of revisions) {
    if (revision <= after) return false;
    const read = await readState(storage, name, revision);
    // What is gone was replaced by a newer one; what is torn is nobody's state.
    if (read === "gone" || E.isRight(read)) return true;
  }
  return false;
}

/** Creates a file with all its bytes, flushed, unless there is one of that name. */
async function created(storage: StoragePort, name: string, bytes: Uint8Array): Promise<boolean> {
  const file = await storage.create(name);
  if (file === "exists") return false;
  try {
    await writeAll(file, 0, bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await storage.syncDirectory();
  return true;
}

async function removeAll(storage: StoragePort, names: ReadonlyArray<string>): Promise<void> {
  for (const name of names) {
    try {
      await storage.remove(name);
    } catch {
      // Somebody has it open. The new state is saved all the same, and the next save tries again.
    }
  }
}

// ---------------------------------------------------------------------------
// faults
// ---------------------------------------------------------------------------

function plain(name: string, state: unknown): unknown {
  const json = plainJson(state);
  if (E.isRight(json)) return json.right;
  const { path, why } = json.left;
  const fault: Unencodable = {
    _tag: "Unencodable",
    stored: "no",
    type: name,
    path: pathText(path),
    why,
  };
  return fail(fault);
}

function failDefect(file: string, defect: StateDefect): never {
  switch (defect._tag) {
    case "TornState":
      return failCorrupt(file, defect.size, "a whole state", "the end of the file");
    case "BadState":
      return failCorrupt(file, defect.offset, defect.wanted, defect.found);
    case "NewerState":
      return fail({
        _tag: "NewerFormat",
        stored: "no",
        file,
        known: STATE_FORMAT,
        found: defect.found,
      });
  }
}

function readFailed(cause: unknown): ReadFailed {
  return { _tag: "ReadFailed", stored: "no", cause };
}

function writeFailed(cause: unknown): WriteFailed {
  return { _tag: "WriteFailed", stored: "no", cause };
}
