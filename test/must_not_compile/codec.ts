/** Wrong codecs. Each must be refused where it says, and for the reason it says. */
import * as t from "io-ts";
import {
  became,
  composeAll,
  type EventCodec,
  eventCodec,
  instances,
  many,
  schema,
  type StandardSchema,
} from "../../src/codec.ts";

const V1 = t.type({ name: t.string, seats: t.number });
const V2 = t.type({ guest: t.type({ name: t.string }), seats: t.number });
const V3 = t.type({ guest: t.type({ name: t.string, vip: t.boolean }), seats: t.number });

// What is right compiles.
const codec = eventCodec({
  Booked: schema(3, V3)
    .from(2, V2, (old) => ({ ...old, guest: { ...old.guest, vip: false } }))
    .from(1, V1, ({ name, seats }) => ({ guest: { name }, seats }))
    .tags((data) => [`guest:${data.guest.name}`]),
  Closed: schema(1),
}, { retired: { Shut: became(t.unknown, () => [{ type: "Closed" }]) } });
const booked = { guest: { name: "Ada", vip: true }, seats: 1 };
codec.make.Booked(booked);
codec.make.Closed();

// A field `type`.
// @ts-expect-error theFieldTypeIsTaken
eventCodec({ Booked: schema(1, t.type({ type: t.string })) });

// A step that gives the wrong shape.
// @ts-expect-error `vip` is no text
schema(3, V3).from(2, V2, (old) => ({ ...old, guest: { ...old.guest, vip: "no" } }));

// A step that gives the newest instead of the next.
schema(3, V3)
  .from(2, V2, (old) => ({ ...old, guest: { ...old.guest, vip: false } }))
  // @ts-expect-error version 2 has `guest`, not `visitor`
  .from(1, V1, ({ name, seats }) => ({ visitor: { name, vip: false }, seats }));

// A step that gives less than the next version has.
// @ts-expect-error `vip` is missing
schema(3, V3).from(2, V2, (old) => old);

// A field that the older shape lacks.
// @ts-expect-error version 2 has no `vip`
schema(3, V3).from(2, V2, (old) => ({ ...old, guest: { name: "", vip: old.guest.vip } }));

// A version that is left out.
// @ts-expect-error 2 comes before 3
schema(3, V3).from(1, V1, ({ name, seats }) => ({ guest: { name, vip: false }, seats }));

// A version below 1.
// @ts-expect-error there is none before 1
schema(1, V1).from(0, V1, (old) => old);

// Data that is no object.
// @ts-expect-error a text has no fields
schema(1, t.string);

// A tag of an unknown field.
// @ts-expect-error there is no `student`
schema(1, V1).tags((data) => [`student:${data.student}`]);

// Tags that are no texts.
// @ts-expect-error a number is no tag
schema(1, V1).tags((data) => [data.seats]);

// A misspelt field in `make`.
// @ts-expect-error `seat` is not `seats`
codec.make.Booked({ guest: { name: "Ada", vip: true }, seat: 1 });

// An unknown name in `make`, and in `only`.
// @ts-expect-error nothing is `Opened` here
codec.make.Opened?.({});
// @ts-expect-error nothing is `Opened` here
codec.only("Opened");

// What `only` has left out.
const closed = codec.only("Closed");
// @ts-expect-error `Booked` is not among them
closed.encode({ type: "Booked", ...booked });

// A `became` that makes no event of the codec.
eventCodec({ Closed: schema(1) }, {
  // @ts-expect-error nothing is `Shut` here
  retired: { Locked: became(t.unknown, () => [{ type: "Shut" }]) },
});

// Policies are two.
// @ts-expect-error there is no `keep`: see `RecordPolicy`
eventCodec({ Closed: schema(1) }, { unknown: "keep" });

// A hand-written union that has an event too few, one too many, or another field.
type Closed = { readonly type: "Closed" };
// @ts-expect-error `Booked` is missing
export const few: EventCodec<Closed> = codec;
// @ts-expect-error `Opened` is too many
export const lots: EventCodec<Closed | { readonly type: "Opened" }> = closed;
// @ts-expect-error there is a field too many
export const fields: EventCodec<{ readonly type: "Closed"; readonly by: string }> = closed;

// An unknown event is encoded.
// @ts-expect-error nothing is `Opened` here
codec.encode({ type: "Opened" });

// An event of one part, addressed to another.
const shop = composeAll({ seats: codec, door: closed });
// @ts-expect-error `door` knows no `Booked`
shop.encode(["door", { type: "Booked", ...booked }]);
// @ts-expect-error without a key
many(codec).encode({ type: "Closed" });

// A Standard Schema of something else.
declare const text: StandardSchema<string>;
// @ts-expect-error a text has no fields
schema(1, text);

// Instances of another state.
// @ts-expect-error the states are numbers
instances({ initialState: 0 }, t.string);
