import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explore } from "../../src/laws/explore.ts";
import { commandsOf } from "../../src/laws/history.ts";
import { showcase, type Shown, textOfShowcase } from "../../src/laws/showcase.ts";
import type { OrderCommand } from "../support/laws/order.ts";
import { orderSpec } from "../support/laws/order_spec.ts";

const good = showcase(orderSpec);

/** How many commands the history has that shows something. */
function lengthIn(
  all: ReadonlyArray<Shown<unknown, unknown, unknown, unknown>>,
  label: string,
): number {
  const shown = all.find((one) => one.label === label);
  assert(shown, `there is no ${label} among ${all.map((one) => one.label).join("; ")}`);
  return shown.history.steps.length;
}

describe("the showcase", () => {
  it("shows each event and each rejection with the fewest commands that explore knows", () => {
    const item = { type: "AddItem", sku: "a", quantity: 1, price: 1 } as const;
    const menu: ReadonlyArray<OrderCommand> = [
      item,
      { type: "RemoveItem", sku: "a", quantity: 1 },
      { type: "RemoveItem", sku: "a", quantity: 2 },
      { type: "Confirm" },
      { type: "Pay", amount: 1 },
      { type: "Pay", amount: 2 },
      { type: "Ship" },
      { type: "Return" },
      { type: "Refund", amount: 1 },
      { type: "Refund", amount: 2 },
      { type: "Cancel" },
    ];
    const { events, rejections } = explore(orderSpec, { menu: () => menu, depth: 7 });
    assert.equal(events.size, 9);
    for (const [name, commands] of events) {
      assert.equal(lengthIn(good, `the event ${name}`), commands.length, name);
    }
    for (const [name, commands] of rejections) {
      assert.equal(lengthIn(good, `the rejection ${name}`), commands.length, name);
    }
  });

  it("shows simple values", () => {
    const paid = good.find(({ label }) => label === "the event Paid");
    assert.deepEqual(paid && commandsOf(paid.history), [
      { type: "AddItem", sku: "a", quantity: 1, price: 1 },
      { type: "Confirm" },
      { type: "Pay", amount: 1 },
    ]);
  });

  it("is the same each time", () => {
    const labels = good.map(({ label }) => label);
    assert.deepEqual(showcase(orderSpec).map(({ label }) => label), labels);
  });

  it("tells each history as given, when, then", () => {
    const text = textOfShowcase(good.filter(({ label }) => label === "the event Confirmed"));
    assert.deepEqual(text.split("\n").slice(0, 5), [
      "the event Confirmed",
      '  Given  { type: "ItemAdded", sku: "a", quantity: 1, price: 1 }',
      '  When   { type: "Confirm" }',
      '  Then   { type: "Confirmed", total: 1 }',
      "  State  before {",
    ]);
  });

  it("shows a planted bug: an order that is shipped before it is paid", () => {
    const { decider } = orderSpec;
    const hasty = showcase({
      ...orderSpec,
      decider: {
        ...decider,
        decide: (command, state) =>
          decider.decide(
            command,
            command.type === "Ship" && state.status === "confirmed"
              ? { ...state, status: "paid" }
              : state,
          ),
      },
    });
    assert.equal(lengthIn(good, "the event Shipped"), 4);
    assert.equal(lengthIn(hasty, "the event Shipped"), 3);
  });

  it("shows a planted bug: an event that no longer happens", () => {
    const { decider } = orderSpec;
    const dead = showcase({
      ...orderSpec,
      decider: {
        ...decider,
        decide: (command, state) =>
          decider.decide(command.type === "Refund" ? { type: "Return" } : command, state),
      },
    });
    assert(good.some(({ label }) => label === "the event Refunded"));
    assert(!dead.some(({ label }) => label === "the event Refunded"));
  });
});
