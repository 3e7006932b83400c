/**
 * Codecs: which events there are, how they are checked, and how they are stored.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import type { DecodeFault } from "./fault.ts";
import type { AnyEventCodec, EventCodec, EventOf } from "./event_codec.ts";
import { type Instances, noInstances, withInstance } from "./instances.ts";
import { invariant } from "./invariant.ts";
import type { Keyed } from "./view.ts";

export {
  type AnyEventCodec,
  became,
  type CodecOptions,
  type EventCodec,
  eventCodec,
  type EventFrom,
  type EventOf,
  type Fields,
  type FreeOfType,
  type Maker,
  type RecordPolicy,
  type Retired,
  type TaggedEventCodec,
  type TypeIn,
} from "./event_codec.ts";
export type { Frozen } from "./frozen.ts";
export type {
  Checker,
  Misfit,
  Shape,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from "./shape.ts";
export {
  type AnySchema,
  type Before,
  type Count,
  type Ladder,
  type Rung,
  type Schema,
  schema,
} from "./upcast.ts";

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * The codec of a `composeAll` of deciders. The type of an event of the part `payment` is stored as
 * `payment.Charged`, so no key may have a dot.
 *
 * Law (round trip): it holds if it holds of each part.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { composeAll, eventCodec, schema } from "leftfold/codec";
 *
 * const shop = composeAll({
 *   order: eventCodec({ Placed: schema(1, t.type({ item: t.string })) }),
 *   payment: eventCodec({ Charged: schema(1, t.type({ cents: t.number })) }),
 * });
 * assert.deepEqual(shop.types, ["order.Placed", "payment.Charged"]);
 * assert.deepEqual(shop.encode(["payment", { type: "Charged", cents: 5 }]), {
 *   _tag: "Right",
 *   right: { type: "payment.Charged", schemaVersion: 1, data: { cents: 5 }, tags: [] },
 * });
 * ```
 */
export function composeAll<const Codecs extends Readonly<Record<string, AnyEventCodec>>>(
  codecs: Codecs,
): EventCodec<
  { readonly [Key in keyof Codecs & string]: Keyed<Key, EventOf<Codecs[Key]>> }[
    & keyof Codecs
    & string
  ]
> {
  // A part is given only what is addressed to it, which the compiler cannot follow through a table.
  const parts = new Map(Object.entries(codecs as Readonly<Record<string, unknown>>)) as ReadonlyMap<
    string,
    Loose
  >;
  for (const key of parts.keys()) {
    invariant(
      !key.includes("."),
      `composeAll of codecs, part "${key}": wanted a key without a dot, which parts it from the type; rename the part`,
    );
  }
  const named = (of: (part: Loose) => ReadonlyArray<string>): ReadonlyArray<string> =>
    [...parts].flatMap(([key, part]) => of(part).map((type) => `${key}.${type}`));
  const composed: EventCodec<Keyed<string, unknown>> = {
    types: named((part) => part.types),
    retired: named((part) => part.retired ?? []),
    encode: ([key, event]) => {
      const part = parts.get(key);
      invariant(
        part !== undefined,
        () =>
          `address "${key}" names no part of composeAll; wanted one of ${
            [...parts.keys()].join(", ")
          }`,
      );
      const encoded = part.encode(event);
      return E.isLeft(encoded)
        ? E.left({ ...encoded.left, type: `${key}.${encoded.left.type}` })
        : E.right({ ...encoded.right, type: `${key}.${encoded.right.type}` });
    },
    decode: (record) => {
      const { type } = record.event;
      const dot = type.indexOf(".");
      const key = type.slice(0, Math.max(dot, 0));
      const part = parts.get(key);
      if (dot < 0 || part === undefined) {
        const { stream, position } = record;
        return E.left({ _tag: "UnknownType", stored: "no", stream, position, type });
      }
      const inner = { ...record, event: { ...record.event, type: type.slice(dot + 1) } };
      return keyed(key, part.decode(inner), type);
    },
  };
  return composed as never; // addressed as above
}

type Loose = EventCodec<unknown>;

/**
 * The codec of a `many` of deciders. The key is stored beside the data, as `{ key, data }`.
 *
 * Law (round trip): it holds if it holds of the codec within.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { eventCodec, many, schema } from "leftfold/codec";
 *
 * const doors = many(eventCodec({ Opened: schema(1) }));
 * assert.deepEqual(doors.encode(["front", { type: "Opened" }]), {
 *   _tag: "Right",
 *   right: { type: "Opened", schemaVersion: 1, data: { key: "front", data: {} }, tags: [] },
 * });
 * ```
 */
export function many<Event>(codec: EventCodec<Event>): EventCodec<Keyed<string, Event>> {
  return {
    types: codec.types,
    retired: codec.retired ?? [],
    encode: ([key, event]) => {
      const encoded = codec.encode(event);
      if (E.isLeft(encoded)) return encoded;
      return E.right({ ...encoded.right, data: { key, data: encoded.right.data } });
    },
    decode: (record) => {
      const { type, schemaVersion, data } = record.event;
      if (!isKeyedData(data)) {
        const { stream, position } = record;
        const errors = ["wanted { key: string, data }, as the codec `many` writes it"];
        return E.left({
          _tag: "Undecodable",
          stored: "no",
          stream,
          position,
          type,
          schemaVersion,
          errors,
        });
      }
      const inner = { ...record, event: { ...record.event, data: data.data } };
      return keyed(data.key, codec.decode(inner), type);
    },
  };
}

function keyed<Event>(
  key: string,
  decoded: E.Either<DecodeFault, ReadonlyArray<Event>>,
  type: string,
): E.Either<DecodeFault, ReadonlyArray<Keyed<string, Event>>> {
  return E.isLeft(decoded)
    ? E.left({ ...decoded.left, type })
    : E.right(decoded.right.map((event) => [key, event]));
}

function isKeyedData(data: unknown): data is { readonly key: string; readonly data: unknown } {
  return typeof data === "object" && data !== null && "data" in data && "key" in data &&
    typeof data.key === "string";
}

/**
 * The io-ts codec of the state of a `many`, so that it can be written down: a list of pairs, sorted
 * by key. Where there is no instance, the one read back gives `view`'s initial state.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { instances } from "leftfold/codec";
 * import { many, view } from "leftfold/view";
 *
 * const count = view({ initialState: 0, evolve: (n, _: string) => n + 1 });
 * const words = many((word: string) => word)(count);
 * const state = words.evolve(words.initialState, "hello");
 * assert.deepEqual(instances(count, t.number).encode(state), [["hello", 1]]);
 * ```
 */
export function instances<State, Output>(
  view: { readonly initialState: State },
  state: t.Type<State, Output>,
): t.Type<Instances<State>, ReadonlyArray<readonly [key: string, state: Output]>> {
  const pairs = t.array(t.tuple([t.string, state]));
  const none = noInstances(view.initialState);
  return new t.Type(
    `Instances<${state.name}>`,
    (value): value is Instances<State> =>
      Object.getPrototypeOf(Object(value)) === Object.getPrototypeOf(none) &&
      // Of that prototype, it is what `noInstances` and `withInstance` make.
      [...value as Instances<unknown>].every(([, inner]) => state.is(inner)),
    (value, context) => {
      const read = pairs.validate(value, context);
      if (E.isLeft(read)) return read;
      let all = none;
      for (const [key, inner] of read.right) {
        if (all.has(key)) {
          return t.failure(value, context, `wanted each key once, found "${key}" again`);
        }
        all = withInstance(all, key, inner);
      }
      return t.success(all);
    },
    (all) =>
      [...all].sort(([a], [b]) => a < b ? -1 : 1).map(([key, inner]) =>
        [key, state.encode(inner)] as const
      ),
  );
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * What a store is asked for, so that a codec is told of all that it reads: the given types (all, if
 * left out) and the retired ones, of which any may have become any.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { became, eventCodec, schema, storedTypes } from "leftfold/codec";
 *
 * const codec = eventCodec({ Opened: schema(1), Closed: schema(1) }, {
 *   retired: { Unlocked: became(t.unknown, () => [{ type: "Opened" }]) },
 * });
 * assert.deepEqual(storedTypes(codec, ["Opened"]), ["Opened", "Unlocked"]);
 * ```
 */
export function storedTypes(
  codec: Pick<AnyEventCodec, "types" | "retired">,
  types: ReadonlyArray<string> = codec.types,
): ReadonlyArray<string> {
  return codec.retired === undefined ? types : [...new Set([...types, ...codec.retired])];
}
