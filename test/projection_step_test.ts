import * as fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { became, eventCodec, schema } from "../src/codec.ts";
import type { EventStore } from "../src/event_store.ts";
import { type Projected, step } from "../src/projection_step.ts";
import { run } from "../src/run.ts";
import type { Position } from "../src/stream.ts";
import {
  added,
  anyEvent,
  codec,
  folded,
  none,
  other,
  type Seen,
  seen,
  storeOf,
  throwsAt,
  undecodable,
} from "./support/seen.ts";

describe("a step", () => {
  const fold = step({ name: "seen", codec, view: seen });
  const start: Projected<Seen> = { state: none, position: 0 };
  const pageOf = async (store: EventStore, from: Position, through: Position) => {
    const range = { after: from, until: through };
    const { records } = await run(store.read({ types: codec.types }, range));
    return { from, through, records };
  };
  const chunks = fc.tuple(fc.array(anyEvent, { maxLength: 12 }), fc.array(fc.nat(12)));

  it("leads to the same state whatever pages the log is cut into, each delivered twice", async () => {
    await fc.assert(fc.asyncProperty(chunks, async ([events, cuts]) => {
      const store = await storeOf(events);
      const ends = [...new Set([...cuts, events.length])].sort((a, b) => a - b)
        .filter((end) => end <= events.length && end > 0);
      let at = start;
      let from = 0;
      for (const through of ends) {
        const page = await pageOf(store, from, through);
        const stepped = fold(at, page);
        assert(stepped._tag === "Advanced");
        at = stepped.after;
        assert.deepEqual(fold(at, page), { _tag: "NothingNew" });
        from = through;
      }
      assert.deepEqual(at, { state: await folded(store), position: events.length });
    }));
  });

  it("refuses each page that does not begin where the state is, if it has something new", async () => {
    const store = await storeOf([added(1), added(2), added(3), added(4)]);
    const at = { state: await folded(store, seen, 2), position: 2 };
    for (const from of [0, 1, 3]) {
      const stepped = fold(at, await pageOf(store, from, 4));
      const gap = { _tag: "Gap", stored: "no", projection: "seen", wanted: 2, found: from };
      assert.deepEqual(stepped, { _tag: "Halted", after: at, fault: gap });
    }
    for (const from of [0, 1]) {
      assert.deepEqual(fold(at, await pageOf(store, from, 2)), { _tag: "NothingNew" });
    }
  });

  it("moves on by a page in which nothing matches", () => {
    const stepped = fold(start, { from: 0, through: 7, records: [] });
    assert.deepEqual(stepped, { _tag: "Advanced", after: { state: none, position: 7 } });
  });

  it("keeps what stands before a record at which the view throws", async () => {
    const store = await storeOf([added(1), other, added(2), added(3)]);
    const cause = new Error("no such luck");
    const stepped = step({ name: "seen", codec, view: throwsAt(3) })(
      start,
      await pageOf(store, 0, 4),
    );
    const after = { state: { sum: 1, at: [1] }, position: 2 };
    const stopped = { _tag: "Stopped", stored: "no", projection: "seen", at: 2, cause };
    assert.deepEqual(stepped, { _tag: "Halted", after, fault: stopped });
  });

  it("keeps what stands before a record that cannot be decoded", async () => {
    const store = await storeOf([added(1), undecodable, added(3)]);
    const stepped = fold(start, await pageOf(store, 0, 3));
    assert(stepped._tag === "Halted" && stepped.fault._tag === "Undecodable");
    assert.deepEqual(stepped.after, { state: { sum: 1, at: [1] }, position: 1 });
  });

  it("counts a record of several events whole or not at all", async () => {
    const split = eventCodec({ Added: schema(1, t.type({ n: t.number })), Cleared: schema(1) }, {
      retired: {
        Pair: became(
          t.type({ n: t.number }),
          ({ n }) => [{ type: "Added", n }, { type: "Cleared" }] as const,
        ),
      },
    });
    const store = await storeOf([added(1), { ...added(5), type: "Pair" }]);
    const { records } = await run(store.read({}));
    const page = { from: 0, through: 2, records };
    const whole = step({ name: "seen", codec: split, view: seen })(start, page);
    assert(whole._tag === "Advanced");
    assert.deepEqual(whole.after.state, { sum: 0, at: [1, 2, 2] });
    const evolve: typeof seen.evolve = (state, record) => {
      if (record.event.type === "Cleared") throw new Error("not that");
      return seen.evolve(state, record);
    };
    const half = step({ name: "seen", codec: split, view: { ...seen, evolve } })(start, page);
    assert(half._tag === "Halted");
    assert.deepEqual(half.after, { state: { sum: 1, at: [1] }, position: 1 });
  });
});
