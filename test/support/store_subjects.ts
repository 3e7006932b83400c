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
import { type FileStoreOptions, openFileStore } from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { memoryStore } from "../../stores/memory.ts";
import { memoryStorage } from "../../stores/storage/memory.ts";
import { directory } from "../../stores/storage/node.ts";
import { diskOf, filesIn, ownerOf } from "./disk.ts";
import { pausedStorage } from "./paused_storage.ts";

/** The store in memory. */
export const memorySubject: StoreSubject = {
  name: "a memory store",
  capabilities: { durability: "memory", subscriptions: true, multiProcess: false, archive: false },
  open: () => {
    const store = memoryStore();
    return Promise.resolve({ store, dispose: () => run(store.close) });
  },
};

/** A place for a file store. */
interface Place {
  readonly storage: StoragePort;
  /** What a process that is killed now would leave to the next one. */
  readonly copy: () => Promise<Place>;
  readonly remove: () => void;
}

/** A file store, in places that are made by `place`. */
export function fileSubject(
  name: string,
  place: () => Promise<Place>,
  options: FileStoreOptions = {},
): StoreSubject {
  // In the mode `none` an acknowledgement promises nothing until the store is closed.
  const durability = options.durability === "none" ? "close" : "process";
  return {
    name,
    capabilities: { durability, subscriptions: true, multiProcess: true, archive: false },
    open: async (pause) => {
      const places = [await place()];
      const here = (): StoragePort => places.at(-1)!.storage;
      const isAlive = ownerOf(1, false);
      const open = () => run(openFileStore({ ...here(), owner: ownerOf(1, true) }, options));
      const paused = pause === undefined ? here() : pausedStorage(here(), pause);
      let store = await run(openFileStore({ ...paused, owner: ownerOf(1, true) }, options));
      const opened = [store];
      const again = async () => {
        store = await open();
        opened.push(store);
        return store;
      };
      return {
        store,
        reopen: again,
        crash: async () => {
          places.push(await places.at(-1)!.copy());
          return await again();
        },
        openReader: async () => {
          const reader = await run(openFileStore(here(), { ...options, mode: "readOnly" }));
          opened.push(reader);
          return reader;
        },
        openWriter: () =>
          openFileStore({ ...here(), owner: isAlive }, { ...options, lockWaitMs: 0 })(),
        dispose: async () => {
          for (const one of opened) await run(one.close);
          for (const { remove } of places) remove();
        },
      };
    },
  };
}

/** A storage in memory, with real time. */
export async function inMemory(files?: ReturnType<typeof filesIn>): Promise<Place> {
  const seed = 1 + Math.floor(Math.random() * 2 ** 30);
  const storage = await diskOf(files, { clock: memoryStorage().clock, seed });
  return { storage, copy: () => inMemory(filesIn(storage)), remove: () => undefined };
}

/** A directory of its own. */
export function inDirectory(): Promise<Place> {
  return Promise.resolve(inFolder(mkdtempSync(join(tmpdir(), "leftfold-contract-"))));
}

function inFolder(folder: string): Place {
  return {
    storage: directory(folder),
    copy: () => {
      const copy = mkdtempSync(join(tmpdir(), "leftfold-contract-"));
      cpSync(folder, copy, { recursive: true });
      return Promise.resolve(inFolder(copy));
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
