import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { coldStorage } from "../../../stores/file/archive/cold_storage.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import { directory } from "../../../stores/storage/node.ts";
import { coldTierContract } from "../../support/cold_tier_contract.ts";

const places: string[] = [];

coldTierContract("a storage in memory as a cold tier", {
  make: () => Promise.resolve(coldStorage(memoryStorage())),
});

coldTierContract("a directory as a cold tier", {
  make: () => {
    const place = mkdtempSync(join(tmpdir(), "leftfold-cold-"));
    places.push(place);
    // One that is not there yet is made.
    return Promise.resolve(coldStorage(directory(join(place, "archives"))));
  },
  end: () => {
    for (const place of places) rmSync(place, { recursive: true });
    return Promise.resolve();
  },
});

test("an object that could not be flushed is not stored", async () => {
  const storage = memoryStorage();
  const tier = coldStorage({
    ...storage,
    create: async (name) => {
      const file = await storage.create(name);
      if (file === "exists") return file;
      return { ...file, datasync: () => Promise.reject(new Error("EIO")) };
    },
  });
  await assert.rejects(async () => await tier.put("a", [new Uint8Array(10)]), /EIO/);
  assert.equal(await tier.put("a", [new Uint8Array(10)]), "exists", "its name is never used again");
});

test("the name is flushed after the bytes, before it counts as stored", async () => {
  const storage = memoryStorage();
  const calls: string[] = [];
  const tier = coldStorage({
    ...storage,
    syncDirectory: () => {
      calls.push("syncDirectory");
    },
    create: async (name) => {
      const file = await storage.create(name);
      if (file === "exists") return file;
      return {
        ...file,
        write: (at, bytes) => {
          calls.push("write");
          return file.write(at, bytes);
        },
        datasync: () => {
          calls.push("datasync");
        },
      };
    },
  });
  await tier.put("a", [new Uint8Array(10)]);
  assert.deepEqual(calls, ["write", "datasync", "syncDirectory"]);
});
