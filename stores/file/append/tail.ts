/**
 * The tail: the segment file that is written to. It only grows, and after an error it is never
 * touched again.
 *
 * @module
 */
import type { QueuedCommit } from "./append_queue.ts";
import { FRAME_COMMIT, writeFrameHeader } from "../format/frame.ts";
import type { LogPoint, MemorySegment } from "../log.ts";
import {
  encodeSegmentHeader,
  headerChecksum,
  SEAL_FRAME_BYTES,
  sealFrame,
  SEGMENT_HEADER_BYTES,
  type SegmentEnd,
  type SegmentHeader,
  writeSealHeader,
} from "../format/segment.ts";
import type { AppendFile, StoragePort } from "../storage.ts";
import { writeAll } from "./write_all.ts";

/** An open segment file, and how far it is written and flushed. */
export interface Tail {
  readonly memory: MemorySegment;
  readonly salt: number;
  readonly file: AppendFile;
  /** Where the next frame goes, and what stands before it. */
  written: LogPoint;
  flushed: LogPoint;
}

/** A tail at a point up to which everything is flushed. */
export function tailAt(
  memory: MemorySegment,
  salt: number,
  file: AppendFile,
  point: LogPoint,
): Tail {
  return { memory, salt, file, written: point, flushed: point };
}

/** Frames in one buffer, with their headers, and the point behind them. */
export interface Frames {
  readonly bytes: Uint8Array;
  readonly end: LogPoint;
}

/**
 * Frames of commits, and a seal if one is wanted. A header says what only the moment of writing
 * knows: the frame before, and how far the segment is flushed.
 */
export function framesOf(
  tail: Tail,
  commits: ReadonlyArray<QueuedCommit>,
  seal: { readonly time: number } | undefined,
): Frames {
  const size = commits.reduce((sum, commit) => sum + commit.frame.length, 0);
  const bytes = new Uint8Array(size + (seal ? SEAL_FRAME_BYTES : 0));
  const durableTo = tail.flushed.offset;
  let at = 0;
  let { hcrc: previous, position, lastOffset } = tail.written;
  for (const { frame, bodySize, content, time } of commits) {
    const facts = {
      bodySize,
      previous,
      durableTo,
      position: position + 1,
      events: content.eventCount,
      time,
      type: FRAME_COMMIT,
      flags: content.flags,
    };
    previous = writeFrameHeader(frame, facts, tail.salt);
    lastOffset = tail.written.offset + at;
    bytes.set(frame, at);
    at += frame.length;
    position += content.eventCount;
  }
  if (seal) {
    const { firstPosition } = tail.memory.segment;
    const { maxTime } = tail.memory.terms;
    const chain = new Uint8Array(32);
    const frame = sealFrame({
      events: position + 1 - firstPosition,
      lastPosition: position,
      maxTime,
      chain,
    });
    const place = { previous, durableTo, position: position + 1, time: seal.time };
    previous = writeSealHeader(frame, place, tail.salt);
    lastOffset = tail.written.offset + at;
    bytes.set(frame, at);
  }
  const offset = tail.written.offset + bytes.length;
  const end = { segment: tail.written.segment, offset, position, hcrc: previous, lastOffset };
  return { bytes, end };
}

/** What a new segment follows. */
export interface Predecessor {
  readonly storeId: Uint8Array;
  readonly created: number;
  readonly end: SegmentEnd | undefined;
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
 * goes into it. If that fails the file stands in nobody's way: its creator removes it.
 */
export async function createSegment(
  storage: StoragePort,
  memory: MemorySegment,
  before: Predecessor,
): Promise<Tail | CreationFailed> {
  const { segment } = memory;
  const salt = segment.salt ?? 0;
  const header: SegmentHeader = {
    storeId: before.storeId,
    number: segment.number,
    epoch: segment.epoch,
    flags: 0,
    firstPosition: segment.firstPosition,
    created: before.created,
    salt,
    previous: before.end,
    chain: new Uint8Array(32),
  };
  let step: CreationFailed["step"] = "write";
  let file: AppendFile | "exists" | undefined;
  try {
    file = await storage.create(segment.file);
    if (file === "exists") throw new Error(`${segment.file} is there already`);
    await writeAll(file, 0, encodeSegmentHeader(header));
    step = "flush";
    await file.datasync();
    await storage.syncDirectory();
  } catch (cause) {
    if (file !== undefined && file !== "exists") {
      await removeUnfinished(storage, segment.file, file);
    }
    return { _tag: "CreationFailed", step, cause };
  }
  segment.previousHcrc = before.end?.hcrc ?? 0;
  return tailAt(memory, salt, file, {
    segment: segment.number,
    offset: SEGMENT_HEADER_BYTES,
    position: segment.firstPosition - 1,
    hcrc: headerChecksum(header),
    lastOffset: 0,
  });
}

/** An unfinished segment is passed over by every reader; so if it cannot be removed, it may stay. */
async function removeUnfinished(
  storage: StoragePort,
  name: string,
  file: AppendFile,
): Promise<void> {
  await Promise.allSettled([file.close()]);
  await Promise.allSettled([storage.remove(name)]);
}
