/**
 * What a store tells of what happened.
 *
 * @module
 */
import * as O from "fp-ts/lib/Option.js";
import type { EventStore } from "../../../src/event_store.ts";
import type { ReadFault } from "../../../src/fault.ts";
import { matches, type Query, type Range } from "../../../src/query.ts";
import { checkPages } from "../pages.ts";
import { differ, holds, same } from "../finding.ts";
import { law, lawOf, type StoreLaw, withStore } from "../law.ts";
import {
  appendAll,
  event,
  fault,
  ok,
  pagesOf,
  proposing,
  recordsOf,
  streamsOf,
  told,
  toStream,
} from "../words.ts";

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

export const readingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "read.query",
    title: "a query finds what looking at every record finds",
    why: "an index would decide what has happened",
  }, async (store) => {
    await fill(store);
    const all = await recordsOf(store);
    same(all.length, 9);
    for (const query of queries) {
      const isMatch = matches(query);
      const wanted = all.filter((record) => isMatch({ ...record, type: record.event.type }));
      same(await recordsOf(store, query), wanted, JSON.stringify(query));
    }
  }),

  ...(["forward", "backward"] as const).map((direction) =>
    law(
      {
        id: `read.pages-${direction}`,
        title: `pages ${direction} meet, cover the range, and hold no more than asked`,
        why: "a reader that goes on page by page would miss or repeat a record",
      },
      async (store) => {
        await fill(store);
        const all = await recordsOf(store);
        for (const query of queries) {
          for (const range of ranges) {
            for (const pageRecordsMax of [1, 2, 100]) {
              const asked = { ...range, direction, pageRecordsMax };
              checkPages(all, query, asked, await pagesOf(store.read(query, asked)));
            }
          }
        }
      },
    )
  ),

  law({
    id: "read.snapshot",
    title: "a read is of the log as it was at its first page",
    why: "a read beside appends would never end, or see two moments at once",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A", "B", "C"]));
    const pages = store.read({}, { pageRecordsMax: 2 });
    const page = await ok(pages);
    await appendAll(store, toStream("a", ["D"]));
    holds(O.isSome(page.next), "there is a second page");
    const rest = await pagesOf(page.next.value);
    same(told(rest.flatMap(({ records }) => records)), ["a@3:C"]);
    same(rest.at(-1)?.through, 3);
    const again = await pagesOf(pages);
    same(again.flatMap(({ records }) => records).length, 4, "run anew, it is a new read");
    const once = await pagesOf(page.next.value);
    same(told(once.flatMap(({ records }) => records)), ["a@3:C"]);
  }),

  law({
    id: "read.empty",
    title: "an empty store is empty in every way",
    why: "a program would fail on its first day",
  }, async (store) => {
    same(await ok(store.head), 0);
    for (const direction of ["forward", "backward"] as const) {
      const pages = await pagesOf(store.read({}, { direction }));
      same(pages.map(({ records, from, through }) => [records, from, through]), [
        [[], 0, 0],
      ]);
    }
    same(await ok(store.streamInfo("a")), O.none);
    same(await streamsOf(store), []);
    same(await ok(store.positionAt(new Date())), 0);
    same((await ok(store.bookmark(0))).position, 0);
  }),

  law({
    id: "read.cancel",
    title: "a signal ends a read, before it and between its pages",
    why: "a caller could not end a long read",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A", "B", "C"]));
    const signal = { aborted: false };
    const pages = store.read({}, { pageRecordsMax: 1, signal });
    const { next } = await ok(pages);
    holds(O.isSome(next), "there is a second page");
    signal.aborted = true;
    await fault<ReadFault, "Cancelled">(next.value, "Cancelled");
    await fault<ReadFault, "Cancelled">(pages, "Cancelled");
  }),

  law({
    id: "read.stream-info",
    title: "a stream is known by its last record",
    why: "a caller would expect a version that the stream has not",
  }, async (store) => {
    await fill(store);
    const info = { stream: "a-1", version: 4, position: 9 };
    same(await ok(store.streamInfo("a-1")), O.some(info));
    same(await ok(store.streamInfo("a")), O.none);
    same(await streamsOf(store, "a-1"), [info]);
  }),

  law({
    id: "read.streams",
    title: "streams are listed by prefix, each once, with no end of them lost",
    why: "a job over all streams would leave some out",
  }, async (store) => {
    const names = Array.from({ length: 300 }, (_, n) => `${n % 3 === 0 ? "x" : "y"}-${n}`);
    await Promise.all(names.map((name) => ok(store.append(toStream(name, ["A"])))));
    const all = await streamsOf(store);
    same(all.map(({ stream }) => stream).sort(), [...names].sort());
    const some = await streamsOf(store, "x-");
    same(
      some.map(({ stream }) => stream).sort(),
      names.filter((name) => name.startsWith("x-")).sort(),
    );
    same(await streamsOf(store, "z"), []);
  }),

  law({
    id: "read.position-at",
    title: "the position at a time is the last before a later commit, for good",
    why: "the same question about the past would get two answers",
  }, async (store) => {
    const times = [1_000, 3_000, 2_000, 3_000, 5_000, 4_000];
    for (const ms of times) {
      await appendAll(store, { ...toStream("a", ["A", "B"]), recordedAt: new Date(ms) });
    }
    const wanted = [[999, 0], [1_000, 2], [2_999, 2], [3_000, 8], [4_999, 8], [5_000, 12]];
    for (const [ms = 0, position = 0] of wanted) {
      same(await ok(store.positionAt(new Date(ms))), position, `at ${ms}`);
    }
    await appendAll(store, { ...toStream("a", ["A"]), recordedAt: new Date(500) });
    same(await ok(store.positionAt(new Date(3_000))), 8);
    same(await ok(store.positionAt(new Date(5_000))), 13);
  }),

  law({
    id: "read.bookmark",
    title: "a bookmark tells its place and its history",
    why: "a projection could not know whether it goes on in the log that it comes from",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A"]), toStream("a", ["B"]));
    const [one, two] = [await ok(store.bookmark(1)), await ok(store.bookmark(2))];
    same([one.position, two.position], [1, 2]);
    differ(one.hash, two.hash, "the hashes of two positions");
    await appendAll(store, toStream("a", ["C"]));
    same(await ok(store.bookmark(1)), one);
    same(await ok(store.bookmark(2)), two);
    const { found } = await fault<ReadFault, "HistoryDiverged">(
      store.bookmark(4),
      "HistoryDiverged",
    );
    same(found, await ok(store.bookmark(3)));
  }),

  lawOf(
    {
      id: "read.bookmark-history",
      title: "two histories have two fingerprints",
      why: "a projection would go on in a log that it does not come from, and never notice",
    },
    (subject) =>
      withStore(subject, ({ store: one }) =>
        withStore(subject, async ({ store: other }) => {
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
            differ(mine?.hash, others?.hash, `the hashes of two histories at position ${position}`);
          }
        })),
  ),
];
