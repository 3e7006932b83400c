import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Account,
  account,
  type AccountCommand,
} from "../../examples/domains/bank_account/decider.ts";
import { accountSpec, laws } from "../../examples/domains/bank_account/laws.ts";
import { accept, decider } from "../../src/decider.ts";
import { isGoalReached } from "../../src/laws/goal_search.ts";
import { expectLaw } from "../../src/laws/mod.ts";
import type { Walkable } from "../../src/laws/walk.ts";

const isClosed = ({ status }: Account): boolean => status === "closed";

/** A counter that goes up, or begins anew, by chance. */
function steps(up: number, anew: number): Walkable<"up" | "anew", "up" | "anew", number, never> {
  return {
    decider: decider({
      initialState: 0,
      decide: (command: "up" | "anew") => accept(command),
      evolve: (count: number, event: "up" | "anew") => event === "up" ? count + 1 : 0,
    }),
    commands: () =>
      fc.oneof({ weight: up, arbitrary: fc.constant("up" as const) }, {
        weight: anew,
        arbitrary: fc.constant("anew" as const),
      }),
  };
}

describe("the search for a goal", () => {
  it("empties an account with more in it than is paid out at once (seed 889430208)", async () => {
    // Drawn by chance on a day, and shrunk: from here, 20 walks of 30 commands were too short.
    const commands: ReadonlyArray<AccountCommand> = [
      { type: "Open" },
      { type: "Deposit", cents: 92_785_764 },
      { type: "Deposit", cents: 94_776_521 },
      { type: "Deposit", cents: 94_776_521 },
    ];
    await expectLaw(laws, "DE22", { commands });
  });

  it("empties accounts with six times as much as is paid out at once", () => {
    for (let cents = 100_000_000; cents <= 600_000_000; cents += 25_000_000) {
      assert(isGoalReached(accountSpec, isClosed, { status: "open", cents }), `with ${cents}`);
    }
  });

  it("comes to a goal that is farther away than a short walk is long", () => {
    assert(isGoalReached(steps(1, 0), (count) => count === 400, 0));
  });

  it("comes to a goal that few ways lead to", () => {
    assert(isGoalReached(steps(2, 1), (count) => count === 10, 0));
  });

  it("is over at once where the goal is", () => {
    const { decider } = steps(1, 0);
    const commands = (): never => assert.fail("nothing is to be drawn");
    assert(isGoalReached({ decider, commands }, (count) => count === 0, 0));
  });

  it("ends where nothing leads to the goal", () => {
    assert(!isGoalReached(steps(1, 1), (count) => count < 0, 0));
    const { decide } = account;
    const frozen = {
      ...account,
      decide: (command: AccountCommand) => decide(command, { status: "closed" }),
    };
    assert(
      !isGoalReached({ ...accountSpec, decider: frozen }, isClosed, { status: "open", cents: 0 }),
    );
  });

  it("says the same of a state each time", () => {
    // Near what the search can reach, where chance would show.
    const far = steps(2, 1);
    for (let goal = 10; goal < 22; goal++) {
      const [once, again] = [1, 2].map(() => isGoalReached(far, (count) => count === goal, 0));
      assert.equal(once, again, `up to ${goal}`);
    }
  });
});
