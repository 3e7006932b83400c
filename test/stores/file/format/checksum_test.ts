import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 as nativeCrc32 } from "node:zlib";
import { viewOf } from "../../../../stores/file/format/bytes.ts";
import { crc32, crc32With } from "../../../../stores/file/format/checksum.ts";
import { directory } from "../../../../stores/storage/node.ts";

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

test("a platform's checksum is the same, of any part, after any other", () => {
  const platform = directory(".").crc32;
  assert.ok(platform, "the runtimes that are tested have one");
  const lengths: number[] = [];
  const of = (bytes: Uint8Array, seed: number): number => {
    lengths.push(bytes.length);
    return platform.of(bytes, seed);
  };
  const bytesMin = 4;
  const lent = crc32With({ of, bytesMin });
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const someBytes = fc.uint8Array({ maxLength: 100, size: "max" });
  fc.assert(
    fc.property(someBytes, fc.nat(20), seeds, (bytes, from, seed) => {
      // Not at the begin of its buffer, as the bytes of a window are not.
      const view = new DataView(bytes.buffer, Math.min(3, bytes.length));
      const begin = Math.min(from, view.byteLength);
      assert.equal(lent(view, seed, begin), crc32(view, seed, begin));
    }),
  );
  assert.ok(lengths.length > 0 && lengths.every((length) => length >= bytesMin));
  const bytes = new Uint8Array(100_000).map((_, at) => at);
  assert.equal(platform.of(bytes, 7), crc32(viewOf(bytes), 7));
});

test("a storage that lends no checksum has the engine's own", () => {
  assert.equal(crc32With(undefined), crc32);
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
