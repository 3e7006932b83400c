/** What may become of a call, member by member. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AppendFile } from "../../../../stores/file/storage.ts";
import {
  fateOf,
  type Misfortune,
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
  openedFile,
} from "../../../support/simulated_files.ts";

interface Running {
  readonly disk: SimulatedDisk;
  readonly process: SimulatedProcess;
  readonly file: AppendFile;
}

/** A process with a file that holds these bytes, all of it flushed. */
async function running(...bytes: ReadonlyArray<number>): Promise<Running> {
  const disk = simulatedDisk({ seed: 1 });
  const process = disk.start();
  return { disk, process, file: await flushedFile(process, "a", bytes) };
}

const four = Uint8Array.of(1, 2, 3, 4);
const noSpace = { code: "ENOSPC" };
const ioError = { code: "EIO" };

describe("fate", () => {
  test("strikes the calls of its list, by their numbers, and no others", async () => {
    const misfortune = { _tag: "Fails", code: "EMFILE" } as const;
    const fate = fateOf([{ nth: 2, misfortune }, { nth: 4, misfortune }]);
    const disk = simulatedDisk({ seed: 1, fate });
    const [one, other] = [disk.start().storage, disk.start().storage];
    await one.list();
    assert.throws(() => other.list(), { code: "EMFILE" });
    await one.list();
    assert.throws(() => one.exists("a"), { code: "EMFILE" });
    await one.list();
    assert.equal(disk.calls(), 5);
  });

  test("is told who calls, what for, about which file, where, and how many bytes", async () => {
    const { disk, file } = await running();
    const calls: unknown[] = [];
    disk.befall((call) => void calls.push(call));
    await file.write(3, four);
    const into = await openedFile(disk.start(), "a");
    await into.read(1, new Uint8Array(2));
    assert.deepEqual(calls, [
      { nth: 5, process: 1, operation: "write", name: "a", at: 3, size: 4 },
      { nth: 6, process: 2, operation: "openRead", name: "a", at: 0, size: 0 },
      { nth: 7, process: 2, operation: "read", name: "a", at: 1, size: 2 },
    ]);
  });

  test("is another one when it is told to be, and none at last", async () => {
    const { disk, process } = await running();
    disk.befall(() => ({ _tag: "Fails", code: "EACCES" }));
    assert.throws(() => process.storage.list(), { code: "EACCES" });
    disk.befall();
    assert.deepEqual(await process.storage.list(), ["a"]);
  });
});

describe("an end in a call", () => {
  for (const [_tag, wanted] of [["Killed", [1, 2]], ["PowerCut", []]] as const) {
    const damage = { bytes: "none", names: "none", seed: 1 } as const;
    const end = (done: number): Misfortune =>
      _tag === "Killed" ? { _tag, done } : { _tag, done, damage };

    test(`${_tag}: of a write so much is done as it says`, async () => {
      const { disk, process, file } = await running();
      befallNext(disk, "write", end(2));
      assert.deepEqual(await disk.until(written(file, four), process), { _tag: "Died" });
      assert.deepEqual(heldBytes(disk), wanted);
    });

    test(`${_tag}: a call is done, or was not begun`, async () => {
      for (const done of [0, 1]) {
        const { disk, process, file } = await running();
        await file.write(0, four);
        befallNext(disk, "datasync", end(done));
        await disk.until(Promise.resolve(file.datasync()), process);
        assert.equal(process.isAlive(), false);
        loseAll(disk);
        assert.deepEqual(heldBytes(disk), done === 1 ? [...four] : []);
      }
    });
  }

  test("Killed: the others live; PowerCut: nobody does, and the machine starts again", async () => {
    const { disk, process, file } = await running();
    const other = disk.start();
    befallNext(disk, "write", { _tag: "Killed", done: 0 });
    await disk.until(written(file, four), process);
    assert.deepEqual([process.isAlive(), other.isAlive(), disk.starts()], [false, true, 1]);
    const damage = { bytes: "all", names: "all", seed: 1 } as const;
    befallNext(disk, "list", { _tag: "PowerCut", done: 0, damage });
    await disk.until(Promise.resolve(other.storage.list()), other);
    assert.deepEqual([other.isAlive(), disk.starts()], [false, 2]);
  });
});

describe("a call that fails", () => {
  test("Fails: has done nothing", async () => {
    const { disk, process, file } = await running();
    befallNext(disk, "write", { _tag: "Fails", code: "EIO" });
    assert.throws(() => file.write(0, four), ioError);
    befallNext(disk, "create", { _tag: "Fails", code: "EMFILE" });
    assert.throws(() => process.storage.create("b"), { code: "EMFILE" });
    befallNext(disk, "remove", { _tag: "Fails", code: "EACCES" });
    assert.throws(() => process.storage.remove("a"), { code: "EACCES" });
    assert.deepEqual([heldBytes(disk), namesOn(disk)], [[], "a"]);
  });

  test("FailsHalfWay: has written a part, and only that", async () => {
    const { disk, file } = await running();
    befallNext(disk, "write", { _tag: "FailsHalfWay", done: 3, code: "EIO" });
    assert.throws(() => file.write(0, four), ioError);
    assert.deepEqual(heldBytes(disk), [1, 2, 3]);
    befallNext(disk, "write", { _tag: "FailsHalfWay", done: 0, code: "EIO" });
    assert.throws(() => file.write(9, four), ioError);
    assert.deepEqual(heldBytes(disk), [1, 2, 3]);
  });

  test("FailsAfterwards: has done its work", async () => {
    const { disk, process, file } = await running();
    befallNext(disk, "write", { _tag: "FailsAfterwards", code: "EIO" });
    assert.throws(() => file.write(0, four), ioError);
    befallNext(disk, "datasync", { _tag: "FailsAfterwards", code: "EIO" });
    assert.throws(() => file.datasync(), ioError);
    befallNext(disk, "closeAppend", { _tag: "FailsAfterwards", code: "EIO" });
    assert.throws(() => file.close(), ioError);
    assert.deepEqual(process.open(), []);
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [...four]);
  });

  test("FailsAfterwards: a file that was made is there, and nobody holds it open", async () => {
    const { disk, process } = await running();
    befallNext(disk, "create", { _tag: "FailsAfterwards", code: "EIO" });
    assert.throws(() => process.storage.create("b"), ioError);
    assert.equal(namesOn(disk), "ab");
    assert.deepEqual(process.open(), ["a"]);
    assert.equal(await process.storage.create("b"), "exists");
  });
});

test("Short: a part of a write is done, and the call says so", async () => {
  const { disk, file } = await running();
  befallNext(disk, "write", { _tag: "Short", done: 3 });
  assert.equal(await file.write(0, four), 3);
  assert.deepEqual(heldBytes(disk), [1, 2, 3]);
  assert.equal(await file.write(3, four.subarray(3)), 1);
  assert.deepEqual(heldBytes(disk), [...four]);
});

describe("BadSector", () => {
  test("nobody can read that place of that file, until the disk is mended", async () => {
    const { disk, process } = await running(1, 2, 3, 4, 5);
    await flushedFile(process, "b", [1, 2, 3, 4, 5]);
    const file = await openedFile(process, "a");
    befallNext(disk, "read", { _tag: "BadSector" });
    assert.throws(() => file.read(1, new Uint8Array(2)), ioError);
    assert.throws(() => file.read(1, new Uint8Array(2)), ioError);
    const again = await openedFile(disk.start(), "a");
    assert.throws(() => again.read(0, new Uint8Array(2)), ioError);
    assert.equal(await again.read(0, new Uint8Array(1)), 1);
    assert.equal(await again.read(3, new Uint8Array(2)), 2);
    assert.deepEqual(await bytesRead(process, "b"), [1, 2, 3, 4, 5]);
    disk.mend();
    assert.deepEqual(await bytesRead(process, "a"), [1, 2, 3, 4, 5]);
  });

  test("a power cut mends nothing", async () => {
    const { disk, process } = await running(1, 2, 3, 4, 5);
    const file = await openedFile(process, "a");
    befallNext(disk, "read", { _tag: "BadSector" });
    assert.throws(() => file.read(1, new Uint8Array(2)), ioError);
    loseAll(disk);
    const again = await openedFile(disk.start(), "a");
    assert.throws(() => again.read(0, new Uint8Array(2)), ioError);
    disk.mend();
    assert.equal(await again.read(0, new Uint8Array(2)), 2);
  });
});

describe("Fills", () => {
  test("there is room for so many bytes, and then for none, until the disk is mended", async () => {
    const { disk, process, file } = await running();
    befallNext(disk, "write", { _tag: "Fills", left: 6 });
    assert.equal(await file.write(0, four), 4);
    assert.equal(await file.write(4, four), 2, "a part of it");
    assert.throws(() => file.write(6, four), noSpace);
    assert.throws(() => process.storage.create("b"), noSpace);
    loseAll(disk, { bytes: "all", names: "all" });
    const next = disk.start();
    assert.throws(() => next.storage.create("b"), noSpace);
    disk.mend();
    await createdFile(next, "b");
    assert.deepEqual(heldBytes(disk), [1, 2, 3, 4, 1, 2]);
  });

  test("what is there can be written again, and what is removed makes room", async () => {
    const { disk, process, file } = await running(9, 9, 9);
    const other = await createdFile(process, "b");
    befallNext(disk, "write", { _tag: "Fills", left: 0 });
    assert.equal(await file.write(1, four), 2);
    assert.throws(() => other.write(0, four), noSpace);
    await process.storage.remove("a");
    assert.equal(await other.write(0, four), 3);
  });
});

describe("Slow", () => {
  for (const [done, left] of [["first", 2], ["last", 1]] as const) {
    test(`others go on before the answer; the work is done ${done}`, async () => {
      const { disk, process, file } = await running(0);
      const start = process.storage.clock.monotonic();
      const ends: string[] = [];
      befallNext(disk, "write", { _tag: "Slow", ms: 7, done });
      const slow = written(file, Uint8Array.of(1)).then((count) => {
        ends.push("slow");
        return count;
      });
      await written(file, Uint8Array.of(2)).then(() => ends.push("quick"));
      assert.deepEqual(heldBytes(disk), [2]);
      assert.deepEqual(await disk.until(slow), { _tag: "Done", value: 1 });
      assert.deepEqual(ends, ["quick", "slow"]);
      assert.equal(process.storage.clock.monotonic() - start, 7);
      assert.deepEqual(heldBytes(disk), [left]);
    });
  }

  test("a process that is gone by then has done what it does first, and nothing else", async () => {
    for (const [done, left] of [["first", 1], ["last", 0]] as const) {
      const { disk, process, file } = await running(0);
      befallNext(disk, "write", { _tag: "Slow", ms: 7, done });
      void written(file, Uint8Array.of(1));
      process.kill();
      await disk.idle(100);
      assert.deepEqual(heldBytes(disk), [left], done);
    }
  });
});

describe("Paused", () => {
  test("the process stands still before the call, others go on, and then it is made", async () => {
    const { disk, process, file } = await running(0);
    befallNext(disk, "write", { _tag: "Paused" });
    const work = written(file, Uint8Array.of(1));
    assert.deepEqual(await disk.until(work, process), { _tag: "Paused" });
    assert.equal(process.isPaused(), true);
    const other = await disk.start().storage.openAppend("a");
    assert(other !== "missing");
    await other.write(0, Uint8Array.of(2, 2));
    assert.deepEqual(heldBytes(disk), [2, 2]);
    process.resume();
    assert.deepEqual(await disk.until(work, process), { _tag: "Done", value: 1 });
    assert.deepEqual(heldBytes(disk), [1, 2]);
  });

  test("its timers wait, and its other calls", async () => {
    const { disk, process, file } = await running(0);
    const rung: string[] = [];
    process.storage.clock.wake(10, () => rung.push("rung"));
    process.storage.clock.wake(20, () => rung.push("never"))();
    process.pause();
    const work = written(file, Uint8Array.of(1));
    await disk.idle(1_000);
    assert.deepEqual([rung, heldBytes(disk)], [[], [0]]);
    process.resume();
    await disk.until(work, process);
    assert.deepEqual([rung, heldBytes(disk)], [["rung"], [1]]);
  });

  test("a timer that was due meanwhile can still be prevented", async () => {
    const { disk, process } = await running();
    const prevent = process.storage.clock.wake(10, () => assert.fail("nobody wants it any more"));
    process.pause();
    await disk.idle(100);
    prevent();
    process.resume();
  });

  test("a power cut ends it, too: it never goes on", async () => {
    const { disk, process, file } = await running(0);
    process.pause();
    void written(file, Uint8Array.of(1));
    loseAll(disk);
    process.resume();
    await disk.idle(1_000);
    assert.deepEqual([process.isPaused(), heldBytes(disk)], [false, [0]]);
  });
});

test("ClockJumps: the wall clock is another, no time has passed, and the call is made", async () => {
  const { disk, process } = await running();
  const { clock } = process.storage;
  for (const ms of [-86_400_000, 4_000_000_000]) {
    const [now, monotonic] = [clock.now(), clock.monotonic()];
    befallNext(disk, "list", { _tag: "ClockJumps", ms });
    assert.deepEqual(await process.storage.list(), ["a"]);
    assert.deepEqual([clock.now() - now, clock.monotonic() - monotonic], [ms, 0]);
  }
});

/** A write at the beginning of a file, as a promise. */
function written(file: AppendFile, bytes: Uint8Array): Promise<number> {
  return Promise.resolve(file.write(0, bytes));
}
