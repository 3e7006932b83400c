import assert from "node:assert/strict";
import { test } from "node:test";
import {
  flushedOf,
  isVouchedFor,
  type TargetFacts,
  unfitForBackup,
  unfitForRestore,
} from "../../../stores/file/copy_plan.ts";
import { segmentName } from "../../../stores/file/format/layout.ts";

const segments = [
  { number: 3, epoch: 1, end: 900 },
  { number: 4, epoch: 1, end: 800 },
  { number: 5, epoch: 2, end: 400 },
];
const mark = { segment: 4, segmentEpoch: 1, flushedOffset: 700, position: 41, hcrc: 1 };
const earlier: TargetFacts = {
  names: ["STORE", segmentName(3, 1), segmentName(4, 1), "backup-0000000001.mark"],
  identity: "same",
  mark,
};
const empty: TargetFacts = { names: ["notes.txt"], identity: "none", mark: undefined };

test("a backup goes into an empty place, or on an earlier one of the same history", () => {
  assert.equal(unfitForBackup(segments, empty), undefined);
  assert.equal(unfitForBackup(segments, earlier), undefined);
  // Interrupted: no mark yet, or segments that are newer than the mark.
  const names = [...earlier.names, segmentName(5, 2)];
  assert.equal(unfitForBackup(segments, { ...earlier, names }), undefined);
  assert.equal(unfitForBackup(segments, { names: [segmentName(3, 1)], ...rest }), undefined);
  // What the log has dropped since is let be.
  const old = { ...earlier, names: [...earlier.names, segmentName(2, 1)] };
  assert.equal(unfitForBackup(segments, old), undefined);
  assert.equal(unfitForBackup(segments, { ...old, mark: { ...mark, segment: 2 } }), undefined);
});
const rest = { identity: "none", mark: undefined } as const;

test("a backup goes nowhere else", () => {
  const refused: ReadonlyArray<readonly [TargetFacts, RegExp]> = [
    [{ ...earlier, identity: "other" }, /^another store$/],
    [{ ...empty, names: ["writer-0000000001.claim"] }, /opened for writing/],
    [{ names: [segmentName(5, 1)], ...rest }, /segment-0000000005-0000000001.log.*parted/],
    [{ names: [segmentName(6, 2)], ...rest }, /segment-0000000006-.*parted/],
    [{ ...earlier, mark: { ...mark, flushedOffset: 801 } }, /up to position 41 of another/],
    [{ ...earlier, mark: { ...mark, segmentEpoch: 2 } }, /of another history/],
    [{ ...earlier, mark: { ...mark, segment: 6 } }, /of another history/],
  ];
  for (const [facts, found] of refused) {
    assert.match(unfitForBackup(segments, facts)?.found ?? "fits", found);
  }
});

test("a store is restored into an empty place, or where a restore was interrupted", () => {
  assert.equal(unfitForRestore(segments, empty), undefined);
  assert.equal(unfitForRestore(segments, { names: [segmentName(3, 1)], ...rest }), undefined);
  for (
    const facts of [
      { ...earlier, mark: undefined },
      { ...empty, names: ["writer-0000000001.claim"] },
      { ...empty, names: ["backup-0000000001.mark"] },
      { ...empty, names: ["projection-seats-0000000001.state"] },
      { ...empty, names: [segmentName(4, 2)] },
    ]
  ) assert.ok(unfitForRestore(segments, facts), JSON.stringify(facts));
});

test("an earlier backup vouches for segments before its last one", () => {
  assert.deepEqual(segments.map((segment) => isVouchedFor(segment, mark)), [true, false, false]);
  assert.deepEqual(segments.map((segment) => isVouchedFor(segment, undefined)), [
    false,
    false,
    false,
  ]);
});

test("an earlier backup has flushed closed segments whole, its last one up to its mark, and no other", () => {
  assert.deepEqual(segments.map((segment) => flushedOf(segment, mark)), [900, 700, 0]);
  assert.deepEqual(segments.map((segment) => flushedOf(segment, undefined)), [0, 0, 0]);
  const [third, fourth] = segments;
  const erased = { segment: 3, attempt: 2, sha256: "0".repeat(64) };
  assert.equal(flushedOf({ ...third!, erased }, mark), 0);
  assert.equal(flushedOf({ ...fourth!, epoch: 2 }, mark), 0, "another history");
});
