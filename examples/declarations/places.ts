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
  type OpenFault,
  type ProjectionStore,
  type ReadFault,
} from "leftfold";
import { directory } from "leftfold/storage/node";
import {
  fileStates,
  openFileStore,
  type StoragePort,
  type StoreStats,
  storeStats,
} from "leftfold/stores/file";
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

/** What a store left behind, and what it took. */
export interface OnDisk {
  readonly folder: string;
  readonly stats: StoreStats;
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

/** What lies on the disk. Asked after the store is closed, when its index is whole. */
export function onDisk(
  { folder, storage, traffic }: OpenStore,
): TE.TaskEither<OpenFault | ReadFault, OnDisk> {
  return pipe(
    storeStats(storage),
    TE.map((stats) => ({ folder, stats, traffic: traffic() })),
  );
}
