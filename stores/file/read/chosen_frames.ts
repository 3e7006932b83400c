/**
 * Reading frames whose places are known, as the index tells them: neighbours together, and those that
 * lie apart with a small read each, many of them into one buffer.
 *
 * A stream's records lie as far apart as the log has grown between them, so each costs a read of its
 * own; what it costs beside that read is what grows with a log. So no more is read than a frame
 * takes, and a buffer, a turn and a look for cuts are for a batch and not for a frame.
 *
 * @module
 */
import type { LentFile } from "../files.ts";
import { readFully } from "../files.ts";
import { viewOf } from "../format/bytes.ts";
import { frameSize } from "../format/frame.ts";
import type { Log, LogSegment } from "../log.ts";
import {
  bodyIn,
  commitAt,
  type CommitBatch,
  failFrame,
  failMissing,
  failShort,
  frameIn,
  saltOf,
  type StoredCommit,
  type Window,
} from "./frame_reader.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Frames of a segment that are wanted. */
export interface ChosenFrames {
  readonly segment: LogSegment;
  /** Their offsets in bytes, in ascending order. */
  readonly offsets: ArrayLike<number>;
  /** Up to where the segment may be read, in bytes. */
  readonly end: number;
}

/** What a frame is expected to fit in, in bytes: frames of a stream are mostly like the one before. */
export interface Expectation {
  frameBytes: number;
}

/** What a frame is expected to fit in when none was read before, and at least, in bytes. */
const FRAME_BYTES = 1024;
/** A frame that is longer is read alone, in bytes. */
const FRAME_BYTES_MAX = 4096;
/** The frames that lie apart are read into a buffer of so many bytes. */
const BUFFER_BYTES = 32 * 1024;
/** Frames that are no farther apart are read together, in bytes. */
const NEIGHBOUR_BYTES = 16 * 1024;
/** The last of those that are read together begins no farther from the first, in bytes. */
const NEIGHBOURS_BYTES = 64 * 1024;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

export function noExpectation(): Expectation {
  return { frameBytes: FRAME_BYTES };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The chosen frames from the one with an index on, at most so many: those that one buffer takes. */
export async function commitsAt(
  log: Log,
  chosen: ChosenFrames,
  index: number,
  framesMax: number,
  expected: Expectation,
): Promise<CommitBatch> {
  const { segment } = chosen;
  const salt = await saltOf(log, segment);
  const batch = await log.files.lend(
    segment.file,
    (file) => batchIn(log, file, salt, chosen, index, framesMax, expected),
  );
  return batch === "missing" ? failMissing(segment) : batch;
}

async function batchIn(
  log: Log,
  file: LentFile,
  salt: number,
  { segment, offsets, end }: ChosenFrames,
  index: number,
  framesMax: number,
  expected: Expectation,
): Promise<CommitBatch> {
  const until = behindLast(offsets, index, framesMax, end);
  const sizeOf = (first: number, last: number): number =>
    Math.min(offsets[last]! + expected.frameBytes, end) - offsets[first]!;
  const together = sizeOf(index, lastNeighbour(offsets, index, until));
  const apart = Math.min(BUFFER_BYTES, (until - index) * expected.frameBytes);
  const bytes = new Uint8Array(Math.max(together, apart));
  const view = viewOf(bytes);
  const { erased } = file;
  const { crc32 } = log.files;
  const commits: StoredCommit[] = [];
  let used = 0;
  let at = index;
  while (at < until) {
    const begin = offsets[at]!;
    const last = lastNeighbour(offsets, at, until);
    const size = sizeOf(at, last);
    if (used + size > bytes.length) break;
    // What is sound before something that is not is given first; whoever reads on is told.
    let count: number;
    try {
      const read = readFully(file, begin, bytes.subarray(used, used + size));
      count = typeof read === "number" ? read : await read;
    } catch (thrown) {
      if (at > index) break;
      throw thrown;
    }
    if (count < size && at > index) break;
    if (count < size) return failShort(segment, begin, size, begin + count);
    const base = begin - used;
    const window: Window = { bytes, view, base, end: begin + count, erased, crc32 };
    for (; at <= last; at++) {
      const offset = offsets[at]!;
      const header = frameIn(window, offset, salt);
      if (typeof header !== "object" && at > index) return { commits, next: at };
      if (header === "bad") return failFrame(segment, offset);
      if (typeof header === "number") {
        const alone = await commitAt(log, segment, offset, end, header);
        if (alone.commit) commits.push(alone.commit);
        expected.frameBytes = expectedAfter(header);
        // It has a buffer of its own, of whatever size: so it ends the batch.
        if (header > FRAME_BYTES_MAX) return { commits, next: at + 1 };
        continue;
      }
      const body = bodyIn(log, window, header, segment, offset);
      if (body) commits.push({ segment, offset, header, body });
      const behind = offset + frameSize(header.bodySize);
      expected.frameBytes = expectedAfter(behind - offset);
      used = behind - base;
    }
  }
  return { commits, next: at };
}

/** The index behind the last frame that is wanted and may be read. */
function behindLast(
  offsets: ArrayLike<number>,
  index: number,
  framesMax: number,
  end: number,
): number {
  const most = Math.min(offsets.length, index + framesMax);
  let behind = index + 1;
  while (behind < most && offsets[behind]! < end) behind++;
  return behind;
}

/** The index of the last frame that is read together with another. */
function lastNeighbour(offsets: ArrayLike<number>, index: number, until: number): number {
  const first = offsets[index]!;
  let last = index;
  while (
    last + 1 < until && offsets[last + 1]! - offsets[last]! <= NEIGHBOUR_BYTES &&
    offsets[last + 1]! - first < NEIGHBOURS_BYTES
  ) last++;
  return last;
}

/** What a frame is expected to fit in after one of so many bytes. */
function expectedAfter(frameBytes: number): number {
  const expected = Math.ceil(frameBytes * 1.25);
  return expected > FRAME_BYTES_MAX ? FRAME_BYTES : Math.max(FRAME_BYTES, expected);
}
