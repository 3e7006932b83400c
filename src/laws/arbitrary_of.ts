/**
 * Arbitraries out of io-ts types.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import { invariant } from "../invariant.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * What is drawn in place of what a type would give: by the name of the type, as of a brand or a type
 * of one's own, or by the place, as in `items[].price`; `[]` is any item of an array or a record.
 */
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Types of one's own have no tag that says how they are made. */
interface Tagged {
  readonly _tag?: string;
  readonly name: string;
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
  // The walk below follows the type, and gives what it describes.
  return arbitraryAt(type, "", overrides, 0) as fc.Arbitrary<Value>;
}

const number = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one === 0 ? 0 : one),
);

function arbitraryAt(
  type: t.Mixed,
  path: string,
  overrides: Overrides,
  depth: number,
): fc.Arbitrary<unknown> {
  const named = overrides[path] ?? overrides[type.name];
  if (named) return named;
  const below = (inner: t.Mixed, place: string): fc.Arbitrary<unknown> =>
    arbitraryAt(
      inner,
      path === "" || place.startsWith("[") ? path + place : `${path}.${place}`,
      overrides,
      depth,
    );
  const same = (inner: t.Mixed): fc.Arbitrary<unknown> =>
    arbitraryAt(inner, path, overrides, depth);
  // io-ts says by a tag how a type was made; each case below has the fields of its own class.
  switch ((type as Tagged)._tag) {
    case "StringType":
      return fc.string();
    case "NumberType":
      return number;
    case "BooleanType":
      return fc.boolean();
    case "BigIntType":
      return fc.bigInt();
    case "NullType":
      return fc.constant(null);
    case "UndefinedType":
    case "VoidType":
      return fc.constant(undefined);
    case "UnknownType":
    case "AnyType":
      return fc.jsonValue();
    case "ObjectType":
    case "AnyDictionaryType":
      return fc.dictionary(fc.string(), fc.jsonValue());
    case "AnyArrayType":
      return fc.array(fc.jsonValue());
    case "LiteralType":
      return fc.constant((type as t.LiteralC<string>).value);
    case "KeyofType":
      return fc.constantFrom(...Object.keys((type as t.KeyofC<Record<string, unknown>>).keys));
    case "InterfaceType":
    case "StrictType":
      return fc.record(fieldsOf((type as t.TypeC<t.Props>).props, below));
    case "PartialType": {
      const fields = fieldsOf((type as t.PartialC<t.Props>).props, below);
      return fc.record(fields, { requiredKeys: [] });
    }
    case "ArrayType":
    case "ReadonlyArrayType": {
      if (depth >= depthMax) return fc.constant([]);
      return fc.array(below((type as t.ArrayC<t.Mixed>).type, "[]"), { maxLength: 5 });
    }
    case "DictionaryType": {
      const { domain, codomain } = type as t.RecordC<t.Mixed, t.Mixed>;
      const keys = keysIn(domain);
      if (keys) {
        return fc.record(Object.fromEntries(keys.map((key) => [key, below(codomain, "[]")])));
      }
      if (depth >= depthMax) return fc.constant({});
      // The keys of a record are texts, whatever type says which.
      const names = arbitraryAt(domain, "", {}, depth) as fc.Arbitrary<string>;
      return fc.dictionary(names, below(codomain, "[]"), { maxKeys: 5, noNullPrototype: true });
    }
    case "TupleType":
      return fc.tuple(
        ...(type as t.TupleC<[t.Mixed]>).types.map((item, at) => below(item, `[${at}]`)),
      );
    case "UnionType": {
      const { types } = type as t.UnionC<[t.Mixed, t.Mixed]>;
      // Deep down, only the alternatives that come to an end.
      const ending = depth < depthMax ? types : types.filter((one) => !isRecursive(one));
      return fc.oneof({ withCrossShrink: true }, ...(ending.length > 0 ? ending : types).map(same));
    }
    case "IntersectionType": {
      const { types } = type as t.IntersectionC<[t.Mixed, t.Mixed]>;
      return fc.tuple(...types.map(same)).map((parts) => Object.assign({}, ...parts) as unknown)
        .filter((whole) => type.is(whole));
    }
    case "RefinementType": {
      const refined = type as t.RefinementC<t.Mixed>;
      return same(refined.type).filter((value) => refined.is(value));
    }
    case "ReadonlyType":
    case "ExactType":
      return same((type as t.ReadonlyC<t.Mixed>).type);
    case "RecursiveType": {
      invariant(depth < 2 * depthMax, `no value of the type ${type.name} comes to an end`);
      const { type: inner } = type as t.RecursiveType<t.Mixed>;
      return arbitraryAt(inner, path, overrides, depth + 1);
    }
    default:
      return unknownType(type, path);
  }
}

/** The keys that a record has to have, if its domain tells them one by one. */
function keysIn(domain: t.Mixed): ReadonlyArray<string> | undefined {
  switch ((domain as Tagged)._tag) {
    case "KeyofType":
      return Object.keys((domain as t.KeyofC<Record<string, unknown>>).keys);
    case "LiteralType":
      return [String((domain as t.LiteralC<string>).value)];
    case "UnionType": {
      const parts = (domain as t.UnionC<[t.Mixed, t.Mixed]>).types.map(keysIn);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether a type refers to one that refers to itself. */
function isRecursive(type: t.Mixed): boolean {
  switch ((type as Tagged)._tag) {
    case "RecursiveType":
      return true;
    case "InterfaceType":
    case "StrictType":
      return Object.values((type as t.TypeC<t.Props>).props).some(isRecursive);
    case "TupleType":
    case "UnionType":
    case "IntersectionType":
      return (type as t.UnionC<[t.Mixed, t.Mixed]>).types.some(isRecursive);
    case "RefinementType":
    case "ReadonlyType":
    case "ExactType":
      return isRecursive((type as t.ReadonlyC<t.Mixed>).type);
    default:
      return false;
  }
}

function fieldsOf(
  props: t.Props,
  below: (inner: t.Mixed, place: string) => fc.Arbitrary<unknown>,
): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(props).map(([key, inner]) => [key, below(inner, key)]));
}

function unknownType(type: t.Mixed, path: string): never {
  const place = path === "" ? "" : ` at ${path}`;
  const message =
    `no arbitrary is known for the type ${type.name}${place}; give one as the override ` +
    `${JSON.stringify(type.name)}${path === "" ? "" : ` or ${JSON.stringify(path)}`}`;
  throw new Error(message);
}
