import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { accept } from "../../src/decider.ts";
import { checkLaws, deciderLaws, type Law, refines, strength } from "../../src/laws/mod.ts";
import { type OrderCommand, type OrderDecider, totalOf } from "../support/laws/order.ts";
import { type OrderSpec, orderSpec } from "../support/laws/order_spec.ts";

// What docs/what-laws-miss.md says is missed, is missed; and what it says helps, helps.

const { decider: good } = orderSpec;

function wrong(change: Partial<OrderDecider>): OrderSpec {
  return { ...orderSpec, decider: { ...good, ...change } };
}

const now = Date.now;

/** Twice as much is told as the items cost, and so it is asked for. */
const wrongFormula = wrong({
  decide: (command, state) => {
    const answer = good.decide(command, state);
    if (command.type !== "Confirm" || E.isLeft(answer)) return answer;
    return accept({ type: "Confirmed", total: 2 * totalOf(state) });
  },
});

/** One amount in the middle goes through, whatever is owed. */
const oddAmount = wrong({
  decide: (command, state) =>
    command.type === "Pay" && command.amount === 137 && state.status === "confirmed"
      ? accept({ type: "Paid", amount: 137 })
      : good.decide(command, state),
});

/** A clock that was taken before any law could stand in for it, and that matters once. */
const farDay = wrong({
  evolve: (state, event) =>
    now() > Date.UTC(2100, 0) ? { ...state, status: "cancelled" } : good.evolve(state, event),
});

/** So many drawings. */
const seeds = process.env["LEFTFOLD_SOAK"] === "1" ? 5 : 1;

/** How many of the seeds show that something is broken. */
async function noticed(laws: ReadonlyArray<Law>): Promise<number> {
  let count = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    if (E.isLeft(await checkLaws(laws, { runs: 100, seed })())) count += 1;
  }
  return count;
}

describe("what laws miss", () => {
  it("is a rule that nobody has thought of, until somebody has", async () => {
    // No order was to have more than ten pieces of a kind.
    assert.equal(await noticed(deciderLaws(orderSpec)), 0);
    const stated = deciderLaws({
      ...orderSpec,
      invariants: {
        "at most ten pieces of a kind": ({ items }) =>
          Object.values(items).every(({ quantity }) => quantity <= 10),
      },
    });
    assert.equal(await noticed(stated), seeds);
  });

  it("is a formula that is wrong everywhere alike, until a second one says it", async () => {
    assert.equal(await noticed(deciderLaws(wrongFormula)), 0);
    assert.equal(await noticed([refines(wrongFormula, good)]), seeds);
    const stated = {
      Confirm: ({ before, after }) => after.total === totalOf(before),
    } satisfies OrderSpec["after"];
    assert.equal(await noticed(deciderLaws({ ...wrongFormula, after: stated })), seeds);
  });

  it("and strength says that nobody would notice that formula", async () => {
    // Those that somebody has declared; the others know nothing of totals.
    const laws = (spec: OrderSpec): ReadonlyArray<Law> =>
      deciderLaws(spec).filter(({ tier }) => tier !== "core");
    const report = await strength(orderSpec, { runs: 30, laws })();
    assert(E.isRight(report));
    assert(report.right.survivors.includes("the total of Confirmed is one more than it was"));
  });

  it("is one value among many, until the limits are drawn on purpose", async () => {
    assert((await noticed(deciderLaws(oddAmount))) < seeds, "chance has found it each time");
    const noise = orderSpec.noise ?? fc.constant<OrderCommand>({ type: "Confirm" });
    const limits = fc.constantFrom(136, 137, 138).map((amount): OrderCommand => ({
      type: "Pay",
      amount,
    }));
    const drawn = deciderLaws({ ...oddAmount, noise: fc.oneof(noise, limits) });
    assert.equal(await noticed(drawn), seeds);
  });

  it("is a clock that was taken early and is asked for the day only", async () => {
    assert.equal(await noticed(deciderLaws(farDay)), 0);
  });
});
