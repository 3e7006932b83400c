/**
 * A process and a system, and bugs that are planted in them.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import { accept } from "../../../../src/decider.ts";
import { type Law, processLaws, systemLaws } from "../../../../src/laws/mod.ts";
import { isTimer, processManager, timer } from "../../../../src/process.ts";
import type { Shape } from "../../../../src/shape.ts";
import { driveDeaf, driveStale } from "../../broken_processes.ts";
import type { Planted } from "../planted.ts";
import {
  fulfilment,
  shop,
  type ShopDecider,
  type ShopProcess,
  shopProcess,
  type ShopSystem,
  shopSystem,
  type Work,
} from "../shop.ts";

type Laws = () => ReadonlyArray<Law>;

function process(change: Partial<ShopProcess>): Laws {
  return () => processLaws({ ...shopProcess, process: { ...fulfilment, ...change } });
}

function system(
  change: {
    readonly decider?: Partial<ShopDecider>;
    readonly process?: Partial<ShopProcess>;
    readonly spec?: Partial<ShopSystem>;
  },
): Laws {
  return () =>
    systemLaws({
      ...shopSystem,
      ...change.spec,
      decider: { ...shop, ...change.decider },
      process: { ...fulfilment, ...change.process },
    });
}

/** What only a cast can plant, because the types refuse it. */
function wrongly<Value>(value: unknown): Value {
  return value as Value; // the bug
}

const chance = Math.random;
const days = 86_400_000;

export const brokenProcesses: ReadonlyArray<Planted> = [
  {
    bug: "the state has a number of a reference to Math.random",
    law: "PM1/replay",
    laws: process({
      evolve: (state, event) => {
        const { open } = fulfilment.evolve(state, event);
        return event.type === "Charged"
          ? { open: { ...open, [event.id]: { next: "Ship", day: chance() } } }
          : { open };
      },
    }),
  },
  {
    bug: "the last order is remembered beside the state",
    law: "PM1/isolation",
    laws: () => {
      let last = "";
      return process({
        evolve: (state, event) => {
          const { open } = fulfilment.evolve(state, event);
          if (Object.keys(state.open).length === 0) last = "";
          const isAgain = last === event.id && event.type === "Charged";
          last = event.type === "Placed" ? event.id : last;
          const day = isAgain ? 1 : 2;
          const work = open[event.id];
          return work ? { open: { ...open, [event.id]: { ...work, day } } } : { open };
        },
      })();
    },
  },
  {
    bug: "evolve writes to the list of what is open",
    law: "PM1/writing",
    laws: process({
      evolve: (state, event) => {
        if (event.type !== "Shipped") return fulfilment.evolve(state, event);
        Object.assign(state.open, { [event.id]: undefined });
        return fulfilment.evolve(state, event);
      },
    }),
  },
  {
    bug: "evolve asks for the time",
    law: "PM1/platform",
    laws: process({
      evolve: (state, event) => Date.now() > 0 ? fulfilment.evolve(state, event) : { open: {} },
    }),
    isOnly: true,
  },
  {
    bug: "the first field of an event is taken for its type",
    law: "PM1/fields",
    laws: process({
      evolve: (state, event) =>
        Object.keys(event)[0] === "type" ? fulfilment.evolve(state, event) : state,
    }),
    isOnly: true,
  },
  {
    bug: "the day begins when it begins on this machine",
    law: "PM1/zone",
    laws: process({
      evolve: (state, event) => {
        const { open } = fulfilment.evolve(state, event);
        const work = open[event.id];
        const day = new Date(days * 20_000).getHours();
        return work ? { open: { ...open, [event.id]: { ...work, day } } } : { open };
      },
    }),
    isOnly: true,
  },
  {
    bug: "react asks for the time",
    law: "PM1/reaction",
    laws: process({
      react: (state, event) => Date.now() > 0 ? fulfilment.react(state, event) : [],
    }),
    isOnly: true,
  },
  {
    bug: "react takes what it sends out of the state",
    law: "PM1/reaction",
    laws: process({
      react: (state, event) => {
        const sent = fulfilment.react(state, event);
        Object.assign(state, { open: state.open });
        return sent;
      },
    }),
    isOnly: true,
  },
  {
    bug: "every second reaction is left out",
    law: "PM1/reaction",
    laws: () => {
      let count = 0;
      return process({
        react: (state, event) => (count += 1) % 2 === 0 ? [] : fulfilment.react(state, event),
      })();
    },
  },
  {
    bug: "a function is sent",
    law: "PM1/data",
    laws: process({
      react: (state, event) =>
        fulfilment.react(state, event).map((one) =>
          isTimer(one) ? one : wrongly({ ...one, then: () => undefined })
        ),
    }),
  },
  {
    bug: "a timer is set for no time",
    law: "PM1/data",
    laws: process({
      react: (state, event) =>
        fulfilment.react(state, event).map((one) =>
          isTimer(one) ? timer(one.id, new Date(NaN), one.command) : one
        ),
    }),
  },
  {
    bug: "the day on which an order is given up is not written down",
    law: "PM1/state",
    laws: () => {
      const work = t.exact(t.type({ next: t.keyof({ Charge: null, Ship: null, Cancel: null }) }));
      const state = t.type({ open: t.record(t.string, work) });
      return processLaws({ ...shopProcess, state: wrongly<Shape<Work>>(state) });
    },
    isOnly: true,
  },
  {
    bug: "nothing is ever owed",
    law: "PM2",
    laws: process({ resume: () => [] }),
    isOnly: true,
  },
  {
    bug: "timers are not owed",
    law: "PM2",
    laws: process({ resume: (state) => fulfilment.resume(state).filter((one) => !isTimer(one)) }),
    isOnly: true,
  },
  {
    bug: "a process that is over owes what it owed",
    law: "PM7",
    laws: process({ isTerminal: ({ open }) => Object.keys(open).length > 2 }),
    isOnly: true,
  },
  {
    bug: "a timer is counted from the last event, and told again it moves",
    law: "PM9",
    laws: () => {
      type Event = { readonly type: "Seen"; readonly n: number };
      const remind = (seen: number): ReturnType<typeof timer<string>> =>
        timer("remind", new Date(seen * days), "remind");
      return processLaws({
        name: "reminders",
        process: processManager({
          initialState: 0,
          evolve: (seen: number, _: Event) => seen + 1,
          react: (seen) => [remind(seen)],
          resume: (seen) => [remind(seen)],
        }),
        logs: fc.array(fc.record({ type: fc.constant("Seen" as const), n: fc.nat(9) })),
      });
    },
    isOnly: true,
  },
];

export const brokenSystems: ReadonlyArray<Planted> = [
  {
    bug: "a refused cancellation is asked for again",
    law: "PM5",
    laws: system({
      decider: {
        decide: (command, state) =>
          command.type === "Cancel"
            ? accept({ type: "Declined", id: command.id })
            : shop.decide(command, state),
      },
    }),
  },
  {
    bug: "the loop does not tell the process of the last event",
    law: "SY1",
    laws: system({ spec: { loop: driveDeaf } }),
  },
  {
    bug: "follow-ups are decided against the state of the beginning",
    law: "SY2",
    laws: system({ spec: { loop: driveStale } }),
  },
  {
    bug: "an order stays on the list after it was shipped",
    law: "PM4",
    laws: system({
      process: {
        evolve: (state, event) =>
          event.type === "Shipped" ? state : fulfilment.evolve(state, event),
        react: (state, event) => event.type === "Shipped" ? [] : fulfilment.react(state, event),
      },
    }),
  },
  {
    bug: "what was declined is not cancelled",
    law: "PM6/nothing is left open",
    laws: system({
      process: {
        evolve: (state, event) =>
          event.type === "Declined"
            ? fulfilment.evolve(state, { type: "Cancelled", id: event.id })
            : fulfilment.evolve(state, event),
        react: (state, event) => fulfilment.react(state, event).filter((one) => !isTimer(one)),
        resume: (state) => fulfilment.resume(state).filter((one) => !isTimer(one)),
      },
    }),
    isOnly: true,
  },
  {
    bug: "income is counted when it is asked for, and when it comes",
    law: "PM6/what was shipped was paid",
    laws: system({
      decider: {
        evolve: (state, event) => {
          const then = shop.evolve(state, event);
          return event.type === "Shipped" ? { ...then, income: then.income + 1 } : then;
        },
      },
    }),
    isOnly: true,
  },
  {
    bug: "shipping is not owed, only sent",
    law: "SY3",
    laws: system({
      process: {
        resume: (state) =>
          fulfilment.resume(state).filter((one) => isTimer(one) || one.type !== "Ship"),
      },
    }),
    isOnly: true,
  },
  {
    bug: "whoever is charged twice pays twice",
    law: "PM3",
    laws: system({
      decider: {
        decide: (command, state) => {
          const order = state.orders[command.id];
          return command.type === "Charge" && order?.status === "charged"
            ? accept({ type: "Charged", id: command.id, amount: order.amount })
            : shop.decide(command, state);
        },
      },
    }),
  },
  {
    bug: "whoever gives up late cancels what was shipped",
    law: "SY4",
    laws: system({
      decider: {
        decide: (command, state) =>
          command.type === "Cancel" && state.orders[command.id]?.status === "cancelled"
            ? accept({ type: "Placed", id: command.id, amount: 1, day: 0 })
            : shop.decide(command, state),
      },
      process: {
        react: (state, event) => event.type === "Declined" ? [] : fulfilment.react(state, event),
        resume: (state) =>
          fulfilment.resume(state).filter((one) => isTimer(one) || one.type !== "Cancel"),
      },
    }),
  },
];
