/**
 * Segments: files of frames, each with a header that says what is before it.
 *
 * A header names its predecessor and the offset at which the predecessor's log ends. So the log is
 * a chain, a torn tail is cut without touching it, and what a fenced writer adds later is outside.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { type Crc32, crc32 } from "./checksum.ts";
import { getU48, setU48, viewOf } from "./bytes.ts";
import {
  type BlankFrame,
  blankFrame,
  type BodyCrcs,
  FRAME_BODY_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_SEAL,
  type FrameHeader,
  frameSize,
  isBodySound,
  isFrameKnown,
  readFrameHeader,
} from "./frame.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

export const SEGMENT_HEADER_BYTES = 128;
/** The size of a value of the chain of SHA-256. */
export const CHAIN_BYTES = 32;
/** The format that this program writes, and the newest that it reads. */
export const FORMAT_MAJOR = 1;
const MAGIC = Uint8Array.of(0x45, 0x56, 0x53, 0x45, 0x47, 0x01, 0x0d, 0x0a);

/** A repair has begun the segment: what lies behind its predecessor's end may have been acknowledged. */
export const SEGMENT_FLAG_REPAIR = 1;

export interface SegmentHeader {
  /** Sixteen bytes. */
  readonly storeId: Uint8Array;
  readonly number: number;
  /** The writer epoch that created it. */
  readonly epoch: number;
  readonly flags: number;
  readonly firstPosition: number;
  /** In milliseconds since 1970. */
  readonly created: number;
  readonly salt: number;
  /** None for the first segment. */
  readonly previous: SegmentEnd | undefined;
  /** The chain of SHA-256 at the end of the predecessor; zeros before the first, or without one. */
  readonly chain: Uint8Array;
}

/** Whether a repair has begun the segment. */
export function isRepair({ flags }: SegmentHeader): boolean {
  return (flags & SEGMENT_FLAG_REPAIR) !== 0;
}

/** Where the log of a segment ends. */
export interface SegmentEnd {
  readonly epoch: number;
  /** In bytes. */
  readonly offset: number;
  /** The checksum of its last frame, or of its header if it has none. */
  readonly hcrc: number;
}

/** What is wrong with a header. */
export type HeaderDefect =
  | { readonly _tag: "Unfinished" } // nothing, or a part of a header, or a bad one with only zeros behind it
  | { readonly _tag: "BadHeader" }
  | { readonly _tag: "NewerSegment"; readonly found: number };

// ---------------------------------------------------------------------------
// the header
// ---------------------------------------------------------------------------

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = viewOf(bytes);
  bytes.set(MAGIC, 0);
  view.setUint16(8, FORMAT_MAJOR, true);
  view.setUint32(12, SEGMENT_HEADER_BYTES, true);
  bytes.set(header.storeId, 16);
  setU48(view, 32, header.number);
  setU48(view, 38, header.epoch);
  view.setUint32(44, header.flags, true);
  setU48(view, 48, header.firstPosition);
  setU48(view, 54, header.created);
  view.setUint32(60, header.salt, true);
  setU48(view, 64, header.previous?.epoch ?? 0);
  setU48(view, 72, header.previous?.offset ?? 0);
  bytes.set(header.chain, 80);
  view.setUint32(112, header.previous?.hcrc ?? 0, true);
  view.setUint32(124, crc32(view, 0, 0, 124), true);
  return bytes;
}

/** The checksum that stands at the end of a header, and before the first frame in its chain. */
export function headerChecksum(header: SegmentHeader): number {
  return viewOf(encodeSegmentHeader(header)).getUint32(124, true);
}

/**
 * Reads a header from the first bytes of a file. The header is flushed before the first frame is
 * written; so a bad one with nothing behind it is a creation that never finished, and `isEmpty`
 * says whether that is so.
 */
export function decodeSegmentHeader(
  bytes: Uint8Array,
  isEmpty: boolean,
): Either<HeaderDefect, SegmentHeader> {
  const bad: HeaderDefect = isEmpty ? { _tag: "Unfinished" } : { _tag: "BadHeader" };
  if (bytes.length < SEGMENT_HEADER_BYTES) return left(bad);
  const view = viewOf(bytes);
  if (view.getUint32(124, true) !== crc32(view, 0, 0, 124)) return left(bad);
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) return left(bad);
  const format = view.getUint16(8, true);
  if (format > FORMAT_MAJOR) return left({ _tag: "NewerSegment", found: format });
  const previousEpoch = getU48(view, 64);
  return right({
    storeId: bytes.slice(16, 32),
    number: getU48(view, 32),
    epoch: getU48(view, 38),
    flags: view.getUint32(44, true),
    firstPosition: getU48(view, 48),
    created: getU48(view, 54),
    salt: view.getUint32(60, true),
    previous: previousEpoch === 0
      ? undefined
      : { epoch: previousEpoch, offset: getU48(view, 72), hcrc: view.getUint32(112, true) },
    chain: bytes.slice(80, 112),
  });
}

// ---------------------------------------------------------------------------
// the seal
// ---------------------------------------------------------------------------

/** What a seal frame says of the segment it ends. */
export interface Seal {
  readonly events: number;
  readonly lastPosition: number;
  /** The greatest commit time, in milliseconds since 1970. */
  readonly maxTime: number;
  /** The chain of SHA-256 at the place of the seal; zeros without one. */
  readonly chain: Uint8Array;
}

const SEAL_BODY_BYTES = 48;
const SEAL_CHAIN_OFFSET = 16;

/** The room that a seal takes at the end of a segment, in bytes. */
export const SEAL_FRAME_BYTES: number = frameSize(SEAL_BODY_BYTES);

/** A seal frame whose header is still blank. */
export function sealFrame(seal: Seal): BlankFrame {
  const body = new Uint8Array(SEAL_BODY_BYTES);
  const view = viewOf(body);
  view.setUint32(0, seal.events, true);
  setU48(view, 4, seal.lastPosition);
  setU48(view, 10, seal.maxTime);
  body.set(seal.chain, SEAL_CHAIN_OFFSET);
  return blankFrame(body);
}

/** The value of the chain in a seal whose frame begins at `at`. */
export function chainInSeal(bytes: Uint8Array, at: number): Uint8Array {
  const from = at + FRAME_HEADER_BYTES + SEAL_CHAIN_OFFSET;
  return bytes.slice(from, from + CHAIN_BYTES);
}

// ---------------------------------------------------------------------------
// the scan
// ---------------------------------------------------------------------------

/** How far a scan has come. */
export interface ScanState {
  /** The offset of the next frame. */
  readonly offset: number;
  /** The checksum of the frame before. */
  readonly hcrc: number;
  /** The offset of the frame before; 0 if there is none. */
  readonly lastOffset: number;
  /** The position of the next event. */
  readonly position: number;
  readonly isSealed: boolean;
}

/** Where a scan of a segment begins. */
export function scanStart(header: SegmentHeader): ScanState {
  return {
    offset: SEGMENT_HEADER_BYTES,
    hcrc: headerChecksum(header),
    lastOffset: 0,
    position: header.firstPosition,
    isSealed: false,
  };
}

/** Why a scan of a window stopped, with what it has seen so far. */
export type ScanStop =
  /** The window ends inside a frame, which needs so many bytes. */
  | { readonly _tag: "More"; readonly state: ScanState; readonly needed: number }
  /** What stands at the state's offset is no frame of this log, whatever follows. */
  | { readonly _tag: "End"; readonly state: ScanState; readonly why: string }
  /** A sound frame that only a newer program understands. */
  | { readonly _tag: "Unknown"; readonly state: ScanState; readonly found: number };

/** Shown a frame: its header, its offset in the segment, the offset of its body in the window. */
export type Visit = (header: FrameHeader, offset: number, bodyAt: number) => void;

/**
 * Reads frames out of a window of a segment that begins at offset `base`, from where `state` is,
 * and shows each to `visit`.
 *
 * The log ends at the first bad frame, whatever follows it: inside one flush nothing is ordered, so
 * a later frame may be on the disk while an earlier one is torn.
 */
export function scanWindow(
  window: Uint8Array,
  base: number,
  from: ScanState,
  salt: number,
  visit: Visit,
  erased?: BodyCrcs,
  crc: Crc32 = crc32,
): ScanStop {
  // A hot path: a plain loop over the bytes, with its state in local variables.
  const view = viewOf(window);
  let { offset, hcrc, lastOffset, position, isSealed } = from;
  const state = (): ScanState => ({ offset, hcrc, lastOffset, position, isSealed });
  for (;;) {
    const at = offset - base;
    if (at + FRAME_HEADER_BYTES > window.length) {
      return { _tag: "More", state: state(), needed: FRAME_HEADER_BYTES };
    }
    const header = readFrameHeader(view, at, salt);
    if (!header) return { _tag: "End", state: state(), why: "no frame begins here" };
    if (header.bodySize > FRAME_BODY_BYTES_MAX || header.previous !== hcrc || isSealed) {
      return { _tag: "End", state: state(), why: "a frame that does not follow the one before" };
    }
    if (header.position !== position) {
      return { _tag: "End", state: state(), why: "a frame with another position" };
    }
    const size = frameSize(header.bodySize);
    if (at + size > window.length) return { _tag: "More", state: state(), needed: size };
    if (!isBodySound(view, at, header, salt, erased?.get(offset), crc)) {
      return { _tag: "End", state: state(), why: "a frame whose body does not fit its checksum" };
    }
    if (!isFrameKnown(header)) return { _tag: "Unknown", state: state(), found: header.type };
    visit(header, offset, at + FRAME_HEADER_BYTES);
    lastOffset = offset;
    offset += size;
    hcrc = header.hcrc;
    position += header.events;
    isSealed = header.type === FRAME_SEAL;
  }
}

/** What stands behind the end of a log. */
export interface Behind {
  /** How far the bytes that are not zero reach: an offset, or 0 if there are none. */
  readonly bytesTo: number;
  /** A sound frame header that was written when the end was already flushed: proof of damage. */
  readonly evidence: number | undefined;
}

/**
 * Looks at a window behind the end of a log. A frame header there with a good salted checksum,
 * whose `durableTo` lies beyond the end, was written after everything up to it had been flushed:
 * so the log did not end here once, and it is corrupt, not torn.
 */
export function lookBehind(
  window: Uint8Array,
  base: number,
  end: number,
  salt: number,
  before: Behind,
): Behind {
  let { bytesTo, evidence } = before;
  const view = viewOf(window);
  const first = Math.max(0, end - base);
  for (let at = window.length; at > first; at--) {
    if (window[at - 1] !== 0) {
      bytesTo = base + at;
      break;
    }
  }
  for (
    let at = first;
    at + FRAME_HEADER_BYTES <= window.length && evidence === undefined;
    at += 8
  ) {
    const header = readFrameHeader(view, at, salt);
    if (header && header.durableTo > end) evidence = base + at;
  }
  return { bytesTo, evidence };
}
