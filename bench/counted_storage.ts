/**
 * A storage that counts what is read of each of its files.
 *
 * @module
 */
import type { ReadFile, StoragePort } from "../stores/file/mod.ts";

/** What was read of a file. */
export interface Reading {
  readonly reads: number;
  readonly bytes: number;
}

/** A storage, and what was read of it so far. */
export interface Counted {
  readonly storage: StoragePort;
  /** By the names of the files. */
  readonly readings: () => ReadonlyMap<string, Reading>;
  /** Begins to count anew. */
  readonly reset: () => void;
}

/** The same storage, except that it counts. */
export function countedStorage(sound: StoragePort): Counted {
  const readings = new Map<string, Reading>();
  const count = (name: string, bytes: number): number => {
    const before = readings.get(name) ?? { reads: 0, bytes: 0 };
    readings.set(name, {
      reads: before.reads + 1,
      bytes: before.bytes + bytes,
    });
    return bytes;
  };
  const counted = (name: string, file: ReadFile): ReadFile => ({
    ...file,
    read: (at, into) => {
      const answer = file.read(at, into);
      return typeof answer === "number"
        ? count(name, answer)
        : answer.then((bytes) => count(name, bytes));
    },
  });
  return {
    storage: {
      ...sound,
      openRead: async (name) => {
        const file = await sound.openRead(name);
        return file === "missing" ? file : counted(name, file);
      },
    },
    readings: () => new Map(readings),
    reset: () => readings.clear(),
  };
}

/** What was read of all files whose names are as wanted. */
export function readOf(
  readings: ReadonlyMap<string, Reading>,
  isWanted: (name: string) => boolean,
): Reading {
  let [reads, bytes] = [0, 0];
  for (const [name, one] of readings) {
    if (!isWanted(name)) continue;
    reads += one.reads;
    bytes += one.bytes;
  }
  return { reads, bytes };
}
