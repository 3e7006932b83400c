import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { shouldRoll } from "../../../../stores/file/append/rolling.ts";
import { SEAL_FRAME_BYTES } from "../../../../stores/file/format/segment.ts";

const facts = fc.record({
  begin: fc.integer({ min: 16, max: 30 }).map((eighth) => eighth * 8),
  end: fc.integer({ min: 30, max: 1000 }).map((eighth) => eighth * 8),
  frameBytes: fc.integer({ min: 6, max: 1000 }).map((eighth) => eighth * 8),
  segmentBytesMax: fc.integer({ min: 1024, max: 10_000 }),
  terms: fc.nat(100),
  activeTermsMax: fc.integer({ min: 1, max: 100 }),
});

test("a segment takes at least one commit, however large", () => {
  fc.assert(fc.property(facts, (one) => {
    assert.equal(shouldRoll({ ...one, end: one.begin }), false);
  }));
});

test("a segment never outgrows its size with a second commit, its seal included", () => {
  fc.assert(fc.property(facts, (one) => {
    if (one.end === one.begin || shouldRoll(one)) return;
    assert.ok(one.end + one.frameBytes + SEAL_FRAME_BYTES <= one.segmentBytesMax);
    assert.ok(one.terms < one.activeTermsMax);
  }));
});

test("a commit that just fits does not begin a segment", () => {
  const one = { begin: 136, end: 200, frameBytes: 800, terms: 0, activeTermsMax: 10 };
  assert.equal(shouldRoll({ ...one, segmentBytesMax: 1000 + SEAL_FRAME_BYTES }), false);
  assert.equal(shouldRoll({ ...one, segmentBytesMax: 999 + SEAL_FRAME_BYTES }), true);
  assert.equal(shouldRoll({ ...one, segmentBytesMax: 2000, terms: 9 }), false);
  assert.equal(shouldRoll({ ...one, segmentBytesMax: 2000, terms: 10 }), true);
});
