import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reachable } from "../../src/laws/walk.ts";
import { orderWalk } from "../support/laws/order.ts";

describe("reachable states", () => {
  it("are those that the decider comes to, the deep ones too", () => {
    const states = fc.sample(reachable(orderWalk()), { seed: 1, numRuns: 1000 });
    assert(states.every(({ paid, total }) => paid <= total));
    assert.deepEqual(
      [...new Set(states.map(({ status }) => status))].sort(),
      ["cancelled", "confirmed", "open", "paid", "returned", "shipped"],
    );
  });

  it("show a planted bug, and the simplest state that has it", () => {
    let simplest = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { failed, counterexample } = fc.check(
        fc.property(reachable(orderWalk("pays too much")), ({ paid, total }) => paid <= total),
        { seed, numRuns: 1000 },
      );
      assert(failed && counterexample, `seed ${seed} does not find it`);
      const [{ items, total, paid }] = counterexample;
      assert.deepEqual([items, total], [{ a: { quantity: 1, price: 1 } }, 1]);
      if (paid === 2) simplest += 1;
    }
    assert(simplest >= 19, `${simplest} of 20 states are the simplest`);
  });
});
