import assert from "node:assert/strict";
import { it } from "node:test";
import { run } from "../../../src/run.ts";
import { type Happening, openFileStore, verifyStore } from "../../../stores/file/mod.ts";
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

it("is told of as a file that is kept where it cannot be removed, until it can be", async () => {
  const storage = memoryStorage();
  await run((await run(openFileStore(storage))).close);
  const name = "index-0000000001-0000000001-0000000099.idx";
  assert(await storage.create(name) !== "exists");
  const keptBy = async (broken: Partial<typeof storage>): Promise<ReadonlyArray<string>> => {
    const kept: string[] = [];
    const observe = (happening: Happening): void => {
      assert(happening._tag !== "RunFailed", "no index was to be written");
      if (happening._tag === "FileKept") kept.push(happening.file);
    };
    await run((await run(openFileStore({ ...storage, ...broken }, { observe }))).close);
    return [...new Set(kept)];
  };
  const remove = (file: string): void | Promise<void> => {
    if (file === name) throw new Error("it is held open");
    return storage.remove(file);
  };
  assert.deepEqual(await keptBy({ remove }), [name]);
  assert.deepEqual(await keptBy({}), []);
  assert(!(await storage.list()).includes(name));
});
