/** What a kill leaves, and what a power cut leaves. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type LostBytes,
  lostBytes,
  type LostNames,
  lostNames,
  type SimulatedDisk,
  simulatedDisk,
} from "../../../../stores/storage/simulated.ts";
import {
  bytesRead,
  createdFile,
  filled,
  flushedFile,
  heldBytes,
  loseAll,
  namesOn,
  seeds,
} from "../../../support/simulated_files.ts";

const SECTOR = 512;

interface Write {
  readonly at: number;
  readonly bytes: ReadonlyArray<number>;
}

/** What is left of a file that was flushed, and then written to without a flush; once a seed. */
async function leftAfter(
  bytes: LostBytes | "mixed",
  flushed: ReadonlyArray<number>,
  writes: ReadonlyArray<Write>,
): Promise<ReadonlyArray<ReadonlyArray<number>>> {
  const before = simulatedDisk({ seed: 1 });
  const file = await flushedFile(before.start(), "a", flushed);
  for (const write of writes) await file.write(write.at, Uint8Array.from(write.bytes));
  const image = before.image();
  return seeds.map((seed) => {
    const disk = simulatedDisk({ seed: 1, image });
    disk.cutPower({ bytes, names: "all", seed });
    return heldBytes(disk)!;
  });
}

/** Each of some results once, as texts that can be read. */
function distinct(results: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<string> {
  return [...new Set(results.map((bytes) => bytes.join("")))].sort();
}

/** The bytes up to the zeros at the end: a length that was kept alone. */
function withoutLength(bytes: ReadonlyArray<number>): ReadonlyArray<number> {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.slice(0, end);
}

/** Three writes, one behind the other, behind two flushed bytes. */
const three: ReadonlyArray<Write> = [
  { at: 2, bytes: [2, 2] },
  { at: 4, bytes: [3, 3] },
  { at: 6, bytes: [4, 4] },
];

describe("a process that is killed", () => {
  test("leaves the page cache as it is, and names too", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    const file = await flushedFile(process, "a", [1, 1]);
    await file.write(1, Uint8Array.of(2, 3));
    await createdFile(process, "b");
    await process.storage.remove("a");
    await createdFile(process, "a").then((again) => again.write(0, Uint8Array.of(7)));
    process.kill();
    assert.equal(namesOn(disk), "ab");
    assert.deepEqual(await bytesRead(disk.start(), "a"), [7]);
  });

  test("is never answered again, and changes nothing any more", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    const file = await createdFile(process, "a");
    process.kill();
    const write = Promise.resolve(process.storage.create("b"))
      .then(() => file.write(0, Uint8Array.of(1)));
    assert.deepEqual(await disk.until(write, process), { _tag: "Died" });
    assert.deepEqual([namesOn(disk), heldBytes(disk)], ["a", []]);
    assert.equal(process.isAlive(), false);
  });
});

describe("of bytes that were not flushed, a power cut leaves", () => {
  test("none", async () => {
    assert.deepEqual(distinct(await leftAfter("none", [1, 1], three)), ["11"]);
    const rewritten = [{ at: 0, bytes: [9] }];
    assert.deepEqual(distinct(await leftAfter("none", [1, 1], rewritten)), ["11"]);
  });

  test("all", async () => {
    assert.deepEqual(distinct(await leftAfter("all", [1, 1], three)), ["11223344"]);
  });

  test("the first writes, or none, or all; the length perhaps alone", async () => {
    const left = await leftAfter("prefix", [1, 1], three);
    const wanted = ["11", "1122", "112233", "11223344"];
    assert.deepEqual(distinct(left.map(withoutLength)), wanted);
    const lengthened = ["11000000", "11220000", "11223300"];
    assert.deepEqual(distinct(left), [...wanted, ...lengthened].sort());
  });

  test("any of the writes, in any order", async () => {
    const left = await leftAfter("subset", [1, 1], three);
    const some = ["11", "11000044", "110033", "11003344", "1122", "11220044", "112233"];
    assert.deepEqual(distinct(left.map(withoutLength)), [...some, "11223344"]);
  });

  test("the first writes, and a part of the next, cut at a byte or at a sector", async () => {
    const left = await leftAfter("torn", filled(100, 1), [
      { at: 100, bytes: filled(2_000, 2) },
      { at: 2_100, bytes: filled(1_000, 3) },
    ]);
    const ends = left.map((bytes) => withoutLength(bytes).length);
    const written = [...filled(100, 1), ...filled(2_000, 2), ...filled(1_000, 3)];
    for (const [nth, bytes] of left.entries()) {
      assert.deepEqual(withoutLength(bytes), written.slice(0, ends[nth]));
    }
    assert(ends.every((end) => end < 3_100), "one write is torn");
    assert(ends.some((end) => end > 2_100) && ends.some((end) => end < 2_100), "any of them is");
    const inside = ends.filter((end) => end !== 100 && end !== 2_100);
    const atSectors = inside.filter((end) => end % SECTOR === 0).length;
    assert(atSectors > 30, `only ${atSectors} are cut at a sector`);
    assert(inside.length - atSectors > 30, `only ${inside.length - atSectors} are cut at a byte`);
  });

  test("the length, and zeros instead of the data", async () => {
    assert.deepEqual(distinct(await leftAfter("zeros", [1, 1], three)), ["11000000"]);
  });

  test("the length, and what lay there before instead of the data", async () => {
    const left = await leftAfter("garbage", [1, 1], [{ at: 2, bytes: filled(30, 2) }]);
    for (const bytes of left) {
      assert.deepEqual([bytes.length, bytes.slice(0, 2)], [32, [1, 1]]);
      assert.notDeepEqual(withoutLength(bytes), [1, 1]);
      assert.notDeepEqual(bytes.slice(2), filled(30, 2));
    }
    assert(distinct(left).length > 190, "it is something else each time");
  });

  test("each sector for itself: as written, as before, zero, or garbage", async () => {
    const count = 8;
    const rewritten = [{ at: 0, bytes: filled(count * SECTOR, 9) }];
    const left = await leftAfter("sectors", filled(count * SECTOR, 7), rewritten);
    const kinds = left.map((bytes) =>
      Array.from({ length: count }, (_, nth) => {
        const values = new Set(bytes.slice(nth * SECTOR, (nth + 1) * SECTOR));
        return values.size === 1 ? [...values][0] : "noise";
      })
    );
    for (let nth = 0; nth < count; nth++) {
      assert.deepEqual(new Set(kinds.map((row) => row[nth])), new Set([9, 7, 0, "noise"]));
    }
    const mixed = kinds.filter((row) => new Set(row).size > 1).length;
    assert(mixed > 190, `only in ${mixed} cuts have sectors other fates than their neighbours`);
  });

  test("something else of each file, where all is mixed", async () => {
    const before = simulatedDisk({ seed: 1 });
    const process = before.start();
    for (const name of ["a", "b"]) {
      const file = await flushedFile(process, name, [1]);
      await file.write(1, Uint8Array.of(2, 2, 2));
    }
    const image = before.image();
    const seen = new Set(seeds.map((seed) => {
      const disk = simulatedDisk({ seed: 1, image });
      disk.cutPower({ bytes: "mixed", names: "all", seed });
      return [heldBytes(disk, "a")?.join(""), heldBytes(disk, "b")?.join("")].join(" ");
    }));
    for (const wanted of ["1 1222", "1222 1", "1000 1222", "1 1000", "1000 1"]) {
      assert(seen.has(wanted), `${wanted} is not among ${[...seen].join(", ")}`);
    }
  });
});

describe("of names that were not flushed, a power cut leaves", () => {
  /** The names that are left where `b` was made, `a` removed and `c` made, once a seed. */
  async function namesLeft(names: LostNames | "mixed"): Promise<ReadonlyArray<string>> {
    const before = simulatedDisk({ seed: 1 });
    const process = before.start();
    await flushedFile(process, "a", [1]);
    await createdFile(process, "b").then((file) => file.datasync());
    await process.storage.remove("a");
    await createdFile(process, "c").then((file) => file.datasync());
    const image = before.image();
    return [
      ...new Set(seeds.map((seed) => {
        const disk = simulatedDisk({ seed: 1, image });
        disk.cutPower({ bytes: "all", names, seed });
        return namesOn(disk);
      })),
    ].sort();
  }

  const first = ["a", "ab", "b", "bc"];
  const any = ["", "a", "ab", "abc", "ac", "b", "bc", "c"];

  test("none", async () => assert.deepEqual(await namesLeft("none"), ["a"]));
  test("all", async () => assert.deepEqual(await namesLeft("all"), ["bc"]));
  test("the first", async () => assert.deepEqual(await namesLeft("prefix"), first));
  test("any", async () => assert.deepEqual(await namesLeft("subset"), any));
  test("by any of these rules, where all is mixed", async () => {
    assert.deepEqual(await namesLeft("mixed"), any);
  });

  test("none, though the file was flushed: its name is the directory's", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    const file = await createdFile(process, "a");
    await file.write(0, Uint8Array.of(1));
    await file.datasync();
    loseAll(disk);
    assert.equal(namesOn(disk), "");
  });

  test("all of those that a flush of the directory has followed", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    await flushedFile(process, "a", [1]);
    await createdFile(process, "b");
    await process.storage.remove("a");
    await process.storage.syncDirectory();
    const image = disk.image();
    for (const seed of seeds) {
      const other = simulatedDisk({ seed: 1, image });
      loseAll(other, { names: "mixed", seed });
      assert.equal(namesOn(other), "b");
    }
  });

  test("the file that had it before, where a name was used again", async () => {
    const disk = simulatedDisk({ seed: 1 });
    const process = disk.start();
    await flushedFile(process, "a", [1]);
    await process.storage.remove("a");
    const again = await createdFile(process, "a");
    await again.write(0, Uint8Array.of(2));
    await again.datasync();
    assert.deepEqual(heldBytes(disk), [2]);
    loseAll(disk);
    assert.deepEqual(heldBytes(disk), [1]);
  });
});

describe("a power cut", () => {
  test("leaves whatever was flushed and not written again, and lengthens nothing", async () => {
    const at = fc.nat({ max: 1_500 });
    const write = fc.record({ at, size: fc.integer({ min: 1, max: 1_200 }) });
    const writes = fc.array(write, { maxLength: 5 });
    const bytes = fc.constantFrom(...lostBytes, "mixed" as const);
    const names = fc.constantFrom(...lostNames, "mixed" as const);
    const damage = fc.record({ bytes, names, seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(writes, writes, damage, async (flushed, pending, lost) => {
        const disk = simulatedDisk({ seed: 1 });
        const file = await flushedFile(disk.start(), "a", []);
        for (const one of flushed) await file.write(one.at, new Uint8Array(one.size).fill(1));
        await file.datasync();
        const wanted = heldBytes(disk)!;
        for (const one of pending) await file.write(one.at, new Uint8Array(one.size).fill(2));
        const sizeMax = heldBytes(disk)!.length;
        disk.cutPower(lost);
        const left = heldBytes(disk)!;
        assert(left.length >= wanted.length && left.length <= sizeMax);
        const isAnother = wanted.findIndex((byte, nth) =>
          byte !== left[nth] && !pending.some((one) => one.at <= nth && nth < one.at + one.size)
        );
        assert.equal(isAnother, -1, "a flushed byte that nobody wrote to is another");
      }),
      { numRuns: 300 },
    );
  });

  test("leaves something that the next one leaves as it is", async () => {
    const disk = await halfFlushed();
    for (const seed of seeds.slice(0, 20)) {
      disk.cutPower({ bytes: "mixed", names: "mixed", seed });
      const left = disk.files();
      loseAll(disk, { bytes: "all", names: seed % 2 === 0 ? "all" : "none" });
      assert.deepEqual(disk.files(), left);
      const file = await createdFile(disk.start(), `b${seed}`);
      await file.write(0, Uint8Array.of(1, 2, 3));
    }
  });

  test("ends every process, and the machine starts again", async () => {
    const disk = await halfFlushed();
    const [one, other] = [disk.start(), disk.start()];
    assert.equal(disk.starts(), 1);
    loseAll(disk);
    assert.deepEqual([one.isAlive(), other.isAlive(), disk.isQuiet()], [false, false, true]);
    assert.equal(disk.starts(), 2);
    assert.notEqual(
      (await disk.start().storage.owner.self()).bootId,
      (await one.storage.owner.self()).bootId,
    );
  });

  async function halfFlushed(): Promise<SimulatedDisk> {
    const disk = simulatedDisk({ seed: 1 });
    const file = await flushedFile(disk.start(), "a", [1, 1]);
    await file.write(1, Uint8Array.of(2, 2));
    return disk;
  }
});
