/**
 * Violations of a history, in words.
 *
 * @module
 */
import { display } from "../../../src/display.ts";
import type { Operation, Violation } from "./operation.ts";

/**
 * One sentence about a violation, with the operations that show it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explainViolation } from "leftfold/conformance";
 *
 * const call = { _tag: "Stream", stream: "a", version: 2 } as const;
 * const operations = [{ client: "Ada", invoked: 1, completed: 2, call }];
 * const wanted = "a moment of the log at which it is so";
 * assert.equal(
 *   explainViolation({ rule: "read", operations, wanted, found: "none" }),
 *   'wanted a moment of the log at which it is so, found none: Ada, from 1 to 2, saw the stream "a" at 2',
 * );
 * ```
 */
export function explainViolation({ operations, wanted, found }: Violation): string {
  const shown = operations.map(explainOperation).join("; ");
  return `wanted ${wanted}, found ${found}${shown === "" ? "" : `: ${shown}`}`;
}

function explainOperation({ client, invoked, completed, call }: Operation): string {
  const time = `${client}, from ${invoked} to ${completed}`;
  switch (call._tag) {
    case "Stream":
      return `${time}, saw the stream ${JSON.stringify(call.stream)} at ${call.version}`;
    case "Read": {
      const { query, after, positions, through } = call;
      const what = JSON.stringify(query);
      return `${time}, read ${what} after ${after} through ${through}: ${display(positions)}`;
    }
    case "Append": {
      const { commit, answer } = call;
      const told = answer === undefined
        ? "nothing"
        : display(answer._tag === "Right" ? answer.right : answer.left);
      return `${time}, appended the commit ${JSON.stringify(commit.commitId)} and was told ${told}`;
    }
  }
}
