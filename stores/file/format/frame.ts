/**
 * Frames: one commit, and so one unit of atomicity, as bytes.
 *
 * A frame is a header of 40 bytes, a body, and zeros up to a multiple of 8. The header has a
 * checksum of its own, so that its length is believed only when it is true; it covers the body's
 * checksum and the checksum of the frame before, so that a sound header vouches for all that is
 * before it in the segment. Both checksums are seeded with the segment's random salt: bytes of a
 * payload, or of another segment, cannot pass for a frame.
 *
 * @module
 */
import { type Crc32, crc32 } from "./checksum.ts";
import { getU48, setU48, viewOf } from "./bytes.ts";

/** The size of a frame's header, in bytes. */
export const FRAME_HEADER_BYTES = 40;

/** The greatest body, in bytes. */
export const FRAME_BODY_BYTES_MAX: number = 2 ** 28;

const MAGIC = 0x46565331;

/** What a frame is. Types 16 to 31 may be passed over by a reader that does not know them. */
export const FRAME_COMMIT = 1;
export const FRAME_SEAL = 2;
export const FRAME_CUT = 3;
export const FRAME_MANIFEST = 4;

/** What the body of a commit has. */
export const FLAG_EVENT_IDS = 2;
export const FLAG_COMMIT_ID = 4;
export const FLAG_TAGS = 8;
const FLAGS_KNOWN: number = FLAG_EVENT_IDS | FLAG_COMMIT_ID | FLAG_TAGS;

/** The header of a frame. */
export interface FrameHeader {
  /** The checksum of the rest of the header. */
  readonly hcrc: number;
  /** In bytes, without padding. */
  readonly bodySize: number;
  /** The checksum of body and padding. */
  readonly bodyCrc: number;
  /** The `hcrc` of the frame before; for the first frame, the checksum of the segment's header. */
  readonly previous: number;
  /** How many bytes of the segment were flushed when the frame was written. */
  readonly durableTo: number;
  /** The position of the first event; of a frame without events, the next position. */
  readonly position: number;
  readonly events: number;
  /** The commit time, in milliseconds since 1970. */
  readonly time: number;
  readonly type: number;
  readonly flags: number;
}

/** What a header says before its checksums are known. */
export type FrameFacts = Omit<FrameHeader, "hcrc" | "bodyCrc">;

/** The size of a frame, padding included, in bytes. */
export function frameSize(bodySize: number): number {
  return FRAME_HEADER_BYTES + Math.ceil(bodySize / 8) * 8;
}

/** A frame with its body, whose header is still blank. */
export interface BlankFrame {
  readonly frame: Uint8Array;
  /** In bytes, without padding. */
  readonly bodySize: number;
}

export function blankFrame(body: Uint8Array): BlankFrame {
  const frame = new Uint8Array(frameSize(body.length));
  frame.set(body, FRAME_HEADER_BYTES);
  return { frame, bodySize: body.length };
}

/**
 * Writes the header in front of a body that already stands behind it, and gives the header's
 * checksum. The frame begins at `at` of the bytes of the view, and must have its full size, padding
 * included.
 */
export function writeFrameHeader(
  bytes: Uint8Array,
  facts: FrameFacts,
  salt: number,
  view: DataView = viewOf(bytes),
  at = 0,
  crc: Crc32 = crc32,
): number {
  const body = at + FRAME_HEADER_BYTES;
  view.setUint32(at, MAGIC, true);
  view.setUint32(at + 8, facts.bodySize, true);
  view.setUint32(at + 12, crc(view, salt, body, at + frameSize(facts.bodySize)), true);
  view.setUint32(at + 16, facts.previous, true);
  view.setUint32(at + 20, facts.durableTo / 8, true);
  setU48(view, at + 24, facts.position);
  view.setUint16(at + 30, facts.events, true);
  setU48(view, at + 32, facts.time);
  view.setUint8(at + 38, facts.type);
  view.setUint8(at + 39, facts.flags);
  const hcrc = crc32(view, salt, at + 8, body);
  view.setUint32(at + 4, hcrc, true);
  return hcrc;
}

/**
 * The header at an offset, if there are 40 bytes of it and its checksum holds. Nothing is said of
 * the body.
 */
export function readFrameHeader(
  view: DataView,
  at: number,
  salt: number,
): FrameHeader | undefined {
  if (at + FRAME_HEADER_BYTES > view.byteLength || view.getUint32(at, true) !== MAGIC) {
    return undefined;
  }
  const hcrc = view.getUint32(at + 4, true);
  if (hcrc !== crc32(view, salt, at + 8, at + FRAME_HEADER_BYTES)) return undefined;
  return {
    hcrc,
    bodySize: view.getUint32(at + 8, true),
    bodyCrc: view.getUint32(at + 12, true),
    previous: view.getUint32(at + 16, true),
    durableTo: view.getUint32(at + 20, true) * 8,
    position: getU48(view, at + 24),
    events: view.getUint16(at + 30, true),
    time: getU48(view, at + 32),
    type: view.getUint8(at + 38),
    flags: view.getUint8(at + 39),
  };
}

/**
 * The checksums of bodies that are no more what their headers say, by the offsets of the frames:
 * events were erased in them.
 */
export type BodyCrcs = ReadonlyMap<number, number>;

/**
 * Whether body and padding, which stand behind the header at `at`, are what was written; or what an
 * erasure has left, whose checksum is given then.
 */
export function isBodySound(
  view: DataView,
  at: number,
  header: FrameHeader,
  salt: number,
  bodyCrc: number = header.bodyCrc,
  crc: Crc32 = crc32,
): boolean {
  const from = at + FRAME_HEADER_BYTES;
  return bodyCrc === crc(view, salt, from, at + frameSize(header.bodySize));
}

/**
 * Whether this program understands the frame: a commit with known flags, a frame without events, or
 * a type that may be passed over.
 */
export function isFrameKnown(header: FrameHeader): boolean {
  if (header.type >= 16 && header.type <= 31) return true;
  if (header.type === FRAME_COMMIT) return (header.flags & ~FLAGS_KNOWN) === 0;
  return header.type >= FRAME_SEAL && header.type <= FRAME_MANIFEST && header.flags === 0;
}
