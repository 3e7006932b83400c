/**
 * A shop and the process that carries its orders through: a system that is right.
 *
 * @module
 */
import * as fc from "fast-check";
import { accept, type Decider, decider } from "../../../src/decider.ts";
import { logsOf } from "../../../src/laws/interleave.ts";
import type { ProcessSpec } from "../../../src/laws/process_laws.ts";
import type { SystemSpec } from "../../../src/laws/system_laws.ts";
import { type Process, processManager, timer } from "../../../src/process.ts";

export type ShopCommand =
  | { readonly type: "Place"; readonly id: string; readonly amount: number; readonly day: number }
  | { readonly type: "Charge" | "Ship" | "Cancel"; readonly id: string };
export type ShopEvent =
  | { readonly type: "Placed"; readonly id: string; readonly amount: number; readonly day: number }
  | { readonly type: "Charged"; readonly id: string; readonly amount: number }
  | { readonly type: "Declined" | "Shipped" | "Cancelled"; readonly id: string };

type Status = "placed" | "charged" | "declined" | "shipped" | "cancelled";
export interface Order {
  readonly amount: number;
  readonly status: Status;
}
export interface Shop {
  readonly orders: Readonly<Record<string, Order>>;
  readonly income: number;
}
/** What is to be done next for each order that is not finished, and when to give it up. */
export interface Work {
  readonly open: Readonly<
    Record<string, { readonly next: "Charge" | "Ship" | "Cancel"; readonly day: number }>
  >;
}

export type ShopDecider = Decider<ShopCommand, ShopEvent, Shop, never>;
export type ShopProcess = Process<ShopEvent, ShopCommand, Work>;
export type ShopSystem = SystemSpec<ShopCommand, ShopEvent, Shop, never, Work>;

/** Whoever orders for more than this cannot pay. */
const limit = 50;

const statusOf = (orders: Shop["orders"], id: string, status: Status): Shop["orders"] => {
  const order = orders[id];
  return order ? { ...orders, [id]: { ...order, status } } : orders;
};

/** The shop: each command takes effect once. */
export const shop: ShopDecider = decider({
  initialState: { orders: {}, income: 0 },
  decide: (command: ShopCommand, { orders }: Shop) => {
    const { id } = command;
    const status = orders[id]?.status;
    switch (command.type) {
      case "Place": {
        const { amount, day } = command;
        return status === undefined ? accept({ type: "Placed", id, amount, day }) : accept();
      }
      case "Charge": {
        if (status !== "placed") return accept();
        const { amount } = orders[id]!;
        return amount > limit
          ? accept({ type: "Declined", id })
          : accept({ type: "Charged", id, amount });
      }
      case "Ship":
        return status === "charged" ? accept({ type: "Shipped", id }) : accept();
      case "Cancel":
        return status === "placed" || status === "declined"
          ? accept({ type: "Cancelled", id })
          : accept();
    }
  },
  evolve: ({ orders, income }: Shop, event: ShopEvent): Shop => {
    const { id } = event;
    switch (event.type) {
      case "Placed":
        return { orders: { ...orders, [id]: { amount: event.amount, status: "placed" } }, income };
      case "Charged":
        return { orders: statusOf(orders, id, "charged"), income: income + event.amount };
      case "Declined":
        return { orders: statusOf(orders, id, "declined"), income };
      case "Shipped":
        return { orders: statusOf(orders, id, "shipped"), income };
      case "Cancelled":
        return { orders: statusOf(orders, id, "cancelled"), income };
    }
  },
});

const days = 86_400_000;
const giveUp = (id: string, day: number): ReturnType<typeof timer<ShopCommand>> =>
  timer<ShopCommand>(`give-up-${id}`, new Date((day + 30) * days), { type: "Cancel", id });

function without(open: Work["open"], id: string): Work["open"] {
  return Object.fromEntries(Object.entries(open).filter(([key]) => key !== id));
}

/** Charges what was placed, ships what was charged, cancels what was declined. */
export const fulfilment: ShopProcess = processManager({
  initialState: { open: {} },
  evolve: ({ open }: Work, event: ShopEvent): Work => {
    const { id } = event;
    const day = open[id]?.day ?? 0;
    switch (event.type) {
      case "Placed":
        return { open: { ...open, [id]: { next: "Charge", day: event.day } } };
      case "Charged":
        return { open: { ...open, [id]: { next: "Ship", day } } };
      case "Declined":
        return { open: { ...open, [id]: { next: "Cancel", day } } };
      case "Shipped":
      case "Cancelled":
        return { open: without(open, id) };
    }
  },
  react: ({ open }, { type, id }): ReadonlyArray<ShopCommand | ReturnType<typeof giveUp>> => {
    const work = open[id];
    if (!work) return [];
    const next = { type: work.next, id };
    return type === "Placed" ? [next, giveUp(id, work.day)] : [next];
  },
  resume: ({ open }) =>
    Object.entries(open).flatMap(([id, { next, day }]) => [
      { type: next, id },
      giveUp(id, day),
    ]),
});

const id = fc.constantFrom("a", "b", "c", "d");
const place = fc.record({
  type: fc.constant("Place" as const),
  id,
  amount: fc.integer({ min: 1, max: 100 }),
  day: fc.nat(9),
});
const inner = fc.record({ type: fc.constantFrom("Charge", "Ship", "Cancel"), id });

/** The shop with its process, and orders from outside. */
export const shopSystem: ShopSystem = {
  name: "shop",
  decider: shop,
  process: fulfilment,
  commands: () => place,
  ends: new Date(1_000 * days),
  sendsOnce: true,
  invariants: {
    "what was shipped was paid": ({ orders, income }) =>
      income === Object.values(orders)
        .filter(({ status }) => status === "shipped")
        .reduce((sum, { amount }) => sum + amount, 0),
    "nothing is left open": ({ orders }) =>
      Object.values(orders).every(({ status }) => status === "shipped" || status === "cancelled"),
  },
};

/** The process alone, told of what shops do. */
export const shopProcess: ProcessSpec<ShopEvent, ShopCommand, Work> = {
  name: "fulfilment",
  process: fulfilment,
  logs: logsOf({
    name: "shop",
    decider: shop,
    // Their types are those of the commands.
    commands: () => fc.oneof(place, inner) as fc.Arbitrary<ShopCommand>,
  }),
};
