/**
 * A stock item with reservations: who asks twice, because the answer was lost, gets it once.
 *
 * Each delivery and each order has a number of its own, and the state keeps what became of it. So
 * the same command with the same number does nothing more, however late it comes. A warehouse is
 * many such items, by the combinator `many`: an item knows nothing of the others, and needs not.
 *
 * @module
 */
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import * as RA from "fp-ts/lib/ReadonlyArray.js";
import * as t from "io-ts";
import {
  accept,
  type Decider,
  type Decision,
  eventCodec,
  type Instances,
  type Keyed,
  reject,
  schema,
  type TaggedEventCodec,
} from "leftfold";
import { many } from "leftfold/decider";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody asks of an item. */
export type ItemCommand =
  | { readonly type: "Receive"; readonly delivery: string; readonly pieces: number }
  | { readonly type: "Reserve"; readonly order: string; readonly pieces: number }
  | { readonly type: "Release" | "Ship"; readonly order: string };

/** What happens to an item. */
export type ItemEvent =
  | { readonly type: "Received"; readonly delivery: string; readonly pieces: number }
  | { readonly type: "Reserved"; readonly order: string; readonly pieces: number }
  | { readonly type: "Released" | "Shipped"; readonly order: string };

/** An item in the warehouse. */
export interface Item {
  /** Pieces on the shelf, whether they are promised to somebody or not. */
  readonly shelf: number;
  readonly deliveries: ReadonlyArray<string>;
  readonly orders: ReadonlyArray<Reservation>;
}

/** What an order has asked for, and what became of it. */
export interface Reservation {
  readonly order: string;
  readonly pieces: number;
  readonly status: "reserved" | "released" | "shipped";
}

/** Why not. */
export type ItemRejection =
  | { readonly reason: "NotWhole"; readonly found: number }
  | { readonly reason: "TooFew"; readonly wanted: number; readonly free: number }
  | { readonly reason: "NoReservation"; readonly order: string }
  | { readonly reason: "OverAlready"; readonly order: string; readonly status: string };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** One item. */
export const item: Decider<ItemCommand, ItemEvent, Item, ItemRejection> = {
  initialState: { shelf: 0, deliveries: [], orders: [] },
  decide: (command, state) => {
    switch (command.type) {
      case "Receive": {
        const { delivery, pieces } = command;
        if (state.deliveries.includes(delivery)) return accept();
        return isWhole(pieces) ? accept({ type: "Received", delivery, pieces }) : notWhole(pieces);
      }
      case "Reserve": {
        const { order, pieces } = command;
        if (O.isSome(reservationOf(state, order))) return accept();
        if (!isWhole(pieces)) return notWhole(pieces);
        const free = freePieces(state);
        return pieces > free
          ? reject({ reason: "TooFew", wanted: pieces, free })
          : accept({ type: "Reserved", order, pieces });
      }
      case "Release":
        return settle(state, command.order, "released", { type: "Released", order: command.order });
      case "Ship":
        return settle(state, command.order, "shipped", { type: "Shipped", order: command.order });
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case "Received": {
        const { delivery, pieces } = event;
        const deliveries = [...state.deliveries, delivery];
        return { ...state, shelf: state.shelf + pieces, deliveries };
      }
      case "Reserved": {
        const { order, pieces } = event;
        return { ...state, orders: [...state.orders, { order, pieces, status: "reserved" }] };
      }
      case "Released":
        return { ...state, orders: settled(state, event.order, "released") };
      case "Shipped": {
        const gone = O.match(() => 0, ({ pieces }: Reservation) => pieces)(
          reservationOf(state, event.order),
        );
        const orders = settled(state, event.order, "shipped");
        return { ...state, shelf: state.shelf - gone, orders };
      }
    }
  },
};

/** A warehouse: an item for each article. */
export const warehouse: Decider<
  Keyed<string, ItemCommand>,
  Keyed<string, ItemEvent>,
  Instances<Item>,
  ItemRejection
> = many(item);

/** The names, the checks and the stored form of the events. */
export const itemEvents: TaggedEventCodec<ItemEvent> = eventCodec({
  Received: schema(1, t.type({ delivery: t.string, pieces: t.number })),
  Reserved: schema(1, t.type({ order: t.string, pieces: t.number })),
  Released: schema(1, t.type({ order: t.string })),
  Shipped: schema(1, t.type({ order: t.string })),
});

/** A reservation comes to its end, of one kind, and once. */
function settle(
  state: Item,
  order: string,
  end: "released" | "shipped",
  event: ItemEvent,
): Decision<ItemEvent, ItemRejection> {
  return pipe(
    reservationOf(state, order),
    O.match<Reservation, Decision<ItemEvent, ItemRejection>>(
      () => reject({ reason: "NoReservation", order }),
      ({ status }) => {
        if (status === end) return accept();
        return status === "reserved"
          ? accept(event)
          : reject({ reason: "OverAlready", order, status });
      },
    ),
  );
}

function settled(
  { orders }: Item,
  order: string,
  status: "released" | "shipped",
): ReadonlyArray<Reservation> {
  return orders.map((one) => one.order === order ? { ...one, status } : one);
}

function isWhole(pieces: number): boolean {
  return Number.isSafeInteger(pieces) && pieces > 0;
}

function notWhole(found: number): Decision<never, ItemRejection> {
  return reject({ reason: "NotWhole", found });
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Pieces that are promised to nobody. */
export function freePieces({ shelf, orders }: Item): number {
  const reserved = orders.filter(({ status }) => status === "reserved");
  return reserved.reduce((free, { pieces }) => free - pieces, shelf);
}

function reservationOf({ orders }: Item, order: string): O.Option<Reservation> {
  return RA.findFirst((one: Reservation) => one.order === order)(orders);
}
