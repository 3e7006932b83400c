/**
 * A history as a finding: a law goes on only if it can be explained.
 *
 * @module
 */
import type { Encoded, Recorded } from "../../../src/record.ts";
import { find } from "../finding.ts";
import { checkHistory } from "./check_history.ts";
import type { Operation } from "./operation.ts";

/** Goes on only if the history can be explained; otherwise it ends with the first violation. */
export function explained(
  operations: ReadonlyArray<Operation>,
  log: ReadonlyArray<Recorded<Encoded>>,
): void {
  const [violation] = checkHistory(operations, log);
  if (violation !== undefined) find({ _tag: "Unexplained", violation });
}
