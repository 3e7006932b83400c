/**
 * A cold tier in any storage: another directory, say, on a larger and slower disk.
 *
 * @module
 */
import { writeAll } from "../append/write_all.ts";
import { readPart } from "../files.ts";
import type { ReadFile, StoragePort } from "../storage.ts";
import type { ColdTier } from "./cold_tier.ts";

/**
 * Keeps archives as files of a storage. Of a store's own storage, too: then archiving only
 * compresses.
 *
 * An object counts once its file and its name are flushed. What a crash leaves half written keeps
 * its name, is never read, and the next attempt takes another.
 *
 * @example Archives in another directory
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { coldStorage } from "leftfold/stores/file";
 *
 * const tier = coldStorage(memoryStorage());
 * assert.equal(await tier.put("greeting", [new Uint8Array([104, 105])]), "stored");
 * assert.equal(await tier.put("greeting", []), "exists");
 * assert.deepEqual(await tier.read("greeting", 1, 5), new Uint8Array([105]));
 * ```
 */
export function coldStorage(storage: StoragePort): ColdTier {
  return {
    place: storage.place,
    put: async (name, parts) => {
      await storage.prepare();
      const file = await storage.create(name);
      if (file === "exists") return file;
      try {
        let at = 0;
        for (const part of parts) {
          await writeAll(file, at, part);
          at += part.length;
        }
        await file.datasync();
      } finally {
        await file.close();
      }
      await storage.syncDirectory();
      return "stored";
    },
    read: (name, at, size) => reading(storage, name, (file) => readPart(file, at, size)),
    size: (name) => reading(storage, name, (file) => file.size()),
    list: () => storage.list(),
    remove: (name) => storage.remove(name),
  };
}

async function reading<Value>(
  storage: StoragePort,
  name: string,
  use: (file: ReadFile) => Value | Promise<Value>,
): Promise<Value | "missing"> {
  const file = await storage.openRead(name);
  if (file === "missing") return file;
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
