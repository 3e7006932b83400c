/**
 * A codec, and bugs that are planted in it.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { eventCodec, schema } from "../../../../src/codec.ts";
import { codecLaws, type CodecSpec, type Law } from "../../../../src/laws/mod.ts";
import type { Planted } from "../planted.ts";

type Event =
  | { readonly type: "Booked"; readonly guest: string; readonly seats: number }
  | { readonly type: "Cancelled" };
type Spec = CodecSpec<Event>;
type Codec = Spec["codec"];

const good: Codec = eventCodec({
  Booked: schema(2, t.strict({ guest: t.string, seats: t.number }))
    .from(1, t.type({ name: t.string }), ({ name }) => ({ guest: name, seats: 1 })),
  Cancelled: schema(1),
});

const spec: Spec = {
  name: "bookings",
  codec: good,
  events: fc.oneof(
    fc.record({ type: fc.constant("Booked" as const), guest: fc.string(), seats: fc.nat(9) }),
    fc.constant({ type: "Cancelled" as const }),
  ),
  extraFields: "ignored",
};

function changed(change: Partial<Codec>, rest: Partial<Spec> = {}): () => ReadonlyArray<Law> {
  return () => codecLaws({ ...spec, ...rest, codec: { ...good, ...change } });
}

/** What only a cast can plant, because the types refuse it. */
function wrongly<Value>(value: unknown): Value {
  return value as Value; // the bug
}

/** The codec with other stored data. */
function storing(change: (data: Record<string, unknown>, event: Event) => unknown): Partial<Codec> {
  return {
    encode: (event) => {
      const stored = good.encode(event);
      if (E.isLeft(stored)) return stored;
      const data = change(wrongly(stored.right.data), event);
      return E.right({ ...stored.right, data });
    },
  };
}

/** The codec with other events read. */
function reading(
  change: (event: Event, data: Record<string, unknown>) => ReadonlyArray<Event>,
): Partial<Codec> {
  return {
    decode: (record) => {
      const read = good.decode(record);
      if (E.isLeft(read)) return read;
      return E.right(read.right.flatMap((event) => change(event, wrongly(record.event.data))));
    },
  };
}

export const brokenCodecs: ReadonlyArray<Planted> = [
  {
    bug: "a field is forgotten when it is read",
    law: "K1",
    laws: changed(reading((event) => [event.type === "Booked" ? { ...event, guest: "" } : event])),
  },
  {
    bug: "a text is trimmed when it is stored",
    law: "K1",
    laws: changed(
      storing((data, { type }) =>
        type === "Booked" ? { ...data, guest: String(data["guest"]).trim() } : data
      ),
      { events: fc.constant({ type: "Booked", guest: " Ada", seats: 1 }) },
    ),
    isOnly: true,
  },
  {
    bug: "an event is read twice",
    law: "K1",
    laws: changed(reading((event) => [event, event])),
  },
  {
    bug: "a date is stored as it is",
    law: "K2",
    laws: changed(storing((data) => ({ ...data, at: new Date(0) }))),
    isOnly: true,
  },
  {
    bug: "a field that is undefined is stored as NaN",
    law: "K2",
    laws: changed(storing((data) => ({ ...data, note: NaN }))),
    isOnly: true,
  },
  {
    bug: "how many were stored before is stored with it",
    law: "K6",
    laws: () => {
      let count = 0;
      return changed(storing((data) => ({ ...data, nth: count += 1 })))();
    },
    isOnly: true,
  },
  {
    bug: "decode throws what its validator throws",
    law: "K3",
    laws: changed({
      decode: (record) => {
        const read = good.decode(record);
        if (E.isLeft(read)) throw new Error("invalid");
        return read;
      },
    }),
  },
  {
    bug: "decode looks into data that is not there",
    law: "K3",
    laws: changed({
      decode: (record) => {
        const { guest } = wrongly<{ guest: string }>(record.event.data);
        return record.event.type === "Booked" && guest.length > 10_000
          ? E.right([])
          : good.decode(record);
      },
    }),
    isOnly: true,
  },
  {
    bug: "what is wrong is read as it is",
    law: "K4",
    laws: changed({
      decode: (record) => {
        const read = good.decode(record);
        const { type, data } = record.event;
        if (E.isRight(read) || read.left._tag !== "Undecodable") return read;
        return E.right([wrongly<Event>({ ...wrongly<object>(data), type })]);
      },
    }),
    isOnly: true,
  },
  {
    bug: "a fault shows the whole document",
    law: "K8",
    laws: changed({
      decode: (record) => {
        const read = good.decode(record);
        if (E.isRight(read) || read.left._tag !== "Undecodable") return read;
        const errors = [JSON.stringify(record.event.data).repeat(1_000)];
        return E.left({ ...read.left, errors });
      },
    }),
    isOnly: true,
  },
  {
    bug: "a fault does not say of what type the record is",
    law: "K8",
    laws: changed({
      decode: (record) => {
        const read = good.decode(record);
        if (E.isRight(read) || read.left._tag !== "Undecodable") return read;
        return E.left({ ...read.left, type: "?" });
      },
    }),
    isOnly: true,
  },
  {
    bug: "the time of reading is asked",
    law: "K9",
    laws: changed(reading((event) => Date.now() > 0 ? [event] : [])),
    isOnly: true,
  },
  {
    bug: "an event is stored under a type that nobody asks for",
    law: "K7",
    laws: changed({ types: ["Booked"] }),
    isOnly: true,
  },
  {
    bug: "one type is written for two events",
    law: "K7",
    laws: changed({ types: ["Booked", "Cancelled", "Booked"] }),
    isOnly: true,
  },
  {
    bug: "a field that is not known is refused, though it was said to be ignored",
    law: "K5",
    laws: changed({
      decode: (record) => {
        const { data, type } = record.event;
        const { stream, version, position, schemaVersion } = record;
        const where = { type, stream, version, position, schemaVersion };
        return Object.keys(wrongly<object>(data) ?? {}).includes("aFieldOfTomorrow")
          ? E.left({ _tag: "Undecodable", stored: "no", ...where, errors: ["a field too many"] })
          : good.decode(record);
      },
    }),
    isOnly: true,
  },
  {
    bug: "a newer version is read as the newest that is known",
    law: "UP8",
    laws: changed({
      decode: (record) => {
        const schemaVersion = Math.min(record.schemaVersion, 2);
        const known = { ...record.event, schemaVersion };
        return good.decode({ ...record, schemaVersion, event: known });
      },
    }),
    isOnly: true,
  },
];
