import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../../../src/run.ts";
import { appendAll, pagesOf, toStream } from "../../../../stores/conformance/words.ts";
import { openFileStore } from "../../../../stores/file/mod.ts";
import { memoryStorage } from "../../../../stores/storage/memory.ts";

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
