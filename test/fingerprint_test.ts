import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fingerprint, fingerprintOfBytes } from "../src/fingerprint.ts";

/** The words of a fingerprint as the bytes that the reference implementation writes. */
function bytesOf(digits: string): ReadonlyArray<number> {
  const words = digits.match(/.{8}/g) ?? [];
  return words.flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).reverse()
  );
}

describe("fingerprint", () => {
  it("is MurmurHash3_x86_128: SMHasher's verification value, over 256 keys and seeds", () => {
    const all = Array.from({ length: 256 }, (_, size) => {
      const key = Uint8Array.from({ length: size }, (_, at) => at);
      return bytesOf(fingerprintOfBytes(key, 256 - size));
    });
    assert.equal(fingerprintOfBytes(Uint8Array.from(all.flat()), 0).slice(0, 8), "b3ece62a");
  });
  it("gives the published values of texts", () => {
    assert.equal(fingerprint(""), "0".repeat(32));
    assert.equal(
      fingerprint("The quick brown fox jumps over the lazy dog"),
      "2f1583c3ecee2c675d7bf66ce5e91d2c",
    );
  });
  it("is that of the text's UTF-8", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(fingerprint(text), fingerprintOfBytes(new TextEncoder().encode(text), 0));
    }));
  });
  it("sees only the bytes that a view shows", () => {
    fc.assert(fc.property(fc.uint8Array(), fc.nat(9), (bytes, before) => {
      const within = new Uint8Array([...new Uint8Array(before).fill(7), ...bytes, 7]);
      const view = within.subarray(before, before + bytes.length);
      assert.equal(fingerprintOfBytes(view, 1), fingerprintOfBytes(bytes, 1));
    }));
  });
  it("tells texts apart that differ in half of a surrogate pair only", () => {
    const texts = ["\ud800", "\ud801", "\udc00", "\ufffd", "\ud800\udc00", "\udc00\ud800", "?"];
    assert.equal(new Set(texts.map((text) => fingerprint(text))).size, texts.length);
  });
  it("has no collision among 100,000 near texts, nor in either half of the digits", () => {
    const prints = Array.from({ length: 100_000 }, (_, n) => fingerprint(`order-${n}`));
    assert.equal(new Set(prints.map((digits) => digits.slice(0, 16))).size, prints.length);
    assert.equal(new Set(prints.map((digits) => digits.slice(16))).size, prints.length);
    assert.ok(prints.every((digits) => /^[0-9a-f]{32}$/.test(digits)));
  });
});
