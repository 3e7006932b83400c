import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeRun, type SegmentTerms } from "../../../../stores/file/runs/index_run.ts";
import { mergeRuns } from "../../../../stores/file/runs/run_merge.ts";
import { termHasher } from "../../../../stores/file/runs/term_hash.ts";
import { frames, hashers, segmentsOf, storeKey } from "../../../support/index_samples.ts";
import { merged, openedRun } from "../../../support/merged_runs.ts";

const keyed = termHasher(storeKey);

/** Cuts a list into parts, none of them empty. */
function partsOf<Item>(list: ReadonlyArray<Item>, cuts: ReadonlySet<number>): Item[][] {
  const parts: Item[][] = [];
  list.forEach((item, at) => {
    if (at === 0 || cuts.has(at)) parts.push([item]);
    else parts[parts.length - 1]!.push(item);
  });
  return parts;
}

describe("a merge of index runs", () => {
  test("gives the bytes of the run of all their segments, in whatever steps", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(hashers)),
        fc.array(frames, { minLength: 2, maxLength: 8 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 7 })),
        fc.uniqueArray(fc.integer({ min: 1, max: 7 })),
        async (by, lists, cuts, later) => {
          const hash = hashers[by]!;
          const segments = segmentsOf(lists);
          const runOf = (some: ReadonlyArray<SegmentTerms>): Uint8Array =>
            encodeRun({ hash, segments: some }).bytes;
          const runs = partsOf(segments, new Set(cuts)).map(runOf);
          const steps = await Promise.all(
            partsOf(runs, new Set(later)).map((some) => merged(some, hash)),
          );
          const whole = runOf(segments);
          assert.deepEqual(await merged(runs, hash), whole);
          assert.deepEqual(await merged(steps, hash), whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("gives those bytes for pages, names, lists and commits of many windows", async () => {
    const segments = segmentsOf(
      Array.from({ length: 3 }, (_, segment) =>
        Array.from({ length: 9_000 }, (_, at) => ({
          offset8: 16 + at * 40,
          events: 1,
          time: at,
          commitId: `commit-${segment}-${at}`,
          uses: [
            { kind: "stream" as const, name: `a-${"n".repeat(40)}-${(at * 7) % 8_000}`, events: 1 },
            { kind: "type" as const, name: "Opened", events: 1 + at % 300 },
            {
              kind: "tag" as const,
              name: at === 9 ? "t".repeat(600_000) : `t-${at % 3}`,
              events: 1,
            },
          ],
        }))),
    );
    const runs = segments.map((one) => encodeRun({ hash: keyed, segments: [one] }).bytes);
    const whole = encodeRun({ hash: keyed, segments }).bytes;
    assert.ok(whole.length > 2 ** 21, `${whole.length} bytes`);
    assert.deepEqual(await merged(runs, keyed), whole);
  });

  test("keeps the newest manifest frame", async () => {
    const segments = segmentsOf([[], [], []]);
    for (const { terms } of segments.slice(0, 2)) terms.addManifest(16);
    const runs = segments.map((one) => encodeRun({ hash: keyed, segments: [one] }).bytes);
    const run = await openedRun(await merged(runs, keyed), keyed);
    assert.deepEqual(run.manifest, { segment: 8, offset: 128 });
  });

  test("reads its inputs in parts, however large they are", async () => {
    const [one, two] = segmentsOf([0, 1].map(() =>
      Array.from({ length: 40_000 }, (_, at) => ({
        offset8: 16 + at * 300,
        events: 2,
        time: at,
        commitId: undefined,
        uses: [{ kind: "type" as const, name: "Opened", events: 2 + at }],
      }))
    ));
    const runs = await Promise.all(
      [one!, two!].map((segment) =>
        openedRun(encodeRun({ hash: keyed, segments: [segment] }).bytes, keyed)
      ),
    );
    const merging = mergeRuns(runs.map(({ map }) => map));
    let most = 0;
    for (let step = merging.next(); !step.done;) {
      const { value } = step;
      const size = value._tag === "Read" ? value.span.to - value.span.from : value.blocks.length;
      most = Math.max(most, size);
      const given = value._tag === "Read"
        ? await runs[value.input]!.part(value.span)
        : new Uint8Array(0);
      step = merging.next(given);
    }
    assert.ok(most <= 64 * 4096, `${most} bytes at once`);
  });

  test("refuses runs that are no neighbours", async () => {
    const segments = segmentsOf([[], [], []]);
    const maps = await Promise.all(segments.map(async (one) => {
      return (await openedRun(encodeRun({ hash: keyed, segments: [one] }).bytes, keyed)).map;
    }));
    for (const wrong of [[], [maps[0]!, maps[2]!], [maps[1]!, maps[0]!]]) {
      assert.throws(() => mergeRuns(wrong).next(), /merge index runs/);
    }
  });
});
