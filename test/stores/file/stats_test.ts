import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fault, ok, streamsOf } from "../../../stores/conformance/words.ts";
import { SEGMENT_HEADER_BYTES } from "../../../stores/file/format/segment.ts";
import {
  fileStates,
  openFileStore,
  repairStore,
  type StoreStats,
  storeStats,
} from "../../../stores/file/mod.ts";
import { type ClosedStore, smallStore } from "../../support/closed_store.ts";
import { bytesOf, diskOf, type Files, filesIn, namesOf } from "../../support/disk.ts";
import { faultyStorage, type StorageCall } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";
import { planned } from "../../support/repairing.ts";

let store: ClosedStore;
before(async () => {
  store = await smallStore();
});

const sizeOf = (files: Files, names: ReadonlyArray<string>): number =>
  names.reduce((sum, name) => sum + bytesOf(files, name).length, 0);

function assertWhole({ sizes, segmentBytes, indexBytes }: StoreStats): void {
  const { log, index } = sizes;
  assert.equal(log.closed + log.active + log.strays, segmentBytes);
  assert.equal(Object.values(index).reduce((sum, bytes) => sum + bytes, 0), indexBytes);
}

describe("the sizes of a store", () => {
  test("say what each file is for, and make up the sums", async () => {
    const disk = await diskOf(store.files);
    const bookmark = { position: 1, hash: "a" };
    await ok(fileStates(disk).save("seats", { definition: "1", bookmark, state: 1 }, 0));
    const stats = await ok(storeStats(disk));
    const files = filesIn(disk);
    const segments = namesOf(files, "segment");
    assertWhole(stats);
    assert.equal(stats.segmentBytes, sizeOf(files, segments));
    assert.equal(stats.indexBytes, sizeOf(files, namesOf(files, "index")));
    assert.deepEqual(stats.sizes.log, {
      closed: sizeOf(files, segments.slice(0, -1)),
      active: sizeOf(files, segments.slice(-1)),
      strays: 0,
    });
    for (const [part, bytes] of Object.entries(stats.sizes.index)) {
      assert.equal(bytes > 0, part !== "unused", part);
      assert.equal(bytes % 4096, 0, part);
    }
    assert.equal(stats.sizes.claims, sizeOf(files, namesOf(files, "writer")));
    assert.equal(stats.sizes.states, sizeOf(files, namesOf(files, "projection")));
    const all = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    assert.equal(stats.segmentBytes + stats.indexBytes + stats.otherBytes, all);
  });

  test("tell what a repair has left outside", async () => {
    const disk = await diskOf(store.files);
    await ok(repairStore(disk, await planned(disk, { segment: 2, offset: SEGMENT_HEADER_BYTES })));
    const stats = await ok(storeStats(disk));
    assertWhole(stats);
    const [first, second, third] = namesOf(store.files, "segment");
    assert.deepEqual(stats.torn, []);
    const to = bytesOf(store.files, second!).length;
    assert.deepEqual(stats.outside, [{ file: second, from: SEGMENT_HEADER_BYTES, to }]);
    assert.deepEqual(stats.strays, [third]);
    assert.equal(stats.sizes.log.strays, bytesOf(store.files, third!).length);
    assert.equal(stats.sizes.log.closed, sizeOf(store.files, [first!, second!]));
    assert.deepEqual(stats.unused, namesOf(store.files, "index").slice(1));
    assert(stats.sizes.index.unused > 0);
  });
});

describe("the number of streams", () => {
  test("is what a listing gives, in runs and in memory, without those that are tombstoned", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk, { segmentBytesMax: 1024 }));
    for (let nth = 0; nth < 30; nth++) {
      await ok(writer.append(sampleCommit(`${nth}`, [`a-${nth % 20}`, `b-${nth}`], 20)));
    }
    await ok(writer.tombstoneStream("b-3"));
    const listed = await streamsOf(writer);
    assert.equal(listed.length, 49);
    assert.equal((await ok(storeStats(disk))).streams, 49);
    await ok(writer.close);
    assert.equal((await ok(storeStats(disk))).streams, 49);
  });

  test("is counted in the index: no record of an indexed segment is read", async () => {
    const calls: StorageCall[] = [];
    const watched = faultyStorage(await diskOf(store.files), (call) => {
      calls.push(call);
      return undefined;
    });
    assert.equal((await ok(storeStats(watched))).streams, 4);
    const [first] = namesOf(store.files, "segment");
    const read = calls.filter(({ name, operation }) => name === first && operation === "read");
    // One look whether anything stands behind its end.
    assert(read.length <= 2, `${read.length} reads`);
  });
});

test("stats end with Cancelled when their signal says so", async () => {
  const disk = await diskOf(store.files);
  await fault(storeStats(disk, { signal: { aborted: true } }), "Cancelled");
});
