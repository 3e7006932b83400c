/**
 * A store as a plain array of records: what every other store is compared with.
 *
 * Every function looks at the array from end to end, and nothing is kept beside it that could be
 * derived, so that it can be seen to be right.
 *
 * @module
 */
import type { Commit } from "../../../src/event_store.ts";
import type { FailedCheck } from "../../../src/fault.ts";
import { matches } from "../../../src/query.ts";
import { type Encoded, type Metadata, type Proposed, tagsOf } from "../../../src/record.ts";
import { type CommitId, type Expected, meets, type Position } from "../../../src/stream.ts";
import type { StreamInfo, StreamName, Version } from "../../../src/stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A record of the model: what must come back of an event. What the store makes is left out. */
export interface Told {
  readonly stream: StreamName;
  readonly version: Version;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly tags: ReadonlyArray<string>;
  readonly metadata: Metadata;
  readonly recordedAt: Date | undefined;
  readonly commitId: CommitId | undefined;
  readonly id: string | undefined;
}

/** A commit that the model holds under an id. */
export interface Sent {
  readonly content: string;
  readonly first: Position;
  readonly last: Position;
}

/** All that the model knows. The record at index `n` has position `n + 1`. */
export interface Model {
  readonly log: ReadonlyArray<Told>;
  readonly sent: ReadonlyMap<CommitId, Sent>;
}

/** What a store must answer to a commit. */
export type Predicted =
  | { readonly _tag: "Stored"; readonly first: Position; readonly last: Position }
  | { readonly _tag: "Repeated"; readonly first: Position; readonly last: Position }
  | { readonly _tag: "Mismatch" }
  /** Everything that fails. A store names some of it. */
  | { readonly _tag: "Conflict"; readonly failing: ReadonlyArray<FailedCheck> };

/** How many positions a conflict names. */
const matchingMax = 16;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A store in which nothing has happened. */
export const emptyModel: Model = { log: [], sent: new Map() };

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** What a store must answer, and what it holds then. */
export function append(
  model: Model,
  commit: Commit<Encoded>,
): { readonly answer: Predicted; readonly model: Model } {
  const content = contentOf(commit);
  const known = commit.commitId === undefined ? undefined : model.sent.get(commit.commitId);
  if (known !== undefined) {
    const { first, last } = known;
    return {
      answer: known.content === content ? { _tag: "Repeated", first, last } : { _tag: "Mismatch" },
      model,
    };
  }
  const failing = failingChecks(model, commit);
  if (failing.length > 0) return { answer: { _tag: "Conflict", failing }, model };
  const log = [...model.log];
  for (const { stream, events } of commit.writes) {
    for (const event of events) log.push(toldOf(event, stream, versionIn(log, stream) + 1, commit));
  }
  const [first, last] = [model.log.length + 1, log.length];
  const isKept = commit.commitId !== undefined && last >= first;
  return {
    answer: { _tag: "Stored", first, last },
    model: {
      log,
      sent: isKept
        ? new Map([...model.sent, [commit.commitId, { content, first, last }]])
        : model.sent,
    },
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The version of a stream's last record; 0 if it has none. */
export function versionIn(log: ReadonlyArray<Told>, stream: StreamName): Version {
  return log.filter((record) => record.stream === stream).length;
}

/** Every stream, by its name. */
export function streamsIn({ log }: Model): ReadonlyMap<StreamName, StreamInfo> {
  return new Map(
    log.map(({ stream, version }, index) => [stream, { stream, version, position: index + 1 }]),
  );
}

/** The last position before the first commit that is recorded later. */
export function positionAt({ log }: Model, ms: number): Position {
  const later = log.findIndex(({ recordedAt }) =>
    recordedAt !== undefined && recordedAt.getTime() > ms
  );
  return later < 0 ? log.length : later;
}

/** What must be the same when a commit comes again under its id. */
export function contentOf({ writes }: Commit<Encoded>): string {
  return JSON.stringify(
    writes.flatMap(({ stream, events }) =>
      events.map((proposed) => {
        const { event: { type, data }, metadata = {}, id = null } = proposed;
        const { correlationId, causationId, actor, validTime, attributes } = metadata;
        // In one order, whatever the order in which they were given.
        const known = [correlationId, causationId, actor, validTime, attributes];
        return [stream, type, data, tagsOf(proposed), known, id];
      })
    ),
  );
}

function toldOf(
  proposed: Proposed<Encoded>,
  stream: StreamName,
  version: Version,
  { commitId, recordedAt }: Commit<Encoded>,
): Told {
  const { event: { type, schemaVersion, data }, metadata = {}, id } = proposed;
  const tags = tagsOf(proposed);
  return {
    ...{ stream, version, type, schemaVersion, data, tags, metadata, recordedAt, commitId, id },
  };
}

function failingChecks(
  { log }: Model,
  { writes, checks = [], condition }: Commit<Encoded>,
): ReadonlyArray<FailedCheck> {
  const expectations: ReadonlyArray<{ stream: StreamName; expected: Expected }> = [
    ...writes,
    ...checks,
  ];
  const failing = expectations.flatMap(({ stream, expected }): ReadonlyArray<FailedCheck> => {
    const version = versionIn(log, stream);
    if (meets(expected, version)) return [];
    return [{ stream, expected, found: version === 0 ? "noStream" : version }];
  });
  if (condition === undefined) return failing;
  const isMatch = matches(condition.failIfEventsMatch);
  const matching = log.flatMap((record, index) =>
    index + 1 > (condition.after ?? 0) && isMatch(record) ? [index + 1] : []
  );
  return matching.length === 0
    ? failing
    : [...failing, { condition, matching: matching.slice(0, matchingMax) }];
}
