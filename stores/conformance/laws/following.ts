/**
 * How a store tells of what is still to come.
 *
 * @module
 */
import * as O from "fp-ts/lib/Option.js";
import type { Pages } from "../../../src/event_store.ts";
import type { ReadFault } from "../../../src/fault.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import type { Position } from "../../../src/stream.ts";
import { holds, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import { appendAll, begun, event, fault, ok, proposing, toStream } from "../words.ts";

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
    same(page.from, from, "a page begins where the one before ends");
    holds(page.through >= page.from, "a follower does not go back", page.through);
    records.push(...page.records);
    holds(O.isSome(page.next), "a follower has always a next page");
    rest = page.next.value;
    from = page.through;
  }
  return { records, rest };
}

const positions = (records: ReadonlyArray<Recorded<Encoded>>): ReadonlyArray<Position> =>
  records.map(({ position }) => position);

const upTo = (count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, n) => n + 1);

export const followingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "follow.seam",
    title: "a follower is told of the past and then of the future, without a seam",
    why: "a projection would miss what was stored while it caught up",
    needs: ["subscriptions"],
  }, async (store) => {
    await appendAll(store, ...upTo(20).map(() => toStream("a", ["A"])));
    const following = begun(through(store.follow({}, { pageRecordsMax: 3 }), 120));
    for (let n = 0; n < 25; n += 1) {
      await Promise.all(upTo(4).map((m) => ok(store.append(toStream(`s-${m}`, ["A"])))));
    }
    same(positions((await following).records), upTo(120));
  }),

  law({
    id: "follow.waits",
    title: "a follower of an empty store waits for the first record",
    why: "a follower would spin, or end, before anything has happened",
    needs: ["subscriptions"],
  }, async (store) => {
    const first = begun(ok(store.follow({})));
    let told = false;
    const noted = begun(first.then(() => told = true));
    await ok(store.head);
    same(told, false);
    await appendAll(store, toStream("a", ["A"]));
    same(positions((await first).records), [1]);
    await noted;
  }),

  law({
    id: "follow.query",
    title: "a follower with a query is told of what matches, and how far it has looked",
    why: "a follower of rare records could not keep its place",
    needs: ["subscriptions"],
  }, async (store) => {
    const following = begun(through(store.follow({ tags: ["x"] }), 6));
    await appendAll(
      store,
      proposing("a", { event: event("A", ["x"]) }, { event: event("A") }),
      proposing("b", { event: event("A", ["x"]) }),
      proposing("b", { event: event("A") }, { event: event("A") }, { event: event("A") }),
    );
    same(positions((await following).records), [1, 3]);
  }),

  law({
    id: "follow.resumes",
    title: "a follower begins after the position it names",
    why: "a follower that resumes would miss or repeat a record",
    needs: ["subscriptions"],
  }, async (store) => {
    await appendAll(store, toStream("a", ["A", "B", "C"]));
    const { records, rest } = await through(store.follow({}, { after: 2 }), 3, 2);
    same(positions(records), [3]);
    const waiting = begun(through(rest, 4, 3));
    await appendAll(store, toStream("a", ["D"]));
    same(positions((await waiting).records), [4]);
  }),

  law({
    id: "follow.several",
    title: "each of several followers is told of everything",
    why: "one follower would take what another one needs",
    needs: ["subscriptions"],
  }, async (store) => {
    const followers = upTo(5).map((n) =>
      begun(through(store.follow({}, { pageRecordsMax: n }), 12))
    );
    for (let n = 0; n < 4; n += 1) await appendAll(store, toStream("a", ["A", "B", "C"]));
    for (const { records } of await Promise.all(followers)) {
      same(positions(records), upTo(12));
    }
  }),

  law({
    id: "follow.cancel",
    title: "a signal ends a follower that waits, one that has begun, and one that has not",
    why: "a program could not end its followers, or would take that for the end of the store",
    needs: ["subscriptions"],
  }, async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const controller = new AbortController();
    const pages = store.follow({}, { signal: controller.signal });
    const { rest } = await through(pages, 1);
    const waiting = begun(fault<ReadFault, "Cancelled">(rest, "Cancelled"));
    controller.abort();
    await waiting;
    await fault<ReadFault, "Cancelled">(pages, "Cancelled");
    await appendAll(store, toStream("a", ["B"]));
    await fault<ReadFault, "Cancelled">(rest, "Cancelled");
  }),

  law({
    id: "follow.close",
    title: "closing the store ends a follower that waits",
    why: "a program that closes its store would hang",
    needs: ["subscriptions"],
  }, async (store) => {
    const waiting = begun(fault<ReadFault, "Closed">(store.follow({}), "Closed"));
    await ok(store.head);
    await ok(store.close);
    await waiting;
  }),
];
