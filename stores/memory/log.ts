/**
 * The log of the memory store: what is kept, how it is appended to, and how it is searched.
 *
 * Nothing here waits, and each function runs in one turn of the event loop, so an append is atomic
 * and a reader never sees half of it.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import { checkCommit, commitLimits, dataText } from "../../src/commit_check.ts";
import type { Appended, Commit } from "../../src/event_store.ts";
import type { AppendFault, Bookmark, FailedCheck, ReadFault, Refused } from "../../src/fault.ts";
import { itemsOf, matches, type Query } from "../../src/query.ts";
import {
  type Encoded,
  type Metadata,
  type Proposed,
  type Recorded,
  tagsOf,
} from "../../src/record.ts";
import {
  type CommitId,
  type Expected,
  meets,
  type Position,
  type StreamInfo,
  type StreamName,
  type Version,
} from "../../src/stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A record as it is kept: what a reader could change is text, and read anew each time. */
export interface Kept {
  readonly stream: StreamName;
  readonly version: Version;
  readonly position: Position;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly tags: ReadonlyArray<string>;
  readonly data: string;
  readonly metadata: string;
  readonly recordedAtMs: number;
  readonly commitId: CommitId;
  /** The fingerprint of the history up to and with this record. */
  readonly hash: string;
}

/** A commit that is stored: what it holds, as text, and what was answered. */
interface Known {
  readonly content: string;
  readonly appended: Appended;
}

/** All that the store knows. Every collection only grows. */
export interface Log {
  readonly records: Array<Kept>;
  readonly streams: Map<StreamName, Array<Kept>>;
  readonly commits: Map<CommitId, Known>;
}

/** An event of a commit, checked, and as text. */
interface Ready {
  readonly stream: StreamName;
  readonly proposed: Proposed<Encoded>;
  readonly tags: ReadonlyArray<string>;
  readonly data: string;
  readonly metadata: string;
}

/** A part of the log, with nothing left out: the records after one position up to another. */
export interface Span {
  readonly after: Position;
  readonly until: Position;
  readonly backward: boolean;
  readonly recordsMax: number;
}

/** How many records a conflict names. */
const matchingMax = 16;
/** How many streams are told at once. */
const streamsMax = 1_024;

// ---------------------------------------------------------------------------
// appending
// ---------------------------------------------------------------------------

/** A log in which nothing has happened. */
export function emptyLog(): Log {
  return { records: [], streams: new Map(), commits: new Map() };
}

/** Appends a commit whole, or not at all. */
export function append(
  log: Log,
  commit: Commit<Encoded>,
  now: () => Date,
): E.Either<AppendFault, Appended> {
  const refused = checkCommit(commitLimits)(commit);
  if (O.isSome(refused)) return E.left(refused.value);
  const ready = readyAll(commit);
  if (E.isLeft(ready)) return ready;

  const content = JSON.stringify(ready.right.map(contentOf));
  const known = commit.commitId === undefined ? undefined : log.commits.get(commit.commitId);
  if (known !== undefined) return knownAnswer(known, content);
  const failed = failedChecks(log, commit);
  if (failed.length > 0) return E.left({ _tag: "Conflict", stored: "no", failed, attempts: 1 });

  const commitId = commit.commitId ?? crypto.randomUUID();
  const recordedAtMs = (commit.recordedAt ?? now()).getTime();
  const first = log.records.length + 1;
  ready.right.forEach((event, index) => keep(log, event, index, commitId, recordedAtMs));
  const appended: Appended = {
    commitId,
    first,
    last: log.records.length,
    versions: new Map(commit.writes.map(({ stream }) => [stream, versionOf(log, stream)])),
    repeated: false,
  };
  // A commit that wrote nothing leaves no trace, not even its id.
  if (ready.right.length > 0) {
    log.commits.set(commitId, { content, appended: copied(appended) });
  }
  return E.right(appended);
}

function readyAll({ writes }: Commit<Encoded>): E.Either<Refused, ReadonlyArray<Ready>> {
  const all: Array<Ready> = [];
  for (const { stream, events } of writes) {
    for (const proposed of events) {
      const data = dataText(proposed.event);
      if (E.isLeft(data)) return data;
      const metadata = JSON.stringify(proposed.metadata ?? {});
      const tags = Object.freeze([...tagsOf(proposed)]);
      all.push({ stream, proposed, tags, data: data.right, metadata });
    }
  }
  return E.right(all);
}

/** What must be the same when a commit comes again under its id. */
function contentOf({ stream, proposed, tags, data, metadata }: Ready): ReadonlyArray<unknown> {
  const { id, event: { type, schemaVersion } } = proposed;
  return [stream, type, schemaVersion, tags, data, metadata, id ?? null];
}

function knownAnswer({ content, appended }: Known, again: string): E.Either<AppendFault, Appended> {
  return content === again ? E.right({ ...copied(appended), repeated: true }) : E.left({
    _tag: "IdempotencyMismatch",
    stored: "no",
    commitId: appended.commitId,
  });
}

/** The caller may do with his map what he likes. */
function copied(appended: Appended): Appended {
  return { ...appended, versions: new Map(appended.versions) };
}

function failedChecks(
  log: Log,
  { writes, checks = [], condition }: Commit<Encoded>,
): ReadonlyArray<FailedCheck> {
  const expectations: ReadonlyArray<{ stream: StreamName; expected: Expected }> = [
    ...writes,
    ...checks,
  ];
  const failed = expectations.flatMap(({ stream, expected }): ReadonlyArray<FailedCheck> => {
    const version = versionOf(log, stream);
    if (meets(expected, version)) return [];
    return [{ stream, expected, found: version === 0 ? "noStream" : version }];
  });
  if (condition === undefined) return failed;
  const { failIfEventsMatch: query, after = 0 } = condition;
  const until = log.records.length;
  const span = { after, until, backward: false, recordsMax: matchingMax };
  const matching = scan(log, query, span).map(({ position }) => position);
  return matching.length === 0 ? failed : [...failed, { condition, matching }];
}

function keep(
  log: Log,
  { stream, proposed, tags, data, metadata }: Ready,
  index: number,
  commitId: CommitId,
  recordedAtMs: number,
): void {
  const known = log.streams.get(stream);
  const records = known ?? [];
  if (known === undefined) log.streams.set(stream, records);
  const { type, schemaVersion } = proposed.event;
  const record = {
    stream,
    version: records.length + 1,
    position: log.records.length + 1,
    id: proposed.id ?? `${commitId}/${index}`,
    type,
    schemaVersion,
    tags,
    data,
    metadata,
    recordedAtMs,
    commitId,
  };
  const hash = fingerprint((log.records.at(-1)?.hash ?? "") + JSON.stringify(record));
  const kept: Kept = { ...record, hash };
  records.push(kept);
  log.records.push(kept);
}

/** FNV-1a over UTF-16 code units, 32 bits: enough to tell two histories of a test apart. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

// ---------------------------------------------------------------------------
// reading
// ---------------------------------------------------------------------------

/** The first records of a span that match, in its direction. */
export function scan(log: Log, query: Query, span: Span): ReadonlyArray<Kept> {
  const { after, until, backward, recordsMax } = span;
  const records = candidates(log, query);
  const isMatch = matches(query);
  const found: Array<Kept> = [];
  // A plain loop: it may look at every record of the log.
  const begin = countUpTo(records, after);
  const end = countUpTo(records, until);
  for (let step = 0; step < end - begin && found.length < recordsMax; step += 1) {
    const record = records[backward ? end - 1 - step : begin + step];
    if (record !== undefined && isMatch(record)) found.push(record);
  }
  return found;
}

/** The records that may match, by position: those of one stream, if the query names one. */
function candidates(log: Log, query: Query): ReadonlyArray<Kept> {
  const [item, ...others] = itemsOf(query);
  return item?.stream === undefined || others.length > 0
    ? log.records
    : log.streams.get(item.stream) ?? [];
}

/** How many of the records, which are in order, have a position up to and with `position`. */
function countUpTo(records: ReadonlyArray<Kept>, position: Position): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.position ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A record as a reader gets it, new each time. */
export function told(kept: Kept, hasMetadata: boolean): Recorded<Encoded> {
  const { stream, version, position, id, type, schemaVersion, tags, commitId } = kept;
  const data: unknown = JSON.parse(kept.data);
  return {
    stream,
    version,
    position,
    id,
    event: { type, schemaVersion, data, tags },
    tags,
    metadata: hasMetadata ? metadataOf(kept.metadata) : {},
    recordedAt: new Date(kept.recordedAtMs),
    schemaVersion,
    commitId,
  };
}

function metadataOf(text: string): Metadata {
  // What was written as JSON from metadata: only the date has become text.
  const { validTime, ...plain } = JSON.parse(text) as Metadata & { readonly validTime?: string };
  return validTime === undefined ? plain : { ...plain, validTime: new Date(validTime) };
}

/** The last position before the first record that is later than `time`. */
export function positionAt(log: Log, time: Date): Position {
  const later = log.records.findIndex(({ recordedAtMs }) => recordedAtMs > time.getTime());
  return later < 0 ? log.records.length : later;
}

/** The next streams in the order of their names' code units. */
export function streamsOf(
  log: Log,
  prefix: string,
  after: StreamName | undefined,
): ReadonlyArray<StreamInfo> {
  return [...log.streams.keys()]
    .filter((name) => name.startsWith(prefix) && (after === undefined || name > after))
    .sort(byCodeUnits)
    .slice(0, streamsMax)
    .flatMap((name) => infoOf(log, name) ?? []);
}

/** The bookmark of a position, unless it lies beyond the head. */
export function bookmarkAt(log: Log, position: Position): E.Either<ReadFault, Bookmark> {
  const head = log.records.length;
  const at = (position: Position): Bookmark => ({
    position,
    hash: log.records[position - 1]?.hash ?? "",
  });
  return position <= head ? E.right(at(position)) : E.left({
    _tag: "HistoryDiverged",
    stored: "no",
    bookmark: { position, hash: "" },
    found: at(head),
  });
}

/** What is known of a stream, if it has a record. */
export function infoOf(log: Log, stream: StreamName): StreamInfo | undefined {
  const last = log.streams.get(stream)?.at(-1);
  return last && { stream, version: last.version, position: last.position };
}

function versionOf(log: Log, stream: StreamName): Version {
  return log.streams.get(stream)?.length ?? 0;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
