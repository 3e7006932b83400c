/**
 * A storage that counts what is asked of it. A storage is a value, so it is wrapped like one.
 *
 * @module
 */
import type { AppendFile, StoragePort } from "leftfold/stores/file";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What went to the storage so far. */
export interface Traffic {
  readonly flushes: number;
  readonly writes: number;
  readonly writtenBytes: number;
}

/** A storage, and what went to it. */
export interface Measured {
  readonly storage: StoragePort;
  readonly traffic: () => Traffic;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The same storage, counted. */
export function measured(storage: StoragePort): Measured {
  let flushes = 0;
  let writes = 0;
  let writtenBytes = 0;
  const counting = <Otherwise extends string>(
    file: AppendFile | Otherwise,
  ): AppendFile | Otherwise =>
    typeof file === "string" ? file : {
      write: (at, bytes) => {
        writes += 1;
        writtenBytes += bytes.length;
        return file.write(at, bytes);
      },
      datasync: () => {
        flushes += 1;
        return file.datasync();
      },
      close: () => file.close(),
    };
  return {
    storage: {
      ...storage,
      create: async (name) => counting(await storage.create(name)),
      openAppend: async (name) => counting(await storage.openAppend(name)),
    },
    traffic: () => ({ flushes, writes, writtenBytes }),
  };
}
