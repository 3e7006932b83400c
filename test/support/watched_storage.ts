/**
 * A storage that tells of each call before it is made.
 *
 * @module
 */
import type { StoragePort } from "../../stores/file/storage.ts";

/** `half`, at a write, makes the first half of it; elsewhere it does nothing. */
export type BeforeCall = (call: string, half: () => void) => void;

/** The same storage, except that `before` runs before each call that reads or changes files. */
export function watchedStorage(sound: StoragePort, before: BeforeCall): StoragePort {
  const on = <Args extends ReadonlyArray<unknown>, Value>(
    call: string,
    act: (...args: Args) => Value,
  ): (...args: Args) => Value =>
  (...args) => {
    before(call, () => {});
    return act(...args);
  };
  return {
    ...sound,
    prepare: on("prepare", sound.prepare),
    list: on("list", sound.list),
    remove: on("remove", sound.remove),
    syncDirectory: on("syncDirectory", sound.syncDirectory),
    openRead: on("openRead", sound.openRead),
    create: async (name) => {
      before("create", () => {});
      const file = await sound.create(name);
      if (file === "exists") return file;
      return {
        write: (at, bytes) => {
          before("write", () => void file.write(at, bytes.subarray(0, bytes.length / 2)));
          return file.write(at, bytes);
        },
        datasync: on("datasync", file.datasync),
        close: on("close", file.close),
      };
    },
  };
}
