/**
 * Opening a store without claiming it: what those who only read have in common.
 *
 * @module
 */
import { type Files, filesOf } from "./files.ts";
import type { StoreIdentity } from "./format/store_file.ts";
import { failMissing, failUnbegun, isStore } from "./opening.ts";
import type { Settings } from "./options.ts";
import { type Places, placesOf } from "./places.ts";
import type { Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import { readIdentity } from "./store_identity.ts";

/** A store that was begun, before its log is looked at. */
export interface BegunStore {
  readonly places: Places;
  readonly files: Files;
  /** Its files, by their names. */
  readonly names: ReadonlyArray<string>;
  readonly identity: StoreIdentity;
}

/** Opens a store that was begun. Faults are thrown, and then no file of it stays open. */
export async function openToRead(
  storage: StoragePort,
  settings: Settings,
  open: (store: BegunStore) => Promise<Session>,
): Promise<Session> {
  const places = placesOf(storage, settings);
  const files = filesOf(places, settings.filesOpenMax);
  try {
    const names = await storage.list();
    if (!isStore(names)) return failMissing(storage);
    const identity = await readIdentity(storage, files, names);
    // Between its claim and its first segment a new store has nothing to read.
    if (identity === "open") return await failUnbegun(storage);
    return await open({ places, files, names, identity });
  } catch (thrown) {
    await files.close();
    throw thrown;
  }
}
