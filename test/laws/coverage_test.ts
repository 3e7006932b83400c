import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { historyOf } from "../../src/laws/history.ts";
import {
  countCoverage,
  type CoverageWanted,
  deciderLaws,
  judgeShare,
  type LawFailure,
  type LawReport,
  textOfCoverage,
} from "../../src/laws/mod.ts";
import { order, type OrderCommand } from "../support/laws/order.ts";
import { orderSpec } from "../support/laws/order_spec.ts";

const item: OrderCommand = { type: "AddItem", sku: "a", quantity: 1, price: 1 };

describe("coverage", () => {
  it("counts in how many histories something is reached, not how often", () => {
    const count = countCoverage();
    count.add(historyOf(order(), [item, item, { type: "Ship" }, { type: "Ship" }]));
    count.add(historyOf(order(), [item, { type: "Confirm" }]));
    count.add(historyOf(order(), []));
    const { histories, steps, ...counts } = count.coverage();
    assert.deepEqual([histories, steps], [3, 6]);
    assert.deepEqual(
      Object.fromEntries(Object.entries(counts).map(([kind, map]) => [kind, [...map]])),
      {
        events: [["ItemAdded", 2], ["Confirmed", 1]],
        accepted: [["AddItem", 2], ["Confirm", 1]],
        rejected: [["Ship", 1]],
        rejections: [["NotPaid", 1]],
        states: [["open", 3], ["confirmed", 1]],
        transitions: [["open --AddItem--> open", 2], ["open --Confirm--> confirmed", 1]],
      },
    );
  });

  it("calls states as it is told to", () => {
    const count = countCoverage(({ items }: { readonly items: object }) =>
      `${Object.keys(items).length} items`
    );
    count.add(historyOf(order(), [item]));
    assert.deepEqual([...count.coverage().states.keys()], ["0 items", "1 items"]);
  });

  it("is told as a table, the most frequent first", () => {
    const count = countCoverage();
    count.add(historyOf(order(), [item, { type: "Confirm" }]));
    count.add(historyOf(order(), [item]));
    assert.equal(
      textOfCoverage(count.coverage()),
      [
        "2 histories of 1.5 commands; in how many of them is",
        "  the event",
        " 100.0 %  ItemAdded",
        "  50.0 %  Confirmed",
        "  the command, accepted",
        " 100.0 %  AddItem",
        "  50.0 %  Confirm",
        "  the command, rejected",
        "  the rejection",
        "  the state",
        " 100.0 %  open",
        "  50.0 %  confirmed",
        "  the transition",
        " 100.0 %  open --AddItem--> open",
        "  50.0 %  open --Confirm--> confirmed",
      ].join("\n"),
    );
  });
});

describe("judgeShare", () => {
  it("knows nothing of no sample", () => {
    assert.equal(judgeShare(0, 0, 0.5), "unknown");
  });

  it("says the more the more was sampled, and nothing else than before", () => {
    fc.assert(fc.property(fc.nat(50), fc.integer({ min: 1, max: 50 }), (seen, more) => {
      fc.pre(seen <= more);
      const few = judgeShare(seen, more, 0.1);
      const many = judgeShare(seen * 20, more * 20, 0.1);
      assert(few === "unknown" || few === many, `${few}, then ${many}`);
    }));
  });

  it("never goes back when more of the sample is seen", () => {
    const order = ["missed", "unknown", "reached"];
    for (let seen = 1; seen <= 3000; seen++) {
      const [before, after] = [seen - 1, seen].map((one) =>
        order.indexOf(judgeShare(one, 3000, 0.01))
      );
      assert(before! <= after!);
    }
  });

  it("misleads in no sample of a thousand", () => {
    // Samples of a share that is just met, and of one that is just not.
    const misled = fc.sample(fc.array(fc.noBias(fc.nat(999)), { minLength: 500, maxLength: 500 }), {
      seed: 1,
      numRuns: 1000,
    }).filter((sample) => {
      const [few, many] = [9, 10].map((below) => sample.filter((one) => one < below).length);
      return judgeShare(few!, 500, 0.01) === "reached" || judgeShare(many!, 500, 0.01) === "missed";
    });
    assert.equal(misled.length, 0);
  });
});

describe("the law of coverage", () => {
  const check = async (expect: CoverageWanted): Promise<E.Either<LawFailure, LawReport>> => {
    const law = deciderLaws({ ...orderSpec, expect }).find(({ id }) => id === "DE26");
    assert(law);
    return await law.check({ seed: 1 })();
  };

  it("holds once everything is reached often enough, beyond doubt", async () => {
    const outcome = await check({
      events: "all",
      accepted: ["Pay", "Refund"],
      rejected: ["Ship"],
      rejections: ["TooLate"],
      states: ["returned"],
      transitions: ["shipped --Return--> returned"],
    });
    assert(E.isRight(outcome));
    assert(outcome.right.cases < 20_000);
  });

  for (
    const [expect, missed] of [
      [{ events: ["Exploded"] }, "the event Exploded"],
      [{ accepted: ["Explode"] }, "the accepted command Explode"],
      [{ rejected: ["AddItem", "Explode"] }, "the rejected command Explode"],
      [{ rejections: ["Boring"] }, "the rejection Boring"],
      [{ states: ["open", "limbo"] }, "the state limbo"],
      [{ transitions: ["open --Ship--> shipped"] }, "the transition open --Ship--> shipped"],
    ] satisfies ReadonlyArray<readonly [CoverageWanted, string]>
  ) {
    it(`tells that histories do not reach ${missed}`, async () => {
      const outcome = await check(expect);
      assert(E.isLeft(outcome) && outcome.left._tag === "CoverageMissed");
      const { missed: all, text } = outcome.left;
      assert.deepEqual(all, [{ what: missed, seen: 0, wanted: 0.01 }]);
      assert(text.includes(`${missed}: in 0 of `), text);
    });
  }

  it("tells that something is reached too seldom", async () => {
    const outcome = await check({ events: ["Refunded", "ItemAdded"], shareMin: 0.6 });
    assert(E.isLeft(outcome) && outcome.left._tag === "CoverageMissed");
    assert.deepEqual(outcome.left.missed.map(({ what }) => what), ["the event Refunded"]);
  });

  it("is not made of an expectation that says nothing", () => {
    const { codec: _, ...bare } = orderSpec;
    assert.throws(() => deciderLaws({ ...bare, expect: { events: "all" } }), /give the codec/);
    assert.throws(() => deciderLaws({ ...orderSpec, expect: {} }), /expects nothing/);
  });
});
