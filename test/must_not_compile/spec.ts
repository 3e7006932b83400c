/** Wrong specifications. Each must be refused where it says, and for the reason it says. */
import { accept, decider, reject } from "../../src/decider.ts";
import { describeSpecs, given } from "../../src/spec.ts";

type Event = { readonly type: "Booked"; readonly seats: number };
const seats = decider({
  initialState: 5,
  decide: (wanted: number, free) =>
    wanted > free ? reject("SoldOut") : accept({ type: "Booked", seats: wanted }),
  evolve: (free, event: Event) => free - event.seats,
});

// What is right compiles.
given(seats, { type: "Booked", seats: 1 }).when(1).thenEvents({ type: "Booked", seats: 1 });

// Events of another domain were given.
// @ts-expect-error nothing is `Opened`
given(seats, { type: "Opened" });

// A command of another domain.
// @ts-expect-error a number is wanted
given(seats).when("one");

// Events of another domain are expected.
// @ts-expect-error nothing is `Opened`
given(seats).when(1).thenEvents({ type: "Opened" });

// A rejection that cannot be.
// @ts-expect-error nobody rejects with "Closed"
given(seats).when(1).thenRejected("Closed");

// A state that is none.
// @ts-expect-error a text is no state
given(seats).when(1).thenState("four");

// The outcome is looked into unasked.
// @ts-expect-error it may be rejected
export const events: unknown = given(seats).when(1).outcome.events;

// A specification that is not a function would be checked while it is written down.
describeSpecs("seats", {
  // @ts-expect-error wrap it in a function
  "sells": given(seats).when(1).thenState(4),
}, { describe: () => undefined, it: () => undefined });
