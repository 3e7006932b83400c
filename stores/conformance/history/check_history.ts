/**
 * Whether a history can be explained: an order of all operations, each at one moment between its
 * call and its answer, in which a plain log would have answered the same.
 *
 * In general that takes a search. Here the log itself is the order of the commits, so each answer
 * says between which commits it was given, and what is left is to compare times in one pass. The
 * idea of recoverable, traceable writes is that of Kingsbury and Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations" (VLDB 2020), in its easiest form.
 *
 * @module
 */
import { areEqual } from "../../../src/equality.ts";
import type { Appended, Commit } from "../../../src/event_store.ts";
import type { Conflict } from "../../../src/fault.ts";
import { invariant } from "../../../src/invariant.ts";
import type { Condition } from "../../../src/query.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import { type CommitId, meets, type Position } from "../../../src/stream.ts";
import {
  between,
  type KnownLog,
  knownLog,
  matching,
  momentOf,
  type Moments,
  momentsOf,
} from "./known_log.ts";
import type { AppendCall, Operation, ReadCall, Rule, Violation } from "./operation.ts";
import { type Appending, storedProblem, unmet } from "./stored_commit.ts";
import { timeViolations, unbounded, type Window } from "./windows.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** An operation that saw the log at some of its moments, or why none fits. */
type Sight = Moments | { readonly rule: Rule; readonly wanted: string; readonly found: string };

/** How many records a conflict names. */
const matchingMax = 16;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * What is wrong with a history, given the complete log at its end; nothing if it can be explained.
 *
 * Operations may come in any order. Each append needs a commit id, and of the operations under one
 * id at most one may store it. It takes time in proportion to operations and records, beside the
 * records that a condition or a query without a stream has to look at; 100,000 operations take a few
 * hundred milliseconds.
 *
 * @example
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { checkHistory, type Operation } from "leftfold/conformance";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const store = memoryStore();
 * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
 * const commit = { commitId: "c1", writes: [{ stream: "a", expected: 0, events: [{ event }] }] };
 * const answer = await store.append(commit)();
 * const { records } = await run(store.read({}));
 *
 * const append: Operation = {
 *   ...{ client: "Ada", invoked: 1, completed: 2 },
 *   call: { _tag: "Append", commit, answer },
 * };
 * const lookAtHead: Operation = {
 *   ...{ client: "Bob", invoked: 3, completed: 4 },
 *   call: { _tag: "Read", query: [], after: 0, positions: [], through: 0, reach: "head" },
 * };
 * assert.deepEqual(checkHistory([append], records), []);
 * // Bob asked after Ada was told that her commit is stored, and did not see it.
 * assert.deepEqual(checkHistory([append, lookAtHead], records).map(({ rule }) => rule), ["time"]);
 * ```
 */
export function checkHistory(
  operations: ReadonlyArray<Operation>,
  log: ReadonlyArray<Recorded<Encoded>>,
): ReadonlyArray<Violation> {
  const known = knownLog(log);
  const appends = byCommitId(operations);
  const windows = known.entries.map(unbounded);
  const violations: Array<Violation> = known.problems.map((found) => ({
    rule: "log",
    operations: [],
    wanted: "positions and versions without a gap, and whole commits",
    found,
  }));
  known.entries.forEach((entry, number): void => {
    const window = windows[number] ?? unbounded();
    const found = storedProblem(known, entry, appends.get(entry.commitId) ?? [], window);
    if (found !== undefined) violations.push(found);
  });
  const lagging: Array<{ readonly operation: Operation; readonly moments: Moments }> = [];
  for (const operation of operations) {
    const sight = sightOf(known, operation);
    if (sight === undefined) continue;
    if ("rule" in sight) violations.push({ ...sight, operations: [operation] });
    else if (sight.from > sight.to) {
      violations.push({
        rule: operation.call._tag === "Append" ? "unjustified" : "read",
        operations: [operation],
        wanted: "a moment of the log at which it is so",
        found: "none",
      });
    } else {
      const isLagging = operation.call._tag === "Read" && operation.call.reach === "lagging";
      if (isLagging) lagging.push({ operation, moments: sight });
      narrow(windows, operation, sight, isLagging);
    }
  }
  return [...violations, ...timeViolations(known, windows), ...sessionViolations(lagging)];
}

function byCommitId(
  operations: ReadonlyArray<Operation>,
): ReadonlyMap<CommitId, ReadonlyArray<Appending>> {
  const appends = new Map<CommitId, Array<Appending>>();
  for (const operation of operations) {
    if (operation.call._tag !== "Append") continue;
    const { commitId } = operation.call.commit;
    // A commit without events is stored by nobody.
    if (isEmpty(operation.call.commit)) continue;
    invariant(commitId !== undefined, "An append of a history is found by its commit id; give one");
    const known = appends.get(commitId);
    const appending = { ...operation, call: operation.call };
    if (known === undefined) appends.set(commitId, [appending]);
    else known.push(appending);
  }
  return appends;
}

function isEmpty({ writes }: Commit<Encoded>): boolean {
  return writes.every(({ events }) => events.length === 0);
}

/** Whoever has seen a commit was answered after it was stored, and before the next one was. */
function narrow(
  windows: ReadonlyArray<Window>,
  operation: Operation,
  { from, to }: Moments,
  isLagging: boolean,
): void {
  const seen = windows[from - 1];
  if (seen !== undefined && operation.completed < seen.notAfter) {
    seen.notAfter = operation.completed;
    seen.early = operation;
  }
  const unseen = isLagging ? undefined : windows[to];
  if (unseen !== undefined && operation.invoked > unseen.notBefore) {
    unseen.notBefore = operation.invoked;
    unseen.late = operation;
  }
}

/** At which moments an operation saw the log; none if it stored something, or tells nothing. */
function sightOf(log: KnownLog, { call }: Operation): Sight | undefined {
  switch (call._tag) {
    case "Stream":
      return momentsOf(log, call.stream, call.version);
    case "Read":
      return sightOfRead(log, call);
    case "Append":
      return sightOfAppend(log, call);
  }
}

function sightOfRead(log: KnownLog, call: ReadCall): Sight {
  const { query, after, positions, through, reach } = call;
  if (through > log.records.length) {
    return {
      rule: "read",
      wanted: `at most position ${log.records.length}`,
      found: `a read through position ${through}`,
    };
  }
  const wanted = matching(log, query, after, through);
  if (!areSame(positions, wanted)) {
    return { rule: "read", wanted: listed(wanted), found: listed(positions) };
  }
  if (reach === "part") return between(log, Math.max(after, through), undefined);
  const moment = momentOf(log, through);
  return moment === undefined
    ? { rule: "read", wanted: "the head between two commits", found: `position ${through}` }
    : { from: moment, to: moment };
}

function sightOfAppend(log: KnownLog, { commit, answer }: AppendCall): Sight | undefined {
  if (answer === undefined) return undefined;
  const number = log.numbers.get(commit.commitId ?? "");
  const end = log.entries.length;
  // Once the id is known, the answer is that of the commit that is stored under it.
  const unknown: Moments = { from: 0, to: number ?? end };
  if (answer._tag === "Right") {
    if (isEmpty(commit)) return sightOfEmpty(log, commit, answer.right, unknown);
    if (number === undefined) {
      return { rule: "lost", wanted: `the commit ${commit.commitId}`, found: "nothing of it" };
    }
    return answer.right.repeated ? { from: number + 1, to: end } : undefined;
  }
  switch (answer.left._tag) {
    case "Conflict":
      return sightOfConflict(log, commit, answer.left, unknown);
    case "IdempotencyMismatch":
      return number === undefined
        ? { rule: "unjustified", wanted: "another commit under this id", found: "none" }
        : { from: number + 1, to: end };
    default:
      return undefined;
  }
}

/** A commit without events only looks: at the head, and whether what it expects holds. */
function sightOfEmpty(
  log: KnownLog,
  commit: Commit<Encoded>,
  { first, last, repeated }: Appended,
  within: Moments,
): Sight {
  const moment = momentOf(log, last);
  if (moment === undefined || first !== last + 1 || repeated) {
    const found = `${first} to ${last}${repeated ? ", repeated" : ""}`;
    return { rule: "told", wanted: "the head between two commits", found };
  }
  const failed = unmet(log, last + 1, commit);
  return failed === undefined
    ? bothOf(within, { from: moment, to: moment })
    : { rule: "expected", wanted: "what it expected holds", found: failed };
}

/** The moments at which all that a conflict names was so. */
function sightOfConflict(
  log: KnownLog,
  { writes, checks = [], condition }: Commit<Encoded>,
  { failed }: Conflict,
  within: Moments,
): Sight {
  let sight = within;
  const unjustified = (found: string): Sight => ({
    rule: "unjustified",
    wanted: "a conflict that names what failed",
    found,
  });
  if (failed.length === 0) return unjustified("one that names nothing");
  for (const check of failed) {
    let seen: Moments;
    if ("condition" in check) {
      if (!areEqual(check.condition, condition)) {
        return unjustified("a condition that was not asked");
      }
      const found = momentsOfMatch(log, check.condition, check.matching);
      if (found === undefined) return unjustified(`${listed(check.matching)} as what matches`);
      seen = found;
    } else {
      const { stream, expected } = check;
      const version = check.found === "noStream" ? 0 : check.found;
      const isAsked = [...writes, ...checks].some((one) =>
        one.stream === stream && one.expected === expected
      );
      if (!isAsked || meets(expected, version)) {
        return unjustified(`${expected} of ${stream} at version ${version}`);
      }
      seen = momentsOf(log, stream, version);
    }
    sight = bothOf(sight, seen);
  }
  return sight;
}

function bothOf(some: Moments, others: Moments): Moments {
  return { from: Math.max(some.from, others.from), to: Math.min(some.to, others.to) };
}

/** The moments at which these positions were the first that match; none if they never were. */
function momentsOfMatch(
  log: KnownLog,
  { failIfEventsMatch, after = 0 }: Condition,
  positions: ReadonlyArray<Position>,
): Moments | undefined {
  const last = positions.at(-1);
  if (last === undefined || positions.length > matchingMax) return undefined;
  if (!areSame(positions, matching(log, failIfEventsMatch, after, last))) return undefined;
  const [next] = positions.length < matchingMax
    ? matching(log, failIfEventsMatch, last, Infinity, 1)
    : [];
  return between(log, last, next);
}

/** A reader that lags may see an older moment, and never one before that which it saw already. */
function sessionViolations(
  lagging: ReadonlyArray<{ readonly operation: Operation; readonly moments: Moments }>,
): ReadonlyArray<Violation> {
  const clients = new Map<string, { readonly moment: number; readonly operation: Operation }>();
  return [...lagging].sort((one, other) => one.operation.invoked - other.operation.invoked)
    .flatMap(({ operation, moments }): ReadonlyArray<Violation> => {
      const before = clients.get(operation.client);
      const moment = Math.max(before?.moment ?? 0, moments.from);
      clients.set(operation.client, { moment, operation });
      if (before === undefined || moment <= moments.to) return [];
      return [{
        rule: "session",
        operations: [before.operation, operation],
        wanted: `${before.moment} commits at least`,
        found: `${moments.to} at most`,
      }];
    });
}

function areSame(some: ReadonlyArray<Position>, others: ReadonlyArray<Position>): boolean {
  return some.length === others.length &&
    some.every((position, index) => position === others[index]);
}

function listed(positions: ReadonlyArray<Position>): string {
  const some = positions.slice(0, 8).join(", ");
  return positions.length === 0
    ? "no record"
    : `the records at ${some}${positions.length > 8 ? ", …" : ""}`;
}
