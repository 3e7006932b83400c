import * as O from "fp-ts/lib/Option.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Query } from "../../../src/query.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import { type FileStore, type FileStoreOptions, openFileStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { fault, ok, recordsOf, streamsOf, toStream } from "../../../stores/conformance/words.ts";
import { diskOf, filesIn, namesOf } from "../../support/disk.ts";

const small: FileStoreOptions = { segmentBytesMax: 1024, flushMs: 0 };

// ---------------------------------------------------------------------------
// the model: an array, and where each stream begins
// ---------------------------------------------------------------------------

interface Model {
  readonly records: Array<{ readonly stream: string; readonly version: number; type: string }>;
  readonly begins: Map<string, number>;
  readonly ended: Set<string>;
}

function emptyModel(): Model {
  return { records: [], begins: new Map(), ended: new Set() };
}

function versionIn({ records }: Model, stream: string): number {
  return records.filter((record) => record.stream === stream).length;
}

/** The positions of what is left to be read. */
function leftIn(model: Model, wanted: (record: Model["records"][number]) => boolean): number[] {
  return model.records.flatMap((record, at) => {
    const { stream, version } = record;
    const isLeft = !model.ended.has(stream) && version >= (model.begins.get(stream) ?? 1);
    return isLeft && wanted(record) ? [at + 1] : [];
  });
}

const streams = ["a-1", "a-2", "b-1", "__proto__"];

type Act =
  | { readonly act: "append"; readonly stream: string; readonly events: number }
  | { readonly act: "truncate"; readonly stream: string; readonly share: number }
  | { readonly act: "tombstone"; readonly stream: string }
  | { readonly act: "reopen" }
  | { readonly act: "reindex" };

const stream = fc.constantFrom(...streams);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("append" as const),
      stream,
      events: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("truncate" as const),
      stream,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("tombstone" as const), stream }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("reopen" as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("reindex" as const) }) },
);

/** Does the same to a store and to the model; gives the store, which may be another one then. */
async function perform(
  storage: StoragePort,
  store: FileStore,
  model: Model,
  one: Act,
): Promise<FileStore> {
  switch (one.act) {
    case "append": {
      const types = Array.from({ length: one.events }, (_, nth) => nth % 2 === 0 ? "Even" : "Odd");
      const expected = versionIn(model, one.stream);
      const commit = toStream(one.stream, types, expected);
      if (model.ended.has(one.stream)) {
        const { stream } = await fault(store.append(commit), "StreamTombstoned");
        assert.equal(stream, one.stream);
        return store;
      }
      await ok(store.append(commit));
      types.forEach((type, nth) => {
        model.records.push({ stream: one.stream, version: expected + nth + 1, type });
      });
      return store;
    }
    case "truncate": {
      const version = versionIn(model, one.stream);
      const before = Math.max(1, Math.ceil(one.share * version));
      await ok(store.truncateStream(one.stream, before));
      model.begins.set(one.stream, Math.max(before, model.begins.get(one.stream) ?? 1));
      return store;
    }
    case "tombstone":
      await ok(store.tombstoneStream(one.stream));
      model.ended.add(one.stream);
      return store;
    case "reopen":
    case "reindex":
      await ok(store.close);
      if (one.act === "reindex") {
        for (const name of namesOf(filesIn(storage), "index")) await storage.remove(name);
      }
      return await ok(openFileStore(storage, small));
  }
}

const queries: ReadonlyArray<
  readonly [Query, (record: Model["records"][number]) => boolean]
> = [
  [{}, () => true],
  ...streams.map((stream): readonly [Query, (record: { stream: string }) => boolean] => [
    { stream },
    (record) => record.stream === stream,
  ]),
  [{ category: "a" }, ({ stream }) => stream.startsWith("a-")],
  [{ types: ["Odd"] }, ({ type }) => type === "Odd"],
];

const positionsOf = (records: ReadonlyArray<Recorded<Encoded>>): number[] =>
  records.map(({ position }) => position);

/** Whoever reads, in whatever way, sees what the model has left. */
async function assertLeft(store: FileStore, model: Model): Promise<void> {
  for (const [query, wanted] of queries) {
    const left = leftIn(model, wanted);
    assert.deepEqual(positionsOf(await recordsOf(store, query)), left);
    const backward = await recordsOf(store, query, { direction: "backward" });
    assert.deepEqual(positionsOf(backward), [...left].reverse());
    const matching = { failIfEventsMatch: query };
    const commit = { ...toStream("free", ["Free"]), writes: [], condition: matching };
    if (left.length === 0) await ok(store.append(commit));
    else await fault(store.append(commit), "Conflict");
  }
  const all = await ok(store.read({}));
  assert.equal(all.through, model.records.length, "a page covers what it leaves out");
  for (const stream of streams) {
    const info = O.toUndefined(await ok(store.streamInfo(stream)));
    const version = versionIn(model, stream);
    assert.equal(info?.version ?? 0, model.ended.has(stream) ? 0 : version);
  }
  const listed = (await streamsOf(store)).map((info) => info.stream).sort();
  const wanted = streams.filter((one) => versionIn(model, one) > 0 && !model.ended.has(one)).sort();
  assert.deepEqual(listed, wanted);
}

// ---------------------------------------------------------------------------
// what holds
// ---------------------------------------------------------------------------

describe("a stream that is cut", () => {
  test("is read from there on, by every way of reading, whatever else is done", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 24 }), async (acts) => {
        const storage = await diskOf();
        const model = emptyModel();
        let store = await ok(openFileStore(storage, small));
        for (const one of acts) store = await perform(storage, store, model, one);
        await assertLeft(store, model);
        const reader = await ok(openFileStore(storage, { mode: "readOnly" }));
        await assertLeft({ ...reader, append: store.append }, model);
        await ok(reader.close);
        await ok(store.close);
        for (const mode of ["existing", "salvage"] as const) {
          const again = await ok(openFileStore(await diskOf(filesIn(storage), { seed: 2 }), {
            mode,
          }));
          const left = leftIn(model, () => true);
          assert.deepEqual(positionsOf(await recordsOf(again)), left, mode);
          await ok(again.close);
        }
      }),
      { numRuns: process.env.LEFTFOLD_SOAK === "1" ? 1_000 : 40 },
    );
  });

  test("keeps its last record, so that a cut behind it is refused", async () => {
    const store = await ok(openFileStore(await diskOf()));
    await ok(store.append(toStream("a-1", ["A", "B"])));
    const refused = await fault(store.truncateStream("a-1", 3), "Refused");
    assert.match(refused.wanted, /at most 2/);
    await fault(store.truncateStream("none", 2), "Refused");
    for (const before of [0, -1, 1.5, Number.NaN, Infinity]) {
      await fault(store.truncateStream("a-1", before), "Refused");
    }
    await fault(store.truncateStream("", 1), "Refused");
    await fault(store.tombstoneStream("\ud800"), "Refused");
    await ok(store.truncateStream("none", 1));
    assert.equal((await recordsOf(store)).length, 2);
    await ok(store.close);
  });

  test("as far already writes nothing", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(toStream("a-1", ["A", "B", "C"])));
    await ok(store.truncateStream("a-1", 3));
    const size = (): number =>
      [...filesIn(disk).values()].reduce((sum, one) => sum + one.length, 0);
    const before = size();
    await ok(store.truncateStream("a-1", 3));
    await ok(store.truncateStream("a-1", 2));
    assert.equal(size(), before);
    await ok(store.tombstoneStream("a-1"));
    const ended = size();
    await ok(store.tombstoneStream("a-1"));
    await ok(store.truncateStream("a-1", 3));
    assert.equal(size(), ended);
    await ok(store.close);
  });

  test("is not cut by who only reads", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(toStream("a-1", ["A", "B"])));
    await ok(store.close);
    for (const mode of ["readOnly", "salvage"] as const) {
      const reader = await ok(openFileStore(disk, { mode }));
      await fault(reader.truncateStream("a-1", 2), "WriteFailed");
      await fault(reader.tombstoneStream("a-1"), "WriteFailed");
      await ok(reader.close);
      await fault(reader.tombstoneStream("a-1"), "Closed");
    }
  });

  test("counts what was appended before it was called, and stops what is appended after", async () => {
    const store = await ok(openFileStore(await diskOf()));
    const [, cut, , ended, late] = await Promise.all([
      store.append(toStream("a-1", ["A", "B", "C"]))(),
      store.truncateStream("a-1", 3)(),
      store.append(toStream("a-1", ["D"], 3))(),
      store.tombstoneStream("b-1")(),
      store.append(toStream("b-1", ["E"]))(),
    ]);
    assert.deepEqual([cut._tag, ended._tag], ["Right", "Right"]);
    assert(late._tag === "Left");
    assert.equal(late.left._tag, "StreamTombstoned");
    assert.deepEqual(positionsOf(await recordsOf(store)), [3, 4]);
    await ok(store.close);
  });

  test("answers a known commit id still, since that was stored before", async () => {
    const store = await ok(openFileStore(await diskOf()));
    const commit = { ...toStream("a-1", ["A"]), commitId: "c1" };
    await ok(store.append(commit));
    await ok(store.tombstoneStream("a-1"));
    assert.equal((await ok(store.append(commit))).repeated, true);
    await fault(store.append({ ...commit, commitId: "c2" }), "StreamTombstoned");
    await ok(store.close);
  });

  test("is followed without its cut records, and the follower goes on", async () => {
    const store = await ok(openFileStore(await diskOf()));
    await ok(store.append(toStream("a-1", ["A", "B", "C"])));
    await ok(store.truncateStream("a-1", 3));
    const page = await ok(store.follow({}));
    assert.deepEqual(positionsOf(page.records), [3]);
    assert.equal(page.through, 3);
    assert(O.isSome(page.next));
    const waiting = page.next.value();
    await ok(store.append(toStream("a-1", ["D"])));
    const next = await waiting;
    assert(next._tag === "Right");
    assert.deepEqual(positionsOf(next.right.records), [4]);
    await ok(store.close);
  });

  test("counts as the newest of its stream, also out of an index run", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(toStream("a-1", ["A", "B", "C", "D"])));
    await ok(store.truncateStream("a-1", 2));
    await ok(store.truncateStream("a-1", 4));
    await ok(store.close);
    const again = await ok(openFileStore(disk));
    assert.deepEqual(positionsOf(await recordsOf(again)), [4]);
    await ok(again.close);
  });

  test("counts as the newest of its stream, also out of several index runs", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk, small));
    await ok(store.append(toStream("a-1", ["A", "B", "C", "D"])));
    for (const before of [2, 3, 4]) {
      await ok(store.truncateStream("a-1", before));
      // Enough for the next cut to be in another segment.
      for (let nth = 0; nth < 12; nth++) {
        await ok(store.append(toStream(`b-${nth}`, ["a type with a name of some length"])));
      }
    }
    await ok(store.close);
    assert.ok(namesOf(filesIn(disk), "index").length >= 3);
    const again = await ok(openFileStore(disk, small));
    assert.deepEqual(positionsOf(await recordsOf(again, { stream: "a-1" })), [4]);
    await ok(again.close);
  });
});
