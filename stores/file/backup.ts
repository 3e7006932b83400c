/**
 * Backups: a copy of a store's log in another place, made beside a writer and carried on from time
 * to time; and restoring a store from one.
 *
 * A backup is a reader: it goes as far as the writers say that they have flushed. Files are written
 * and flushed oldest first, then the file `STORE`, and last of all the mark that says how far the
 * backup goes. So one that was interrupted has no mark, or the mark of the backup before it, up to
 * which it is whole; it is carried on by making it again.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { BackupMissing, CopyFault } from "../../src/fault.ts";
import { closeAll } from "./close_all.ts";
import { writeAll } from "./append/write_all.ts";
import { attempt, fail } from "./attempt.ts";
import { isBackup, readBackupMark, writeBackupMark } from "./backup_mark.ts";
import { markOf } from "./append/append_outcome.ts";
import {
  type CopiedSegment,
  type TargetFacts,
  type Unfit,
  unfitForBackup,
  unfitForRestore,
} from "./copy_plan.ts";
import { type Files, filesOf, readPart } from "./files.ts";
import { areEqual, isZero } from "./format/bytes.ts";
import { parseName, STORE_FILE } from "./format/layout.ts";
import { withoutArchives } from "./format/manifest.ts";
import { decodeStoreFile, STORE_FILE_BYTES } from "./format/store_file.ts";
import type { Log } from "./log.ts";
import { type LongWork, sizesOf, stepsOf } from "./long_work.ts";
import { failMissing } from "./opening.ts";
import { type ColdOptions, coldOptions, settingsOf } from "./options.ts";
import { openReading } from "./reading.ts";
import { copyRuns, removeOtherRuns } from "./run_copy.ts";
import type { Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import { lookForIdentity } from "./store_identity.ts";
import { type Copying, copySegments, removeErasedFrom, segmentsToCopy } from "./store_copy.ts";
import { openWriting } from "./writing.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How to make a backup. */
export interface BackupOptions extends LongWork, ColdOptions {
  /**
   * Whether index runs are copied too; they are if it is left out. Without them a backup is smaller,
   * and the store that is restored from it makes them again, reading its whole log once.
   */
  readonly withIndex?: boolean;
}

/** What a copy has come to. */
export interface Copied {
  /** The position of the last record in it. */
  readonly position: number;
  readonly segments: number;
  /** What had to be written, in bytes: the rest was there already. */
  readonly bytesWritten: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Makes a backup of a store, or carries one on: a segment that is there already is not copied again.
 * A writer may be at work meanwhile. Everything that is written is read again and verified: frames,
 * checksums, and the chain of hashes.
 *
 * The target is an empty place, or one with an earlier backup of the same history; any other is
 * `PlaceUnfit`, so that no backup is spoilt by a store that has gone another way. Damage of the
 * source is `Corrupt`; a full disk is `CopyFailed`, and the next call goes on from there. Claims and
 * saved states of projections are not copied. A backup can be read and verified like a store, but
 * not be opened for writing: restore it.
 *
 * Archived segments are unpacked: a backup is whole by itself. So the cold tier must be at hand, also
 * for those that an earlier backup has: their ends are compared.
 *
 * @example Into another place, and again when there is more
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { backup, openFileStore, restore } from "leftfold/stores/file";
 *
 * const [storage, away, anew] = [memoryStorage(), memoryStorage(), memoryStorage()];
 * const store = await run(openFileStore(storage));
 * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
 * const commit = { writes: [{ stream: "a", expected: "any", events: [{ event }] }] } as const;
 * await run(store.append(commit));
 * assert.equal((await run(backup(storage, away))).position, 1);
 * await run(store.append(commit));
 * assert.equal((await run(backup(storage, away))).position, 2);
 * await run(store.close);
 *
 * assert.equal((await run(restore(away, anew))).position, 2);
 * const restored = await run(openFileStore(anew));
 * assert.equal(await run(restored.head), 2);
 * await run(restored.close);
 * ```
 */
export function backup(
  storage: StoragePort,
  target: StoragePort,
  { withIndex = true, ...work }: BackupOptions = {},
): TaskEither<CopyFault, Copied> {
  return attempt<CopyFault, Copied>(
    () =>
      copying(storage, target, coldOptions(work), async (session, written) => {
        const { log } = session;
        const segments = segmentsToCopy(log);
        if (segments.length === 0) return failMissing(storage);
        await target.prepare();
        const facts = await factsOf(log, target);
        failIfUnfit(target, unfitForBackup(segments, facts));
        const copied = await copyAll({
          session,
          target,
          written,
          segments,
          vouched: facts.mark,
          withIndex,
          work,
        });
        await writeBackupMark(target, markOf(log, log.readable));
        await removeErasedFrom({ log, target }, segments);
        if (withIndex) await removeOtherRuns({ log, target, written, step: () => undefined });
        return copied;
      }),
    (cause) => ({ _tag: "CopyFailed", stored: "no", place: target.place, cause }),
  );
}

/**
 * Restores a store from a backup into an empty place, and opens it once, so that it has a history of
 * its own from there on. `BackupMissing` if no backup was ever made to its end there; one that was
 * interrupted gives what the one before it held. A restore that was interrupted is made again.
 *
 * Bookmarks of records that came after the backup are `HistoryDiverged` in the restored store.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { backup, openFileStore, restore, verifyStore } from "leftfold/stores/file";
 *
 * const [storage, away, anew] = [memoryStorage(), memoryStorage(), memoryStorage()];
 * await run((await run(openFileStore(storage))).close);
 * await run(backup(storage, away));
 * await run(restore(away, anew));
 * assert.deepEqual((await run(verifyStore(anew))).problems, []);
 * ```
 */
export function restore(
  from: StoragePort,
  storage: StoragePort,
  work: LongWork = {},
): TaskEither<CopyFault, Copied> {
  return attempt<CopyFault, Copied>(
    async () => {
      const names = await from.list();
      if (!isBackup(names) || !await readBackupMark(from, names)) return failNoBackup(from);
      const copied = await copying(from, storage, {}, async (session, written) => {
        const segments = segmentsToCopy(session.log);
        await storage.prepare();
        const facts = await factsOf(session.log, storage);
        failIfUnfit(storage, unfitForRestore(segments, facts));
        const withIndex = true;
        const vouched = undefined;
        return await copyAll({
          session,
          target: storage,
          written,
          segments,
          vouched,
          withIndex,
          work,
        });
      });
      const session = await openWriting(storage, settingsOf({ mode: "existing" }));
      // Its segments are its own: the archives belong to the store that the backup was made of.
      await session.control.changeManifest(withoutArchives).finally(() => session.close());
      return copied;
    },
    (cause) => ({ _tag: "CopyFailed", stored: "no", place: storage.place, cause }),
  );
}

// ---------------------------------------------------------------------------
// what they share
// ---------------------------------------------------------------------------

/** Opens what is copied, for reading, and closes all of it whatever comes. */
async function copying<Value>(
  source: StoragePort,
  target: StoragePort,
  cold: ColdOptions,
  use: (session: Session, written: Files) => Promise<Value>,
): Promise<Value> {
  const settings = settingsOf({ ...cold, mode: "readOnly" });
  const session = await openReading(source, settings);
  const written = filesOf(target, settings.filesOpenMax);
  try {
    return await use(session, written);
  } finally {
    await closeAll([written.close, session.close]);
  }
}

interface WholeCopy {
  readonly session: Session;
  readonly target: StoragePort;
  readonly written: Files;
  readonly segments: ReadonlyArray<CopiedSegment>;
  readonly vouched: TargetFacts["mark"];
  readonly withIndex: boolean;
  readonly work: LongWork;
}

async function copyAll(whole: WholeCopy): Promise<Copied> {
  const { session: { log }, target, written, segments, vouched, withIndex, work } = whole;
  const runs = withIndex ? await sizesOf(log.files, log.runs.map(({ name }) => name)) : 0;
  const bytesTotal = segments.reduce((sum, { end }) => sum + end, runs);
  const each: Copying = { log, target, written, step: stepsOf(work, bytesTotal) };
  let bytesWritten = await copySegments(each, segments, vouched);
  if (withIndex) bytesWritten += await copyRuns(each);
  // The names are flushed before anything says that they are there.
  await target.syncDirectory();
  bytesWritten += await copyIdentity(each, vouched);
  return { position: log.readable.position, segments: segments.length, bytesWritten };
}

/** Copies what says what store it is: only with it is the place a store. */
async function copyIdentity(
  { log, target }: Copying,
  vouched: TargetFacts["mark"],
): Promise<number> {
  const bytes = await sourceIdentity(log);
  const known = await bytesIn(target, STORE_FILE);
  if (vouched && known && areEqual(known, bytes)) return 0;
  const file = known ? await target.openAppend(STORE_FILE) : await target.create(STORE_FILE);
  if (typeof file === "string") throw new Error(`${STORE_FILE} was made or removed meanwhile`);
  try {
    await writeAll(file, 0, bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await target.syncDirectory();
  return bytes.length;
}

/** The file that says what the store is, to the byte: a newer program may have added to it. */
async function sourceIdentity({ storage, files }: Log): Promise<Uint8Array> {
  const choice = await lookForIdentity(storage, files, await storage.list());
  if (choice._tag !== "Said") return failMissing(storage);
  return await bytesIn(storage, choice.file) ?? failMissing(storage);
}

async function bytesIn(storage: StoragePort, name: string): Promise<Uint8Array | undefined> {
  const file = await storage.openRead(name);
  if (file === "missing") return undefined;
  try {
    return await readPart(file, 0, STORE_FILE_BYTES + 1);
  } finally {
    await file.close();
  }
}

async function factsOf(log: Log, target: StoragePort): Promise<TargetFacts> {
  const wanted = await sourceIdentity(log);
  const found = await bytesIn(target, STORE_FILE);
  const names = await target.list();
  const mark = await readBackupMark(target, names);
  const identity = names.some(isLaterStoreFile)
    ? "other"
    : found
    ? identityIn(found, wanted, mark !== undefined)
    : "none";
  return { names, identity, mark };
}

/** No copy has such a file: it has a single one. */
function isLaterStoreFile(name: string): boolean {
  return name !== STORE_FILE && parseName(name)?.kind === "store";
}

function identityIn(
  found: Uint8Array,
  wanted: Uint8Array,
  isFinished: boolean,
): TargetFacts["identity"] {
  if (areEqual(found, wanted)) return "same";
  // A copy that was interrupted leaves a part, and perhaps zeros behind it.
  const isPart = found.length <= wanted.length && found.every((byte, at) => {
    return byte === wanted[at] || isZero(found, at);
  });
  return isPart || (!isFinished && isNoise(found)) ? "none" : "other";
}

/** Whether bytes say nothing: what a power cut may leave where they were not flushed. */
function isNoise(bytes: Uint8Array): boolean {
  const decoded = decodeStoreFile(bytes);
  return isLeft(decoded) && decoded.left._tag !== "NewerStore";
}

function failIfUnfit({ place }: StoragePort, unfit: Unfit | undefined): void {
  if (unfit) fail({ _tag: "PlaceUnfit", stored: "no", place, ...unfit });
}

function failNoBackup({ place }: StoragePort): never {
  const fault: BackupMissing = { _tag: "BackupMissing", stored: "no", place };
  return fail(fault);
}
