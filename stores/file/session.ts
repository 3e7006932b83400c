/**
 * A store that is open, for writing or for reading, behind one port.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Appended, Commit, EventStore } from "../../src/event_store.ts";
import type { AppendFault, ReadFault } from "../../src/fault.ts";
import type { Cancellation } from "../../src/query.ts";
import type { Encoded } from "../../src/record.ts";
import { attempt, fail } from "./attempt.ts";
import type { Indexer } from "./runs/indexer.ts";
import type { Manifest } from "./format/manifest.ts";
import type { Log } from "./log.ts";
import { bookmarkOf, infoOf, positionAtTime, streamsOf } from "./read/lookups.ts";
import { followPages, readPages, type Source, steadily } from "./read/pages.ts";
import type { CutWanted } from "./retention/cut_plan.ts";

/** What differs between writing and reading. */
export interface Session {
  readonly log: Log;
  /** Brings what may be read up to date. */
  readonly refresh: () => Promise<void>;
  /**
   * The same for who waits for more: what another writer than the last one has flushed may be
   * missing, and is found by the poll that `watch` begins.
   */
  readonly moveOn: () => Promise<void>;
  /** Calls back when more may be flushed; gives the function that ends it. */
  readonly watch: (moved: () => void) => () => void;
  /** Why nothing more will ever be flushed here; nothing as long as it may be. */
  readonly broken?: () => { readonly cause: unknown } | undefined;
  readonly append: (commit: Commit<Encoded>) => Promise<Appended>;
  readonly control: Control;
  /** The chain of SHA-256 at a place of the log, where it is known without reading. */
  readonly knownHash: KnownHash;
  readonly close: () => Promise<void>;
}

export type KnownHash = (segment: number, offset: number) => Uint8Array | undefined;

/** What can be said of the log itself, by who writes it. */
export interface Control {
  /**
   * Changes the manifest, and gives it when its frame is flushed, in every durability mode, and the
   * claim was still held afterwards: only then may a file go that it allows to go.
   */
  readonly changeManifest: (change: (manifest: Manifest) => Manifest) => Promise<Manifest>;
  readonly cutStream: (wanted: CutWanted) => Promise<void>;
  /** Waits until the index runs of all closed segments are written, as far as they can be. */
  readonly indexed: () => Promise<void>;
  /** Does something while index runs stay as they are. */
  readonly indexAlone: Indexer["alone"];
  /** Closes a segment, if it is the one that is written to. */
  readonly closeSegment: (segment: number) => Promise<void>;
  /** Waits until index runs are few, and those that nobody uses are gone, as far as they can be. */
  readonly merged: () => Promise<void>;
}

/** What a session that only reads can say: nothing. */
export const noControl: Control = {
  changeManifest: refuseWrite,
  cutStream: refuseWrite,
  indexed: refuseWrite,
  indexAlone: refuseWrite,
  closeSegment: refuseWrite,
  merged: refuseWrite,
};

/** The answer to whoever wants to write where nothing is written. */
export function refuseWrite(): never {
  const cause = new Error("the store is open for reading only; open it in another mode");
  return fail({ _tag: "WriteFailed", stored: "no", cause });
}

const readFailed = (cause: unknown): ReadFault => ({ _tag: "ReadFailed", stored: "no", cause });
// What fails unexpectedly in an append is a look-up before anything is written.
const appendFailed = (cause: unknown): AppendFault => ({ _tag: "ReadFailed", stored: "no", cause });

/** An event store over a session. */
export function storeOf(session: Session): EventStore {
  return openedStore(session).store;
}

/** An event store, and what else is offered beside it as long as it is open. */
export interface OpenedStore {
  readonly store: EventStore;
  readonly source: Source;
  readonly failIfClosed: () => void;
  /** Looks something up in what may be read by now. */
  readonly reading: <Value>(operation: () => Promise<Value>) => TaskEither<ReadFault, Value>;
  /** Waits until all that may be read is flushed. */
  readonly flushed: () => Promise<void>;
}

/** The event store over a session, for who offers more beside it. */
export function openedStore(session: Session): OpenedStore {
  const { log } = session;
  let closing: Promise<void> | undefined;
  const failIfClosed = (): void => {
    if (closing) fail({ _tag: "Closed", stored: "no" });
  };
  const closeListeners = new Set<() => void>();
  const source: Source = {
    log,
    ready: async () => {
      failIfClosed();
      await session.refresh();
      failIfClosed();
    },
    moreThan: async (position, signal) => {
      for (;;) {
        failIfClosed();
        await session.moveOn();
        // Whoever closed meanwhile has told its listeners already, and would not wake this one.
        failIfClosed();
        if (signal?.aborted || log.flushed.position > position) return;
        const broken = session.broken?.();
        // Whoever waits is told, instead of waiting for what will never come.
        if (broken) throw broken.cause;
        await waitFor(session, signal, closeListeners, () => {
          return log.flushed.position > position || session.broken?.() !== undefined;
        });
      }
    },
  };
  const reading = <Value>(operation: () => Promise<Value>): TaskEither<ReadFault, Value> =>
    attempt(async () => {
      await source.ready();
      return await steadily(source, operation);
    }, readFailed);
  const store: EventStore = {
    append: (commit) =>
      attempt(() => {
        failIfClosed();
        return session.append(commit);
      }, appendFailed),
    read: (query, range = {}) => readPages(source, query, range),
    follow: (query, range = {}) => followPages(source, query, range),
    head: reading(() => Promise.resolve(log.readable.position)),
    bookmark: (position) => reading(() => bookmarkOf(source, position)),
    positionAt: (time) => reading(() => positionAtTime(log, time.getTime())),
    streamInfo: (stream) => reading(() => infoOf(source, stream)),
    streams: (prefix = "", after) => reading(() => streamsOf(source, prefix, after)),
    close: attempt(async () => {
      closing ??= session.close();
      for (const closed of closeListeners) closed();
      await closing;
    }, appendFailed),
  };
  return {
    store,
    source,
    failIfClosed,
    reading,
    flushed: async () => {
      await source.ready();
      const { readable, flushed } = log;
      if (readable.position > flushed.position) {
        await source.moreThan(readable.position - 1, undefined);
      }
    },
  };
}

/** Waits until something may have changed, the signal says to end, or the store is closed. */
function waitFor(
  session: Session,
  signal: Cancellation | undefined,
  closeListeners: Set<() => void>,
  isThere: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    let isDone = false;
    const done = (): void => {
      if (isDone) return;
      isDone = true;
      stopWatching();
      closeListeners.delete(done);
      signal?.removeEventListener?.("abort", done);
      resolve();
    };
    const stopWatching = session.watch(done);
    closeListeners.add(done);
    signal?.addEventListener?.("abort", done);
    // What happened before the watch began would wake nobody. A fault is told by the next look.
    const lookAgain = (): void => {
      if (isThere() || signal?.aborted) done();
    };
    session.moveOn().then(lookAgain, done);
  });
}
