/**
 * The chain: which segment files are the log, and which are strays of a fenced writer.
 *
 * The newest segment is the one with the highest (epoch, number) whose header is sound. Each header
 * names its predecessor by number and epoch; what is not reached that way is never read.
 *
 * @module
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Corrupt, NewerFormat } from "../../src/fault.ts";
import { segmentName, segmentOfAnyEpoch } from "./format/layout.ts";
import { FORMAT_MAJOR, type HeaderDefect, type SegmentHeader } from "./format/segment.ts";

/** A segment file as its name says it. */
export interface SegmentId {
  readonly number: number;
  readonly epoch: number;
}

/** Whether two names are of the same segment file. */
export function isSameSegment(one: SegmentId, other: SegmentId): boolean {
  return one.number === other.number && one.epoch === other.epoch;
}

/** Orders segment files newest first: by epoch, then by number. */
export function newestFirst(a: SegmentId, b: SegmentId): number {
  return b.epoch - a.epoch || b.number - a.number;
}

/**
 * Whether a header is what its file's name and its store say. A header that never was finished
 * is no defect: the file is passed over.
 */
export function checkHeader(
  segment: SegmentId,
  storeId: Uint8Array,
  header: Either<HeaderDefect, SegmentHeader>,
): Either<Corrupt | NewerFormat, SegmentHeader | "unfinished"> {
  const file = segmentName(segment.number, segment.epoch);
  if (isLeft(header)) {
    switch (header.left._tag) {
      case "Unfinished":
        return right("unfinished");
      case "NewerSegment":
        return left({
          _tag: "NewerFormat",
          stored: "no",
          file,
          known: FORMAT_MAJOR,
          found: header.left.found,
        });
      case "BadHeader":
        return left(corruptHeader(file, "a segment header", "bytes with another checksum"));
    }
  }
  const { number, epoch } = header.right;
  if (number !== segment.number || epoch !== segment.epoch) {
    const found = `the header of ${segmentName(number, epoch)}`;
    return left(corruptHeader(file, "the header of this file", found));
  }
  if (!header.right.storeId.every((byte, at) => byte === storeId[at])) {
    return left(corruptHeader(file, "a segment of this store", "a segment of another store"));
  }
  return right(header.right);
}

/** A segment file, and its header or what is wrong with it. */
export interface FoundSegment extends SegmentId {
  readonly header: Either<Corrupt, SegmentHeader> | "unfinished";
}

/** What is left of a chain that may be damaged. Nothing is said of the frames. */
export interface FollowedChain {
  /** From the first segment on, without a gap. */
  readonly sound: ReadonlyArray<SegmentHeader>;
  /** Why it goes no further, unless it has come to the newest segment. */
  readonly damage: Corrupt | undefined;
  /** What there is of the log behind that, oldest first. */
  readonly beyond: ReadonlyArray<FoundSegment>;
}

/**
 * Follows the chain from the newest segment down, past headers that are damaged and files that are
 * gone: the predecessor of such a segment is then the newest that is not newer than it. The log
 * begins with the segment `floor`. Of a file that is gone, what has taken its place may be damaged:
 * then that is what is said of it.
 *
 * So a file of a fenced writer never takes the place of a damaged one of its successor.
 */
export function followChain(
  found: ReadonlyArray<FoundSegment>,
  floor: number,
  damaged: ReadonlyMap<number, Corrupt> = new Map(),
): FollowedChain {
  const sorted = [...found].sort(newestFirst);
  const newest = sorted.find(({ header }) => header !== "unfinished");
  /** Oldest first, in the end. */
  const links: { readonly segment: FoundSegment | undefined; readonly damage?: Corrupt }[] = [];
  let epoch = newest?.epoch;
  let epochMax = epoch ?? 0;
  for (let number = newest?.number ?? 0; number >= floor; number--) {
    const segment = sorted.find((one) =>
      one.number === number &&
      (epoch === undefined
        ? one.epoch <= epochMax && one.header !== "unfinished"
        : one.epoch === epoch)
    );
    const elsewhere = segment ? undefined : damaged.get(number);
    const header = elsewhere ? left(elsewhere) : linkOf(number, epoch, segment);
    links.unshift({ segment, ...(isLeft(header) && { damage: header.left }) });
    epochMax = segment?.epoch ?? epoch ?? epochMax;
    epoch = isLeft(header) ? undefined : header.right.previous?.epoch;
  }
  const broken = links.findIndex(({ damage }) => damage !== undefined);
  const at = broken < 0 ? links.length : broken;
  return {
    sound: links.slice(0, at).flatMap(({ segment }) => segment ? headerIn(segment) : []),
    damage: links[at]?.damage,
    beyond: links.slice(at).flatMap(({ segment }) => segment ? [segment] : []),
  };
}

/** The header of a segment file, if it is sound. */
export function headerIn({ header }: FoundSegment): ReadonlyArray<SegmentHeader> {
  return header === "unfinished" || isLeft(header) ? [] : [header.right];
}

/** The header of a link of the chain, or why there is none. */
function linkOf(
  number: number,
  epoch: number | undefined,
  segment: FoundSegment | undefined,
): Either<Corrupt, SegmentHeader> {
  if (!segment) {
    const file = epoch === undefined ? segmentOfAnyEpoch(number) : segmentName(number, epoch);
    return left(corruptHeader(file, "a segment of the log", "no such file"));
  }
  const file = segmentName(number, segment.epoch);
  if (segment.header === "unfinished") {
    return left(corruptHeader(file, "the header of a segment of the log", "a part of one"));
  }
  if (isLeft(segment.header)) return segment.header;
  const { previous, firstPosition } = segment.header.right;
  const isFirst = previous === undefined && firstPosition === 1;
  if (number === 1 ? isFirst : previous !== undefined) return segment.header;
  const wanted = number === 1 ? "the first segment" : `a segment ${number - 1} before this one`;
  return left(corruptHeader(file, wanted, number === 1 ? "a later one" : "none in the log"));
}

function corruptHeader(file: string, wanted: string, found: string): Corrupt {
  return corruptAt(file, 0, wanted, found);
}

/** Bytes that are not what was written. */
export function corruptAt(file: string, offset: number, wanted: string, found: string): Corrupt {
  return { _tag: "Corrupt", stored: "no", file, offset, wanted, found };
}
