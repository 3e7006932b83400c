/**
 * Booking seats, under a rule that no stream can keep: a seat has one guest, and a guest has two
 * seats at most, whatever the show.
 *
 * A stream for each seat knows nothing of the guest's other seats; a stream for each guest nothing of
 * the seat; one stream for all makes everybody wait for everybody. So each event is tagged with its
 * seat and with its guest, and a decision names what it looked at: all events of that seat, and all
 * of that guest. The store refuses it if anything of that has changed since. (The idea is that of
 * dynamic consistency boundaries, dcb.events.)
 *
 * @module
 */
import * as t from "io-ts";
import {
  accept,
  type Decider,
  eventCodec,
  type Query,
  reject,
  schema,
  type TaggedEventCodec,
} from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A seat in a show, and who sits there. */
export interface Booking {
  readonly show: string;
  readonly seat: string;
  readonly guest: string;
}

/** What somebody asks. */
export type BookingCommand = Booking & { readonly type: "Book" | "GiveBack" };

/** What happens. */
export type BookingEvent = Booking & { readonly type: "Booked" | "GivenBack" };

/** The bookings that are known: all of them, or those that a decision looks at. */
export type Bookings = ReadonlyArray<Booking>;

/** Why not. */
export type BookingRejection =
  | { readonly reason: "SeatTaken"; readonly guest: string }
  | { readonly reason: "EnoughSeats"; readonly wanted: number }
  | { readonly reason: "NotYours" };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** So many seats a guest may have. */
export const seatsMax = 2;

/** All bookings, or as many as a decision has to know of. */
export const bookings: Decider<BookingCommand, BookingEvent, Bookings, BookingRejection> = {
  initialState: [],
  decide: (command, booked) => {
    const { show, seat, guest } = command;
    const there = booked.find((one) => isSameSeat(one, command));
    switch (command.type) {
      case "Book":
        if (there) return reject({ reason: "SeatTaken", guest: there.guest });
        return booked.filter((one) => one.guest === guest).length >= seatsMax
          ? reject({ reason: "EnoughSeats", wanted: seatsMax })
          : accept({ type: "Booked", show, seat, guest });
      case "GiveBack":
        return there?.guest === guest
          ? accept({ type: "GivenBack", show, seat, guest })
          : reject({ reason: "NotYours" });
    }
  },
  evolve: (booked, { type, show, seat, guest }) => {
    switch (type) {
      case "Booked":
        return [...booked, { show, seat, guest }];
      case "GivenBack":
        return booked.filter((one) => !isSameSeat(one, { show, seat }));
    }
  },
};

function isSameSeat(one: Omit<Booking, "guest">, other: Omit<Booking, "guest">): boolean {
  return one.show === other.show && one.seat === other.seat;
}

const seatTag = ({ show, seat }: Omit<Booking, "guest">): string => `seat:${show}/${seat}`;
const guestTag = ({ guest }: Pick<Booking, "guest">): string => `guest:${guest}`;

const booking = schema(1, t.type({ show: t.string, seat: t.string, guest: t.string }))
  .tags((data) => [seatTag(data), guestTag(data)]);

/** The names, the checks and the stored form of the events, and by what they are found. */
export const bookingEvents: TaggedEventCodec<BookingEvent> = eventCodec({
  Booked: booking,
  GivenBack: booking,
});

/** What a decision looks at: whatever happened to the seat, and whatever the guest has done. */
export function boundaryOf(command: BookingCommand): Query<BookingEvent["type"]> {
  return [{ tags: [seatTag(command)] }, { tags: [guestTag(command)] }];
}
