/**
 * What a place must hold, or not, to take a copy of a store; and what of it is there already.
 *
 * @module
 */
import type { SegmentId } from "./chain.ts";
import type { Mark } from "./claims/claim.ts";
import { parseName, segmentName } from "./format/layout.ts";
import type { ErasedSegment } from "./format/manifest.ts";
import { parseStateName } from "./format/state_file.ts";

/** A segment of the log that is copied, up to an end. */
export interface CopiedSegment extends SegmentId {
  /** In bytes. */
  readonly end: number;
  /** What says which file has its bytes, if records in it were erased. */
  readonly erased?: ErasedSegment | undefined;
}

/** What is in the place that a copy goes to. */
export interface TargetFacts {
  readonly names: ReadonlyArray<string>;
  /** What store the place says it is; none if it does not, or only in part: a copy ended there. */
  readonly identity: "none" | "same" | "other";
  /** How far an earlier backup there goes. */
  readonly mark: Mark | undefined;
}

/** Why a place cannot take a copy. */
export interface Unfit {
  readonly wanted: string;
  readonly found: string;
}

/** Why a place cannot take a backup of this log; nothing if it can. */
export function unfitForBackup(
  segments: ReadonlyArray<CopiedSegment>,
  { names, identity, mark }: TargetFacts,
): Unfit | undefined {
  const wanted = "an empty place, or one with an earlier backup of this store";
  if (identity === "other") return { wanted, found: "another store" };
  if (names.some((name) => parseName(name)?.kind === "claim")) {
    return { wanted, found: "a store that was opened for writing" };
  }
  const stray = strayIn(segments, names);
  if (stray !== undefined) {
    return { wanted, found: `${stray}, which is not in the log: the histories have parted` };
  }
  const before = mark && segments.find(({ number }) => number === mark.segment);
  const isGone = mark && !before && mark.segment > (segments.at(-1)?.number ?? 0);
  const isOther = mark && before &&
    (before.epoch !== mark.segmentEpoch || before.end < mark.flushedOffset);
  return isGone || isOther
    ? { wanted, found: `a backup that goes up to position ${mark.position} of another history` }
    : undefined;
}

/** Why a store cannot be restored into a place; nothing if it can. */
export function unfitForRestore(
  segments: ReadonlyArray<CopiedSegment>,
  { names, identity }: TargetFacts,
): Unfit | undefined {
  const wanted = "an empty place";
  if (identity !== "none") return { wanted, found: "a store" };
  const other = names.find((name) => {
    const kind = parseName(name)?.kind;
    return kind === "claim" || kind === "backup" || parseStateName(name) !== undefined;
  });
  if (other !== undefined) return { wanted, found: other };
  const stray = strayIn(segments, names);
  return stray === undefined ? undefined : { wanted, found: stray };
}

/** A segment in the place that the log does not have. What is older than the log is let be. */
function strayIn(
  segments: ReadonlyArray<CopiedSegment>,
  names: ReadonlyArray<string>,
): string | undefined {
  const known = new Set(segments.map(({ number, epoch }) => segmentName(number, epoch)));
  const first = segments[0]?.number ?? 0;
  return names.find((name) => {
    const file = parseName(name);
    return file?.kind === "segment" && file.number >= first && !known.has(name);
  });
}

/**
 * Whether an earlier backup vouches for a segment: it was closed and flushed then, and a closed
 * segment never changes. A look at both ends tells whether it is the same still.
 */
export function isVouchedFor(segment: CopiedSegment, mark: Mark | undefined): boolean {
  return mark !== undefined && segment.number < mark.segment;
}

/** Up to where an earlier backup has flushed a segment, in bytes. */
export function flushedOf(segment: CopiedSegment, mark: Mark | undefined): number {
  // What was made of it by an erasure may have come since.
  if (segment.erased) return 0;
  if (isVouchedFor(segment, mark)) return segment.end;
  const isOfMark = mark?.segment === segment.number && mark.segmentEpoch === segment.epoch;
  return isOfMark ? mark.flushedOffset : 0;
}
