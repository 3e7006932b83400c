/** What a store does with a commit that comes alone. */
import assert from "node:assert/strict";
import type { Commit } from "../../src/event_store.ts";
import type { Encoded } from "../../src/record.ts";
import type { Expected } from "../../src/stream.ts";
import {
  appendAll,
  appendFault,
  type Claim,
  claim,
  event,
  ok,
  proposing,
  recordsOf,
  told,
  toStream,
} from "./contract_words.ts";

const identified: Commit<Encoded> = {
  ...proposing("a-1", { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } }),
  commitId: "c1",
};

/** The same commit in other words, each other in one part of its content. */
const others: ReadonlyArray<Commit<Encoded>> = [
  proposing("a-2", { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Closed", ["x"], { n: 1 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Opened", ["x"], { n: 2 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Opened", ["y"], { n: 1 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Bob" } }),
  proposing("a-1", {
    event: event("Opened", ["x"], { n: 1 }),
    metadata: { actor: "Ada" },
    id: "e",
  }),
  proposing(
    "a-1",
    { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } },
    { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } },
  ),
];

/** Whether an expectation holds of a stream that is not there, and of one at version 2. */
const expectations: ReadonlyArray<readonly [Expected, ofNone: boolean, ofTwo: boolean]> = [
  ["any", true, true],
  ["noStream", true, false],
  ["streamExists", false, true],
  [0, true, false],
  [1, false, false],
  [2, false, true],
  [3, false, false],
];

export const appendingClaims: ReadonlyArray<Claim> = [
  claim("versions and positions count from 1 and leave nothing out", async (store) => {
    await appendAll(store, toStream("a", ["A", "B"]), toStream("b", ["C"]), toStream("a", ["D"]));
    const records = await recordsOf(store);
    assert.deepEqual(told(records), ["a@1:A", "a@2:B", "b@1:C", "a@3:D"]);
    assert.deepEqual(records.map(({ position }) => position), [1, 2, 3, 4]);
    assert.equal(await ok(store.head), 4);
  }),

  claim("a commit tells where it went", async (store) => {
    const [first, second] = await appendAll(
      store,
      { ...toStream("a", ["A", "B"]), commitId: "c1" },
      toStream("a", ["C"]),
    );
    assert.ok(first !== undefined && second !== undefined);
    const { commitId, ...rest } = first;
    assert.equal(commitId, "c1");
    assert.deepEqual(rest, { first: 1, last: 2, versions: new Map([["a", 2]]), repeated: false });
    assert.deepEqual([second.first, second.last, second.versions.get("a")], [3, 3, 3]);
    const ids = (await recordsOf(store)).map(({ commitId }) => commitId);
    assert.deepEqual(ids, ["c1", "c1", second.commitId]);
    assert.notEqual(second.commitId, "c1");
  }),

  claim(
    "a commit to several streams is stored whole, in the order of its writes",
    async (store) => {
      const [appended] = await appendAll(store, {
        writes: [
          {
            stream: "b",
            expected: "noStream",
            events: [{ event: event("B1") }, { event: event("B2") }],
          },
          { stream: "a", expected: "noStream", events: [{ event: event("A1") }] },
        ],
      });
      assert.deepEqual(told(await recordsOf(store)), ["b@1:B1", "b@2:B2", "a@1:A1"]);
      assert.deepEqual([appended?.first, appended?.last], [1, 3]);
      assert.deepEqual([appended?.versions.get("a"), appended?.versions.get("b")], [1, 2]);
    },
  ),

  ...expectations.flatMap(([expected, ofNone, ofTwo]) => [
    expectationClaim(expected, [], ofNone),
    expectationClaim(expected, ["A", "B"], ofTwo),
  ]),

  claim("one expectation that fails stores nothing of the whole commit", async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const [free] = toStream("b", ["B"]).writes;
    const [taken] = toStream("a", ["C"], "noStream").writes;
    assert.ok(free !== undefined && taken !== undefined);
    await appendFault(store, { writes: [free, taken] }, "Conflict");
    await appendFault(store, { writes: [taken, free] }, "Conflict");
    assert.deepEqual(told(await recordsOf(store)), ["a@1:A"]);
    assert.equal((await ok(store.streamInfo("b")))._tag, "None");
  }),

  claim("a stream that is not written can be checked", async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const checking = (expected: Expected): Commit<Encoded> => ({
      ...toStream("b", ["B"]),
      checks: [{ stream: "a", expected }],
    });
    const { failed } = await appendFault(store, checking(2), "Conflict");
    assert.deepEqual(failed, [{ stream: "a", expected: 2, found: 1 }]);
    await appendAll(store, checking(1));
    assert.deepEqual(told(await recordsOf(store)), ["a@1:A", "b@1:B"]);
  }),

  claim(
    "a condition fails by what matches after its position, and by nothing else",
    async (store) => {
      await appendAll(
        store,
        proposing("a-1", { event: event("A", ["x", "y"]) }),
        proposing("b-1", { event: event("B", ["x"]) }),
      );
      const under = (failIfEventsMatch: object, after?: number): Commit<Encoded> => ({
        ...toStream("c-1", ["C"]),
        condition: { failIfEventsMatch, ...(after === undefined ? {} : { after }) },
      });
      const { failed } = await appendFault(store, under({ tags: ["x"] }), "Conflict");
      assert.deepEqual(failed, [{
        condition: { failIfEventsMatch: { tags: ["x"] } },
        matching: [1, 2],
      }]);
      await appendFault(store, under({ tags: ["x"] }, 1), "Conflict");
      await appendFault(store, under({ category: "a" }), "Conflict");
      await appendFault(
        store,
        under([{ types: ["Z"] }, { stream: "b-1", types: ["A", "B"] }]),
        "Conflict",
      );
      assert.equal(await ok(store.head), 2);
      await appendAll(
        store,
        under({ tags: ["x"] }, 2),
        under({ tags: ["x", "y"] }, 1),
        under({ types: ["A"], tags: ["z"] }),
        under({ stream: "a-1", types: ["B"] }),
        under([]),
      );
      assert.equal(await ok(store.head), 7);
    },
  ),

  claim("a conflict names the first matching positions, at most 16", async (store) => {
    await appendAll(store, toStream("a", Array.from({ length: 20 }, () => "A")));
    const condition = { failIfEventsMatch: { types: ["A"] }, after: 2 };
    const { failed, attempts, stored } = await appendFault(
      store,
      { ...toStream("b", ["B"]), condition },
      "Conflict",
    );
    assert.deepEqual([attempts, stored], [1, "no"]);
    assert.deepEqual(failed, [{
      condition,
      matching: Array.from({ length: 16 }, (_, n) => n + 3),
    }]);
  }),

  claim("a commit id makes a repetition harmless, whatever has happened since", async (store) => {
    const [first] = await appendAll(store, identified, toStream("a-1", ["Closed"]));
    const again: Commit<Encoded> = {
      ...identified,
      writes: identified.writes.map((write) => ({ ...write, expected: "noStream" as const })),
      condition: { failIfEventsMatch: {} },
      recordedAt: new Date(0),
    };
    assert.deepEqual(await ok(store.append(again)), { ...first, repeated: true });
    assert.deepEqual(told(await recordsOf(store)), ["a-1@1:Opened", "a-1@2:Closed"]);
  }),

  claim("a commit id stands for its content only", async (store) => {
    await appendAll(store, identified);
    for (const other of others) {
      const mismatch = await appendFault(
        store,
        { ...other, commitId: "c1" },
        "IdempotencyMismatch",
      );
      assert.deepEqual(mismatch, { _tag: "IdempotencyMismatch", stored: "no", commitId: "c1" });
    }
    assert.equal(await ok(store.head), 1);
  }),

  claim("a commit id of a commit that was refused is free", async (store) => {
    await appendAll(store, toStream("a-1", ["Opened"]));
    const [write] = toStream("a-1", ["Closed"], "noStream").writes;
    assert.ok(write !== undefined);
    await appendFault(store, { writes: [write], commitId: "c1" }, "Conflict");
    const [appended] = await appendAll(store, { ...toStream("a-1", ["Lit"]), commitId: "c1" });
    assert.equal(appended?.repeated, false);
  }),

  claim("a commit without events checks, and writes nothing", async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const [empty] = await appendAll(store, { ...toStream("a", [], 1), commitId: "c1" });
    assert.deepEqual([empty?.first, empty?.last, empty?.repeated], [2, 1, false]);
    await appendFault(store, toStream("a", [], 2), "Conflict");
    await appendFault(
      store,
      { writes: [], condition: { failIfEventsMatch: { types: ["A"] } } },
      "Conflict",
    );
    assert.equal(await ok(store.head), 1);
    assert.equal(
      (await appendAll(store, { ...toStream("a", ["B"]), commitId: "c1" }))[0]?.first,
      2,
    );
  }),

  claim("what was given comes back", async (store) => {
    const data = { text: "é\u0000😀\ud800", list: [1, -1.5e-7, true, null, {}], nested: { a: [] } };
    const metadata = {
      correlationId: "k1",
      causationId: "k2",
      actor: "Ada",
      validTime: new Date("1999-12-31T23:59:59.999Z"),
      attributes: { source: "/x", count: 2, urgent: true },
    };
    const given = { event: { ...event("A", ["x"], data), schemaVersion: 3 }, id: "id-1" };
    await appendAll(store, {
      ...proposing("a", { ...given, tags: ["y", "x"], metadata }, {
        event: event("B", [], "text"),
      }),
      recordedAt: new Date("2001-02-03T04:05:06.789Z"),
    });
    const [record, plain] = await recordsOf(store);
    assert.ok(record !== undefined && plain !== undefined);
    assert.deepEqual([record.event.type, record.event.schemaVersion], ["A", 3]);
    assert.deepEqual(record.event.data, data);
    assert.deepEqual([record.id, record.schemaVersion, record.tags], ["id-1", 3, ["x", "y"]]);
    assert.deepEqual(record.metadata, metadata);
    assert.deepEqual(record.recordedAt, new Date("2001-02-03T04:05:06.789Z"));
    assert.deepEqual([plain.event.data, plain.tags, plain.metadata], ["text", [], {}]);
    assert.ok(plain.id.length > 0 && plain.id !== record.id, "every event has an id of its own");
    assert.ok(plain.recordedAt instanceof Date);
  }),

  claim("nobody changes what has happened", async (store) => {
    const data = { list: [1] };
    const tags = ["x"];
    const pending = store.append(proposing("a", { event: event("A", tags, data) }))();
    data.list.push(2);
    tags.push("y");
    await pending;
    data.list.push(3);
    const [record] = await recordsOf(store);
    assert.ok(record !== undefined);
    const before = structuredClone(record.event.data);
    assert.ok(!JSON.stringify(before).includes("3"), "a stored commit must not change");
    try {
      // What a careless program does; a store may stop it, and must not be changed by it.
      (record.event.data as typeof data).list.push(4);
    } catch (error) {
      assert.ok(error instanceof TypeError);
    }
    record.recordedAt.setTime(0);
    const [again] = await recordsOf(store);
    assert.deepEqual(again?.event.data, before);
    assert.notEqual(again?.recordedAt.getTime(), 0);
  }),
];

function expectationClaim(expected: Expected, types: ReadonlyArray<string>, holds: boolean): Claim {
  const version = types.length;
  const name = `${JSON.stringify(expected)} ${holds ? "holds" : "fails"} at version ${version}`;
  return claim(`the expectation ${name}`, async (store) => {
    if (version > 0) await appendAll(store, toStream("a", types));
    const commit = toStream("a", ["New"], expected);
    if (holds) await appendAll(store, commit);
    else {
      const { failed, attempts, stored } = await appendFault(store, commit, "Conflict");
      const found = version === 0 ? "noStream" : version;
      assert.deepEqual(failed, [{ stream: "a", expected, found }]);
      assert.deepEqual([attempts, stored], [1, "no"]);
    }
    assert.equal(await ok(store.head), holds ? version + 1 : version);
  });
}
