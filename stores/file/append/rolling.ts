/**
 * Rolling: when a segment is full and the next one begins.
 *
 * @module
 */
import { SEAL_FRAME_BYTES } from "../format/segment.ts";

/** What is known of the segment that is written to. */
export interface RollFacts {
  /** Where its first frame would begin, in bytes: behind its header, and its manifest if it has one. */
  readonly begin: number;
  /** Where its next frame would begin, in bytes. */
  readonly end: number;
  /** The size of that frame, in bytes. */
  readonly frameBytes: number;
  readonly segmentBytesMax: number;
  readonly terms: number;
  readonly activeTermsMax: number;
}

/**
 * Whether the frame goes into a new segment. A segment takes at least one commit, however large,
 * and always keeps room for its seal.
 */
export function shouldRoll(facts: RollFacts): boolean {
  if (facts.end === facts.begin) return false;
  return facts.end + facts.frameBytes + SEAL_FRAME_BYTES > facts.segmentBytesMax ||
    facts.terms >= facts.activeTermsMax;
}
