import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Decider, drive } from "leftfold";
import { describeLaws, type Law, systemLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { laws, saleSystem } from "../../../examples/domains/order/laws.ts";
import {
  fulfilment,
  owed,
  type Sale,
  sale,
  type SaleCommand,
} from "../../../examples/domains/order/process.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

describe("an order and its payment", () => {
  it("pays back what was taken after the customer had cancelled", () => {
    const go = drive({ decider: sale, process: fulfilment });
    const placed = go({ commands: [["order", { type: "Place", cents: 500 }]] });
    assert(placed._tag === "Right");
    const rest = go({
      commands: [["order", { type: "Cancel" }], ["payment", { type: "Take" }]],
    }, placed.right);
    assert(rest._tag === "Right");
    assert.deepEqual(rest.right.events.map(([part, { type }]) => `${part} ${type}`), [
      "order Cancelled",
      "payment Taken",
      "payment Refunded",
    ]);
  });
});

/** The system with another idea of what is owed. */
function owing(other: (state: Sale) => ReadonlyArray<SaleCommand>): () => ReadonlyArray<Law> {
  const process = { ...fulfilment, react: other, resume: other };
  return () => systemLaws({ ...saleSystem, process });
}

describePlanted("planted bugs: an order", [
  {
    bug: "what is taken after the customer has cancelled is kept",
    law: "PM6/who does not have the goods has their money",
    laws: owing((state) => state.order.status === "cancelled" ? [] : owed(state)),
  },
  {
    bug: "an order is not given up when its payment is declined",
    law: "PM6/what was placed is on its way",
    laws: owing((state) => state.payment.status === "declined" ? [] : owed(state)),
  },
  {
    bug: "what is owed is only remembered by the program that runs",
    law: "SY3",
    laws: () => systemLaws({ ...saleSystem, process: { ...fulfilment, resume: () => [] } }),
  },
  {
    bug: "each refund is paid, also the same one again",
    law: "PM3",
    laws: () => {
      type Counted = Sale & { readonly refunds: number };
      const counting: Decider<SaleCommand, Parameters<typeof sale.evolve>[1], Counted, unknown> = {
        initialState: { ...sale.initialState, refunds: 0 },
        decide: (command, state) =>
          command[0] === "payment" && command[1].type === "Refund" && state.refunds > 0
            ? { _tag: "Right", right: [["payment", { type: "Refunded" }]] }
            : sale.decide(command, state),
        evolve: (state, event) => ({
          ...sale.evolve(state, event),
          refunds: state.refunds + (event[1].type === "Refunded" ? 1 : 0),
        }),
      };
      return systemLaws({ ...saleSystem, decider: counting, invariants: {} });
    },
  },
]);
