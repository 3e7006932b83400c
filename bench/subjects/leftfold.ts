/**
 * Our own store: on files in each durability, and in memory.
 *
 * @module
 */
import { isSome } from "fp-ts/lib/Option.js";
import * as t from "io-ts";
import {
  accept,
  type Commit,
  decider as deciderOf,
  type Encoded,
  eventCodec,
  type EventOf,
  type EventStore,
  handler,
  type Page,
  type Pages,
  projection,
  type Query,
  type ReadFault,
  run,
  schema,
  view,
} from "../../mod.ts";
import { directory } from "../../stores/storage/node.ts";
import { ofRecords } from "../../src/view.ts";
import {
  type Durability,
  fileStates,
  type FileStoreOptions,
  openFileStore,
  verifyStore,
} from "../../stores/file/mod.ts";
import { memoryStore } from "../../stores/memory.ts";
import type { SampleEvent } from "../sample.ts";
import { OURS } from "../result.ts";
import {
  added,
  type Durable,
  nothingYet,
  type Opened,
  type Subject,
  type Sum,
} from "../subject.ts";
import { leftfoldPure } from "./leftfold_pure.ts";

const codec = eventCodec({
  MoneyDeposited: schema(1, t.type({ amount: t.number, reference: t.string })),
});

/** Everything that the workloads store. */
const sampleCodec = eventCodec({
  MoneyDeposited: schema(1, t.type({ amount: t.number })),
  AccountAudited: schema(1, t.type({ amount: t.number })),
});
const sums = ofRecords(view({
  initialState: nothingYet,
  evolve: (sum, { amount }: EventOf<typeof sampleCodec>) => added(sum, amount),
}));

/** A rule that asks the state, as a real one does. */
const account = deciderOf({
  initialState: 0,
  decide: (
    command: { readonly account: string; readonly amount: number },
    balance,
  ) =>
    accept({
      type: "MoneyDeposited",
      amount: balance > 1_000_000 ? 0 : command.amount,
      reference: command.account,
    }),
  evolve: (balance, { amount }: EventOf<typeof codec>) => balance + amount,
});

const durables: Readonly<Record<Durability, Durable>> = {
  sync: "flushed",
  os: "handed over",
  none: "in memory",
};

/** Our store on files, in the durability that is asked for. */
export function leftfoldOn(durability: Durability): Subject {
  const name = durability === "sync" ? "leftfold" : `leftfold (${durability})`;
  return leftfoldWith({ name, options: { durability } });
}

/** What options that are off by default do for a lone caller. */
export const leftfoldBlocking: Subject = leftfoldWith({
  name: "leftfold (blocking flush)",
  options: { blockingFlush: true },
  workloads: ["W1"],
});

/** The same with room made ahead. */
export const leftfoldPreallocated: Subject = leftfoldWith({
  name: "leftfold (blocking flush, room ahead)",
  options: { blockingFlush: true, preallocateBytes: 2 ** 20 },
  workloads: ["W1"],
});

function leftfoldWith(
  { options, ...subject }: Pick<Subject, "name" | "workloads"> & {
    readonly options: FileStoreOptions;
  },
): Subject {
  const { durability = "sync" } = options;
  return {
    ...subject,
    durable: durables[durability],
    open: async (place) => {
      const storage = directory(place);
      const store = await run(openFileStore(storage, options));
      return {
        ...opened(store),
        ...subject.name === OURS && leftfoldPure,
        rebuild: async () => {
          const states = fileStates(storage);
          const definition = { name: "sums", codec: sampleCodec, view: sums, store, states };
          const { state } = await run(projection(definition).rebuild());
          return state.count;
        },
        verify: async () => {
          const { bytes, problems } = await run(verifyStore(storage));
          if (problems.length > 0) {
            throw new Error(`${problems.length} problems`);
          }
          return bytes;
        },
      };
    },
  };
}

/** Our store in memory: the same port, and no disk. */
export const leftfoldInMemory: Subject = {
  name: "leftfold in memory",
  durable: "in memory",
  open: () => Promise.resolve(opened(memoryStore())),
};

function opened(store: EventStore): Opened {
  const handle = handler({
    decider: account,
    codec,
    store,
    stream: (command) => command.account,
  });
  return {
    append: (stream, events) => run(store.append(commitOf(stream, events))),
    foldAll: async () => (await folded(store, {})).count,
    foldType: async (type) => (await folded(store, { types: [type] })).count,
    foldStream: async (stream) => (await folded(store, { stream })).count,
    handle: (stream, amount) => run(handle({ account: stream, amount })),
    close: () => run(store.close),
  };
}

function commitOf(
  stream: string,
  events: ReadonlyArray<SampleEvent>,
): Commit<Encoded> {
  const proposed = events.map(({ type, data, metadata }) => ({
    event: { type, schemaVersion: 1, data, tags: [] },
    metadata,
  }));
  return { writes: [{ stream, expected: "any", events: proposed }] };
}

async function folded(store: EventStore, query: Query): Promise<Sum> {
  let sum = nothingYet;
  // As a decider's state is loaded: of events alone.
  let pages: Pages<Encoded, ReadFault> | undefined = store.read(query, { omit: "metadata" });
  while (pages) {
    const page: Page<Encoded, ReadFault> = await run(pages);
    for (const { event } of page.records) {
      sum = added(sum, amountOf(event.data));
    }
    pages = isSome(page.next) ? page.next.value : undefined;
  }
  return sum;
}

/** Every event of the workloads has an amount. */
function amountOf(data: unknown): number {
  // The cast is what `sampleEvent` wrote.
  return (data as { readonly amount: number }).amount;
}
