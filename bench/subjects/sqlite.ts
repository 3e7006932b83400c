/**
 * One table in SQLite through better-sqlite3, as one would write it by hand: WAL with
 * `synchronous = FULL`, so that an acknowledgement means a flush, and prepared statements. Once with a
 * transaction for each commit, once with a loop that lets commits that wait share one.
 *
 * @module
 */
import { join } from "node:path";
import { loadPeer } from "../peer.ts";
import type { SampleData, SampleEvent } from "../sample.ts";
import { added, nothingYet, type Opened, type Subject } from "../subject.ts";

interface Statement {
  readonly run: (...values: ReadonlyArray<unknown>) => unknown;
  readonly get: (...values: ReadonlyArray<unknown>) => unknown;
  readonly iterate: (
    ...values: ReadonlyArray<unknown>
  ) => IterableIterator<unknown>;
}

interface Database {
  readonly pragma: (text: string) => unknown;
  readonly exec: (text: string) => unknown;
  readonly prepare: (text: string) => Statement;
  readonly transaction: <Of extends ReadonlyArray<unknown>>(
    work: (...of: Of) => void,
  ) => (...of: Of) => void;
  readonly close: () => unknown;
}

interface Row {
  readonly data: string;
  readonly metadata: string;
}

interface Waiting {
  readonly stream: string;
  readonly events: ReadonlyArray<SampleEvent>;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** A transaction for each commit. */
export const sqliteTable: Subject = {
  name: "better-sqlite3",
  durable: "flushed",
  open: (place) =>
    openTable(place, ({ commit }) => (stream, events) => {
      commit(stream, events);
      return Promise.resolve();
    }),
};

/** Commits that wait share a transaction, and so a flush. */
export const sqliteBatched: Subject = {
  name: "better-sqlite3, batched",
  durable: "flushed",
  open: (place) =>
    openTable(place, ({ commitAll }) => {
      let waiting: Waiting[] = [];
      const flush = (): void => {
        const all = waiting;
        waiting = [];
        try {
          commitAll(all);
          for (const { resolve } of all) resolve();
        } catch (cause) {
          for (const { reject } of all) reject(cause);
        }
      };
      return (stream, events) =>
        new Promise<void>((resolve, reject) => {
          if (waiting.length === 0) setImmediate(flush);
          waiting.push({ stream, events, resolve, reject });
        });
    }),
};

type Append = NonNullable<Opened["append"]>;

interface Writes {
  readonly commit: (stream: string, events: ReadonlyArray<SampleEvent>) => void;
  readonly commitAll: (all: ReadonlyArray<Waiting>) => void;
}

async function openTable(
  place: string,
  appendBy: (writes: Writes) => Append,
): Promise<Opened> {
  const Database = await loadPeer<new (file: string) => Database>(
    "better-sqlite3",
  );
  const database = new Database(join(place, "events.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(`
    CREATE TABLE IF NOT EXISTS events (
      position INTEGER PRIMARY KEY,
      stream TEXT NOT NULL,
      version INTEGER NOT NULL,
      type TEXT NOT NULL,
      data TEXT NOT NULL,
      metadata TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      UNIQUE (stream, version)
    );
    CREATE INDEX IF NOT EXISTS events_of_type ON events (type);
  `);
  const last = database.prepare(
    "SELECT max(version) AS version FROM events WHERE stream = ?",
  );
  const insert = database.prepare(
    "INSERT INTO events (stream, version, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const all = database.prepare("SELECT data FROM events ORDER BY position");
  const ofType = database.prepare(
    "SELECT data FROM events WHERE type = ? ORDER BY position",
  );
  const ofStream = database.prepare(
    "SELECT data FROM events WHERE stream = ? ORDER BY version",
  );

  const put = (stream: string, events: ReadonlyArray<SampleEvent>): void => {
    // The query names the column.
    let { version } = last.get(stream) as { readonly version: number | null };
    for (const { type, data, metadata } of events) {
      version = (version ?? 0) + 1;
      const texts = [JSON.stringify(data), JSON.stringify(metadata)];
      insert.run(stream, version, type, ...texts, Date.now());
    }
  };
  const commit = database.transaction(put);
  const commitAll = database.transaction((several: ReadonlyArray<Waiting>) => {
    for (const { stream, events } of several) put(stream, events);
  });
  const append = appendBy({ commit, commitAll });
  return {
    append,
    foldAll: () => Promise.resolve(folded(all.iterate())),
    foldType: (type) => Promise.resolve(folded(ofType.iterate(type))),
    foldStream: (stream) => Promise.resolve(folded(ofStream.iterate(stream))),
    handle: (stream, amount) => {
      let balance = 0;
      for (const row of ofStream.iterate(stream)) balance += dataOf(row).amount;
      const type = "MoneyDeposited";
      const data = {
        account: stream,
        amount,
        currency: "EUR",
        reference: stream,
        nth: balance,
      };
      return append(stream, [{ type, data, metadata }]);
    },
    close: () => Promise.resolve(database.close()),
  };
}

const metadata = {
  correlationId: "request",
  causationId: "command",
  actor: "clerk",
};

function folded(rows: Iterable<unknown>): number {
  let sum = nothingYet;
  for (const row of rows) sum = added(sum, dataOf(row).amount);
  return sum.count;
}

/** What a fold looks at, and no more. */
function dataOf(row: unknown): SampleData {
  // The table has this column, and this program wrote it.
  const { data } = row as Row;
  return JSON.parse(data) as SampleData;
}
