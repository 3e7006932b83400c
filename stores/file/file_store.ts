/**
 * What a file store can do beside what every event store can.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { EventStore } from "../../src/event_store.ts";
import type {
  ArchiveFault,
  ControlFault,
  DropFault,
  EraseFault,
  ReadFailed,
  ReadFault,
  Refused,
  Unchained,
} from "../../src/fault.ts";
import type { Query } from "../../src/query.ts";
import type { Position, StreamName, Version } from "../../src/stream.ts";
import { type Archival, type ArchiveOptions, archiveSegments } from "./archive/archiver.ts";
import { attempt, fail } from "./attempt.ts";
import type { Head } from "./format/head.ts";
import { headAt } from "./head.ts";
import { refusedCut } from "./retention/cut_plan.ts";
import { drop, type Dropped } from "./retention/drop.ts";
import { refusedPosition } from "./retention/drop_plan.ts";
import { erase, type Erased, type ErasePart } from "./retention/erase.ts";
import { openedStore, type Session } from "./session.ts";
import { plansOf, type StorePlans } from "./store_plans.ts";
import { takingTurns } from "./turns.ts";

/**
 * An event store over files. Where it is open for reading only, what would write is refused like an
 * append.
 */
export interface FileStore extends EventStore, StorePlans {
  /**
   * Leaves out the records of a stream before a version, from now on, for every reader and for
   * conditions. Nothing is removed, and versions and positions go on counting.
   *
   * `before` is at most the stream's last version: the last record stays, so that whoever loads the
   * stream knows where it is. A stream that is cut as far already stays as it is. A cut is no record
   * and is not followed: who folds the stream needs an event that says what was before, and a
   * projection that is built anew sees less than before. A tombstone leaves no record at all.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { run } from "leftfold";
   * import { memoryStorage } from "leftfold/storage/memory";
   * import { openFileStore } from "leftfold/stores/file";
   *
   * const store = await run(openFileStore(memoryStorage()));
   * const event = { type: "Measured", schemaVersion: 1, data: {}, tags: [] };
   * const events = [{ event }, { event }, { event }];
   * await run(store.append({ writes: [{ stream: "probe-1", expected: "noStream", events }] }));
   * await run(store.truncateStream("probe-1", 3));
   * const { records } = await run(store.read({ stream: "probe-1" }));
   * assert.deepEqual(records.map(({ version }) => version), [3]);
   * ```
   */
  readonly truncateStream: (
    stream: StreamName,
    before: Version,
  ) => TaskEither<ControlFault, void>;
  /**
   * Ends a stream for good: none of its records is read any more, by nobody, and an append to it is
   * the fault `StreamTombstoned`. `streamInfo` knows no such stream, and `streams` leaves it out. Its
   * versions still count where a commit expects one without writing to it. Also the name of a stream
   * without a record can be taken out of use.
   */
  readonly tombstoneStream: (stream: StreamName) => TaskEither<ControlFault, void>;
  /**
   * The hash of all history up to the end of the commit that holds a position; up to the last
   * flushed one if it is left out. Of the commit that was appended last it is known without reading
   * the segment, so that each commit can be anchored. See `storeHead`.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { run } from "leftfold";
   * import { memoryStorage } from "leftfold/storage/memory";
   * import { openFileStore } from "leftfold/stores/file";
   *
   * const store = await run(openFileStore(memoryStorage()));
   * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
   * await run(store.append({ writes: [{ stream: "door-1", expected: "any", events: [{ event }] }] }));
   * const { position, hash } = await run(store.headHash());
   * assert.equal(position, 1);
   * assert.equal(hash.length, 64);
   * ```
   */
  readonly headHash: (position?: Position) => TaskEither<ReadFault | Unchained, Head>;
  /**
   * Moves closed segments to the cold tier that the store was opened with, the oldest first: those
   * that the options want, or all but the active one. Each is read whole and held against the log,
   * packed, stored, read back and compared before its own file goes.
   *
   * Nobody notices: what is archived is read like the rest, only slower. Appends and reads of other
   * segments go on meanwhile. Only segments whose index run is written are archived; what an erasure
   * has changed stays. What was archived before a fault stays archived. Calls follow one another.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { run } from "leftfold";
   * import { memoryStorage } from "leftfold/storage/memory";
   * import { coldStorage, openFileStore } from "leftfold/stores/file";
   *
   * const cold = coldStorage(memoryStorage({ place: "cold" }));
   * const store = await run(openFileStore(memoryStorage(), { cold, segmentBytesMax: 1024 }));
   * const event = { type: "Measured", schemaVersion: 1, data: { celsius: 21 }, tags: [] };
   * for (let nth = 0; nth < 20; nth++) {
   *   await run(store.append({ writes: [{ stream: "probe-1", expected: nth, events: [{ event }] }] }));
   * }
   * const { segments } = await run(store.archive());
   * assert(segments.length > 0);
   * assert.equal((await run(store.read({ stream: "probe-1" }))).records.length, 20);
   * ```
   */
  readonly archive: (options?: ArchiveOptions) => TaskEither<ArchiveFault, Archival>;
  /**
   * Drops what is below a position, whole segments at a time: from now on the log begins with a later
   * one, and the files of the others are removed. No record at or above `position` goes, nor the
   * segment that is written to. Positions and versions go on counting. Asked again, it removes what
   * was left over.
   *
   * Reading from 0 is reading all that is left; any other position below what is left is the fault
   * `BelowFloor`, and so is a bookmark there, and a projection that was not caught up. A stream or a
   * commit id that lived only in what goes is forgotten: its versions begin again at 1. So the drop
   * is refused as `WouldForget` if there is such a stream without a tombstone, unless `forget` says
   * that it may be. To keep the log and free the disk, `archive` it.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { run } from "leftfold";
   * import { memoryStorage } from "leftfold/storage/memory";
   * import { openFileStore } from "leftfold/stores/file";
   *
   * const store = await run(openFileStore(memoryStorage(), { segmentBytesMax: 1024 }));
   * const event = { type: "Measured", schemaVersion: 1, data: { celsius: 21 }, tags: [] };
   * for (let nth = 0; nth < 20; nth++) {
   *   await run(store.append({ writes: [{ stream: "probe-1", expected: nth, events: [{ event }] }] }));
   * }
   * const { floor, segments } = await run(store.dropBelow(15));
   * assert(segments > 0 && floor > 1 && floor <= 15);
   * assert.equal((await run(store.read({}))).records[0]?.position, floor);
   * ```
   */
  readonly dropBelow: (
    position: Position,
    options?: DropOptions,
  ) => TaskEither<DropFault, Dropped>;
  /**
   * Erases data and metadata of the records that match, for good: for what the law says must go. All
   * else stays, types, tags, ids and stream names included, so personal data does not belong there.
   * Who reads such a record gets it with `erased`, without data; typed reads leave it out.
   *
   * Each segment with such a record is written anew and takes the place of the old one, which is
   * removed, also from the cold tier. The segment that is written to is closed first. A commit id
   * still answers, but with any content. Backups, copies, and readers in other processes until they
   * look again, still have what was erased: to forget somebody without rewriting, encrypt what is
   * personal, and throw the key away.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { run } from "leftfold";
   * import { memoryStorage } from "leftfold/storage/memory";
   * import { openFileStore } from "leftfold/stores/file";
   *
   * const store = await run(openFileStore(memoryStorage()));
   * const event = { type: "Registered", schemaVersion: 1, data: { name: "Ada" }, tags: ["user:7"] };
   * await run(store.append({ writes: [{ stream: "user-7", expected: 0, events: [{ event }] }] }));
   * const { records, kept } = await run(store.eraseRecords({ tags: ["user:7"] }));
   * assert.deepEqual([records, kept], [1, []]);
   * const page = await run(store.read({}));
   * assert.deepEqual([page.records[0]?.erased, page.records[0]?.event.data], [true, null]);
   * ```
   */
  readonly eraseRecords: (query: Query, part?: ErasePart) => TaskEither<EraseFault, Erased>;
}

/** How to drop. */
export interface DropOptions {
  /** Whether streams that live only in what goes may be forgotten. */
  readonly forget?: boolean;
}

/** A file store over a session. */
export function fileStoreOf(session: Session): FileStore {
  const opened = openedStore(session);
  const { store, source, failIfClosed, flushed } = opened;
  const { log, control } = session;
  const controlling = <Value>(control: () => Promise<Value>): TaskEither<ControlFault, Value> =>
    attempt(() => {
      failIfClosed();
      return control();
    }, readFailed);
  const turns = takingTurns();
  /** What moves or removes segments goes one after the other. */
  const inTurn = <Value>(act: () => Promise<Value>): Promise<Value> =>
    turns.take(async () => {
      failIfClosed();
      return await act();
    });
  return {
    ...store,
    ...plansOf(opened),
    archive: (options = {}) =>
      attempt<ArchiveFault, Archival>(
        () => inTurn(() => archiveSegments({ log, ...control, failIfClosed }, options)),
        readFailed,
      ),
    dropBelow: (position, { forget = false } = {}) =>
      attempt<DropFault, Dropped>(() =>
        inTurn(async () => {
          refuse(refusedPosition("a drop", position));
          await flushed();
          return await drop({ log, ...control }, { position, forget });
        }), readFailed),
    eraseRecords: (query, { after = 0, until = Infinity } = {}) =>
      attempt<EraseFault, Erased>(() =>
        inTurn(async () => {
          await flushed();
          return await erase({ log, ...control }, { query, after, until });
        }), readFailed),
    truncateStream: (stream, before) =>
      controlling(() => {
        refuse(refusedCut(stream, before));
        return control.cutStream({ stream, before });
      }),
    tombstoneStream: (stream) =>
      controlling(() => {
        refuse(refusedCut(stream, undefined));
        return control.cutStream({ stream, before: undefined });
      }),
    headHash: (position) => attempt(() => headAt(source, session, position), readFailed),
  };
}

// What fails unexpectedly is a look-up before anything is written.
const readFailed = (cause: unknown): ReadFailed => ({ _tag: "ReadFailed", stored: "no", cause });

function refuse(refused: Refused | undefined): void {
  if (refused) fail(refused);
}
