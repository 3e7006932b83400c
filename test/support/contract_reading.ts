/** What a store tells of what happened. */
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import type { EventStore } from "../../src/event_store.ts";
import type { ReadFault } from "../../src/fault.ts";
import { matches, type Query, type Range } from "../../src/query.ts";
import { assertPages } from "./contract_pages.ts";
import {
  appendAll,
  type Claim,
  claim,
  event,
  fault,
  ok,
  pagesOf,
  proposing,
  recordsOf,
  streamsOf,
  told,
  toStream,
  withStore,
} from "./contract_words.ts";

const queries: ReadonlyArray<Query> = [
  {},
  [],
  { stream: "a-1" },
  { stream: "nowhere" },
  { category: "a" },
  { category: "a-1" },
  { category: "" },
  { types: ["A"] },
  { types: ["A", "B"] },
  { types: [] },
  { tags: ["x"] },
  { tags: ["x", "y"] },
  { tags: [] },
  { stream: "a-1", types: ["B"], tags: ["y"] },
  { category: "a", tags: ["x"] },
  [{ stream: "a-1" }, { stream: "a-2" }],
  [{ types: ["A"] }, { tags: ["y"] }, { stream: "plain" }],
];

const ranges: ReadonlyArray<Range> = [
  {},
  { after: 3 },
  { until: 5 },
  { after: 2, until: 7 },
  { after: 7, until: 2 },
  { after: 100 },
  { until: 100 },
  { recordsMax: 0 },
  { recordsMax: 3 },
  { after: 1, until: 8, recordsMax: 4 },
];

async function fill(store: EventStore): Promise<void> {
  await appendAll(
    store,
    proposing("a-1", { event: event("A", ["x"]) }, { event: event("B", ["x", "y"]) }),
    proposing("a-2", { event: event("B") }),
    proposing("plain", { event: event("A", ["y"]) }),
    proposing("b-1-2", { event: event("C", ["x", "y", "z"]) }, { event: event("A") }),
    proposing("a-1", { event: event("B", ["y"]) }),
    proposing("-odd", { event: event("A", ["x"]) }),
    proposing("a-1", { event: event("C") }),
  );
}

export const readingClaims: ReadonlyArray<Claim> = [
  claim("a query finds what looking at every record finds", async (store) => {
    await fill(store);
    const all = await recordsOf(store);
    assert.equal(all.length, 9);
    for (const query of queries) {
      const isMatch = matches(query);
      const wanted = all.filter((record) => isMatch({ ...record, type: record.event.type }));
      assert.deepEqual(await recordsOf(store, query), wanted, JSON.stringify(query));
    }
  }),

  ...(["forward", "backward"] as const).map((direction) =>
    claim(
      `pages ${direction} meet, cover the range, and hold no more than asked`,
      async (store) => {
        await fill(store);
        const all = await recordsOf(store);
        for (const query of queries) {
          for (const range of ranges) {
            for (const pageRecordsMax of [1, 2, 100]) {
              const asked = { ...range, direction, pageRecordsMax };
              assertPages(all, query, asked, await pagesOf(store.read(query, asked)));
            }
          }
        }
      },
    )
  ),

  claim("a read is of the log as it was at its first page", async (store) => {
    await appendAll(store, toStream("a", ["A", "B", "C"]));
    const pages = store.read({}, { pageRecordsMax: 2 });
    const page = await ok(pages);
    await appendAll(store, toStream("a", ["D"]));
    assert.ok(O.isSome(page.next));
    const rest = await pagesOf(page.next.value);
    assert.deepEqual(told(rest.flatMap(({ records }) => records)), ["a@3:C"]);
    assert.equal(rest.at(-1)?.through, 3);
    const again = await pagesOf(pages);
    assert.equal(again.flatMap(({ records }) => records).length, 4, "run anew, it is a new read");
    const once = await pagesOf(page.next.value);
    assert.deepEqual(told(once.flatMap(({ records }) => records)), ["a@3:C"]);
  }),

  claim("an empty store is empty in every way", async (store) => {
    assert.equal(await ok(store.head), 0);
    for (const direction of ["forward", "backward"] as const) {
      const pages = await pagesOf(store.read({}, { direction }));
      assert.deepEqual(pages.map(({ records, from, through }) => [records, from, through]), [
        [[], 0, 0],
      ]);
    }
    assert.deepEqual(await ok(store.streamInfo("a")), O.none);
    assert.deepEqual(await streamsOf(store), []);
    assert.equal(await ok(store.positionAt(new Date())), 0);
    assert.equal((await ok(store.bookmark(0))).position, 0);
  }),

  claim("a signal ends a read, before it and between its pages", async (store) => {
    await appendAll(store, toStream("a", ["A", "B", "C"]));
    const signal = { aborted: false };
    const pages = store.read({}, { pageRecordsMax: 1, signal });
    const { next } = await ok(pages);
    assert.ok(O.isSome(next));
    signal.aborted = true;
    await fault<ReadFault, "Cancelled">(next.value, "Cancelled");
    await fault<ReadFault, "Cancelled">(pages, "Cancelled");
  }),

  claim("a stream is known by its last record", async (store) => {
    await fill(store);
    const info = { stream: "a-1", version: 4, position: 9 };
    assert.deepEqual(await ok(store.streamInfo("a-1")), O.some(info));
    assert.deepEqual(await ok(store.streamInfo("a")), O.none);
    assert.deepEqual(await streamsOf(store, "a-1"), [info]);
  }),

  claim("streams are listed by prefix, each once, with no end of them lost", async (store) => {
    const names = Array.from({ length: 300 }, (_, n) => `${n % 3 === 0 ? "x" : "y"}-${n}`);
    await Promise.all(names.map((name) => ok(store.append(toStream(name, ["A"])))));
    const all = await streamsOf(store);
    assert.deepEqual(all.map(({ stream }) => stream).sort(), [...names].sort());
    const some = await streamsOf(store, "x-");
    assert.deepEqual(
      some.map(({ stream }) => stream).sort(),
      names.filter((name) => name.startsWith("x-")).sort(),
    );
    assert.deepEqual(await streamsOf(store, "z"), []);
  }),

  claim("the position at a time is the last before a later commit, for good", async (store) => {
    const times = [1_000, 3_000, 2_000, 3_000, 5_000, 4_000];
    for (const ms of times) {
      await appendAll(store, { ...toStream("a", ["A", "B"]), recordedAt: new Date(ms) });
    }
    const wanted = [[999, 0], [1_000, 2], [2_999, 2], [3_000, 8], [4_999, 8], [5_000, 12]];
    for (const [ms = 0, position = 0] of wanted) {
      assert.equal(await ok(store.positionAt(new Date(ms))), position, `at ${ms}`);
    }
    await appendAll(store, { ...toStream("a", ["A"]), recordedAt: new Date(500) });
    assert.equal(await ok(store.positionAt(new Date(3_000))), 8);
    assert.equal(await ok(store.positionAt(new Date(5_000))), 13);
  }),

  claim("a bookmark tells its place and its history", async (store) => {
    await appendAll(store, toStream("a", ["A"]), toStream("a", ["B"]));
    const [one, two] = [await ok(store.bookmark(1)), await ok(store.bookmark(2))];
    assert.deepEqual([one.position, two.position], [1, 2]);
    assert.notEqual(one.hash, two.hash);
    await appendAll(store, toStream("a", ["C"]));
    assert.deepEqual(await ok(store.bookmark(1)), one);
    assert.deepEqual(await ok(store.bookmark(2)), two);
    const { found } = await fault<ReadFault, "HistoryDiverged">(
      store.bookmark(4),
      "HistoryDiverged",
    );
    assert.deepEqual(found, await ok(store.bookmark(3)));
  }),

  {
    name: "two histories have two fingerprints",
    check: (open) =>
      withStore(open, (one) =>
        withStore(open, async (other) => {
          const commit = (n: number) => ({
            ...proposing("a", { event: event("A", [], { n }) }),
            recordedAt: new Date(0),
          });
          await appendAll(one, commit(1), commit(3));
          await appendAll(other, commit(2), commit(3));
          for (const position of [1, 2]) {
            const [mine, others] = await Promise.all(
              [one, other].map((store) => ok(store.bookmark(position))),
            );
            assert.notEqual(mine?.hash, others?.hash, `at position ${position}`);
          }
        })),
  },
];
