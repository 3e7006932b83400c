/** A small domain for tests: a show, its seats, and who booked them. */
import * as t from "io-ts";
import { type EventCodec, eventCodec, type EventOf, schema } from "../../src/codec.ts";
import { accept, type Decider, decider, reject } from "../../src/decider.ts";

export type ShowEvent =
  | { readonly type: "ShowOpened"; readonly seats: number }
  | { readonly type: "SeatsBooked"; readonly guest: string; readonly seats: number };

export type ShowCommand =
  | { readonly type: "OpenShow"; readonly show: string; readonly seats: number }
  | {
    readonly type: "BookSeats";
    readonly show: string;
    readonly guest: string;
    readonly seats: number;
  }
  | { readonly type: "BookParty"; readonly show: string; readonly guests: ReadonlyArray<string> }
  | { readonly type: "LookAtShow"; readonly show: string };

export interface SoldOut {
  readonly reason: "SoldOut";
  readonly free: number;
}

export const showEvents: EventCodec<ShowEvent> = eventCodec({
  ShowOpened: schema(1, t.type({ seats: t.number })),
  SeatsBooked: schema(1, t.type({ guest: t.string, seats: t.number }))
    .tags(({ guest }) => [`guest:${guest}`]),
});

/** The state is the number of free seats. */
export const show: Decider<ShowCommand, EventOf<typeof showEvents>, number, SoldOut> = decider({
  initialState: 0,
  decide: (command: ShowCommand, free) => {
    switch (command.type) {
      case "OpenShow":
        return accept({ type: "ShowOpened", seats: command.seats });
      case "BookSeats":
        return command.seats > free
          ? reject({ reason: "SoldOut", free })
          : accept({ type: "SeatsBooked", guest: command.guest, seats: command.seats });
      case "BookParty":
        return accept(
          ...command.guests.map((guest) => ({ type: "SeatsBooked", guest, seats: 1 } as const)),
        );
      case "LookAtShow":
        return accept();
    }
  },
  evolve: (free, event: ShowEvent) =>
    event.type === "ShowOpened" ? free + event.seats : free - event.seats,
});

export function open(seats: number): ShowCommand {
  return { type: "OpenShow", show: "hamlet", seats };
}

export function book(guest: string, seats: number): ShowCommand {
  return { type: "BookSeats", show: "hamlet", guest, seats };
}
