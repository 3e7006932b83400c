/** Wrong uses of a store. Each must be refused where it says, and for the reason it says. */
import * as t from "io-ts";
import { eventCodec, schema } from "../../src/codec.ts";
import type { Recorded } from "../../src/record.ts";
import { fold } from "../../src/load.ts";
import { append, each, follow, read, records } from "../../src/read.ts";
import { ofRecords, view } from "../../src/view.ts";
import { memoryStore } from "../../stores/memory.ts";

const codec = eventCodec({
  ShowOpened: schema(1),
  SeatsBooked: schema(1, t.type({ seats: t.number })),
});
const store = memoryStore();
const events = [{ event: codec.make.SeatsBooked({ seats: 1 }) }];
const record: Recorded<unknown> = await (async () => {
  for await (const one of records(read({ store, codec, query: {} }))) return one;
  throw new Error("there is none");
})();
const opened = view({
  initialState: 0,
  evolve: (n, _: { type: "ShowOpened" } | { type: "SeatsBooked" }) => n + 1,
});

// What is right compiles.
append({ store, codec, writes: [{ stream: "show-1", expected: record.version, events }] });
append({ store, codec, writes: [{ stream: "show-1", expected: 3 + 1, events }] });
read({ store, codec, query: { types: ["SeatsBooked"] }, after: record.position });
read({ store, codec, query: {}, after: { position: 3, hash: "abc" } });
follow({ store, codec, query: [{ types: ["ShowOpened"] }, { stream: "show-1" }] });
fold({ store, codec, view: ofRecords(opened), query: {} });

// A version as a position, and the reverse.
// @ts-expect-error a version is no position
read({ store, codec, query: {}, after: record.version });
// @ts-expect-error a position is no version
append({ store, codec, writes: [{ stream: "show-1", expected: record.position, events }] });

// An expectation that is none.
// @ts-expect-error it is called noStream
append({ store, codec, writes: [{ stream: "show-1", expected: "NoStream", events }] });

// No expectation.
// @ts-expect-error say "any" and mean it
append({ store, codec, writes: [{ stream: "show-1", events }] });

// An event of another domain.
const charged = { type: "Charged" } as const;
// @ts-expect-error the codec has no such event
append({ store, codec, writes: [{ stream: "a", expected: 0, events: [{ event: charged }] }] });

// A condition that does not say what must not match.
// @ts-expect-error failIfEventsMatch is missing
append({ store, codec, writes: [], condition: { after: 3 } });

// An unknown type in a query.
// @ts-expect-error the codec has no such type
read({ store, codec, query: { types: ["SeatsBoked"] } });
// @ts-expect-error the codec has no such type
follow({ store, codec, query: { types: ["SeatsBoked"] } });
// @ts-expect-error the codec has no such type
fold({ store, codec, view: ofRecords(opened), query: { types: ["SeatsBoked"] } });

// An unknown type in one item of several.
// @ts-expect-error the codec has no such type
read({ store, codec, query: [{ types: ["ShowOpened"] }, { types: ["SeatsBoked"] }] });

// A follower with an end.
// @ts-expect-error what has an end is a read
follow({ store, codec, query: {}, until: 3 });

// A follower that goes backward.
// @ts-expect-error the future is forward
follow({ store, codec, query: {}, direction: "backward" });

// Pages taken for an iterable.
// @ts-expect-error `records` makes one of them
for await (const one of read({ store, codec, query: {} })) one;

// An effect that is no task.
// @ts-expect-error a promise has begun already
each(async () => {})(read({ store, codec, query: {} }));

// A view of events where records are folded.
// @ts-expect-error `ofRecords` lifts it
fold({ store, codec, view: opened, query: {} });
