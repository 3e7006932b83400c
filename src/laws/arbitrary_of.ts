/**
 * Arbitraries out of io-ts types.
 *
 * @module
 */
import * as fc from "fast-check";
import type * as t from "io-ts";
import { invariant } from "../invariant.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * What is drawn in place of what a type would give: by the name of the type, as of a brand or a type
 * of one's own, or by the place, as in `items[].price`; `[]` is any item of an array or a record.
 */
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** What io-ts says of a type: how it was made, by its tag, and out of what. */
interface Made {
  /** Types of one's own have none. */
  readonly _tag?: string;
  readonly name: string;
  /** Of a literal. */
  readonly value: unknown;
  /** Of a choice of texts. */
  readonly keys: Readonly<Record<string, unknown>>;
  /** Of what has fields. */
  readonly props: t.Props;
  /** Of what is made of one other type. */
  readonly type: t.Mixed;
  /** Of what is made of several. */
  readonly types: ReadonlyArray<t.Mixed>;
  /** Of a record: its keys and its values. */
  readonly domain: t.Mixed;
  readonly codomain: t.Mixed;
}

/** How to go on: the place, and what was said of it. */
interface Way {
  readonly path: string;
  readonly overrides: Overrides;
  readonly depth: number;
}

/** Recursive types stop going deeper here. */
const depthMax = 4;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Values of an io-ts type. Numbers are such that JSON gives them back.
 *
 * A type that somebody wrote by hand (a date from a text, say) has to be told by an override: it is
 * a defect of the program if it is not.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { arbitraryOf } from "leftfold/laws";
 *
 * const item = t.type({ sku: t.string, price: t.number });
 * const items = arbitraryOf(t.array(item), { "[].price": fc.nat(100) });
 * fc.assert(fc.property(items, (list) => list.every(({ price }) => price <= 100)));
 * assert(fc.sample(items, 5).every(t.array(item).is));
 * ```
 */
export function arbitraryOf<Value>(
  type: t.Type<Value, unknown, unknown>,
  overrides: Overrides = {},
): fc.Arbitrary<Value> {
  // What is drawn follows the type, and so is what it describes.
  return arbitraryAt(type, { path: "", overrides, depth: 0 }) as fc.Arbitrary<Value>;
}

const number = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one === 0 ? 0 : one),
);

/** What JSON gives back: it knows no zero below zero. */
const document = fc.jsonValue().map((one): unknown => JSON.parse(JSON.stringify(one)));
const record = fc.dictionary(fc.string(), document, { noNullPrototype: true });

/** What is made of nothing else. */
const plain: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  StringType: fc.string(),
  NumberType: number,
  BooleanType: fc.boolean(),
  BigIntType: fc.bigInt(),
  NullType: fc.constant(null),
  UndefinedType: fc.constant(undefined),
  VoidType: fc.constant(undefined),
  UnknownType: document,
  AnyType: document,
  ObjectType: record,
  AnyDictionaryType: record,
  AnyArrayType: fc.array(document),
};

function arbitraryAt(type: t.Mixed, way: Way): fc.Arbitrary<unknown> {
  const { path, overrides, depth } = way;
  const given = overrides[path] ?? overrides[type.name];
  if (given) return given;
  const made = madeOf(type);
  const same = (inner: t.Mixed): fc.Arbitrary<unknown> => arbitraryAt(inner, way);
  switch (made._tag) {
    case "LiteralType":
      return fc.constant(made.value);
    case "KeyofType":
      return fc.constantFrom(...Object.keys(made.keys));
    case "InterfaceType":
    case "StrictType":
      return fc.record(fieldsOf(made.props, way));
    case "PartialType":
      return fc.record(fieldsOf(made.props, way), { requiredKeys: [] });
    case "ArrayType":
    case "ReadonlyArrayType":
      if (depth >= depthMax) return fc.constant([]);
      return fc.array(arbitraryAt(made.type, below(way, "[]")), { maxLength: 5 });
    case "DictionaryType":
      return recordOf(made, way);
    case "TupleType":
      return fc.tuple(
        ...made.types.map((item, at) => arbitraryAt(item, below(way, `[${at}]`))),
      );
    case "UnionType": {
      // Deep down, only the alternatives that come to an end.
      const ending = made.types.filter((one) => depth < depthMax || !isRecursive(one));
      const types = ending.length > 0 ? ending : made.types;
      return fc.oneof({ withCrossShrink: true }, ...types.map(same));
    }
    case "IntersectionType":
      return fc.tuple(...made.types.map(same))
        .map((parts): unknown => Object.assign({}, ...parts))
        .filter((whole) => type.is(whole));
    case "RefinementType":
      return same(made.type).filter((value) => type.is(value));
    case "ReadonlyType":
    case "ExactType":
      return same(made.type);
    case "RecursiveType":
      invariant(depth < 2 * depthMax, `no value of the type ${type.name} comes to an end`);
      return arbitraryAt(made.type, { ...way, depth: depth + 1 });
    default:
      return plain[made._tag ?? ""] ?? unknownType(type, path);
  }
}

function below(way: Way, place: string): Way {
  const path = way.path === "" || place.startsWith("[") ? way.path + place : `${way.path}.${place}`;
  return { ...way, path };
}

function fieldsOf(props: t.Props, way: Way): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(props).map(([key, inner]) => [key, arbitraryAt(inner, below(way, key))]),
  );
}

function recordOf({ domain, codomain }: Made, way: Way): fc.Arbitrary<unknown> {
  const value = (): fc.Arbitrary<unknown> => arbitraryAt(codomain, below(way, "[]"));
  const keys = keysIn(domain);
  if (keys) return fc.record(Object.fromEntries(keys.map((key) => [key, value()])));
  if (way.depth >= depthMax) return fc.constant({});
  const names = arbitraryAt(domain, { ...way, path: "", overrides: {} });
  // The keys of a record are texts, whatever type says which.
  const texts = names as fc.Arbitrary<string>;
  return fc.dictionary(texts, value(), { maxKeys: 5, noNullPrototype: true });
}

/** The keys that a record has to have, if its domain tells them one by one. */
function keysIn(domain: t.Mixed): ReadonlyArray<string> | undefined {
  const made = madeOf(domain);
  switch (made._tag) {
    case "KeyofType":
      return Object.keys(made.keys);
    case "LiteralType":
      return [String(made.value)];
    case "UnionType": {
      const parts = made.types.map(keysIn);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether a type refers to one that refers to itself. */
function isRecursive(type: t.Mixed): boolean {
  const made = madeOf(type);
  switch (made._tag) {
    case "RecursiveType":
      return true;
    case "InterfaceType":
    case "StrictType":
      return Object.values(made.props).some(isRecursive);
    case "TupleType":
    case "UnionType":
    case "IntersectionType":
      return made.types.some(isRecursive);
    case "RefinementType":
    case "ReadonlyType":
    case "ExactType":
      return isRecursive(made.type);
    default:
      return false;
  }
}

function madeOf(type: t.Mixed): Made {
  return type as unknown as Made; // io-ts says by the tag which of the fields are there
}

function unknownType(type: t.Mixed, path: string): never {
  const place = path === "" ? "" : ` at ${path}`;
  const other = path === "" ? "" : ` or ${JSON.stringify(path)}`;
  throw new Error(
    `no arbitrary is known for the type ${type.name}${place}; give one as the override ` +
      `${JSON.stringify(type.name)}${other}`,
  );
}
