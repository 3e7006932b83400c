import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { display, pathText } from "../src/display.ts";
import { areEqual, differenceOf } from "../src/equality.ts";
import { law } from "./support/law.ts";

const value = fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true });

law<typeof areEqual>(
  "areEqual: a value equals its clone",
  areEqual,
  { "compares identity": Object.is },
  (areEqual) =>
    fc.property(fc.clone(value, 2), ([left, right]) => assert.equal(areEqual(left, right), true)),
);

law<typeof areEqual>(
  "areEqual: symmetry",
  areEqual,
  {
    "looks at the left side's fields only": (left, right) =>
      Object.keys(Object(left)).every((key) => Object.is(Object(left)[key], Object(right)[key])),
  },
  (areEqual) =>
    fc.property(
      fc.dictionary(fc.constantFrom("a", "b"), fc.nat(1)),
      fc.dictionary(fc.constantFrom("a", "b"), fc.nat(1)),
      (l, r) => {
        assert.equal(areEqual(l, r), areEqual(r, l));
        if (!areEqual(l, r)) assert.notDeepEqual({ ...l }, { ...r });
        else assert.deepEqual({ ...l }, { ...r });
      },
    ),
);

describe("differenceOf", () => {
  const loop = (): unknown => {
    const value: { self?: unknown } = {};
    value.self = value;
    return value;
  };
  const equal: ReadonlyArray<readonly [unknown, unknown]> = [
    [NaN, NaN],
    [{ a: undefined }, {}],
    [new Date(5), new Date(5)],
    [new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])],
    [new Map([[{ a: 1 }, [2]]]), new Map([[{ a: 1 }, [2]]])],
    [loop(), loop()],
    [Object.create(null), {}],
  ];
  for (const [left, right] of equal) {
    it(`finds none between ${display(left)} and ${display(right)}`, () =>
      assert.equal(differenceOf(left, right), undefined));
  }
  const different: ReadonlyArray<readonly [unknown, unknown, path: string]> = [
    [0, -0, ""],
    [null, {}, ""],
    [[], {}, ""],
    [[1], [1, 2], ""],
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, "a[0].b"],
    [{ a: 1 }, { b: 1 }, "a"],
    [new Date(5), new Date(6), ""],
    [new Set([1]), new Set([2]), ""],
    [new Map([[1, 2]]), new Map([[1, 3]]), ""],
    [{ a: null }, {}, "a"],
    [new (class A {})(), {}, ""],
  ];
  for (const [left, right, path] of different) {
    it(`finds one between ${display(left)} and ${display(right)}`, () => {
      const difference = differenceOf(left, right);
      assert.ok(difference !== undefined);
      assert.equal(pathText(difference.path), path);
    });
  }
});

describe("display", () => {
  it("never fails, and stays short", () => {
    fc.assert(fc.property(value, (value) => assert.ok(display(value).length <= 80)));
  });
  it("writes places as code does", () => {
    assert.equal(pathText(["items", 2, "price"]), "items[2].price");
    assert.equal(pathText(["a b", "__proto__", "1"]), '["a b"].__proto__["1"]');
  });
});
