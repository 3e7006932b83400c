import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { hotSpan, type Positions } from "../../../../stores/file/read/hot_span.ts";

const HEAD = 30;

/** Cold positions in ascending order, some of them side by side. */
const cold: fc.Arbitrary<ReadonlyArray<Positions>> = fc
  .uniqueArray(fc.nat(HEAD), { maxLength: 8 })
  .map((places) => {
    const sorted = [...places].sort((a, b) => a - b);
    return sorted.flatMap((after, at) => {
      const until = sorted[at + 1];
      return at % 3 === 2 || until === undefined ? [] : [{ after, until }];
    });
  });
const place = fc.nat(HEAD);

test("the parts of a hot read hold every hot position once, in order, and no cold one", () => {
  fc.assert(fc.property(cold, place, place, (ranges, from, to) => {
    const isCold = (position: number): boolean =>
      ranges.some(({ after, until }) => position > after && position <= until);
    const wanted: number[] = [];
    if (from <= to) { for (let at = from + 1; at <= to; at++) if (!isCold(at)) wanted.push(at); }
    else for (let at = from; at > to; at--) if (!isCold(at)) wanted.push(at);
    const found: number[] = [];
    for (let at = from, parts = 0; at !== to; parts++) {
      assert.ok(parts < 20, "it comes to its end");
      const span = hotSpan(ranges, { from: at, to });
      if (from <= to) { for (let one = span.from + 1; one <= span.to; one++) found.push(one); }
      else for (let one = span.from; one > span.to; one--) found.push(one);
      at = span.to;
    }
    assert.deepEqual(found, wanted);
  }));
});
