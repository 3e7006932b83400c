import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ARCHIVE_HEADER_BYTES,
  type ArchiveHeader,
  BLOCK_SOURCE_BYTES,
  blockCount,
  blockSourceBytes,
  decodeArchiveHeader,
  decodeTable,
  encodeArchiveHeader,
  encodeTable,
  tableBytes,
} from "../../../../stores/file/archive/archive_file.ts";
import { U48_MAX } from "../../../../stores/file/format/bytes.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u48 = fc.integer({ min: 0, max: U48_MAX });
const header: fc.Arbitrary<ArchiveHeader> = fc.record({
  codec: fc.constantFrom("deflate-raw" as const, "zstd" as const),
  storeId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  segment: u48,
  epoch: u48,
  firstPosition: u48,
  sourceBytes: fc.integer({ min: 0, max: 31 * 2 ** 30 }),
  lastHcrc: u32,
  chain: fc.uint8Array({ minLength: 32, maxLength: 32 }),
}, { noNullPrototype: true });

test("the header of an archive comes back as it was written", () => {
  fc.assert(fc.property(header, (one) => {
    const bytes = encodeArchiveHeader(one);
    assert.equal(bytes.length, ARCHIVE_HEADER_BYTES);
    assert.deepEqual(decodeArchiveHeader(bytes), E.right(one));
  }));
});

test("a header of an archive with any one bit turned over, or cut anywhere, is none", () => {
  fc.assert(
    fc.property(header, (one) => {
      const bytes = encodeArchiveHeader(one);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        assert.ok(E.isLeft(decodeArchiveHeader(bytes)), `bit ${bit}`);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
      }
      for (let size = 0; size < bytes.length; size++) {
        assert.ok(E.isLeft(decodeArchiveHeader(bytes.subarray(0, size))));
      }
    }),
    { numRuns: 3 },
  );
});

test("the blocks of a segment are whole but for the last, and hold all of it", () => {
  for (
    const source of [1, BLOCK_SOURCE_BYTES - 1, BLOCK_SOURCE_BYTES, 3 * BLOCK_SOURCE_BYTES + 8]
  ) {
    const sizes = Array.from(
      { length: blockCount(source) },
      (_, at) => blockSourceBytes(source, at),
    );
    assert.equal(sizes.reduce((sum, size) => sum + size), source);
    assert.ok(sizes.slice(0, -1).every((size) => size === BLOCK_SOURCE_BYTES));
    assert.ok(sizes.at(-1)! > 0);
  }
  assert.equal(blockCount(0), 0);
});

const rows = fc.array(
  fc.record({ size: fc.integer({ min: 1, max: 70_000 }), crc: u32 }, { noNullPrototype: true }),
  { minLength: 1, maxLength: 20 },
);

test("the table comes back with the place of each block", () => {
  fc.assert(fc.property(header, rows, (one, blocks) => {
    const head = encodeArchiveHeader(one);
    const bytes = encodeTable(head, blocks);
    const size = ARCHIVE_HEADER_BYTES + blocks.reduce((sum, block) => sum + block.size, 0) +
      tableBytes(blocks.length);
    const found = decodeTable(bytes, head, blocks.length * BLOCK_SOURCE_BYTES, size);
    assert.ok(E.isRight(found));
    let offset = ARCHIVE_HEADER_BYTES;
    assert.deepEqual(
      found.right,
      blocks.map((block) => {
        const at = offset;
        offset += block.size;
        return { offset: at, ...block };
      }),
    );
  }));
});

test("a table with any one bit turned over, of another archive, or at another size, is none", () => {
  fc.assert(
    fc.property(header, header, rows, (one, other, blocks) => {
      const head = encodeArchiveHeader(one);
      const bytes = encodeTable(head, blocks);
      const source = blocks.length * BLOCK_SOURCE_BYTES;
      const size = ARCHIVE_HEADER_BYTES + blocks.reduce((sum, block) => sum + block.size, 0) +
        tableBytes(blocks.length);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        assert.ok(E.isLeft(decodeTable(bytes, head, source, size)), `bit ${bit}`);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
      }
      assert.ok(E.isLeft(decodeTable(bytes, head, source, size + 8)));
      assert.ok(E.isLeft(decodeTable(bytes, head, source + BLOCK_SOURCE_BYTES, size)));
      assert.ok(E.isLeft(decodeTable(bytes.subarray(8), head, source, size)));
      const foreign = encodeArchiveHeader(other);
      assert.ok(E.isLeft(decodeTable(bytes, foreign, source, size)));
    }),
    { numRuns: 5 },
  );
});
