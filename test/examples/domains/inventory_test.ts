import { describe, it } from "node:test";
import { accept, given } from "leftfold";
import { deciderLaws, describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { item, type ItemEvent } from "../../../examples/domains/inventory/decider.ts";
import { itemSpec, laws } from "../../../examples/domains/inventory/laws.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

const received: ItemEvent = { type: "Received", delivery: "1", pieces: 5 };
const reserved: ItemEvent = { type: "Reserved", order: "1", pieces: 3 };
const released: ItemEvent = { type: "Released", order: "1" };

describe("a stock item", () => {
  it("does once what is asked twice", () => {
    given(item, received, reserved).when({ type: "Reserve", order: "1", pieces: 3 }).thenNothing();
    given(item, received, reserved, released).when({ type: "Release", order: "1" }).thenNothing();
  });

  it("promises what is free, and no more", () => {
    const tooFew = { reason: "TooFew", wanted: 3, free: 2 } as const;
    given(item, received, reserved).when({ type: "Reserve", order: "2", pieces: 3 })
      .thenRejected(tooFew);
    given(item, received, reserved, released).when({ type: "Ship", order: "1" })
      .thenRejected({ reason: "OverAlready", order: "1", status: "released" });
  });
});

describePlanted("planted bugs: a stock item", [
  {
    bug: "an order that was released may reserve again, also if it only asks twice",
    law: "DE20",
    laws: () =>
      deciderLaws({
        ...itemSpec,
        decider: {
          ...item,
          evolve: (state, event) => {
            const after = item.evolve(state, event);
            const orders = after.orders.filter(({ status }) => status !== "released");
            return { ...after, orders };
          },
        },
      }),
  },
  {
    bug: "what is reserved is promised once more",
    law: "DE16/nobody is promised what is not there",
    laws: () =>
      deciderLaws({
        ...itemSpec,
        decider: {
          ...item,
          decide: (command, state) => {
            if (command.type !== "Reserve" || !(command.pieces <= state.shelf)) {
              return item.decide(command, state);
            }
            const { order, pieces } = command;
            const isKnown = state.orders.some((one) => one.order === order) || pieces < 1;
            return isKnown ? accept() : accept({ type: "Reserved", order, pieces });
          },
        },
      }),
  },
]);
