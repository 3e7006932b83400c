import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { interleave, logsOf, shuffled } from "../../src/laws/interleave.ts";
import { order, type OrderEvent } from "../support/laws/order.ts";
import { orderSpec } from "../support/laws/order_spec.ts";

type Item = readonly [stream: string, nth: number];

/** A log of a stream, its events numbered. */
const log = (stream: string): fc.Arbitrary<ReadonlyArray<Item>> =>
  fc.nat(6).map((length) => Array.from({ length }, (_, nth): Item => [stream, nth]));

describe("interleave", () => {
  it("keeps the order of each stream, and every event", () => {
    fc.assert(fc.property(interleave(log("a"), log("b"), log("c")), (merged) => {
      for (const stream of ["a", "b", "c"]) {
        const own = merged.filter(([of]) => of === stream).map(([, nth]) => nth);
        assert.deepEqual(own, own.map((_, nth) => nth));
      }
    }));
  });

  it("comes upon every order that there is", () => {
    const merged = interleave(fc.constant(["a", "A"]), fc.constant(["b", "B"]));
    const orders = new Set(
      fc.sample(merged, { seed: 1, numRuns: 500 }).map((one) => one.join("")),
    );
    assert.deepEqual([...orders].sort(), ["abAB", "abBA", "aAbB", "baAB", "baBA", "bBaA"].sort());
  });

  it("shrinks to one stream after the other, but for the swap that matters", () => {
    const { counterexample } = fc.check(
      fc.property(
        interleave(fc.constant(["a", "A", "aa"]), fc.constant(["b", "B", "bb"])),
        (merged) => merged.indexOf("b") > merged.indexOf("A"),
      ),
      { seed: 1, numRuns: 1000 },
    );
    assert.deepEqual(counterexample?.[0], ["b", "a", "A", "aa", "B", "bb"]);
  });

  it("of nothing is nothing", () => {
    assert.deepEqual(fc.sample(interleave(), 1), [[]]);
    assert.deepEqual(shuffled([], [1, 2]), []);
  });

  it("takes the streams one after the other if there are no turns", () => {
    assert.deepEqual(shuffled([["a", "A"], [], ["b"]], []), ["a", "A", "b"]);
    assert.deepEqual(shuffled([["a", "A"], [], ["b"]], [1]), ["b", "a", "A"]);
  });
});

describe("logs of a decider", () => {
  it("are pasts that the decider may have", () => {
    fc.assert(fc.property(logsOf(orderSpec), (events) => {
      const state = events.reduce(order().evolve, order().initialState);
      assert(state.paid <= state.total);
    }));
  });

  it("reach far", () => {
    const logs = fc.sample(logsOf(orderSpec), { seed: 1, numRuns: 300 });
    const types = new Set(logs.flat().map(({ type }: OrderEvent) => type));
    assert.equal(types.size, 9);
  });
});
