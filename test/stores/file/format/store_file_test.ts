import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { U48_MAX } from "../../../../stores/file/format/bytes.ts";
import {
  decodeStoreFile,
  encodeStoreFile,
  HASH_NONE,
  HASH_SHA256,
  STORE_FILE_BYTES,
  type StoreIdentity,
} from "../../../../stores/file/format/store_file.ts";

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const identity: fc.Arbitrary<StoreIdentity> = fc.record({
  storeId: sixteen,
  created: fc.integer({ min: 0, max: U48_MAX }),
  hashKey: sixteen,
  hashMode: fc.constantFrom(HASH_NONE, HASH_SHA256),
  segmentBytesMax: fc.integer({ min: 1024, max: 31 * 2 ** 30 }),
}, { noNullPrototype: true });

test("STORE comes back as it was written", () => {
  fc.assert(fc.property(identity, (one) => {
    const bytes = encodeStoreFile(one);
    assert.equal(bytes.length, STORE_FILE_BYTES);
    assert.deepEqual(decodeStoreFile(bytes), E.right(one));
  }));
});

test("STORE with any one bit turned over, or cut anywhere, is none", () => {
  fc.assert(
    fc.property(identity, (one) => {
      const bytes = encodeStoreFile(one);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        assert.ok(E.isLeft(decodeStoreFile(bytes)), `bit ${bit}`);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
      }
      for (let size = 0; size < bytes.length; size++) {
        assert.ok(E.isLeft(decodeStoreFile(bytes.subarray(0, size))));
      }
    }),
    { numRuns: 3 },
  );
});

test("STORE with a hash mode that nobody has written is none, and says where", () => {
  const numbers = fc.integer({ min: HASH_SHA256 + 1, max: 255 });
  fc.assert(fc.property(identity, numbers, (one, hashMode) => {
    // What no program writes has no type.
    const bytes = encodeStoreFile({ ...one, hashMode } as unknown as StoreIdentity);
    const found = `the unknown hash mode ${hashMode}`;
    assert.deepEqual(decodeStoreFile(bytes), E.left({ _tag: "BadStoreFile", offset: 50, found }));
  }));
});

test("STORE that went through a copy in text mode is none", () => {
  fc.assert(fc.property(identity, (one) => {
    const text = String.fromCharCode(...encodeStoreFile(one)).replaceAll("\r\n", "\n");
    const copy = Uint8Array.from(text.padEnd(STORE_FILE_BYTES, "\0"), (char) => char.charCodeAt(0));
    assert.ok(E.isLeft(decodeStoreFile(copy)));
  }));
});
