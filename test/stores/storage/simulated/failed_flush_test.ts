/** What a flush that fails, or lies, leaves in the page cache and on the medium. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AppendFile } from "../../../../stores/file/storage.ts";
import {
  type FailedFlush,
  type SimulatedDisk,
  simulatedDisk,
  type SimulatedProcess,
} from "../../../../stores/storage/simulated.ts";
import {
  befallNext,
  bytesRead,
  createdFile,
  flushedFile,
  heldBytes,
  loseAll,
  namesOn,
  seeds,
} from "../../../support/simulated_files.ts";

interface AfterFailure {
  readonly disk: SimulatedDisk;
  readonly process: SimulatedProcess;
  readonly file: AppendFile;
}

/** Two flushed bytes, the second written again and two more behind it, and a flush that failed. */
async function failed(cache: FailedFlush, seed = 1): Promise<AfterFailure> {
  const disk = simulatedDisk({ seed });
  const process = disk.start();
  const file = await flushedFile(process, "a", [1, 1]);
  await file.write(1, Uint8Array.of(2));
  await file.write(2, Uint8Array.of(3, 3));
  befallNext(disk, "datasync", { _tag: "FlushFails", cache });
  assert.throws(() => file.datasync(), { code: "EIO" });
  return { disk, process, file };
}

/** What is there after a power cut that keeps all it can. */
function kept(disk: SimulatedDisk): string | undefined {
  loseAll(disk, { bytes: "all", names: "all" });
  return heldBytes(disk)?.join("").replace(/0+$/, "");
}

describe("a flush fails, and the page cache", () => {
  test("keeps what was written, and it never reaches the medium", async () => {
    const { disk, process } = await failed("keeps");
    assert.deepEqual(await bytesRead(process, "a"), [1, 2, 3, 3]);
    assert.equal(kept(disk), "11");
  });

  test("reverts to what is on the medium", async () => {
    const { disk, process } = await failed("reverts");
    assert.deepEqual(await bytesRead(process, "a"), [1, 1]);
    assert.equal(kept(disk), "11");
  });

  test("keeps what was written, of which a part has reached the medium", async () => {
    const left = new Set<string | undefined>();
    for (const seed of seeds.slice(0, 40)) {
      const { disk, process } = await failed("keeps a part", seed);
      assert.deepEqual(await bytesRead(process, "a"), [1, 2, 3, 3]);
      left.add(kept(disk));
    }
    assert.deepEqual([...left].sort(), ["11", "1133", "12", "1233"]);
  });
});

describe("a flush that succeeds after one that failed", () => {
  test("brings nothing to the medium of what that one has lost, but for the length", async () => {
    const { disk, file } = await failed("keeps");
    await file.datasync();
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [1, 1, 0, 0]);
  });

  test("brings no more than the length, also where nothing was on the medium", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const file = await flushedFile(disk.start(), "a", []);
    await file.write(0, Uint8Array.of(1, 2, 3));
    befallNext(disk, "datasync", { _tag: "FlushFails", cache: "keeps" });
    assert.throws(() => file.datasync(), { code: "EIO" });
    await file.datasync();
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [0, 0, 0]);
  });

  test("brings to it what was written since", async () => {
    for (const cache of ["keeps", "reverts"] as const) {
      const { disk, file } = await failed(cache);
      await file.write(4, Uint8Array.of(5));
      await file.datasync();
      loseAll(disk);
      assert.deepEqual(heldBytes(disk), [1, 1, 0, 0, 5], cache);
    }
  });

  test("leaves nothing to be taken back by one that fails after it, but for the bytes", async () => {
    const { disk, process, file } = await failed("keeps");
    await file.datasync();
    befallNext(disk, "datasync", { _tag: "FlushFails", cache: "reverts" });
    assert.throws(() => file.datasync(), { code: "EIO" });
    assert.deepEqual(await bytesRead(process, "a"), [1, 1, 0, 0]);
  });
});

describe("a flush of the directory", () => {
  test("fails, and the names wait for the next", async () => {
    const { disk, process } = await named();
    befallNext(disk, "syncDirectory", { _tag: "FlushFails", cache: "keeps" });
    assert.throws(() => process.storage.syncDirectory(), { code: "EIO" });
    await assertWaiting(disk, process);
  });

  test("lies, and the names wait for one that does not", async () => {
    const { disk, process } = await named();
    befallNext(disk, "syncDirectory", { _tag: "Lies" });
    await process.storage.syncDirectory();
    await assertWaiting(disk, process);
  });

  /** A disk with a name that was not flushed. */
  async function named(): Promise<{ disk: SimulatedDisk; process: SimulatedProcess }> {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    await createdFile(process, "a");
    return { disk, process };
  }

  /** The name is lost with the power now, and is not after the next flush. */
  async function assertWaiting(disk: SimulatedDisk, process: SimulatedProcess): Promise<void> {
    const other = simulatedDisk({ seed: 1, image: disk.image() });
    loseAll(other);
    assert.equal(namesOn(other), "");
    await process.storage.syncDirectory();
    loseAll(disk);
    assert.equal(namesOn(disk), "a");
  }
});

describe("a flush that lies", () => {
  test("says that it is done, and what it should have flushed is lost with the power", async () => {
    const disk = await liedTo();
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [1]);
  });

  test("takes nothing away: the next flush brings it to the medium", async () => {
    const disk = await liedTo();
    const file = await disk.start().storage.openAppend("a");
    assert(file !== "missing");
    await file.datasync();
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [1, 2]);
  });

  async function liedTo(): Promise<SimulatedDisk> {
    const disk = simulatedDisk({ seed: 1 });
    const file = await flushedFile(disk.start(), "a", [1]);
    await file.write(1, Uint8Array.of(2));
    befallNext(disk, "datasync", { _tag: "Lies" });
    await file.datasync();
    assert.deepEqual(heldBytes(disk), [1, 2]);
    return disk;
  }
});
