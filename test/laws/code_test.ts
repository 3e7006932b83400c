import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeOf } from "../../src/laws/code.ts";

/** What code gives. */
function valueOf(code: string): unknown {
  return new Function(`return (${code});`)();
}

const data = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: false,
  withSparseArray: false,
});

describe("values as code", () => {
  it("are the same values again", () => {
    fc.assert(fc.property(data, (value) => {
      assert.deepStrictEqual(valueOf(codeOf(value)), value);
    }));
  });

  it("are the same however far they are set in", () => {
    fc.assert(fc.property(fc.jsonValue(), fc.nat(8), (value, spaces) => {
      assert.deepStrictEqual(valueOf(codeOf(value, " ".repeat(spaces))), value);
    }));
  });

  for (
    const [value, code] of [
      ['it\'s "quoted"\n', '"it\'s \\"quoted\\"\\n"'],
      [-0, "-0"],
      [Number.NaN, "NaN"],
      [-Infinity, "-Infinity"],
      [10n ** 20n, "100000000000000000000n"],
      [undefined, "undefined"],
      [null, "null"],
      [[], "[]"],
      [{}, "{}"],
      [{ a: 1, "b c": [true] }, '{ a: 1, "b c": [true] }'],
      [new Date(0), 'new Date("1970-01-01T00:00:00.000Z")'],
      [new Date(Number.NaN), "new Date(NaN)"],
      [new Map([["a", 1]]), 'new Map([["a", 1]])'],
      [new Set([1, 2]), "new Set([1, 2])"],
      [Uint8Array.of(1, 255), "Uint8Array.of(1, 255)"],
    ] satisfies ReadonlyArray<readonly [unknown, string]>
  ) {
    it(`are as one would write them: ${code}`, () => {
      assert.equal(codeOf(value), code);
    });
  }

  it("keep that an object has no prototype", () => {
    const bare: unknown = Object.assign(Object.create(null), { type: "Paid" });
    assert.equal(codeOf(bare), '{ __proto__: null, type: "Paid" }');
    assert.equal(codeOf(Object.create(null)), "{ __proto__: null }");
  });

  it("keep a field that would set the prototype", () => {
    const value: unknown = JSON.parse('{"__proto__": {"a": 1}}');
    const again = valueOf(codeOf(value));
    assert(typeof again === "object" && again !== null && Object.hasOwn(again, "__proto__"));
    assert.equal(Object.getPrototypeOf(again), Object.prototype);
  });

  it("take a line for each part if one is too short", () => {
    const long = "x".repeat(50);
    assert.equal(
      codeOf({ a: long, b: [long, 1] }, "  "),
      `{\n    a: "${long}",\n    b: ["${long}", 1],\n  }`,
    );
  });

  it("say what code cannot give back", () => {
    class Money {
      readonly amount = 1;
    }
    assert.equal(codeOf(new Money()), "undefined /* an instance of Money */");
    assert.equal(codeOf(() => 1), "undefined /* a function */");
    assert.equal(codeOf([Symbol("s")]), "[undefined /* a symbol */]");
  });
});
