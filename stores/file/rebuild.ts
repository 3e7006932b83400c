/**
 * Making the whole index of a store again, from its log alone.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Cancelled, OpenFault } from "../../src/fault.ts";
import { attempt } from "./attempt.ts";
import { type LongWork, stepsOf } from "./long_work.ts";
import { type ColdOptions, coldOptions, type FileStoreOptions, settingsOf } from "./options.ts";
import type { StoragePort } from "./storage.ts";
import { openWriting } from "./writing.ts";

/** How to make an index again. What is left out is as when a store is opened. */
export type RebuildOptions =
  & LongWork
  & ColdOptions
  & Pick<FileStoreOptions, "leaseMs" | "lockWaitMs" | "observe">;

/** An index that was made again. */
export interface Rebuilt {
  /** The position of the last record. */
  readonly position: number;
  readonly segments: number;
}

/**
 * Makes the whole index of a store again, and believes nothing of what is there. Every byte of the
 * log is read and checked, archived segments too; the old files go when the new ones are in use. So
 * it helps where an index run is damaged, and after an interruption any index is as good as before.
 *
 * It claims the store like a writer: `StoreLocked` if somebody may write to it. Readers elsewhere go
 * on. Takes 1.5 to 3.7 us of the processor for each event of 160 B, the longer the more streams a
 * segment has, and for larger ones as much more as it takes to read them. In memory are the terms of
 * three segments at most, and one run that is made.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, rebuildIndex } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
 * await run(store.append({ writes: [{ stream: "a", expected: "any", events: [{ event }] }] }));
 * await run(store.close);
 * assert.deepEqual(await run(rebuildIndex(storage)), { position: 1, segments: 1 });
 * ```
 */
export function rebuildIndex(
  storage: StoragePort,
  options: RebuildOptions = {},
): TaskEither<OpenFault | Cancelled, Rebuilt> {
  const { leaseMs, lockWaitMs, observe } = options;
  return attempt<OpenFault | Cancelled, Rebuilt>(
    async () => {
      /** Why a part of the index could not be written. */
      const failures: unknown[] = [];
      const settings = settingsOf({
        ...coldOptions(options),
        mode: "existing",
        ...(leaseMs !== undefined && { leaseMs }),
        ...(lockWaitMs !== undefined && { lockWaitMs }),
        observe: (happening) => {
          if (happening._tag === "RunFailed") failures.push(happening.cause);
          observe?.(happening);
        },
      });
      const session = await openWriting(storage, settings, (total) => stepsOf(options, total));
      const { log, control } = session;
      try {
        await control.indexed();
        await control.merged();
      } finally {
        await session.close();
      }
      // A store does without its index, but here it is what was asked for.
      if (failures.length > 0) throw failures[0];
      return { position: log.flushed.position, segments: log.segments.size };
    },
    (cause) => ({ _tag: "OpenFailed", stored: "no", cause }),
  );
}
