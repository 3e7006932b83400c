import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { utf8 } from "../../../../stores/file/format/bytes.ts";
import {
  addName,
  addNameIn,
  codeAt,
  findName,
  keepTerms,
  nameAt,
  termTable,
} from "../../../../stores/file/runs/term_table.ts";
import { awkwardNames, hashers, keyed } from "../../../support/index_samples.ts";

const name = fc.oneof(
  fc.constantFrom(...awkwardNames),
  fc.nat({ max: 200 }).map((number) => `s-${number}`),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

const step = fc.oneof(
  { weight: 20, arbitrary: fc.record({ code: fc.integer({ min: 1, max: 5 }), name }) },
  { weight: 1, arbitrary: fc.record({ kept: fc.nat({ max: 100 }) }) },
);

describe("a table of terms", () => {
  test("numbers them as they come, and finds them as a map would", () => {
    fc.assert(fc.property(
      fc.constantFrom(...Object.values(hashers)),
      fc.array(step, { maxLength: 300, size: "max" }),
      fc.boolean(),
      (hash, steps, isInBytes) => {
        const table = termTable(hash);
        const model = new Map<string, number>();
        for (const one of steps) {
          if ("kept" in one) {
            const kept = Math.min(one.kept, model.size);
            keepTerms(table, kept);
            for (const [key, number] of model) if (number >= kept) model.delete(key);
            continue;
          }
          const { code, name } = one;
          const number = model.get(`${code} ${name}`);
          assert.equal(findName(table, code, name), number ?? -1);
          const bytes = utf8(`..${name}..`);
          const added = isInBytes
            ? addNameIn(table, code, bytes, 2, bytes.length - 2)
            : addName(table, code, name);
          assert.equal(added, number ?? model.size);
          model.set(`${code} ${name}`, added);
        }
        for (const [key, number] of model) {
          assert.equal(`${codeAt(table, number)} ${nameAt(table, number)}`, key);
        }
        assert.equal(table.ends.length, model.size);
      },
    ));
  });

  test("knows no half of a character, and refuses to add one", () => {
    const table = termTable(keyed);
    addName(table, 1, "\ufffd");
    assert.equal(findName(table, 1, "\ufffd"), 0);
    assert.equal(findName(table, 1, "\ud83d"), -1);
    assert.throws(() => addName(table, 1, "\ud83d"), /well-formed/);
    assert.equal(addNameIn(table, 1, Uint8Array.of(0xf0, 0x9f), 0, 2), -1);
    assert.equal(table.ends.length, 1);
  });

  test("forgets what is taken back, also the term that was found last", () => {
    const table = termTable(keyed);
    addName(table, 1, "a");
    addName(table, 1, "b");
    keepTerms(table, 1);
    assert.equal(findName(table, 1, "b"), -1);
    assert.equal(addName(table, 1, "c"), 1);
    assert.equal(findName(table, 1, "b"), -1);
    assert.equal(findName(table, 1, "a"), 0);
  });

  test("finds a hundred thousand names again", () => {
    const table = termTable(keyed);
    for (let at = 0; at < 100_000; at++) assert.equal(addName(table, 1, `stream-${at}`), at);
    for (let at = 0; at < 100_000; at++) assert.equal(findName(table, 1, `stream-${at}`), at);
    assert.equal(findName(table, 1, "stream-100000"), -1);
    assert.equal(findName(table, 4, "stream-1"), -1);
  });
});
