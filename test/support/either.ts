/** What an answer must be, or the test fails with what it is. */
import type * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";

export function right<Left, Right>(answer: E.Either<Left, Right>): Right {
  assert(answer._tag === "Right", JSON.stringify(answer));
  return answer.right;
}

export function left<Left, Right>(answer: E.Either<Left, Right>): Left {
  assert(answer._tag === "Left", JSON.stringify(answer));
  return answer.left;
}
