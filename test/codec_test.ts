import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as C from "../src/codec.ts";
import { left, right } from "./support/either.ts";
import { law } from "./support/law.ts";
import { recorded } from "./support/recorded.ts";

const DateText = new t.Type<Date, string>(
  "DateText",
  (value): value is Date => value instanceof Date,
  (value, context) =>
    typeof value === "string" && !Number.isNaN(Date.parse(value))
      ? t.success(new Date(value))
      : t.failure(value, context),
  (date) => date.toISOString(),
);
const Item = t.type({ name: t.string, cents: t.Int });
const codec = C.eventCodec({
  Opened: C.schema(1, t.type({ seats: t.number, on: DateText })),
  Ordered: C.schema(
    1,
    t.intersection([t.type({ items: t.readonlyArray(Item) }), t.partial({ note: t.string })]),
  ).tags(({ items }) => items.map(({ name }) => `item:${name}`)),
  Closed: C.schema(2).from(1, t.type({ why: t.string }), () => ({})),
});
type Event = C.EventOf<typeof codec>;

const text = fc.string({ unit: "grapheme" });
const json = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0));
// Otherwise some would have no prototype, which JSON gives them.
const plain = { noNullPrototype: true };
const item = fc.record({ name: text, cents: fc.integer() }, plain);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    type: fc.constant("Opened" as const),
    seats: json,
    on: fc.date({ noInvalidDate: true }),
  }, plain),
  fc.record({
    type: fc.constant("Ordered" as const),
    // Any integer has the brand.
    items: fc.array(item as fc.Arbitrary<C.Frozen<t.TypeOf<typeof Item>>>),
    note: text,
  }, { ...plain, requiredKeys: ["type", "items"] }),
  fc.constant({ type: "Closed" } as const),
);

type Codec = C.EventCodec<Event>;
const unchecked: Codec = {
  ...codec,
  encode: ({ type, ...data }) =>
    E.right({ type, schemaVersion: type === "Closed" ? 2 : 1, data, tags: [] }),
};
const doubling: Codec = {
  ...codec,
  decode: (record) => E.Functor.map(codec.decode(record), (events) => [...events, ...events]),
};

const forgetful: Codec = {
  ...codec,
  encode: (event) => codec.encode(event.type === "Ordered" ? { ...event, items: [] } : event),
};

law<Codec>(
  "round trip",
  codec,
  { "forgets the items": forgetful, "tells it twice": doubling },
  (codec) =>
    fc.property(event, (event) => {
      assert.deepEqual(right(codec.decode(recorded(right(codec.encode(event))))), [event]);
    }),
);

law<Codec>(
  "JSON",
  codec,
  { "writes the event as it is": unchecked },
  (codec) =>
    fc.property(event, (event) => {
      const { data } = right(codec.encode(event));
      assert.deepEqual(JSON.parse(JSON.stringify(data)), data);
    }),
);

const shop = C.composeAll({ hall: codec, "": C.many(codec) });
const shopEvent: fc.Arbitrary<C.EventOf<typeof shop>> = fc.oneof(
  event.map((event) => ["hall", event] as const),
  fc.tuple(text, event).map((keyed) => ["", keyed] as const),
);
const misaddressing: typeof shop = {
  ...shop,
  decode: (record) =>
    E.Functor.map(
      shop.decode(record),
      (events) => events.map(([, event]) => ["hall", event] as never),
    ),
};
law<typeof shop>(
  "composeAll and many: round trip",
  shop,
  { "addresses all to one": misaddressing },
  (shop) =>
    fc.property(shopEvent, (event) => {
      assert.deepEqual(right(shop.decode(recorded(right(shop.encode(event))))), [event]);
    }),
);

// Three versions of one event, and the step between them.
const V1 = t.type({ name: t.string });
const V2 = t.type({ guest: V1 });
const V3 = t.type({ guest: t.type({ name: t.string, vip: t.boolean }) });
const ladder = C.eventCodec({
  Booked: C.schema(3, V3)
    .from(2, V2, ({ guest }) => ({ guest: { ...guest, vip: false } }))
    .from(1, V1, ({ name }) => ({ guest: { name } })),
});
const jumping = C.eventCodec({
  Booked: C.schema(3, V3)
    .from(2, V2, ({ guest }) => ({ guest: { ...guest, vip: false } }))
    .from(1, V1, ({ name }) => ({ guest: { name: name.trim() } })),
});
type Booked = C.EventOf<typeof ladder>;
const atVersion = (schemaVersion: number, data: unknown) =>
  recorded({ type: "Booked", schemaVersion, data });

law<C.EventCodec<Booked>>("ladder: composition", ladder, {
  "a step does more than its own": jumping,
}, (ladder) =>
  fc.property(fc.string(), (name) => {
    const [one, two, three] = [
      atVersion(1, { name }),
      atVersion(2, { guest: { name } }),
      atVersion(3, { guest: { name, vip: false } }),
    ].map((record) => right(ladder.decode(record)));
    assert.deepEqual(one, two);
    assert.deepEqual(two, three);
  }));

describe("eventCodec, reading", () => {
  const place = { stored: "no", stream: "show-hamlet", position: 7 };
  it("checks old data against the shape of its own version before it lifts it", () => {
    assert.deepEqual(left(ladder.decode(atVersion(1, { guest: { name: "Ada" } }))), {
      _tag: "Undecodable",
      ...place,
      type: "Booked",
      schemaVersion: 1,
      errors: ["name: wanted string, found undefined"],
    });
  });
  it("names what is wrong by its place, in unions and lists too", () => {
    const Line = t.union([t.type({ a: t.number }), t.string]);
    const nested = C.eventCodec({ E: C.schema(1, t.type({ list: t.array(Line) })) });
    const fault = left(
      nested.decode(recorded({ type: "E", schemaVersion: 1, data: { list: ["x", { a: "1" }] } })),
    );
    assert.deepEqual(fault._tag === "Undecodable" && fault.errors, [
      'list[1].a: wanted number, found "1"',
      'list[1]: wanted string, found { a: "1" }',
    ]);
  });
  it("tells at most 16 things that are wrong", () => {
    const wide = C.eventCodec({ E: C.schema(1, t.type({ list: t.array(t.number) })) });
    const data = { list: Array.from({ length: 99 }, () => "x") };
    const fault = left(wide.decode(recorded({ type: "E", schemaVersion: 1, data })));
    assert.equal(fault._tag === "Undecodable" && fault.errors.length, 16);
  });
  it("never throws, whatever is stored", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...codec.types),
        fc.integer({ min: -1, max: 3 }),
        fc.jsonValue(),
        (type, version, data) => {
          codec.decode(recorded({ type, schemaVersion: version, data }));
        },
      ),
    );
  });
  it("refuses a version below the oldest, and one that is none", () => {
    for (const version of [0, -1, 1.5, NaN]) {
      const fault = left(ladder.decode(atVersion(version, {})));
      assert.match(JSON.stringify(fault), /wanted 1 to 3/);
    }
  });
  it("takes a newer version for a fault, unless it is to be skipped", () => {
    const record = atVersion(4, {});
    assert.deepEqual(left(ladder.decode(record)), {
      _tag: "NewerSchema",
      ...place,
      type: "Booked",
      known: 3,
      found: 4,
    });
    const skipping = C.eventCodec({ Booked: C.schema(3, V3) }, { newer: "skip" });
    assert.deepEqual(right(skipping.decode(record)), []);
    assert.equal(
      left(skipping.decode(recorded({ type: "X", schemaVersion: 1, data: 1 })))._tag,
      "UnknownType",
    );
  });
  it("takes an unknown type for a fault, unless it is to be skipped", () => {
    for (const type of ["Shut", "__proto__", "constructor", ""]) {
      const record = recorded({ type, schemaVersion: 1, data: {} });
      assert.deepEqual(left(codec.decode(record)), { _tag: "UnknownType", ...place, type });
      const skipping = C.eventCodec({ Opened: C.schema(1) }, { unknown: "skip" });
      assert.deepEqual(right(skipping.decode(record)), []);
    }
  });
  it("keeps fields that the shape does not know, and the type, whatever the data says", () => {
    const record = recorded({
      type: "Opened",
      schemaVersion: 1,
      data: { seats: 1, on: "2026-01-01", type: "Closed", more: 2 },
    });
    assert.deepEqual(right(codec.decode(record)), [{
      type: "Opened",
      seats: 1,
      on: new Date("2026-01-01"),
      more: 2,
    }]);
  });
});

describe("eventCodec, writing", () => {
  const refused: ReadonlyArray<readonly [name: string, event: unknown, path: string, why: RegExp]> =
    [
      [
        "a field of another type",
        { type: "Opened", seats: "5", on: new Date(0) },
        "seats",
        /wanted number, found "5"/,
      ],
      ["a missing field", { type: "Opened", seats: 5 }, "on", /wanted DateText, found undefined/],
      [
        "a field deep inside",
        { type: "Ordered", items: [{ name: "a", cents: 1 }, { name: "b", cents: 1.5 }] },
        "items[1].cents",
        /wanted Int, found 1\.5/,
      ],
      [
        "an optional field of another type",
        { type: "Ordered", items: [], note: 1 },
        "note",
        /wanted string/,
      ],
      [
        "what JSON would lose",
        { type: "Opened", seats: NaN, on: new Date(0) },
        "seats",
        /is NaN, which JSON/,
      ],
      [
        "what JSON would lose in a field that the shape does not know",
        { type: "Opened", seats: 1, on: new Date(0), x: [1n] },
        "x[0]",
        /bigint/,
      ],
      [
        "a field of an event without data",
        { type: "Closed", why: "late" },
        "why",
        /wanted no field/,
      ],
      [
        "an unknown type",
        { type: "Shut" },
        "type",
        /wanted one of Opened, Ordered, Closed, found "Shut"/,
      ],
    ];
  for (const [name, event, path, why] of refused) {
    it(`refuses ${name}`, () => {
      const fault = left(codec.encode(event as Event));
      assert.deepEqual([fault._tag, fault.stored, fault.path], ["Unencodable", "no", path]);
      assert.match(fault.why, why);
    });
  }
  it("leaves out a field that is undefined", () => {
    // What exact optional types forbid, a program without them does.
    const encoded = right(
      codec.encode({ type: "Ordered", items: [], note: undefined } as unknown as Event),
    );
    assert.deepEqual(encoded, { type: "Ordered", schemaVersion: 1, data: { items: [] }, tags: [] });
  });
  it("gives the newest version, and the tags", () => {
    const made = codec.make.Ordered({ items: [{ name: "tea", cents: 5 as t.Int }] });
    assert.deepEqual(right(codec.encode(made)).tags, ["item:tea"]);
    assert.equal(right(codec.encode(codec.make.Closed())).schemaVersion, 2);
  });
});

describe("retired types", () => {
  const codec = C.eventCodec(
    { Opened: C.schema(1, t.type({ seats: t.number })), Lit: C.schema(1) },
    {
      retired: {
        Poster: C.became(t.unknown, () => []),
        Began: C.became(t.type({ seats: t.number }), ({ seats }) => [{ type: "Opened", seats }]),
        OpenedAndLit: C.became(
          t.type({ seats: t.number }),
          ({ seats }) => [{ type: "Opened", seats }, { type: "Lit" }],
        ),
      },
    },
  );
  const old = (type: string, data: unknown) => recorded({ type, schemaVersion: 9, data });
  it("are dropped, renamed and split", () => {
    assert.deepEqual(right(codec.decode(old("Poster", 1))), []);
    assert.deepEqual(right(codec.decode(old("Began", { seats: 1 }))), [{
      type: "Opened",
      seats: 1,
    }]);
    assert.deepEqual(right(codec.decode(old("OpenedAndLit", { seats: 2 }))), [{
      type: "Opened",
      seats: 2,
    }, { type: "Lit" }]);
  });
  it("are checked first", () =>
    assert.equal(left(codec.decode(old("Began", {})))._tag, "Undecodable"));
  it("are no longer written", () =>
    assert.equal(left(codec.encode({ type: "Began" } as never))._tag, "Unencodable"));
  it("are asked of a store as well", () => {
    assert.deepEqual(C.storedTypes(codec), ["Opened", "Lit", "Poster", "Began", "OpenedAndLit"]);
    assert.deepEqual(C.storedTypes(codec.only("Lit")), ["Lit", "Poster", "Began", "OpenedAndLit"]);
    assert.deepEqual(C.storedTypes(C.composeAll({ a: C.many(codec) }), ["a.Lit"]), [
      "a.Lit",
      "a.Poster",
      "a.Began",
      "a.OpenedAndLit",
    ]);
  });
  it("give `only` what it asks for", () => {
    const lit = codec.only("Lit");
    assert.deepEqual(lit.types, ["Lit"]);
    assert.deepEqual(right(lit.decode(old("OpenedAndLit", { seats: 2 }))), [{ type: "Lit" }]);
    assert.deepEqual(
      right(lit.decode(recorded({ type: "Opened", schemaVersion: 1, data: {} }))),
      [],
    );
    assert.equal(
      left(lit.decode(recorded({ type: "Shut", schemaVersion: 1, data: {} })))._tag,
      "UnknownType",
    );
    assert.equal(left(lit.encode({ type: "Opened", seats: 1 } as never))._tag, "Unencodable");
  });
});

describe("composeAll and many", () => {
  it("name the whole type in their faults", () => {
    const fault = left(shop.encode(["hall", { type: "Opened", seats: "x" } as never]));
    assert.equal(fault.type, "hall.Opened");
    for (const type of ["hall.Shut", "yard.Opened", "Opened", "hall"]) {
      const unknown = left(shop.decode(recorded({ type, schemaVersion: 1, data: {} })));
      assert.deepEqual([unknown._tag, "type" in unknown && unknown.type], ["UnknownType", type]);
    }
  });
  it("refuse data without a key", () => {
    assert.equal(
      left(C.many(codec).decode(recorded({ type: "Closed", schemaVersion: 2, data: {} })))._tag,
      "Undecodable",
    );
  });
  it("take a dot in a key, and an address without a part, for defects", () => {
    assert.throws(() => C.composeAll({ "a.b": codec }), /part "a\.b": wanted a key without a dot/);
    assert.throws(() => shop.encode(["yard", { type: "Closed" }] as never), /address "yard"/);
  });
});

describe("schema", () => {
  it("takes wrong versions for defects, where the compiler cannot know them", () => {
    const versions: ReadonlyArray<number> = [0, 1.5];
    for (const version of versions) {
      assert.throws(() => C.schema(version), /wanted a version from 1/);
    }
    const three: number = 3;
    assert.throws(
      () => C.schema(three, V3).from(1, V1, () => ({ guest: { name: "", vip: true } })),
      /wanted version 2/,
    );
    assert.throws(() => C.schema(three - 2, V1).from(0, V1, (old) => old), /go down by one, to 1/);
  });
});
