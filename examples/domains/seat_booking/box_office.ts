/**
 * The box office: decides over a store, and stores only what was decided on the newest past.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import {
  append,
  type AppendFault,
  type EventStore,
  fold,
  type LoadFault,
  type Position,
  type Query,
  type Unencodable,
} from "leftfold";
import { ofRecords } from "leftfold/view";
import {
  type BookingCommand,
  type BookingEvent,
  bookingEvents,
  type BookingRejection,
  bookings,
  boundaryOf,
} from "./decider.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where decisions are made. */
export interface BoxOffice {
  readonly store: EventStore;
  /** What a decision looks at. */
  readonly boundaryOf: (command: BookingCommand) => Query<BookingEvent["type"]>;
}

/** What was decided, and on which past. */
export interface Decided {
  readonly command: BookingCommand;
  readonly events: ReadonlyArray<BookingEvent>;
  readonly position: Position;
}

/** What can go wrong with the world. */
export type BookingFault = LoadFault | AppendFault | Unencodable;

type Answer<Value> = TE.TaskEither<BookingRejection | BookingFault, Value>;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A box office over a store. */
export function boxOffice(store: EventStore): BoxOffice {
  return { store, boundaryOf };
}

/** Looks at what concerns a command, and decides. */
export function decideOn(
  { store, boundaryOf }: BoxOffice,
  command: BookingCommand,
): Answer<Decided> {
  const query = boundaryOf(command);
  return pipe(
    fold({ store, codec: bookingEvents, view: ofRecords(bookings), query }),
    TE.flatMap(({ state, position }): Answer<Decided> =>
      TE.fromEither(
        pipe(
          bookings.decide(command, state),
          E.map((events) => ({ command, events, position })),
        ),
      )
    ),
  );
}

/** Stores what was decided; or decides again, if what it looked at has changed. */
export function carryOut(office: BoxOffice, { command, events, position }: Decided): Answer<void> {
  const { store, boundaryOf } = office;
  const { show, seat } = command;
  return pipe(
    append({
      store,
      codec: bookingEvents,
      writes: [{
        stream: `seat-${show}-${seat}`,
        expected: "any",
        events: events.map((event) => ({ event })),
      }],
      condition: { failIfEventsMatch: boundaryOf(command), after: position },
    }),
    TE.map((): void => undefined),
    TE.orElse((fault): Answer<void> =>
      fault._tag === "Conflict" ? handle(office, command) : TE.left(fault)
    ),
  );
}

/** From a command to what is stored of it. */
export function handle(office: BoxOffice, command: BookingCommand): Answer<void> {
  return pipe(
    decideOn(office, command),
    TE.flatMap((decided) => carryOut(office, decided)),
  );
}
