/**
 * A storage of which single calls wait until a test lets them go on: so that something can happen
 * between the moment a call is made and the moment it comes to its end.
 *
 * @module
 */
import type { AppendFile, Awaitable, ReadFile, StoragePort } from "../../stores/file/storage.ts";

/** A call that can be held. */
export interface HeldCall {
  readonly operation: "create" | "openAppend" | "write" | "datasync" | "read" | "syncDirectory";
  /** The file, or nothing if the call is about the place. */
  readonly name: string;
}

/** One call that waits, or will. */
export interface Hold {
  /** The call was made. */
  readonly reached: Promise<void>;
  /** Lets it go on, or fail instead. */
  readonly release: (error?: Error) => void;
}

export interface HeldStorage {
  readonly storage: StoragePort;
  /** Holds the next call of which this is true. */
  readonly hold: (isIt: (call: HeldCall) => boolean) => Hold;
}

export function heldStorage(sound: StoragePort): HeldStorage {
  const waiting: Array<{
    readonly isIt: (call: HeldCall) => boolean;
    readonly tell: () => void;
    readonly released: Promise<void>;
  }> = [];
  const held = <Value>(call: HeldCall, act: () => Awaitable<Value>): Awaitable<Value> => {
    const at = waiting.findIndex(({ isIt }) => isIt(call));
    if (at < 0) return act();
    const [{ tell, released }] = waiting.splice(at, 1) as [typeof waiting[number]]; // Just found.
    tell();
    return released.then(act);
  };
  const appendFile = (name: string, file: AppendFile): AppendFile => ({
    write: (at, bytes) => held({ operation: "write", name }, () => file.write(at, bytes)),
    datasync: () => held({ operation: "datasync", name }, file.datasync),
    close: file.close,
  });
  const readFile = (name: string, file: ReadFile): ReadFile => ({
    ...file,
    read: (at, into) => held({ operation: "read", name }, () => file.read(at, into)),
  });
  const storage: StoragePort = {
    ...sound,
    create: async (name) => {
      const file = await held({ operation: "create", name }, () => sound.create(name));
      return file === "exists" ? file : appendFile(name, file);
    },
    openAppend: async (name) => {
      const file = await held({ operation: "openAppend", name }, () => sound.openAppend(name));
      return file === "missing" ? file : appendFile(name, file);
    },
    openRead: async (name) => {
      const file = await sound.openRead(name);
      return file === "missing" ? file : readFile(name, file);
    },
    syncDirectory: () => held({ operation: "syncDirectory", name: "" }, sound.syncDirectory),
  };
  return {
    storage,
    hold: (isIt) => {
      let tell = (): void => undefined;
      let release: Hold["release"] = () => undefined;
      const reached = new Promise<void>((resolve) => {
        tell = resolve;
      });
      const released = new Promise<void>((resolve, reject) => {
        release = (error) => error ? reject(error) : resolve();
      });
      waiting.push({ isIt, tell, released });
      return { reached, release };
    },
  };
}

/** Lets everything run that waits for no more than promises. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

export function isFlushOf(kind: string): (call: HeldCall) => boolean {
  return ({ operation, name }) => operation === "datasync" && name.startsWith(kind);
}
