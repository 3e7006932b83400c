/**
 * What no store takes, told before anything is written: names that are empty, too long or not
 * well-formed, too many events or tags, a stream named twice.
 *
 * The check is pure and knows no store, so that every store refuses the same commits in the same
 * words.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { Commit, Write } from "./event_store.ts";
import type { Refused } from "./fault.ts";
import type { Encoded, Metadata, Proposed } from "./record.ts";
import { tagsOf } from "./record.ts";
import type { Expected } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The largest commit and the longest names. Bytes are those of UTF-8. */
export interface CommitLimits {
  readonly commitEventsMax: number;
  readonly commitIdBytesMax: number;
  readonly streamNameBytesMax: number;
  readonly typeBytesMax: number;
  readonly eventIdBytesMax: number;
  readonly tagBytesMax: number;
  readonly tagsPerEventMax: number;
}

/** The limits of every store of this library, unless it is told others. */
export const commitLimits: CommitLimits = {
  commitEventsMax: 65_535,
  commitIdBytesMax: 64,
  streamNameBytesMax: 1_024,
  typeBytesMax: 256,
  eventIdBytesMax: 256,
  tagBytesMax: 256,
  tagsPerEventMax: 64,
};

/** The last moment that a recorded time can say, in milliseconds since 1970: 48 bits of them. */
const recordedAtMsMax = 2 ** 48 - 1;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Why a commit is not taken, or none. The first reason found is told. */
export function checkCommit(
  limits: CommitLimits,
): (commit: Commit<Encoded>) => O.Option<Refused> {
  return (commit) =>
    O.fromNullable(
      refusedCommitId(limits, commit) ??
        refusedRecordedAt(commit) ??
        first(commit.writes, (write) => refusedWrite(limits, write)) ??
        first(commit.checks ?? [], (check) => refusedExpectation(limits, check)) ??
        refusedCount(limits, commit) ??
        refusedTwins(commit),
    );
}

/**
 * The text that is stored of an event's data.
 *
 * A codec refuses what JSON would lose, with its path. This is the last guard, for what JSON cannot
 * say at all: nothing, a function, a bigint, a circle.
 */
export function dataText(event: Encoded): E.Either<Refused, string> {
  const refused = (found: string): Refused =>
    refusal(`the data of an event of type ${quoted(event.type)}`, "a JSON value", found);
  try {
    // `stringify` gives undefined for what JSON has no word for, which its type does not say.
    const text = JSON.stringify(event.data) as string | undefined;
    return text === undefined ? E.left(refused(typeof event.data)) : E.right(text);
  } catch (cause) {
    return E.left(refused(cause instanceof Error ? cause.message : String(cause)));
  }
}

/**
 * How many bytes a text takes in UTF-8, or `"malformed"` if it has half of a surrogate pair: an
 * encoder would replace it, and two names would become one.
 */
export function utf8Bytes(text: string): number | "malformed" {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else {
      const low = text.charCodeAt(at + 1);
      // `NaN`, at the end of the text, is no low half either.
      if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return "malformed";
      bytes += 4;
      at += 1;
    }
  }
  return bytes;
}

function refusedCommitId(limits: CommitLimits, commit: Commit<Encoded>): Refused | undefined {
  if (commit.commitId === undefined) return undefined;
  return refusedName("the commit id", commit.commitId, limits.commitIdBytesMax);
}

function refusedRecordedAt({ recordedAt }: Commit<Encoded>): Refused | undefined {
  if (recordedAt === undefined) return undefined;
  const ms = recordedAt.getTime();
  if (ms >= 0 && ms <= recordedAtMsMax) return undefined;
  return refusal(
    "the recorded time of the commit",
    "a time from 1970 to 10889",
    Number.isNaN(ms) ? "an invalid date" : recordedAt.toISOString(),
  );
}

function refusedWrite(limits: CommitLimits, write: Write<Encoded>): Refused | undefined {
  return refusedExpectation(limits, write) ??
    first(write.events, (proposed) => refusedEvent(limits, proposed));
}

function refusedExpectation(
  limits: CommitLimits,
  { stream, expected }: { readonly stream: string; readonly expected: Expected },
): Refused | undefined {
  const name = refusedName("the stream name", stream, limits.streamNameBytesMax);
  if (name !== undefined || isExpectation(expected)) return name;
  return refusal(
    `the expectation of stream ${quoted(stream)}`,
    'a version from 0, "noStream", "streamExists" or "any"',
    String(expected),
  );
}

function isExpectation(expected: Expected): boolean {
  return typeof expected === "number"
    ? Number.isSafeInteger(expected) && expected >= 0
    : expected === "noStream" || expected === "streamExists" || expected === "any";
}

function refusedEvent(limits: CommitLimits, proposed: Proposed<Encoded>): Refused | undefined {
  const { type, schemaVersion } = proposed.event;
  // Only what is refused is described: most events are not.
  const of = (): string => `an event of type ${quoted(type)}`;
  const tags = tagsOf(proposed);
  return refusedName("the event type", type, limits.typeBytesMax) ??
    (proposed.id === undefined
      ? undefined
      : refusedName(() => `the id of ${of()}`, proposed.id, limits.eventIdBytesMax)) ??
    (Number.isSafeInteger(schemaVersion) && schemaVersion >= 1
      ? undefined
      : refusal(`the schema version of ${of()}`, "a whole number from 1", String(schemaVersion))) ??
    (tags.length <= limits.tagsPerEventMax
      ? undefined
      : refusal(`the tags of ${of()}`, `at most ${limits.tagsPerEventMax}`, String(tags.length))) ??
    first(tags, (tag) => refusedName(() => `a tag of ${of()}`, tag, limits.tagBytesMax)) ??
    (proposed.metadata === undefined ? undefined : refusedMetadata(of, proposed.metadata));
}

/** Metadata travels as JSON, which would turn an invalid date and a number without end into null. */
function refusedMetadata(of: () => string, metadata: Metadata): Refused | undefined {
  if (metadata.validTime !== undefined && Number.isNaN(metadata.validTime.getTime())) {
    return refusal(`the valid time of ${of()}`, "a date", "an invalid date");
  }
  return metadata.attributes && first(
    Object.entries(metadata.attributes),
    ([name, value]) =>
      typeof value !== "number" || Number.isFinite(value) ? undefined : refusal(
        `the attribute ${quoted(name)} of ${of()}`,
        "a finite number",
        String(value),
      ),
  );
}

function refusedCount(limits: CommitLimits, commit: Commit<Encoded>): Refused | undefined {
  const events = commit.writes.reduce((sum, write) => sum + write.events.length, 0);
  return events <= limits.commitEventsMax ? undefined : refusal(
    "the events of the commit",
    `at most ${limits.commitEventsMax}`,
    String(events),
  );
}

function refusedTwins({ writes }: Commit<Encoded>): Refused | undefined {
  if (writes.length < 2) return undefined;
  const seen = new Set<string>();
  for (const { stream } of writes) {
    if (seen.has(stream)) {
      return refusal("the streams of the commit", "each once", `${quoted(stream)} twice`);
    }
    seen.add(stream);
  }
  return undefined;
}

/** Why a stream name is not taken, or none. */
export function checkStreamName(
  limits: Pick<CommitLimits, "streamNameBytesMax">,
): (stream: string) => O.Option<Refused> {
  return (stream) =>
    O.fromNullable(refusedName("the stream name", stream, limits.streamNameBytesMax));
}

function refusedName(
  what: string | (() => string),
  name: string,
  bytesMax: number,
): Refused | undefined {
  const bytes = utf8Bytes(name);
  if (bytes !== "malformed" && bytes >= 1 && bytes <= bytesMax) return undefined;
  const named = typeof what === "string" ? what : what();
  if (bytes === "malformed") {
    return refusal(named, "well-formed text", `a lone surrogate in ${quoted(name)}`);
  }
  return refusal(named, `1 to ${bytesMax} bytes of UTF-8`, `${bytes} bytes`);
}

function refusal(what: string, wanted: string, found: string): Refused {
  return { _tag: "Refused", stored: "no", what, wanted, found };
}

/** A name as it is shown: in quotes, what cannot be printed escaped, and not without end. */
function quoted(name: string): string {
  return JSON.stringify(name.length <= 80 ? name : `${name.slice(0, 79)}…`);
}

function first<Item>(
  items: Iterable<Item>,
  refused: (item: Item) => Refused | undefined,
): Refused | undefined {
  for (const item of items) {
    const found = refused(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
