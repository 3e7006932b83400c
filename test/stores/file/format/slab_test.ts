import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { slab, zeros } from "../../../../stores/file/format/slab.ts";

test("pieces are zeros of their own, however many there are", () => {
  const size = fc.oneof(fc.nat(300), fc.integer({ min: 8_000, max: 9_000 }));
  fc.assert(fc.property(fc.array(size, { maxLength: 100 }), (sizes) => {
    const from = slab();
    const pieces = sizes.map((size, at) => {
      const piece = zeros(from, size);
      assert.equal(piece.length, size);
      assert.ok(piece.every((byte) => byte === 0));
      return piece.fill(at + 1);
    });
    pieces.forEach((piece, at) => assert.ok(piece.every((byte) => byte === at + 1)));
  }));
});
