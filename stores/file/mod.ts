/**
 * The segmented log-file store: an embedded, append-only event store over plain files, for one
 * writer and many readers in other processes. `ARCHITECTURE.md` says its bytes and its protocols.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { OpenFault } from "../../src/fault.ts";
import { attempt } from "./attempt.ts";
import { type FileStore, fileStoreOf } from "./file_store.ts";
import { type FileStoreOptions, type OpenMode, settingsOf } from "./options.ts";
import { openReading } from "./reading.ts";
import { openSalvaging } from "./salvage.ts";
import type { StoragePort } from "./storage.ts";
import { openWriting } from "./writing.ts";

export type { ArchivePolicy } from "./archive/archive_plan.ts";
export type { Archival, ArchivalPlan, ArchiveOptions } from "./archive/archiver.ts";
export { coldStorage } from "./archive/cold_storage.ts";
export type * from "./archive/cold_tier.ts";
export { deflateRaw } from "./archive/deflate_raw.ts";
export type { ColdOptions, Durability, FileStoreOptions, Happening, OpenMode } from "./options.ts";
export type { DropOptions, FileStore } from "./file_store.ts";
export type { CutPlan } from "./retention/cut_plan.ts";
export type { Dropped } from "./retention/drop.ts";
export type { DropPlan } from "./retention/drop_plan.ts";
export type { Erased, ErasePart, ErasePlan } from "./retention/erase.ts";
export { backup, type BackupOptions, type Copied, restore } from "./backup.ts";
export { rebuildIndex, type RebuildOptions, type Rebuilt } from "./rebuild.ts";
export { planRepair, type RepairingOptions, type RepairOptions, repairStore } from "./repair.ts";
export {
  explainRepair,
  type LeftOutside,
  type LogPlace,
  type NothingToRepair,
  type Repair,
  type RepairPlan,
  type SoundPlace,
} from "./repair_plan.ts";
export type { LongWork } from "./long_work.ts";
export { type Anchor, type Head, headStatement } from "./format/head.ts";
export { type HeadOptions, storeHead } from "./head.ts";
export { isSignedHead, type SignedHead, signHead, type SigningPort } from "./head_signature.ts";
export type { StorePlans } from "./store_plans.ts";
export { fileStates } from "./states.ts";
export type * from "./storage.ts";
export {
  type IndexSizes,
  type StatsOptions,
  type StoreSizes,
  type StoreStats,
  storeStats,
  type TornBytes,
} from "./stats.ts";
export { type Verification, type VerifyOptions, verifyStore } from "./verifier.ts";

/**
 * Opens a store in a storage.
 *
 * For writing there is one owner at a time: a second open, in this process or another, is
 * `StoreLocked`, unless the owner is gone. For reading (`mode: "readOnly"`) there may be any number,
 * beside a writer: they see what is flushed.
 *
 * What an acknowledgement means is chosen by `durability`: `"sync"` (the default) that the commit is
 * flushed, so that it survives a power cut; `"os"` that it is written, so that it survives the
 * process being killed, and is flushed at most `flushMs` later; `"none"` nothing.
 *
 * @example A log in a directory
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { run } from "leftfold";
 * import { directory } from "leftfold/storage/node";
 * import { openFileStore } from "leftfold/stores/file";
 *
 * const storage = directory(mkdtempSync(join(tmpdir(), "leftfold-")));
 * const store = await run(openFileStore(storage));
 * const event = { type: "Opened", schemaVersion: 1, data: { by: "Ada" }, tags: [] };
 * const { last } = await run(store.append({
 *   writes: [{ stream: "door-1", expected: "noStream", events: [{ event }] }],
 * }));
 * assert.equal(last, 1);
 * await run(store.close);
 *
 * const again = await run(openFileStore(storage, { mode: "existing" }));
 * const page = await run(again.read({ stream: "door-1" }));
 * assert.deepEqual(page.records[0]?.event.data, { by: "Ada" });
 * await run(again.close);
 * ```
 */
export function openFileStore(
  storage: StoragePort,
  options: FileStoreOptions = {},
): TaskEither<OpenFault, FileStore> {
  const settings = settingsOf(options);
  return attempt(
    async () => fileStoreOf(await openerOf(settings.mode)(storage, settings)),
    (cause): OpenFault => ({ _tag: "OpenFailed", stored: "no", cause }),
  );
}

function openerOf(mode: OpenMode): typeof openWriting {
  switch (mode) {
    case "create":
    case "existing":
      return openWriting;
    case "readOnly":
      return openReading;
    case "salvage":
      return openSalvaging;
  }
}
