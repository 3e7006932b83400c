import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { U48_MAX } from "../../../../stores/file/format/bytes.ts";
import { decodeCut, encodeCut, isCut } from "../../../../stores/file/format/stream_cut.ts";
import { awkwardNames } from "../../../support/index_samples.ts";

const cut = fc.record({
  stream: fc.oneof(fc.constantFrom(...awkwardNames), fc.string({ unit: "grapheme", minLength: 1 })),
  before: fc.integer({ min: 1, max: U48_MAX }),
  isTombstone: fc.boolean(),
}, { noNullPrototype: true });

describe("a stream cut", () => {
  test("is read as it was written", () => {
    fc.assert(fc.property(cut, (one) => {
      assert.deepEqual(decodeCut(encodeCut(one)), one);
    }));
  });

  test("that is not whole, or says more than this program knows, is none", () => {
    const body = encodeCut({ stream: "a-1", before: 300, isTombstone: true });
    for (let size = 0; size < body.length; size++) {
      assert.equal(decodeCut(body.subarray(0, size)), undefined, `${size} bytes`);
    }
    assert.equal(decodeCut(Uint8Array.of(...body, 0)), undefined);
    assert.equal(decodeCut(Uint8Array.of(0, 1, 0)), undefined, "no name");
    assert.equal(decodeCut(Uint8Array.of(1, 97, 0, 0)), undefined, "no version");
    assert.equal(decodeCut(Uint8Array.of(1, 97, 1, 2)), undefined, "another flag");
  });

  test("leaves out what is before it, and a tombstone leaves out all", () => {
    const one = { stream: "a", before: 3, isTombstone: false };
    assert.deepEqual([1, 2, 3, 4].map((version) => isCut(one, version)), [
      true,
      true,
      false,
      false,
    ]);
    assert.equal(isCut({ ...one, isTombstone: true }, 9), true);
    assert.equal(isCut(undefined, 1), false);
  });
});
