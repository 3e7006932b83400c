/**
 * The two stores of the example: where they are, what went to them, what lies on the disk.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import {
  type AppendFault,
  type EventStore,
  explain,
  type Position,
  type ProjectionStore,
} from "leftfold";
import { directory } from "leftfold/storage/node";
import { fileStates, openFileStore, type StoragePort } from "leftfold/stores/file";
import { measured, type Traffic } from "./measured_storage.ts";
import type { Ended } from "./settings.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A store that is open. */
export interface OpenStore {
  readonly folder: string;
  readonly store: EventStore;
  readonly storage: StoragePort;
  readonly traffic: () => Traffic;
}

/** All that the example keeps. */
export interface Stores {
  /** The history. */
  readonly past: OpenStore;
  /** What the decider accepts. */
  readonly decided: OpenStore;
  /** The states of projections, which lie beside the log that they are folded from. */
  readonly states: ProjectionStore;
}

/** The files of one kind in a store's folder. */
export interface FilesOnDisk {
  readonly count: number;
  readonly bytes: number;
}

/** What a store left behind. */
export interface OnDisk {
  readonly folder: string;
  readonly events: Position;
  readonly segments: FilesOnDisk;
  readonly indexRuns: FilesOnDisk;
  readonly others: FilesOnDisk;
  readonly traffic: Traffic;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Opens both stores; makes them where there are none. Who fails to open one has opened none. */
export async function openStores(folder: string): Promise<E.Either<Ended, Stores>> {
  const past = await openStore(folder);
  if (E.isLeft(past)) return past;
  const decided = await openStore(`${folder}-commands`);
  if (E.isLeft(decided)) {
    // Nothing was written to the other one, and the fault to tell is this.
    await past.right.store.close();
    return decided;
  }
  const states = fileStates(past.right.storage);
  return E.right({ past: past.right, decided: decided.right, states });
}

async function openStore(folder: string): Promise<E.Either<Ended, OpenStore>> {
  const storage = directory(folder);
  const { storage: counted, traffic } = measured(storage);
  const store = await openFileStore(counted)();
  return E.isLeft(store)
    ? E.left({ text: `Cannot open the store in ${folder}: ${explain(store.left)}`, exitCode: 1 })
    : E.right({ folder, store: store.right, storage, traffic });
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Closes both: what is queued is stored first. Closing twice is fine. */
export function closeStores({ past, decided }: Stores): TE.TaskEither<AppendFault, void> {
  return pipe(past.store.close, TE.flatMap(() => decided.store.close));
}

/** The files of a store with so many events. Asked after it is closed, when its index is whole. */
export async function onDisk(
  { folder, storage, traffic }: OpenStore,
  events: Position,
): Promise<OnDisk> {
  const names = await storage.list();
  const sizes = new Map<string, number>();
  for (const name of names) sizes.set(name, await sizeOf(storage, name));
  const files = (isOne: (name: string) => boolean): FilesOnDisk => {
    const chosen = names.filter(isOne);
    const bytes = chosen.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
    return { count: chosen.length, bytes };
  };
  const isSegment = (name: string): boolean => name.startsWith("segment-");
  const isRun = (name: string): boolean => name.startsWith("index-");
  return {
    folder,
    events,
    segments: files(isSegment),
    indexRuns: files(isRun),
    others: files((name) => !isSegment(name) && !isRun(name)),
    traffic: traffic(),
  };
}

async function sizeOf(storage: StoragePort, name: string): Promise<number> {
  const file = await storage.openRead(name);
  // A file may go while one looks: somebody else may have opened the store meanwhile.
  if (file === "missing") return 0;
  const bytes = await file.size();
  await file.close();
  return bytes;
}
