/** The machine around the disk: time, chance, images, processes, and files that are held open. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import {
  generator,
  type SimulatedDisk,
  simulatedDisk,
} from "../../../../stores/storage/simulated.ts";
import {
  bytesRead,
  createdFile,
  flushedFile,
  heldBytes,
  loseAll,
  openedFile,
} from "../../../support/simulated_files.ts";

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

describe("chance", () => {
  /** A short life in which chance decides. */
  async function lived(seed: number, wantsTrace = false): Promise<SimulatedDisk> {
    const draws = generator(seed);
    const disk = simulatedDisk({
      seed,
      wantsTrace,
      fate: ({ operation }) => {
        if (operation !== "write" || draws.chance(0.5)) return undefined;
        return { _tag: "Short", done: draws.between(1, 8) };
      },
    });
    const { storage } = disk.start();
    const file = await storage.create("a");
    assert(file !== "exists");
    for (let at = 0; at < 64;) at += await file.write(at, storage.random(8));
    await storage.syncDirectory();
    disk.cutPower({ bytes: "mixed", names: "mixed", seed });
    disk.rot("flipped bit");
    return disk;
  }

  test("comes from the seed: the same gives the same, call by call, another another", async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 50; seed++) {
      const [one, other] = [await lived(seed), await lived(seed, true)];
      assert.equal(one.hash(), other.hash());
      assert.equal(one.digest(), other.digest());
      assert.deepEqual(one.files(), other.files());
      assert.deepEqual(one.trace, []);
      assert(other.trace.length >= other.calls());
      hashes.add(one.hash());
    }
    assert.equal(hashes.size, 50);
  });

  test("is the same on every runtime", async () => {
    const { hash, digest } = await lived(4711);
    // Another value means that every seed there ever was is another life from now on.
    assert.deepEqual([hash(), digest()], ["356baaf41b35e794", "804510879-3452634161"]);
  });

  test("is in the hash, and so is what others tell", () => {
    const [one, other] = [simulatedDisk({ seed: 1 }), simulatedDisk({ seed: 1 })];
    one.tell("something");
    assert.notEqual(one.hash(), other.hash());
    other.tell("something");
    assert.equal(one.hash(), other.hash());
  });
});

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
});

describe("a file that a process holds open", () => {
  test("takes bytes as they are when they are written: they may be changed afterwards", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const file = await flushedFile(disk.start(), "a", []);
    const bytes = Uint8Array.of(1, 2);
    await file.write(0, bytes);
    bytes.fill(9);
    assert.deepEqual(heldBytes(disk), [1, 2]);
    await file.datasync();
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [1, 2]);
  });

  test("is told by its name, until it is closed or the process ends", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    const file = await createdFile(process, "a");
    const read = await openedFile(process, "a");
    await openedFile(process, "a");
    assert.deepEqual(process.open(), ["a", "a", "a"]);
    await read.close();
    await file.close();
    assert.deepEqual(process.open(), ["a"]);
    process.kill();
    assert.deepEqual(process.open(), []);
  });

  test("throws if it is used after it was closed, or closed twice", async () => {
    const process = simulatedDisk({ seed: 1 }).start();
    const file = await createdFile(process, "a");
    const read = await openedFile(process, "a");
    await file.close();
    await read.close();
    assert.throws(() => file.write(0, Uint8Array.of(1)), /a is used after it was closed/);
    assert.throws(() => file.datasync(), /a is used after it was closed/);
    assert.throws(() => read.read(0, new Uint8Array(1)), /a is used after it was closed/);
    assert.throws(() => read.size(), /a is used after it was closed/);
    assert.throws(() => file.close(), /a is closed twice/);
    assert.throws(() => read.close(), /a is closed twice/);
  });
});

describe("the death of a process", () => {
  test("is proven: that of one that was killed, or of a start of the machine before", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const [one, other] = [disk.start(), disk.start()];
    const [self, dead] = [await one.storage.owner.self(), await other.storage.owner.self()];
    assert.equal(await one.storage.owner.provenDead(dead), false);
    other.kill();
    assert.equal(await one.storage.owner.provenDead(dead), true);
    one.pause();
    const { owner } = disk.start().storage;
    assert.equal(await owner.provenDead(self), false, "who stands still lives");
    loseAll(disk);
    assert.equal(await disk.start().storage.owner.provenDead(self), true);
  });

  test("is proven of one whose number another has after a restart", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const dead = await disk.start().storage.owner.self();
    const next = simulatedDisk({ seed: 1, image: disk.image() });
    loseAll(next);
    const { owner } = next.start().storage;
    assert.equal((await owner.self()).pid, dead.pid);
    assert.equal(await owner.provenDead(dead), true);
  });

  test("is never proven on a machine that proves none", async () => {
    const disk = simulatedDisk({ seed: 1, provesDeath: false });
    const process = disk.start();
    const dead = await process.storage.owner.self();
    loseAll(disk);
    assert.equal(await disk.start().storage.owner.provenDead(dead), false);
  });

  test("leaves a disk quiet if it was the last", () => {
    const disk = simulatedDisk({ seed: 1 });
    const [one, other] = [disk.start(), disk.start()];
    one.kill();
    assert.equal(disk.isQuiet(), false);
    other.kill();
    assert.equal(disk.isQuiet(), true);
  });
});

test("a generator draws within its bounds, each of them, and forks without being moved", () => {
  fc.assert(fc.property(fc.nat(), fc.nat({ max: 5 }), (seed, least) => {
    const [draws, other] = [generator(seed), generator(seed)];
    const seen = new Set(Array.from({ length: 100 }, () => draws.between(least, least + 2)));
    assert.deepEqual([...seen].sort(), [least, least + 1, least + 2]);
    assert.deepEqual([draws.chance(0), draws.chance(1)], [false, true]);
    for (let nth = 0; nth < 102; nth++) other.below(10);
    const [fork, otherFork] = [draws.fork(), other.fork()];
    fork.bytes(9);
    assert.deepEqual(draws.bytes(4), other.bytes(4));
    assert.notDeepEqual(fork.bytes(16), otherFork.bytes(16));
  }));
});

test("a hash of the platform is taken where it is given", () => {
  let taken = 0;
  const sha256 = () => {
    taken += 1;
    const hash = createHash("sha256");
    return {
      update: (bytes: Uint8Array) => void hash.update(bytes),
      digest: () => new Uint8Array(hash.copy().digest()),
    };
  };
  const ours = simulatedDisk({ seed: 1 }).start().storage.sha256();
  const theirs = simulatedDisk({ seed: 1, sha256 }).start().storage.sha256();
  for (const hash of [ours, theirs]) hash.update(Uint8Array.of(1, 2, 3));
  assert.deepEqual(ours.digest(), theirs.digest());
  assert.equal(taken, 1);
});
