/**
 * Reading: typed pages of records, and the ways to go through them.
 *
 * A read is a task of a page that knows the next one. Nothing is read ahead, and no page is kept, so
 * a long log costs the memory of a page.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type EventCodec, storedTypes, type TypeIn } from "./codec.ts";
import { eventsIn } from "./event_codec.ts";
import type { Appended, Commit, EventStore, Page, Pages, Write } from "./event_store.ts";
import type {
  AppendFault,
  Bookmark,
  DecodeFault,
  LoadFault,
  ReadFault,
  Unencodable,
} from "./fault.ts";
import { itemsOf, type Query, type Range } from "./query.ts";
import type { Encoded, Proposed, Recorded } from "./record.ts";
import { FaultError } from "./run.ts";
import type { Position } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Whatever works over a store. */
export interface HasStore {
  readonly store: EventStore;
}

/** A store, and the codec of what is in it. */
export interface Typed<Event> extends HasStore {
  readonly codec: EventCodec<Event>;
}

/** Where a typed read begins: a bookmark is checked to be of the same history first. */
export interface Resumable {
  readonly after?: Position | Bookmark;
}

/** What is read: which records, and which part of the log. */
export type ReadOf<Event> =
  & Typed<Event>
  & Omit<Range, "after">
  & Resumable
  & { readonly query: Query<TypeIn<NoInfer<Event>>> };

/** What is followed: a {@linkcode ReadOf} without an end. */
export type FollowOf<Event> = Omit<ReadOf<Event>, "until" | "direction" | "recordsMax">;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The records that match, decoded, up to the head of the log as it is at the first page.
 *
 * There is one record for each event that the codec gives. A record that the codec splits comes as
 * several with the same version and position, one that it drops or whose data was erased does not
 * come at all, and
 * `recordsMax` and `pageRecordsMax` count what the store holds, before either. Where the query asks
 * for types, records of retired types come too, because any may have become any. `after` may be a
 * bookmark: if it was taken in another history, that is the fault `HistoryDiverged`.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, read, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const store = memoryStore();
 * const events = [{ event: { type: "SeatsBooked", seats: 2 } }] as const;
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * const page = await run(read({ store, codec, query: { category: "show" } }));
 * assert.deepEqual(page.records.map(({ event, version }) => [event.seats, version]), [[2, 1]]);
 * ```
 */
export function read<Event>(what: ReadOf<Event>): Pages<Event, LoadFault> {
  const { store, codec, query, after, ...range } = what;
  return pipe(
    begin(store, after),
    TE.flatMap((after) => decoded(codec)(store.read(stored(codec, query), { ...range, after }))),
  );
}

/**
 * The records that match, and then those to come: like {@linkcode read}, but there is always a next
 * page, which waits until there is something to tell. A page may be empty; then only its `through`
 * has moved. It ends by its signal, with the fault `Cancelled`, or when the store closes.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, follow, records, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const store = memoryStore();
 * const booked = follow({ store, codec, query: { types: ["SeatsBooked"] } });
 * const first = records(booked).next(); // waits
 *
 * const events = [{ event: { type: "SeatsBooked", seats: 2 } }] as const;
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 * assert.equal((await first).value?.event.seats, 2);
 * ```
 */
export function follow<Event>(what: FollowOf<Event>): Pages<Event, LoadFault> {
  const { store, codec, query, after, ...range } = what;
  return pipe(
    begin(store, after),
    TE.flatMap((after) => decoded(codec)(store.follow(stored(codec, query), { ...range, after }))),
  );
}

/**
 * Appends events as they are: for facts that nobody decided, such as imports and sensors. Each is
 * checked by the codec first; `"any"` says that nothing is expected of the stream.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ Measured: schema(1, t.type({ celsius: t.number })) });
 * const appended = await run(append({
 *   store: memoryStore(),
 *   codec,
 *   writes: [{
 *     stream: "room-7",
 *     expected: "any",
 *     events: [{ event: { type: "Measured", celsius: 21 }, tags: ["floor:1"] }],
 *   }],
 * }));
 * assert.equal(appended.versions.get("room-7"), 1);
 * ```
 */
export function append<Event>(
  what: Typed<Event> & Commit<NoInfer<Event>>,
): TE.TaskEither<AppendFault | Unencodable, Appended> {
  const { store, codec, writes, ...commit } = what;
  return pipe(
    writes,
    E.traverseArray((write) => encodedWrite(codec, write)),
    TE.fromEither,
    TE.flatMap((writes) => store.append({ ...commit, writes })),
  );
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Pages of what the store holds as pages of what the codec makes of it. */
export function decoded<Event>(
  codec: EventCodec<Event>,
): (pages: Pages<Encoded, ReadFault>) => Pages<Event, LoadFault> {
  const decode = (pages: Pages<Encoded, ReadFault>): Pages<Event, LoadFault> =>
    pipe(
      pages,
      TE.flatMapEither((page): E.Either<LoadFault, Page<Event, LoadFault>> =>
        pipe(
          decodedAll(codec, page.records),
          E.map((records) => ({ ...page, records, next: O.map(decode)(page.next) })),
        )
      ),
    );
  return decode;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * One record at a time, for `for await`. A fault is thrown, as a {@linkcode FaultError}: a generator
 * that returned it would lose it, because the loop drops what a generator returns. Leaving the loop
 * reads no further.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, read, records, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ Opened: schema(1), SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const store = memoryStore();
 * const events = [{ event: codec.make.Opened({}) }, { event: codec.make.SeatsBooked({ seats: 2 }) }];
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * const seen: Array<string> = [];
 * for await (const { event, version } of records(read({ store, codec, query: {} }))) {
 *   seen.push(`${version} ${event.type}`);
 * }
 * assert.deepEqual(seen, ["1 Opened", "2 SeatsBooked"]);
 * ```
 */
export async function* records<Event, F>(
  pages: Pages<Event, F>,
): AsyncGenerator<Recorded<Event>, void, void> {
  for (let rest: Pages<Event, F> | undefined = pages; rest !== undefined;) {
    const page: E.Either<F, Page<Event, F>> = await rest();
    if (E.isLeft(page)) throw new FaultError(page.left);
    yield* page.right.records;
    rest = O.toUndefined(page.right.next);
  }
}

/**
 * One effect a record, in order, until one fails. Gives the position through which all was seen.
 * The next effect begins when the one before is done, and the next page is read after its last.
 *
 * @example
 * ```ts
 * import { pipe } from "fp-ts/lib/function.js";
 * import * as TE from "fp-ts/lib/TaskEither.js";
 * import assert from "node:assert/strict";
 * import { append, each, eventCodec, read, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ Opened: schema(1) });
 * const store = memoryStore();
 * const events = [{ event: codec.make.Opened({}) }];
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * const mails: Array<string> = [];
 * const mail = (to: string) => TE.fromIO(() => mails.push(to));
 * const position = await run(pipe(
 *   read({ store, codec, query: {} }),
 *   each(({ stream }) => mail(stream)),
 * ));
 * assert.deepEqual([position, mails], [1, ["show-hamlet"]]);
 * ```
 */
export function each<Event, G>(
  effect: (record: Recorded<Event>) => TE.TaskEither<G, unknown>,
): <F>(pages: Pages<Event, F>) => TE.TaskEither<F | G, Position> {
  return <F>(pages: Pages<Event, F>): TE.TaskEither<F | G, Position> => async () => {
    for (let rest = pages;;) {
      const page = await rest();
      if (E.isLeft(page)) return page;
      for (const record of page.right.records) {
        const done = await effect(record)();
        if (E.isLeft(done)) return done;
      }
      if (O.isNone(page.right.next)) return E.right(page.right.through);
      rest = page.right.next.value;
    }
  };
}

/** The query as the store is asked: for the types named, and for those that may have become them. */
export function stored<Event>(
  codec: EventCodec<Event>,
  query: Query<TypeIn<NoInfer<Event>>>,
): Query {
  return itemsOf(query).map((item) =>
    item.types === undefined ? item : { ...item, types: storedTypes(codec, item.types) }
  );
}

function begin(
  store: EventStore,
  after: Position | Bookmark | undefined,
): TE.TaskEither<ReadFault, Position> {
  if (typeof after !== "object") return TE.right(after ?? 0);
  return pipe(
    store.bookmark(after.position),
    // The store does not know with which fingerprint it is asked.
    TE.mapLeft((fault) => fault._tag === "HistoryDiverged" ? { ...fault, bookmark: after } : fault),
    TE.flatMap((found) =>
      found.hash === after.hash ? TE.right(after.position) : TE.left<ReadFault>({
        _tag: "HistoryDiverged",
        stored: "no",
        bookmark: after,
        found,
      })
    ),
  );
}

// A plain loop: it runs for each record that is read.
function decodedAll<Event>(
  codec: EventCodec<Event>,
  records: ReadonlyArray<Recorded<Encoded>>,
): E.Either<DecodeFault, ReadonlyArray<Recorded<Event>>> {
  const all: Array<Recorded<Event>> = [];
  for (const record of records) {
    const events = eventsIn(codec, record);
    if (E.isLeft(events)) return events;
    for (const event of events.right) all.push({ ...record, event });
  }
  return E.right(all);
}

function encodedWrite<Event>(
  codec: EventCodec<Event>,
  write: Write<Event>,
): E.Either<Unencodable, Write<Encoded>> {
  return pipe(
    write.events,
    E.traverseArray((proposed): E.Either<Unencodable, Proposed<Encoded>> =>
      pipe(codec.encode(proposed.event), E.map((event) => ({ ...proposed, event })))
    ),
    E.map((events) => ({ ...write, events })),
  );
}
