/** Making the whole index of a store again. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openFileStore, rebuildIndex, verifyStore } from "../../../stores/file/mod.ts";
import { appendAll, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { readingOf } from "../../support/closed_store.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const options = { segmentBytesMax: 1024 };

/** Twenty segments, of which the index has merged sixteen, and one that has just begun. */
async function sound(): Promise<Files> {
  const disk = await diskOf();
  const store = await ok(openFileStore(disk, options));
  for (let nth = 0; nth < 20; nth++) {
    await ok(store.append(sampleCommit(`c${nth}`, [`s-${nth % 4}`], 600)));
  }
  await ok(store.append(sampleCommit("last", ["s-1"])));
  await ok(store.close);
  await ok(rebuildIndex(disk));
  return filesIn(disk);
}

/** Index runs by what they cover: their names differ by the attempt. */
function runsIn(files: Files): ReadonlyArray<readonly [string, Uint8Array]> {
  return namesOf(files, "index").map((name) => [name.slice(0, -15), bytesOf(files, name)]);
}

describe("an index that is made again", () => {
  test("is the same to the byte, under other names, whatever was wrong with it", async () => {
    const files = await sound();
    assert.equal(namesOf(files, "index").length, 2 + 4 + 1);
    for (const name of namesOf(files, "index")) {
      const bytes = bytesOf(files, name);
      for (
        const wrong of [
          bytes,
          flipped(bytes, bytes.length >> 1, 3),
          bytes.slice(0, 5000),
          undefined,
        ]
      ) {
        const disk = await diskOf(withFile(files, name, wrong), { seed: 2 });
        assert.deepEqual(await ok(rebuildIndex(disk)), { position: 21, segments: 21 });
        const again = filesIn(disk);
        assert.deepEqual(runsIn(again), runsIn(files));
        assert.ok(namesOf(again, "index").every((one) => !files.has(one)));
        assert.deepEqual((await ok(verifyStore(disk, { isDeep: true }))).problems, []);
      }
    }
  });

  test("is of the whole log, and tells how far it is", async () => {
    const files = await sound();
    const told: number[] = [];
    let total = 0;
    await ok(rebuildIndex(await diskOf(files, { seed: 2 }), {
      onProgress: ({ bytes, bytesTotal }) => {
        told.push(bytes);
        total = bytesTotal;
      },
    }));
    assert.equal(told.length, 21);
    assert.deepEqual(told, [...told].sort((one, other) => one - other));
    assert.equal(told.at(-1), total);
    const logBytes = namesOf(files, "segment")
      .reduce((sum, name) => sum + bytesOf(files, name).length, 0);
    assert.equal(total, logBytes);
  });

  test("may be given up: the store is as it was, and can be opened", async () => {
    const files = await sound();
    for (const after of [1, 10, 20]) {
      const disk = await diskOf(files, { seed: 2 });
      const stop = new AbortController();
      let steps = 0;
      const work = {
        signal: stop.signal,
        onProgress: () => {
          if (++steps === after) stop.abort();
        },
      };
      await fault(rebuildIndex(disk, work), "Cancelled");
      const { records, fault: none } = await readingOf(filesIn(disk));
      assert.equal(none, undefined);
      assert.deepEqual(records, (await readingOf(files)).records);
      const store = await ok(openFileStore(disk));
      assert.deepEqual(await recordsOf(store), records);
      await ok(store.close);
    }
  });

  test("is not, beside a writer, or where there is no store", async () => {
    const disk = await diskOf(new Map(), { othersDead: false });
    const store = await ok(openFileStore(disk, options));
    await appendAll(store, sampleCommit("one", ["a-1"]));
    await fault(rebuildIndex(disk, { lockWaitMs: 0 }), "StoreLocked");
    await ok(store.close);
    await fault(rebuildIndex(await diskOf()), "StoreMissing");
  });

  test("tells if it could not be written", async () => {
    const disk = await diskOf(await sound(), { seed: 2 });
    const storage = faultyStorage(
      disk,
      ({ operation, name }) =>
        operation === "create" && name.startsWith("index-0000000003")
          ? { _tag: "Fails", error: systemError("ENOSPC") }
          : undefined,
    );
    const told = await fault(rebuildIndex(storage), "OpenFailed");
    assert.match(String(told.cause), /ENOSPC/);
    await ok(rebuildIndex(disk));
  });

  test("stops at damage of the log, and says where", async () => {
    const files = await sound();
    const name = namesOf(files, "segment")[4]!;
    const bytes = bytesOf(files, name);
    const disk = await diskOf(withFile(files, name, flipped(bytes, 300, 1)), { seed: 2 });
    assert.equal((await fault(rebuildIndex(disk), "Corrupt")).file, name);
  });
});
