/**
 * CloudEvents 1.0 (JSON format): a record as a line of text, and a line as an event to be stored.
 *
 * | CloudEvents | here |
 * |---|---|
 * | `id`, `type`, `subject`, `time`, `data` | event id, type, stream, recorded time, data |
 * | `schemaversion` | schema version, if it is not 1 |
 * | `tags` | tags, as the JSON text of an array, if there are any |
 * | `correlationid`, `causationid`, `actor`, `validtime` | the metadata of the same names |
 * | `commitid` | commit id, where a reader would not find it by itself |
 * | `source`, `dataschema`, `datacontenttype`, other extensions | `metadata.attributes` |
 * | `attributes` | what else is in `metadata.attributes`, as the JSON text of an object |
 *
 * Nothing is lost in either direction. What a record says is read again as it was. What a line says
 * is printed again as it was, up to what the standard calls equal: the order of attributes, an
 * attribute that is null, a `datacontenttype` of `application/json` (always printed), and how JSON
 * is written: the space in it, `0.0` for `0`. A `time` that a `Date` does not print as it stands (an offset, more or
 * fewer digits) is kept as text beside the date.
 *
 * A line that cannot be stored as it is gets refused, with the reason: no `subject`, `time` or
 * `data`, a `data_base64`, a number in it that JavaScript cannot hold.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import {
  type Attribute,
  type Attributes,
  type Checked,
  checked,
  isExtensionName,
  isExtensionValue,
  isJsonType,
  isMediaType,
  isName,
  isSource,
  ownContentType,
  ownSource,
  refusal,
  rules,
  shown,
  type Unreadable,
} from "./cloud_event_attribute.ts";
import { utf8Bytes } from "./commit_check.ts";
import { roundedNumber } from "./exact_number.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Encoded, Metadata, Proposed, Recorded } from "./record.ts";
import type { CommitId, StreamName } from "./stream.ts";
import { isPlainTime, parseTime } from "./timestamp.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a line says, in the words of a store. */
export interface CloudEvent {
  readonly stream: StreamName;
  readonly recordedAt: Date;
  readonly proposed: Required<Proposed<Encoded>>;
  /** As the line names it; else a function of `source` and `id`, which are unique together. */
  readonly commitId: CommitId;
  /** Whether the line names its commit. Only then can it go on with the commit of the line before. */
  readonly namesCommit: boolean;
}

export type { Unreadable } from "./cloud_event_attribute.ts";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Reads a line.
 *
 * Law (inverse): of a line that {@linkcode printCloudEvent} made, it gives back the record's
 * stream, recorded time, event, id, tags, metadata and commit id.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseCloudEvent } from "leftfold";
 *
 * const line = '{"specversion":"1.0","id":"7","source":"/box-office","type":"SeatsBooked",' +
 *   '"subject":"show-hamlet","time":"2026-02-03T18:00:00.000Z","data":{"seats":2}}';
 * const read = parseCloudEvent(line);
 * assert(read._tag === "Right");
 * assert.equal(read.right.stream, "show-hamlet");
 * assert.equal(read.right.commitId, "/box-office 7");
 *
 * assert.deepEqual(parseCloudEvent(line.replace("1.0", "0.3")), {
 *   _tag: "Left",
 *   left: { what: '"specversion"', wanted: '"1.0"', found: '"0.3"' },
 * });
 * ```
 */
export function parseCloudEvent(line: string): E.Either<Unreadable, CloudEvent> {
  return pipe(parsedObject(line), E.flatMap(checked), E.flatMap(eventOf));
}

/**
 * The id under which an event is stored that names no commit: the same for the same event, so that
 * an import can be repeated.
 */
function derivedCommitId(source: string, id: string): CommitId {
  // A source has no space in it, so that no two pairs give the same text.
  const both = `${source} ${id}`;
  const bytes = utf8Bytes(both);
  return bytes !== "malformed" && bytes <= 64 ? both : fingerprint(both);
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Prints a record as a line, without the line's end. `continues` says that the record before, in
 * the same text, is of the same commit: then the commit is named, so that both are read as one.
 *
 * Law (inverse): a line that {@linkcode parseCloudEvent} has read is printed again, up to what the
 * standard calls equal.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseCloudEvent, printCloudEvent } from "leftfold";
 *
 * const line = '{"specversion":"1.0","id":"7","source":"/box-office","type":"SeatsBooked",' +
 *   '"subject":"show-hamlet","time":"2026-02-03T18:00:00.000Z",' +
 *   '"datacontenttype":"application/json","traceparent":"00-ab","data":{"seats":2}}';
 * const read = parseCloudEvent(line);
 * assert(read._tag === "Right");
 * const { proposed, ...rest } = read.right;
 * assert.equal(printCloudEvent({ ...proposed, ...rest, schemaVersion: 1, version: 1, position: 1 }), line);
 * ```
 */
export function printCloudEvent(record: Recorded<Encoded>, continues = false): string {
  const { event, metadata } = record;
  const attributes = metadata.attributes ?? {};
  const inPlace = Object.entries(attributes).filter(([name, value]) =>
    hasPlace(record, name, value)
  );
  const { source = ownSource, time, datacontenttype, dataschema, ...extensions } = Object
    .fromEntries(inPlace);
  const others = Object.entries(attributes).filter(([name]) => !inPlace.some(([n]) => n === name));
  const derived = derivedCommitId(String(source), record.id);
  return JSON.stringify({
    specversion: "1.0",
    id: record.id,
    source,
    type: event.type,
    subject: record.stream,
    time: time ?? record.recordedAt.toISOString(),
    datacontenttype: datacontenttype ?? ownContentType,
    // What is undefined is not printed.
    dataschema,
    schemaversion: event.schemaVersion === 1 ? undefined : event.schemaVersion,
    tags: record.tags.length === 0 ? undefined : JSON.stringify(record.tags),
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    actor: metadata.actor,
    validtime: metadata.validTime?.toISOString(),
    commitid: continues || record.commitId !== derived ? record.commitId : undefined,
    attributes: others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others)),
    ...extensions,
    data: event.data,
  });
}

// ---------------------------------------------------------------------------
// reading
// ---------------------------------------------------------------------------

function parsedObject(line: string): E.Either<Unreadable, Readonly<Record<string, unknown>>> {
  const refused = (wanted: string, found: string): E.Either<Unreadable, never> =>
    E.left({ what: "the line", wanted, found });
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    return refused("JSON", cause instanceof Error ? cause.message : String(cause));
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return refused("an object", shown(json));
  }
  const rounded = roundedNumber(line);
  if (rounded !== undefined) return refused("numbers that JavaScript can hold", rounded);
  return E.right(withoutNulls(json));
}

/** A null is an attribute that is not set; as data it is a value. */
function withoutNulls(line: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(line);
  const kept = entries.filter(([name, value]) => value !== null || name === "data");
  return kept.length === entries.length ? { ...line } : Object.fromEntries(kept);
}

function eventOf(line: Checked): E.Either<Unreadable, CloudEvent> {
  // The rule of `time` says that there is one.
  const recordedAt = parseTime(line.time) as Date;
  const foreign = Object.fromEntries(foreignAttributes(line));
  // The rule of `attributes` says of what form they are; so does the one of `tags`.
  const others = line.attributes === undefined ? {} : JSON.parse(line.attributes) as Attributes;
  const twice = Object.keys(others).find((name) => Object.hasOwn(foreign, name));
  if (twice !== undefined) {
    return E.left(refusal("attributes", `nothing that the line says itself, as ${twice}`, others));
  }
  const tags = line.tags === undefined ? [] : JSON.parse(line.tags) as ReadonlyArray<string>;
  const attributes = { ...foreign, ...others };
  return E.right({
    stream: line.subject,
    recordedAt,
    proposed: {
      event: { type: line.type, schemaVersion: line.schemaversion ?? 1, data: line.data, tags },
      id: line.id,
      tags,
      metadata: metadataOf(line, Object.keys(attributes).length === 0 ? undefined : attributes),
    },
    commitId: line.commitid ?? derivedCommitId(line.source, line.id),
    namesCommit: line.commitid !== undefined,
  });
}

function foreignAttributes(line: Checked): ReadonlyArray<readonly [string, Attribute]> {
  const { source, time, datacontenttype, dataschema } = line;
  const all: Array<readonly [string, Attribute]> = [];
  if (source !== ownSource) all.push(["source", source]);
  if (!isPlainTime(time)) all.push(["time", time]);
  if (datacontenttype !== undefined && datacontenttype !== ownContentType) {
    all.push(["datacontenttype", datacontenttype]);
  }
  if (dataschema !== undefined) all.push(["dataschema", dataschema]);
  for (const [name, value] of Object.entries(line)) {
    // What has no rule was checked to be an attribute.
    if (!Object.hasOwn(rules, name)) all.push([name, value as Attribute]);
  }
  return all;
}

function metadataOf(line: Checked, attributes: Attributes | undefined): Metadata {
  const { correlationid, causationid, actor, validtime } = line;
  return {
    ...(correlationid !== undefined && { correlationId: correlationid }),
    ...(causationid !== undefined && { causationId: causationid }),
    ...(actor !== undefined && { actor }),
    ...(validtime !== undefined && { validTime: new Date(validtime) }),
    ...(attributes !== undefined && { attributes }),
  };
}

/** Whether an attribute of a record, printed under its own name, is read again as it is. */
function hasPlace(
  { event, recordedAt }: Recorded<Encoded>,
  name: string,
  value: Attribute,
): boolean {
  switch (name) {
    case "source":
      return isSource(value) && value !== ownSource;
    case "dataschema":
      return isName(value);
    case "datacontenttype":
      return isMediaType(value) && value !== ownContentType &&
        (isJsonType(value) || typeof event.data === "string");
    case "time":
      return typeof value === "string" && !isPlainTime(value) &&
        parseTime(value)?.getTime() === recordedAt.getTime();
    default:
      return !Object.hasOwn(rules, name) && isExtensionName(name) && isExtensionValue(value);
  }
}
