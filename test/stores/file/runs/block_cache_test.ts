import { describe, test } from "node:test";
import assert from "node:assert/strict";
import * as E from "fp-ts/lib/Either.js";
import { blockCache } from "../../../../stores/file/runs/block_cache.ts";
import { encodeRun } from "../../../../stores/file/runs/index_run.ts";
import { memoryTerms } from "../../../../stores/file/runs/memory_terms.ts";
import { openRun, type RunReader } from "../../../../stores/file/runs/run_reader.ts";
import { termHasher } from "../../../../stores/file/runs/term_hash.ts";
import { fileOf, segmentOf, storeKey } from "../../../support/index_samples.ts";

describe("the cache of blocks", () => {
  const payload = new Uint8Array(4092);

  test("keeps no more than it may, and forgets what was used longest ago", () => {
    const cache = blockCache(3 * 4092);
    const run = cache.newRun();
    for (const block of [1, 2, 3]) cache.set(run, block, payload);
    cache.get(run, 1);
    cache.set(run, 4, payload);
    assert.deepEqual([1, 2, 3, 4].map((block) => cache.get(run, block) !== undefined), [
      true,
      false,
      true,
      true,
    ]);
    assert.equal(cache.bytes(), 3 * 4092);
  });

  test("keeps runs apart, and forgets a run that is closed", async () => {
    const { row } = segmentOf([]);
    const hash = termHasher(storeKey);
    const runs: RunReader[] = [];
    const cache = blockCache(2 ** 20);
    for (const name of ["a", "b"]) {
      const terms = memoryTerms({ segment: 1, offset: 128 }, hash);
      terms.add("stream", name, 16, 1, 1);
      const { bytes } = encodeRun({ hash, segments: [{ row, terms }] });
      const run = await openRun(fileOf(bytes), "a run", hash, cache);
      assert.ok(E.isRight(run));
      runs.push(run.right);
    }
    for (const [at, name] of ["a", "b"].entries()) {
      assert.equal((await runs[at]!.find({ kind: "stream", name }))?.name, name);
      assert.equal(await runs[1 - at]!.find({ kind: "stream", name }), undefined);
    }
    await runs[0]!.close();
    await runs[1]!.close();
    assert.equal(cache.bytes(), 0);
  });
});
