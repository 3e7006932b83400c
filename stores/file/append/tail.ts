/**
 * The tail: the segment file that is written to. It only grows, and after an error it is never
 * touched again.
 *
 * @module
 */
import type { Group } from "./append_queue.ts";
import {
  type BlankFrame,
  FRAME_COMMIT,
  FRAME_MANIFEST,
  FRAME_SEAL,
  type FrameFacts,
  writeFrameHeader,
} from "../format/frame.ts";
import type { LogPoint, MemorySegment } from "../log.ts";
import {
  encodeSegmentHeader,
  headerChecksum,
  sealFrame,
  SEGMENT_HEADER_BYTES,
  type SegmentEnd,
  type SegmentHeader,
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

/** A frame to be written, and what is known of it before. */
interface Draft extends BlankFrame, Pick<FrameFacts, "events" | "time" | "type" | "flags"> {}

/** The frames of a group, and a seal if one is wanted. */
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
    const events = drafts.reduce((sum, draft) => sum + draft.events, 0);
    drafts.push(sealDraft(tail, tail.written.position + events, seal.time));
  }
  return joined(tail, drafts);
}

function controlDraft(type: number, { frame, bodySize }: BlankFrame, time: number): Draft {
  return { frame, bodySize, time, events: 0, type, flags: 0 };
}

function sealDraft(tail: Tail, lastPosition: number, time: number): Draft {
  const { firstPosition } = tail.memory.segment;
  const { maxTime } = tail.memory.terms;
  const chain = new Uint8Array(32);
  const events = lastPosition + 1 - firstPosition;
  return controlDraft(FRAME_SEAL, sealFrame({ events, lastPosition, maxTime, chain }), time);
}

/**
 * Frames one behind the other. A header says what only the moment of writing knows: the frame
 * before, and how far the segment is flushed.
 */
function joined(tail: Tail, drafts: ReadonlyArray<Draft>): Frames {
  const bytes = new Uint8Array(drafts.reduce((sum, { frame }) => sum + frame.length, 0));
  const durableTo = tail.flushed.offset;
  const { segment } = tail.written;
  let { offset, hcrc, position, lastOffset } = tail.written;
  for (const { frame, ...facts } of drafts) {
    hcrc = writeFrameHeader(
      frame,
      { ...facts, previous: hcrc, durableTo, position: position + 1 },
      tail.salt,
    );
    bytes.set(frame, offset - tail.written.offset);
    lastOffset = offset;
    offset += frame.length;
    position += facts.events;
  }
  return { bytes, end: { segment, offset, position, hcrc, lastOffset } };
}

/** What a new segment follows. */
export interface Predecessor {
  readonly storeId: Uint8Array;
  readonly created: number;
  readonly end: SegmentEnd | undefined;
  /** The manifest frame with which the new one begins; none while there is nothing to say. */
  readonly manifest: BlankFrame | undefined;
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
    segment.previousHcrc = before.end?.hcrc ?? 0;
    const tail = tailAt(memory, salt, file, {
      segment: segment.number,
      offset: SEGMENT_HEADER_BYTES,
      position: segment.firstPosition - 1,
      hcrc: headerChecksum(header),
      lastOffset: 0,
    });
    if (before.manifest) {
      step = "write";
      const { bytes, end } = joined(tail, [
        controlDraft(FRAME_MANIFEST, before.manifest, before.created),
      ]);
      await writeAll(file, tail.written.offset, bytes);
      step = "flush";
      await file.datasync();
      tail.written = end;
      tail.flushed = end;
    }
    return tail;
  } catch (cause) {
    if (file !== undefined && file !== "exists") {
      await removeUnfinished(storage, segment.file, file);
    }
    return { _tag: "CreationFailed", step, cause };
  }
}

/**
 * An unfinished segment is passed over by every reader, and one that lacks only its manifest is an
 * empty end of the log; so if it cannot be removed, it may stay.
 */
async function removeUnfinished(
  storage: StoragePort,
  name: string,
  file: AppendFile,
): Promise<void> {
  await Promise.allSettled([file.close()]);
  await Promise.allSettled([storage.remove(name)]);
}
