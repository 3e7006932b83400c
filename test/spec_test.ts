import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { many } from "../src/decider.ts";
import { describeSpecs, given } from "../src/spec.ts";
import { tank, type TankEvent } from "./support/tank.ts";

const filled = (litres: number): TankEvent => ({ type: "Filled", litres });

describeSpecs("a tank", {
  "takes what it has room for": () =>
    given(tank, filled(5)).when({ type: "Fill", litres: 1 }).thenEvents(filled(1)),
  "warns": () =>
    given(tank, filled(5)).when({ type: "Fill", litres: 3 }).thenEvents(filled(3), {
      type: "Warned",
    }),
  "refuses what it has no room for": () =>
    given(tank, filled(9)).when({ type: "Fill", litres: 3 }).thenRejected({ overflow: 2 }),
  "is checked without a trace": () => given(tank, filled(9)).when({ type: "Check" }).thenNothing(),
  "knows what is in it": () =>
    given(tank, filled(5)).when({ type: "Seal" }).thenState({ litres: 5, sealed: true }),
}, { describe, it });

describe("given", () => {
  const full = given(tank, filled(9));
  const overfull = full.when({ type: "Fill", litres: 3 });
  const checked = full.when({ type: "Check" });

  it("gives the decision as a value, with the state after it", () => {
    assert.deepEqual(checked.outcome, {
      _tag: "Accepted",
      events: [],
      state: { litres: 9, sealed: false },
    });
    assert.deepEqual(overfull.outcome, {
      _tag: "Rejected",
      rejection: { overflow: 2 },
      state: { litres: 9, sealed: false },
    });
  });
  it("is no promise", async () => assert.equal(await overfull, overfull));

  const wrong: ReadonlyArray<readonly [name: string, spec: () => void, message: RegExp]> = [
    [
      "other events",
      () => full.when({ type: "Fill", litres: 1 }).thenEvents(filled(2), { type: "Warned" }),
      /the events of \{ type: "Fill", litres: 1 \}, at \[0\]\.litres: wanted 2, found 1/,
    ],
    [
      "an event too few",
      () => full.when({ type: "Fill", litres: 1 }).thenEvents(filled(1)),
      /the events of/,
    ],
    [
      "events where there were none",
      () => checked.thenEvents(filled(1)),
      /wanted \[\{ type: "Filled".*found \[\]/,
    ],
    [
      "nothing where something happened",
      () => full.when({ type: "Seal" }).thenNothing(),
      /the events of/,
    ],
    [
      "events where it was rejected",
      () => overfull.thenNothing(),
      /found the rejection \{ overflow: 2 \}/,
    ],
    [
      "another rejection",
      () => overfull.thenRejected({ overflow: 3 }),
      /the rejection of .*, at overflow: wanted 3, found 2/,
    ],
    [
      "a rejection where it was accepted",
      () => checked.thenRejected("Sealed"),
      /wanted "Sealed", found the events \[\]/,
    ],
    [
      "another state",
      () => checked.thenState({ litres: 9, sealed: true }),
      /the state of .*, at sealed: wanted true, found false/,
    ],
  ];
  for (const [name, spec, message] of wrong) {
    it(`fails on ${name}`, () => assert.throws(spec, message));
  }

  it("gives a runner what to show", () => {
    assert.throws(() => overfull.thenRejected("Sealed"), {
      expected: "Sealed",
      actual: { overflow: 2 },
    });
  });
  it("compares the states of many instances", () => {
    const decided = given(many(tank), ["b", filled(1)], ["a", filled(2)]).when(["a", {
      type: "Check",
    }]);
    decided.thenState(
      given(many(tank), ["a", filled(2)]).when(["b", { type: "Fill", litres: 1 }]).outcome.state,
    );
    assert.throws(() => decided.thenState(many(tank).initialState), /the state of .*, at/);
  });
});
