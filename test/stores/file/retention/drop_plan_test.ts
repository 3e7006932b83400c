import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { printName } from "../../../../stores/file/format/layout.ts";
import { firstKept, floorByNames } from "../../../../stores/file/retention/drop_plan.ts";

describe("where the log begins after a drop", () => {
  const segments = [1, 2, 3, 4].map((number) => ({ number, firstPosition: number * 10 - 9 }));

  test("is the last segment with nothing below the position that must stay", () => {
    const firstOf = (position: number): number | undefined =>
      firstKept(segments, { segment: 1 }, position)?.number;
    assert.equal(firstOf(1), 1);
    assert.equal(firstOf(10), 1);
    assert.equal(firstOf(11), 2, "all of the first segment lies below it");
    assert.equal(firstOf(20), 2);
    assert.equal(firstOf(1_000), 4, "the last one always stays");
  });

  test("never falls", () => {
    assert.equal(firstKept(segments, { segment: 3 }, 11), undefined);
    assert.equal(firstKept(segments, { segment: 3 }, 21)?.number, 3);
  });
});

describe("where a log may begin, by the names of its files", () => {
  const segment = (number: number): string => printName({ kind: "segment", number, epoch: 1 });
  const run = (from: number, to: number): string =>
    printName({ kind: "index", from, to, attempt: 1 });

  const erased = printName({ kind: "erased", number: 5, attempt: 2 });

  test("is the oldest segment that there is a file for", () => {
    assert.equal(floorByNames([]), 1);
    assert.equal(floorByNames(["STORE", segment(7), segment(6)]), 6);
    assert.equal(floorByNames([segment(7), run(2, 3), run(4, 6)]), 2, "archived, but indexed");
    assert.equal(floorByNames([erased, segment(5), segment(6)]), 5);
  });

  test("is not told by names where one is missing between", () => {
    assert.equal(floorByNames([segment(1), segment(3)]), undefined);
    assert.equal(floorByNames([run(1, 1), run(1, 2), segment(4)]), undefined);
    assert.equal(floorByNames([segment(1), run(2, 2), segment(3)]), undefined, "1 was kept open");
    assert.equal(floorByNames([run(1, 3), run(2, 2), segment(4)]), 1);
    assert.equal(floorByNames([erased, segment(6)]), undefined, "5 was erased, or dropped as well");
    const mark = printName({ kind: "backup", attempt: 2 });
    assert.equal(floorByNames([segment(1), segment(2), mark]), undefined, "1 may be a part");
  });
});
