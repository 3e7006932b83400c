/**
 * Event codecs: which events there are, how they are checked, and how they are stored.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { display, pathText } from "./display.ts";
import type { DecodeFault, Unencodable } from "./fault.ts";
import type { Frozen } from "./frozen.ts";
import { plainJson } from "./json.ts";
import type { Encoded, Recorded } from "./record.ts";
import { type Checker, checkerOf, type Shape } from "./shape.ts";
import { type AnySchema, lift } from "./upcast.ts";
import type { EventFolded } from "./view.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Events of a program, to and from records of a store. */
export interface EventCodec<Event> {
  /** The types that are written. */
  readonly types: ReadonlyArray<string>;
  /** Types that are no longer written, but still read. A store must be asked for them too: see `storedTypes`. */
  readonly retired?: ReadonlyArray<string>;
  readonly encode: (event: Event) => E.Either<Unencodable, Encoded>;
  /** No event, one, or several: what the record is today. */
  readonly decode: (record: Recorded<Encoded>) => E.Either<DecodeFault, ReadonlyArray<Event>>;
}

/** What any codec fits. */
export interface AnyEventCodec {
  readonly types: ReadonlyArray<string>;
  readonly retired?: ReadonlyArray<string>;
  readonly encode: (event: never) => E.Either<Unencodable, Encoded>;
  readonly decode: (record: Recorded<Encoded>) => E.Either<DecodeFault, ReadonlyArray<unknown>>;
}

/** The codec of events `{ type, ...fields }`. */
export interface TaggedEventCodec<Event> extends EventCodec<Event> {
  readonly types: ReadonlyArray<TypeIn<Event>>;
  /** A function for each type, that makes the event. */
  readonly make: {
    readonly [Type in TypeIn<Event>]: Maker<Extract<Event, { readonly type: Type }>>;
  };
  /**
   * The codec of some of the events: what a view asks for, and the store's filter. It reads the
   * others as nothing.
   */
  readonly only: <Type extends TypeIn<Event>>(
    ...types: ReadonlyArray<Type>
  ) => TaggedEventCodec<Extract<Event, { readonly type: Type }>>;
}

/** Makes an event from its fields. */
// deno-lint-ignore ban-types -- `{}` is meant: are all fields optional?
export type Maker<Event> = {} extends Fields<Event> ? (fields?: Fields<Event>) => Event
  : (fields: Fields<Event>) => Event;

/** An event without its type. */
export type Fields<Event> = Event extends unknown ? Omit<Event, "type"> : never;

/** The events of a codec, a decider, a view, a process. */
export type EventOf<T> = T extends EventCodec<infer Event> ? Event : EventFolded<T>;

/** The names under which events are stored; those of keyed events as their codecs name them. */
export type TypeIn<Event> = Event extends { readonly type: infer Type extends string } ? Type
  : Event extends readonly [infer Key extends string, infer Inner]
    ? string extends Key ? TypeIn<Inner> : `${Key}.${TypeIn<Inner>}`
  : string;

/** Written so that an editor shows the fields, and not this formula. */
export type EventFrom<Name extends string, S> = S extends { readonly data: infer Data }
  ? Data extends unknown
    ? ({ readonly type: Name } & Frozen<Data>) extends infer Both ? { [K in keyof Both]: Both[K] }
    : never
  : never
  : never;

/** The complaint about data that has a field `type`. */
export type FreeOfType<Schemas> = {
  readonly [Name in keyof Schemas]: Schemas[Name] extends {
    readonly data: { readonly type: unknown };
  } ? { readonly theFieldTypeIsTaken: Name }
    : unknown;
};

/** What becomes of records that are not of today's types and versions. */
export interface CodecOptions<Event> {
  /** Types that are no longer written, and what their events became. */
  readonly retired?: Readonly<Record<string, Retired<Event>>>;
  /** A record of a type that is not known: the fault `UnknownType` (if left out), or no event. */
  readonly unknown?: RecordPolicy;
  /** A record that a newer program wrote: the fault `NewerSchema` (if left out), or no event. */
  readonly newer?: RecordPolicy;
}

/**
 * There is no policy that keeps such a record as an opaque event: a view would be told of an event
 * that its union of types does not have, and a `switch` over it would give no state. Whoever copies
 * or exports records needs no codec, and so keeps them anyway.
 */
export type RecordPolicy = "fail" | "skip";

/** What the events of a type that is no longer written became. */
export interface Retired<Event> {
  readonly checker: Checker<unknown>;
  readonly events: (data: never) => ReadonlyArray<Event>;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * What the events of a retired type are today: none drops them, one renames them, several split
 * them. The data is checked against the shape first, at whatever version it was written.
 *
 * @example A type that was split in two
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { became, eventCodec, schema } from "leftfold";
 *
 * const codec = eventCodec({ Opened: schema(1), Lit: schema(1, t.type({ lamps: t.number })) }, {
 *   retired: {
 *     OpenedAndLit: became(t.type({ lamps: t.number }), ({ lamps }) => [{ type: "Opened" }, { type: "Lit", lamps }]),
 *   },
 * });
 * assert.deepEqual(codec.retired, ["OpenedAndLit"]);
 * ```
 */
export function became<Data, const Events extends ReadonlyArray<unknown>>(
  shape: Shape<Data>,
  events: (data: Frozen<Data>) => Events,
): Retired<Events[number]> {
  // The function is only ever given what the checker beside it has read.
  return { checker: checkerOf(shape), events: events as Retired<Events[number]>["events"] };
}

/**
 * The codec of a union of events, from a schema for each type.
 *
 * An event is checked when it is written and when it is read. Writing refuses what is not of its
 * schema, and what JSON would lose, with the place and the reason. A field that is `undefined`
 * counts as absent. Reading gives back fields that the shape does not know, unless the shape strips
 * them.
 *
 * 1. Law (round trip): decoding what `encode(event)` gave, recorded, gives `[event]`.
 * 2. Law (JSON): the data that `encode` gives is what JSON gives back of it.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { eventCodec, type EventOf, schema } from "leftfold";
 *
 * const codec = eventCodec({
 *   ShowOpened: schema(1, t.type({ seats: t.number })),
 *   ShowClosed: schema(1),
 * });
 * type ShowEvent = EventOf<typeof codec>; // { type: "ShowOpened", seats: number } | { type: "ShowClosed" }
 * const opened: ShowEvent = { type: "ShowOpened", seats: 5 };
 * assert.deepEqual(codec.encode(opened), {
 *   _tag: "Right",
 *   right: { type: "ShowOpened", schemaVersion: 1, data: { seats: 5 }, tags: [] },
 * });
 * assert.equal(codec.encode({ type: "ShowOpened", seats: NaN })._tag, "Left");
 * ```
 */
export function eventCodec<const Schemas extends Readonly<Record<string, AnySchema>>>(
  schemas: Schemas & FreeOfType<Schemas>,
  options?: CodecOptions<
    { [Type in keyof Schemas & string]: EventFrom<Type, Schemas[Type]> }[keyof Schemas & string]
  >,
): TaggedEventCodec<
  { [Type in keyof Schemas & string]: EventFrom<Type, Schemas[Type]> }[keyof Schemas & string]
> {
  const codec = codecOf(
    {
      schemas: new Map(Object.entries<AnySchema>(schemas)),
      // What the retired became are events of this codec, which the options' type has checked.
      retired: new Map(Object.entries<Retired<AnyTagged>>(options?.retired as never ?? {})),
      unknown: options?.unknown ?? "fail",
      newer: options?.newer ?? "fail",
    },
    Object.keys(schemas),
  );
  // The union is computed from the schemas that the table was built from.
  return codec as never;
}

/** An event of any such codec. */
interface AnyTagged {
  readonly type: string;
}

interface Table {
  readonly schemas: ReadonlyMap<string, AnySchema>;
  readonly retired: ReadonlyMap<string, Retired<AnyTagged>>;
  readonly unknown: RecordPolicy;
  readonly newer: RecordPolicy;
}

const nothing: E.Either<never, ReadonlyArray<never>> = E.right([]);

function codecOf(table: Table, types: ReadonlyArray<string>): TaggedEventCodec<AnyTagged> {
  const wanted = new Set(types);
  const written = new Map([...table.schemas].filter(([type]) => wanted.has(type)));
  return {
    types,
    retired: [...table.retired.keys()],
    encode: (event) => encoded(written, event),
    decode: (record) => {
      const { type, schemaVersion, data } = record.event;
      const schema = table.schemas.get(type);
      if (schema === undefined) return decodedRetired(table, wanted, record);
      if (!wanted.has(type)) return nothing;
      const { ladder } = schema;
      if (schemaVersion > ladder.newest) {
        if (table.newer === "skip") return nothing;
        const known = ladder.newest;
        return E.left({ _tag: "NewerSchema", ...placeOf(record), known, found: schemaVersion });
      }
      const lifted = lift(ladder, schemaVersion, data);
      if (E.isLeft(lifted)) return E.left(undecodable(record, lifted.left));
      // A field named `type` may come from elsewhere, where the compiler did not forbid it.
      const event = { type, ...lifted.right as object };
      if (event.type !== type) event.type = type;
      return E.right([event]);
    },
    make: Object.fromEntries(types.map((type) => [type, (fields) => ({ ...fields, type })])),
    only: (...some) => codecOf(table, some) as never, // the union shrinks as the types do
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * The events of a record, as the codec reads it; none of one whose data was erased. Whoever reads
 * with a codec reads through here.
 */
export function eventsIn<Event>(
  codec: EventCodec<Event>,
  record: Recorded<Encoded>,
): E.Either<DecodeFault, ReadonlyArray<Event>> {
  return record.erased ? E.right([]) : codec.decode(record);
}

function encoded(
  schemas: ReadonlyMap<string, AnySchema>,
  event: AnyTagged,
): E.Either<Unencodable, Encoded> {
  const { type, ...fields } = event;
  const ladder = schemas.get(type)?.ladder;
  if (ladder === undefined) {
    const known = [...schemas.keys()].join(", ");
    return E.left(unencodable(type, "type", `wanted one of ${known}, found ${display(type)}`));
  }
  const written = ladder.rungs[0].checker.write(fields);
  if (E.isLeft(written)) {
    return E.left(unencodable(type, pathText(written.left.path), written.left.why));
  }
  const json = plainJson(written.right);
  if (E.isLeft(json)) return E.left(unencodable(type, pathText(json.left.path), json.left.why));
  return E.right({
    type,
    schemaVersion: ladder.newest,
    data: json.right,
    tags: ladder.tagsOf(fields),
  });
}

function decodedRetired(
  table: Table,
  wanted: ReadonlySet<string>,
  record: Recorded<Encoded>,
): E.Either<DecodeFault, ReadonlyArray<AnyTagged>> {
  const retired = table.retired.get(record.event.type);
  if (retired === undefined) {
    return table.unknown === "skip" ? nothing : E.left({ _tag: "UnknownType", ...placeOf(record) });
  }
  const read = retired.checker.read(record.event.data);
  if (E.isLeft(read)) return E.left(undecodable(record, read.left));
  // See `became`: what its checker has read is what its function takes.
  const events = retired.events(read.right as never);
  return E.right(events.filter((event) => wanted.has(event.type)));
}

function unencodable(type: string, path: string, why: string): Unencodable {
  return { _tag: "Unencodable", stored: "no", type, path, why };
}

function undecodable(record: Recorded<Encoded>, errors: ReadonlyArray<string>): DecodeFault {
  const { schemaVersion } = record.event;
  return { _tag: "Undecodable", ...placeOf(record), schemaVersion, errors };
}

function placeOf({ stream, position, event }: Recorded<Encoded>): {
  readonly stored: "no";
  readonly stream: string;
  readonly position: Recorded<Encoded>["position"];
  readonly type: string;
} {
  return { stored: "no", stream, position, type: event.type };
}
