/**
 * An order from the first item to the refund, with four bugs that can be planted in it.
 *
 * @module
 */
import * as fc from "fast-check";
import { accept, type Decider, reject } from "../../../src/decider.ts";
import type { Walkable } from "../../../src/laws/walk.ts";

export type Status = "open" | "confirmed" | "paid" | "shipped" | "returned" | "cancelled";

export interface Order {
  readonly status: Status;
  readonly items: Readonly<Record<string, { readonly quantity: number; readonly price: number }>>;
  readonly total: number;
  readonly paid: number;
  readonly refunded: number;
}

export type OrderCommand =
  | {
    readonly type: "AddItem";
    readonly sku: string;
    readonly quantity: number;
    readonly price: number;
  }
  | { readonly type: "RemoveItem"; readonly sku: string; readonly quantity: number }
  | { readonly type: "Confirm" }
  | { readonly type: "Pay"; readonly amount: number }
  | { readonly type: "Ship" }
  | { readonly type: "Return" }
  | { readonly type: "Refund"; readonly amount: number }
  | { readonly type: "Cancel" };

export type OrderEvent =
  | {
    readonly type: "ItemAdded";
    readonly sku: string;
    readonly quantity: number;
    readonly price: number;
  }
  | { readonly type: "ItemRemoved"; readonly sku: string; readonly quantity: number }
  | { readonly type: "Confirmed"; readonly total: number }
  | { readonly type: "Paid"; readonly amount: number }
  | { readonly type: "FullyPaid" }
  | { readonly type: "Shipped" }
  | { readonly type: "Returned" }
  | { readonly type: "Refunded"; readonly amount: number }
  | { readonly type: "Cancelled" };

/** A bug that can be planted: the name of the guard that is left out. */
export type OrderBug = "removes too much" | "pays too much" | "refunds twice" | "cancels too late";

export type OrderDecider = Decider<OrderCommand, OrderEvent, Order, string>;

const empty: Order = { status: "open", items: {}, total: 0, paid: 0, refunded: 0 };

/** The order, with a bug or without. */
export function order(bug?: OrderBug): OrderDecider {
  return { initialState: empty, decide: (command, state) => decide(bug, command, state), evolve };
}

function decide(
  bug: OrderBug | undefined,
  command: OrderCommand,
  state: Order,
): ReturnType<OrderDecider["decide"]> {
  const { status } = state;
  switch (command.type) {
    case "AddItem": {
      if (status !== "open") return reject("NotOpen");
      const { sku, quantity, price } = command;
      return accept({ type: "ItemAdded", sku, quantity, price });
    }
    case "RemoveItem": {
      if (status !== "open") return reject("NotOpen");
      const { sku, quantity } = command;
      const there = state.items[sku]?.quantity ?? 0;
      if (there === 0) return reject("NoSuchItem");
      if (quantity > there && bug !== "removes too much") return reject("TooMany");
      return accept({ type: "ItemRemoved", sku, quantity });
    }
    case "Confirm":
      if (status !== "open") return reject("NotOpen");
      if (totalOf(state) <= 0) return reject("Empty");
      return accept({ type: "Confirmed", total: totalOf(state) });
    case "Pay": {
      if (status !== "confirmed") return reject("NotConfirmed");
      const paid = state.paid + command.amount;
      if (paid > state.total && bug !== "pays too much") return reject("TooMuch");
      const event = { type: "Paid", amount: command.amount } as const;
      return paid >= state.total ? accept(event, { type: "FullyPaid" }) : accept(event);
    }
    case "Ship":
      return status === "paid" ? accept({ type: "Shipped" }) : reject("NotPaid");
    case "Return":
      return status === "shipped" ? accept({ type: "Returned" }) : reject("NotShipped");
    case "Refund": {
      if (status !== "returned") return reject("NotReturned");
      if (state.refunded > 0 && bug !== "refunds twice") return reject("RefundedAlready");
      if (command.amount > state.paid) return reject("TooMuch");
      return accept({ type: "Refunded", amount: command.amount });
    }
    case "Cancel": {
      const late = bug === "cancels too late" ? ["returned", "cancelled"] : [
        "shipped",
        "returned",
        "cancelled",
      ];
      return late.includes(status) ? reject("TooLate") : accept({ type: "Cancelled" });
    }
  }
}

function evolve(state: Order, event: OrderEvent): Order {
  switch (event.type) {
    case "ItemAdded": {
      const { sku, quantity, price } = event;
      const there = state.items[sku]?.quantity ?? 0;
      return { ...state, items: { ...state.items, [sku]: { quantity: there + quantity, price } } };
    }
    case "ItemRemoved": {
      const { sku, quantity } = event;
      const item = state.items[sku] ?? { quantity: 0, price: 0 };
      const left = { ...item, quantity: item.quantity - quantity };
      return { ...state, items: { ...state.items, [sku]: left } };
    }
    case "Confirmed":
      return { ...state, status: "confirmed", total: event.total };
    case "Paid":
      return { ...state, paid: state.paid + event.amount };
    case "FullyPaid":
      return { ...state, status: "paid" };
    case "Shipped":
      return { ...state, status: "shipped" };
    case "Returned":
      return { ...state, status: "returned" };
    case "Refunded":
      return { ...state, refunded: state.refunded + event.amount };
    case "Cancelled":
      return { ...state, status: "cancelled" };
  }
}

export function totalOf(state: Order): number {
  return Object.values(state.items).reduce((sum, one) => sum + one.quantity * one.price, 0);
}

const sku = fc.constantFrom("a", "b", "c");
const quantity = fc.integer({ min: 1, max: 5 });
const addItem = fc.record({
  type: fc.constant("AddItem" as const),
  sku,
  quantity,
  price: fc.integer({ min: 1, max: 100 }),
});
const plain = <const Type extends string>(type: Type): fc.Arbitrary<{ readonly type: Type }> =>
  fc.constant({ type });
const sized = <const Type extends string>(
  type: Type,
  max: number,
): fc.Arbitrary<{ readonly type: Type; readonly amount: number }> =>
  fc.record({ type: fc.constant(type), amount: fc.integer({ min: 1, max: Math.max(1, max) }) });
const removeItem = fc.record({ type: fc.constant("RemoveItem" as const), sku, quantity });

/** Commands that fit a state. */
function commands(state: Order): fc.Arbitrary<OrderCommand> {
  switch (state.status) {
    case "open":
      return fc.oneof(
        { withCrossShrink: true },
        { weight: 3, arbitrary: addItem },
        { weight: 1, arbitrary: removeItem },
        { weight: 2, arbitrary: plain("Confirm") },
      );
    case "confirmed": {
      const due = state.total - state.paid;
      const whole = fc.constant({ type: "Pay" as const, amount: due });
      return fc.oneof({ withCrossShrink: true }, whole, sized("Pay", due), plain("Cancel"));
    }
    case "paid":
      return fc.oneof({ withCrossShrink: true }, plain("Ship"), plain("Cancel"));
    case "shipped":
      return fc.oneof({ withCrossShrink: true }, plain("Return"), plain("Cancel"));
    case "returned":
      return sized("Refund", state.paid);
    case "cancelled":
      return plain("Cancel");
  }
}

/** Any command, whatever the state. */
const noise: fc.Arbitrary<OrderCommand> = fc.oneof(
  { withCrossShrink: true },
  plain("Confirm"),
  plain("Ship"),
  plain("Return"),
  plain("Cancel"),
  addItem,
  removeItem,
  sized("Pay", 500),
  sized("Refund", 500),
);

/** A walk through the order, with a bug or without. */
export function orderWalk(bug?: OrderBug): Walkable<OrderCommand, OrderEvent, Order, string> {
  return { decider: order(bug), commands, noise };
}

/** Each bug, what it breaks, and the length of the shortest history that shows it. */
export const orderBugs: ReadonlyArray<{
  readonly bug: OrderBug;
  readonly holds: (before: Order, after: Order) => boolean;
  readonly shortest: number;
}> = [
  {
    bug: "removes too much",
    holds: (_, { items }) => Object.values(items).every((item) => item.quantity >= 0),
    shortest: 2,
  },
  { bug: "pays too much", holds: (_, { paid, total }) => paid <= total, shortest: 3 },
  { bug: "refunds twice", holds: (_, { refunded, paid }) => refunded <= paid, shortest: 7 },
  {
    bug: "cancels too late",
    holds: (before, after) => !(before.status === "shipped" && after.status === "cancelled"),
    shortest: 5,
  },
];
