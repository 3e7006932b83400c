/** Wrong deciders. Each must be refused where it says, and for the reason it says. */
import * as t from "io-ts";
import * as E from "fp-ts/lib/Either.js";
import { eventCodec, type EventOf, schema } from "../../src/codec.ts";
import { accept, decider, reject } from "../../src/decider.ts";
import { view } from "../../src/view.ts";

const events = eventCodec({
  Opened: schema(1, t.type({ seats: t.number })),
  Booked: schema(
    1,
    t.intersection([
      t.type({ guest: t.string, seats: t.number, items: t.array(t.string) }),
      t.partial({ note: t.string }),
    ]),
  ),
});
type Event = EventOf<typeof events>;
type Command = { type: "Open"; seats: number } | { type: "Book"; guest: string };

const evolve = (free: number, event: Event): number =>
  event.type === "Opened" ? event.seats : free - event.seats;

// What is right compiles, so that the refusals below are about what they name.
export const right: unknown = decider({
  initialState: 0,
  decide: (command: Command, free) => {
    switch (command.type) {
      case "Open":
        return accept({ type: "Opened", seats: command.seats });
      case "Book":
        return free > 0
          ? accept({ type: "Booked", guest: command.guest, seats: 1, items: ["a"], note: "n" })
          : reject("SoldOut");
    }
  },
  evolve,
});

// An event that `evolve` does not know.
decider({
  initialState: 0,
  // @ts-expect-error evolveKnowsNoSuchEvent
  decide: (_: Command) => accept({ type: "Closed" }),
  evolve,
});

// An event of another domain, beside one that is known.
decider({
  initialState: 0,
  // @ts-expect-error evolveKnowsNoSuchEvent
  decide: (_: Command) => accept({ type: "Opened", seats: 1 }, { type: "InvoiceSent" }),
  evolve,
});

// A field is missing.
decider({
  initialState: 0,
  // @ts-expect-error eventIsNotWellFormed
  decide: (_: Command) => accept({ type: "Opened" }),
  evolve,
});

// A field is of another type.
decider({
  initialState: 0,
  // @ts-expect-error eventIsNotWellFormed
  decide: (_: Command) => accept({ type: "Opened", seats: "five" }),
  evolve,
});

// A field is misspelt, though it is optional.
decider({
  initialState: 0,
  // @ts-expect-error eventHasNoSuchField
  decide: (_: Command) => accept({ type: "Booked", guest: "Ada", seats: 1, items: [], nte: "x" }),
  evolve,
});

// A forgotten command.
decider({
  initialState: 0,
  // @ts-expect-error not every path gives an answer
  decide: (command: Command) => {
    switch (command.type) {
      case "Open":
        return accept({ type: "Opened", seats: command.seats });
    }
  },
  evolve,
});

// A forgotten event.
decider({
  initialState: 0,
  decide: (_: Command) => accept({ type: "Opened", seats: 1 }),
  // @ts-expect-error not every path gives a state
  evolve: (_free: number, event: Event): number => {
    switch (event.type) {
      case "Opened":
        return event.seats;
    }
  },
});

// `decide` may not wait.
decider({
  initialState: 0,
  // @ts-expect-error a promise is no answer
  decide: async (_: Command) => accept({ type: "Opened", seats: 1 }),
  evolve,
});

// `evolve` may not wait.
decider({
  initialState: 0,
  decide: (_: Command) => accept({ type: "Opened", seats: 1 }),
  // @ts-expect-error a promise is no state
  evolve: async (_free: number, event: Event) => event.type === "Opened" ? event.seats : 0,
});

// A bare array is no answer.
decider({
  initialState: 0,
  // @ts-expect-error neither accepted nor rejected
  decide: (_: Command) => [{ type: "Opened", seats: 1 }],
  evolve,
});

// An initial state that is none.
decider({
  // @ts-expect-error a text is no number
  initialState: "none",
  decide: (_: Command) => accept({ type: "Opened", seats: 1 }),
  evolve,
});

// An event is changed.
decider({
  initialState: 0,
  decide: (_: Command) => accept({ type: "Opened", seats: 1 }),
  evolve: (free: number, event: Event) => {
    // @ts-expect-error events are read-only
    if (event.type === "Opened") event.seats = 1;
    // @ts-expect-error all the way down
    else event.items.push("b");
    return free;
  },
});

// With plain fp-ts, a literal widens: the answer's type is to be written.
decider({
  initialState: 0,
  // @ts-expect-error eventIsNotWellFormed, or no such event: `type` is any string
  decide: (_: Command) => E.right([{ type: "Opned", seats: 1 }]),
  evolve: (free: number, _: { readonly type: "Opened"; readonly seats: number }) => free,
});

// The view of a state that is none.
view({
  // @ts-expect-error a text is no number
  initialState: "none",
  evolve: (sum: number, event: Event) => event.type === "Booked" ? sum + event.seats : sum,
});
