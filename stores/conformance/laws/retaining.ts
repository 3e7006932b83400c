/**
 * What a store tells no more, and what it still counts.
 *
 * @module
 */
import * as O from "fp-ts/lib/Option.js";
import type { EventStore } from "../../../src/event_store.ts";
import type { Query, Range } from "../../../src/query.ts";
import { means, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import {
  appendAll,
  appendFault,
  begun,
  event,
  ok,
  pagesOf,
  proposing,
  recordsOf,
  streamsOf,
  toStream,
} from "../words.ts";

const needed = "retention";
const needs = [needed] as const;

/** Positions 1 to 8; those of the stream `a-1` are 1, 2, 4, 6 and 8. */
async function fill(store: EventStore): Promise<void> {
  await appendAll(
    store,
    proposing("a-1", { event: event("A", ["x"]) }, { event: event("B", ["x"]) }),
    proposing("b-1", { event: event("A", ["x"]) }),
    proposing("a-1", { event: event("A") }),
    proposing("b-1", { event: event("B") }),
    proposing("a-1", { event: event("C", ["x"]) }),
    proposing("b-1", { event: event("A") }),
    proposing("a-1", { event: event("A", ["x"]) }),
  );
}

const queries: ReadonlyArray<Query> = [
  {},
  { stream: "a-1" },
  { category: "a" },
  { types: ["A"] },
  { tags: ["x"] },
  [{ types: ["B"] }, { stream: "a-1" }],
];
const ranges: ReadonlyArray<Range> = [
  {},
  { pageRecordsMax: 1 },
  { direction: "backward" },
  { direction: "backward", pageRecordsMax: 2 },
  { after: 1, until: 6 },
  { recordsMax: 2 },
];

/** Goes on only if the store tells the same of every read as before, but for these positions. */
async function tellsBut(
  store: EventStore,
  hidden: ReadonlySet<number>,
  before: (query: Query, range: Range) => ReadonlyArray<number>,
): Promise<void> {
  for (const query of queries) {
    for (const range of ranges) {
      const asked = `query ${JSON.stringify(query)}, range ${JSON.stringify(range)}`;
      const { recordsMax = Infinity, ...unbounded } = range;
      const wanted = before(query, unbounded).filter((position) => !hidden.has(position))
        .slice(0, recordsMax);
      const pages = await pagesOf(store.read(query, range));
      same(pages.flatMap(({ records }) => records.map(({ position }) => position)), wanted, asked);
      let from = pages[0]?.from ?? 0;
      for (const page of pages) {
        same(page.from, from, `${asked}: where a page begins`);
        from = page.through;
      }
    }
  }
}

/** What every read tells now, as positions. */
async function tellsNow(
  store: EventStore,
): Promise<(query: Query, range: Range) => ReadonlyArray<number>> {
  const told = new Map<string, ReadonlyArray<number>>();
  const key = (query: Query, range: Range): string => JSON.stringify([query, range]);
  for (const query of queries) {
    for (const { recordsMax: _, ...range } of ranges) {
      const records = await recordsOf(store, query, range);
      told.set(key(query, range), records.map(({ position }) => position));
    }
  }
  return (query, range) => told.get(key(query, range)) ?? [];
}

export const retainingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "retain.truncated",
    title: "what is before a version is told no more, and everything else as before",
    why: "what has to go would stay in sight, or take with it what has to stay",
    needs,
  }, async (store, { retention }) => {
    await fill(store);
    const before = await tellsNow(store);
    const bookmarks = [await ok(store.bookmark(1)), await ok(store.bookmark(8))];
    const infos = new Set(await streamsOf(store));
    const { truncate } = means(needed, retention);
    await truncate("a-1", 4);
    const hidden = new Set([1, 2, 4]);
    await tellsBut(store, hidden, before);
    same(new Set(await streamsOf(store)), infos, "what is known of the streams");
    same([await ok(store.bookmark(1)), await ok(store.bookmark(8))], bookmarks, "the bookmarks");
    const { records } = await ok(store.follow({ stream: "a-1" }));
    same(records.map(({ version }) => version), [4, 5], "the versions that a follower is told of");
    await truncate("a-1", 2);
    await tellsBut(store, hidden, before);
  }),

  law({
    id: "retain.counts-on",
    title: "versions and positions count on behind what is told no more",
    why: "a number would stand for two records",
    needs,
  }, async (store, { retention }) => {
    await fill(store);
    await means(needed, retention).truncate("a-1", 5);
    await appendFault(store, toStream("a-1", ["D"], 1), "Conflict");
    await appendFault(store, toStream("a-1", ["D"], "noStream"), "Conflict");
    const [appended] = await appendAll(store, toStream("a-1", ["D"], 5));
    same([appended?.first, appended?.versions.get("a-1")], [9, 6]);
    const condition = (type: string) => ({
      ...toStream("c-1", ["C"]),
      condition: { failIfEventsMatch: { stream: "a-1", types: [type] } },
    });
    await appendAll(store, condition("B"));
    await appendFault(store, condition("D"), "Conflict");
  }),

  law({
    id: "retain.tombstone",
    title: "a stream with a tombstone is told of by nobody, and takes nothing any more",
    why: "a stream that has ended would go on, or come back under its name",
    needs,
  }, async (store, { retention }) => {
    await fill(store);
    const before = await tellsNow(store);
    const waiting = begun(ok(store.follow({ stream: "a-1" }, { after: 8 })));
    await means(needed, retention).tombstone("a-1");
    await tellsBut(store, new Set([1, 2, 4, 6, 8]), before);
    same(await ok(store.streamInfo("a-1")), O.none, "what is known of the stream");
    same((await streamsOf(store)).map(({ stream }) => stream), ["b-1"], "the streams");
    const ended = await appendFault(store, toStream("a-1", ["D"]), "StreamTombstoned");
    same(ended, { _tag: "StreamTombstoned", stored: "no", stream: "a-1" });
    const both = { writes: [...toStream("b-1", ["D"]).writes, ...toStream("a-1", ["D"]).writes] };
    await appendFault(store, both, "StreamTombstoned");
    same(await ok(store.head), 8, "the head");
    await appendAll(store, toStream("b-1", ["D"], 3));
    same((await waiting).records, [], "what a follower of the stream is told of");
  }),

  law({
    id: "retain.lasts",
    title: "what is told no more stays untold when the store is opened again",
    why: "what has gone would come back with the next start",
    needs: [needed, "reopen"],
  }, async (store, { retention, reopen }) => {
    await fill(store);
    const before = await tellsNow(store);
    await means(needed, retention).truncate("a-1", 4);
    await means(needed, retention).tombstone("b-1");
    await ok(store.close);
    const again = await means("reopen", reopen)();
    await tellsBut(again, new Set([1, 2, 3, 4, 5, 7]), before);
    await appendFault(again, toStream("b-1", ["D"]), "StreamTombstoned");
    await appendAll(again, toStream("a-1", ["D"], 5));
  }),
];
