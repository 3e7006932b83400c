/** Wrong combinations. Each must be refused where it says, and for the reason it says. */
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import {
  accept,
  adapt,
  composeAll,
  type Decider,
  decider,
  many,
  mapRejection,
  orElse,
  reject,
  replay,
} from "../../src/decider.ts";
import { byStream, many as manyViews, ofRecords, productAll, view } from "../../src/view.ts";

type OrderEvent = { readonly type: "Placed"; readonly item: string };
type PaymentEvent = { readonly type: "Charged"; readonly cents: number };
const order = decider({
  initialState: 0,
  decide: (command: { type: "Place"; item: string }, placed) =>
    placed === 3 ? reject("TooMany") : accept({ type: "Placed", item: command.item }),
  evolve: (placed, _: OrderEvent) => placed + 1,
});
const payment = decider({
  initialState: 0,
  decide: (command: { type: "Charge"; cents: number }) =>
    accept({ type: "Charged", cents: command.cents }),
  evolve: (total, event: PaymentEvent) => total + event.cents,
});
const shop = composeAll({ order, payment });
const orders = many(order);

// What is right compiles.
shop.decide(["order", { type: "Place", item: "tea" }], shop.initialState);
orders.decide(["a", { type: "Place", item: "tea" }], orders.initialState);

// An unknown part.
// @ts-expect-error there is no part `refund`
shop.decide(["refund", { type: "Place", item: "tea" }], shop.initialState);

// A command for another part.
// @ts-expect-error `payment` does not place
shop.decide(["payment", { type: "Place", item: "tea" }], shop.initialState);

// A command without an address.
// @ts-expect-error not addressed
shop.decide({ type: "Place", item: "tea" }, shop.initialState);

// A command without a key.
// @ts-expect-error not addressed
orders.decide({ type: "Place", item: "tea" }, orders.initialState);

// A part that is no decider.
// @ts-expect-error a view decides nothing
composeAll({ order, count: view({ initialState: 0, evolve: (n, _: OrderEvent) => n + 1 }) });

// `mapRejection` over what cannot happen.
// @ts-expect-error nobody rejects with "SoldOut"
pipe(order, mapRejection((rejection: "SoldOut") => rejection));

// What is right compiles, with and without the command and the state.
pipe(order, orElse((_: "TooMany") => accept({ type: "Placed", item: "tea" })));
pipe(
  order,
  orElse((_: "TooMany", command: { item: string }, n: number) => reject({ ...command, n })),
);

// `orElse` over what cannot happen.
// @ts-expect-error nobody rejects with "SoldOut"
pipe(order, orElse((_: "SoldOut") => accept({ type: "Placed", item: "tea" })));

// An `orElse` that gives another domain's events.
// @ts-expect-error orders are not charged
pipe(order, orElse((_: "TooMany") => accept({ type: "Charged", cents: 1 })));

// An `eventOut` that `eventIn` would not know.
pipe(
  order,
  adapt({
    command: (outer: { type: "Place"; item: string }) => O.some(outer),
    eventIn: (outer: { readonly kind: "placed"; readonly of: OrderEvent }) => O.some(outer.of),
    // @ts-expect-error `kind` is "placed"
    eventOut: (inner) => ({ kind: "ordered", of: inner }),
  }),
);

// An event that not every view of a product knows.
const both = productAll({
  placed: view({ initialState: 0, evolve: (n, _: OrderEvent) => n + 1 }),
  shop: view({ initialState: 0, evolve: (n, _: OrderEvent | PaymentEvent) => n + 1 }),
});
// What both know is fine.
replay(both)([{ type: "Placed", item: "tea" }]);
// @ts-expect-error `placed` does not know it
replay(both)([{ type: "Charged", cents: 1 }]);

// Events of another domain are replayed.
// @ts-expect-error payments do not place
replay(payment)([{ type: "Placed", item: "tea" }]);

// A key that is no text.
// @ts-expect-error a number is no key
manyViews((event: PaymentEvent) => event.cents);

// A view of events where records are folded.
const records = ofRecords(view({ initialState: 0, evolve: (n, _: OrderEvent) => n + 1 }));
// @ts-expect-error a record is wanted, not its event
records.evolve(0, { type: "Placed", item: "tea" });
const streams = byStream(view({ initialState: 0, evolve: (n, _: OrderEvent) => n + 1 }));
// @ts-expect-error a record is wanted, not its event
streams.evolve(streams.initialState, { type: "Placed", item: "tea" });

// States are read-only.
// @ts-expect-error a state is not changed in place
shop.initialState.order = 5;

// A decider of other events where one is written out.
// @ts-expect-error its events are not these
export const other: Decider<{ type: "Place"; item: string }, PaymentEvent, number, "TooMany"> =
  order;
