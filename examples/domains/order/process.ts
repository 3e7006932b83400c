/**
 * An order, its payment, and the process between them: money and goods are never both lost.
 *
 * The two deciders know nothing of each other. What is to be done because of both is one function of
 * where they stand, `owed`. A process that is such a function cannot forget: after a crash it looks
 * at where things stand, and owes what is owed. And as each command takes effect once, nothing is
 * lost if it is sent twice.
 *
 * The race that people forget: a customer cancels while the provider has not answered. Then there is
 * nothing to pay back yet. The answer comes later, and with it the debt.
 *
 * @module
 */
import type { Decider, Keyed, Process } from "leftfold";
import { composeAll } from "leftfold/decider";
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

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A command to one of the two. */
export type SaleCommand = Keyed<"order", OrderCommand> | Keyed<"payment", PaymentCommand>;

/** An event of one of the two. */
export type SaleEvent = Keyed<"order", OrderEvent> | Keyed<"payment", PaymentEvent>;

/** Where both stand. */
export interface Sale {
  readonly order: Order;
  readonly payment: Payment;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The two side by side. */
export const sale: Decider<SaleCommand, SaleEvent, Sale, OrderRejection | PaymentRejection> =
  composeAll({ order, payment });

/** What is owed, by where things stand; none if all is well. */
export function owed({ order, payment }: Sale): ReadonlyArray<SaleCommand> {
  switch (order.status) {
    case "placed":
      if (payment.status === "none") return [["payment", { type: "Request", cents: order.cents }]];
      if (payment.status === "taken") return [["order", { type: "ConfirmPaid" }]];
      return payment.status === "declined" ? [["order", { type: "GiveUp" }]] : [];
    case "cancelled":
    case "returned":
      return payment.status === "taken" ? [["payment", { type: "Refund" }]] : [];
    case "new":
    case "paid":
    case "shipped":
    case "givenUp":
      return [];
  }
}

/** Sees to it that each order is paid, or given up, or paid back. */
export const fulfilment: Process<SaleEvent, SaleCommand, Sale> = {
  initialState: sale.initialState,
  evolve: sale.evolve,
  react: (state) => owed(state),
  resume: owed,
};
