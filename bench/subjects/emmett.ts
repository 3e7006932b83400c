/**
 * Emmett: in memory, and on SQLite with WAL and `synchronous = FULL`.
 *
 * @module
 */
import { join } from "node:path";
import { loadPeer } from "../peer.ts";
import type { SampleData, SampleEvent } from "../sample.ts";
import { added, nothingYet, type Opened, type Subject, type Sum } from "../subject.ts";

export interface EmmettEvent {
  readonly type: string;
  readonly data: SampleData;
  readonly metadata?: unknown;
}

export interface EmmettStore {
  readonly appendToStream: (
    stream: string,
    events: ReadonlyArray<SampleEvent>,
  ) => Promise<unknown>;
  readonly readStream: (
    stream: string,
  ) => Promise<{ readonly events: ReadonlyArray<EmmettEvent> }>;
  readonly aggregateStream: (stream: string, options: {
    readonly evolve: (state: Sum, event: EmmettEvent) => Sum;
    readonly initialState: () => Sum;
  }) => Promise<{ readonly state: Sum }>;
}

export interface Emmett {
  readonly getInMemoryEventStore: () => EmmettStore;
  readonly DeciderCommandHandler: (options: {
    readonly decide: (command: Deposit, state: Sum) => EmmettEvent;
    readonly evolve: (state: Sum, event: EmmettEvent) => Sum;
    readonly initialState: () => Sum;
  }) => (
    store: EmmettStore,
    stream: string,
    command: Deposit,
  ) => Promise<unknown>;
}

interface Connection {
  readonly command: (sql: string) => Promise<unknown>;
  readonly query: (
    sql: string,
    values?: ReadonlyArray<unknown>,
  ) => Promise<ReadonlyArray<Batch>>;
  readonly close: () => void;
}

interface Batch {
  readonly globalPosition: bigint;
}

interface EmmettSqlite {
  readonly getSQLiteEventStore: (options: {
    readonly fileName: string;
    readonly schema: { readonly autoMigration: "CreateOrUpdate" };
  }) => EmmettStore;
  readonly sqliteConnection: (
    options: { readonly fileName: string },
  ) => Connection;
  readonly readMessagesBatch: (
    connection: Connection,
    options: { readonly after: bigint; readonly batchSize: number },
  ) => Promise<{
    readonly messages: ReadonlyArray<EmmettEvent>;
    readonly currentGlobalPosition: bigint;
  }>;
}

interface Deposit {
  readonly account: string;
  readonly amount: number;
}

const evolve = (sum: Sum, { data }: EmmettEvent): Sum => added(sum, data.amount);
const initialState = (): Sum => nothingYet;

/** Emmett's store in memory. */
export const emmettInMemory: Subject = {
  name: "emmett in memory",
  durable: "in memory",
  open: async () => {
    const emmett = await loadPeer<Emmett>("@event-driven-io/emmett");
    return openedOn(emmett, emmett.getInMemoryEventStore());
  },
};

/**
 * Emmett's store on SQLite, which opens a connection for each call. Two calls at once meet
 * SQLITE_BUSY, so callers wait in a line, as they have to in an application.
 */
export const emmettSqlite: Subject = {
  name: "emmett on SQLite",
  durable: "flushed",
  open: async (place) => {
    const emmett = await loadPeer<Emmett>("@event-driven-io/emmett");
    const sqlite = await loadPeer<EmmettSqlite>(
      "@event-driven-io/emmett-sqlite",
    );
    const fileName = join(place, "events.db");
    const connection = sqlite.sqliteConnection({ fileName });
    // It stays in the file; `synchronous` is FULL by SQLite's own default.
    await connection.command("PRAGMA journal_mode = WAL");
    const store = sqlite.getSQLiteEventStore({
      fileName,
      schema: { autoMigration: "CreateOrUpdate" },
    });
    const { append, handle, ...rest } = openedOn(emmett, store);
    const inLine = lineOf();
    return {
      ...rest,
      ...append && { append: (stream, events) => inLine(() => append(stream, events)) },
      ...handle && { handle: (stream, amount) => inLine(() => handle(stream, amount)) },
      foldAll: async () => {
        let sum = nothingYet;
        for (let after = 0n;;) {
          const batch = await sqlite.readMessagesBatch(connection, {
            after,
            batchSize: 1_000,
          });
          for (const event of batch.messages) sum = evolve(sum, event);
          if (batch.messages.length < 1_000) return sum.count;
          after = batch.currentGlobalPosition;
        }
      },
      close: () => Promise.resolve(connection.close()),
    };
  },
};

/** Runs one call after the other. */
function lineOf(): <Value>(call: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const answer = last.then(call);
    last = answer.catch(() => {});
    return answer;
  };
}

/** What every store of Emmett can be asked. */
export function openedOn(emmett: Emmett, store: EmmettStore): Opened {
  const decide = ({ account, amount }: Deposit, state: Sum): EmmettEvent => ({
    type: "MoneyDeposited",
    data: {
      account,
      amount,
      currency: "EUR",
      reference: account,
      nth: state.count,
    },
  });
  const handle = emmett.DeciderCommandHandler({ decide, evolve, initialState });
  return {
    append: (stream, events) => store.appendToStream(stream, events),
    foldStream: async (stream) => {
      const { state } = await store.aggregateStream(stream, {
        evolve,
        initialState,
      });
      return state.count;
    },
    handle: (stream, amount) => handle(store, stream, { account: stream, amount }),
    close: () => Promise.resolve(),
  };
}
