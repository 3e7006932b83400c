/**
 * The laws of an order: of each decider alone, of both side by side, of the process, and of the
 * whole system in a loop that is killed, repeated and disturbed.
 *
 * @module
 */
import * as fc from "fast-check";
import { none, some } from "fp-ts/lib/Option.js";
import {
  compositionLaws,
  deciderLaws,
  type DeciderSpec,
  type Law,
  logsOf,
  processLaws,
  type ProcessSpec,
  systemLaws,
  type SystemSpec,
} from "leftfold/laws";
import {
  type Order,
  order,
  type OrderCommand,
  type OrderEvent,
  type OrderRejection,
} from "./order.ts";
import {
  type Payment,
  payment,
  type PaymentCommand,
  type PaymentEvent,
  type PaymentRejection,
} from "./payment.ts";
import { fulfilment, owed, type Sale, sale, type SaleCommand, type SaleEvent } from "./process.ts";

// ---------------------------------------------------------------------------
// each alone
// ---------------------------------------------------------------------------

const place = fc.integer({ min: 1, max: 500_00 }).map((cents): OrderCommand => ({
  type: "Place",
  cents,
}));

function oneOf<Type extends string>(
  ...types: ReadonlyArray<Type>
): fc.Arbitrary<{ readonly type: Type }> {
  return fc.constantFrom(...types).map((type) => ({ type }));
}

const anyOrder: fc.Arbitrary<OrderCommand> = fc.oneof(
  place,
  fc.constant<OrderCommand>({ type: "Place", cents: 0 }),
  oneOf("ConfirmPaid", "GiveUp", "Ship", "Cancel", "Return"),
);

/** An order, and what is known of it. */
export const orderSpec: DeciderSpec<OrderCommand, OrderEvent, Order, OrderRejection> = {
  name: "order",
  source: { from: "./laws.ts", spec: "orderSpec" },
  decider: order,
  commands: ({ status }) => {
    switch (status) {
      case "new":
        return place;
      case "placed":
        return oneOf("ConfirmPaid", "ConfirmPaid", "GiveUp", "Cancel");
      case "paid":
        return oneOf("Ship", "Ship", "Cancel");
      default:
        return oneOf("Return", "Cancel");
    }
  },
  noise: anyOrder,
  invariants: {
    "only what was paid is shipped": ({ status }, { steps }) =>
      status !== "shipped" || steps.some(({ after }) => after.status === "paid"),
  },
  eventsMax: 1,
  expect: {
    rejections: ["NotNow", "NotAPrice"],
    states: ["placed", "paid", "shipped", "givenUp", "cancelled", "returned"],
  },
};

/** A payment, and what is known of it. */
export const paymentSpec: DeciderSpec<PaymentCommand, PaymentEvent, Payment, PaymentRejection> = {
  name: "payment",
  source: { from: "./laws.ts", spec: "paymentSpec" },
  decider: payment,
  commands: ({ status }) =>
    status === "none"
      ? fc.integer({ min: 1, max: 500_00 }).map((cents) => ({ type: "Request", cents }))
      : oneOf("Take", "Decline", "Refund"),
  noise: oneOf("Take", "Decline", "Refund"),
  commandId: ({ type }) => some(type),
  eventsMax: 1,
  expect: { rejections: ["OutOfTurn"], states: ["requested", "taken", "declined", "refunded"] },
};

// ---------------------------------------------------------------------------
// both together
// ---------------------------------------------------------------------------

const toOrder = (command: OrderCommand): SaleCommand => ["order", command];
const toPayment = (command: PaymentCommand): SaleCommand => ["payment", command];

/** What comes from outside: from customers, from the warehouse, and from the provider. */
function outside({ order, payment }: Sale): fc.Arbitrary<SaleCommand> {
  if (order.status === "new") return place.map(toOrder);
  const own = oneOf("Ship", "Cancel", "Return").map(toOrder);
  return payment.status === "requested"
    ? fc.oneof(oneOf("Take", "Decline").map(toPayment), own)
    : own;
}

/** The whole: an order, its payment, and the process that minds them. */
export const saleSystem: SystemSpec<
  SaleCommand,
  SaleEvent,
  Sale,
  OrderRejection | PaymentRejection,
  Sale
> = {
  name: "sale",
  source: { from: "./laws.ts", spec: "saleSystem" },
  decider: sale,
  process: fulfilment,
  commands: outside,
  sendsOnce: true,
  invariants: {
    "who does not have the goods has their money": ({ order, payment }) =>
      !["cancelled", "returned", "givenUp"].includes(order.status) || payment.status !== "taken",
    "who has the goods has paid their price": ({ order, payment }) =>
      order.status !== "shipped" || (payment.status === "taken" && payment.cents === order.cents),
    "what was placed is on its way": ({ order, payment }) =>
      order.status !== "placed" || payment.status === "requested",
  },
};

/** The process alone, told of what sales do. */
export const fulfilmentSpec: ProcessSpec<SaleEvent, SaleCommand, Sale> = {
  name: "fulfilment",
  source: { from: "./laws.ts", spec: "fulfilmentSpec" },
  process: fulfilment,
  logs: logsOf({
    name: "sale",
    decider: sale,
    commands: (state) => {
      const due = owed(state);
      return due.length === 0 ? outside(state) : fc.oneof(outside(state), fc.constantFrom(...due));
    },
  }),
};

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(orderSpec),
  ...deciderLaws(paymentSpec),
  ...compositionLaws({
    name: "order and payment",
    decider: sale,
    left: {
      spec: orderSpec,
      command: toOrder,
      event: ([part, inner]) => part === "order" ? some(inner) : none,
      state: ({ order }) => order,
    },
    right: {
      spec: paymentSpec,
      command: toPayment,
      event: ([part, inner]) => part === "payment" ? some(inner) : none,
      state: ({ payment }) => payment,
    },
  }),
  ...processLaws(fulfilmentSpec),
  ...systemLaws(saleSystem),
];
