/**
 * Which terms a commit has, and so by what it can be found.
 *
 * @module
 */
import { categoryOf } from "../../../src/stream.ts";
import { type ByteReader, byteReader, readText, readVarint, skipBytes } from "../format/bytes.ts";
import { passId, passPayload } from "../format/body_check.ts";
import type { EventLabel } from "../format/commit_body.ts";
import { FLAG_COMMIT_ID, FLAG_EVENT_IDS, FLAG_TAGS } from "../format/frame.ts";
import type { CommitFrame } from "./frame_marks.ts";
import type { MemoryTerms } from "./memory_terms.ts";

/** A commit with its versions: of one that is proposed, or of one that is read. */
export interface TermSource {
  readonly commitId: string | undefined;
  readonly streams: ReadonlyArray<{
    readonly stream: string;
    readonly firstVersion: number;
    readonly events: number;
  }>;
  /** Stream by stream. */
  readonly events: ReadonlyArray<EventLabel>;
}

/** Adds all terms of a commit. */
export function addCommitTerms(terms: MemoryTerms, frame: CommitFrame, commit: TermSource): void {
  const { offset8 } = frame;
  for (const { stream, firstVersion, events } of commit.streams) {
    terms.add("stream", stream, offset8, events, firstVersion);
    const category = categoryOf(stream);
    if (category !== undefined) terms.add("category", category, offset8, events);
  }
  for (const event of commit.events) {
    terms.add("type", event.type, offset8, 1);
    for (const tag of event.tags) terms.add("tag", tag, offset8, 1);
  }
  terms.addCommit(commit.commitId, frame);
}

/** The body of a commit, where it stands. */
export interface BodyPlace {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly size: number;
  readonly flags: number;
}

/**
 * Adds all terms of a commit out of its body, without taking that apart: what an index is made of
 * again. False if the bytes are no body, which a checksum rules out; then a part may be added.
 */
export function addBodyTerms(terms: MemoryTerms, frame: CommitFrame, body: BodyPlace): boolean {
  const { flags } = body;
  const reader = byteReader(body.bytes, body.from, body.from + body.size);
  const commitId = flags & FLAG_COMMIT_ID ? readText(reader, readVarint(reader)) : undefined;
  let events = 0;
  for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
    events += addStreamTerms(terms, frame, reader);
  }
  for (let left = events; left > 0 && !reader.failed; left--) {
    addEventTerms(terms, frame, reader, flags);
  }
  if (reader.failed || reader.at !== reader.end) return false;
  terms.addCommit(commitId, frame);
  return true;
}

/** Adds the next stream and its category, and gives how many events it has. */
function addStreamTerms(terms: MemoryTerms, { offset8 }: CommitFrame, reader: ByteReader): number {
  const { bytes } = reader;
  const size = readVarint(reader);
  const from = reader.at;
  skipBytes(reader, size);
  const to = reader.at;
  const firstVersion = readVarint(reader);
  const events = readVarint(reader);
  if (reader.failed) return 0;
  reader.failed = !terms.addIn("stream", bytes, from, to, offset8, events, firstVersion);
  for (let at = from; at < to; at++) {
    if (bytes[at] !== DASH) continue;
    terms.addIn("category", bytes, from, at, offset8, events);
    break;
  }
  return events;
}

/** What ends the category in the name of a stream. */
const DASH = 0x2d;

function addEventTerms(
  terms: MemoryTerms,
  { offset8 }: CommitFrame,
  reader: ByteReader,
  flags: number,
): void {
  if (flags & FLAG_EVENT_IDS) passId(reader);
  addNext(terms, "type", offset8, reader);
  readVarint(reader);
  if (flags & FLAG_TAGS) {
    for (let left = readVarint(reader); left > 0 && !reader.failed; left--) {
      addNext(terms, "tag", offset8, reader);
    }
  }
  passPayload(reader);
}

/** Adds the next text as a term of an event. */
function addNext(
  terms: MemoryTerms,
  kind: "type" | "tag",
  offset8: number,
  reader: ByteReader,
): void {
  const size = readVarint(reader);
  const from = reader.at;
  skipBytes(reader, size);
  if (reader.failed) return;
  reader.failed = !terms.addIn(kind, reader.bytes, from, reader.at, offset8, 1);
}
