/** What rot does to a disk at rest: one file is damaged, and it says which, and how. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Rot, rots, simulatedDisk } from "../../../../stores/storage/simulated.ts";
import {
  createdFile,
  filled,
  flushedFile,
  heldBytes,
  loseAll,
  namesOn,
  seeds,
} from "../../../support/simulated_files.ts";

const SECTOR = 512;

/** Two files, of which each sector holds another number: `a` has three, the last cut short. */
const a = [...filled(SECTOR, 1), ...filled(SECTOR, 2), ...filled(100, 3)];
const b = [...filled(SECTOR, 4), ...filled(SECTOR, 5)];

interface Rotten {
  readonly what: string;
  readonly left: Readonly<Record<string, ReadonlyArray<number> | undefined>>;
}

/** What a rot says, and what it leaves, once a seed; also after a power cut. */
async function rottenDisks(kind: Rot): Promise<ReadonlyArray<Rotten>> {
  return await Promise.all(seeds.map(async (seed) => {
    const disk = simulatedDisk({ seed });
    const process = disk.start();
    await flushedFile(process, "a", a);
    await flushedFile(process, "b", b);
    await flushedFile(process, "empty", []);
    process.kill();
    const what = disk.rot(kind);
    assert(what !== undefined);
    const left = disk.files();
    loseAll(disk);
    assert.deepEqual(disk.files(), left, "it is on the medium");
    assert.deepEqual(heldBytes(disk, "empty"), []);
    return { what, left: { a: heldBytes(disk, "a"), b: heldBytes(disk, "b") } };
  }));
}

/** Holds each rotten disk against what it says of itself; gives how many things were said. */
function heldAgainst(
  disks: ReadonlyArray<Rotten>,
  said: RegExp,
  change: (found: Readonly<Record<string, string>>, before: number[]) => ReadonlyArray<number>,
): number {
  for (const { what, left } of disks) {
    const found = said.exec(what)?.groups;
    assert(found, what);
    const name = found["name"]!;
    const before = { a, b }[name];
    assert(before, what);
    assert.deepEqual(left, { a, b, [name]: change(found, [...before]) }, what);
  }
  const names = new Set(disks.map(({ what }) => said.exec(what)?.groups?.["name"]));
  assert.deepEqual([...names].sort(), ["a", "b"], "any file may rot");
  return new Set(disks.map(({ what }) => what)).size;
}

describe("rot", () => {
  test("flipped bit: one bit is turned over", async () => {
    const said = /^bit (?<bit>\d) of byte (?<at>\d+) of (?<name>\w+) is turned over$/;
    const ways = heldAgainst(await rottenDisks("flipped bit"), said, ({ bit, at }, bytes) => {
      bytes[Number(at)]! ^= 1 << Number(bit);
      return bytes;
    });
    assert(ways > 150, `only ${ways} others`);
  });

  test("zeroed sector: a sector reads as zeros", async () => {
    const said = /^the sector at (?<at>\d+) of (?<name>\w+) is zeros$/;
    const ways = heldAgainst(await rottenDisks("zeroed sector"), said, ({ at }, bytes) => {
      return bytes.fill(0, Number(at), Number(at) + SECTOR);
    });
    assert.equal(ways, 5, "any sector may be");
  });

  test("noisy sector: a sector holds noise, and no other does", async () => {
    const said = /^the sector at (?<at>\d+) of (?<name>\w+) is noise$/;
    for (const { what, left } of await rottenDisks("noisy sector")) {
      const { at = "", name = "" } = said.exec(what)?.groups ?? {};
      const before = { a, b }[name]!;
      const [from, to] = [Number(at), Math.min(Number(at) + SECTOR, before.length)];
      const noise = left[name]!.slice(from, to);
      assert(new Set(noise).size > 50, `${what}: ${noise}`);
      const expected = [...before.slice(0, from), ...noise, ...before.slice(to)];
      assert.deepEqual(left, { a, b, [name]: expected }, what);
    }
  });

  test("misdirected sector: a sector holds what another place of the disk holds", async () => {
    const said =
      /^the sector at (?<at>\d+) of (?<name>\w+) is the one at (?<from>\d+) of (?<of>\w)$/;
    const disks = await rottenDisks("misdirected sector");
    heldAgainst(disks, said, ({ at, from, of }, bytes) => {
      const source = { a, b }[of!]!.slice(Number(from), Number(from) + SECTOR);
      const end = Math.min(Number(at) + SECTOR, bytes.length);
      for (let place = Number(at), nth = 0; place < end && nth < source.length; place++, nth++) {
        bytes[place] = source[nth]!;
      }
      return bytes;
    });
    for (const { what, left } of disks) assert.notDeepEqual(left, { a, b }, what);
  });

  test("truncated file: a file ends before its end", async () => {
    const said = /^(?<name>\w+) ends at (?<at>\d+) instead of (?<size>\d+)$/;
    heldAgainst(await rottenDisks("truncated file"), said, ({ at, size }, bytes) => {
      assert(Number(at) < Number(size) && Number(size) === bytes.length);
      return bytes.slice(0, Number(at));
    });
  });

  test("missing file: a file is gone", async () => {
    for (const { what, left } of await rottenDisks("missing file")) {
      const name = /^(?<name>\w+) is gone$/.exec(what)?.groups?.["name"];
      assert.deepEqual(left, { a, b, [name!]: undefined }, what);
    }
  });

  test("duplicated file: the bytes of a file stand under the name of another", async () => {
    const said = /^(?<name>\w+) holds the bytes of (?<of>\w+)$/;
    heldAgainst(await rottenDisks("duplicated file"), said, ({ name, of }) => {
      assert.notEqual(name, of);
      return { a, b }[of!]!;
    });
  });

  test("of an empty disk, or one with nothing to take from, is nothing, and says so", async () => {
    for (const kind of rots) {
      const disk = simulatedDisk({ seed: 1 });
      await flushedFile(disk.start(), "empty", []);
      assert.equal(disk.rot(kind), undefined, kind);
      assert.deepEqual([namesOn(disk), heldBytes(disk, "empty")], ["empty", []]);
    }
    for (const kind of ["misdirected sector", "duplicated file"] as const) {
      const disk = simulatedDisk({ seed: 1, files: new Map([["a", Uint8Array.of(1)]]) });
      assert.equal(disk.rot(kind), undefined, kind);
      assert.deepEqual(heldBytes(disk), [1]);
    }
  });

  test("is not healed by what was pending: at rest nothing is", async () => {
    for (const names of ["none", "all"] as const) {
      const disk = simulatedDisk({ seed: 1 });
      const file = await createdFile(disk.start(), "a");
      await file.write(0, Uint8Array.of(1));
      await file.datasync();
      disk.rot("truncated file");
      assert.deepEqual(heldBytes(disk), []);
      loseAll(disk, { bytes: "all", names });
      assert.deepEqual(heldBytes(disk), [], names);
    }
  });

  test("stands in the trace", () => {
    const files = new Map([["a", Uint8Array.of(1)]]);
    const disk = simulatedDisk({ seed: 1, files, wantsTrace: true });
    const what = disk.rot("flipped bit");
    assert.deepEqual(disk.trace, [`rot: ${what}`]);
  });
});
