import assert from "node:assert/strict";
import { it } from "node:test";
import { run } from "../../../src/run.ts";
import { openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";

const event = { type: "Booked", schemaVersion: 1, data: { seats: 2 }, tags: [] };

it("is no damage: an index run whose writer did not come to its footer", async () => {
  const storage = memoryStorage();
  const store = await run(openFileStore(storage));
  await run(store.append({ writes: [{ stream: "show-1", expected: "any", events: [{ event }] }] }));
  await run(store.close);
  const name = (await storage.list()).find((one) => one.endsWith(".idx"));
  assert(name !== undefined);
  const whole = await storage.openRead(name);
  assert(whole !== "missing");
  const bytes = new Uint8Array(await whole.size());
  await whole.read(0, bytes);
  const damaged = bytes.slice();
  damaged[5000]! ^= 1;

  const verified = async (size: number, from = bytes): Promise<ReadonlyArray<string>> => {
    await storage.remove(name);
    const file = await storage.create(name);
    assert(file !== "exists");
    if (size > 0) await file.write(0, from.subarray(0, size));
    return (await run(verifyStore(storage))).problems.map((problem) => problem.file);
  };
  for (const size of [0, 100, 4096, bytes.length - 4096, bytes.length - 1, bytes.length]) {
    assert.deepEqual(await verified(size), [], `the first ${size} bytes`);
  }
  assert.deepEqual(await verified(bytes.length, damaged), [name]);
});
