import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Encoded, Proposed } from "../../../../src/record.ts";
import { run } from "../../../../src/run.ts";
import {
  appendAll,
  event,
  fault,
  pagesOf,
  proposing,
  recordsOf,
} from "../../../../stores/conformance/words.ts";
import { type FileStore, openFileStore } from "../../../../stores/file/mod.ts";
import type { StoragePort } from "../../../../stores/file/storage.ts";
import { memoryStorage } from "../../../../stores/storage/memory.ts";
import { withReads } from "../../../support/altered_reads.ts";
import { systemError } from "../../../support/faulty_storage.ts";

/** A storage, and how many bytes each read of a segment has asked it for. */
function noted(sound: StoragePort, isLater = false): [StoragePort, number[]] {
  const sizes: number[] = [];
  const storage = withReads(sound, "segment-", (file) => (at, into) => {
    sizes.push(into.length);
    // In two pieces, and later, as a storage may answer.
    return isLater
      ? Promise.resolve(file.read(at, into.subarray(0, Math.ceil(into.length / 2))))
      : file.read(at, into);
  });
  return [storage, sizes];
}

const ofBytes = (size: number, nth: number): Proposed<Encoded> => ({
  event: event("Done", [], { nth, text: `${nth % 10}`.repeat(size) }),
});

/** Records of one stream, of so many bytes each, with so many bytes of others behind each. */
async function scattered(
  storage: StoragePort,
  sizes: ReadonlyArray<number>,
  between: number,
): Promise<FileStore> {
  const store = await run(openFileStore(storage));
  for (const [nth, size] of sizes.entries()) {
    await appendAll(store, proposing("wanted", ofBytes(size, nth)));
    if (between > 0) await appendAll(store, proposing("other", ofBytes(between, nth)));
  }
  return store;
}

const short = Array.from({ length: 100 }, () => 100);
const mixed = [10, 900, 1_000, 1_100, 3_000, 3_100, 3_900, 4_100, 9_000, 30, 33_000, 70_000, 100];

describe("frames that lie apart", () => {
  for (const isLater of [false, true]) {
    for (const between of [0, 500, 20_000]) {
      test(`are told whole, ${between} bytes between them, ${isLater ? "later" : "at once"}`, async () => {
        const [storage] = noted(memoryStorage(), isLater);
        const sizes = [...mixed, ...[...mixed].reverse(), ...short];
        const store = await scattered(storage, sizes, between);
        const wanted = sizes.map((size, nth) => ofBytes(size, nth).event.data);
        for (const pageRecordsMax of [1, 7, undefined]) {
          const range = pageRecordsMax === undefined ? {} : { pageRecordsMax };
          const forward = await recordsOf(store, { stream: "wanted" }, range);
          assert.deepEqual(forward.map((record) => record.event.data), wanted);
          const backward = await recordsOf(store, { stream: "wanted" }, {
            ...range,
            direction: "backward",
          });
          assert.deepEqual([...backward].reverse(), forward);
        }
        await run(store.close);
      });
    }
  }

  test("cost a read each, of no more than a KiB if they are short", async () => {
    const [storage, sizes] = noted(memoryStorage());
    const store = await scattered(storage, short, 20_000);
    sizes.length = 0;
    assert.equal((await recordsOf(store, { stream: "wanted" })).length, 100);
    assert.equal(sizes.length, 100);
    assert(Math.max(...sizes) <= 1024, `${Math.max(...sizes)} bytes`);
    await run(store.close);
  });

  test("cost a read each, if they are like the one before", async () => {
    const [storage, sizes] = noted(memoryStorage());
    const store = await scattered(storage, Array.from({ length: 20 }, () => 2_500), 20_000);
    sizes.length = 0;
    assert.equal((await recordsOf(store, { stream: "wanted" })).length, 20);
    // The first is found to be longer than expected, and read anew.
    assert.equal(sizes.length, 21);
    await run(store.close);
  });

  test("are expected to be short again behind one that is", async () => {
    const [storage, sizes] = noted(memoryStorage());
    const store = await scattered(storage, [2_500, ...short], 20_000);
    sizes.length = 0;
    assert.equal((await recordsOf(store, { stream: "wanted" })).length, 101);
    // Of the long one a first part and then all, of the next as much as of that, and then less.
    assert.deepEqual(sizes.map((size) => size <= 1024).slice(0, 4), [true, false, false, true]);
    assert(sizes.slice(3).every((size) => size <= 1024));
    await run(store.close);
  });

  test("are not read if nobody wants them", async () => {
    const [storage, sizes] = noted(memoryStorage());
    const store = await scattered(storage, short, 20_000);
    for (const direction of ["forward", "backward"] as const) {
      sizes.length = 0;
      const [page] = await pagesOf(store.read({ stream: "wanted" }, { direction, recordsMax: 1 }));
      assert.equal(page!.records.length, 1);
      assert.equal(sizes.length, 1, direction);
    }
    await run(store.close);
  });
});

test("frames that lie together are read together", async () => {
  const [storage, sizes] = noted(memoryStorage());
  const store = await scattered(storage, short, 0);
  sizes.length = 0;
  assert.equal((await recordsOf(store, { stream: "wanted" })).length, 100);
  assert.equal(sizes.length, 1);
  await run(store.close);
});

/** Turns a bit of a frame over. */
function turnBit(frame: Uint8Array): void {
  frame[100]! ^= 1;
}

function failToRead(): void {
  throw systemError("EIO");
}

describe("what is sound is given first, and then it is told", () => {
  for (
    const [what, harm, told] of [
      ["that a frame is damaged", turnBit, "Corrupt"],
      ["that a frame cannot be read", failToRead, "ReadFailed"],
    ] as const
  ) {
    test(what, async () => {
      let from = Infinity;
      const store = await scattered(harmedFrom(() => from, harm), short, 20_000);
      const records = await recordsOf(store, { stream: "wanted" });
      from = records[50]!.position;
      const page = await run(store.read({ stream: "wanted" }));
      assert.deepEqual(page.records, records.slice(0, 50));
      assert(page.next._tag === "Some");
      await fault(page.next.value, told);
      from = Infinity;
      await run(store.close);
    });
  }
});

/** A storage that harms what is read of frames, of those from a position on. */
function harmedFrom(position: () => number, harm: (frame: Uint8Array) => void): StoragePort {
  return withReads(memoryStorage(), "segment-", (file) => async (at, into) => {
    const count = await file.read(at, into);
    const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
    if (count > 100 && view.getUint32(24, true) >= position()) harm(into);
    return count;
  });
}
