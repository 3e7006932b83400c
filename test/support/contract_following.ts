/** How a store tells of what is still to come. */
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import type { Pages } from "../../src/event_store.ts";
import type { ReadFault } from "../../src/fault.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import type { Position } from "../../src/stream.ts";
import {
  appendAll,
  type Claim,
  claim,
  event,
  fault,
  ok,
  proposing,
  toStream,
} from "./contract_words.ts";

/** What a follower has seen once it has come through a position. */
interface Seen {
  readonly records: ReadonlyArray<Recorded<Encoded>>;
  readonly rest: Pages<Encoded, ReadFault>;
}

/** Follows until a position is passed, and checks that the pages meet. */
async function through(
  pages: Pages<Encoded, ReadFault>,
  position: Position,
  after: Position = 0,
): Promise<Seen> {
  const records: Array<Recorded<Encoded>> = [];
  let [rest, from] = [pages, after];
  while (from < position) {
    const page = await ok(rest);
    assert.equal(page.from, from, "a page begins where the one before ends");
    assert.ok(page.through >= page.from, "a follower does not go back");
    records.push(...page.records);
    assert.ok(O.isSome(page.next), "a follower has always a next page");
    rest = page.next.value;
    from = page.through;
  }
  return { records, rest };
}

const positions = (records: ReadonlyArray<Recorded<Encoded>>): ReadonlyArray<Position> =>
  records.map(({ position }) => position);

const upTo = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, n) => n + 1);

export const followingClaims: ReadonlyArray<Claim> = [
  claim("a follower is told of the past and then of the future, without a seam", async (store) => {
    await appendAll(store, ...upTo(20).map(() => toStream("a", ["A"])));
    const following = through(store.follow({}, { pageRecordsMax: 3 }), 120);
    for (let n = 0; n < 25; n += 1) {
      await Promise.all(upTo(4).map((m) => ok(store.append(toStream(`s-${m}`, ["A"])))));
    }
    assert.deepEqual(positions((await following).records), upTo(120));
  }),

  claim("a follower of an empty store waits for the first record", async (store) => {
    const first = ok(store.follow({}));
    let told = false;
    const noted = first.then(() => told = true);
    await ok(store.head);
    assert.equal(told, false);
    await appendAll(store, toStream("a", ["A"]));
    assert.deepEqual(positions((await first).records), [1]);
    await noted;
  }),

  claim(
    "a follower with a query is told of what matches, and how far it has looked",
    async (store) => {
      const following = through(store.follow({ tags: ["x"] }), 6);
      await appendAll(
        store,
        proposing("a", { event: event("A", ["x"]) }, { event: event("A") }),
        proposing("b", { event: event("A", ["x"]) }),
        proposing("b", { event: event("A") }, { event: event("A") }, { event: event("A") }),
      );
      assert.deepEqual(positions((await following).records), [1, 3]);
    },
  ),

  claim("a follower begins after the position it names", async (store) => {
    await appendAll(store, toStream("a", ["A", "B", "C"]));
    const { records, rest } = await through(store.follow({}, { after: 2 }), 3, 2);
    assert.deepEqual(positions(records), [3]);
    const waiting = through(rest, 4, 3);
    await appendAll(store, toStream("a", ["D"]));
    assert.deepEqual(positions((await waiting).records), [4]);
  }),

  claim("each of several followers is told of everything", async (store) => {
    const followers = upTo(5).map((n) => through(store.follow({}, { pageRecordsMax: n }), 12));
    for (let n = 0; n < 4; n += 1) await appendAll(store, toStream("a", ["A", "B", "C"]));
    for (const { records } of await Promise.all(followers)) {
      assert.deepEqual(positions(records), upTo(12));
    }
  }),

  claim(
    "a signal ends a follower that waits, one that has begun, and one that has not",
    async (store) => {
      await appendAll(store, toStream("a", ["A"]));
      const controller = new AbortController();
      const pages = store.follow({}, { signal: controller.signal });
      const { rest } = await through(pages, 1);
      const waiting = fault<ReadFault, "Cancelled">(rest, "Cancelled");
      controller.abort();
      await waiting;
      await fault<ReadFault, "Cancelled">(pages, "Cancelled");
      await appendAll(store, toStream("a", ["B"]));
      await fault<ReadFault, "Cancelled">(rest, "Cancelled");
    },
  ),

  claim("closing the store ends a follower that waits", async (store) => {
    const waiting = fault<ReadFault, "Closed">(store.follow({}), "Closed");
    await ok(store.head);
    await ok(store.close);
    await waiting;
  }),
];
