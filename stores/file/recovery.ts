/**
 * Recovery: from what is found when a store is opened to what is done about it.
 *
 * Where the last segment stops being a log, there is either a tail that was never acknowledged, or
 * damage. The two cannot always be told apart (the PAR paper, Alagappan et al., FAST 2018, proves
 * it), but what was followed by anything can: a later frame says up to where the log was flushed
 * when it was written, and a writer's watermark says it of the last one. So a torn tail stays in
 * its file, outside the log, and corruption is refused; nothing is ever cut.
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import { hex } from "./format/bytes.ts";
import { corruptAt } from "./chain.ts";
import { type JudgedClaim, mayAdopt, type Watermark } from "./claims/claim.ts";
import { segmentName } from "./format/layout.ts";
import type { Behind, ScanState } from "./format/segment.ts";

/** What a watermark says, and whose it is. */
export interface EpochMark extends Watermark {
  readonly epoch: number;
}

/** The valid marks of all claims, oldest first. */
export function marksOf(
  claims: ReadonlyArray<{ readonly epoch: number; readonly watermark: Watermark | undefined }>,
): ReadonlyArray<EpochMark> {
  return claims.flatMap(({ epoch, watermark }) => watermark ? [{ ...watermark, epoch }] : []);
}

/**
 * The claims whose marks speak of the log as it is: those of epochs from the newest segment's on.
 *
 * Whoever began that segment has held every earlier mark against the log, and would have refused to
 * begin it behind something that was flushed and is not there. Only a person may do that, by a
 * repair: so what was flushed before is no evidence any more, also where that person left it out.
 */
export function standing<Claim extends { readonly epoch: number }>(
  claims: ReadonlyArray<Claim>,
  newest: { readonly epoch: number } | undefined,
): ReadonlyArray<Claim> {
  return newest ? claims.filter(({ epoch }) => epoch >= newest.epoch) : claims;
}

/** What was found of the last segment. */
export interface RecoveryFacts {
  readonly segment: LastSegment;
  /** Where its log ends, as the scan says. */
  readonly end: ScanState;
  readonly behind: Behind;
  /** The other claims, oldest first. */
  readonly claims: ReadonlyArray<JudgedClaim>;
}

export interface LastSegment {
  readonly number: number;
  readonly epoch: number;
}

/** What to do. */
export type RecoveryPlan =
  /** The store does not open for writing. */
  | { readonly _tag: "Refuse"; readonly fault: Corrupt }
  /** Go on in the same segment. */
  | { readonly _tag: "Adopt" }
  /** Begin a new segment, whose header says where this one ends. */
  | { readonly _tag: "Pin"; readonly torn: TornTail | undefined };

/** Bytes behind the end of a log, which stay where they are. */
export interface TornTail {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Where a writer has marked that the segment ends for good, because a write or a flush failed
 * there: the scan stops at it. Such bytes may read well and not be on the disk.
 */
export function markedEnd(
  marks: ReadonlyArray<EpochMark>,
  segment: LastSegment,
): number | undefined {
  const ends = marks
    .filter((mark) => mark.state === "failed" && isOf(mark, segment))
    .map((mark) => mark.flushedOffset);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Decides what to do with the last segment. */
export function planRecovery(facts: RecoveryFacts): RecoveryPlan {
  const { segment, end, behind, claims } = facts;
  const marks = marksOf(claims);
  const marked = markedEnd(marks, segment);
  const damage = damageAtEnd(segment, end, behind, marks, marked);
  if (damage) return { _tag: "Refuse", fault: damage };
  const isClean = behind.bytesTo === 0;
  const newest = claims[claims.length - 1];
  if (isClean && marked === undefined && !end.isSealed && mayAdopt(newest, segment)) {
    return { _tag: "Adopt" };
  }
  return { _tag: "Pin", torn: isClean ? undefined : tornTail(segment, end, behind) };
}

/** Proof that the log once went on behind its end. */
export function damageAtEnd(
  segment: LastSegment,
  end: ScanState,
  behind: Behind,
  marks: ReadonlyArray<EpochMark>,
  marked: number | undefined,
): Corrupt | undefined {
  const file = segmentName(segment.number, segment.epoch);
  // Behind a mark stand the frames of a failed group, which are not to be believed.
  if (behind.evidence !== undefined && marked === undefined) {
    const wanted = `a frame, because a later one at ${behind.evidence} was written after its flush`;
    return corruptAt(file, end.offset, wanted, "bytes that are none");
  }
  const flushed = Math.max(
    0,
    ...marks.filter((mark) => isOf(mark, segment)).map((mark) => {
      return mark.flushedOffset;
    }),
  );
  if (flushed > end.offset) {
    const wanted = `frames up to ${flushed}, which a writer had flushed`;
    return corruptAt(file, end.offset, wanted, "the end of the log");
  }
  return undefined;
}

/**
 * A mark of a segment that is not in the log, which begins with the segment `floor`: the newest
 * segment, or several, are missing.
 */
export function missingSegment(
  marks: ReadonlyArray<EpochMark>,
  floor: number,
  isOnChain: (segment: LastSegment) => boolean,
): Corrupt | undefined {
  for (const mark of marks) {
    const segment = { number: mark.segment, epoch: mark.segmentEpoch };
    // What is below the floor was dropped; 0 is no segment.
    if (mark.segment < floor || isOnChain(segment)) continue;
    const file = segmentName(segment.number, segment.epoch);
    const wanted = `a segment of the log, which the writer of epoch ${mark.epoch} had flushed`;
    return corruptAt(file, 0, wanted, "a file that is missing or not a part of the log");
  }
  return undefined;
}

/** Whether a closed segment is what its successor's header says. */
export function damageInClosed(
  segment: LastSegment,
  end: ScanState,
  successor: {
    readonly previous: { readonly offset: number; readonly hcrc: number } | undefined;
    readonly firstPosition: number;
  },
): Corrupt | undefined {
  const file = segmentName(segment.number, segment.epoch);
  const pinned = successor.previous?.offset ?? 0;
  if (end.offset !== pinned) {
    return corruptAt(file, end.offset, `frames up to ${pinned}`, "bytes that are no frame");
  }
  if (end.hcrc !== successor.previous?.hcrc || end.position !== successor.firstPosition) {
    return corruptAt(
      file,
      end.lastOffset,
      "the frame that the next segment names",
      "another frame",
    );
  }
  return undefined;
}

/** A place up to which a segment was hashed, and what the log says of it. */
export interface HashedPart {
  /** In bytes. */
  readonly to: number;
  /** The value of the chain of SHA-256 there. */
  readonly value: Uint8Array;
  /** The same as a seal, or the header of the next segment, has it. */
  readonly named: Uint8Array;
}

/** Whether the bytes of a segment are the ones that its seal and its successor name by their hash. */
export function damageInHashed(
  segment: LastSegment,
  parts: ReadonlyArray<HashedPart>,
): Corrupt | undefined {
  const part = parts.find(({ value, named }) => value.some((byte, at) => byte !== named[at]));
  if (!part) return undefined;
  const file = segmentName(segment.number, segment.epoch);
  const wanted = `the bytes from 0 to ${part.to} whose SHA-256 chain is ${hex(part.named)}`;
  return corruptAt(file, 0, wanted, `bytes with ${hex(part.value)}`);
}

function tornTail(segment: LastSegment, end: ScanState, behind: Behind): TornTail {
  const file = segmentName(segment.number, segment.epoch);
  return { file, from: end.offset, to: behind.bytesTo };
}

function isOf(mark: Watermark, segment: LastSegment): boolean {
  return mark.segment === segment.number && mark.segmentEpoch === segment.epoch;
}
