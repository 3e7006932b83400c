import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { many } from "../../src/decider.ts";
import { copyOf } from "../../src/laws/copied_value.ts";
import { item } from "../../examples/domains/inventory/decider.ts";

describe("a copy", () => {
  it("says the same, and is nowhere the same object", () => {
    const bytes = new Uint8Array([1, 2]);
    const value = {
      list: [{ n: 1 }, undefined],
      at: new Date(5),
      map: new Map([["a", { n: 2 }]]),
      set: new Set([1]),
      bytes,
    };
    const copy = copyOf(value);
    assert.deepEqual(copy, value);
    assert.notEqual(copy.list[0], value.list[0]);
    assert.notEqual(copy.map.get("a"), value.map.get("a"));
    assert.notEqual(copy.bytes, bytes);
    assert.notEqual(copy.at, value.at);
  });

  it("keeps the methods of what has some", () => {
    const warehouse = many(item);
    const received = ["tea", { type: "Received", delivery: "1", pieces: 5 }] as const;
    const state = warehouse.evolve(warehouse.initialState, received);
    assert.equal(copyOf(state).get("tea").shelf, 5);
    assert.deepEqual([...copyOf(state)], [...state]);
  });

  it("leaves what a class has made, which may have private fields", () => {
    class Sum {
      readonly #cents: number;
      constructor(cents: number) {
        this.#cents = cents;
      }
      plus(cents: number): Sum {
        return new Sum(this.#cents + cents);
      }
      get cents(): number {
        return this.#cents;
      }
    }
    const { sum } = copyOf({ sum: new Sum(2) });
    assert.equal(sum.plus(3).cents, 5);
  });

  it("has what is there twice twice, also if it is in itself", () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    const copy = copyOf([ring, ring]);
    assert.equal(copy[0], copy[1]);
    assert.equal(copy[0]?.self, copy[0]);
  });

  it("has a field called __proto__, and may be written to", () => {
    const value: { n: number } = Object.freeze(JSON.parse('{ "__proto__": 1, "n": 1 }'));
    const copy = copyOf(value);
    assert.deepEqual(Object.keys(copy), ["__proto__", "n"]);
    copy.n = 2;
    assert.equal(copy.n, 2);
  });
});
