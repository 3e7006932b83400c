/**
 * Verifying the saved states of projections: each is whole, and was taken in the history that the
 * log holds.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { EventStore } from "../../src/event_store.ts";
import type { Bookmark, Corrupt } from "../../src/fault.ts";
import { fail } from "./attempt.ts";
import { corruptAt } from "./chain.ts";
import { readPart } from "./files.ts";
import { decodeAnyState, parseStateName } from "./format/state_file.ts";
import { type ColdOptions, settingsOf } from "./options.ts";
import { openReading } from "./reading.ts";
import { storeOf } from "./session.ts";
import type { StoragePort } from "./storage.ts";

/**
 * States that are damaged and, if wanted, states of another history. Of each projection the newest
 * whole one counts.
 */
export async function strangeStates(
  storage: StoragePort,
  names: ReadonlyArray<string>,
  isDeep: boolean,
  cold: ColdOptions,
): Promise<ReadonlyArray<Corrupt>> {
  const states = revisionsByProjection(names);
  if (states.length === 0) return [];
  const settings = settingsOf({ ...cold, mode: "readOnly" });
  const session = isDeep ? await openReading(storage, settings) : undefined;
  const store = session && storeOf(session);
  const problems: Corrupt[] = [];
  try {
    for (const revisions of states) {
      const problem = await problemIn(storage, revisions, store);
      if (problem) problems.push(problem);
    }
  } finally {
    await store?.close();
  }
  return problems;
}

async function problemIn(
  storage: StoragePort,
  revisions: ReadonlyArray<string>,
  store: EventStore | undefined,
): Promise<Corrupt | undefined> {
  for (const file of revisions) {
    const read = await readState(storage, file);
    // One that is torn was never acknowledged, and the one before it counts.
    if (read === "gone" || read === "torn") continue;
    if ("_tag" in read) return read;
    return store && await differenceIn(store, file, read);
  }
  return undefined;
}

async function differenceIn(
  store: EventStore,
  file: string,
  { position, hash }: Bookmark,
): Promise<Corrupt | undefined> {
  const found = await store.bookmark(position)();
  if (!isLeft(found)) {
    if (found.right.hash === hash) return undefined;
    return diverged(file, `${found.right.hash} at position ${position}`, hash);
  }
  if (found.left._tag !== "HistoryDiverged") return fail(found.left);
  return diverged(file, `its end at position ${found.left.found.position}`, hash);
}

function diverged(file: string, here: string, hash: string): Corrupt {
  const wanted = `a state of this history, which has ${here}`;
  return corruptAt(file, 0, wanted, `a state of another one, which had ${hash}`);
}

/** The state files of each projection, newest first. */
function revisionsByProjection(
  names: ReadonlyArray<string>,
): ReadonlyArray<ReadonlyArray<string>> {
  const all = new Map<string, { readonly name: string; readonly revision: number }[]>();
  for (const name of names) {
    const parsed = parseStateName(name);
    if (!parsed) continue;
    const { slug, revision } = parsed;
    all.set(slug, [...all.get(slug) ?? [], { name, revision }]);
  }
  return [...all.values()].map((files) =>
    files.sort((one, other) => other.revision - one.revision).map(({ name }) => name)
  );
}

async function readState(
  storage: StoragePort,
  name: string,
): Promise<Bookmark | Corrupt | "torn" | "gone"> {
  const file = await storage.openRead(name);
  if (file === "missing") return "gone";
  try {
    const read = decodeAnyState(await readPart(file, 0, await file.size()));
    if (!isLeft(read)) return read.right.bookmark;
    switch (read.left._tag) {
      case "TornState":
        return "torn";
      case "BadState":
        return corruptAt(name, read.left.offset, read.left.wanted, read.left.found);
      case "NewerState":
        return corruptAt(name, 8, "a state of a known format", `format ${read.left.found}`);
    }
  } finally {
    await file.close();
  }
}
