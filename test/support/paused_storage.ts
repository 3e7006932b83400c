/**
 * A storage at each of whose calls others may come in between.
 *
 * @module
 */
import type { Pause } from "../../stores/conformance/mod.ts";
import type { AppendFile, Awaitable, ReadFile, StoragePort } from "../../stores/file/storage.ts";

/** The same storage, except that it waits for `pause` before each call that reads or changes files. */
export function pausedStorage(storage: StoragePort, pause: Pause): StoragePort {
  const on = <Args extends ReadonlyArray<unknown>, Value>(
    call: string,
    act: (...args: Args) => Awaitable<Value>,
  ): (...args: Args) => Promise<Value> =>
  async (...args) => {
    await pause(call);
    return await act(...args);
  };
  const writing = (file: AppendFile): AppendFile => ({
    write: on("write", file.write),
    datasync: on("datasync", file.datasync),
    close: file.close,
  });
  const reading = (file: ReadFile): ReadFile => ({
    size: on("size", file.size),
    read: on("read", file.read),
    close: file.close,
  });
  return {
    ...storage,
    list: on("list", storage.list),
    exists: on("exists", storage.exists),
    remove: on("remove", storage.remove),
    syncDirectory: on("syncDirectory", storage.syncDirectory),
    create: async (name) => {
      await pause("create");
      const file = await storage.create(name);
      return file === "exists" ? file : writing(file);
    },
    openAppend: async (name) => {
      const file = await storage.openAppend(name);
      return file === "missing" ? file : writing(file);
    },
    openRead: async (name) => {
      await pause("openRead");
      const file = await storage.openRead(name);
      return file === "missing" ? file : reading(file);
    },
  };
}
