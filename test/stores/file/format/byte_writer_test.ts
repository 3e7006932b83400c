import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byteWriter,
  putBytes,
  putText,
  putVarint,
  takeWritten,
} from "../../../../stores/file/format/byte_writer.ts";
import {
  byteReader,
  readBytes,
  readText,
  readVarint,
} from "../../../../stores/file/format/bytes.ts";

const written = fc.oneof(
  fc.record({ kind: fc.constant("number" as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant("bytes" as const), value: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({
    kind: fc.constant("text" as const),
    // Around 43 and 128 characters the length of the length depends on what they are.
    value: fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: fc.constantFrom("a", "é", "漢", "😀"), minLength: 30, maxLength: 140 }),
    ),
  }),
);

test("what is written is read again, whatever stood in the buffer before", () => {
  // So small that it grows.
  const writer = byteWriter(1);
  fc.assert(fc.property(fc.array(written), (all) => {
    for (const one of all) {
      if (one.kind === "number") putVarint(writer, one.value);
      else if (one.kind === "text") putText(writer, one.value);
      else {
        putVarint(writer, one.value.length);
        putBytes(writer, one.value);
      }
    }
    const reader = byteReader(takeWritten(writer));
    for (const one of all) {
      const found = one.kind === "number"
        ? readVarint(reader)
        : one.kind === "text"
        ? readText(reader, readVarint(reader))
        : readBytes(reader, readVarint(reader));
      assert.deepEqual(found, one.value);
    }
    assert.deepEqual([reader.failed, reader.at], [false, reader.end]);
  }));
});

test("what was taken is no part of the buffer any more", () => {
  const writer = byteWriter(16);
  putText(writer, "one");
  const taken = takeWritten(writer);
  putText(writer, "two");
  const reader = byteReader(taken);
  assert.equal(readText(reader, readVarint(reader)), "one");
});
