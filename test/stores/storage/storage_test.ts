/** One list of promises, kept by every storage. */
import fc from "fast-check";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { AppendFile, ReadFile, StoragePort } from "../../../stores/file/storage.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import { directory } from "../../../stores/storage/node.ts";
import { type SimulatedDisk, simulatedDisk } from "../../../stores/storage/simulated.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-storage-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

const hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const hashOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/** A storage, and how it differs from the others where it may. */
interface Subject {
  readonly make: () => StoragePort;
  /** Lets time pass until some work on a storage is done. */
  readonly until: (storage: StoragePort, work: Promise<void>) => Promise<void>;
  readonly whyNoWatch?: string;
  readonly whyNotClosedTwice?: string;
}

/** Where time passes by itself. */
const byItself: Subject["until"] = (_, work) => work;

promises("a directory", { make: () => directory(join(folder, String(++made))), until: byItself });
promises("a memory storage", { make: () => memoryStorage(), until: byItself });
promises("a simulated disk", simulated());

function simulated(): Subject {
  const disks = new Map<StoragePort, SimulatedDisk>();
  return {
    make: () => {
      const disk = simulatedDisk({ seed: ++made });
      const { storage } = disk.start();
      disks.set(storage, disk);
      return storage;
    },
    until: async (storage, work) => {
      const ending = await disks.get(storage)!.until(work);
      assert.equal(ending._tag, "Done");
    },
    whyNoWatch: "it tells nobody of changes: whoever follows looks from time to time",
    whyNotClosedTwice: "it throws, so that an engine that closes a file twice is caught",
  };
}

function promises(name: string, subject: Subject): void {
  const { make, until, whyNoWatch = false, whyNotClosedTwice = false } = subject;

  async function prepared(): Promise<StoragePort> {
    const storage = make();
    await storage.prepare();
    return storage;
  }

  describe(name, () => {
    it("lists nothing before it is prepared, and can be prepared twice", async () => {
      const storage = make();
      assert.deepEqual(await storage.list(), []);
      await storage.prepare();
      await storage.prepare();
      assert.deepEqual(await storage.list(), []);
    });

    it("creates a name once", async () => {
      const storage = await prepared();
      const file = appendable(await storage.create("a"));
      await file.write(0, bytes(1, 2, 3));
      assert.equal(await storage.create("a"), "exists");
      await file.close();
      assert.equal(await storage.create("a"), "exists");
      assert.deepEqual(await contents(storage, "a"), [1, 2, 3]);
    });

    it("tells what is not there", async () => {
      const storage = await prepared();
      assert.equal(await storage.openAppend("a"), "missing");
      assert.equal(await storage.openRead("a"), "missing");
      assert.equal(await storage.exists("a"), false);
      await storage.remove("a");
    });

    it("lists, finds and removes names", async () => {
      const storage = await prepared();
      for (const each of ["b", "a", "c"]) await appendable(await storage.create(each)).close();
      await storage.remove("b");
      await storage.syncDirectory();
      assert.deepEqual([...await storage.list()].sort(), ["a", "c"]);
      assert.equal(await storage.exists("a"), true);
      assert.equal(await storage.exists("b"), false);
    });

    it("writes where it is told to, not at the end", async () => {
      const storage = await prepared();
      const file = appendable(await storage.create("a"));
      assert.equal(await file.write(0, bytes(1, 2, 3, 4)), 4);
      await file.close();
      const again = appendable(await storage.openAppend("a"));
      assert.equal(await again.write(1, bytes(9)), 1);
      assert.equal(await again.write(6, bytes(7)), 1);
      await again.datasync();
      await again.close();
      assert.deepEqual(await contents(storage, "a"), [1, 9, 3, 4, 0, 0, 7]);
    });

    it("keeps what an opened file holds: opening for writing cuts nothing", async () => {
      const storage = await prepared();
      await appendable(await storage.create("a")).write(0, bytes(1, 2));
      await appendable(await storage.openAppend("a")).close();
      assert.deepEqual(await contents(storage, "a"), [1, 2]);
    });

    it("reads fewer bytes at the end, and none behind it", async () => {
      const storage = await prepared();
      const file = appendable(await storage.create("a"));
      await file.write(0, bytes(1, 2, 3));
      const read = readable(await storage.openRead("a"));
      const into = new Uint8Array(4).fill(255);
      assert.equal(await read.read(1, into), 2);
      assert.deepEqual([...into], [2, 3, 255, 255]);
      assert.equal(await read.read(3, into), 0);
      assert.equal(await read.read(100, into), 0);
      assert.equal(await read.size(), 3);
      await file.write(3, bytes(4));
      assert.equal(await read.size(), 4);
      await read.close();
    });

    it("writes and reads more than it does at once", async () => {
      const storage = await prepared();
      const file = appendable(await storage.create("a"));
      const large = new Uint8Array(300_001).map((_, at) => at % 251);
      for (let at = 0; at < large.length;) at += await file.write(at, large.subarray(at));
      const read = readable(await storage.openRead("a"));
      const into = new Uint8Array(large.length);
      for (let at = 0; at < into.length;) at += await read.read(at, into.subarray(at));
      assert.deepEqual(into, large);
      await file.close();
      await read.close();
    });

    it("keeps what is held open, also when its name is gone and used again", async () => {
      const storage = await prepared();
      await appendable(await storage.create("a")).write(0, bytes(1));
      const read = readable(await storage.openRead("a"));
      await storage.remove("a");
      await appendable(await storage.create("a")).write(0, bytes(2));
      const into = new Uint8Array(1);
      assert.equal(await read.read(0, into), 1);
      assert.deepEqual([...into], [1]);
      await read.close();
    });

    it("calls back after a change, and not after the watch has ended", {
      skip: whyNoWatch,
    }, async () => {
      const storage = await prepared();
      assert(storage.watch);
      const file = appendable(await storage.create("a"));
      let end = (): void => {};
      let calls = 0;
      await new Promise<void>((resolve) => {
        end = storage.watch!("a", () => {
          calls++;
          resolve();
        });
        // Written again and again, because a watch may begin a little later than it says.
        const write = async (times: number): Promise<void> => {
          await file.write(0, bytes(times % 256));
          if (calls === 0) storage.clock.wake(5, () => write(times + 1));
        };
        write(1);
      });
      assert(calls > 0);
      end();
      const before = calls;
      await file.write(0, bytes(7));
      await new Promise<void>((resolve) => storage.clock.wake(30, resolve));
      assert.equal(calls, before);
      await file.close();
    });

    it("watches a name that is not there without a failure", async () => {
      const storage = await prepared();
      storage.watch?.("a", () => {})();
    });

    it("closes a file twice", { skip: whyNotClosedTwice }, async () => {
      const storage = await prepared();
      const file = appendable(await storage.create("a"));
      await file.close();
      await file.close();
    });

    it("refuses to use a file that is closed", async () => {
      const storage = await prepared();
      const file = appendable(await storage.create("a"));
      await file.close();
      const other = appendable(await storage.create("b"));
      assert.throws(() => file.write(0, bytes(1)), /closed/);
      assert.deepEqual(await contents(storage, "b"), []);
      await other.close();
    });

    it("has a clock that does not go back, and calls that can be prevented", async () => {
      const storage = make();
      const { clock } = storage;
      const start = clock.monotonic();
      const calls: Array<string> = [];
      clock.after(1, () => calls.push("prevented"))();
      clock.wake(1, () => calls.push("prevented"))();
      clock.after(1, () => calls.push("after"));
      await until(storage, new Promise((resolve) => clock.wake(20, resolve)));
      assert.deepEqual(calls, ["after"]);
      assert(clock.monotonic() > start);
    });

    it("gives random bytes", () => {
      const { random } = make();
      assert.equal(random(16).length, 16);
      assert.notDeepEqual(random(16), random(16));
    });

    it("hashes what comes part by part, tells the hash on the way, and goes on", () => {
      const hash = make().sha256();
      const buffer = bytes(0x61, 0x62);
      // The hashes that FIPS 180 gives for "" and for "abc".
      assert.equal(Buffer.from(hash.digest()).toString("hex"), hashOfNothing);
      hash.update(buffer);
      buffer.fill(0);
      const onTheWay = hash.digest();
      hash.update(bytes(0x63));
      assert.equal(Buffer.from(hash.digest()).toString("hex"), hashOfAbc);
      assert.notDeepEqual(onTheWay, hash.digest());
      assert.equal(onTheWay.length, 32);
    });

    it("hashes any bytes like every other platform, however they are cut", () => {
      const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
      fc.assert(fc.property(parts, (cut) => {
        const hash = make().sha256();
        for (const part of cut) hash.update(part);
        const wanted = createHash("sha256").update(Buffer.concat(cut)).digest();
        assert.deepEqual([...hash.digest()], [...wanted]);
      }));
    });

    it("never takes itself for dead", async () => {
      const { owner } = make();
      assert.equal(await owner.provenDead(await owner.self()), false);
    });
  });
}

function bytes(...values: ReadonlyArray<number>): Uint8Array {
  return Uint8Array.from(values);
}

function appendable(file: AppendFile | "exists" | "missing"): AppendFile {
  assert(typeof file === "object", `the file is ${String(file)}`);
  return file;
}

function readable(file: ReadFile | "missing"): ReadFile {
  assert(file !== "missing");
  return file;
}

async function contents(storage: StoragePort, name: string): Promise<ReadonlyArray<number>> {
  const file = readable(await storage.openRead(name));
  const into = new Uint8Array(await file.size());
  await file.read(0, into);
  await file.close();
  return [...into];
}
