/** The machine around the disk: chance, processes, and files that are held open. */
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
  createdFile,
  flushedFile,
  heldBytes,
  loseAll,
  openedFile,
} from "../../../support/simulated_files.ts";

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
    assert.deepEqual([hash(), digest()], ["356baaf41b35e794", "467947085-2723736379"]);
  });

  test("is in the hash, and so is what others tell", () => {
    const [one, other] = [simulatedDisk({ seed: 1 }), simulatedDisk({ seed: 1 })];
    one.tell("something");
    assert.notEqual(one.hash(), other.hash());
    other.tell("something");
    assert.equal(one.hash(), other.hash());
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
    const next = simulatedDisk({ seed: 1, image: { ...disk.image(), processes: 0 } });
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
