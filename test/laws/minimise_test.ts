import * as fc from "fast-check";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commandsOf, eventsOf, type History, historyOf } from "../../src/laws/history.ts";
import { deciderLaws, keyOf, type Law, minimise, viewLaws, walk } from "../../src/laws/mod.ts";
import {
  type Order,
  order,
  orderBugs,
  type OrderCommand,
  type OrderEvent,
  orderWalk,
} from "../support/laws/order.ts";
import { orderSpec } from "../support/laws/order_spec.ts";

type OrderHistory = History<OrderCommand, OrderEvent, Order, string>;

function lawOf(laws: ReadonlyArray<Law>, key: string): Law {
  const law = laws.find((one) => keyOf(one) === key);
  assert(law, `there is no law ${key}`);
  return law;
}

/** Long histories, as production has them: many commands that had nothing to do with the failure. */
function longHistories(bug: (typeof orderBugs)[number]): ReadonlyArray<OrderHistory> {
  return fc.sample(walk(orderWalk(bug.bug), { stepsMax: 60 }), { seed: 1, numRuns: 1000 })
    .filter(({ steps }) => steps.some((step) => !bug.holds(step.before, step.after)))
    .slice(0, 3);
}

describe("minimise", () => {
  for (const bug of orderBugs) {
    it(`finds the shortest history like a long one: an order that ${bug.bug}`, async () => {
      const found = longHistories(bug);
      assert(found.length > 0, "no history shows the bug");
      const laws = deciderLaws({
        ...orderSpec,
        decider: order(bug.bug),
        invariants: {
          sound: (_, { steps }) => steps.every((step) => bug.holds(step.before, step.after)),
        },
      });
      const lengths: number[] = [];
      for (const history of found) {
        const saved = { commands: commandsOf(history) };
        const simplest = await minimise(lawOf(laws, "DE16/sound"), saved)();
        assert(O.isSome(simplest), "the history that was found breaks nothing");
        const { commands } = simplest.value.saved as { commands: ReadonlyArray<OrderCommand> };
        const again = historyOf(order(bug.bug), commands);
        assert(again.steps.some((step) => !bug.holds(step.before, step.after)));
        lengths.push(commands.length);
      }
      assert(Math.min(...lengths) === bug.shortest, `the shortest has ${Math.min(...lengths)}`);
      assert(Math.max(...lengths) === bug.shortest, `the longest has ${Math.max(...lengths)}`);
    });
  }

  it("makes the commands simple too", async () => {
    const laws = deciderLaws({ ...orderSpec, decider: order("pays too much") });
    const simplest = await minimise(lawOf(laws, "DE16/paid never exceeds the total"), {
      commands: [
        { type: "Ship" },
        { type: "AddItem", sku: "c", quantity: 4, price: 61 },
        { type: "AddItem", sku: "b", quantity: 2, price: 17 },
        { type: "RemoveItem", sku: "b", quantity: 1 },
        { type: "Confirm" },
        { type: "Pay", amount: 300 },
      ],
    })();
    assert(O.isSome(simplest));
    assert.deepEqual(simplest.value.saved, {
      commands: [
        { type: "AddItem", sku: "a", quantity: 1, price: 1 },
        { type: "Confirm" },
        { type: "Pay", amount: 2 },
      ],
    });
    assert(simplest.value.shrinks > 0);
    assert.match(simplest.value.text, /paid never exceeds the total/);
  });

  it("finds the few events of a stream that a view cannot bear", async () => {
    const spec = orderBugs.find(({ bug }) => bug === "refunds twice");
    assert(spec);
    const [history] = longHistories(spec);
    assert(history);
    const events = eventsOf(history);
    assert(events.length > 6);
    // A decider is a view: whoever has kept the events only asks it.
    const laws = viewLaws({
      name: "order",
      view: order(),
      logs: fc.constant([]),
      invariants: { "refunded never exceeds paid": ({ refunded, paid }) => refunded <= paid },
    });
    const law = lawOf(laws, "PR11/refunded never exceeds paid");
    const simplest = await minimise(law, { events, choice: 77 })();
    assert(O.isSome(simplest));
    const saved = simplest.value.saved as { events: ReadonlyArray<OrderEvent>; choice: number };
    assert.deepEqual(saved.events.map(({ type }) => type), ["Refunded"]);
    assert.equal(saved.choice, 0);
  });

  it("says so if a history breaks nothing", async () => {
    const law = lawOf(deciderLaws(orderSpec), "DE16/paid never exceeds the total");
    assert(O.isNone(await minimise(law, { commands: [{ type: "Confirm" }] })()));
  });
});
