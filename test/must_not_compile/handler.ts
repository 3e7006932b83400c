/** Wrong handlers, commands and outcomes. Each must be refused where it says, for the reason it says. */
import * as t from "io-ts";
import { eventCodec, schema } from "../../src/codec.ts";
import { accept, composeAll, decider, reject } from "../../src/decider.ts";
import { handler, handlerReader } from "../../src/handler.ts";
import { history, load } from "../../src/load.ts";
import { run } from "../../src/run.ts";
import { view } from "../../src/view.ts";
import { memoryStore } from "../../stores/memory.ts";

type ShowEvent =
  | { readonly type: "ShowOpened"; readonly seats: number }
  | { readonly type: "SeatsBooked"; readonly guest: string };
type ShowCommand =
  | { type: "OpenShow"; show: string; seats: number }
  | { type: "BookSeats"; show: string; guest: string };
const opened = schema(1, t.type({ seats: t.number }));
const booked = schema(1, t.type({ guest: t.string }));
const codec = eventCodec({ ShowOpened: opened, SeatsBooked: booked });
const show = decider({
  initialState: 0,
  decide: (command: ShowCommand, free) => {
    switch (command.type) {
      case "OpenShow":
        return accept({ type: "ShowOpened", seats: command.seats });
      case "BookSeats":
        return free === 0
          ? reject({ reason: "SoldOut" })
          : accept({ type: "SeatsBooked", guest: command.guest });
    }
  },
  evolve: (free, event: ShowEvent) => event.type === "ShowOpened" ? event.seats : free - 1,
});
const store = memoryStore();
const stream = ({ show }: ShowCommand) => `show-${show}`;
const book: ShowCommand = { type: "BookSeats", show: "hamlet", guest: "Ada" };

// What is right compiles.
const handle = handler({ decider: show, codec, store, stream });
const outcome = await run(handle(book));
if (outcome._tag === "Accepted") outcome.state satisfies number;
else outcome.rejection satisfies { reason: "SoldOut" };
const either = await handle(book, { commandId: "c1", actor: "Ada" })();
if (either._tag === "Right") either.right.events satisfies ReadonlyArray<ShowEvent>;
const making = handler({ decider: show, codec, store, stream, context: () => ({ guest: "Ada" }) });
making(({ guest }) => ({ type: "BookSeats", show: "hamlet", guest }));
const telling = handler({
  decider: show,
  codec,
  store,
  stream,
  result: (before, _, after) => before - after,
});
const told = await run(telling(book));
if (told._tag === "Accepted") told.result satisfies number;
handlerReader({ decider: show, codec, stream })(book)({ store });

// A codec of another domain.
const other = eventCodec({ Charged: schema(1, t.type({ cents: t.number })) });
// @ts-expect-error the events of the decider are not those of the codec
handler({ decider: show, codec: other, store, stream });

// A codec with an event too few.
// @ts-expect-error SeatsBooked could not be stored
handler({ decider: show, codec: codec.only("ShowOpened"), store, stream });

// A codec with an event too many.
const wide = eventCodec({ ShowOpened: opened, SeatsBooked: booked, ShowClosed: schema(1) });
// @ts-expect-error the decider would be told of ShowClosed, which it does not know
handler({ decider: show, codec: wide, store, stream });

// A codec whose parts are not named as the decider's are.
const shows = composeAll({ show });
// @ts-expect-error the events of the decider are addressed
handler({ decider: shows, codec, store, stream: () => "show" });

// A stream over a field that not every command has.
// @ts-expect-error only BookSeats has a guest
handler({ decider: show, codec, store, stream: ({ guest }) => `guest-${guest}` });

// No store.
// @ts-expect-error a handler without a store is a handlerReader
handler({ decider: show, codec, stream });

// No stream.
// @ts-expect-error a command is about a stream
handler({ decider: show, codec, store });

// An unknown command.
// @ts-expect-error there is no such command
handle({ type: "CloseShow", show: "hamlet" });

// A field left out.
// @ts-expect-error the guest is missing
handle({ type: "BookSeats", show: "hamlet" });

// A command factory without a context.
// @ts-expect-error nothing would be given to the function
handle(() => book);

// A command factory over what the context does not have.
// @ts-expect-error the context has no time
making(({ now }) => ({ type: "BookSeats", show: "hamlet", guest: String(now) }));

// Unknown metadata.
// @ts-expect-error the id of a command is its commandId
handle(book, { id: "c1" });

// A state that was not asked for: the command may have been rejected.
// @ts-expect-error a rejection has no state
outcome.state;

// A result of an Either that was not asked for.
// @ts-expect-error a fault has no right side
either.right;

// A comparison with a rejection of another domain.
// @ts-expect-error there is no such reason
if (outcome._tag === "Rejected" && outcome.rejection.reason === "NoMoney") outcome.version;

// A view of other events.
const cents = view({
  initialState: 0,
  evolve: (n, event: { type: "Charged"; cents: number }) => n + event.cents,
});
// @ts-expect-error the view does not know the codec's events
load({ store, codec, view: cents, stream: "show-hamlet" });
// @ts-expect-error nor does it here
history({ store, codec, view: cents, stream: "show-hamlet" });

// A misspelt moment.
// @ts-expect-error a moment is a version, a position or a time
load({ store, codec, view: show, stream: "show-hamlet", asOf: { verison: 1 } });

// A time that is no date.
// @ts-expect-error a recorded time is a date
load({ store, codec, view: show, stream: "show-hamlet", asOf: { recorded: 1 } });
