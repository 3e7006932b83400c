/**
 * Deciders with a bug that is planted in how they fold and how they answer.
 *
 * @module
 */
import { reject } from "../../../../src/decider.ts";
import { deciderLaws, type Law } from "../../../../src/laws/mod.ts";
import type { Order, OrderCommand, OrderDecider, OrderEvent } from "../order.ts";
import { type OrderSpec, orderSpec } from "../order_spec.ts";
import type { Planted } from "../planted.ts";

const good = orderSpec.decider;
type Answer = ReturnType<OrderDecider["decide"]>;
type Laws = () => ReadonlyArray<Law>;

/** The laws of the order with other parts. */
function changed(change: Partial<OrderDecider>, spec: Partial<OrderSpec> = {}): Laws {
  // A bug that writes to the initial state would reach every test that comes after it.
  const own = (): OrderDecider => ({ ...good, initialState: structuredClone(good.initialState) });
  return () => deciderLaws({ ...orderSpec, ...spec, decider: { ...own(), ...change } });
}

function evolving(change: (state: Order, event: OrderEvent, then: Order) => Order): Laws {
  return changed({ evolve: (state, event) => change(state, event, good.evolve(state, event)) });
}

function deciding(change: (command: OrderCommand, state: Order, answer: Answer) => Answer): Laws {
  return changed({
    decide: (command, state) => change(command, state, good.decide(command, state)),
  });
}

/** The laws of a decider whose bug keeps something outside of the state: each check has its own. */
function keeping(make: () => Partial<OrderDecider>): Laws {
  return () => changed(make())();
}

/** What only a cast can plant, because the types refuse it. */
function wrongly<Value>(value: unknown): Value {
  return value as Value; // the bug
}

const first = structuredClone(good.initialState);
const now = Date.now;
const chance = Math.random;

export const refoldedDeciders: ReadonlyArray<Planted> = [
  {
    bug: "the state has a number of a reference to Math.random",
    law: "DE1",
    laws: evolving((_, event, then) =>
      event.type === "Shipped" ? { ...then, refunded: -chance() } : then
    ),
  },
  {
    bug: "a counter beside the state numbers the events",
    law: "DE1",
    laws: keeping(() => {
      let count = 0;
      return {
        evolve: (state, event) => ({ ...good.evolve(state, event), refunded: -(count += 1) }),
      };
    }),
  },
  {
    bug: "the state has the time of a reference to Date.now",
    law: "DE1",
    laws: evolving((_, event, then) =>
      event.type === "ItemAdded" ? { ...then, refunded: -now() } : then
    ),
  },
  {
    bug: "the last event is remembered beside the state",
    law: "DE3",
    laws: keeping(() => {
      let last = "";
      return {
        evolve: (state, event) => {
          if (Object.keys(state.items).length === 0) last = "";
          const isTwice = last === event.type && event.type === "ItemAdded";
          last = event.type;
          return { ...good.evolve(state, event), refunded: state.refunded - Number(isTwice) };
        },
      };
    }),
    isOnly: true,
  },
  {
    bug: "what evolve gave for an event is kept by the event's identity",
    law: "DE3",
    laws: keeping(() => {
      const kept = new WeakMap<OrderEvent, Order>();
      return {
        evolve: (state, event) => {
          const then = kept.get(event) ?? good.evolve(state, event);
          kept.set(event, then);
          return then;
        },
      };
    }),
    isOnly: true,
  },
  {
    bug: "the first event is told by the initial state's identity",
    law: "DE3",
    laws: changed({
      initialState: first,
      evolve: (state, event) => ({
        ...good.evolve(state, event),
        refunded: state === first ? 0 : state.refunded - 1,
      }),
    }),
  },
  {
    bug: "the first field of an event is taken for its type",
    law: "DE11",
    laws: evolving((state, event, then) => Object.keys(event)[0] === "type" ? then : state),
    isOnly: true,
  },
  {
    bug: "the hour of the event's day is that of the machine",
    law: "DE12",
    laws: evolving((_, event, then) =>
      event.type === "ItemAdded"
        ? { ...then, refunded: -new Date(1_700_000_000_000 + event.price).getHours() }
        : then
    ),
    isOnly: true,
  },
];

export const impureDeciders: ReadonlyArray<Planted> = [
  {
    bug: "evolve writes to the state",
    law: "DE4",
    laws: changed({
      evolve: (state, event) => {
        if (event.type !== "Paid") return good.evolve(state, event);
        return Object.assign(state, { paid: state.paid + event.amount });
      },
    }),
  },
  {
    bug: "evolve writes to an object inside the state",
    law: "DE4",
    laws: changed({
      evolve: (state, event) => {
        if (event.type !== "ItemAdded") return good.evolve(state, event);
        const { sku, quantity, price } = event;
        Object.assign(state.items, { [sku]: { quantity, price } });
        return { ...state };
      },
    }),
  },
  {
    bug: "evolve writes to the event",
    law: "DE4",
    laws: changed({
      evolve: (state, event) => {
        const then = good.evolve(state, event);
        if (event.type === "Paid") Object.assign(event, { seen: true });
        return then;
      },
    }),
  },
  {
    bug: "evolve asks for the time",
    law: "DE5",
    laws: evolving((_, event, then) =>
      event.type === "Shipped" ? { ...then, refunded: -new Date().getTime() } : then
    ),
  },
  {
    bug: "decide asks for the time, and looks at nothing of it that ever changes",
    law: "DE5",
    laws: deciding((_, __, answer) => Date.now() > 0 ? answer : reject("TooEarly")),
    isOnly: true,
  },
  {
    bug: "decide draws a number that it then does not use",
    law: "DE5",
    laws: deciding((_, __, answer) => Math.random() < 2 ? answer : reject("Unlucky")),
    isOnly: true,
  },
  {
    bug: "evolve sorts by the machine's language",
    law: "DE5",
    laws: evolving((_, event, then) =>
      event.type === "ItemAdded" && event.sku.localeCompare("b") > 9 ? { ...then, paid: -1 } : then
    ),
    isOnly: true,
  },
  {
    bug: "decide looks at the environment",
    law: "DE5",
    laws: deciding((_, __, answer) => {
      const { process } = globalThis as { readonly process?: { readonly env: object } };
      return process && "LEFTFOLD_NO_ORDERS" in process.env ? reject("Closed") : answer;
    }),
    isOnly: true,
  },
  {
    bug: "evolve sets a timer",
    law: "DE5",
    laws: evolving((_, event, then) => {
      if (event.type === "Confirmed") setTimeout(() => undefined, 0);
      return then;
    }),
    isOnly: true,
  },
  {
    bug: "decide writes to the state",
    law: "DE9",
    laws: changed({
      decide: (command, state) => {
        const answer = good.decide(command, state);
        if (command.type === "Pay") Object.assign(state, { paid: state.paid });
        return answer;
      },
    }),
    isOnly: true,
  },
  {
    bug: "decide writes to the command",
    law: "DE9",
    laws: changed({
      decide: (command, state) => {
        const answer = good.decide(command, state);
        return Object.assign(command, { seen: true }) && answer;
      },
    }),
  },
  {
    bug: "decide gives every second payment another answer",
    law: "DE9",
    laws: keeping(() => {
      let count = 0;
      return {
        decide: (command, state) =>
          command.type === "Confirm" && (count += 1) % 2 === 0
            ? reject("TryAgain")
            : good.decide(command, state),
      };
    }),
  },
];

export const unansweringDeciders: ReadonlyArray<Planted> = [
  {
    bug: "the specification has no command for one state",
    law: "DE0",
    laws: changed({}, {
      commands: (state) => {
        if (state.status === "paid") throw new Error("there is nothing to do");
        return orderSpec.commands(state);
      },
    }),
    isOnly: true,
  },
  {
    bug: "evolve has no case for one event",
    law: "DE7",
    laws: evolving((_, event, then) => event.type === "FullyPaid" ? wrongly(undefined) : then),
  },
  {
    bug: "evolve throws for one event",
    law: "DE7",
    laws: evolving((_, event, then) => {
      if (event.type === "Cancelled") throw new Error("who would cancel?");
      return then;
    }),
  },
  {
    bug: "evolve is a function that waits",
    law: "DE7",
    laws: changed({
      evolve: wrongly((state: Order, event: OrderEvent) =>
        Promise.resolve(good.evolve(state, event))
      ),
    }),
  },
  {
    bug: "decide throws where the domain says no",
    law: "DE8",
    laws: deciding((_, __, answer) => {
      if (answer._tag === "Left") throw new Error(answer.left);
      return answer;
    }),
  },
  {
    bug: "decide has no case for one command",
    law: "DE8",
    laws: deciding((command, _, answer) => command.type === "Cancel" ? wrongly(undefined) : answer),
  },
  {
    bug: "decide is a function that waits",
    law: "DE8",
    laws: changed({
      decide: wrongly((command: OrderCommand, state: Order) =>
        Promise.resolve(good.decide(command, state))
      ),
    }),
  },
  {
    bug: "decide gives one event instead of several",
    law: "DE8",
    laws: deciding((command, _, answer) =>
      command.type === "Ship" ? wrongly({ _tag: "Right", right: { type: "Shipped" } }) : answer
    ),
  },
];
