/**
 * Whether a commit of the log is what was sent, where it was told to be, and rightly there.
 *
 * @module
 */
import { areEqual } from "../../../src/equality.ts";
import type { Commit } from "../../../src/event_store.ts";
import type { Encoded } from "../../../src/record.ts";
import { meets, type Position } from "../../../src/stream.ts";
import { type Entry, type KnownLog, matching, versionAt } from "./known_log.ts";
import type { AppendCall, Operation, Rule, Violation } from "./operation.ts";
import type { Window } from "./windows.ts";

/** An append, as an operation. */
export interface Appending extends Operation {
  readonly call: AppendCall;
}

/**
 * What is wrong with a commit of the log, given all appends under its id; nothing if nothing is. The
 * window is narrowed to the time in which it was stored.
 */
export function storedProblem(
  log: KnownLog,
  entry: Entry,
  appends: ReadonlyArray<Appending>,
  window: Window,
): Violation | undefined {
  const storing = appends.filter(isStoring);
  const [storer, second] = storing;
  if (storer !== undefined && second !== undefined) {
    return violation("twice", storing, "one append that stores it", `${storing.length}`);
  }
  // Whoever was not answered may have stored it, if nobody was told that he did.
  const candidates = storer === undefined ? appends.filter(isUntold) : [storer];
  const sent = candidates.filter(({ call }) => isSame(log, entry, call.commit));
  if (sent.length === 0) {
    const found = candidates.length > 0
      ? "what was sent is not what is stored"
      : appends.length > 0
      ? "each append of it was refused"
      : "nobody sent it";
    return violation("invented", appends, `the commit ${entry.commitId} as it was sent`, found);
  }
  const justified = sent.filter(({ call }) => unmet(log, entry.first, call.commit) === undefined);
  if (justified.length === 0) {
    const [first] = sent;
    const failed = first && unmet(log, entry.first, first.call.commit);
    return violation("expected", sent, "what it expected holds before it", failed ?? "");
  }
  window.notBefore = Math.min(...justified.map(({ invoked }) => invoked));
  window.late = justified.find(({ invoked }) => invoked === window.notBefore);
  window.notAfter = storer?.completed ?? Infinity;
  window.early = storer;
  return appends.map((append) => wronglyTold(log, entry, append)).find((one) => one !== undefined);
}

function isStoring({ call: { answer } }: Appending): boolean {
  return answer?._tag === "Right" && !answer.right.repeated;
}

function isUntold({ call: { answer } }: Appending): boolean {
  return answer === undefined || (answer._tag === "Left" && answer.left.stored === "unknown");
}

/** Whether the records of a commit are those that were sent. */
function isSame(
  { records }: KnownLog,
  { first, last }: Entry,
  { writes }: Commit<Encoded>,
): boolean {
  let position = first;
  for (const { stream, events } of writes) {
    for (const { event } of events) {
      const record = records[position - 1];
      position += 1;
      if (record === undefined || record.stream !== stream) return false;
      if (record.event.type !== event.type || !areEqual(record.event.data, event.data)) {
        return false;
      }
    }
  }
  return position === last + 1;
}

/** The first expectation or condition that does not hold of a commit that begins at a position, in words. */
export function unmet(
  log: KnownLog,
  first: Position,
  { writes, checks = [], condition }: Commit<Encoded>,
): string | undefined {
  for (const { stream, expected } of [...writes, ...checks]) {
    const version = versionAt(log, stream, first - 1);
    if (!meets(expected, version)) return `${stream} expected ${expected}, at version ${version}`;
  }
  if (condition === undefined) return undefined;
  const { failIfEventsMatch, after = 0 } = condition;
  const [position] = matching(log, failIfEventsMatch, after, first - 1, 1);
  return position === undefined ? undefined : `a record that matches, at position ${position}`;
}

/** What a caller was told of a commit that is in the log, if that is wrong. */
function wronglyTold(log: KnownLog, entry: Entry, append: Appending): Violation | undefined {
  const { commit, answer } = append.call;
  if (answer?._tag === "Left") {
    const isWrong = answer.left._tag === "IdempotencyMismatch" &&
      isSame(log, entry, commit);
    return isWrong
      ? violation(
        "unjustified",
        [append],
        "the first answer again",
        "a mismatch of the same content",
      )
      : undefined;
  }
  if (answer === undefined) return undefined;
  const { first, last, versions, repeated } = answer.right;
  const isThere = first === entry.first && last === entry.last &&
    commit.writes.every(({ stream, events }) =>
      events.length === 0 || versions.get(stream) === versionAt(log, stream, entry.last)
    );
  if (!isThere) {
    const found = `told of ${first} to ${last}, versions ${JSON.stringify([...versions])}`;
    return violation("told", [append], `positions ${entry.first} to ${entry.last}`, found);
  }
  return repeated && !isSame(log, entry, commit)
    ? violation("told", [append], "a mismatch", "a repetition of other content")
    : undefined;
}

function violation(
  rule: Rule,
  operations: ReadonlyArray<Operation>,
  wanted: string,
  found: string,
): Violation {
  return { rule, operations, wanted, found };
}
