import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { byteReader, utf8 } from "../../../../stores/file/format/bytes.ts";
import { knownNames, readName } from "../../../../stores/file/format/known_names.ts";

describe("a name", () => {
  test("is what its bytes say, whatever was read before", () => {
    // "Aa" and "BB" have the same length and the same hash, and so has what is made of them.
    const name = fc.string({ unit: fc.constantFrom("Aa", "BB", "\u00e9"), maxLength: 35 });
    const known = knownNames();
    fc.assert(fc.property(fc.array(name, { maxLength: 200 }), (names) => {
      for (const one of [...names, ...names]) {
        const bytes = utf8(`-${one}-`);
        const reader = byteReader(bytes, 1);
        assert.equal(readName(reader, bytes.length - 2, known), one);
        assert.ok(!reader.failed && reader.at === bytes.length - 1);
      }
    }));
  });

  test("that is cut off, or is not UTF-8, is none", () => {
    const cut = byteReader(utf8("abc"));
    assert.equal(readName(cut, 4, knownNames()), "");
    assert.ok(cut.failed);
    const strange = byteReader(Uint8Array.of(0x61, 0x80));
    assert.equal(readName(strange, 2, knownNames()), "");
    assert.ok(strange.failed);
  });
});
