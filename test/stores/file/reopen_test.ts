import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countedStorage, type Reading, readOf } from "../../../bench/counted_storage.ts";
import type { EventStore } from "../../../src/event_store.ts";
import { run } from "../../../src/run.ts";
import { openFileStore } from "../../../stores/file/mod.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";

const options = { segmentBytesMax: 4096 };

async function appendTo(store: EventStore, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const event = { type: "Booked", schemaVersion: 1, data: { seats: at }, tags: [] };
    const stream = `show-${at % 20}`;
    await run(store.append({ writes: [{ stream, expected: "any", events: [{ event }] }] }));
  }
}

/** The segments of a store in log order, the last one left out. */
async function sealedOf(
  { list }: ReturnType<typeof memoryStorage>,
): Promise<ReadonlySet<string>> {
  const names = await list();
  return new Set(names.filter((name) => name.startsWith("segment-")).sort().slice(0, -1));
}

describe("a reopen after a clean close", () => {
  const isRun = (name: string): boolean => name.startsWith("index-");

  for (const mode of ["existing", "readOnly"] as const) {
    it(`reads no byte of a sealed segment, and no frame but the last (${mode})`, async () => {
      const disk = memoryStorage();
      const first = await run(openFileStore(disk, options));
      await appendTo(first, 400);
      await run(first.close);
      const sealed = await sealedOf(disk);
      assert(sealed.size >= 5, `${sealed.size} segments are sealed`);

      const { storage, readings } = countedStorage(disk);
      const store = await run(openFileStore(storage, { mode }));
      const nothing: Reading = { reads: 0, bytes: 0 };
      assert.deepEqual(readOf(readings(), (name) => sealed.has(name)), nothing);
      const inLast = readOf(readings(), (name) => name.startsWith("segment-"));
      assert(inLast.bytes > 0 && inLast.bytes < 1024, `${inLast.bytes} bytes of the last segment`);
      const inRuns = readOf(readings(), isRun).bytes / (sealed.size + 1);
      assert(inRuns <= 3 * 4096, `${inRuns} bytes of each index run`);
      const page = await run(store.read({ stream: "show-7" }));
      assert.equal(page.records.length, 20);
      assert(readOf(readings(), (name) => sealed.has(name)).bytes > 0);
      await run(store.close);
    });
  }

  it("scans the one segment whose index run is gone", async () => {
    const disk = memoryStorage();
    const first = await run(openFileStore(disk, options));
    await appendTo(first, 400);
    await run(first.close);
    const names = await disk.list();
    const runs = names.filter(isRun).sort();
    const lost = runs.at(-2);
    assert(lost !== undefined);
    await disk.remove(lost);
    const segment = [...await sealedOf(disk)].at(-1) ?? "";

    const { storage, readings } = countedStorage(disk);
    const store = await run(openFileStore(storage, { mode: "existing" }));
    const size = async (name: string): Promise<number> => {
      const file = await disk.openRead(name);
      return file === "missing" ? 0 : await file.size();
    };
    assert(readOf(readings(), (name) => name === segment).bytes >= await size(segment));
    for (const name of [...await sealedOf(disk)].slice(0, -1)) {
      assert.equal(readings().get(name), undefined, name);
    }
    await run(store.close);
  });
});
