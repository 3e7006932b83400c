/**
 * What JSON would lose, and where. A record is JSON, and must read as it was written.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { display, nameOfClass, type Step } from "./display.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A value that JSON cannot give back. */
export interface JsonLoss {
  readonly path: ReadonlyArray<Step>;
  /** What is there, and what to do about it. */
  readonly why: string;
}

/** Values nested deeper than this are refused, in levels; a cycle is the common reason. */
export const jsonNestingMax = 512;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The value as plain JSON, or the first thing in it that JSON would lose: `NaN` and the infinities,
 * `-0`, a bigint, a symbol, a function, `undefined` and gaps in arrays, dates, maps, sets, bytes and
 * whatever else has a class or a `toJSON`, lone surrogates in strings and keys, cycles.
 *
 * A field that is `undefined` counts as absent and is left out. A field `__proto__` is a field like
 * any other, and an object without a prototype is an object. A value without fields that are
 * `undefined` is given back as it is, not copied.
 *
 * Law (faithful): if `plainJson(value)` is right, `JSON.parse(JSON.stringify(...))` of it equals it.
 */
export function plainJson(value: unknown): E.Either<JsonLoss, unknown> {
  switch (verdictOn(value, 0)) {
    case clean:
      return E.right(value);
    case untidy:
      return E.right(withoutUndefined(value));
    default:
      return E.left(lossIn(value, [], []));
  }
}

// The hot path answers with a number and allocates nothing. The path to a loss is sought only when
// there is one.
const clean = 0;
const untidy = 1;
const lossy = 2;
type Verdict = typeof clean | typeof untidy | typeof lossy;

function verdictOn(value: unknown, depth: number): Verdict {
  switch (typeof value) {
    case "string":
      return isLoneSurrogateIn(value) ? lossy : clean;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? clean : lossy;
    case "boolean":
      return clean;
    case "object":
      if (value === null) return clean;
      if (depth === jsonNestingMax || !isPlain(value)) return lossy;
      return Array.isArray(value) ? verdictOnList(value, depth) : verdictOnFields(value, depth);
    default:
      return lossy;
  }
}

function verdictOnList(list: ReadonlyArray<unknown>, depth: number): Verdict {
  let verdict: Verdict = clean;
  for (let at = 0; at < list.length; at++) {
    const inner = verdictOn(list[at], depth + 1);
    if (inner === lossy) return lossy;
    if (inner === untidy) verdict = untidy;
  }
  // A list has one own key an item and `length`; what is beyond would be lost.
  return Reflect.ownKeys(list).length === list.length + 1 ? verdict : lossy;
}

function verdictOnFields(value: object, depth: number): Verdict {
  let verdict: Verdict = clean;
  // Its own keys may all be read; those that `Object.keys` leaves out, JSON leaves out.
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields);
  if (Reflect.ownKeys(fields).length !== keys.length) return lossy;
  for (const key of keys) {
    if (isLoneSurrogateIn(key)) return lossy;
    const field = fields[key];
    const inner = field === undefined ? untidy : verdictOn(field, depth + 1);
    if (inner === lossy) return lossy;
    if (inner === untidy) verdict = untidy;
  }
  return verdict;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isOfNoClass = Array.isArray(value)
    ? prototype === Array.prototype
    : prototype === Object.prototype || prototype === null;
  return isOfNoClass && !("toJSON" in value && typeof value.toJSON === "function");
}

function isLoneSurrogateIn(text: string): boolean {
  // A loop, since it costs a tenth of a regular expression with the flag `u`.
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit & 0xf800) !== 0xd800) continue;
    // Half of a pair: well-formed only as a high half with a low one after it.
    if (unit > 0xdbff || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) return true;
    at++;
  }
  return false;
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => withoutUndefined(item));
  const kept = Object.entries(value).filter(([, field]) => field !== undefined);
  // Unlike an assignment, `fromEntries` keeps a field named `__proto__` a field.
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutUndefined(field)]));
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The first loss in a value in which there is one. */
function lossIn(value: unknown, path: ReadonlyArray<Step>, outer: ReadonlyArray<object>): JsonLoss {
  const loss = lossOf(value, outer);
  if (loss !== undefined) return { path, why: loss };
  // Only an object or a list has its loss further in.
  const container = value as object;
  for (const key of Reflect.ownKeys(container)) {
    if (Array.isArray(container) && key === "length") continue;
    const at = Array.isArray(container) ? Number(key) : key;
    if (typeof key === "symbol") {
      return { path, why: `the key ${String(key)} is a symbol, which JSON leaves out` };
    }
    if (!Object.prototype.propertyIsEnumerable.call(container, key)) {
      return { path, why: `the field ${display(key)} is not enumerable, so JSON leaves it out` };
    }
    if (isLoneSurrogateIn(key)) {
      return {
        path,
        why: `the key ${display(key)} has half of a surrogate pair, which UTF-8 cannot hold`,
      };
    }
    if (Number.isNaN(at)) {
      return { path, why: `the array has a field ${display(key)}, which JSON leaves out` };
    }
    const field: unknown = Reflect.get(container, key);
    if (field === undefined && !Array.isArray(container)) continue;
    if (verdictOn(field, outer.length + 1) === lossy) {
      // `at` is no symbol: the key is none.
      return lossIn(field, [...path, at as Step], [...outer, container]);
    }
  }
  return { path, why: `is ${display(value)}, which JSON would change` };
}

/** Why JSON would lose the value itself, whatever is in it. */
function lossOf(value: unknown, outer: ReadonlyArray<object>): string | undefined {
  switch (typeof value) {
    case "string":
      return `${display(value)} has half of a surrogate pair, which UTF-8 cannot hold`;
    case "number":
      return Object.is(value, -0)
        ? "is -0, which JSON turns into 0; write 0"
        : `is ${value}, which JSON turns into null; leave the field out, or write text`;
    case "bigint":
      return `is the bigint ${
        display(value)
      }, which JSON cannot write; use a codec that writes text`;
    case "undefined":
      return "is undefined in an array, which JSON turns into null; write null";
    case "symbol":
    case "function":
      return `is a ${typeof value}, which JSON leaves out; keep behaviour out of events`;
    default:
      // The other types are above, and null is none of them.
      return objectLossOf(value as object, outer);
  }
}

function objectLossOf(value: object, outer: ReadonlyArray<object>): string | undefined {
  if (outer.includes(value)) return "refers to itself, which JSON cannot write; refer by an id";
  if (outer.length >= jsonNestingMax) {
    return `is nested deeper than ${jsonNestingMax} levels; make it flatter`;
  }
  if (!isPlain(value)) {
    const name = nameOfClass(value) ?? "an object that is not plain";
    return `is ${name}, which JSON would not give back; use a codec that says how it is written`;
  }
  if (Array.isArray(value)) {
    const gap = value.findIndex((_, at) => !(at in value));
    if (gap >= 0) return `has a gap at ${gap}, which JSON turns into null; write null`;
  }
  return undefined;
}
