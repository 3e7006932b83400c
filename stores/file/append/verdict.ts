/**
 * Whether a commit may be stored: a pure judgement over what is known of its streams, its id and
 * its condition.
 *
 * @module
 */
import type { Commit } from "../../../src/event_store.ts";
import type { FailedCheck } from "../../../src/fault.ts";
import { matches } from "../../../src/query.ts";
import type { Encoded } from "../../../src/record.ts";
import { type Expected, meets, type StreamName } from "../../../src/stream.ts";
import type { Content } from "../format/commit_body.ts";

/** So many matching positions are named in a conflict. */
export const MATCHING_MAX = 16;

/** Every expectation of a commit, of streams that are written and of others. */
export function expectationsOf(
  commit: Commit<Encoded>,
): ReadonlyArray<{ readonly stream: StreamName; readonly expected: Expected }> {
  return commit.checks ? [...commit.writes, ...commit.checks] : commit.writes;
}

/** The expectations that do not hold, given the last version of each stream. */
export function failedExpectations(
  commit: Commit<Encoded>,
  versionOf: (stream: StreamName) => number,
): ReadonlyArray<FailedCheck> {
  return expectationsOf(commit).flatMap(({ stream, expected }): ReadonlyArray<FailedCheck> => {
    const version = versionOf(stream);
    if (meets(expected, version)) return [];
    return [{ stream, expected, found: version === 0 ? "noStream" : version }];
  });
}

/** A commit that is queued, or was a moment ago, as a condition sees it. */
export interface RecentCommit {
  /** The position of its first event. */
  readonly position: number;
  readonly content: Content;
}

/** The positions after `after` of the events of recent commits that match a condition's query. */
export function matchingRecent(
  commit: Commit<Encoded>,
  recent: ReadonlyArray<RecentCommit>,
  after: number,
): ReadonlyArray<number> {
  if (!commit.condition) return [];
  const isMatch = matches(commit.condition.failIfEventsMatch);
  const found: number[] = [];
  for (const { position, content } of recent) {
    if (position + content.eventCount - 1 <= after) continue;
    let at = 0;
    for (const { stream, events } of content.streams) {
      for (let nth = 0; nth < events; nth++, at++) {
        if (position + at <= after) continue;
        if (isMatch({ stream, ...content.labels[at]! })) found.push(position + at);
      }
    }
  }
  return found;
}

/** The condition that does not hold, if it does not. */
export function failedCondition(
  commit: Commit<Encoded>,
  matching: ReadonlyArray<number>,
): ReadonlyArray<FailedCheck> {
  if (!commit.condition || matching.length === 0) return [];
  return [{ condition: commit.condition, matching: matching.slice(0, MATCHING_MAX) }];
}
