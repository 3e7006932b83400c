import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import * as fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { became, eventCodec, schema } from "../src/codec.ts";
import type { EventStore } from "../src/event_store.ts";
import { type Progress, projection } from "../src/projection.ts";
import type { ProjectionStore } from "../src/projection_store.ts";
import type { Recorded } from "../src/record.ts";
import { run } from "../src/run.ts";
import type { Position } from "../src/stream.ts";
import type { View } from "../src/view.ts";
import { memoryStates } from "../stores/memory/states.ts";
import {
  added,
  anyEvent,
  append,
  type Change,
  cleared,
  codec,
  type Event,
  fault,
  folded,
  none,
  other,
  type Seen,
  seen,
  seenIn,
  storeOf,
  throwsAt,
  undecodable,
} from "./support/seen.ts";

describe("a projection", () => {
  it("is a fold of the log, however it is caught up", async () => {
    const part = fc.record({
      events: fc.array(anyEvent, { maxLength: 5 }),
      pageRecordsMax: fc.integer({ min: 1, max: 4 }),
      saveEveryPositions: fc.integer({ min: 1, max: 4 }),
    }, { noNullPrototype: true });
    await fc.assert(fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
      const store = await storeOf([]);
      const states = memoryStates();
      for (const { events, ...options } of parts) {
        await append(store, events);
        // Made anew each time, as by a program that was started again.
        const caughtUp = await run(seenIn(store, states).catchUp(options));
        assert.deepEqual(caughtUp, { state: await folded(store), position: await run(store.head) });
        assert.deepEqual(await run(seenIn(store, states).read), caughtUp);
      }
      const { state } = await run(seenIn(store, states).rebuild());
      assert.deepEqual(state, await folded(store));
    }));
  });

  it("begins with the initial state", async () => {
    const states = memoryStates();
    const empty = seenIn(await storeOf([added(1)]), states);
    assert.deepEqual(await run(empty.read), { state: none, position: 0 });
  });

  it("folds only what it asks for, but of its own types", async () => {
    const store = await storeOf([added(1), cleared, other], "a-1");
    await append(store, [added(2), other, cleared], "b-1");
    const positions = async (change: Change) =>
      (await run(seenIn(store, memoryStates(), change).catchUp())).state.at;
    assert.deepEqual(await positions({}), [1, 2, 4, 6]);
    assert.deepEqual(await positions({ query: { category: "b" } }), [4, 6]);
    assert.deepEqual(await positions({ query: { types: ["Cleared"] } }), [2, 6]);
    assert.deepEqual(
      await positions({ query: [{ stream: "a-1", types: ["Added"] }, { stream: "b-1" }] }),
      [1, 4, 6],
    );
  });

  it("is told of retired types, also when it asks for some types only", async () => {
    const renamed = eventCodec({ Added: schema(1, t.type({ n: t.number })), Cleared: schema(1) }, {
      retired: { Put: became(t.type({ n: t.number }), ({ n }) => [{ type: "Added", n }] as const) },
    });
    const store = await storeOf([{ ...added(3), type: "Put" }, cleared]);
    for (const change of [{}, { query: { types: ["Added"] } }] satisfies ReadonlyArray<Change>) {
      const it = seenIn(store, memoryStates(), { codec: renamed, ...change });
      assert.equal((await run(it.catchUp())).state.at[0], 1);
    }
  });

  it("waits for a position beyond the head", async () => {
    const store = await storeOf([added(1)]);
    const caughtUp = run(seenIn(store, memoryStates()).catchUp({ through: 3 }));
    await append(store, [added(2), added(3)]);
    assert.deepEqual(await caughtUp, { state: { sum: 6, at: [1, 2, 3] }, position: 3 });
  });

  it("does not wait at the head, and reads nothing if it is there", async () => {
    const sound = await storeOf([added(1)]);
    const states = memoryStates();
    await run(seenIn(sound, states).catchUp());
    const store: EventStore = { ...sound, follow: () => () => assert.fail("it was read") };
    assert.equal((await run(seenIn(store, states).catchUp())).position, 1);
  });

  it("reads what is flushed only", async () => {
    const sound = await storeOf([added(1), added(2)]);
    const store: EventStore = { ...sound, read: () => assert.fail("it was read unflushed") };
    assert.equal((await run(seenIn(store, memoryStates()).catchUp())).state.sum, 3);
  });

  it("saves now and then, and at the end", async () => {
    const store = await storeOf(Array.from({ length: 10 }, (_, n) => added(n)));
    const { states, saved } = watched(memoryStates());
    const options = { pageRecordsMax: 2, saveEveryPositions: 3 };
    await run(seenIn(store, states).catchUp(options));
    assert.deepEqual(saved, [4, 8, 10]);
  });

  it("that another program keeps up to date too goes on from what that one has saved", async () => {
    const store = await storeOf(Array.from({ length: 9 }, (_, n) => added(n)));
    const states = memoryStates();
    const options = { pageRecordsMax: 1, saveEveryPositions: 2 };
    const both = [seenIn(store, states), seenIn(store, states)].map((one) =>
      run(one.catchUp(options))
    );
    for (const one of await Promise.all(both)) {
      assert.deepEqual(one, { state: await folded(store), position: 9 });
    }
    // A slow one wakes up after a fast one has saved its state at 9.
    const slow = seenIn(store, { ...states, load: onceNone(states.load) });
    assert.equal((await run(slow.catchUp({ through: 3, ...options }))).position, 9);
    assert.deepEqual(await run(seenIn(store, states).read), {
      state: await folded(store),
      position: 9,
    });
  });

  it("saves over what another program saved that is further behind", async () => {
    const sound = await storeOf([added(1), added(2), added(3)]);
    let readings = 0;
    const follow: EventStore["follow"] = (query, range) => {
      readings += 1;
      return sound.follow(query, range);
    };
    const store: EventStore = { ...sound, follow };
    const states = memoryStates();
    let overtakes = true;
    const save: ProjectionStore["save"] = (name, saved, after) => async () => {
      if (overtakes) {
        overtakes = false;
        await run(seenIn(sound, states).catchUp({ through: 1, pageRecordsMax: 1 }));
      }
      return await states.save(name, saved, after)();
    };
    await run(seenIn(store, { ...states, save }).catchUp());
    assert.equal((await run(seenIn(store, states).read)).position, 3);
    assert.equal(readings, 1, "what it had folded was folded again");
  });
});

describe("a projection stops", () => {
  it("where the view throws, with what stands before saved, and goes on when it is mended", async () => {
    const store = await storeOf([added(1), added(2), added(3), added(4)]);
    for (const pageRecordsMax of [1, 2, 3, 9]) {
      const states = memoryStates();
      const stopped = await fault(
        seenIn(store, states, { view: throwsAt(3) }).catchUp({ pageRecordsMax }),
      );
      assert(stopped._tag === "Stopped");
      assert.deepEqual([stopped.at, stopped.projection], [2, "seen"]);
      const { state, position } = await run(seenIn(store, states).read);
      assert.deepEqual([state, position], [{ sum: 3, at: [1, 2] }, 2]);
      assert.equal((await run(seenIn(store, states).catchUp())).state.sum, 10);
    }
  });

  it("where a record cannot be decoded", async () => {
    const store = await storeOf([added(1), undecodable]);
    const states = memoryStates();
    assert.equal((await fault(seenIn(store, states).catchUp()))._tag, "Undecodable");
    assert.equal((await run(seenIn(store, states).read)).position, 1);
  });

  it("by its signal between pages, with what is folded saved", async () => {
    const store = await storeOf(Array.from({ length: 9 }, (_, n) => added(n)));
    for (let pages = 0; pages < 9; pages++) {
      const states = memoryStates();
      const signal = { aborted: pages === 0 };
      const onProgress = ({ position }: Progress) => signal.aborted = position >= pages;
      const options = { signal, onProgress, pageRecordsMax: 1 };
      assert.equal((await fault(seenIn(store, states).catchUp(options)))._tag, "Cancelled");
      const { state, position } = await run(seenIn(store, states).read);
      assert.deepEqual([state, position], [await folded(store, seen, pages), pages]);
    }
  });

  it("at a page that is not the next one", async () => {
    const sound = await storeOf([added(1), added(2), added(3)]);
    const store: EventStore = {
      ...sound,
      follow: (query, range) => sound.follow(query, { ...range, after: 1 }),
    };
    const gap = await fault(seenIn(store, memoryStates()).catchUp());
    assert(gap._tag === "Gap");
    assert.deepEqual([gap.wanted, gap.found], [0, 1]);
  });

  it("when its state cannot be kept", async () => {
    const store = await storeOf([added(1)]);
    const sound = memoryStates();
    const full = { _tag: "WriteFailed", stored: "no", cause: "full" } as const;
    const states: ProjectionStore = { ...sound, save: () => TE.left(full) };
    assert.deepEqual(await fault(seenIn(store, states).catchUp()), full);
    assert.deepEqual(await fault(seenIn(store, states).rebuild()), full);
  });

  it("in another history", async () => {
    const states = memoryStates();
    await run(seenIn(await storeOf([added(1), added(2)]), states).catchUp());
    const others = [[], [added(1)], [added(1), added(3)], [added(1), added(3), added(4)]];
    for (const events of others) {
      const store = await storeOf(events);
      const it = seenIn(store, states);
      for (const task of [it.read, it.catchUp()]) {
        const diverged = await fault(task);
        assert(diverged._tag === "HistoryDiverged");
        assert.equal(diverged.bookmark.position, 2);
        assert.notEqual(diverged.bookmark.hash, "");
      }
    }
    const store = await storeOf([added(1)]);
    assert.equal((await run(seenIn(store, states).rebuild())).position, 1);
    assert.deepEqual((await run(seenIn(store, states).catchUp())).state, { sum: 1, at: [1] });
  });

  it("when its definition has changed", async () => {
    const store = await storeOf([added(1), cleared]);
    const changes: ReadonlyArray<Change> = [
      { version: 2 },
      { query: { category: "s" } },
      { query: { types: ["Added"] } },
      { query: [] },
    ];
    for (const change of changes) {
      const states = memoryStates();
      await run(seenIn(store, states).catchUp());
      const it = seenIn(store, states, change);
      for (const task of [it.read, it.catchUp()]) {
        const outdated = await fault(task);
        assert(outdated._tag === "Outdated");
        assert.equal(outdated.at, 2);
      }
      const rebuilt = await run(it.rebuild());
      assert.deepEqual(await run(it.read), rebuilt);
    }
  });

  it("but not because its types stand in another order", async () => {
    const store = await storeOf([added(1)]);
    const states = memoryStates();
    await run(seenIn(store, states, { query: { types: ["Added", "Cleared"] } }).catchUp());
    await run(seenIn(store, states, { query: { types: ["Cleared", "Added"] } }).read);
    await run(seenIn(store, states).read);
  });
});

describe("a rebuild", () => {
  it("that is stopped leaves the old state", async () => {
    const store = await storeOf(Array.from({ length: 9 }, (_, n) => added(n)));
    const states = memoryStates();
    await run(seenIn(store, states).catchUp({ through: 5, pageRecordsMax: 1 }));
    const before = await run(seenIn(store, states).read);
    const signal = { aborted: false };
    const options = {
      signal,
      pageRecordsMax: 1,
      onProgress: ({ position }: Progress) => signal.aborted = position === 7,
    };
    assert.equal((await fault(seenIn(store, states).rebuild(options)))._tag, "Cancelled");
    assert.equal(
      (await fault(seenIn(store, states, { view: throwsAt(8) }).rebuild()))._tag,
      "Stopped",
    );
    assert.deepEqual(await run(seenIn(store, states).read), before);
  });

  it("of an empty log leads to the initial state", async () => {
    const states = memoryStates();
    await run(seenIn(await storeOf([added(1)]), states).catchUp());
    const store = await storeOf([]);
    assert.deepEqual(await run(seenIn(store, states).rebuild()), { state: none, position: 0 });
    assert.deepEqual(await run(seenIn(store, states).catchUp()), { state: none, position: 0 });
  });

  it("tells how far it has come, and how fast, by the clock it is given", async () => {
    const store = await storeOf(Array.from({ length: 4 }, (_, n) => added(n)));
    const told: Array<Progress> = [];
    let ms = 0;
    await run(
      seenIn(store, memoryStates()).rebuild({
        pageRecordsMax: 2,
        onProgress: (progress) => told.push(progress),
        now: () => (ms += 500) - 500,
      }),
    );
    assert.deepEqual(told, [
      { position: 2, head: 4, eventsPerSecond: 4, secondsLeft: 0.5 },
      { position: 4, head: 4, eventsPerSecond: 4, secondsLeft: 0 },
    ]);
    let last: Progress | undefined;
    await run(seenIn(store, memoryStates()).rebuild({ onProgress: (one) => last = one }));
    assert.deepEqual(last, { position: 4, head: 4 });
  });
});

describe("a state", () => {
  const state = t.type({ sum: t.number, at: t.readonlyArray(t.number) });

  it("is written through its codec, and read through it", async () => {
    const store = await storeOf([added(1), added(2)]);
    const dated = new t.Type<Date, number, unknown>(
      "Dated",
      (value): value is Date => value instanceof Date,
      (value, context) =>
        typeof value === "number" ? t.success(new Date(value)) : t.failure(value, context),
      (date) => date.getTime(),
    );
    const view: View<Recorded<Event>, Date> = {
      initialState: new Date(0),
      evolve: (date, { position }) => new Date(date.getTime() + position),
    };
    const states = memoryStates();
    const latest = () => projection({ name: "latest", codec, view, store, states, state: dated });
    await run(latest().catchUp({ through: 1, pageRecordsMax: 1 }));
    await run(latest().catchUp());
    const loaded = await run(states.load("latest"));
    assert(O.isSome(loaded));
    assert.equal(loaded.value.state, 3);
    assert.deepEqual((await run(latest().read)).state, new Date(3));
  });

  it("that does not fit its codec is not saved", async () => {
    const store = await storeOf([added(1)]);
    const states = memoryStates();
    const evolve = () => ({ sum: NaN, at: ["x"] }) as unknown as Seen; // A view that lies.
    const unencodable = await fault(
      seenIn(store, states, { state, view: { ...seen, evolve } }).catchUp(),
    );
    assert(unencodable._tag === "Unencodable");
    assert.deepEqual([unencodable.type, unencodable.path], ["seen", "at[0]"]);
    assert.deepEqual(await run(states.load("seen")), O.none);
  });

  it("that was saved in another form stops the projection until it is rebuilt", async () => {
    const store = await storeOf([added(1)]);
    const states = memoryStates();
    await run(seenIn(store, states).catchUp());
    const loaded = await run(states.load("seen"));
    assert(O.isSome(loaded));
    await run(states.save("seen", { ...loaded.value, state: { sum: "1" } }, "any"));
    const stopped = await fault(seenIn(store, states, { state }).read);
    assert(stopped._tag === "Stopped");
    assert.match(String(stopped.cause), /sum/);
    await run(seenIn(store, states, { state }).rebuild());
    assert.equal((await run(seenIn(store, states, { state }).read)).state.sum, 1);
  });
});

/** States that remember through which positions they were saved. */
function watched(sound: ProjectionStore) {
  const saved: Array<Position> = [];
  const save: ProjectionStore["save"] = (name, state, after) => {
    saved.push(state.bookmark.position);
    return sound.save(name, state, after);
  };
  return { states: { ...sound, save }, saved };
}

function onceNone(load: ProjectionStore["load"]): ProjectionStore["load"] {
  let isFirst = true;
  return (name) => {
    if (!isFirst) return load(name);
    isFirst = false;
    return TE.right(O.none);
  };
}
