/**
 * The body of a commit: streams first, each named once with its first version, then the events,
 * stream by stream. Lengths stand before bytes, so that a reader passes over what it does not want.
 *
 * What the caller proposed (the *content*) is encoded before versions are known, because only the
 * content decides whether a repeated commit id means the same commit.
 *
 * @module
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { dataText } from "../../../src/commit_check.ts";
import type { Commit } from "../../../src/event_store.ts";
import type { Refused } from "../../../src/fault.ts";
import { type Encoded, type Metadata, type Proposed, tagsOf } from "../../../src/record.ts";
import type { CommitId, StreamName, Tag } from "../../../src/stream.ts";
import {
  type ByteWriter,
  byteWriter,
  putBytes,
  putText,
  putVarint,
  takeWritten,
} from "./byte_writer.ts";
import {
  type ByteReader,
  byteReader,
  hex,
  readBytes,
  readText,
  readVarint,
  skipBytes,
  textOf,
  unhex,
  utf8,
  varintSize,
  writeVarint,
} from "./bytes.ts";
import { type Slab, slab, zeros } from "./slab.ts";
import { type KnownNames, readName } from "./known_names.ts";
import {
  FLAG_COMMIT_ID,
  FLAG_EVENT_IDS,
  FLAG_TAGS,
  FRAME_HEADER_BYTES,
  frameSize,
} from "./frame.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What decides whether two commits are the same. */
export interface Comparable {
  readonly flags: number;
  readonly streams: ReadonlyArray<{ readonly stream: StreamName; readonly events: number }>;
  /** The events, stream by stream: the last part of a body. */
  readonly eventBytes: Uint8Array;
}

/** What the caller proposed, as bytes. */
export interface Content extends Comparable {
  readonly commitId: CommitId | undefined;
  readonly streams: ReadonlyArray<ContentStream>;
  readonly eventCount: number;
  /** Type and tags of each event, in order: what conditions and the index look at. */
  readonly labels: ReadonlyArray<EventLabel>;
}

export interface ContentStream {
  readonly stream: StreamName;
  readonly name: Uint8Array;
  readonly events: number;
}

/** What is found by: beside the stream, the type and the tags of an event. */
export interface EventLabel {
  readonly type: string;
  readonly tags: ReadonlyArray<Tag>;
}

/** A body, taken apart. Payloads are still bytes, and stay where they are: a view of each would cost more than all the rest. */
export interface CommitBody {
  readonly flags: number;
  readonly commitId: CommitId | undefined;
  readonly streams: ReadonlyArray<BodyStream>;
  readonly events: ReadonlyArray<BodyEvent>;
  /** What the body is a part of. */
  readonly bytes: Uint8Array;
  /** Where the events begin and end in `bytes`. */
  readonly eventsFrom: number;
  readonly eventsTo: number;
}

export interface BodyStream {
  readonly stream: StreamName;
  readonly firstVersion: number;
  readonly events: number;
}

export interface BodyEvent extends EventLabel {
  /** None if nobody gave one: then it is derived from store and position. */
  readonly id: string | undefined;
  readonly schemaVersion: number;
  /** Where its metadata is in the bytes of the body; nothing if it has none. */
  readonly metadataFrom: number;
  readonly metadataTo: number;
  readonly dataFrom: number;
  readonly dataTo: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Encodes what a checked commit proposes. Data that JSON does not take is refused. Whoever encodes
 * many lends a writer, whose buffer is used again.
 */
export function encodeContent(
  commit: Commit<Encoded>,
  writer: ByteWriter = byteWriter(CONTENT_BYTES),
): Either<Refused, Content> {
  const labels: EventLabel[] = [];
  const streams: ContentStream[] = [];
  let flags = commit.commitId === undefined ? 0 : FLAG_COMMIT_ID;
  for (const { stream, events } of commit.writes) {
    if (events.length > 0) streams.push({ stream, name: utf8(stream), events: events.length });
    for (const proposal of events) {
      const label = { type: proposal.event.type, tags: tagsOf(proposal) };
      labels.push(label);
      if (proposal.id !== undefined) flags |= FLAG_EVENT_IDS;
      if (label.tags.length > 0) flags |= FLAG_TAGS;
    }
  }
  writer.at = 0;
  let at = 0;
  for (const { events } of commit.writes) {
    for (const proposal of events) {
      const refused = encodeEvent(proposal, labels[at++]!, flags, writer);
      if (refused) return left(refused);
    }
  }
  const { commitId } = commit;
  const eventBytes = takeWritten(writer);
  return right({ flags, commitId, streams, eventBytes, eventCount: labels.length, labels });
}

/** Where a buffer begins that nobody lends. */
const CONTENT_BYTES = 1024;

function encodeEvent(
  proposal: Proposed<Encoded>,
  label: EventLabel,
  flags: number,
  into: ByteWriter,
): Refused | undefined {
  const data = dataText(proposal.event);
  if (isLeft(data)) return data.left;
  if (flags & FLAG_EVENT_IDS) putId(into, proposal.id);
  putText(into, label.type);
  putVarint(into, proposal.event.schemaVersion);
  if (flags & FLAG_TAGS) {
    putVarint(into, label.tags.length);
    for (const tag of label.tags) putText(into, tag);
  }
  putText(into, proposal.metadata ? encodeMetadata(proposal.metadata) : "");
  putText(into, data.right);
  return undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

// 0 says that 16 bytes of a UUID follow; 1 that nobody gave an id; else the length plus 1.
function putId(into: ByteWriter, id: string | undefined): void {
  if (id === undefined) return putVarint(into, 1);
  const bytes = UUID.test(id) ? unhex(id.replaceAll("-", "")) : undefined;
  if (bytes) {
    putVarint(into, 0);
    return putBytes(into, bytes);
  }
  const text = utf8(id);
  putVarint(into, text.length + 1);
  putBytes(into, text);
}

/** The size of a body, in bytes, once the streams' first versions are known. */
export function bodySizeOf(content: Content, firstVersions: ReadonlyArray<number>): number {
  const id = content.commitId === undefined ? 0 : utf8(content.commitId).length;
  let size = content.commitId === undefined ? 0 : varintSize(id) + id;
  size += varintSize(content.streams.length);
  for (const [at, stream] of content.streams.entries()) {
    size += varintSize(stream.name.length) + stream.name.length +
      varintSize(firstVersions[at]!) + varintSize(stream.events);
  }
  return size + content.eventBytes.length;
}

/** A whole frame whose header is still blank. */
export function frameOf(
  content: Content,
  firstVersions: ReadonlyArray<number>,
  from: Slab = slab(),
): Uint8Array {
  const frame = zeros(from, frameSize(bodySizeOf(content, firstVersions)));
  let at = FRAME_HEADER_BYTES;
  if (content.commitId !== undefined) {
    const id = utf8(content.commitId);
    at = writeVarint(frame, at, id.length);
    frame.set(id, at);
    at += id.length;
  }
  at = writeVarint(frame, at, content.streams.length);
  for (const [index, stream] of content.streams.entries()) {
    at = writeVarint(frame, at, stream.name.length);
    frame.set(stream.name, at);
    at = writeVarint(frame, at + stream.name.length, firstVersions[index]!);
    at = writeVarint(frame, at, stream.events);
  }
  frame.set(content.eventBytes, at);
  return frame;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Takes a body apart. Nothing if the bytes are not a body, which a checksum rules out. Whoever takes
 * many apart lends the names that it has read before.
 */
export function decodeBody(
  bytes: Uint8Array,
  from: number,
  size: number,
  flags: number,
  names?: KnownNames,
): CommitBody | undefined {
  const reader = byteReader(bytes, from, from + size);
  const commitId = flags & FLAG_COMMIT_ID ? readText(reader, readVarint(reader)) : undefined;
  const streams: BodyStream[] = [];
  let expected = 0;
  for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
    const stream = readName(reader, readVarint(reader), names);
    const firstVersion = readVarint(reader);
    const events = readVarint(reader);
    expected += events;
    streams.push({ stream, firstVersion, events });
  }
  const eventsFrom = reader.at;
  const events: BodyEvent[] = [];
  while (events.length < expected && !reader.failed) {
    events.push(decodeEvent(reader, flags, names));
  }
  if (reader.failed || reader.at !== reader.end) return undefined;
  return { flags, commitId, streams, events, bytes, eventsFrom, eventsTo: reader.end };
}

/** What decides whether a stored commit is the same as another. */
export function comparableOf(body: CommitBody): Comparable {
  const { flags, streams, bytes, eventsFrom, eventsTo } = body;
  return { flags, streams, eventBytes: bytes.subarray(eventsFrom, eventsTo) };
}

function decodeEvent(
  reader: ByteReader,
  flags: number,
  names: KnownNames | undefined,
): BodyEvent {
  const id = flags & FLAG_EVENT_IDS ? decodeId(reader) : undefined;
  const type = readName(reader, readVarint(reader), names);
  const schemaVersion = readVarint(reader);
  const tags = flags & FLAG_TAGS ? decodeTags(reader, names) : NO_TAGS;
  const metadataSize = readVarint(reader);
  const metadataFrom = reader.at;
  skipBytes(reader, metadataSize);
  const metadataTo = reader.at;
  const dataSize = readVarint(reader);
  const dataFrom = reader.at;
  skipBytes(reader, dataSize);
  const dataTo = reader.at;
  return { id, type, schemaVersion, tags, metadataFrom, metadataTo, dataFrom, dataTo };
}

const NO_TAGS: ReadonlyArray<Tag> = [];

function decodeTags(reader: ByteReader, names: KnownNames | undefined): ReadonlyArray<Tag> {
  const tags: Tag[] = [];
  for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
    tags.push(readName(reader, readVarint(reader), names));
  }
  return tags;
}

function decodeId(reader: ByteReader): string | undefined {
  const kind = readVarint(reader);
  if (kind === 1) return undefined;
  if (kind > 1) return readText(reader, kind - 1);
  return uuidOf(readBytes(reader, 16));
}

/** Sixteen bytes as a UUID in its canonical form. */
export function uuidOf(bytes: Uint8Array): string {
  const digits = hex(bytes);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-` +
    `${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** Metadata as JSON, without what is empty. Its fields were checked with the commit. */
function encodeMetadata(metadata: Metadata): string {
  const { attributes, ...rest } = metadata;
  const isBare = attributes === undefined || Object.keys(attributes).length === 0;
  const text = JSON.stringify(isBare ? rest : metadata);
  return text === "{}" ? "" : text;
}

/** The metadata of an event, or nothing if the bytes are not JSON. */
export function metadataOf(
  { bytes }: Pick<CommitBody, "bytes">,
  { metadataFrom, metadataTo }: BodyEvent,
): Metadata | undefined {
  if (metadataFrom === metadataTo) return {};
  const stored = jsonIn(bytes, metadataFrom, metadataTo);
  if (stored === undefined) return undefined;
  // What was written here was a Metadata; a checksum vouches that it is what was written.
  const metadata = stored as Metadata;
  const validTime: unknown = metadata.validTime;
  // Only a date is written otherwise than it is.
  return typeof validTime === "string" ? { ...metadata, validTime: new Date(validTime) } : metadata;
}

/** The data of an event, or nothing if the bytes are not JSON. */
export function dataOf(
  { bytes }: Pick<CommitBody, "bytes">,
  { dataFrom, dataTo }: BodyEvent,
): unknown {
  return jsonIn(bytes, dataFrom, dataTo);
}

/** The value of some JSON, which is never `undefined`; that is for what is no JSON. */
function jsonIn(bytes: Uint8Array, from: number, to: number): unknown {
  const text = textOf(bytes, from, to);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON.parse throws for one reason only.
  }
}

/**
 * Whether two contents are the same: streams, types, schema versions, tags, data, metadata and given
 * ids, byte for byte. Versions, positions, times, expectations and derived ids are not content.
 */
export function isSameContent(one: Comparable, other: Comparable): boolean {
  return one.flags === other.flags &&
    one.streams.length === other.streams.length &&
    one.streams.every((stream, at) => {
      const twin = other.streams[at]!;
      return stream.stream === twin.stream && stream.events === twin.events;
    }) &&
    isSameBytes(one.eventBytes, other.eventBytes);
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
