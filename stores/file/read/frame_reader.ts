/**
 * Reading frames out of segments: whole, checked, and in as few reads as their places allow.
 *
 * @module
 */
import { failCorrupt } from "../attempt.ts";
import { viewOf } from "../format/bytes.ts";
import type { Crc32 } from "../format/checksum.ts";
import { checkHeader } from "../chain.ts";
import { type CommitBody, decodeBody } from "../format/commit_body.ts";
import { readPart } from "../files.ts";
import { fail } from "../attempt.ts";
import {
  type BodyCrcs,
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
const SCAN_WINDOW_BYTES = 64 * 1024;
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
  const commits: StoredCommit[] = [];
  let next = offset;
  while (next < end) {
    const header = frameIn(window, next, salt);
    if (typeof header === "string") {
      // What is sound before it is given first; whoever reads on from there is told.
      if (next > offset) break;
      if (header === "bad") return failFrame(segment, next);
      // A frame larger than the window is read alone.
      const alone = await commitAt(log, segment, offset, end);
      return { commits: alone.commit ? [alone.commit] : [], next: alone.next };
    }
    const body = bodyIn(log, window, header, segment, next);
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
  const commits: StoredCommit[] = [];
  for (let at = index; at <= last; at++) {
    const offset = offsets[at]!;
    const header = frameIn(window, offset, salt);
    if (header === "bad" && at > index) return { commits, next: at };
    if (header === "bad") return failFrame(segment, offset);
    if (header === "more") {
      const alone = await commitAt(log, segment, offset, end);
      if (alone.commit) commits.push(alone.commit);
      continue;
    }
    const body = bodyIn(log, window, header, segment, offset);
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
  const { header, window } = await frameAt(log, segment, offset, end);
  const body = bodyIn(log, window, header, segment, offset);
  const commit = body ? { segment, offset, header, body } : undefined;
  return { commit, next: offset + window.bytes.length };
}

/** The body of the control frame at an offset. */
export async function controlAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  type: number,
): Promise<Uint8Array> {
  const { header, window: { bytes } } = await frameAt(log, segment, offset, Infinity);
  if (header.type !== type) {
    const wanted = `a frame of type ${type}, which the index names`;
    return failCorrupt(segment.file, offset, wanted, `one of type ${header.type}`);
  }
  return bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + header.bodySize);
}

/** The frame at an offset, checked. */
async function frameAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  end: number,
): Promise<{ readonly header: FrameHeader; readonly window: Window }> {
  const salt = await saltOf(log, segment);
  const { view } = await windowAt(log, segment, offset, FRAME_HEADER_BYTES);
  const head = readFrameHeader(view, 0, salt);
  if (!head || offset + frameSize(head.bodySize) > end) return failFrame(segment, offset);
  const window = await windowAt(log, segment, offset, frameSize(head.bodySize));
  const header = frameIn(window, offset, salt);
  return typeof header === "string" ? failFrame(segment, offset) : { header, window };
}

function frameIn(
  { bytes, view, base, erased, crc32 }: Window,
  offset: number,
  salt: number,
): FrameHeader | "more" | "bad" {
  const at = offset - base;
  if (at + FRAME_HEADER_BYTES > bytes.length) return "more";
  const header = readFrameHeader(view, at, salt);
  if (!header) return "bad";
  if (at + frameSize(header.bodySize) > bytes.length) return "more";
  return isBodySound(view, at, header, salt, erased?.get(offset), crc32) ? header : "bad";
}

/** The commit in a frame; none in a frame without events. */
function bodyIn(
  { names }: Log,
  { bytes, base }: Window,
  header: FrameHeader,
  segment: LogSegment,
  offset: number,
): CommitBody | undefined {
  if (!isFrameKnown(header)) {
    return failCorrupt(segment.file, offset, "a frame of a known type", `type ${header.type}`);
  }
  if (header.type !== FRAME_COMMIT) return undefined;
  const at = offset - base + FRAME_HEADER_BYTES;
  const body = decodeBody(bytes, at, header.bodySize, header.flags, names);
  return body ?? failCorrupt(segment.file, offset, "a commit", "a body that is none");
}

function failFrame(segment: LogSegment, offset: number): never {
  return failCorrupt(segment.file, offset, "a frame of the log", "bytes with another checksum");
}

/** A part of a segment. */
interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The offset of its first byte in the segment. */
  readonly base: number;
  /** Which bodies are not what their headers say. */
  readonly erased: BodyCrcs | undefined;
  readonly crc32: Crc32;
}

async function windowAt(
  log: Log,
  segment: LogSegment,
  base: number,
  size: number,
): Promise<Window> {
  const { crc32 } = log.files;
  const window = await log.files.lend(segment.file, async (file) => {
    const read = readPart(file, base, size);
    const bytes = read instanceof Uint8Array ? read : await read;
    return { bytes, view: viewOf(bytes), base, erased: file.erased, crc32 };
  });
  if (window === "missing") return failCorrupt(segment.file, 0, "a segment file", "no such file");
  const end = base + window.bytes.length;
  if (end === base + size) return window;
  const wanted = `${size} bytes at ${base}`;
  return failCorrupt(segment.file, end, wanted, `the end of the file at ${end}`);
}

/** The salt of a segment: of one that an index run covers, the header is read when it is wanted. */
async function saltOf(log: Log, segment: LogSegment): Promise<number> {
  return segment.salt ??= (await headerOfSegment(log, segment)).salt;
}

/** The header of a segment of the log, read from its file. */
export async function headerOfSegment(log: Log, segment: LogSegment): Promise<SegmentHeader> {
  const { bytes } = await windowAt(log, segment, 0, SEGMENT_HEADER_BYTES);
  const header = checkHeader(segment, log.identity.storeId, decodeSegmentHeader(bytes, false));
  if (isLeft(header)) return fail(header.left);
  return header.right === "unfinished" ? failFrame(segment, 0) : header.right;
}
