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
import { type Attempt, type Progress, streamsOf } from "./attempt.ts";
import { noteForgotten, promote, violate } from "./history.ts";
import { readAll } from "./opening.ts";
import type { Step } from "./plan.ts";
import { optionsFor, type Owner, tried, type World } from "./world.ts";

type Act = Extract<Step, { readonly _tag: "Act" }>["act"];

function step(name: string, act: Act): Step {
  return { _tag: "Act", name, act };
}

/** Moves what is closed into the cold tier. */
export const archive: Step = step("archive", async (world, { process, store }) => {
  await tried(world, process, "archive", store.archive());
});

/** Drops what is closed, as far as it goes. */
export const drop: Step = step("drop", async (world, { process, store }) => {
  const last = await tried(world, process, "head", store.head);
  // Nothing can be dropped of an empty log.
  if (last === undefined || last === 0) return;
  const below = attemptsOf(world, (attempt) => attempt.last > 0 && attempt.last < last);
  const before = new Map(below.map(({ id, gone }) => [id, gone.dropped]));
  for (const { gone } of below) gone.dropped ??= "begun";
  world.backedUp = 0;
  const dropped = await tried(world, process, "drop", store.dropBelow(last, { forget: true }));
  if (!dropped) return;
  promote(world.history, last);
  // How far a drop comes is told by its answer.
  for (const { id, gone, first } of below) {
    if (first < dropped.floor) gone.dropped = "done";
    else gone.dropped = before.get(id);
  }
  noteForgotten(world.history);
});

/** Erases what a stream holds. */
export const erase: Step = step("erase", async (world, { process, store }) => {
  const stream = presentIn(world, "a-1");
  const writers = writersOf(world, stream);
  if (writers.length === 0) return;
  const until = lastOf(writers);
  for (const { gone } of writers) begin(gone.erased, stream);
  world.backedUp = 0;
  const task = store.eraseRecords({ stream }, { until });
  const erased = await tried(world, process, "erase", task);
  if (!erased) return;
  promote(world.history, until);
  if (erased.kept.length === 0) { for (const { gone } of writers) gone.erased.set(stream, "done"); }
});

/** Takes a stream out of use. */
export const tombstone: Step = step("tombstone", async (world, { process, store }) => {
  const stream = presentIn(world, "c");
  const writers = writersOf(world, stream);
  world.ended.add(stream);
  for (const { gone } of writers) begin(gone.cut, stream);
  world.backedUp = 0;
  const done = await tried(world, process, "tombstone", async () => {
    const result = await store.tombstoneStream(stream)();
    return E.isLeft(result) ? result : E.right(true);
  });
  if (!done) return;
  promote(world.history, lastOf(writers));
  for (const { gone } of writers) gone.cut.set(stream, "done");
});

/** Makes a backup, or carries one on, on the same disk under other names. */
export const backup: Step = step("backup", makeBackup);

/** Restores the backup, if one was made to its end, and compares it with the store. */
export const restore: Step = step("restore", compareBackup);

/** Both. */
export const backupAndRestore: Step = step("backup and restore", async (world, owner) => {
  await makeBackup(world, owner);
  await compareBackup(world, owner);
});

async function makeBackup(world: World, { process }: Owner): Promise<void> {
  const cold = optionsFor(world, process);
  const task = backupStore(process.storage, beside(process.storage), cold);
  const copied = await tried(world, process, "backup", task);
  if (copied) world.backedUp = copied.position;
}

async function compareBackup(world: World, owner: Owner): Promise<void> {
  if (world.backedUp === 0) return;
  const { process, store } = owner;
  const from = beside(process.storage);
  world.restored += 1;
  const to = beside(process.storage, `restored-${world.restored}-`);
  const restored = await tried(world, process, "restore", restoreStore(from, to));
  if (!restored) return;
  const opened = world.under.openFileStore(to, world.plan.options);
  const copy = await tried(world, process, "open the copy", opened);
  const records = copy && await readAll(world, process, copy, "read the copy");
  const own = records && await readAll(world, process, store, "read");
  if (!own || !copy) return;
  const least = own.filter(({ position }) => position <= world.backedUp).length;
  if (records.length < least || !isDeepStrictEqual(records, own.slice(0, records.length))) {
    const what = `the backup has ${records.length} records, ${least} of them before it was made, ` +
      `and the store ${own.length}`;
    violate(world.history, "I8 archived and live make the whole", what);
  }
  await tried(world, process, "close the copy", async () => {
    const result = await copy.close();
    return E.isLeft(result) ? result : E.right(true);
  });
}

function attemptsOf(
  { history }: World,
  isMeant: (attempt: Attempt) => boolean,
): ReadonlyArray<Attempt> {
  return [...history.attempts.values()].filter(isMeant);
}

/** What is known to be in the log, and has written into a stream. */
function writersOf(world: World, stream: string): ReadonlyArray<Attempt> {
  return attemptsOf(
    world,
    (attempt) => attempt.last > 0 && streamsOf(attempt).includes(stream),
  );
}

/** A stream, or another one if there is nothing of it. */
function presentIn(world: World, stream: string): string {
  if (writersOf(world, stream).length > 0) return stream;
  const [one] = attemptsOf(world, ({ last }) => last > 0).flatMap(streamsOf);
  return one ?? stream;
}

/** The position up to which attempts go; 0 if there are none. */
function lastOf(attempts: ReadonlyArray<Attempt>): number {
  return Math.max(0, ...attempts.map(({ last }) => last));
}

/** Takes down that something is begun, unless it was done before. */
function begin(progress: Map<string, Progress>, stream: string): void {
  if (!progress.has(stream)) progress.set(stream, "begun");
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
