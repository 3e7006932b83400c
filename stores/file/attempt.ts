/**
 * Where exceptions become faults.
 *
 * Inside the engine's effect files a fault is thrown, as `FaultError`, beside whatever the storage
 * throws: loops over files stay readable, and nothing can forget to look. Every function that the
 * engine shows passes through here, so none of it ever leaves as an exception.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Corrupt, Fault } from "../../src/fault.ts";
import { FaultError } from "../../src/run.ts";
import { corruptAt } from "./chain.ts";

/** Ends the operation with a fault. */
export function fail(fault: Fault): never {
  throw new FaultError(fault);
}

/** Ends the operation because bytes are not what was written. */
export function failCorrupt(file: string, offset: number, wanted: string, found: string): never {
  return fail(corruptAt(file, offset, wanted, found));
}

/** The damage that was thrown; nothing if it is anything else. */
export function corruptIn(thrown: unknown): Corrupt | undefined {
  // What the engine throws on purpose carries one of its faults.
  const fault = thrown instanceof FaultError ? thrown.fault as Fault : undefined;
  return fault?._tag === "Corrupt" ? fault : undefined;
}

/**
 * Runs an operation of the engine. What was thrown on purpose is its fault; what a storage threw
 * is a fault that `unexpected` makes of it. The operation's own union `F` is what its author says:
 * the compiler cannot see through an exception.
 */
export function attempt<F extends Fault, Value>(
  operation: () => Promise<Value>,
  unexpected: (cause: unknown) => F,
): TaskEither<F, Value> {
  return () => outcomeOf(operation, unexpected);
}

async function outcomeOf<F extends Fault, Value>(
  operation: () => Promise<Value>,
  unexpected: (cause: unknown) => F,
): Promise<Either<F, Value>> {
  try {
    return right(await operation());
  } catch (thrown) {
    // See above: what is thrown on purpose in an operation belongs to its union.
    return left(thrown instanceof FaultError ? thrown.fault as F : unexpected(thrown));
  }
}
