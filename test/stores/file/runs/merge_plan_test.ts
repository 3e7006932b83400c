import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  levelOf,
  planMerge,
  RUNS_IN_MERGE,
  type RunSize,
} from "../../../../stores/file/runs/merge_plan.ts";

const MIB = 2 ** 20;

/** Runs after a merge, and what it wrote. */
function merged(
  runs: ReadonlyArray<RunSize>,
  { at, count }: { readonly at: number; readonly count: number },
): { readonly runs: ReadonlyArray<RunSize>; readonly made: RunSize } {
  const parts = runs.slice(at, at + count);
  const made = {
    segments: parts.reduce((sum, { segments }) => sum + segments, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return { runs: [...runs.slice(0, at), made, ...runs.slice(at + count)], made };
}

/** Merges until there is nothing to merge. */
function settled(
  found: ReadonlyArray<RunSize>,
  runBytesMax: number,
): { readonly runs: ReadonlyArray<RunSize>; readonly bytesWritten: number } {
  let runs = found;
  let bytesWritten = 0;
  for (let plan = planMerge(runs, runBytesMax); plan; plan = planMerge(runs, runBytesMax)) {
    assert.ok(plan.count >= 2 && plan.count <= RUNS_IN_MERGE, `${plan.count} runs at once`);
    assert.ok(plan.at >= 0 && plan.at + plan.count <= runs.length);
    const step = merged(runs, plan);
    assert.ok(step.made.bytes <= runBytesMax, `a run of ${step.made.bytes} bytes`);
    runs = step.runs;
    bytesWritten += step.made.bytes;
  }
  return { runs, bytesWritten };
}

const levels = (segments: number): number => levelOf({ segments }) + 1;

describe("a plan of merges", () => {
  test("keeps runs few while a log grows, and writes each byte once a level", () => {
    let runs: ReadonlyArray<RunSize> = [];
    let written = 0;
    for (let segments = 1; segments <= 1_000; segments++) {
      const step = settled([...runs, { segments: 1, bytes: MIB }], Infinity);
      runs = step.runs;
      written += step.bytesWritten;
      assert.ok(runs.length <= 7 * levels(segments), `${runs.length} runs of ${segments} segments`);
      assert.equal(runs.reduce((sum, one) => sum + one.segments, 0), segments);
      const falling = runs.every((run, at) => at === 0 || levelOf(runs[at - 1]!) >= levelOf(run));
      assert.ok(falling, runs.map((run) => run.segments).join(" "));
      assert.ok(written <= (levels(segments) - 1) * segments * MIB);
    }
    // As a number with eight digits: 1,000 = 1750 in base 8.
    assert.deepEqual(runs.map((run) => run.segments), [
      512,
      ...Array(7).fill(64),
      ...Array(5).fill(8),
    ]);
  });

  test("comes to an end, and to few runs, whatever was found", () => {
    const sizes = fc.array(fc.record({ segments: fc.integer({ min: 1, max: 600 }) }), {
      maxLength: 40,
    });
    fc.assert(fc.property(sizes, (found) => {
      const runs = found.map(({ segments }) => ({ segments, bytes: segments * MIB }));
      const total = runs.reduce((sum, { segments }) => sum + segments, 0);
      const { runs: left } = settled(runs, Infinity);
      assert.ok(left.length <= 7 * levels(Math.max(1, total)), `${left.length} of ${total}`);
    }));
  });

  test("makes no run larger than it may be, and still merges what fits", () => {
    fc.assert(fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 1, max: 300 }),
      (mebibytes, segments) => {
        const found = Array.from({ length: segments }, () => ({ segments: 1, bytes: MIB }));
        const { runs } = settled(found, mebibytes * MIB);
        if (segments >= RUNS_IN_MERGE) assert.ok(runs.length < segments);
      },
    ));
  });

  test("does nothing for runs that are few", () => {
    const few = Array.from({ length: 7 }, () => ({ segments: 1, bytes: MIB }));
    assert.equal(planMerge([], Infinity), undefined);
    assert.equal(planMerge(few, Infinity), undefined);
    assert.equal(planMerge([{ segments: 64, bytes: MIB }, ...few], Infinity), undefined);
    assert.deepEqual(planMerge([...few, few[0]!], Infinity), { at: 0, count: 8 });
  });

  test("takes runs that stand before a wider one together with it", () => {
    const one = { segments: 1, bytes: MIB };
    const wide = { segments: 8, bytes: 8 * MIB };
    assert.deepEqual(planMerge([one, one, wide, one], Infinity), { at: 0, count: 3 });
    assert.deepEqual(planMerge([one, one, wide, one], 4 * MIB), { at: 0, count: 2 });
  });
});
