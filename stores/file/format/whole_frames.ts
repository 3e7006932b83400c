/**
 * Frames that stand whole behind a place at which a log breaks off: they are not in the log, but
 * tell how much is behind it.
 *
 * @module
 */
import { viewOf } from "./bytes.ts";
import {
  FRAME_BODY_BYTES_MAX,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  frameSize,
  isBodySound,
  readFrameHeader,
} from "./frame.ts";

/** How far a search has come. */
export interface Searched {
  /** The offset from which to go on. */
  readonly offset: number;
  /** So many bytes from there on are needed for that. */
  readonly needed: number;
}

/**
 * Looks for whole frames in a window of a segment that begins at offset `base`, at any place where
 * one could stand, and shows each to `visit`, with the place of its body in the window. What one of them holds is not looked at again. Behind
 * the last window there is nothing, so that a frame which goes on there is none.
 */
export function visitWholeFrames(
  window: Uint8Array,
  base: number,
  from: number,
  salt: number,
  isLast: boolean,
  visit: (header: FrameHeader, bodyAt: number) => void,
): Searched {
  const view = viewOf(window);
  let at = from - base;
  while (at + FRAME_HEADER_BYTES <= window.length) {
    const header = readFrameHeader(view, at, salt);
    const size = header && header.bodySize <= FRAME_BODY_BYTES_MAX ? frameSize(header.bodySize) : 0;
    const isInside = at + size <= window.length;
    if (!isInside && !isLast) return { offset: base + at, needed: size };
    if (header && size > 0 && isInside && isBodySound(view, at, header, salt)) {
      visit(header, at + FRAME_HEADER_BYTES);
      at += size;
    } else at += 8;
  }
  return { offset: base + at, needed: FRAME_HEADER_BYTES };
}
