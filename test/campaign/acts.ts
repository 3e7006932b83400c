/**
 * What is done to a store beside appending and reading, as steps of scripts: archiving, dropping,
 * erasing, cutting, backups.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { isDeepStrictEqual } from "node:util";
import { backup as backupStore, restore as restoreStore } from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/mod.ts";
import { type Attempt, type Gone, violate } from "./history.ts";
import type { Step } from "./plan.ts";
import { readAll, tried, type World } from "./world.ts";

type Act = Extract<Step, { readonly _tag: "Act" }>["act"];

function step(name: string, act: Act): Step {
  return { _tag: "Act", name, act };
}

/** Moves what is closed into the cold tier. */
export const archive: Step = step("archive", async (world, { process, store }) => {
  await tried(world, process, "archive", store.archive());
});

/** Drops what is closed, as far as it goes. */
export const drop: Step = step("drop", async (world, owner) => {
  const { process, store } = owner;
  const last = await tried(world, process, "head", store.head);
  if (last === undefined) return;
  // How far a drop comes is told by its answer; until then all of it may be gone.
  mark(world, ({ last: end }) => end > 0 && end < last, { how: "hidden", isCertain: false });
  const dropped = await tried(world, process, "drop", store.dropBelow(last, { forget: true }));
  if (!dropped) return;
  mark(world, ({ gone, first }) => gone !== undefined && first >= dropped.floor, undefined);
  mark(world, ({ gone }) => gone !== undefined, { how: "hidden", isCertain: true });
});

/** Erases what a stream holds alone. */
export const erase: Step = step("erase", async (world, { process, store }) => {
  const isOne = ({ commit, last }: Attempt): boolean =>
    last > 0 && commit.writes.length === 1 && commit.writes[0]!.stream === "a-1";
  const until = Math.max(...[...world.history.attempts.values()].filter(isOne).map((a) => a.last));
  mark(world, isOne, { how: "erased", isCertain: false });
  const task = store.eraseRecords({ stream: "a-1" }, { until });
  const erased = await tried(world, process, "erase", task);
  if (erased) mark(world, isOne, { how: "erased", isCertain: erased.kept.length === 0 });
});

/** Takes a stream out of use. */
export const tombstone: Step = step("tombstone", async (world, { process, store }) => {
  const isOfIt = ({ commit, last }: Attempt): boolean =>
    last > 0 && commit.writes.every(({ stream }) => stream === "c");
  world.ended.add("c");
  mark(world, isOfIt, { how: "hidden", isCertain: false });
  const done = await tried(world, process, "tombstone", async () => {
    const result = await store.tombstoneStream("c")();
    return E.isLeft(result) ? result : E.right(true);
  });
  if (done) mark(world, isOfIt, { how: "hidden", isCertain: true });
});

/** Makes a backup, or carries one on, on the same disk under other names. */
export const backup: Step = step("backup", async (world, { process }) => {
  const task = backupStore(process.storage, beside(process.storage));
  const copied = await tried(world, process, "backup", task);
  if (copied) world.backedUp = copied.position;
});

/** Restores the backup, if one was made to its end, and compares it with the store. */
export const restore: Step = step("restore", async (world, owner) => {
  if (world.backedUp === 0) return;
  const { process, store } = owner;
  const from = beside(process.storage);
  const to = beside(process.storage, "restored-");
  const restored = await tried(world, process, "restore", restoreStore(from, to));
  if (!restored) return;
  const opened = world.under.openFileStore(to, world.plan.options);
  const copy = await tried(world, process, "open the copy", opened);
  const records = copy && await readAll(world, process, copy, "read the copy");
  const own = records && await readAll(world, process, store, "read");
  if (!own || !copy) return;
  const isWhole = (records.at(-1)?.position ?? 0) >= world.backedUp;
  if (!isWhole || !isDeepStrictEqual(records, own.slice(0, records.length))) {
    const what =
      `the backup has ${records.length} records of ${world.backedUp} at least, and the ` +
      `store ${own.length}`;
    violate(world.history, "I8 archived and live make the whole", what);
  }
  await tried(world, process, "close the copy", async () => {
    const result = await copy.close();
    return E.isLeft(result) ? result : E.right(true);
  });
});

function mark(world: World, isMeant: (attempt: Attempt) => boolean, gone: Gone | undefined): void {
  for (const attempt of world.history.attempts.values()) {
    if (!isMeant(attempt)) continue;
    if (gone) attempt.gone = gone;
    else delete attempt.gone;
  }
}

/** Another place on the same disk: its names begin with a word of their own. */
function beside(storage: StoragePort, prefix = "backup-"): StoragePort {
  return {
    ...storage,
    place: `${storage.place} ${prefix}`,
    list: async () => {
      const names = await storage.list();
      return names.filter((name) => name.startsWith(prefix)).map((name) =>
        name.slice(prefix.length)
      );
    },
    create: (name) => storage.create(prefix + name),
    openAppend: (name) => storage.openAppend(prefix + name),
    openRead: (name) => storage.openRead(prefix + name),
    remove: (name) => storage.remove(prefix + name),
    exists: (name) => storage.exists(prefix + name),
  };
}
