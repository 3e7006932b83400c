/** Wrong processes. Each must be refused where it says, and for the reason it says. */
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import { accept, decider } from "../../src/decider.ts";
import { adapt, drive, processManager, timer } from "../../src/process.ts";

type Event = { readonly type: "Cancelled" } | { readonly type: "Refunded"; readonly guest: string };
type Command = { readonly type: "Refund"; readonly guest: string };
const refund = (guest: string): Command => ({ type: "Refund", guest });
const evolve = (owed: ReadonlyArray<string>, event: Event): ReadonlyArray<string> =>
  event.type === "Refunded" ? owed.filter((guest) => guest !== event.guest) : owed;
const initialState: ReadonlyArray<string> = [];

// What is right compiles.
const refunds = processManager({
  initialState,
  evolve,
  react: (owed, event) => event.type === "Cancelled" ? owed.map(refund) : [],
  resume: (owed) => owed.map(refund),
});
const till = decider({
  initialState: 0,
  decide: (command: Command) => accept({ type: "Refunded", guest: command.guest }),
  evolve: (count, _: Event) => count + 1,
});
drive({ decider: till, process: refunds })({ commands: [refund("Ada")] });

// A `resume` unlike `react`.
processManager({
  initialState,
  evolve,
  react: (owed, _event) => owed.map(refund),
  // @ts-expect-error a reminder is no refund
  resume: (owed) => owed.map((guest) => ({ type: "Remind", guest })),
});

// A timer of another command.
processManager({
  initialState,
  evolve,
  react: (owed, _event) => owed.map(refund),
  // @ts-expect-error a reminder is no refund
  resume: () => [timer("remind", new Date(0), { type: "Remind" })],
});

// `react` sends, it does not do: no promises.
processManager({
  initialState,
  evolve,
  // @ts-expect-error a promise is no list of commands
  react: async (owed: ReadonlyArray<string>) => owed.map(refund),
  resume: (owed) => owed.map(refund),
});

// An event that is unknown.
processManager({
  initialState,
  evolve,
  // @ts-expect-error nothing is `Opened`
  react: (owed, event) => event.type === "Opened" ? owed.map(refund) : [],
  resume: (owed) => owed.map(refund),
});

// Commands that the decider does not know.
const reminding = pipe(
  refunds,
  adapt({
    eventIn: (event: Event) => O.some(event),
    commandOut: (command: Command) => `remind ${command.guest}`,
  }),
);
// @ts-expect-error the till takes refunds, not texts
drive({ decider: till, process: reminding });

// Commands of another domain are driven.
// @ts-expect-error nothing is `Book`
drive({ decider: till, process: refunds })({ commands: [{ type: "Book", guest: "Ada" }] });

// A moment is a date.
// @ts-expect-error milliseconds are no date
timer("remind", 1_700_000_000_000, { type: "Remind" });
