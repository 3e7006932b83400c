/**
 * What the algebra of rules needs of fp-ts's `Either`, so that it takes nothing but types from there:
 * a rule is then loaded without fp-ts, and weighs what it is. The values are fp-ts's own, and
 * whatever takes an `Either` takes them.
 *
 * @module
 */
import type { Either, Left, Right } from "fp-ts/lib/Either.js";

export type { Either } from "fp-ts/lib/Either.js";

/** An answer that is a no. */
export function left<Value>(value: Value): Either<Value, never> {
  return { _tag: "Left", left: value };
}

/** An answer that is a yes. */
export function right<Value>(value: Value): Either<never, Value> {
  return { _tag: "Right", right: value };
}

/** Whether it is a no. */
export function isLeft<No>(either: Either<No, unknown>): either is Left<No> {
  return either._tag === "Left";
}

/** Whether it is a yes. */
export function isRight<Yes>(either: Either<unknown, Yes>): either is Right<Yes> {
  return either._tag === "Right";
}
