import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run } from "../../../../src/run.ts";
import { appendAll, pagesOf, recordsOf, toStream } from "../../../../stores/conformance/words.ts";
import { openFileStore } from "../../../../stores/file/mod.ts";
import type { StoragePort } from "../../../../stores/file/storage.ts";
import { memoryStorage } from "../../../../stores/storage/memory.ts";
import { withReads } from "../../../support/altered_reads.ts";

test("a run that is taken up while a page is read does not answer for the run before it", async () => {
  const storage = memoryStorage();
  const options = { activeTermsMax: 3 };
  const first = await run(openFileStore(storage, options));
  await appendAll(first, toStream("a-1", ["A", "A"]), toStream("a-1", ["A", "A"]));
  await run(first.close);
  // The run of the last segment's first part is replaced by that of the whole, in the background.
  const second = await run(openFileStore(storage, options));
  await appendAll(second, toStream("a-1", ["A"]), toStream("a-1", ["A"]));
  const pages = await pagesOf(second.read({ types: ["A"] }, { pageRecordsMax: 3 }));
  // A page may end early, where the run that it was reading is gone.
  const positions = pages.flatMap(({ records }) => records.map(({ position }) => position));
  assert.deepEqual(positions, [1, 2, 3, 4, 5, 6]);
  await run(second.close);
});

describe("pages backward", () => {
  const EVENTS = 3_000;

  /** A storage, and how many bytes of its segments were read. */
  function counted(sound: StoragePort): [StoragePort, { segments: number }] {
    const bytes = { segments: 0 };
    const storage = withReads(sound, "segment-", (file) => (at, into) => {
      bytes.segments += into.length;
      return file.read(at, into);
    });
    return [storage, bytes];
  }

  for (const isClosed of [false, true]) {
    const where = isClosed ? "in a run" : "in memory";
    test(`reads each frame about once, and misses none, ${where}`, async () => {
      const [storage, bytes] = counted(memoryStorage());
      let store = await run(openFileStore(storage, { durability: "none" }));
      for (let nth = 0; nth < EVENTS; nth++) await appendAll(store, toStream("a-1", ["A"]));
      if (isClosed) {
        await run(store.close);
        store = await run(openFileStore(storage));
      }
      bytes.segments = 0;
      const forward = await recordsOf(store, { stream: "a-1" });
      assert.equal(forward.length, EVENTS);
      const log = bytes.segments;
      bytes.segments = 0;
      const backward = await recordsOf(store, { stream: "a-1" }, { direction: "backward" });
      assert.deepEqual([...backward].reverse(), forward);
      // A page begins up to 16 KiB of log behind its first record.
      assert(bytes.segments < 2 * log, `${bytes.segments} bytes read of ${log}`);
      await run(store.close);
    });
  }
});
