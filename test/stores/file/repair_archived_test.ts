import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ok, recordsOf } from "../../../stores/conformance/words.ts";
import { coldStorage } from "../../../stores/file/archive/cold_storage.ts";
import type { ColdTier } from "../../../stores/file/archive/cold_tier.ts";
import {
  openFileStore,
  planRepair,
  repairStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { without } from "../../support/repairing.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

/** A store of some segments, all of which but the last are archived. */
async function archivedStore(): Promise<{ readonly files: Files; readonly cold: ColdTier }> {
  const cold = coldStorage(memoryStorage());
  const disk = await diskOf();
  const store = await ok(openFileStore(disk, { segmentBytesMax: 1024, cold }));
  for (let nth = 1; nth <= 9; nth++) await ok(store.append(sampleCommit(`${nth}`, ["a-1"], 300)));
  await ok(store.archive());
  await ok(store.append(sampleCommit("last", ["a-1"], 300)));
  await ok(store.close);
  return { files: filesIn(disk), cold };
}

// Without the manifest, the segments that are archived are gone.
describe("a repair of a store whose segments are archived", () => {
  test("before the last one keeps what is archived before the end, and forgets the rest", async () => {
    const { files, cold } = await archivedStore();
    assert(namesOf(files, "segment").length <= 2, namesOf(files, "segment").join());
    for (const segment of [1, 2, 3]) {
      const disk = await diskOf(files, { seed: segment });
      const plan = await ok(planRepair(disk, { at: { segment, offset: 128 }, cold }));
      assert(plan._tag === "Repair");
      await ok(repairStore(disk, plan, { cold }));
      assert.equal((await ok(storeStats(disk, { cold }))).archivedSegments, segment);
      let wanted = plan.end.position;
      // Each open looks for files that are archived, and removes them.
      for (let nth = 0; nth < 4; nth++) {
        const store = await ok(openFileStore(disk, { segmentBytesMax: 1024, cold }));
        assert.equal((await recordsOf(store)).length, wanted);
        for (let more = 0; more < 3; more++) {
          await ok(store.append(sampleCommit(`new-${nth}-${more}`, ["a-1"], 300)));
        }
        wanted += 3;
        if (nth === 2) await ok(store.archive());
        await ok(store.close);
      }
      assert.deepEqual((await ok(verifyStore(disk, { cold }))).problems, []);
    }
  });

  test("goes on with the newest manifest before its end, where nothing behind it has one", async () => {
    const { files, cold } = await archivedStore();
    const disk = await diskOf(files);
    const store = await ok(openFileStore(disk, { segmentBytesMax: 1024, cold }));
    for (let nth = 0; nth < 5; nth++) {
      await ok(store.append(sampleCommit(`more-${nth}`, ["a-1"], 300)));
    }
    await ok(store.close);
    const last = namesOf(filesIn(disk), "segment").at(-1)!;
    const less = await diskOf(without(filesIn(disk), last));
    const plan = await ok(planRepair(less, { cold }));
    assert(plan._tag === "Repair");
    await ok(repairStore(less, plan, { cold }));
    const later = await ok(openFileStore(less, { cold }));
    await ok(later.append(sampleCommit("later", ["a-1"])));
    await ok(later.close);
    // The index would know where an older one is.
    const bare = await diskOf(without(filesIn(less), ...namesOf(filesIn(less), "index")));
    const again = await ok(openFileStore(bare, { cold }));
    assert.equal((await recordsOf(again)).length, plan.end.position + 1);
    await ok(again.close);
  });

  test("is planned where the last one is damaged", async () => {
    const { files, cold } = await archivedStore();
    const last = namesOf(files, "segment").at(-1)!;
    const damaged = withFile(files, last, flipped(bytesOf(files, last), 20, 1));
    const disk = await diskOf(damaged);
    const plan = await ok(planRepair(disk, { cold }));
    assert(plan._tag === "Repair");
    await ok(repairStore(disk, plan, { cold }));
    const store = await ok(openFileStore(disk, { cold }));
    assert.equal((await recordsOf(store)).length, plan.end.position);
    await ok(store.close);
  });
});
