import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { openFileStore } from "../../../stores/file/mod.ts";
import {
  commitOf,
  COMMITS,
  filled as archivable,
  segmentsOf,
} from "../../support/archived_store.ts";
import { diskOf, type Files, filesIn } from "../../support/disk.ts";
import { filled, small } from "../../support/dropped_store.ts";
import { ada, isAda, peopled } from "../../support/erased_store.ts";

const reader = async (files: Files) =>
  await ok(openFileStore(await diskOf(files), { mode: "readOnly" }));

describe("the plan of a drop", () => {
  test("is what the drop does then, for each position, and names who would be forgotten", async () => {
    const disk = await diskOf();
    await ok((await filled(disk)).close);
    const files = filesIn(disk);
    for (const position of [1, 4, 9, 24, 25, 40, 41, 1_000]) {
      const asked = await reader(files);
      const plan = await ok(asked.planDrop(position));
      await ok(asked.close);
      const copy = await diskOf(files);
      const store = await ok(openFileStore(copy, small));
      const own = await ok(store.planDrop(position));
      assert.deepEqual({ ...own, next: 0 }, { ...plan, next: 0 }, "also of who writes");
      assert.deepEqual(plan.leftOver, []);
      assert.equal(new Set(plan.forgotten).size, plan.forgotten.length);
      if (plan.forgotten.length > 0) await fault(store.dropBelow(position), "WouldForget");
      const { floor, segments } = await ok(store.dropBelow(position, { forget: true }));
      assert.deepEqual([floor, segments], [plan.floor, plan.segments]);
      const kept = await recordsOf(store);
      assert.equal(40 - kept.length, plan.positions ? plan.positions.to : 0);
      await ok(store.close);
      const gone = [...files].filter(([name]) => {
        return name.startsWith("segment-") && !filesIn(copy).has(name);
      });
      assert.equal(gone.reduce((sum, [, { length }]) => sum + length, 0), plan.bytes);
    }
  });

  test("tells what an earlier drop has left over", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const before = filesIn(disk);
    await ok(store.dropBelow(25));
    await ok(store.close);
    const name = "segment-0000000001-0000000001.log";
    const asked = await reader(new Map([...filesIn(disk), [name, before.get(name)!]]));
    const { positions, leftOver } = await ok(asked.planDrop(25));
    assert.deepEqual([positions, leftOver], [undefined, [name]]);
    await ok(asked.close);
  });

  test("wants a position", async () => {
    const store = await filled(await diskOf(), 1);
    for (const wrong of [0, -1, 1.5, Number.NaN]) await fault(store.planDrop(wrong), "Refused");
    await fault(store.planCut("", 1), "Refused");
    await fault(store.planCut("s-0", 0), "Refused");
    await ok(store.close);
    await fault(store.planDrop(1), "Closed");
  });
});

describe("the plan of an erasure", () => {
  test("is what is erased then", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const hers = Array.from({ length: 40 }, (_, at) => at + 1).filter(isAda).map((nth) =>
      2 * nth - 1
    );
    const plan = await ok(store.planErase(ada));
    assert.deepEqual(plan.positions, { from: hers[0], to: hers.at(-1) });
    const part = { after: hers[1]!, until: hers[4]! };
    const { records, positions } = await ok(store.planErase(ada, part));
    assert.deepEqual([records, positions], [3, { from: hers[2], to: hers[4] }]);
    const counted = await ok(store.planErase({ types: ["Counted"] }));
    assert.deepEqual([counted.records, counted.positions], [40, { from: 2, to: 80 }]);
    const asked = await ok(openFileStore(disk, { mode: "readOnly" }));
    assert.deepEqual(await ok(asked.planErase(ada)), plan);
    await ok(asked.close);
    const erased = await ok(store.eraseRecords(ada));
    assert.deepEqual([erased.records, erased.segments], [plan.records, plan.segments]);
    const after = await ok(store.planErase(ada));
    assert.deepEqual(after, { records: 0, positions: undefined, segments: 0, bytes: 0 });
    await ok(store.close);
  });
});

describe("the plan of an archival", () => {
  test("is what is archived then, also by a policy, and leaves out what says of a cut", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await archivable(disk, cold);
    await ok(store.truncateStream(commitOf(1).writes[0]!.stream, 2));
    for (let nth = COMMITS + 1; nth <= COMMITS + 30; nth++) await ok(store.append(commitOf(nth)));
    const closed = segmentsOf(disk) - 1;
    let archived = 0;
    for (const policy of [{ through: { segment: 2 } }, { keepBytes: 3_000 }, {}]) {
      const plan = await ok(store.planArchive(policy));
      const asked = await ok(openFileStore(disk, { mode: "readOnly" }));
      assert.deepEqual(await ok(asked.planArchive(policy)), plan);
      await ok(asked.close);
      const { segments, bytes } = await ok(store.archive(policy));
      assert.deepEqual(plan, { segments, bytes });
      assert.ok(segments.length > 0);
      archived += segments.length;
    }
    assert.equal(archived, closed - 1);
    await ok(store.close);
  });
});
