import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { none, type Option, some } from "fp-ts/lib/Option.js";
import { describe, it } from "node:test";
import {
  adapt,
  compose,
  composeAll,
  type Decider,
  many,
  mapRejection,
  neutral,
  orElse,
  transact,
} from "leftfold/decider";
import {
  agrees,
  deciderLaws,
  type DeciderSpec,
  describeLaws,
  interleave,
  logsOf,
  processLaws,
  refines,
  systemLaws,
  viewLaws,
} from "leftfold/laws";
import * as P from "leftfold/process";
import * as V from "leftfold/view";
import { accept } from "leftfold";
import { accountSpec } from "../../examples/domains/bank_account/laws.ts";
import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
} from "../../examples/domains/bank_account/decider.ts";
import { cartSpec } from "../../examples/domains/cart/laws.ts";
import { secondThoughts } from "../../examples/domains/cart/second_thoughts.ts";
import { item } from "../../examples/domains/inventory/decider.ts";
import { itemSpec } from "../../examples/domains/inventory/laws.ts";
import { orderSpec, paymentSpec, saleSystem } from "../../examples/domains/order/laws.ts";
import { subscriptionSpec } from "../../examples/domains/subscription/laws.ts";
import { renewals } from "../../examples/domains/subscription/process.ts";

// What the combinators of the library make of things that are right is right: it obeys the same laws.
// So a combinator that keeps state beside the state, or a law that minds how a state is held, is seen.

const keys = fc.constantFrom("tea", "__proto__");
const account = accountSpec.decider;
const sentOut = <Event>(event: Event): { readonly wrapped: Event } => ({ wrapped: event });

/** A specification of something else with the commands of this one. */
function like<C, E, S, R, S2, R2>(
  spec: DeciderSpec<C, E, S, R>,
  name: string,
  decider: Decider<C, E, S2, R2>,
): DeciderSpec<C, E, S2, R2> {
  return { name, decider, commands: () => spec.noise ?? fc.constant(undefined as never) };
}

describeLaws([
  ...deciderLaws({
    name: "many items",
    decider: many(item),
    commands: (items) =>
      keys.chain((key) => itemSpec.commands(items.get(key)).map((one) => [key, one] as const)),
  }),
  ...deciderLaws({
    name: "an order and a payment under their names",
    decider: composeAll({ order: orderSpec.decider, payment: paymentSpec.decider }),
    commands: ({ order, payment }) =>
      fc.oneof(
        orderSpec.commands(order).map((one) => ["order", one] as const),
        paymentSpec.commands(payment).map((one) => ["payment", one] as const),
      ),
  }),
  ...deciderLaws({
    name: "an order and a payment",
    decider: compose(paymentSpec.decider)(orderSpec.decider),
    commands: ([order, payment]) =>
      fc.oneof(
        orderSpec.commands(order).map((one) => E.left(one)),
        paymentSpec.commands(payment).map((one) => E.right(one)),
      ),
  }),
  ...deciderLaws({
    name: "several at once",
    decider: transact(cartSpec.decider),
    commands: (cart) => fc.array(cartSpec.commands(cart), { maxLength: 3 }),
  }),
  ...deciderLaws(like(accountSpec, "rejections in other words", mapRejection(sentOut)(account))),
  ...deciderLaws(like(accountSpec, "rejections that are nothing", orElse(() => accept())(account))),
], { describe, it });

const identity = {
  command: (command: AccountCommand) => some(command),
  eventIn: (event: AccountEvent) => some(event),
  eventOut: (event: AccountEvent) => event,
};

describeLaws([
  refines({ ...accountSpec, name: "adapted to its own words" }, adapt(identity)(account)),
  refines(
    { ...accountSpec, name: "rejections as they are" },
    mapRejection((no: AccountRejection) => no)(account),
  ),
  refines(
    { ...accountSpec, name: "beside nothing" },
    pipe(
      compose(neutral)(account),
      adapt({
        command: (command: AccountCommand) => some(E.left<AccountCommand, never>(command)),
        eventIn: (event: AccountEvent) => some(E.left<AccountEvent, never>(event)),
        eventOut: (event) => E.isLeft(event) ? event.left : event.right,
      }),
    ),
  ),
  refines(
    { ...accountSpec, name: "one at once" },
    pipe(
      transact(account),
      adapt({
        command: (command: AccountCommand): Option<ReadonlyArray<AccountCommand>> =>
          some([command]),
        eventIn: (event: AccountEvent) => some(event),
        eventOut: (event) => event,
      }),
    ),
  ),
], { describe, it });

type CartOf = readonly [string, Parameters<typeof secondThoughts.evolve>[1]];
const cartCalled = (cart: string): fc.Arbitrary<ReadonlyArray<CartOf>> =>
  logsOf(cartSpec).map((log) => log.map((event) => [cart, event]));
const carts = interleave(cartCalled("a"), cartCalled("b"));
const eventOf = ([, event]: CartOf): Option<CartOf[1]> => some(event);
const byCart = V.many(([cart]: CartOf) => cart)(V.adapt(eventOf)(secondThoughts));

describeLaws([
  ...viewLaws({ name: "by cart", view: byCart, logs: carts, streamOf: ([cart]) => cart }),
  ...viewLaws({
    name: "two views of a cart",
    view: V.product(cartSpec.decider)(secondThoughts),
    logs: logsOf(cartSpec),
  }),
  ...viewLaws({
    name: "views under their names",
    view: V.productAll({ cart: cartSpec.decider, secondThoughts }),
    logs: logsOf(cartSpec),
  }),
  ...viewLaws({
    name: "a view that is told of nothing",
    view: V.adapt((_: CartOf): Option<CartOf[1]> => none)(secondThoughts),
    logs: carts,
    ignores: () => true,
  }),
  agrees(
    { name: "all carts", view: V.adapt(eventOf)(secondThoughts), logs: carts },
    byCart,
    (states) =>
      [...states].map(([, pieces]) => pieces).reduce(
        secondThoughts.merge,
        secondThoughts.initialState,
      ),
  ),
], { describe, it });

const both = P.productAll({ first: renewals, second: renewals });
const spoken = P.adapt({
  eventIn: ({ wrapped }: { readonly wrapped: Parameters<typeof renewals.evolve>[1] }) =>
    some(wrapped),
  commandOut: sentOut,
})(renewals);

describeLaws([
  ...processLaws({ name: "two processes", process: both, logs: logsOf(subscriptionSpec) }),
  ...processLaws({
    name: "a process in other words",
    process: spoken,
    logs: logsOf(subscriptionSpec).map((log) => log.map(sentOut)),
  }),
  ...systemLaws({
    ...saleSystem,
    name: "a sale that is minded twice",
    process: P.productAll({ first: saleSystem.process, second: saleSystem.process }),
    invariants: {},
  }),
], { describe, it });
