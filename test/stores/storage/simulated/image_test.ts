/** A disk at a moment, and what is gone on from it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { simulatedDisk } from "../../../../stores/storage/simulated.ts";
import {
  bytesRead,
  createdFile,
  flushedFile,
  heldBytes,
  loseAll,
} from "../../../support/simulated_files.ts";

describe("an image", () => {
  test("is gone on from as often as wanted, and stays as it is", async () => {
    const first = simulatedDisk({ seed: 1 });
    const file = await flushedFile(first.start(), "a", [1]);
    await file.write(1, Uint8Array.of(2));
    await createdFile(first.start(), "b");
    const image = first.image();
    const digest = first.digest();
    await file.write(0, Uint8Array.of(9, 9, 9));
    await file.datasync();
    await first.start().storage.remove("b");
    for (let nth = 0; nth < 2; nth++) {
      const disk = simulatedDisk({ seed: 1, image });
      assert.equal(disk.digest(), digest);
      const process = disk.start();
      assert.deepEqual(await bytesRead(process, "a"), [1, 2]);
      const again = await process.storage.openAppend("a");
      assert(again !== "missing");
      await again.write(0, Uint8Array.of(7, 7, 7));
      await again.datasync();
      await process.storage.remove("b");
      await process.storage.syncDirectory();
      assert.deepEqual([...disk.files()], [["a", Uint8Array.of(7, 7, 7)]]);
    }
    const cut = simulatedDisk({ seed: 1, image });
    loseAll(cut);
    assert.deepEqual([...cut.files()], [["a", Uint8Array.of(1)]], "with what is not flushed");
  });

  test("of files that it begins with is of what was flushed, and leaves them alone", async () => {
    const bytes = Uint8Array.of(1, 2);
    const disk = simulatedDisk({ seed: 1, files: new Map([["a", bytes]]) });
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [1, 2]);
    const file = await disk.start().storage.openAppend("a");
    assert(file !== "missing");
    await file.write(0, Uint8Array.of(9));
    await file.datasync();
    assert.deepEqual([...bytes], [1, 2]);
    disk.files().get("a")!.fill(0);
    assert.deepEqual(heldBytes(disk), [9, 2]);
  });

  test("has files of its own also where their names are not flushed", async () => {
    const first = simulatedDisk({ seed: 1 });
    await createdFile(first.start(), "a");
    const image = first.image();
    for (const value of [1, 2]) {
      const disk = simulatedDisk({ seed: 1, image });
      const file = await disk.start().storage.openAppend("a");
      assert(file !== "missing");
      await file.write(0, Uint8Array.of(value));
      await file.datasync();
      loseAll(disk, { names: "all" });
      assert.deepEqual(heldBytes(disk), [value]);
    }
    const untouched = simulatedDisk({ seed: 1, image });
    loseAll(untouched, { names: "all" });
    assert.deepEqual(heldBytes(untouched), []);
  });

  test("has another digest if it differs in bytes, in names, or in what is not flushed", async () => {
    const digests = new Set<string>();
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    const note = (): void => void digests.add(disk.digest());
    note();
    const file = await createdFile(process, "a");
    note();
    await process.storage.syncDirectory();
    note();
    await file.write(0, Uint8Array.of(0));
    note();
    await file.datasync();
    note();
    await file.write(0, Uint8Array.of(1));
    note();
    await createdFile(process, "b");
    await process.storage.remove("b");
    note();
    assert.equal(digests.size, 7);
  });

  test("has another digest if it differs in what is on the medium under what is not flushed", async () => {
    const digestAfter = async (before: number): Promise<string> => {
      const disk = simulatedDisk({ seed: 1 });
      const file = await flushedFile(disk.start(), "a", [before]);
      await file.write(0, Uint8Array.of(9));
      return disk.digest();
    };
    assert.equal(await digestAfter(1), await digestAfter(1));
    assert.notEqual(await digestAfter(1), await digestAfter(2));
  });

  test("has had the processes that the disk had: those that come after it are others", async () => {
    const first = simulatedDisk({ seed: 1 });
    const dead = await first.start().storage.owner.self();
    const { owner } = simulatedDisk({ seed: 1, image: first.image() }).start().storage;
    assert.notDeepEqual(await owner.self(), dead);
    assert.equal(await owner.provenDead(dead), true);
  });
});
