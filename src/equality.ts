/**
 * Whether two values say the same, by structure, and where they do not.
 *
 * @module
 */
import type { Step } from "./display.ts";

/** Where two values differ first. */
export interface Difference {
  readonly path: ReadonlyArray<Step>;
  readonly left: unknown;
  readonly right: unknown;
}

/**
 * The first place where two values differ, or nothing. Objects are compared field by field if they
 * have one prototype, dates by time, maps and sets by content. A field that is `undefined` counts as
 * absent, because a record cannot tell the two apart. `NaN` is itself, and `-0` is not `0`.
 */
export function differenceOf(left: unknown, right: unknown): Difference | undefined {
  return compare(left, right, []);
}

/** Whether two values say the same. */
export function areEqual(left: unknown, right: unknown): boolean {
  return differenceOf(left, right) === undefined;
}

/** Pairs of objects that are being compared further out, so that a cycle comes to an end. */
type Open = ReadonlyArray<readonly [left: object, right: object]>;

function compare(left: unknown, right: unknown, open: Open): Difference | undefined {
  if (Object.is(left, right)) return undefined;
  const different = { path: [], left, right };
  if (typeof left !== "object" || typeof right !== "object") return different;
  if (left === null || right === null) return different;
  if (kindOf(left) !== kindOf(right)) return different;
  if (open.some(([l, r]) => l === left && r === right)) return undefined;
  const inside: Open = [...open, [left, right]];
  if (left instanceof Date && right instanceof Date) {
    return Object.is(left.getTime(), right.getTime()) ? undefined : different;
  }
  if (left instanceof Map && right instanceof Map) {
    return left.size === right.size && holdsAll([...left], [...right], inside)
      ? undefined
      : different;
  }
  if (left instanceof Set && right instanceof Set) {
    return left.size === right.size && holdsAll([...left], [...right], inside)
      ? undefined
      : different;
  }
  return fieldsDifference(left, right, inside);
}

/** What an object inherits from. One that inherits from nothing is as plain as a literal. */
function kindOf(value: object): unknown {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

/** Whether each item has one of its own among the others. */
function holdsAll(
  items: ReadonlyArray<unknown>,
  others: ReadonlyArray<unknown>,
  open: Open,
): boolean {
  const left = [...others];
  return items.every((item) => {
    const at = left.findIndex((other) => compare(item, other, open) === undefined);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function fieldsDifference(left: object, right: object, open: Open): Difference | undefined {
  // Only values of one class are compared field by field: beside a list stands a list.
  const isList = Array.isArray(left);
  if (isList && left.length !== (right as ReadonlyArray<unknown>).length) {
    return { path: [], left, right };
  }
  for (const key of new Set([...Reflect.ownKeys(left), ...Reflect.ownKeys(right)])) {
    // `Reflect.get` would run through the prototype; only own fields count.
    const difference = compare(ownField(left, key), ownField(right, key), open);
    if (difference !== undefined) {
      const step = isList && typeof key === "string" && /^\d+$/.test(key)
        ? Number(key)
        : String(key);
      return { ...difference, path: [step, ...difference.path] };
    }
  }
  return undefined;
}

function ownField(value: object, key: PropertyKey): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
