import * as fc from "fast-check";
import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { commandsOf, historyOf } from "../../src/laws/history.ts";
import { walk } from "../../src/laws/walk.ts";
import { order, orderBugs, orderWalk } from "../support/laws/order.ts";

/** So many failures are shrunk; what is the shortest, `explore` knows. */
const seeds = process.env["LEFTFOLD_SOAK"] === "1" ? 1000 : 25;

describe("the walk", () => {
  it("gives the histories that the decider makes of their commands", () => {
    fc.assert(fc.property(walk(orderWalk()), (history) => {
      assert.deepEqual(historyOf(order(), commandsOf(history)), history);
    }));
  });

  it("reaches states that are six steps deep", () => {
    const histories = fc.sample(walk(orderWalk()), { seed: 1, numRuns: 1000 });
    const returned = histories.filter(({ final }) => final.status === "returned").length;
    assert(returned > 100, `${returned} of 1000 histories end with a return`);
  });

  it("draws the same histories from the same seed", () => {
    const draw = () => fc.sample(walk(orderWalk()), { seed: 7, numRuns: 20 });
    assert.deepEqual(draw(), draw());
  });

  for (const { bug, holds, shortest } of orderBugs) {
    it(`shrinks to the shortest history: an order that ${bug}`, () => {
      let longer = 0;
      for (let seed = 1; seed <= seeds; seed++) {
        const { failed, counterexample } = fc.check(
          fc.property(
            walk(orderWalk(bug)),
            ({ steps }) => steps.every((step) => holds(step.before, step.after)),
          ),
          { seed, numRuns: 1000 },
        );
        assert(failed && counterexample, `seed ${seed} does not find it in 1000 histories`);
        const { length } = counterexample[0].steps;
        assert(length >= shortest, `a history of ${length} commands is shorter than can be`);
        if (length > shortest) longer += 1;
      }
      assert(longer <= seeds / 100, `${longer} of ${seeds} failures are not the shortest`);
    });
  }
});
