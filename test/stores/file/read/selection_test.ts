import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Query, QueryItem } from "../../../../src/query.ts";
import { categoryOf } from "../../../../src/stream.ts";
import {
  firstAtLeast,
  intersectionOf,
  selectionOf,
  unionOf,
} from "../../../../stores/file/read/selection.ts";

const ascending = fc.uniqueArray(fc.nat(2 ** 32), { maxLength: 30 })
  .map((list) => list.sort((a, b) => a - b));

test("offsets of any list, and of all lists, are those of plain sets", () => {
  fc.assert(fc.property(fc.array(ascending, { minLength: 1, maxLength: 4 }), (lists) => {
    const all = [...new Set(lists.flat())].sort((a, b) => a - b);
    assert.deepEqual(Array.from(unionOf(lists)), all);
    const common = all.filter((offset) => lists.every((list) => list.includes(offset)));
    assert.deepEqual(Array.from(intersectionOf(lists)), common);
  }));
  assert.deepEqual(Array.from(unionOf([])), []);
  assert.deepEqual(Array.from(intersectionOf([])), []);
});

test("the first number that is not less is found", () => {
  fc.assert(fc.property(ascending, fc.nat(2 ** 32), (list, wanted) => {
    const found = list.findIndex((one) => one >= wanted);
    assert.equal(firstAtLeast(list, wanted), found < 0 ? list.length : found);
  }));
});

const word: fc.Arbitrary<string> = fc.constantFrom("a-1", "b-2", "a", "x", "y");
const item: fc.Arbitrary<QueryItem> = fc.record({
  stream: word,
  category: word,
  types: fc.uniqueArray(word, { maxLength: 2 }),
  tags: fc.uniqueArray(word, { maxLength: 2 }),
}, { requiredKeys: [], noNullPrototype: true });
const query: fc.Arbitrary<Query> = fc.oneof(item, fc.array(item, { maxLength: 3 }));

test("a frame with an event that matches is always a candidate", () => {
  const event = fc.record({
    stream: word,
    type: word,
    tags: fc.uniqueArray(word, { maxLength: 3 }),
  });
  fc.assert(fc.property(query, fc.array(event, { minLength: 1, maxLength: 3 }), (one, frame) => {
    const selection = selectionOf(one);
    if (!frame.some(selection.matches)) return;
    const has = (kind: string, name: string): boolean =>
      frame.some(({ stream, type, tags }) =>
        kind === "stream"
          ? stream === name
          : kind === "type"
          ? type === name
          : kind === "category"
          ? categoryOf(stream) === name
          : tags.includes(name)
      );
    const { alternatives } = selection;
    assert.ok(
      alternatives === undefined ||
        alternatives.some((groups) =>
          groups.every((group) => group.some((term) => has(term.kind, term.name)))
        ),
    );
  }));
});

test("a query of no item at all has no candidate, and one of an empty item has all", () => {
  assert.deepEqual(selectionOf([]).alternatives, []);
  assert.equal(selectionOf({}).alternatives, undefined);
  assert.equal(selectionOf([{ stream: "a" }, {}]).alternatives, undefined);
});
