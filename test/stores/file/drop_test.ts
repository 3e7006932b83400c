import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf, streamsOf, toStream } from "../../../stores/conformance/words.ts";
import {
  type FileStore,
  openFileStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { diskOf, type Files, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { filled, LONG, positionsOf, small, upTo } from "../../support/dropped_store.ts";
import { type HeldCall, heldStorage } from "../../support/held_storage.ts";

async function reopened(storage: StoragePort, options = small): Promise<FileStore> {
  return await ok(openFileStore(await diskOf(filesIn(storage), { boot: 2, seed: 2 }), options));
}

describe("what is dropped", () => {
  test("is gone with its files, and what is above stays as it was", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const before = await recordsOf(store);
    const { floor, segments } = await ok(store.dropBelow(25));
    assert.ok(floor > 1 && floor <= 25 && segments > 1);
    const kept = before.slice(floor - 1);
    const check = async (one: FileStore): Promise<void> => {
      assert.deepEqual(await recordsOf(one), kept);
      const backward = await recordsOf(one, {}, { direction: "backward" });
      assert.deepEqual(backward, [...kept].reverse());
      assert.deepEqual(
        await recordsOf(one, { stream: "s-1" }),
        kept.filter(({ stream }) => stream === "s-1"),
      );
      assert.equal(O.toUndefined(await ok(one.streamInfo("s-1")))?.version, 20);
      assert.equal(await ok(one.head), 40);
    };
    await check(store);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    await check(reader);
    await ok(reader.close);
    assert.equal((await ok(store.append(toStream("s-1", ["T"], 20)))).last, 41);
    await ok(store.close);
    const names = [...filesIn(disk).keys()];
    assert.ok(!names.includes("segment-0000000001-0000000001.log"));
    assert.deepEqual(names.filter((name) => name.startsWith("index-0000000001")), []);
    for (const mode of ["existing", "readOnly", "salvage"] as const) {
      const again = await reopened(disk, { mode });
      assert.deepEqual(positionsOf(await recordsOf(again)), upTo(floor, 41), mode);
      await ok(again.close);
    }
  });

  test("gets no index run of what waited for one", async () => {
    const { storage, hold } = heldStorage(await diskOf());
    const isRun = ({ operation, name }: HeldCall): boolean =>
      operation === "create" && name.startsWith("index-");
    const held = hold(isRun);
    const later: string[] = [];
    // It holds nothing, and hears of every run that is begun after the one that is held.
    hold((call) => isRun(call) && later.push(call.name.slice(0, 16)) === 0);
    const store = await filled(storage, 11);
    await held.reached;
    const dropping = ok(store.dropBelow(11, { forget: true }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    held.release();
    assert.equal((await dropping).floor, 11, "the second segment waited for its run");
    const again = await ok(store.append(toStream("s-1", ["T"], 0)));
    assert.equal(again.versions.get("s-1"), 1);
    await ok(store.close);
    assert.deepEqual(later, ["index-0000000003"]);
  });

  test("is not there for an index that is made again either", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const { floor } = await ok(store.dropBelow(25));
    await ok(store.close);
    const bare = namesOf(filesIn(disk), "index").reduce<Files>(
      (files, name) => withFile(files, name, undefined),
      filesIn(disk),
    );
    const again = await ok(openFileStore(await diskOf(bare, { seed: 2 }), small));
    assert.deepEqual(positionsOf(await recordsOf(again)), upTo(floor, 40));
    assert.deepEqual(positionsOf(await recordsOf(again, { stream: "s-0" }))[0]! >= floor, true);
    await ok(again.append(toStream("s-0", ["T"], 20)));
    await ok(again.close);
  });

  test("is told as below the floor, and never as nothing", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const old = await ok(store.bookmark(5));
    const { floor } = await ok(store.dropBelow(25));
    const last = floor - 1;
    const below = await fault(store.read({}, { after: 5 }), "BelowFloor");
    assert.deepEqual([below.position, below.floor], [5, floor]);
    await fault(store.read({}, { until: 5 }), "BelowFloor");
    await fault(store.read({}, { after: 5, direction: "backward" }), "BelowFloor");
    await fault(store.follow({}, { after: 5 }), "BelowFloor");
    await fault(store.bookmark(old.position), "BelowFloor");
    await fault(store.positionAt(new Date(1)), "BelowFloor");
    assert.deepEqual(positionsOf(await recordsOf(store, {}, { after: last })), upTo(floor, 40));
    assert.equal(await ok(store.positionAt(new Date(8e12))), 40);
    await ok(store.close);
  });

  test("is resumed behind by who had read all of it", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const bookmarks = await Promise.all(
      upTo(1, 40).map((position) => ok(store.bookmark(position))),
    );
    const { floor } = await ok(store.dropBelow(25));
    const check = async (one: FileStore): Promise<void> => {
      for (const position of upTo(floor - 1, 40)) {
        assert.deepEqual(await ok(one.bookmark(position)), bookmarks[position - 1]);
      }
    };
    await check(store);
    await ok(store.close);
    const again = await reopened(disk);
    await check(again);
    await ok(again.close);
  });

  test("ends a read that is under way with a fault", async () => {
    const store = await filled(await diskOf());
    const first = await ok(store.read({}, { pageRecordsMax: 3 }));
    assert.deepEqual(positionsOf(first.records), [1, 2, 3]);
    await ok(store.dropBelow(25));
    assert(O.isSome(first.next));
    await fault(first.next.value, "BelowFloor");
    await ok(store.close);
  });

  test("reaches a reader that is open, and its reads", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    const first = await ok(reader.read({}, { pageRecordsMax: 3 }));
    const { floor } = await ok(store.dropBelow(25));
    assert(O.isSome(first.next));
    await fault(first.next.value, "BelowFloor");
    assert.deepEqual(positionsOf(await recordsOf(reader)), upTo(floor, 40));
    await ok(reader.close);
    await ok(store.close);
  });

  test("is no problem for whoever verifies and counts", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const { floor } = await ok(store.dropBelow(25));
    await ok(store.close);
    const { problems, strays, records } = await ok(verifyStore(disk, { isDeep: true }));
    assert.deepEqual([problems, strays], [[], []]);
    assert.equal(records, 41 - floor);
    assert.equal((await ok(storeStats(disk))).records, 41 - floor);
  });

  test("may be everything but the segment that is written to", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const { floor } = await ok(store.dropBelow(1_000));
    assert.ok(floor > 30 && floor <= 41);
    await ok(store.append(toStream("s-0", ["T"])));
    assert.deepEqual(positionsOf(await recordsOf(store)), upTo(floor, 41));
    const nothing = await ok(store.dropBelow(1));
    assert.deepEqual(nothing, { floor, segments: 0 });
    await ok(store.close);
  });

  test("is refused where nothing is written, and for what is no position", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    for (const position of [0, -1, 1.5, Number.NaN]) {
      await fault(store.dropBelow(position), "Refused");
    }
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    await fault(reader.dropBelow(25), "WriteFailed");
    await ok(reader.close);
    await ok(store.close);
    await fault(store.dropBelow(25), "Closed");
    assert.equal((await recordsOf(await reopened(disk))).length, 40);
  });
});

describe("a stream that lives only below the floor", () => {
  async function withOld(disk: StoragePort): Promise<FileStore> {
    const store = await ok(openFileStore(disk, small));
    await ok(store.append({ ...toStream("old-1", ["T", "T"]), commitId: "c-old" }));
    await ok(store.append(toStream("old-2", ["T"])));
    for (let nth = 0; nth < 40; nth++) await ok(store.append(toStream("new-1", [LONG])));
    return store;
  }

  test("keeps the log from being dropped, unless it is tombstoned", async () => {
    const disk = await diskOf();
    const store = await withOld(disk);
    const files = namesOf(filesIn(disk), "segment");
    const { streams } = await fault(store.dropBelow(30), "WouldForget");
    assert.deepEqual([...streams].sort(), ["old-1", "old-2"]);
    assert.deepEqual(namesOf(filesIn(disk), "segment"), files, "nothing was removed");
    await ok(store.tombstoneStream("old-1"));
    assert.deepEqual((await fault(store.dropBelow(30), "WouldForget")).streams, ["old-2"]);
    await ok(store.tombstoneStream("old-2"));
    assert.ok((await ok(store.dropBelow(30))).segments > 0);
    await ok(store.close);
  });

  test("is forgotten with its commit ids if that is asked for", async () => {
    const disk = await diskOf();
    const store = await withOld(disk);
    await ok(store.dropBelow(30, { forget: true }));
    const check = async (one: FileStore): Promise<void> => {
      assert.equal(O.isNone(await ok(one.streamInfo("old-1"))), true);
      assert.deepEqual((await streamsOf(one)).map(({ stream }) => stream), ["new-1"]);
    };
    await check(store);
    await ok(store.close);
    const again = await reopened(disk);
    await check(again);
    const commit = { ...toStream("old-1", ["T"], "noStream"), commitId: "c-old" };
    const appended = await ok(again.append(commit));
    assert.deepEqual([appended.repeated, appended.versions.get("old-1")], [false, 1]);
    await ok(again.close);
  });

  test("is kept by one flushed record above", async () => {
    const store = await withOld(await diskOf());
    for (const stream of ["old-1", "old-2"]) await ok(store.append(toStream(stream, ["T"])));
    assert.ok((await ok(store.dropBelow(30))).segments > 0);
    assert.equal(O.toUndefined(await ok(store.streamInfo("old-1")))?.version, 3);
    await ok(store.close);
  });

  test("keeps its cut above the floor, and needs none below", async () => {
    const disk = await diskOf();
    const store = await withOld(disk);
    await ok(store.append(toStream("old-1", ["T"])));
    await ok(store.truncateStream("old-1", 3));
    await ok(store.tombstoneStream("old-2"));
    await ok(store.dropBelow(30));
    await ok(store.close);
    const again = await reopened(disk);
    const versions = (await recordsOf(again, { stream: "old-1" })).map(({ version }) => version);
    assert.deepEqual(versions, [3]);
    await fault(again.append(toStream("old-2", ["T"])), "StreamTombstoned");
    await ok(again.close);
  });
});
