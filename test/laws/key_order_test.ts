import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withKeysTurned } from "../../src/laws/key_order.ts";

describe("the order of fields", () => {
  it("changes nothing of what a value says", () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      assert.deepStrictEqual(withKeysTurned(value), value);
    }));
  });

  it("is another one in every object of two fields or more, at any depth", () => {
    const turned = withKeysTurned({ a: 1, b: [{ c: 1, d: { e: 1, f: 2, g: 3 } }] });
    assert.equal(JSON.stringify(turned), '{"b":[{"d":{"f":2,"g":3,"e":1},"c":1}],"a":1}');
  });

  it("leaves no field of three where it was", () => {
    const before = ["a", "b", "c"];
    const after = Object.keys(withKeysTurned({ a: 1, b: 2, c: 3 }));
    assert(before.every((key, at) => after[at] !== key));
  });

  it("leaves alone what has no fields to turn", () => {
    class Money {
      readonly amount = 1;
      readonly currency = "EUR";
    }
    for (
      const value of [1, "a", null, [1, 2], { a: 1 }, new Date(0), new Money(), new Map([[1, 2]])]
    ) {
      assert.equal(withKeysTurned(value), value);
    }
  });
});
