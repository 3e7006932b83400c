/**
 * Values as JSON and back: what JSON lacks is written as an object with one field `$`.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { nameOfClass, pathText, type Step } from "../display.ts";

/** What JSON lacks, as it is written. */
type Marked =
  | { readonly $: "undefined" }
  | { readonly $: "number"; readonly is: string }
  | { readonly $: "bigint"; readonly is: string }
  | { readonly $: "date"; readonly is: string | null }
  | { readonly $: "bytes"; readonly is: ReadonlyArray<number> }
  | { readonly $: "map" | "set"; readonly is: ReadonlyArray<unknown> }
  /** An object without a prototype. */
  | { readonly $: "bare"; readonly is: unknown }
  /** An object with a field `$` of its own. */
  | { readonly $: "object"; readonly is: ReadonlyArray<readonly [string, unknown]> };

/** Thrown on the way to a value that cannot be written, and caught in this module. */
interface Unwritable {
  readonly unwritable: string;
}

/**
 * The value as plain JSON; or what in it cannot be written: a function, a symbol, an instance of a
 * class, a cycle.
 *
 * Law (round trip): `valueOfJson` gives back what was written.
 */
export function jsonOf(value: unknown): E.Either<string, unknown> {
  try {
    return E.right(written(value, [], []));
  } catch (cause) {
    if (isUnwritable(cause)) return E.left(cause.unwritable);
    throw cause;
  }
}

/** The value that was written. */
export function valueOfJson(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(valueOfJson);
  if (typeof json !== "object" || json === null) return json;
  // What has a field `$` was written by `jsonOf`.
  if (Object.hasOwn(json, "$")) return unmarked(json as Marked);
  return Object.fromEntries(Object.entries(json).map(([key, field]) => [key, valueOfJson(field)]));
}

function written(
  value: unknown,
  path: ReadonlyArray<Step>,
  above: ReadonlyArray<object>,
): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return { $: "undefined" } satisfies Marked;
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $: "number", is: Object.is(value, -0) ? "-0" : String(value) } satisfies Marked;
    case "bigint":
      return { $: "bigint", is: String(value) } satisfies Marked;
    case "object":
      if (value === null) return null;
      if (above.includes(value)) throw unwritable("a cycle", path);
      return writtenObject(value, path, [...above, value]);
    case "function":
    case "symbol":
      throw unwritable(`a ${typeof value}`, path);
  }
}

function writtenObject(
  value: object,
  path: ReadonlyArray<Step>,
  above: ReadonlyArray<object>,
): unknown {
  const items = (list: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
    list.map((item, at) => written(item, [...path, at], above));
  // A gap in a list is read as undefined.
  if (Array.isArray(value)) return items([...value]);
  if (value instanceof Date) {
    const is = Number.isNaN(value.getTime()) ? null : value.toISOString();
    return { $: "date", is } satisfies Marked;
  }
  if (value instanceof Map) return { $: "map", is: items([...value]) } satisfies Marked;
  if (value instanceof Set) return { $: "set", is: items([...value]) } satisfies Marked;
  if (value instanceof Uint8Array) return { $: "bytes", is: [...value] } satisfies Marked;
  const name = nameOfClass(value);
  if (name !== undefined) throw unwritable(`an instance of ${name}`, path);
  const fields = Object.entries(value).map(
    ([key, field]) => [key, written(field, [...path, key], above)] as const,
  );
  const object = Object.hasOwn(value, "$")
    ? { $: "object", is: fields } satisfies Marked
    : Object.fromEntries(fields);
  return Object.getPrototypeOf(value) === null
    ? { $: "bare", is: object } satisfies Marked
    : object;
}

function unmarked(marked: Marked): unknown {
  switch (marked.$) {
    case "undefined":
      return undefined;
    case "number":
      return Number(marked.is);
    case "bigint":
      return BigInt(marked.is);
    case "date":
      return new Date(marked.is ?? NaN);
    case "bytes":
      return Uint8Array.from(marked.is);
    case "map":
      // The entries of a map were written as its items.
      return new Map(marked.is.map(valueOfJson) as ReadonlyArray<readonly [unknown, unknown]>);
    case "set":
      return new Set(marked.is.map(valueOfJson));
    case "bare":
      return Object.assign(Object.create(null), valueOfJson(marked.is));
    case "object":
      return Object.fromEntries(marked.is.map(([key, field]) => [key, valueOfJson(field)]));
  }
}

function unwritable(what: string, path: ReadonlyArray<Step>): Unwritable {
  const place = pathText(path);
  return { unwritable: place === "" ? what : `${what} at ${place}` };
}

function isUnwritable(cause: unknown): cause is Unwritable {
  return typeof cause === "object" && cause !== null && "unwritable" in cause;
}
