/**
 * Reading frames out of segments, whole and checked: one after the other, or one alone.
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
    if (typeof header !== "object") {
      // What is sound before it is given first; whoever reads on from there is told.
      if (next > offset) break;
      if (header === "bad") return failFrame(segment, next);
      // A frame larger than the window is read alone.
      const alone = await commitAt(log, segment, offset, end, header);
      return { commits: alone.commit ? [alone.commit] : [], next: alone.next };
    }
    const body = bodyIn(log, window, header, segment, next);
    if (body) commits.push({ segment, offset: next, header, body });
    next += frameSize(header.bodySize);
  }
  return { commits, next };
}

/** The frame at an offset, whatever its size; who knows how long it is spares a read. */
export async function commitAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  end: number,
  size: number = FRAME_HEADER_BYTES,
): Promise<{ readonly commit: StoredCommit | undefined; readonly next: number }> {
  const { header, window } = await frameAt(log, segment, offset, end, size);
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
  const { header, window: { bytes } } = await frameAt(
    log,
    segment,
    offset,
    Infinity,
    FRAME_HEADER_BYTES,
  );
  if (header.type !== type) {
    const wanted = `a frame of type ${type}, which the index names`;
    return failCorrupt(segment.file, offset, wanted, `one of type ${header.type}`);
  }
  return bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + header.bodySize);
}

/** The frame at an offset, checked. So many bytes of it are read first, and then as many as it has. */
async function frameAt(
  log: Log,
  segment: LogSegment,
  offset: number,
  end: number,
  size: number,
): Promise<{ readonly header: FrameHeader; readonly window: Window }> {
  const salt = await saltOf(log, segment);
  let window = await windowAt(log, segment, offset, size);
  let header = frameIn(window, offset, salt);
  if (typeof header === "number" && offset + header <= end) {
    window = await windowAt(log, segment, offset, header);
    header = frameIn(window, offset, salt);
  }
  return typeof header === "object" ? { header, window } : failFrame(segment, offset);
}

/** The frame at an offset; or how many bytes of it are wanted, if they are not all there. */
export function frameIn(
  { view, base, end, erased, crc32 }: Window,
  offset: number,
  salt: number,
): FrameHeader | number | "bad" {
  if (offset + FRAME_HEADER_BYTES > end) return FRAME_HEADER_BYTES;
  const at = offset - base;
  const header = readFrameHeader(view, at, salt);
  if (!header) return "bad";
  const size = frameSize(header.bodySize);
  if (offset + size > end) return size;
  return isBodySound(view, at, header, salt, erased?.get(offset), crc32) ? header : "bad";
}

/** The commit in a frame; none in a frame without events. */
export function bodyIn(
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

export function failFrame(segment: LogSegment, offset: number): never {
  return failCorrupt(segment.file, offset, "a frame of the log", "bytes with another checksum");
}

/** A part of a segment. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** What the offset of its first byte in the segment is, or would be if all of it were of there. */
  readonly base: number;
  /** The offset in the segment up to which the bytes are of there. */
  readonly end: number;
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
    const end = base + bytes.length;
    return { bytes, view: viewOf(bytes), base, end, erased: file.erased, crc32 };
  });
  if (window === "missing") return failMissing(segment);
  return window.end === base + size ? window : failShort(segment, base, size, window.end);
}

export function failMissing({ file }: LogSegment): never {
  return failCorrupt(file, 0, "a segment file", "no such file");
}

/** A segment that ends at an offset does not hold so many bytes from another on. */
export function failShort({ file }: LogSegment, base: number, size: number, end: number): never {
  return failCorrupt(file, end, `${size} bytes at ${base}`, `the end of the file at ${end}`);
}

/** The salt of a segment: of one that an index run covers, the header is read when it is wanted. */
export async function saltOf(log: Log, segment: LogSegment): Promise<number> {
  return segment.salt ??= (await headerOfSegment(log, segment)).salt;
}

/** The header of a segment of the log, read from its file. */
export async function headerOfSegment(log: Log, segment: LogSegment): Promise<SegmentHeader> {
  const { bytes } = await windowAt(log, segment, 0, SEGMENT_HEADER_BYTES);
  const header = checkHeader(segment, log.identity.storeId, decodeSegmentHeader(bytes, false));
  if (isLeft(header)) return fail(header.left);
  return header.right === "unfinished" ? failFrame(segment, 0) : header.right;
}
