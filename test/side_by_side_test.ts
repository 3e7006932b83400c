import assert from "node:assert/strict";
import { test } from "node:test";
import * as D from "../src/decider.ts";
import { tank } from "./support/tank.ts";

test("composeAll keeps a part called __proto__ apart", () => {
  const parts = D.composeAll(
    JSON.parse('{"__proto__":1,"b":2}', (_, v) => typeof v === "number" ? tank : v),
  );
  const state = D.replay(parts)([["__proto__", { type: "Filled", litres: 3 }]] as never) as object;
  assert.deepEqual(Object.entries(state), [["__proto__", { litres: 3, sealed: false }], [
    "b",
    tank.initialState,
  ]]);
});

test("composeAll takes an address without a part for a defect", () => {
  const parts = D.composeAll({ a: tank });
  assert.throws(
    () => parts.decide(["b", { type: "Seal" }] as never, parts.initialState),
    /"b".*wanted one of a/,
  );
});

test("composeAll and many address every event, however many there are", () => {
  const echo: D.Decider<ReadonlyArray<undefined>, undefined, number> = {
    initialState: 0,
    decide: (events) => D.accept(...events),
    evolve: (count) => count + 1,
  };
  for (const length of [0, 1, 2, 3]) {
    const command = new Array<undefined>(length).fill(undefined);
    const wanted = D.accept(...command.map(() => ["a", undefined] as const));
    const pair = D.composeAll({ a: echo, b: echo });
    assert.deepEqual(pair.decide(["a", command], pair.initialState), wanted);
    assert.deepEqual(D.many(echo).decide(["a", command], D.many(echo).initialState), wanted);
  }
});
