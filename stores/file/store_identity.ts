/**
 * What a store is, said in its place by whoever makes it.
 *
 * @module
 */
import { writeAll } from "./append/write_all.ts";
import type { Files } from "./files.ts";
import { parseName, STORE_FILE } from "./format/layout.ts";
import {
  encodeStoreFile,
  HASH_NONE,
  HASH_SHA256,
  type StoreIdentity,
} from "./format/store_file.ts";
import { SEGMENT_BYTES_DEFAULT, type Settings } from "./options.ts";
import type { AppendFile, StoragePort } from "./storage.ts";
import { readIdentity } from "./survey.ts";

/** What the store is. The first owner says it, after its claim. */
export async function identityOf(
  storage: StoragePort,
  settings: Settings,
  files: Files,
  names: ReadonlyArray<string>,
): Promise<StoreIdentity> {
  const known = await readIdentity(storage, files);
  if (typeof known !== "string") {
    // Who made it may have been killed before its flush: then only the page cache has it.
    if (!names.some(isSegment)) {
      const file = await storage.openAppend(STORE_FILE);
      if (file === "missing") throw new Error(`${STORE_FILE} is gone; open the store again`);
      await flushStoreFile(storage, file, new Uint8Array());
    }
    return known;
  }
  const identity: StoreIdentity = {
    storeId: storage.random(16),
    created: storage.clock.now(),
    hashKey: storage.random(16),
    hashMode: settings.chain === "none" ? HASH_NONE : HASH_SHA256,
    segmentBytesMax: settings.segmentBytesMax ?? SEGMENT_BYTES_DEFAULT,
  };
  // An unfinished one is written again as long as there is no segment.
  if (known === "unfinished") await storage.remove(STORE_FILE);
  await writeIdentity(storage, identity);
  return identity;
}

/** Writes what the store is, where no file says it. */
export async function writeIdentity(storage: StoragePort, identity: StoreIdentity): Promise<void> {
  const file = await storage.create(STORE_FILE);
  if (file === "exists") throw new Error(`${STORE_FILE} was made by another writer`);
  await flushStoreFile(storage, file, encodeStoreFile(identity));
  await storage.syncDirectory();
}

/**
 * Flushes the file that says what the store is, before any segment is made. One whose flush has
 * failed is removed: it reads well as long as the machine runs, and may never be on the disk.
 */
async function flushStoreFile(
  storage: StoragePort,
  file: AppendFile,
  bytes: Uint8Array,
): Promise<void> {
  try {
    await writeAll(file, 0, bytes);
    await file.datasync();
  } catch (cause) {
    await Promise.allSettled([file.close()]);
    await Promise.allSettled([storage.remove(STORE_FILE)]);
    throw cause;
  }
  await file.close();
}

function isSegment(name: string): boolean {
  return parseName(name)?.kind === "segment";
}
