/**
 * The stores of this library as subjects of their laws.
 *
 * @module
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/run.ts";
import type { StoreSubject } from "../../stores/conformance/mod.ts";
import {
  coldStorage,
  type FileStore,
  type FileStoreOptions,
  openFileStore,
} from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { memoryStore } from "../../stores/memory.ts";
import { memoryStorage } from "../../stores/storage/memory.ts";
import { directory } from "../../stores/storage/node.ts";
import { simulatedDisk } from "../../stores/storage/simulated.ts";
import { generator } from "../../stores/storage/simulated/generator.ts";
import { diskOf, filesIn, ownerOf } from "./disk.ts";
import { pausedStorage } from "./paused_storage.ts";
import { seedOfRun } from "./seed.ts";

/** What the disks of all subjects do with what they were not asked to keep. */
const draws = generator(seedOfRun());

/** The store in memory. */
export const memorySubject: StoreSubject = {
  name: "a memory store",
  capabilities: { subscriptions: true },
  open: () => {
    const store = memoryStore();
    return Promise.resolve({ store, dispose: () => run(store.close) });
  },
};

/** A place for a file store. */
export interface Place {
  /** For the one who writes. */
  readonly storage: StoragePort;
  /** For somebody else, beside him. */
  readonly beside: () => StoragePort;
  /** What a crash leaves. What is open in this place is gone, if `endsStores`. */
  readonly crash: () => Promise<Place>;
  readonly endsStores: boolean;
  readonly remove: () => void;
}

/** How a file store is tried. */
export interface FileSubjectOptions extends FileStoreOptions {
  /** `"process"` if left out. */
  readonly survives?: "close" | "process" | "power";
  /** Whether it has a cold tier; the tier outlives every crash. */
  readonly archives?: boolean;
}

/** A file store, in places that are made by `place`. */
export function fileSubject(
  name: string,
  place: () => Promise<Place>,
  { survives: durability = "process", archives: archive = false, ...given }: FileSubjectOptions =
    {},
): StoreSubject {
  return {
    name,
    capabilities: { durability, subscriptions: true, multiProcess: true, archive, retention: true },
    open: async (pause) => {
      const cold = coldStorage(memoryStorage({ place: "cold" }));
      const options = archive ? { ...given, cold } : given;
      const first = await place();
      let here = first;
      const left: Place[] = [];
      const opened: FileStore[] = [];
      const writers: FileStore[] = [];
      const open = async (storage: StoragePort, more: FileStoreOptions = {}) => {
        const store = await run(openFileStore(storage, { ...options, ...more }));
        opened.push(store);
        if (more.mode !== "readOnly") writers.push(store);
        return store;
      };
      return {
        store: await open(pause ? pausedStorage(here.storage, pause) : here.storage),
        reopen: () => open(here.storage),
        crash: async () => {
          if (here.endsStores) opened.length = 0;
          left.push(here);
          here = await here.crash();
          return await open(here.storage);
        },
        archive: async (through) => {
          const { segments } = await run(
            writers.at(-1)!.archive({ through: { position: through } }),
          );
          return segments.length;
        },
        retention: {
          truncate: (stream, before) => run(writers.at(-1)!.truncateStream(stream, before)),
          tombstone: (stream) => run(writers.at(-1)!.tombstoneStream(stream)),
        },
        openReader: () => open(here.beside(), { mode: "readOnly" }),
        openWriter: () => openFileStore(here.beside(), { ...options, lockWaitMs: 0 })(),
        dispose: async () => {
          for (const store of opened) await run(store.close);
          for (const { remove } of [...left, here]) remove();
        },
      };
    },
  };
}

/** A storage in memory, with real time. A crash is that of the process. */
export async function inMemory(files?: ReturnType<typeof filesIn>): Promise<Place> {
  const seed = draws.below(2 ** 31);
  const storage = await diskOf(files, { clock: memoryStorage().clock, seed });
  return {
    storage,
    beside: () => ({ ...storage, owner: ownerOf(1, false) }),
    crash: () => inMemory(filesIn(storage)),
    endsStores: false,
    remove: () => undefined,
  };
}

/** A directory of its own. A crash is that of the process. */
export function inDirectory(): Promise<Place> {
  return Promise.resolve(inFolder(mkdtempSync(join(tmpdir(), "leftfold-contract-"))));
}

function inFolder(folder: string): Place {
  const storage = directory(folder);
  return {
    // Whoever wrote here before is a process that was killed.
    storage: { ...storage, owner: ownerOf(1, true) },
    beside: () => ({ ...storage, owner: ownerOf(1, false) }),
    crash: () => {
      const copy = mkdtempSync(join(tmpdir(), "leftfold-contract-"));
      cpSync(folder, copy, { recursive: true });
      return Promise.resolve(inFolder(copy));
    },
    endsStores: false,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A simulated disk, whose time goes on while it is used. A crash is a power cut. */
export function onSimulatedDisk(): Promise<Place> {
  const disk = simulatedDisk({ seed: draws.below(2 ** 31) });
  let isUsed = true;
  const pass = (): void => {
    if (isUsed) disk.idle(50).then(() => setTimeout(pass, 0));
  };
  pass();
  const place = (): Place => ({
    storage: disk.start().storage,
    beside: () => disk.start().storage,
    crash: () => {
      disk.cutPower({ bytes: "mixed", names: "mixed", seed: draws.below(2 ** 31) });
      return Promise.resolve(place());
    },
    endsStores: true,
    remove: () => {
      isUsed = false;
    },
  });
  return Promise.resolve(place());
}
