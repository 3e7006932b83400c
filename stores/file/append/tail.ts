/**
 * The tail: the segment file that is written to. It only grows, and after an error it is never
 * touched again.
 *
 * @module
 */
import { viewOf } from "../format/bytes.ts";
import type { Crc32 } from "../format/checksum.ts";
import type { ClaimedLog } from "./append_outcome.ts";
import type { Group } from "./append_queue.ts";
import type { Claim } from "../claims/held_claim.ts";
import {
  type BlankFrame,
  FRAME_COMMIT,
  FRAME_MANIFEST,
  FRAME_SEAL,
  type FrameFacts,
  writeFrameHeader,
} from "../format/frame.ts";
import type { Log, LogPoint, MemorySegment } from "../log.ts";
import {
  CHAIN_BYTES,
  encodeSegmentHeader,
  headerChecksum,
  sealFrame,
  SEGMENT_HEADER_BYTES,
  type SegmentEnd,
  type SegmentHeader,
} from "../format/segment.ts";
import { type RoomLimits, withRoom } from "./room.ts";
import { type SegmentHash, segmentHash } from "../segment_hash.ts";
import type { AppendFile, StoragePort } from "../storage.ts";
import { writeAll } from "./write_all.ts";

/** An open segment file, and how far it is written and flushed. */
export interface Tail {
  readonly memory: MemorySegment;
  readonly salt: number;
  /** How the checksums of frames are taken. */
  readonly crc32: Crc32;
  readonly file: AppendFile;
  /** Follows what is written. */
  readonly hash: SegmentHash;
  /** Where the next frame goes, and what stands before it. */
  written: LogPoint;
  flushed: LogPoint;
  /** Up to where this writer has written the file: what is behind the log is zeros. */
  roomTo: number;
}

/** A tail at a point up to which everything is flushed. */
export function tailAt(
  { files: { crc32 } }: Pick<Log, "files">,
  memory: MemorySegment,
  salt: number,
  file: AppendFile,
  hash: SegmentHash,
  point: LogPoint,
): Tail {
  return { memory, salt, crc32, file, hash, written: point, flushed: point, roomTo: 0 };
}

/** A segment that goes no further, and where it ends. */
export interface EndedTail extends Pick<Tail, "memory" | "hash"> {
  readonly end: LogPoint;
}

export function endedAt({ memory, hash }: Tail, end: LogPoint): EndedTail {
  return { memory, hash, end };
}

/** Frames in one buffer, with their headers, and the point behind them. */
export interface Frames {
  readonly bytes: Uint8Array;
  readonly end: LogPoint;
}

/** A frame to be written, and what is known of it before. */
interface Draft extends BlankFrame, Pick<FrameFacts, "events" | "time" | "type" | "flags"> {}

/** The frames of a group, and a seal if one is wanted: then the hash must have come to the tail. */
export function framesOf(
  tail: Tail,
  frames: Group["frames"],
  seal: { readonly time: number } | undefined,
): Frames {
  const drafts = frames.map((one): Draft => {
    if (one.kind === "control") return controlDraft(one.type, one, one.time);
    const { frame, bodySize, time } = one;
    const { eventCount: events, flags } = one.content;
    return { frame, bodySize, time, events, type: FRAME_COMMIT, flags };
  });
  if (seal) {
    const before = joined(tail, tail.written, drafts);
    tail.hash.follow(tail.written.offset, before.bytes);
    const { bytes, end } = joined(tail, before.end, [sealDraft(tail, before.end, seal.time)]);
    const all = new Uint8Array(before.bytes.length + bytes.length);
    all.set(before.bytes);
    all.set(bytes, before.bytes.length);
    return { bytes: all, end };
  }
  return joined(tail, tail.written, drafts);
}

function controlDraft(type: number, { frame, bodySize }: BlankFrame, time: number): Draft {
  return { frame, bodySize, time, events: 0, type, flags: 0 };
}

function sealDraft(tail: Tail, { position: lastPosition }: LogPoint, time: number): Draft {
  const { firstPosition } = tail.memory.segment;
  const { maxTime } = tail.memory.terms;
  const chain = tail.hash.value();
  const events = lastPosition + 1 - firstPosition;
  return controlDraft(FRAME_SEAL, sealFrame({ events, lastPosition, maxTime, chain }), time);
}

/**
 * Frames one behind the other. A header says what only the moment of writing knows: the frame
 * before, and how far the segment is flushed.
 */
function joined(tail: Tail, from: LogPoint, drafts: ReadonlyArray<Draft>): Frames {
  const bytes = new Uint8Array(drafts.reduce((sum, { frame }) => sum + frame.length, 0));
  const view = viewOf(bytes);
  const durableTo = tail.flushed.offset;
  const { segment } = from;
  let { offset, hcrc, position, lastOffset } = from;
  for (const { frame, bodySize, events, time, type, flags } of drafts) {
    const at = offset - from.offset;
    const next = position + 1;
    bytes.set(frame, at);
    const facts = {
      bodySize,
      events,
      time,
      type,
      flags,
      previous: hcrc,
      durableTo,
      position: next,
    };
    hcrc = writeFrameHeader(bytes, facts, tail.salt, view, at, tail.crc32);
    lastOffset = offset;
    offset += frame.length;
    position += events;
  }
  return { bytes, end: { segment, offset, position, hcrc, lastOffset } };
}

/** Writes frames at the end of a tail, and the room that is wanted behind them. */
export async function writeFrames(tail: Tail, frames: Frames, limits: RoomLimits): Promise<void> {
  const { offset } = tail.written;
  const bytes = withRoom(frames, tail.roomTo, limits);
  await writeAll(tail.file, offset, bytes);
  tail.roomTo = Math.max(tail.roomTo, offset + bytes.length);
}

/** Hashes frames that are written, or are on their way. */
export function hashFrames(tail: Tail, { bytes, end }: Frames): void {
  tail.hash.follow(end.offset - bytes.length, bytes);
}

/** What a new segment follows. */
export interface Predecessor {
  /** What the new segment's header says of how it came to be; 0 if left out. */
  readonly flags?: number;
  readonly end: SegmentEnd | undefined;
  /** The manifest frame with which the new one begins; none while there is nothing to say. */
  readonly manifest: BlankFrame | undefined;
  /** The hash of the segment that ends there. */
  readonly hash: SegmentHash | undefined;
}

/** Why a segment could not be created. */
export interface CreationFailed {
  readonly _tag: "CreationFailed";
  /** A write may succeed later, when there is room. After a flush that failed nothing is known. */
  readonly step: "write" | "flush";
  readonly cause: unknown;
}

/**
 * Creates a segment file with its header, and flushes both the file and its name before any frame
 * goes into it. The first frame is the manifest, if there is something to say: so whoever knows the
 * newest segment knows it too. If any of it fails the file stands in nobody's way: its creator
 * removes it.
 */
export async function createSegment(
  { log, claim }: ClaimedLog,
  memory: MemorySegment,
  before: Predecessor,
): Promise<Tail | CreationFailed> {
  const { storage } = log;
  const { segment } = memory;
  const salt = segment.salt ?? 0;
  const created = storage.clock.now();
  let step: CreationFailed["step"] = "write";
  let file: AppendFile | "exists" | undefined;
  /** What was written and not flushed yet. */
  let unflushed = { at: 0, bytes: SEGMENT_HEADER_BYTES };
  try {
    const header: SegmentHeader = {
      storeId: log.identity.storeId,
      number: segment.number,
      epoch: segment.epoch,
      flags: before.flags ?? 0,
      firstPosition: segment.firstPosition,
      created,
      salt,
      previous: before.end,
      chain: await before.hash?.upTo(before.end?.offset ?? 0) ?? new Uint8Array(CHAIN_BYTES),
    };
    file = await storage.create(segment.file);
    if (file === "exists") throw new Error(`${segment.file} is there already`);
    await writeAll(file, 0, encodeSegmentHeader(header));
    step = "flush";
    await file.datasync();
    await storage.syncDirectory();
    segment.previousHcrc = before.end?.hcrc ?? 0;
    const hash = segmentHash(log, segment.file, header.chain);
    hash.follow(0, encodeSegmentHeader(header));
    const tail = tailAt(log, memory, salt, file, hash, {
      segment: segment.number,
      offset: SEGMENT_HEADER_BYTES,
      position: segment.firstPosition - 1,
      hcrc: headerChecksum(header),
      lastOffset: 0,
    });
    if (before.manifest) {
      step = "write";
      const draft = controlDraft(FRAME_MANIFEST, before.manifest, created);
      const { bytes, end } = joined(tail, tail.written, [draft]);
      unflushed = { at: tail.written.offset, bytes: bytes.length };
      await writeAll(file, tail.written.offset, bytes);
      step = "flush";
      await file.datasync();
      hash.follow(tail.written.offset, bytes);
      tail.written = end;
      tail.flushed = end;
    }
    return tail;
  } catch (cause) {
    if (file !== undefined && file !== "exists") {
      await removeUnfinished(storage, claim, segment.file, file, unflushed);
    }
    return { _tag: "CreationFailed", step, cause };
  }
}

/**
 * An unfinished segment is passed over by every reader, and one that lacks only its manifest is an
 * empty end of the log; so if it cannot be removed, it may stay. But where a flush has failed, it may
 * look finished as long as the page cache keeps it, and the next writer would go on behind what is
 * not on the disk: so nothing is left of what was not flushed. Once somebody has gone on behind it,
 * because this writer slept, all of it must stay.
 */
async function removeUnfinished(
  storage: StoragePort,
  claim: Claim,
  name: string,
  file: AppendFile,
  unflushed: { readonly at: number; readonly bytes: number },
): Promise<void> {
  const isOurs = !await isOvertaken(claim);
  if (isOurs) {
    await Promise.allSettled([writeAll(file, unflushed.at, new Uint8Array(unflushed.bytes))]);
  }
  await Promise.allSettled([file.close()]);
  if (isOurs) await Promise.allSettled([storage.remove(name)]);
}

async function isOvertaken(claim: Claim): Promise<boolean> {
  try {
    return await claim.fenced() === "fenced";
  } catch {
    return false; // Nobody can tell; what is sure is that the segment is of no use.
  }
}
