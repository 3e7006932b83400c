import fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { became, eventCodec, schema } from "../src/codec.ts";
import { replay } from "../src/decider.ts";
import type { EventStore } from "../src/event_store.ts";
import { fold, history, load, type Moment } from "../src/load.ts";
import { byStream, ofRecords, view } from "../src/view.ts";
import { memoryStore } from "../stores/memory.ts";
import { appendAll, event, fault, ok, proposing, toStream } from "../stores/conformance/words.ts";

type Event = { readonly type: "Said"; readonly word: string };

const codec = eventCodec({ Said: schema(1, t.type({ word: t.string })) }, {
  retired: {
    SaidTwice: became(t.type({ word: t.string }), ({ word }) => [
      { type: "Said", word },
      { type: "Said", word },
    ]),
    Coughed: became(t.unknown, () => []),
  },
});
const words = view({
  initialState: "",
  evolve: (sentence, { word }: Event) => `${sentence}${word}`,
});

const said = (word: string) => ({ event: event("Said", [], { word }) });
const day = (n: number) => new Date(Date.UTC(2026, 0, n));

/** Four facts of stream a (and one of b), as they were learnt, and as they held. */
async function diary(): Promise<EventStore> {
  const store = memoryStore();
  const facts: ReadonlyArray<readonly [string, string, number, number?]> = [
    ["a", "A", 1],
    ["a", "B", 3, 1],
    ["b", "X", 4],
    ["a", "C", 2, 5],
    ["a", "D", 6],
  ];
  for (const [stream, word, recorded, valid] of facts) {
    const metadata = valid === undefined ? {} : { validTime: day(valid) };
    await appendAll(store, {
      ...proposing(stream, { ...said(word), metadata }),
      recordedAt: day(recorded),
    });
  }
  return store;
}

const moments: ReadonlyArray<
  readonly [Moment, state: string, version: number, position: number, all: string]
> = [
  [{ version: 0 }, "", 0, 0, ""],
  [{ version: 2 }, "AB", 2, 2, "ABX"],
  [{ version: 9 }, "ABCD", 4, 5, "ABXCD"],
  [{ position: 0 }, "", 0, 0, ""],
  [{ position: 3 }, "AB", 2, 3, "ABX"],
  [{ position: 9 }, "ABCD", 4, 5, "ABXCD"],
  [{ recorded: day(0) }, "", 0, 0, ""],
  [{ recorded: day(2) }, "A", 1, 1, "A"],
  [{ recorded: day(3) }, "AB", 2, 2, "AB"],
  [{ recorded: day(4) }, "ABC", 3, 4, "ABXC"],
  [{ recorded: day(9) }, "ABCD", 4, 5, "ABXCD"],
  [{ valid: day(0) }, "", 0, 5, ""],
  [{ valid: day(1) }, "AB", 2, 5, "AB"],
  [{ valid: day(4) }, "AB", 2, 5, "ABX"],
  [{ valid: day(5) }, "ABC", 3, 5, "ABXC"],
  [{ recorded: day(2), valid: day(1) }, "A", 1, 1, "A"],
  [{ recorded: day(4), valid: day(4) }, "AB", 2, 4, "ABX"],
];

for (const [asOf, state, version, position, all] of moments) {
  test(`the state as of ${JSON.stringify(asOf)}`, async () => {
    const store = await diary();
    const loaded = await ok(load({ store, codec, view: words, stream: "a", asOf }));
    assert.deepEqual(loaded, { state, version, position });
    const folded = await ok(fold({ store, codec, view: ofRecords(words), query: {}, asOf }));
    assert.equal(folded.state, all);
  });
}

test("a stream that is not there is at its initial state", async () => {
  const store = await diary();
  const loaded = await ok(load({ store, codec, view: words, stream: "nowhere" }));
  assert.deepEqual(loaded, { state: "", version: 0, position: 5 });
});

test("a record that is split or dropped counts as one version", async () => {
  const store = memoryStore();
  const data = { word: "T" };
  await appendAll(
    store,
    proposing("a", said("A"), { event: event("SaidTwice", [], data) }, { event: event("Coughed") }),
  );
  const what = { store, codec, view: words, stream: "a" };
  assert.deepEqual(await ok(load(what)), { state: "ATT", version: 3, position: 3 });
  assert.deepEqual((await ok(load({ ...what, asOf: { version: 2 } }))).state, "ATT");
  const asked = { store, codec, view: ofRecords(words), query: { types: ["Said"] } } as const;
  assert.equal((await ok(fold(asked))).state, "ATT", "what became the type is asked for too");
  const changes = await ok(history(what));
  assert.deepEqual(
    changes.map(({ record: { version }, before, after }) => [version, before, after]),
    [[1, "", "A"], [2, "A", "AT"], [2, "AT", "ATT"]],
  );
});

test("what is after the moment is not decoded", async () => {
  const store = memoryStore();
  await appendAll(store, proposing("a", said("A")), toStream("a", ["Unheard"]));
  const what = { store, codec, view: words, stream: "a" };
  assert.equal((await ok(load({ ...what, asOf: { version: 1 } }))).state, "A");
  await fault(load(what), "UnknownType");
  await fault(history(what), "UnknownType");
});

test("a state of each stream, of a query", async () => {
  const store = await diary();
  const folded = await ok(
    fold({ store, codec, view: byStream(words), query: { types: ["Said"] } }),
  );
  assert.deepEqual([folded.state.get("a"), folded.state.get("b")], ["ABCD", "X"]);
});

test("a history can be asked for twice", async () => {
  const store = await diary();
  const changes = history({ store, codec, view: words, stream: "a" });
  assert.deepEqual(await ok(changes), await ok(changes));
});

test("a state is the fold of its events, however they were paged", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.string({ maxLength: 3 })), { maxLength: 30 }),
    fc.integer({ min: 1, max: 5 }),
    fc.nat(30),
    async (facts, pageRecordsMax, version) => {
      const store = memoryStore();
      await appendAll(store, ...facts.map(([stream, word]) => proposing(stream, said(word))));
      const paged: EventStore = {
        ...store,
        read: (query, range) => store.read(query, { ...range, pageRecordsMax }),
      };
      const ofA = facts.filter(([stream]) => stream === "a")
        .map(([, word]): Event => ({ type: "Said", word }));
      const what = { store: paged, codec, view: words, stream: "a" };
      const now = await ok(load(what));
      assert.deepEqual([now.state, now.version], [replay(words)(ofA), ofA.length]);
      const then = await ok(load({ ...what, asOf: { version } }));
      assert.equal(then.state, replay(words)(ofA.slice(0, version)));
      const last = (await ok(history(what))).at(-1);
      assert.equal(last?.after ?? "", now.state);
    },
  ));
});
