import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  byteReader,
  getU48,
  isZero,
  readBytes,
  readText,
  readVarint,
  setU48,
  textOf,
  U48_MAX,
  utf8,
  varintSize,
  viewOf,
  writeVarint,
} from "../../../../stores/file/format/bytes.ts";

const wholeNumber = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 53 }).map((bits) => Math.min(2 ** bits, Number.MAX_SAFE_INTEGER)),
  fc.integer({ min: 1, max: 53 }).map((bits) => 2 ** bits - 1),
);

describe("numbers", () => {
  test("of 48 bits come back, beside others", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: U48_MAX }), (value) => {
      const view = viewOf(new Uint8Array(8).fill(0xff));
      setU48(view, 1, value);
      assert.equal(getU48(view, 1), value);
      assert.deepEqual([view.getUint8(0), view.getUint8(7)], [0xff, 0xff]);
    }));
  });

  test("beyond 48 bits, or below zero, are a defect", () => {
    for (const value of [-1, U48_MAX + 1, NaN, Infinity]) {
      assert.throws(() => setU48(viewOf(new Uint8Array(6)), 0, value), /48 bits/);
    }
  });

  test("as varints come back and take the size that was told", () => {
    fc.assert(fc.property(wholeNumber, fc.nat(3), (value, at) => {
      const bytes = new Uint8Array(16).fill(0xff);
      const end = writeVarint(bytes, at, value);
      assert.equal(end - at, varintSize(value));
      const reader = byteReader(bytes, at);
      assert.equal(readVarint(reader), value);
      assert.deepEqual([reader.at, reader.failed], [end, false]);
    }));
  });

  test("as varints fail where they are cut, or longer than a safe integer", () => {
    fc.assert(fc.property(wholeNumber, (value) => {
      const bytes = new Uint8Array(9);
      const end = writeVarint(bytes, 0, value);
      const reader = byteReader(bytes, 0, end - 1);
      readVarint(reader);
      assert.ok(reader.failed);
    }));
    const endless = byteReader(new Uint8Array(20).fill(0x80));
    readVarint(endless);
    assert.ok(endless.failed);
    const tooGreat = byteReader(new Uint8Array([...Array(7).fill(0xff), 0x1f]));
    readVarint(tooGreat);
    assert.ok(tooGreat.failed);
  });
});

describe("text", () => {
  test("comes back, character for character", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      assert.equal(textOf(utf8(text)), text);
    }));
    for (const text of ["\ufeffbom", "\u00e9", "e\u0301", "\u{1f600}", "\u0000", "a".repeat(500)]) {
      assert.equal(textOf(utf8(text)), text);
    }
  });

  test("that is not UTF-8 is none", () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0x80], [0xc0, 0x80]]) {
      assert.equal(textOf(Uint8Array.from(bytes)), undefined);
      assert.equal(
        textOf(Uint8Array.from([...new Uint8Array(40).fill(0x61), ...bytes])),
        undefined,
      );
      const reader = byteReader(Uint8Array.from(bytes));
      readText(reader, bytes.length);
      assert.ok(reader.failed);
    }
  });
});

test("nothing is read past the end", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.nat(40), (bytes, size) => {
    const reader = byteReader(bytes);
    const read = readBytes(reader, size);
    assert.equal(reader.failed, size > bytes.length);
    assert.equal(read.length, size > bytes.length ? 0 : size);
  }));
});

test("a part is zero if each of its bytes is", () => {
  fc.assert(fc.property(fc.uint8Array({ max: 1 }), fc.nat(12), fc.nat(12), (bytes, from, to) => {
    const end = Math.min(to, bytes.length);
    assert.equal(
      isZero(bytes, from, end),
      bytes.subarray(from, Math.max(from, end)).every((byte) => byte === 0),
    );
  }));
});
