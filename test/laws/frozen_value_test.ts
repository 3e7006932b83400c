import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deepFreeze } from "../../src/laws/frozen_value.ts";

const writes: Readonly<Record<string, () => unknown>> = {
  "a field": () => {
    const value: { a: number } = deepFreeze({ a: 1 });
    value.a = 2;
  },
  "a field deep inside": () => {
    const value: { a: { b: number }[] } = deepFreeze({ a: [{ b: 1 }] });
    value.a[0]!.b = 2;
  },
  "a field under a symbol": () => {
    const key = Symbol("key");
    const value: { [key]: { a: number } } = deepFreeze({ [key]: { a: 1 } });
    value[key].a = 2;
  },
  "a new field": () => {
    const value: Record<string, number> = deepFreeze({});
    value["a"] = 1;
  },
  "a field that goes": () => {
    const value: { a?: number } = deepFreeze({ a: 1 });
    delete value.a;
  },
  "an item": () => deepFreeze([1]).push(2),
  "the order of items": () => deepFreeze([2, 1]).sort(),
  "a map": () => deepFreeze(new Map([[1, 2]])).set(1, 3),
  "a map that is emptied": () => deepFreeze(new Map([[1, 2]])).clear(),
  "a value in a map": () => {
    const map = deepFreeze(new Map([[1, { a: 1 }]]));
    map.get(1)!.a = 2;
  },
  "a key of a map": () => {
    const key = { a: 1 };
    deepFreeze(new Map([[key, 1]]));
    key.a = 2;
  },
  "a set": () => deepFreeze(new Set([1])).add(2),
  "an item of a set": () => {
    const item = { a: 1 };
    deepFreeze(new Set([item]));
    item.a = 2;
  },
  "a date": () => deepFreeze(new Date(0)).setFullYear(2000),
  "a field of an instance": () => {
    class Point {
      x = 1;
    }
    deepFreeze(new Point()).x = 2;
  },
};

describe("a frozen value", () => {
  for (const [what, write] of Object.entries(writes)) {
    it(`does not let be written: ${what}`, () => {
      assert.throws(write, TypeError);
    });
  }

  it("is read as before", () => {
    const value = { map: new Map([["a", 1]]), set: new Set([2]), date: new Date(5), list: [1, 2] };
    deepFreeze(value);
    assert.deepEqual(
      [value.map.get("a"), value.set.has(2), value.date.getTime(), value.list.map((n) => n + 1)],
      [1, true, 5, [2, 3]],
    );
    assert.deepEqual([...value.map, ...value.set], [["a", 1], 2]);
  });

  it("is the very same value", () => {
    const value = { a: 1 };
    assert.equal(deepFreeze(value), value);
    assert.equal(deepFreeze(null), null);
    assert.equal(deepFreeze("text"), "text");
  });

  it("may refer to itself", () => {
    const value: { self?: unknown } = {};
    value.self = value;
    assert(Object.isFrozen(deepFreeze(value)));
  });

  it("asks no getter", () => {
    let asked = 0;
    deepFreeze({
      get a(): number {
        return asked += 1;
      },
    });
    assert.equal(asked, 0);
  });

  it("may hold bytes, which nothing freezes", () => {
    const value = deepFreeze({ bytes: Uint8Array.of(1, 2) });
    assert.deepEqual([...value.bytes], [1, 2]);
  });
});
