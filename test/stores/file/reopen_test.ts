import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countedStorage, type Reading, readOf } from "../../../bench/counted_storage.ts";
import type { EventStore } from "../../../src/event_store.ts";
import { run } from "../../../src/run.ts";
import { parseName, segmentName } from "../../../stores/file/format/layout.ts";
import { openFileStore } from "../../../stores/file/mod.ts";
import { memoryStorage, virtualClock } from "../../../stores/storage/memory.ts";

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

  it("scans the segments whose index run is gone, and no others", async () => {
    // Time stands still, so that no merge waits for its turn.
    const disk = memoryStorage({ clock: virtualClock() });
    const first = await run(openFileStore(disk, options));
    await appendTo(first, 1000);
    await run(first.close);
    const names = await disk.list();
    const runs = names.filter(isRun).sort();
    // A merged run, with others before and behind it.
    const lost = runs.at(1);
    const name = parseName(lost ?? "");
    assert(lost !== undefined && name?.kind === "index" && name.to > name.from);
    await disk.remove(lost);
    const isLost = (segment: string): boolean => {
      const file = parseName(segment);
      return file?.kind === "segment" && file.number >= name.from && file.number <= name.to;
    };

    const { storage, readings } = countedStorage(disk);
    const store = await run(openFileStore(storage, { mode: "existing" }));
    const size = async (name: string): Promise<number> => {
      const file = await disk.openRead(name);
      return file === "missing" ? 0 : await file.size();
    };
    const after = name.to + 1;
    for (const segment of await sealedOf(disk)) {
      const { bytes } = readings().get(segment) ?? { bytes: 0 };
      if (isLost(segment)) assert(bytes >= await size(segment), segment);
      // The header behind says which segment of that number it is, and where it ends.
      else if (segment === segmentName(after, 1)) assert.equal(bytes, 128, segment);
      else assert.equal(bytes, 0, segment);
    }
    await run(store.close);
  });
});
