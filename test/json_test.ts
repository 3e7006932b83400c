import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pathText } from "../src/display.ts";
import { jsonNestingMax, plainJson } from "../src/json.ts";
import { law } from "./support/law.ts";

const lossOf = (value: unknown): string => {
  const answer = plainJson(value);
  assert.equal(answer._tag, "Left", "nothing is said to be lost");
  return answer._tag === "Left" ? `${pathText(answer.left.path)}: ${answer.left.why}` : "";
};
const nested = (levels: number): unknown => levels === 0 ? 1 : { in: nested(levels - 1) };
const loop: { self?: unknown } = {};
loop.self = { back: loop };
class Money {
  readonly cents = 5;
}

describe("plainJson refuses what JSON would lose, with its place", () => {
  const refused: ReadonlyArray<readonly [name: string, value: unknown, why: RegExp]> = [
    ["NaN", { a: [1, { b: NaN }] }, /^a\[1\]\.b: is NaN/],
    ["infinity", { a: Infinity }, /^a: is Infinity/],
    ["minus infinity", [-Infinity], /^\[0\]: is -Infinity/],
    ["minus zero", { a: -0 }, /^a: is -0/],
    ["a bigint", { a: 5n }, /^a: is the bigint 5n/],
    ["a date", { a: new Date(0) }, /^a: is Date/],
    ["a map", { a: new Map() }, /^a: is Map/],
    ["a set", { a: new Set() }, /^a: is Set/],
    ["bytes", { a: new Uint8Array(2) }, /^a: is Uint8Array/],
    ["a regular expression", { a: /x/ }, /^a: is RegExp/],
    ["a boxed number", { a: Object(1) }, /^a: is Number/],
    ["an object of a class", { a: new Money() }, /^a: is Money/],
    ["an object with toJSON", { a: { toJSON: () => 1 } }, /^a: is an object that is not plain/],
    ["an array of a class", { a: new (class Row extends Array<number> {})() }, /^a: is/],
    ["a function", { a: () => 1 }, /^a: is a function/],
    ["a symbol", { a: Symbol("x") }, /^a: is a symbol/],
    ["a symbol as key", { a: { [Symbol("x")]: 1 } }, /^a: the key Symbol\(x\)/],
    [
      "a hidden field",
      { a: Object.defineProperty({}, "b", { value: 1 }) },
      /^a: the field "b" is not/,
    ],
    ["undefined", undefined, /^: is undefined/],
    ["undefined in an array", { a: [1, undefined] }, /^a\[1\]: is undefined/],
    ["a gap in an array", { a: [1, , 3] }, /^a: has a gap at 1/],
    ["an array with a field", { a: Object.assign([1], { b: 1 }) }, /^a: the array has a field "b"/],
    ["a lone surrogate", { a: "x\ud800y" }, /^a: ".*" has half of a surrogate pair/],
    ["a lone surrogate in a key", { "\udc00": 1 }, /^: the key ".*" has half/],
    ["a cycle", loop, /^self\.back: refers to itself/],
    ["a deep value", nested(jsonNestingMax + 1), /nested deeper than 512 levels/],
  ];
  for (const [name, value, why] of refused) it(name, () => assert.match(lossOf(value), why));
});

describe("plainJson", () => {
  it("takes what is plain as it is", () => {
    const value = { a: [1, "\u{1f600}", null, true, { b: {} }], "": 0.1 };
    assert.deepEqual(plainJson(value), { _tag: "Right", right: value });
    const answer = plainJson(value);
    assert.equal(answer._tag === "Right" && answer.right, value);
  });
  it("takes an object without a prototype, and the deepest that is allowed", () => {
    assert.equal(plainJson(Object.assign(Object.create(null), { a: 1 }))._tag, "Right");
    assert.equal(plainJson(nested(jsonNestingMax))._tag, "Right");
  });
  it("leaves out fields that are undefined, and nothing else", () => {
    const answer = plainJson({ a: undefined, b: [{ c: undefined, d: 0 }] });
    assert.deepEqual(answer, { _tag: "Right", right: { b: [{ d: 0 }] } });
  });
  it("keeps a field called __proto__ a field", () => {
    const answer = plainJson({ ...JSON.parse('{"__proto__":{"a":1}}'), b: undefined });
    assert.equal(JSON.stringify(answer._tag === "Right" && answer.right), '{"__proto__":{"a":1}}');
  });
});

const anything = fc.anything({
  withDate: true,
  withMap: true,
  withSet: true,
  withBigInt: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withBoxedValues: true,
  key: fc.string({ unit: "binary" }),
});
law<typeof plainJson>("plainJson: faithful", plainJson, {
  "looks at nothing": (value) => ({ _tag: "Right", right: value }),
  "looks at the outside only": (value) =>
    typeof value === "object" ? { _tag: "Right", right: value } : plainJson(value),
}, (plainJson) =>
  fc.property(fc.oneof(anything, fc.record({ a: anything })), (value) => {
    const answer = plainJson(value);
    if (answer._tag === "Left") return;
    const again: unknown = JSON.parse(JSON.stringify(answer.right));
    assert.deepEqual(unrooted(again), unrooted(answer.right));
    const third = plainJson(again);
    assert.equal(third._tag === "Right" && third.right, again);
  }));

/** JSON gives objects a prototype, even if they had none. That is not what is compared. */
function unrooted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, unrooted);
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, unrooted(field)]));
}
