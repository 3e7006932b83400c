import { accept, type Decider, decider, reject } from "../../../src/decider.ts";
import * as fc from "fast-check";
import { none, some } from "fp-ts/lib/Option.js";
import { deciderLaws } from "../../../src/laws/decider_laws.ts";
import type { DeciderSpec } from "../../../src/laws/decider_spec.ts";
import type { Order, OrderCommand, OrderDecider, OrderEvent } from "../../support/laws/order.ts";
import { type OrderSpec, orderSpec } from "../../support/laws/order_spec.ts";
import { describePlanted, type Planted } from "../../support/laws/planted.ts";

const good = orderSpec.decider;

/** The laws of the order with another decider. */
function withDecider(change: Partial<OrderDecider>): () => ReturnType<typeof deciderLaws> {
  return () => deciderLaws({ ...orderSpec, decider: { ...good, ...change } });
}

function withEvolve(
  change: (state: Order, event: OrderEvent, then: Order) => Order,
): () => ReturnType<typeof deciderLaws> {
  return withDecider({
    evolve: (state, event) => change(state, event, good.evolve(state, event)),
  });
}

function withDecide(
  change: (
    command: OrderCommand,
    state: Order,
    answer: ReturnType<OrderDecider["decide"]>,
  ) => ReturnType<OrderDecider["decide"]>,
): () => ReturnType<typeof deciderLaws> {
  return withDecider({
    decide: (command, state) => change(command, state, good.decide(command, state)),
  });
}

const now = Date.now;
const chance = Math.random;

/** What belongs to no state, as a bug has it: a variable that outlives the call. */
const made = <Value>(make: () => Value): Value => make();

const replay: ReadonlyArray<Planted> = [
  {
    bug: "the state has a number drawn by a reference to Math.random",
    law: "DE1",
    laws: withEvolve((_, __, then) => ({ ...then, total: then.total + chance() })),
  },
  {
    bug: "a counter outside of the state numbers the events",
    law: "DE1",
    laws: made(() => {
      let count = 0;
      return withEvolve((_, event, then) =>
        event.type === "Shipped" ? { ...then, refunded: count += 1 } : then
      );
    }),
  },
  {
    bug: "the state has the time, by a reference that was taken before",
    law: "DE2",
    isOnly: true,
    laws: withEvolve((_, event, then) =>
      event.type === "ItemAdded" ? { ...then, refunded: -Math.floor(now() / 3) } : then
    ),
  },
];

void fc;
void accept;
void reject;
void decider;
void none;
void some;
type _Unused = Decider<never, never, never> | DeciderSpec<never, never, never, never> | OrderSpec;

describePlanted("planted bugs of replay", replay);
