/**
 * Reading frames out of segments: whole, checked, and in as few reads as their places allow.
 *
 * @module
 */
import { failCorrupt } from "../attempt.ts";
import { viewOf } from "../format/bytes.ts";
import { checkHeader } from "../chain.ts";
import { type CommitBody, decodeBody } from "../format/commit_body.ts";
import { readPart } from "../files.ts";
import { fail } from "../attempt.ts";
import {
  FRAME_COMMIT,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  frameSize,
  isBodySound,
  isFrameKnown,
  readFrameHeader,
} from "../format/frame.ts";
import type { Log, LogSegment } from "../log.ts";
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "../format/segment.ts";
import { isLeft } from "fp-ts/lib/Either.js";

/** A commit as it stands in the log. */
export interface StoredCommit {
  readonly segment: LogSegment;
  /** In bytes. */
  readonly offset: number;
  readonly header: FrameHeader;
  readonly body: CommitBody;
}

/** The streams of some commits, each once. */
export function streamsIn(commits: ReadonlyArray<StoredCommit>): ReadonlySet<string> {
  return new Set(commits.flatMap(({ body }) => body.streams.map(({ stream }) => stream)));
}

/** Some commits, and where to go on. */
export interface CommitBatch {
  readonly commits: ReadonlyArray<StoredCommit>;
  /** The offset of the next frame; for chosen frames, the index of the next offset. */
  readonly next: number;
}

/** How much is read at once when every frame is wanted, in bytes. */
const SCAN_WINDOW_BYTES = 256 * 1024;
/** What a single frame is expected to fit in, in bytes. */
const FRAME_WINDOW_BYTES = 4096;
/** Chosen frames that are no farther apart are read together, in bytes. */
const NEIGHBOUR_BYTES = 16 * 1024;

/** The frames from an offset on, as many as one read gives, up to `end`. */
export async function commitsFrom(
  log: Log,
  segment: LogSegment,
  offset: number,
  end: number,
): Promise<CommitBatch> {
  const salt = await saltOf(log, segment);
  const window = await windowAt(log, segment, offset, Math.min(SCAN_WINDOW_BYTES, end - offset));
  const view = viewOf(window);
  const commits: StoredCommit[] = [];
  let next = offset;
  while (next < end) {
    const header = frameIn(window, view, next - offset, salt);
    if (typeof header === "string") {
      // What is sound before it is given first; whoever reads on from there is told.
      if (next > offset) break;
      if (header === "bad") return failFrame(segment, next);
      // A frame larger than the window is read alone.
      const alone = await commitAt(log, segment, offset, end);
      return { commits: alone.commit ? [alone.commit] : [], next: alone.next };
    }
    const body = bodyIn(window, next - offset, header, segment, next);
    if (body) commits.push({ segment, offset: next, header, body });
    next += frameSize(header.bodySize);
  }
  return { commits, next };
}

/** The frames at chosen offsets, in ascending order, from `index` on: those that one read gives. */
export async function commitsAt(
  log: Log,
  segment: LogSegment,
  offsets: ArrayLike<number>,
  index: number,
  end: number,
): Promise<CommitBatch> {
  const salt = await saltOf(log, segment);
  const base = offsets[index]!;
  let last = index;
  while (
    last + 1 < offsets.length && offsets[last + 1]! < end &&
    offsets[last + 1]! - offsets[last]! <= NEIGHBOUR_BYTES &&
    offsets[last + 1]! - base < SCAN_WINDOW_BYTES
  ) last++;
  const size = Math.min(offsets[last]! - base + FRAME_WINDOW_BYTES, end - base);
  const window = await windowAt(log, segment, base, size);
  const view = viewOf(window);
  const commits: StoredCommit[] = [];
  for (let at = index; at <= last; at++) {
    const offset = offsets[at]!;
    const header = frameIn(window, view, offset - base, salt);
    if (header === "bad" && at > index) return { commits, next: at };
    if (header === "bad") return failFrame(segment, offset);
    if (header === "more") {
      const alone = await commitAt(log, segment, offset, end);
      if (alone.commit) commits.push(alone.commit);
      continue;
    }
    const body = bodyIn(window, offset - base, header, segment, offset);
    if (body) commits.push({ segment, offset, header, body });
  }
  return { commits, next: last + 1 };
}

/** The frame at an offset, whatever its size. */
export async function commitAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  end: number,
): Promise<{ readonly commit: StoredCommit | undefined; readonly next: number }> {
  const { header, bytes } = await frameAt(log, segment, offset, end);
  const body = bodyIn(bytes, 0, header, segment, offset);
  const commit = body ? { segment, offset, header, body } : undefined;
  return { commit, next: offset + bytes.length };
}

/** The body of the control frame at an offset. */
export async function controlAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  type: number,
): Promise<Uint8Array> {
  const { header, bytes } = await frameAt(log, segment, offset, Infinity);
  if (header.type !== type) {
    const wanted = `a frame of type ${type}, which the index names`;
    return failCorrupt(segment.file, offset, wanted, `one of type ${header.type}`);
  }
  return bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + header.bodySize);
}

/** The bytes of the frame at an offset, checked. */
async function frameAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  end: number,
): Promise<{ readonly header: FrameHeader; readonly bytes: Uint8Array }> {
  const salt = await saltOf(log, segment);
  const head = await windowAt(log, segment, offset, FRAME_HEADER_BYTES);
  const header = readFrameHeader(head, viewOf(head), 0, salt);
  if (!header || offset + frameSize(header.bodySize) > end) return failFrame(segment, offset);
  const bytes = await windowAt(log, segment, offset, frameSize(header.bodySize));
  return isBodySound(bytes, 0, header, salt) ? { header, bytes } : failFrame(segment, offset);
}

function frameIn(
  window: Uint8Array,
  view: DataView,
  at: number,
  salt: number,
): FrameHeader | "more" | "bad" {
  if (at + FRAME_HEADER_BYTES > window.length) return "more";
  const header = readFrameHeader(window, view, at, salt);
  if (!header) return "bad";
  if (at + frameSize(header.bodySize) > window.length) return "more";
  return isBodySound(window, at, header, salt) ? header : "bad";
}

/** The commit in a frame; none in a frame without events. */
function bodyIn(
  window: Uint8Array,
  at: number,
  header: FrameHeader,
  segment: LogSegment,
  offset: number,
): CommitBody | undefined {
  if (!isFrameKnown(header)) {
    return failCorrupt(segment.file, offset, "a frame of a known type", `type ${header.type}`);
  }
  if (header.type !== FRAME_COMMIT) return undefined;
  const body = decodeBody(window, at + FRAME_HEADER_BYTES, header.bodySize, header.flags);
  return body ?? failCorrupt(segment.file, offset, "a commit", "a body that is none");
}

function failFrame(segment: LogSegment, offset: number): never {
  return failCorrupt(segment.file, offset, "a frame of the log", "bytes with another checksum");
}

async function windowAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  size: number,
): Promise<Uint8Array> {
  const window = await log.files.lend(segment.file, (file) => readPart(file, offset, size));
  if (window === "missing") return failCorrupt(segment.file, 0, "a segment file", "no such file");
  if (window.length < size) {
    const found = `the end of the file at ${offset + window.length}`;
    return failCorrupt(segment.file, offset + window.length, `${size} bytes at ${offset}`, found);
  }
  return window;
}

/** The salt of a segment: of one that an index run covers, the header is read when it is wanted. */
async function saltOf(log: Log, segment: LogSegment): Promise<number> {
  return segment.salt ??= (await headerOfSegment(log, segment)).salt;
}

/** The header of a segment of the log, read from its file. */
export async function headerOfSegment(log: Log, segment: LogSegment): Promise<SegmentHeader> {
  const bytes = await windowAt(log, segment, 0, SEGMENT_HEADER_BYTES);
  const header = checkHeader(segment, log.identity.storeId, decodeSegmentHeader(bytes, false));
  if (isLeft(header)) return fail(header.left);
  return header.right === "unfinished" ? failFrame(segment, 0) : header.right;
}
