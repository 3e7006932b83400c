/**
 * The one door to promises.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { explainCause } from "./explain.ts";
import type { Rejected } from "./fault.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * A fault, thrown: the only class of this library, for those who work with promises.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FaultError } from "leftfold";
 *
 * const error = new FaultError({ _tag: "Closed", stored: "no" } as const);
 * assert.equal(error.fault._tag, "Closed");
 * assert.equal(error.message, "The store is closed; open it again");
 * ```
 */
export class FaultError<F = unknown> extends Error {
  override readonly name: string = "FaultError";
  /** The fault itself. */
  readonly fault: F;

  /** The message is the fault's sentence; what another program left is shown as it is. */
  constructor(fault: F) {
    super(explainCause(fault), causeOf(fault));
    this.fault = fault;
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Runs it. A rejection is returned, because a domain that says no is an answer; a fault is thrown,
 * as a {@linkcode FaultError}. `task()` gives the `Either` with both, and throws nothing.
 *
 * @example
 * ```ts
 * import * as TE from "fp-ts/lib/TaskEither.js";
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 *
 * assert.equal(await run(TE.right(2)), 2);
 * const no = { _tag: "Rejected", rejection: "SoldOut", version: 3 } as const;
 * assert.deepEqual(await run(TE.left(no)), no);
 * const closed = { _tag: "Closed", stored: "no" } as const;
 * await assert.rejects(run(TE.left(closed)), { name: "FaultError", fault: closed });
 * ```
 */
export async function run<Left, Right>(
  task: TaskEither<Left, Right>,
): Promise<Right | Extract<Left, Rejected<unknown>>> {
  const result = await task();
  if (result._tag === "Right") return result.right;
  if (isRejected(result.left)) return result.left;
  throw new FaultError(result.left);
}

function isRejected<Left>(left: Left): left is Extract<Left, Rejected<unknown>> {
  return typeof left === "object" && left !== null && "_tag" in left && left._tag === "Rejected";
}

function causeOf(fault: unknown): ErrorOptions | undefined {
  return typeof fault === "object" && fault !== null && "cause" in fault
    ? { cause: fault.cause }
    : undefined;
}
