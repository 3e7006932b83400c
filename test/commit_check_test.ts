import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCommit, commitLimits, dataText, utf8Bytes } from "../src/commit_check.ts";
import { event, proposing, toStream } from "../stores/conformance/words.ts";

test("the bytes of a text are those that an encoder writes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(utf8Bytes(text), new TextEncoder().encode(text).length);
  }));
});

test("a text with half of a character has no bytes", () => {
  const half = fc.constantFrom("\ud800", "\udbff", "\udc00", "\udfff");
  const whole = fc.string({ unit: "grapheme" });
  fc.assert(fc.property(whole, half, whole, (before, half, after) => {
    assert.equal(utf8Bytes(before + half + after), "malformed");
  }));
  for (
    const text of ["\udc00\ud800", "\udc00\udc00", "\ud800\ud800", "\ud800\ue000", "\ud800\uffff"]
  ) {
    assert.equal(utf8Bytes(text), "malformed");
  }
});

test("a refusal tells what was asked, wanted and found", () => {
  const refused = checkCommit(commitLimits)(toStream("a", ["A"], -1));
  assert.deepEqual(
    refused,
    O.some({
      _tag: "Refused",
      stored: "no",
      what: 'the expectation of stream "a"',
      wanted: 'a version from 0, "noStream", "streamExists" or "any"',
      found: "-1",
    }),
  );
  const long = checkCommit(commitLimits)(toStream("é".repeat(600), ["A"]));
  assert.deepEqual(O.toUndefined(long)?.found, "1200 bytes");
});

test("a store may have limits of its own", () => {
  const small = checkCommit({ ...commitLimits, commitEventsMax: 2, tagBytesMax: 1 });
  assert.ok(O.isNone(small(toStream("a", ["A", "B"]))));
  assert.ok(O.isSome(small(toStream("a", ["A", "B", "C"]))));
  assert.ok(O.isSome(small(proposing("a", { event: event("A", ["xy"]) }))));
});

test("the text of data is what JSON says, or a refusal that says why not", () => {
  assert.deepEqual(dataText(event("A", [], { a: [1, null] })), E.right('{"a":[1,null]}'));
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  for (const data of [undefined, () => 1, Symbol("s"), 7n, circle]) {
    const refused = dataText({ ...event("A"), data });
    assert.ok(E.isLeft(refused));
    assert.match(refused.left.what, /type "A"/);
  }
});
