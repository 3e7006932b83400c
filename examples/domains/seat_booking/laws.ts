/**
 * The laws of a box office, two of which are its own: that the boundary of a decision holds all that
 * it looks at, and that the rule holds however many guests race for a seat.
 *
 * A law of your own is a `Statement`: cases, a judgement on one, and how to tell of it. It is then a
 * law like any other, with seeds, shrinking and a test to paste.
 *
 * @module
 */
import * as fc from "fast-check";
import { append, type EventStore, read, records, run } from "leftfold";
import {
  broken,
  commandsOf,
  deciderLaws,
  type DeciderSpec,
  eventsOf,
  held,
  historyOf,
  type Judgement,
  type Law,
  lawOf,
  same,
  skipped,
  type Statement,
  walk,
} from "leftfold/laws";
import { memoryStore } from "leftfold/stores/memory";
import * as t from "io-ts";
import { type BoxOffice, boxOffice, carryOut, decideOn } from "./box_office.ts";
import {
  type BookingCommand,
  type BookingEvent,
  bookingEvents,
  type BookingRejection,
  type Bookings,
  bookings,
  seatsMax,
} from "./decider.ts";

const anyCommand: fc.Arbitrary<BookingCommand> = fc.record({
  type: fc.constantFrom("Book", "Book", "GiveBack"),
  show: fc.constantFrom("hamlet", "lear"),
  seat: fc.constantFrom("A1", "A2", "A3", "A4"),
  guest: fc.constantFrom("Ada", "Ben", "Cleo"),
});

/** Bookings, and what is known of them. */
export const bookingSpec: DeciderSpec<BookingCommand, BookingEvent, Bookings, BookingRejection> = {
  name: "bookings",
  source: { from: "./laws.ts", spec: "bookingSpec" },
  decider: bookings,
  commands: (booked) => {
    const backs = booked.map((one): BookingCommand => ({ type: "GiveBack", ...one }));
    return backs.length === 0 ? anyCommand : fc.oneof({ weight: 3, arbitrary: anyCommand }, {
      weight: 1,
      arbitrary: fc.constantFrom(...backs),
    });
  },
  noise: anyCommand,
  codec: bookingEvents,
  state: t.readonlyArray(t.type({ show: t.string, seat: t.string, guest: t.string })),
  label: ({ length }) => length === 0 ? "empty" : "some are booked",
  invariants: {
    "a seat has one guest": (booked) =>
      new Set(booked.map(({ show, seat }) => `${show} ${seat}`)).size === booked.length,
    "a guest has two seats at most": (booked) =>
      booked.every(({ guest }) => booked.filter((one) => one.guest === guest).length <= seatsMax),
  },
  mayDoNothing: () => false,
  eventsMax: 1,
  expect: { events: "all", rejections: ["SeatTaken", "EnoughSeats", "NotYours"] },
};

// ---------------------------------------------------------------------------
// laws of its own
// ---------------------------------------------------------------------------

/** What has happened, and what is asked then, by several at once. */
export interface Rush {
  readonly past: ReadonlyArray<BookingCommand>;
  readonly commands: ReadonlyArray<BookingCommand>;
}

type OfficeOver = (store: EventStore) => BoxOffice;

const rushes: fc.Arbitrary<Rush> = fc.record({
  past: walk(bookingSpec, { stepsMax: 12 }).map(commandsOf),
  commands: fc.array(anyCommand, { minLength: 1, maxLength: 4 }),
});

/** What both laws have beside their sentence and their judgement. */
const onRushes: Pick<
  Statement<Rush>,
  "family" | "tier" | "subject" | "cases" | "save" | "restore" | "tell" | "source"
> = {
  family: "system",
  tier: "core",
  subject: "box office",
  cases: rushes,
  save: (rush) => rush,
  restore: (saved) => saved as Rush, // what `save` has given
  tell: ({ past, commands }) => [
    ...past.map((command) => ["Given", textOf(command)] as const),
    ...commands.map((command) => ["When", textOf(command)] as const),
  ],
  source: { from: "./laws.ts", laws: "laws" },
};

function textOf({ type, show, seat, guest }: BookingCommand): string {
  return `${guest}: ${type} ${seat} in ${show}`;
}

/** A store in which the past has happened. */
async function storeAfter(past: Rush["past"]): Promise<EventStore> {
  const store = memoryStore();
  for (const event of eventsOf(historyOf(bookings, past))) {
    const writes = [{
      stream: `seat-${event.show}-${event.seat}`,
      expected: "any",
      events: [{ event }],
    }] as const;
    await run(append({ store, codec: bookingEvents, writes }));
  }
  return store;
}

async function eventsIn(store: EventStore): Promise<ReadonlyArray<BookingEvent>> {
  const events: BookingEvent[] = [];
  for await (const { event } of records(read({ store, codec: bookingEvents, query: {} }))) {
    events.push(event);
  }
  return events;
}

/** Whether each event would be decided again, on all that was stored before it. */
function wasLegal(events: ReadonlyArray<BookingEvent>): Judgement {
  let booked = bookings.initialState;
  for (const event of events) {
    const command: BookingCommand = {
      ...event,
      type: event.type === "Booked" ? "Book" : "GiveBack",
    };
    const decision = bookings.decide(command, booked);
    if (decision._tag === "Left") {
      return broken(`${textOf(command)} was stored against the rule ${decision.left.reason}`);
    }
    booked = bookings.evolve(booked, event);
  }
  return held;
}

/** The laws of a box office, over whatever store it is given. */
export function boxOfficeLaws(officeOver: OfficeOver): ReadonlyArray<Law> {
  return [
    lawOf<Rush>({
      ...onRushes,
      id: "SEAT1",
      title: "a decision looks at nothing beyond its boundary",
      why: "What lies beyond may change while it is decided, and nobody would notice.",
      isAsync: true,
      judge: async ({ past, commands: [command] }) => {
        const whole = bookings.decide(command!, historyOf(bookings, past).final); // one at least
        const office = officeOver(await storeAfter(past));
        const found = await decideOn(office, command!)();
        const events = found._tag === "Right" ? { ...found, right: found.right.events } : found;
        return same(whole, events, "knowing all that happened, it would be decided otherwise");
      },
    }),
    lawOf<Rush>({
      ...onRushes,
      id: "SEAT2",
      title: "whoever races for seats, each booking was legal when it was stored",
      why: "Two decisions that were right for the same past are wrong together.",
      isAsync: true,
      judge: async ({ past, commands }) => {
        if (commands.length < 2) return skipped("there is no race");
        const store = await storeAfter(past);
        const office = officeOver(store);
        // All look at the same past, and only then the first of them is stored.
        const decided = await Promise.all(commands.map((command) => decideOn(office, command)()));
        for (const one of decided) {
          if (one._tag === "Right") await carryOut(office, one.right)();
        }
        return wasLegal(await eventsIn(store));
      },
    }),
  ];
}

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(bookingSpec),
  ...boxOfficeLaws(boxOffice),
];
