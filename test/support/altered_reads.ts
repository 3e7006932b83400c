/**
 * A storage of which some files are read in another way.
 *
 * @module
 */
import type { ReadFile, StoragePort } from "../../stores/file/storage.ts";

/** The same storage, except for what is read of files whose names begin with `kind`. */
export function withReads(
  sound: StoragePort,
  kind: string,
  readOf: (file: ReadFile) => ReadFile["read"],
): StoragePort {
  return {
    ...sound,
    openRead: async (name) => {
      const file = await sound.openRead(name);
      return file === "missing" || !name.startsWith(kind) ? file : { ...file, read: readOf(file) };
    },
  };
}
