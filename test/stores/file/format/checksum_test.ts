import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 as nativeCrc32 } from "node:zlib";
import { viewOf } from "../../../../stores/file/format/bytes.ts";
import { crc32 } from "../../../../stores/file/format/checksum.ts";

test("the checksum is that of zlib, of any part of any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(100), (bytes, a, b) => {
      const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
      assert.equal(crc32(viewOf(bytes), 0, from, to), nativeCrc32(bytes.subarray(from, to)));
    }),
  );
  assert.equal(crc32(viewOf(new TextEncoder().encode("123456789"))), 0xcbf43926);
});

test("the checksum of a part is the seed of what follows it", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
    const both = new Uint8Array([...one, ...other]);
    assert.equal(crc32(viewOf(other), crc32(viewOf(one))), crc32(viewOf(both)));
  }));
});

test("another seed gives another checksum", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.nat(),
      fc.integer({ min: 1, max: 1000 }),
      (bytes, seed, more) => {
        assert.notEqual(crc32(viewOf(bytes), seed), crc32(viewOf(bytes), seed + more));
      },
    ),
  );
});
