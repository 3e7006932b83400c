/**
 * What is to be archived: a pure judgement over the segments of a log.
 *
 * @module
 */
import type { Position } from "../../../src/stream.ts";

/** What is to be archived. All that is said must hold; nothing said is all but the active segment. */
export interface ArchivePolicy {
  /** At most up to this segment, or as long as a segment ends at or before this position. */
  readonly through?: { readonly segment: number } | { readonly position: Position };
  /** Only segments whose commits are all at least so old, in milliseconds. */
  readonly olderThanMs?: number;
  /** Only what is above so many bytes of log on the disk: the newest segments stay. */
  readonly keepBytes?: number;
}

/** A segment, as far as archiving is concerned. */
export interface SegmentFacts {
  readonly number: number;
  /** Of its log, in bytes. */
  readonly bytes: number;
  readonly lastPosition: Position;
  /** The greatest time of its commits, in milliseconds since 1970. */
  readonly maxTime: number;
  /** Whether its log has ended: the active one is still written to. */
  readonly isClosed: boolean;
  /** Whether an index run covers it: then opening a store touches it no more. */
  readonly isIndexed: boolean;
  /** Whether its own file is there and counts: it is neither archived nor erased. */
  readonly isHot: boolean;
}

/** The segments that are to be archived, of all in log order: the oldest first. */
export function planArchival(
  segments: ReadonlyArray<SegmentFacts>,
  { through, olderThanMs, keepBytes }: ArchivePolicy,
  now: number,
): ReadonlyArray<number> {
  const planned: number[] = [];
  let kept = 0;
  for (const one of [...segments].reverse()) {
    if (!one.isHot) continue;
    kept += one.bytes;
    const isWanted = isThrough(one, through) &&
      (olderThanMs === undefined || one.maxTime <= now - olderThanMs) &&
      (keepBytes === undefined || kept > keepBytes);
    if (isWanted && one.isClosed && one.isIndexed) planned.push(one.number);
  }
  return planned.reverse();
}

function isThrough(segment: SegmentFacts, through: ArchivePolicy["through"]): boolean {
  if (through === undefined) return true;
  return "segment" in through
    ? segment.number <= through.segment
    : segment.lastPosition <= through.position;
}
