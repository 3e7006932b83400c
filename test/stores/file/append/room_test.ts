import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { roomBehind } from "../../../../stores/file/append/room.ts";
import { openFileStore, verifyStore } from "../../../../stores/file/mod.ts";
import { simulatedDisk } from "../../../../stores/storage/simulated.ts";
import { ok, recordsOf, toStream } from "../../../../stores/conformance/words.ts";

const facts = fc.record({
  end: fc.nat(10_000),
  roomTo: fc.nat(10_000),
  preallocateBytes: fc.nat(5_000),
  segmentBytesMax: fc.integer({ min: 1_024, max: 10_000 }),
});

test("room is made when there is none left, and never behind the size of a segment", () => {
  fc.assert(fc.property(facts, (one) => {
    const room = roomBehind(one);
    assert.ok(room >= 0 && room <= one.preallocateBytes);
    if (one.end <= one.roomTo) assert.equal(room, 0);
    if (room > 0) assert.ok(one.end + room <= one.segmentBytesMax);
  }));
  const one = { end: 500, roomTo: 499, preallocateBytes: 200, segmentBytesMax: 10_000 };
  assert.equal(roomBehind(one), 200);
  assert.equal(roomBehind({ ...one, roomTo: 500 }), 0);
  assert.equal(roomBehind({ ...one, segmentBytesMax: 600 }), 100);
});

describe("a store that makes room ahead", () => {
  const options = { preallocateBytes: 4_096, segmentBytesMax: 16_384 } as const;

  test("writes zeros with the first frames that need them, and only then", async () => {
    const sizes: number[] = [];
    const disk = simulatedDisk({
      seed: 1,
      fate: ({ operation, name, size }) => {
        if (operation === "write" && name.startsWith("segment-")) sizes.push(size);
        return undefined;
      },
    });
    const store = await ok(openFileStore(disk.start().storage, options));
    for (let nth = 0; nth < 60; nth++) await ok(store.append(toStream("one", ["T"])));
    const [header, first, second] = sizes;
    assert.equal(header, 128);
    assert.equal(first, second! + 4_096);
    const written = sizes.slice(1).filter((size) => size > 4_096).length;
    assert.equal(written, Math.ceil(60 * second! / (4_096 + second!)));
  });

  test("is whole after a kill: zeros are not torn, and the next owner goes on in them", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const killed = disk.start();
    const store = await ok(openFileStore(killed.storage, options));
    for (let nth = 0; nth < 9; nth++) await ok(store.append(toStream("one", ["T"])));
    killed.kill();

    const happened: string[] = [];
    const observe = ({ _tag }: { readonly _tag: string }): void => void happened.push(_tag);
    const heir = disk.start();
    const again = await ok(openFileStore(heir.storage, { ...options, observe }));
    assert.equal((await recordsOf(again)).length, 9);
    await ok(again.append(toStream("one", ["T"])));
    assert.deepEqual(happened, []);
    await ok(again.close);
    assert.deepEqual(await ok(verifyStore(heir.storage)).then(({ problems }) => problems), []);
    const segments = [...disk.files().keys()].filter((name) => name.startsWith("segment-"));
    assert.equal(segments.length, 1, "it went on in the same segment");
  });
});

describe("a flush that may block", () => {
  const flushesOf = async (options: object, count: number): Promise<ReadonlyArray<boolean>> => {
    const told: boolean[] = [];
    const { storage } = simulatedDisk({ seed: 1 }).start();
    const create: typeof storage.create = async (name) => {
      const file = await storage.create(name);
      if (file === "exists" || !name.startsWith("segment-")) return file;
      return {
        ...file,
        datasync: (mayBlock = false) => {
          told.push(mayBlock);
          return file.datasync();
        },
      };
    };
    const store = await ok(openFileStore({ ...storage, create }, options));
    told.length = 0;
    await Promise.all(
      Array.from({ length: count }, (_, nth) => ok(store.append(toStream(`s-${nth}`, ["T"])))),
    );
    return told;
  };

  test("is that of a commit which is alone, if it is wanted", async () => {
    assert.deepEqual(await flushesOf({ blockingFlush: true }, 1), [true]);
    assert.deepEqual(await flushesOf({}, 1), [false]);
  });

  test("never keeps others waiting", async () => {
    assert.equal((await flushesOf({ blockingFlush: true }, 3))[0], false);
    assert.deepEqual(await flushesOf({ blockingFlush: true, groupFramesMax: 1 }, 2), [false, true]);
  });
});
