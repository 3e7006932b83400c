/**
 * A storage at one of whose calls the process stops itself, as a suspended machine or a debugger
 * would: between a write and its flush, between a flush and the look at the claims, and so on.
 *
 * @module
 */
import process from "node:process";
import type { AppendFile, Awaitable, StoragePort } from "../../stores/file/storage.ts";

/** Where a process may stop. */
export type Pause = "before write" | "before datasync" | "after datasync" | "after exists";

export const pauses: ReadonlyArray<Pause> = [
  "before write",
  "before datasync",
  "after datasync",
  "after exists",
];

/** What is to happen to the calls of a storage. Only calls on segments and looks at claims count. */
export interface Pausing {
  /** Called at each place; whether to stop here. */
  readonly stopsAt: (pause: Pause) => boolean;
  /** A planted bug: the writer does not see that another one has taken over. */
  readonly isBlind: boolean;
}

/** The same storage, except that the process stops where it is told to. */
export function pausingStorage(sound: StoragePort, { stopsAt, isBlind }: Pausing): StoragePort {
  const at = (pause: Pause): void => {
    if (stopsAt(pause)) process.kill(process.pid, "SIGSTOP");
  };
  const pausing = (file: AppendFile): AppendFile => ({
    write: (offset, bytes) => {
      at("before write");
      return file.write(offset, bytes);
    },
    datasync: async () => {
      at("before datasync");
      await file.datasync();
      at("after datasync");
    },
    close: file.close,
  });
  const isSegment = (name: string): boolean => name.startsWith("segment-");
  const opened = async <Other extends string>(
    name: string,
    file: Awaitable<AppendFile | Other>,
  ): Promise<AppendFile | Other> => {
    const found = await file;
    return typeof found === "string" || !isSegment(name) ? found : pausing(found);
  };
  let newest = "";
  return {
    ...sound,
    create: async (name) => {
      if (name.endsWith(".claim")) newest = name;
      return await opened(name, sound.create(name));
    },
    openAppend: (name) => opened(name, sound.openAppend(name)),
    exists: async (name) => {
      // The fence check asks for its successor first, and for its own claim then.
      const isThere = isBlind && newest !== "" && name > newest ? false : await sound.exists(name);
      if (name === newest) at("after exists");
      return isThere;
    },
  };
}
