/**
 * The specification of the order: what all laws of deciders are tried on.
 *
 * @module
 */
import * as t from "io-ts";
import { eventCodec, schema } from "../../../src/codec.ts";
import type { DeciderSpec } from "../../../src/laws/decider_spec.ts";
import { type Order, type OrderCommand, type OrderEvent, orderWalk } from "./order.ts";

export type OrderSpec = DeciderSpec<OrderCommand, OrderEvent, Order, string>;

const amount = t.type({ amount: t.number });
const item = { sku: t.string, quantity: t.number };

const orderCodec = eventCodec({
  ItemAdded: schema(1, t.type({ ...item, price: t.number })),
  ItemRemoved: schema(1, t.type(item)),
  Confirmed: schema(1, t.type({ total: t.number })),
  Paid: schema(1, amount),
  FullyPaid: schema(1),
  Shipped: schema(1),
  Returned: schema(1),
  Refunded: schema(1, amount),
  Cancelled: schema(1),
});

const status = t.keyof({
  open: null,
  confirmed: null,
  paid: null,
  shipped: null,
  returned: null,
  cancelled: null,
});

const orderState = {
  status,
  items: t.record(t.string, t.type({ quantity: t.number, price: t.number })),
  total: t.number,
  paid: t.number,
  refunded: t.number,
};

const walkable = orderWalk();

/** The order, with all that is known of it. */
export const orderSpec: OrderSpec = {
  ...walkable,
  decider: { ...walkable.decider, isTerminal: ({ status }) => status === "cancelled" },
  name: "order",
  codec: orderCodec,
  state: t.type(orderState),
  invariants: {
    "paid never exceeds the total": ({ paid, total }) => paid <= total,
    "no item is there less than not at all": ({ items }) =>
      Object.values(items).every(({ quantity }) => quantity >= 0),
    "refunded never exceeds paid": ({ refunded, paid }) => refunded <= paid,
  },
  after: {
    Pay: ({ before, after }) => after.paid > before.paid,
    Confirm: ({ after }) => after.total > 0 || "an order of nothing was confirmed",
  },
  mayDoNothing: () => false,
  eventsMax: 2,
};

/** A shape of the order that writes down what it knows, and drops everything else. */
export const strictState: NonNullable<OrderSpec["state"]> = t.exact(t.type(orderState));
