/**
 * Erased segments: a segment again, of the same length, in which the data and metadata of some
 * events are zeros, and behind it a trailer that says which.
 *
 * Frames keep their places and their headers, so that positions, the chain of frames, index runs and
 * bookmarks stay as they are. The header of a frame still has the checksum of the body that was
 * erased; the trailer has the one of the body that is there now.
 *
 * ```text
 * for each frame with erased events, in ascending order:
 *     offset u48 | CRC of body and padding u32 | events u16 | for each event: its number in the frame u16
 * magic 89 4c 46 45 0d 0a 1a 0a | format u16 | 0 u16 | frames u32 | size of the segment u48
 *     | size of the part above u32 | CRC of all before, from the end of the segment on u32
 * ```
 *
 * The first byte of data that is zero tells an erased event: JSON has none.
 *
 * @module
 */
import { getU48, setU48, viewOf } from "./bytes.ts";
import { crc32 } from "./checksum.ts";
import { type BodyEvent, type CommitBody, decodeBody } from "./commit_body.ts";
import { FRAME_HEADER_BYTES, type FrameHeader } from "./frame.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What was erased in a frame. */
export interface ErasedFrame {
  /** Where the frame begins, in bytes. */
  readonly offset: number;
  /** The checksum of body and padding as they are now, seeded with the segment's salt. */
  readonly bodyCrc: number;
  /** The numbers of its erased events, from 0, in ascending order. */
  readonly events: ReadonlyArray<number>;
}

/** What the end of the file of an erased segment says. */
export interface ErasedTrailer {
  /** The size of the segment itself, in bytes: the trailer begins there. */
  readonly segmentBytes: number;
  /** In ascending order of their offsets. */
  readonly frames: ReadonlyArray<ErasedFrame>;
}

/** The size of the part at the very end, in bytes: it says how much is before it. */
export const ERASED_FOOTER_BYTES = 32;

const MAGIC = Uint8Array.of(0x89, 0x4c, 0x46, 0x45, 0x0d, 0x0a, 0x1a, 0x0a);
const FORMAT = 1;
const ENTRY_BYTES = 12;

/** What an erasure makes of a frame. */
export interface Erasure extends ErasedFrame {
  /** The whole frame, with its header as it was. */
  readonly frame: Uint8Array;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A frame without the data and metadata of some of its events; nothing if it holds no commit. What
 * was erased before stays erased.
 */
export function eraseInFrame(
  frame: Uint8Array,
  header: FrameHeader,
  offset: number,
  events: Iterable<number>,
  salt: number,
): Erasure | undefined {
  const erased = frame.slice();
  const wanted = new Set(events);
  const body = decodeBody(erased, FRAME_HEADER_BYTES, header.bodySize, header.flags);
  if (!body) return undefined;
  const all: number[] = [];
  body.events.forEach((event, at) => {
    if (!wanted.has(at) && !isErased(body, event)) return;
    erased.fill(0, event.dataFrom, event.dataTo);
    erased.fill(0, event.metadataFrom, event.metadataTo);
    all.push(at);
  });
  return {
    frame: erased,
    offset,
    bodyCrc: crc32(viewOf(erased), salt, FRAME_HEADER_BYTES),
    events: all,
  };
}

/** The bytes behind an erased segment. */
export function encodeTrailer({ segmentBytes, frames }: ErasedTrailer): Uint8Array {
  const size = frames.reduce((sum, { events }) => sum + ENTRY_BYTES + 2 * events.length, 0);
  const bytes = new Uint8Array(size + ERASED_FOOTER_BYTES);
  const view = viewOf(bytes);
  let at = 0;
  for (const { offset, bodyCrc, events } of frames) {
    setU48(view, at, offset);
    view.setUint32(at + 6, bodyCrc, true);
    view.setUint16(at + 10, events.length, true);
    at += ENTRY_BYTES;
    for (const event of events) {
      view.setUint16(at, event, true);
      at += 2;
    }
  }
  bytes.set(MAGIC, at);
  view.setUint16(at + 8, FORMAT, true);
  view.setUint32(at + 12, frames.length, true);
  setU48(view, at + 16, segmentBytes);
  view.setUint32(at + 22, size, true);
  view.setUint32(at + 28, crc32(view, 0, 0, at + 28), true);
  return bytes;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** How large the trailer is with its footer, as the footer says; nothing if it is none. */
export function trailerSize(footer: Uint8Array): number | undefined {
  if (footer.length !== ERASED_FOOTER_BYTES) return undefined;
  if (!MAGIC.every((byte, at) => footer[at] === byte)) return undefined;
  const view = viewOf(footer);
  if (view.getUint16(8, true) !== FORMAT) return undefined;
  return view.getUint32(22, true) + ERASED_FOOTER_BYTES;
}

/** What a trailer says; nothing if a byte of it is not what was written. */
export function decodeTrailer(bytes: Uint8Array): ErasedTrailer | undefined {
  const end = bytes.length - ERASED_FOOTER_BYTES;
  if (end < 0 || trailerSize(bytes.subarray(end)) !== bytes.length) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(end + 28, true) !== crc32(view, 0, 0, end + 28)) return undefined;
  const frames: ErasedFrame[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= end) {
    const count = view.getUint16(at + 10, true);
    const from = at + ENTRY_BYTES;
    if (from + 2 * count > end) return undefined;
    frames.push({
      offset: getU48(view, at),
      bodyCrc: view.getUint32(at + 6, true),
      events: Array.from({ length: count }, (_, nth) => view.getUint16(from + 2 * nth, true)),
    });
    at = from + 2 * count;
  }
  if (at !== end || frames.length !== view.getUint32(end + 12, true)) return undefined;
  return { segmentBytes: getU48(view, end + 16), frames };
}

/** Whether these are the bytes of data that was erased. */
export function isErased(
  { bytes }: Pick<CommitBody, "bytes">,
  { dataFrom }: Pick<BodyEvent, "dataFrom">,
): boolean {
  return bytes[dataFrom] === 0;
}
