import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, minute, pace, plot, table } from "../../../examples/declarations/text.ts";

test("figures are grouped and rounded", () => {
  assert.equal(figure(55628), "55,628");
  assert.equal(figure(10.404, 2), "10.40");
  assert.equal(pace(1000, "events", 0.5), "0.5 s, 2,000 events/s");
  assert.equal(minute(new Date("2017-01-09T08:49:50.000Z")), "2017-01-09 08:49");
});

test("a table is as wide as its widest cells, and leaves no blanks at the end of a line", () => {
  assert.deepEqual(
    table(
      [{ head: "role", align: "left" }, { head: "yes", align: "right" }, {
        head: "of",
        align: "left",
      }],
      [["SUPERVISOR", "9,999", "x"], ["A", "1", "yy"]],
    ),
    ["  role           yes   of", "  SUPERVISOR   9,999   x", "  A                1   yy"],
  );
});

test("the longest bar of a plot has 48 marks, and a single one of many still shows", () => {
  const lines = plot([
    { label: "0 - 2", count: 1 },
    { label: "2 - 14", count: 9_600 },
    { label: "more", count: 0 },
    { label: "half", count: 4_800 },
  ]);
  assert.deepEqual(lines, [
    "   0 - 2 |█ 1",
    `  2 - 14 |${"█".repeat(48)} 9,600`,
    "    more | 0",
    `    half |${"█".repeat(24)} 4,800`,
  ]);
});
