/**
 * Deciders with a bug that is planted in what they store, and in what was declared of them.
 *
 * @module
 */
import { accept, reject } from "../../../../src/decider.ts";
import { deciderLaws, type Law } from "../../../../src/laws/mod.ts";
import type { Order, OrderCommand, OrderDecider, OrderEvent } from "../order.ts";
import { type OrderSpec, orderSpec, strictState } from "../order_spec.ts";
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

export const storedDeciders: ReadonlyArray<Planted> = [
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
];

export const noisyDeciders: ReadonlyArray<Planted> = [
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
];

export const undeclaredDeciders: ReadonlyArray<Planted> = [
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
];
