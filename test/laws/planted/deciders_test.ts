import * as fc from "fast-check";
import { none, type Option, some } from "fp-ts/lib/Option.js";
import { accept, decider, reject } from "../../../src/decider.ts";
import { deciderLaws, type DeciderSpec, type Law, refines } from "../../../src/laws/mod.ts";
import type { Order, OrderCommand, OrderDecider, OrderEvent } from "../../support/laws/order.ts";
import { type OrderSpec, orderSpec, strictState } from "../../support/laws/order_spec.ts";
import { describePlanted } from "../../support/laws/planted.ts";

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

describePlanted("planted bugs: a decider that is folded again", [
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
]);

describePlanted("planted bugs: a decider that is not pure", [
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
]);

describePlanted("planted bugs: a decider that does not answer", [
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
]);

describePlanted("planted bugs: a decider whose events are stored", [
  {
    bug: "an event has a number that JSON does not have",
    law: "DE13",
    laws: deciding((command, _, answer) =>
      command.type === "Confirm" && answer._tag === "Right"
        ? accept({ type: "Confirmed", total: NaN })
        : answer
    ),
  },
  {
    bug: "an event has a field that the codec does not know",
    law: "DE13",
    laws: deciding((command, _, answer) =>
      command.type === "Confirm" && answer._tag === "Right"
        ? wrongly(accept({ ...answer.right[0], total: "12" }))
        : answer
    ),
  },
  {
    bug: "an event is of a type that the codec does not know",
    law: "DE13",
    laws: deciding((command, _, answer) =>
      command.type === "Cancel" && answer._tag === "Right"
        ? wrongly(accept({ type: "Canceled" }))
        : answer
    ),
  },
  {
    bug: "the state hangs on a field that is there and undefined",
    law: "DE14",
    laws: changed({
      decide: (command, state) => {
        const answer = good.decide(command, state);
        return command.type === "Confirm" && answer._tag === "Right"
          ? wrongly(accept({ ...answer.right[0], note: undefined }))
          : answer;
      },
      evolve: (state, event) => {
        const then = good.evolve(state, event);
        return "note" in event ? { ...then, refunded: -1 } : then;
      },
    }),
    isOnly: true,
  },
  {
    bug: "a field of the state is forgotten by its shape",
    law: "DE15",
    laws: changed({
      evolve: (state, event) => {
        const then = good.evolve(state, event);
        const count = "count" in state ? Number(state.count) : 0;
        return wrongly({ ...then, count: count + 1 });
      },
    }, { state: strictState }),
    isOnly: true,
  },
]);

describePlanted("planted bugs: a decider that is not silent", [
  {
    bug: "attempts that were rejected are counted beside the state",
    law: "DE17",
    laws: keeping(() => {
      let refused = 0;
      return {
        decide: (command, state) => {
          if (Object.keys(state.items).length === 0) refused = 0;
          const answer = good.decide(command, state);
          if (answer._tag === "Left") refused += 1;
          return refused > 1 && command.type === "Confirm" ? reject("Locked") : answer;
        },
      };
    }),
  },
  {
    bug: "an event is forgotten",
    law: "DE18",
    laws: deciding((command, _, answer) => command.type === "Ship" ? accept() : answer),
  },
  {
    bug: "what is cancelled can be cancelled again",
    law: "DE19",
    laws: deciding((command, state, answer) =>
      state.status === "cancelled" && command.type === "Cancel"
        ? accept({ type: "Cancelled" })
        : answer
    ),
    isOnly: true,
  },
  {
    bug: "an event too many",
    law: "DE25",
    laws: deciding((command, _, answer) =>
      command.type === "Pay" && answer._tag === "Right"
        ? accept(...answer.right, { type: "Paid", amount: 0 }, { type: "Paid", amount: 0 })
        : answer
    ),
    isOnly: true,
  },
]);

describePlanted("planted bugs: a decider that does not do what was declared", [
  {
    bug: "more is removed than there is",
    law: "DE16/no item is there less than not at all",
    laws: deciding((command, state, answer) => {
      if (command.type !== "RemoveItem" || state.status !== "open") return answer;
      const { sku, quantity } = command;
      return sku in state.items ? accept({ type: "ItemRemoved", sku, quantity }) : answer;
    }),
    isOnly: true,
  },
  {
    bug: "a payment is counted twice",
    law: "DE16/paid never exceeds the total",
    laws: evolving((_, event, then) =>
      event.type === "Paid" ? { ...then, paid: then.paid + event.amount } : then
    ),
  },
  {
    bug: "a payment is not counted",
    law: "DE21/Pay",
    laws: evolving((state, event, then) => event.type === "Paid" ? state : then),
    isOnly: true,
  },
]);

/** A till whose commands have ids, and a limit that two of them can reach. */
interface Till {
  readonly sum: number;
  readonly seen: ReadonlyArray<string>;
  readonly isClosed: boolean;
}
type TillCommand =
  | { readonly type: "Put"; readonly id: string; readonly amount: number }
  | { readonly type: "Close" };
type TillEvent =
  | { readonly type: "Added"; readonly id: string; readonly amount: number }
  | { readonly type: "Closed" };
type TillSpec = DeciderSpec<TillCommand, TillEvent, Till, string>;

const till = decider({
  initialState: { sum: 0, seen: [], isClosed: false },
  decide: (command: TillCommand, { seen, isClosed }) => {
    if (isClosed) return reject("Closed");
    if (command.type === "Close") return accept({ type: "Closed" });
    const { id, amount } = command;
    return seen.includes(id) ? accept() : accept({ type: "Added", id, amount });
  },
  evolve: (state: Till, event: TillEvent): Till =>
    event.type === "Closed"
      ? { ...state, isClosed: true }
      : { ...state, sum: state.sum + event.amount, seen: [...state.seen, event.id] },
});

const put = fc.record({
  type: fc.constant("Put" as const),
  id: fc.string({ minLength: 1, maxLength: 3 }),
  amount: fc.integer({ min: 1, max: 9 }),
});

const tillSpec: TillSpec = {
  name: "till",
  decider: till,
  commands: () =>
    fc.oneof({ withCrossShrink: true }, { weight: 9, arbitrary: put }, {
      weight: 1,
      arbitrary: fc.constant({ type: "Close" as const }),
    }),
  commandId: (command): Option<string> => command.type === "Put" ? some(command.id) : none,
  goal: ({ isClosed }) => isClosed,
  commutes: (one, other) => one.type === "Put" && other.type === "Put" && one.id !== other.id,
};

function tillWith(change: Partial<TillSpec["decider"]>): Laws {
  return () => {
    // All but the claim that is false.
    const { commutes: _, ...rest } = tillSpec;
    const decider = { ...till, ...change };
    return [...deciderLaws({ ...rest, decider }), refines(tillSpec, decider)];
  };
}

describePlanted("planted bugs: a decider that breaks what it claims", [
  {
    bug: "a command is remembered only until the next one comes",
    law: "DE20",
    laws: tillWith({
      evolve: (state, event) =>
        event.type === "Added"
          ? { ...till.evolve(state, event), seen: [event.id] }
          : till.evolve(state, event),
    }),
  },
  {
    bug: "a till with more than three entries cannot be closed",
    law: "DE22",
    laws: tillWith({
      decide: (command, state) =>
        command.type === "Close" && state.seen.length > 3
          ? reject("TooFull")
          : till.decide(command, state),
    }),
  },
  {
    bug: "the order in which entries came is kept, and they were declared independent",
    law: "DE23",
    laws: () => deciderLaws(tillSpec),
    isOnly: true,
  },
  {
    bug: "a new version adds one more",
    law: "DE24",
    laws: tillWith({
      decide: (command, state) => {
        const answer = till.decide(command, state);
        return command.type === "Put" && answer._tag === "Right" && answer.right.length > 0
          ? accept({ type: "Added", id: command.id, amount: command.amount + 1 })
          : answer;
      },
    }),
    isOnly: true,
  },
]);
