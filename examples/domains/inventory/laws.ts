/**
 * The laws of an item and of a warehouse: asked twice, done once; nothing is promised that is not
 * there; and many items side by side are what each of them is alone.
 *
 * @module
 */
import * as fc from "fast-check";
import { none, some } from "fp-ts/lib/Option.js";
import * as t from "io-ts";
import { compositionLaws, deciderLaws, type DeciderSpec, eventsOf, type Law } from "leftfold/laws";
import {
  freePieces,
  type Item,
  item,
  type ItemCommand,
  type ItemEvent,
  itemEvents,
  type ItemRejection,
  warehouse,
} from "./decider.ts";

const numbers = fc.constantFrom("1", "2", "3", "4", "5", "6");

function receive(pieces: fc.Arbitrary<number>): fc.Arbitrary<ItemCommand> {
  return fc.record({ type: fc.constant("Receive" as const), delivery: numbers, pieces });
}

function reserve(pieces: fc.Arbitrary<number>): fc.Arbitrary<ItemCommand> {
  return fc.record({ type: fc.constant("Reserve" as const), order: numbers, pieces });
}

function settle(orders: fc.Arbitrary<string>): fc.Arbitrary<ItemCommand> {
  return fc.record({ type: fc.constantFrom("Release", "Ship"), order: orders });
}

/** Commands that fit: it reserves what is free, and ships or releases what is reserved. */
function fitting(state: Item): fc.Arbitrary<ItemCommand> {
  const free = freePieces(state);
  const reserved = state.orders.filter(({ status }) => status === "reserved");
  return fc.oneof(
    { withCrossShrink: true },
    receive(fc.integer({ min: 1, max: 20 })),
    ...free > 0 ? [reserve(fc.integer({ min: 1, max: free }))] : [],
    ...reserved.length > 0 ? [settle(fc.constantFrom(...reserved.map(({ order }) => order)))] : [],
  );
}

const anyPieces = fc.oneof(fc.integer({ min: -1, max: 50 }), fc.double());

/** An item, and what is known of it. */
export const itemSpec: DeciderSpec<ItemCommand, ItemEvent, Item, ItemRejection> = {
  name: "stock item",
  source: { from: "./laws.ts", spec: "itemSpec" },
  decider: item,
  commands: fitting,
  noise: fc.oneof(receive(anyPieces), reserve(anyPieces), settle(numbers)),
  codec: itemEvents,
  state: t.type({
    shelf: t.number,
    deliveries: t.readonlyArray(t.string),
    orders: t.readonlyArray(t.type({
      order: t.string,
      pieces: t.number,
      status: t.keyof({ reserved: null, released: null, shipped: null }),
    })),
  }),
  label: (state) => freePieces(state) > 0 ? "some are free" : "none is free",
  invariants: {
    "nobody is promised what is not there": (state) => freePieces(state) >= 0,
    "what came in is on the shelf, or was shipped": ({ shelf, orders }, history) => {
      const came = eventsOf(history).map((event) => event.type === "Received" ? event.pieces : 0);
      const shipped = orders.filter(({ status }) => status === "shipped");
      return shelf === sum(came) - sum(shipped.map(({ pieces }) => pieces));
    },
  },
  // What is done to an order and the order itself share a number, but not an attempt.
  commandId: (command) =>
    some(
      command.type === "Receive"
        ? `Receive ${command.delivery}`
        : `${command.type} ${command.order}`,
    ),
  mayDoNothing: (command, { deliveries, orders }) =>
    command.type === "Receive"
      ? deliveries.includes(command.delivery)
      : orders.some(({ order }) => order === command.order),
  eventsMax: 1,
  expect: {
    events: "all",
    rejections: ["NotWhole", "TooFew", "NoReservation", "OverAlready"],
    states: ["some are free", "none is free"],
  },
};

function sum(all: ReadonlyArray<number>): number {
  return all.reduce((total, one) => total + one, 0);
}

/** An item of the warehouse beside the item alone. */
function shelf<const Key extends string>(key: Key) {
  return {
    spec: itemSpec,
    command: (inner: ItemCommand) => [key, inner] as const,
    event: ([at, inner]: readonly [string, ItemEvent]) => at === key ? some(inner) : none,
    state: (items: { readonly get: (key: string) => Item }) => items.get(key),
  };
}

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(itemSpec),
  ...compositionLaws({
    name: "warehouse",
    decider: warehouse,
    left: shelf("tea"),
    right: shelf("__proto__"),
  }),
];
