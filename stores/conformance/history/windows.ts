/**
 * When each commit of a log was stored, as far as the times of the operations tell.
 *
 * @module
 */
import type { KnownLog } from "./known_log.ts";
import type { Operation, Violation } from "./operation.ts";

/** The time in which a commit was stored. It is narrowed while operations are looked at. */
export interface Window {
  notBefore: number;
  /** The operation that says so. */
  late: Operation | undefined;
  notAfter: number;
  early: Operation | undefined;
}

/** A commit of which nothing is known. */
export function unbounded(): Window {
  return { notBefore: -Infinity, late: undefined, notAfter: Infinity, early: undefined };
}

/** Commits that cannot have been stored in the order of the log, whatever the moments were. */
export function timeViolations(
  { entries }: KnownLog,
  windows: ReadonlyArray<Window>,
): ReadonlyArray<Violation> {
  const found: Array<Violation> = [];
  let latest = unbounded();
  windows.forEach((window, number) => {
    // No commit was stored before one that stands before it in the log.
    if (window.notBefore > latest.notBefore) latest = window;
    if (latest.notBefore <= window.notAfter) return;
    found.push({
      rule: "time",
      operations: [latest.late, window.early].filter((one) => one !== undefined),
      wanted: `the commit ${entries[number]?.commitId} stored at ${window.notAfter} at the latest`,
      found: `at ${latest.notBefore} at the earliest`,
    });
  });
  return found;
}
