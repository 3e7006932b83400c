/** Time on a simulated machine, and work that comes to its end in it, or never. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { simulatedDisk } from "../../../../stores/storage/simulated.ts";

const never = new Promise<never>(() => undefined);

describe("time", () => {
  test("stands still while anybody has something to do, and then leaps", async () => {
    const disk = simulatedDisk({ seed: 1, startMs: 1_000_000 });
    const { clock, list } = disk.start().storage;
    const seen: unknown[] = [];
    const note = (what: string): void => void seen.push([what, clock.now(), clock.monotonic()]);
    const work = async (): Promise<void> => {
      for (let nth = 0; nth < 1_000; nth++) await list();
      note("busy");
      await new Promise<void>((resolve) => clock.wake(60_000, resolve));
      note("woken");
      for (let nth = 0; nth < 1_000; nth++) await list();
      note("busy");
    };
    clock.after(500, () => note("after"));
    assert.deepEqual(await disk.until(work()), { _tag: "Done", value: undefined });
    assert.deepEqual(seen, [
      ["busy", 1_000_000, 0],
      ["after", 1_000_500, 500],
      ["woken", 1_060_000, 60_000],
      ["busy", 1_060_000, 60_000],
    ]);
  });

  test("passes so far as it is let, also if nobody waits", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const { clock } = disk.start().storage;
    const rung: number[] = [];
    for (const ms of [30, 10, 31, 20]) clock.wake(ms, () => rung.push(clock.monotonic()));
    clock.wake(15, () => rung.push(-1))();
    for (const nth of [1, 2, 3]) clock.wake(25, () => rung.push(nth));
    await disk.idle(30);
    assert.deepEqual([rung, clock.monotonic()], [[10, 20, 1, 2, 3, 30], 30]);
    await disk.idle(1_000);
    assert.deepEqual([rung, clock.monotonic()], [[10, 20, 1, 2, 3, 30, 31], 1_030]);
  });

  test("brings no call to a process that is gone", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    process.storage.clock.wake(10, () => assert.fail("it is gone"));
    process.kill();
    await disk.idle(100);
  });
});

describe("work", () => {
  test("comes to its end, or throws", async () => {
    const disk = simulatedDisk({ seed: 1 });
    assert.deepEqual(await disk.until(Promise.resolve(1)), { _tag: "Done", value: 1 });
    const cause = new Error("no");
    assert.deepEqual(await disk.until(Promise.reject(cause)), { _tag: "Threw", cause });
  });

  test("is stuck if nobody waits for anything that will come", async () => {
    const disk = simulatedDisk({ seed: 1, wantsTrace: true });
    assert.deepEqual(await disk.until(never), { _tag: "Stuck" });
    assert.deepEqual(disk.trace, ["stuck"]);
  });

  test("is stuck if it waits again and again", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const { clock } = disk.start().storage;
    const again = (): void => void clock.wake(1, again);
    again();
    assert.deepEqual(await disk.until(never), { _tag: "Stuck" });
  });

  test("is stuck if there is no end of its calls", async () => {
    const disk = simulatedDisk({ seed: 1, callsMax: 100 });
    const { storage } = disk.start();
    const work = async (): Promise<void> => {
      while (!await storage.exists("a")) continue;
    };
    assert.deepEqual(await disk.until(work()), { _tag: "Stuck" });
    const few = simulatedDisk({ seed: 1, callsMax: 100 });
    const list = few.start().storage.list;
    const done = async (): Promise<void> => {
      for (let nth = 0; nth < 100; nth++) await list();
    };
    assert.deepEqual(await few.until(done()), { _tag: "Done", value: undefined });
  });
});
