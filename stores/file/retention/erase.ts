/**
 * Erasing data and metadata of records, for good.
 *
 * A segment is written anew, with zeros in the place of what is erased, and read back; then a flushed
 * manifest frame puts it in the place of the old one, which goes last. Wherever this ends, either the
 * old or the new one is the segment, and what is left over is outside the log.
 *
 * @module
 */
import type { Query } from "../../../src/query.ts";
import type { Position } from "../../../src/stream.ts";
import { failCorrupt } from "../attempt.ts";
import { verifiedSegment } from "../closed_segment.ts";
import { type LentFile, readPart } from "../files.ts";
import { hex, viewOf } from "../format/bytes.ts";
import {
  encodeTrailer,
  type ErasedFrame,
  eraseInFrame,
  type Erasure,
  isErased,
} from "../format/erased_file.ts";
import { FRAME_HEADER_BYTES, frameSize, readFrameHeader } from "../format/frame.ts";
import { erasedName, nextErased } from "../format/layout.ts";
import { addErased, type Manifest } from "../format/manifest.ts";
import { type Log, type LogSegment, readableEnd } from "../log.ts";
import type { StoredCommit } from "../read/frame_reader.ts";
import { type Selection, selectionOf } from "../read/selection.ts";
import { forward, walkOf } from "../read/walk.ts";
import type { AppendFile } from "../storage.ts";
import { writeAll } from "../append/write_all.ts";
import { hashOf } from "./file_hash.ts";
import { readTrailer } from "./erased_segment.ts";
import { removeErased } from "./removal.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Which records lose their data and metadata: those that match, in a part of the log. */
export interface EraseWanted {
  readonly query: Query;
  /** Behind this position. */
  readonly after: number;
  /** Up to this one. */
  readonly until: number;
}

/** The part of the log in which records are erased. All of it, if both are left out. */
export interface ErasePart {
  /** Behind this position. */
  readonly after?: Position;
  /** Up to this one. */
  readonly until?: Position;
}

/** What would be erased. */
export interface ErasePlan {
  readonly records: number;
  /** The positions of the first and of the last of them; none if there is none. */
  readonly positions: { readonly from: Position; readonly to: Position } | undefined;
  /** How many segments would be written anew. */
  readonly segments: number;
  /** What they hold of the log, in bytes. */
  readonly bytes: number;
}

/** What was erased. */
export interface Erased {
  readonly records: number;
  /** How many segments were written anew. */
  readonly segments: number;
  /**
   * Files that could not be removed, and still hold what was erased; in the place or in the cold
   * tier. Erase again to try again.
   */
  readonly kept: ReadonlyArray<string>;
}

/** The log, and the right to say where its segments are. */
export interface Erasing {
  readonly log: Log;
  readonly changeManifest: (change: (manifest: Manifest) => Manifest) => Promise<Manifest>;
  /** Closes a segment, if it is the one that is written to. */
  readonly closeSegment: (segment: number) => Promise<void>;
}

/** Numbers of events, by the offsets of their frames. */
type EventsByFrame = Map<number, number[]>;

const COPY_BYTES = 1024 * 1024;

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Erases what is wanted. Faults are thrown; what was erased before one stays erased. */
export async function erase(erasing: Erasing, wanted: EraseWanted): Promise<Erased> {
  const { log, changeManifest, closeSegment } = erasing;
  // Who only reads, or writes no more, removes nothing.
  await changeManifest((manifest) => manifest);
  const found = await findRecords(log, wanted);
  let records = 0;
  for (const [number, frames] of found) {
    await closeSegment(number);
    await eraseIn(erasing, number, frames);
    for (const events of frames.values()) records += events.length;
  }
  const kept = await removeErased(log);
  return { records, segments: found.size, kept };
}

/** What would be erased. Faults are thrown. */
export async function planErasure(log: Log, wanted: EraseWanted): Promise<ErasePlan> {
  let records = 0;
  let bytes = 0;
  let first = Infinity;
  let last = 0;
  const found = await findRecords(log, wanted, (commit, events) => {
    records += events.length;
    first = Math.min(first, commit.header.position + events[0]!);
    last = Math.max(last, commit.header.position + events[events.length - 1]!);
  });
  for (const number of found.keys()) {
    bytes += readableEnd(log.segments.get(number)!, log.flushed);
  }
  const positions = records === 0 ? undefined : { from: first, to: last };
  return { records, positions, segments: found.size, bytes };
}

/** The records that are to be erased and are not yet, by segment. Those that are cut are among them. */
async function findRecords(
  log: Log,
  { query, after, until }: EraseWanted,
  seen: (commit: StoredCommit, events: ReadonlyArray<number>) => void = () => undefined,
): Promise<ReadonlyMap<number, EventsByFrame>> {
  const selection = selectionOf(query);
  const found = new Map<number, EventsByFrame>();
  const limit = log.flushed;
  const last = Math.min(until, limit.position);
  for await (const batch of forward(walkOf(log, selection), after, last, limit)) {
    for (const commit of batch) {
      const events = eventsToErase(commit, selection, after, last);
      if (events.length === 0) continue;
      seen(commit, events);
      const frames = found.get(commit.segment.number) ?? new Map<number, number[]>();
      found.set(commit.segment.number, frames.set(commit.offset, events));
    }
  }
  return found;
}

function eventsToErase(
  { header, body }: StoredCommit,
  selection: Selection,
  after: number,
  until: number,
): number[] {
  const found: number[] = [];
  let at = 0;
  for (const { stream, events } of body.streams) {
    for (let nth = 0; nth < events; nth++, at++) {
      const position = header.position + at;
      const event = body.events[at]!;
      const { type, tags } = event;
      if (position <= after || position > until || isErased(body, event)) continue;
      if (selection.matches({ stream, type, tags })) found.push(at);
    }
  }
  return found;
}

async function eraseIn(
  { log, changeManifest }: Erasing,
  number: number,
  events: EventsByFrame,
): Promise<void> {
  const segment = log.segments.get(number)!;
  const { attempt, sha256 } = await write(log, segment, events);
  const erased = { segment: number, attempt, sha256: hex(sha256) };
  await changeManifest((manifest) => addErased(manifest, erased));
  // From now on whoever opens the segment gets the file without what was erased.
  await log.files.forget(segment.file);
}

/** Writes the segment without what is erased, and reads it back. */
async function write(
  log: Log,
  segment: LogSegment,
  events: EventsByFrame,
): Promise<{ readonly attempt: number; readonly sha256: Uint8Array }> {
  const { storage, files } = log;
  // Rot must not pass for what was erased.
  const { header: { salt }, end } = await verifiedSegment(log, segment);
  const attempt = nextErased(await storage.list(), segment.number);
  const name = erasedName(segment.number, attempt);
  const file = await storage.create(name);
  if (file === "exists") throw new Error(`${name} was made by another writer`);
  try {
    const written = await files.lend(segment.file, async (source) => {
      const before = (await erasedBefore(log, segment.number)).filter((offset) => offset < end);
      const wanted = offsetsOf(events, before);
      const hash = storage.sha256();
      const out = hashing(file, (bytes) => hash.update(bytes));
      const frames: ErasedFrame[] = [];
      for (const offset of wanted) {
        const erasure = await erasureAt(source, segment, offset, events.get(offset) ?? [], salt);
        await copy(source, out, offset);
        await out.add(erasure.frame);
        frames.push(erasure);
      }
      await copy(source, out, end);
      await out.add(encodeTrailer({ segmentBytes: end, frames }));
      return hash.digest();
    });
    if (written === "missing") {
      return failCorrupt(segment.file, 0, "a segment of the log", "no such file");
    }
    await file.datasync();
    await storage.syncDirectory();
    const read = await hashOf(log, name);
    if (hex(read) !== hex(written)) {
      return failCorrupt(name, 0, "what was written", "other bytes when they were read back");
    }
    return { attempt, sha256: written };
  } finally {
    await file.close();
  }
}

/** The offsets of frames with erased events, in ascending order: those of before, and the new ones. */
function offsetsOf(
  events: EventsByFrame,
  before: ReadonlyArray<number>,
): ReadonlyArray<number> {
  return [...new Set([...events.keys(), ...before])].sort((one, other) => one - other);
}

async function erasedBefore(log: Log, number: number): Promise<ReadonlyArray<number>> {
  const erased = log.manifest.erased.find((one) => one.segment === number);
  if (!erased) return [];
  const name = erasedName(number, erased.attempt);
  const trailer = await log.files.lend(name, (file) => readTrailer(file, name));
  if (trailer === "missing") return failCorrupt(name, 0, "an erased segment", "no such file");
  return trailer.frames.map(({ offset }) => offset);
}

async function erasureAt(
  source: LentFile,
  segment: LogSegment,
  offset: number,
  events: ReadonlyArray<number>,
  salt: number,
): Promise<Erasure> {
  const head = await readPart(source, offset, FRAME_HEADER_BYTES);
  const header = readFrameHeader(viewOf(head), 0, salt);
  const frame = header && await readPart(source, offset, frameSize(header.bodySize));
  const erasure = frame && eraseInFrame(frame, header, offset, events, salt);
  return erasure ?? failCorrupt(segment.file, offset, "a commit", "bytes that are none");
}

// ---------------------------------------------------------------------------
// bytes
// ---------------------------------------------------------------------------

/** A file that is written from its start on. */
interface Output {
  readonly written: () => number;
  readonly add: (bytes: Uint8Array) => Promise<void>;
}

function hashing(file: AppendFile, update: (bytes: Uint8Array) => void): Output {
  let written = 0;
  return {
    written: () => written,
    add: async (bytes) => {
      update(bytes);
      await writeAll(file, written, bytes);
      written += bytes.length;
    },
  };
}

/** Copies up to an offset, which is the same in both. */
async function copy(source: LentFile, out: Output, until: number): Promise<void> {
  while (out.written() < until) {
    const size = Math.min(COPY_BYTES, until - out.written());
    const bytes = await readPart(source, out.written(), size);
    if (bytes.length < size) throw new Error("a segment became shorter while it was copied");
    await out.add(bytes);
  }
}
