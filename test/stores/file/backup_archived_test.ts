import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  backup,
  coldStorage,
  openFileStore,
  planRepair,
  restore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { answersOf, filled, opened } from "../../support/archived_store.ts";
import { diskOf, filesIn, namesOf } from "../../support/disk.ts";

describe("a backup of an archived store", () => {
  test("is whole by itself, carried on, and restored without the cold tier", async () => {
    const [disk, cold, away] = [await diskOf(), await diskOf(), await diskOf()];
    const tier = coldStorage(cold);
    const writer = await filled(disk, cold);
    const before = await answersOf(writer);
    const { segments } = await ok(writer.archive({ through: { segment: 3 } }));
    assert.deepEqual(segments, [1, 2, 3]);
    await fault(backup(disk, away), "ColdUnavailable");
    await ok(backup(disk, away, { cold: tier }));
    const all = namesOf(filesIn(away), "segment");
    await ok(writer.archive());
    // What is new is the manifest, and perhaps a segment that it has filled.
    assert.ok((await ok(backup(disk, away, { cold: tier }))).bytesWritten < 2048);
    assert.equal((await ok(backup(disk, away, { cold: tier }))).bytesWritten, 0);
    assert.deepEqual(namesOf(filesIn(away), "segment").slice(0, all.length), all);
    await ok(writer.close);
    assert.deepEqual((await ok(verifyStore(away, { isDeep: true }))).problems, []);
    assert.equal((await ok(planRepair(away)))._tag, "NothingToRepair");
    const { archivedSegments, sizes } = await ok(storeStats(away));
    assert.deepEqual([archivedSegments, sizes.log.strays], [0, 0]);
    for (const mode of ["readOnly", "salvage"] as const) {
      const reader = await ok(openFileStore(away, { mode }));
      const hot = await recordsOf(reader, {}, { tiers: "hot" });
      assert.deepEqual(hot, await recordsOf(reader), "nothing of it is in a cold tier");
      await ok(reader.close);
    }

    const anew = await diskOf(new Map(), { seed: 5 });
    await ok(restore(away, anew));
    assert.equal((await ok(storeStats(anew))).archivedSegments, 0);
    assert.deepEqual((await ok(verifyStore(anew, { isDeep: true }))).problems, []);
    // It may use the same tier, and shares no archive there with the store that it comes from.
    const archives = filesIn(cold);
    const again = await opened(anew, cold);
    assert.equal(await answersOf(again), before);
    const own = await ok(again.archive());
    assert.ok(own.segments.length >= all.length - 1);
    assert.equal(await answersOf(again), before);
    await ok(again.close);
    assert.equal(filesIn(cold).size, archives.size + own.segments.length);
  });
});
