/**
 * A storage that fails when a test says so, and tells of every call.
 *
 * @module
 */
import type { AppendFile, Awaitable, ReadFile, StoragePort } from "../../stores/file/storage.ts";
import type { Operation } from "../../stores/storage/simulated/misfortune.ts";

/** A call that reads or changes files. */
export interface StorageCall {
  /** Counted from 1 over the life of the storage. */
  readonly nth: number;
  readonly operation: Operation;
  /** The file, or nothing if the call is about the place. */
  readonly name: string;
  /** What a write writes. */
  readonly bytes?: Uint8Array;
}

/** What becomes of a call. */
export type Misfortune =
  /** Nothing is done, and it fails. */
  | { readonly _tag: "Fails"; readonly error: Error }
  /** A write writes so many bytes, and then fails. */
  | { readonly _tag: "FailsHalfWay"; readonly written: number; readonly error: Error }
  /** A write writes so many bytes, and says so. */
  | { readonly _tag: "Short"; readonly written: number }
  /** The call has done its work, and is said to have failed. */
  | { readonly _tag: "FailsAfterwards"; readonly error: Error };

/** Told of each call before it is made; what it gives is what becomes of the call. */
export type Fate = (call: StorageCall) => Misfortune | undefined;

/** An error with a code, as a platform throws it. */
export function systemError(code: "ENOSPC" | "EIO" | "EMFILE"): Error {
  return Object.assign(new Error(`${code}: planted by a test`), { code });
}

/** The same storage, except that `fate` decides over each call. */
export function faultyStorage(sound: StoragePort, fate: Fate): StoragePort {
  let nth = 0;
  const call = <Value>(
    operation: Operation,
    name: string,
    act: () => Awaitable<Value>,
    bytes?: Uint8Array,
  ): Awaitable<Value> => {
    nth += 1;
    const misfortune = fate({ nth, operation, name, ...(bytes ? { bytes } : {}) });
    if (!misfortune || misfortune._tag === "Short") return act();
    if (misfortune._tag === "FailsAfterwards") act();
    throw misfortune.error;
  };
  const appendFile = (name: string, file: AppendFile): AppendFile => ({
    write: (at, bytes) => {
      nth += 1;
      const misfortune = fate({ nth, operation: "write", name, bytes });
      switch (misfortune?._tag) {
        case undefined:
          return file.write(at, bytes);
        case "Fails":
          throw misfortune.error;
        case "FailsAfterwards":
          file.write(at, bytes);
          throw misfortune.error;
        case "Short":
          return file.write(at, bytes.subarray(0, misfortune.written));
        case "FailsHalfWay":
          file.write(at, bytes.subarray(0, misfortune.written));
          throw misfortune.error;
      }
    },
    datasync: () => call("datasync", name, file.datasync),
    close: () => call("closeAppend", name, file.close),
  });
  const readFile = (name: string, file: ReadFile): ReadFile => ({
    size: () => call("size", name, file.size),
    read: (at, into) => call("read", name, () => file.read(at, into)),
    close: () => call("closeRead", name, file.close),
  });
  return {
    ...sound,
    prepare: () => call("prepare", "", sound.prepare),
    list: () => call("list", "", sound.list),
    exists: (name) => call("exists", name, () => sound.exists(name)),
    remove: (name) => call("remove", name, () => sound.remove(name)),
    syncDirectory: () => call("syncDirectory", "", sound.syncDirectory),
    create: async (name) => {
      const file = await call("create", name, () => sound.create(name));
      return file === "exists" ? file : appendFile(name, file);
    },
    openAppend: async (name) => {
      const file = await call("openAppend", name, () => sound.openAppend(name));
      return file === "missing" ? file : appendFile(name, file);
    },
    openRead: async (name) => {
      const file = await call("openRead", name, () => sound.openRead(name));
      return file === "missing" ? file : readFile(name, file);
    },
  };
}
