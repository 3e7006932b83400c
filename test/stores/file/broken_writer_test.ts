import assert from "node:assert/strict";
import { test } from "node:test";
import { ok, toStream } from "../../../stores/conformance/words.ts";
import { type FileStore, openFileStore } from "../../../stores/file/mod.ts";
import {
  type Operation,
  type SimulatedDisk,
  simulatedDisk,
} from "../../../stores/storage/simulated.ts";

/** A store in the mode `os`, with a record that is acknowledged and not flushed. */
async function unflushed(disk: SimulatedDisk): Promise<FileStore> {
  const opened = await disk.until((async () => {
    const store = await ok(openFileStore(disk.start().storage, { durability: "os" }));
    await ok(store.append(toStream("a-1", ["T"])));
    return store;
  })());
  assert(opened._tag === "Done");
  return opened.value;
}

const failing = new Set<Operation>(["write", "datasync"]);

test("whoever waits for a flush that will never come is told", async () => {
  const disk = simulatedDisk({ seed: 1 });
  const store = await unflushed(disk);
  disk.befall(({ operation }) =>
    failing.has(operation) ? { _tag: "Fails", code: "EIO" } : undefined
  );
  const asked = await disk.until(store.bookmark(1)());
  assert(asked._tag === "Done", "it never ends");
  assert(asked.value._tag === "Left" && asked.value.left._tag === "ReadFailed");
  const followed = await disk.until(store.follow({}, { after: 0 })());
  assert(followed._tag === "Done", "it never ends");
});

test("a segment that is begun is closed with the store, also if the claim cannot be looked at", async () => {
  let isBegun = false;
  const disk = simulatedDisk({
    seed: 1,
    fate: ({ operation, name }) => {
      if (operation === "create" && name.startsWith("segment-0000000002")) isBegun = true;
      return isBegun && operation === "exists" ? { _tag: "Fails", code: "EIO" } : undefined;
    },
  });
  const process = disk.start();
  await disk.until((async () => {
    const store = await ok(openFileStore(process.storage, { segmentBytesMax: 1024 }));
    const large = { ...toStream("a-1", ["T"]), commitId: "x".repeat(60) };
    for (let nth = 0; nth < 12; nth++) {
      await store.append({ ...large, commitId: `${nth}`.padEnd(60, "x") })();
    }
    await store.close();
  })());
  assert.ok(isBegun);
  assert.deepEqual(process.open(), []);
});

test("what is told not to be stored stays away, however the power cut tears the claim", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = simulatedDisk({ seed });
    await disk.until((async () => {
      const store = await ok(openFileStore(disk.start().storage));
      // The frame is on the disk, and nobody can know.
      disk.befall(({ operation, name }) =>
        operation === "datasync" && name.startsWith("segment")
          ? { _tag: "FailsAfterwards", code: "EIO" }
          : undefined
      );
      const answer = await store.append(toStream("a-1", ["T"]))();
      assert(answer._tag === "Left" && answer.left.stored === "no");
      disk.befall();
    })());
    // Heartbeats overwrite what the claim says, and are not flushed.
    await disk.idle(10_000);
    disk.cutPower({ bytes: "garbage", names: "all", seed });
    const opened = await disk.until((async () => {
      const store = await ok(openFileStore(disk.start().storage));
      return await ok(store.head);
    })());
    assert.deepEqual(opened, { _tag: "Done", value: 0 }, `seed ${seed}`);
  }
});

test("who opens next is told of a flush that failed, also where the mark was not flushed", async () => {
  const disk = simulatedDisk({ seed: 1 });
  const process = disk.start();
  const opened = disk.until((async () => {
    const store = await ok(openFileStore(process.storage));
    disk.befall(({ operation, name }) => {
      if (operation !== "datasync") return undefined;
      return { _tag: "FlushFails", cache: name.startsWith("segment") ? "keeps" : "reverts" };
    });
    const answer = await store.append(toStream("a-1", ["T"]))();
    assert(answer._tag === "Left" && answer.left.stored === "unknown");
    disk.befall();
    await store.close();
    process.kill();
    const next = await ok(openFileStore(disk.start().storage));
    // The page cache still shows the frame that never was on the disk.
    await ok(next.append(toStream("b-1", ["T"])));
  })());
  assert.equal((await opened)._tag, "Done");
  disk.cutPower({ bytes: "none", names: "all", seed: 1 });
  const read = await disk.until((async () => {
    const store = await ok(openFileStore(disk.start().storage));
    return (await ok(store.read({}))).records.map(({ stream }) => stream);
  })());
  assert.deepEqual(read, { _tag: "Done", value: ["b-1"] });
});
