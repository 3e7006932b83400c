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
import { segmentName } from "./format/layout.ts";
import { FORMAT_MAJOR, type HeaderDefect, type SegmentHeader } from "./format/segment.ts";

/** A segment file as its name says it. */
export interface SegmentId {
  readonly number: number;
  readonly epoch: number;
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

function corruptHeader(file: string, wanted: string, found: string): Corrupt {
  return corruptAt(file, 0, wanted, found);
}

/** Bytes that are not what was written. */
export function corruptAt(file: string, offset: number, wanted: string, found: string): Corrupt {
  return { _tag: "Corrupt", stored: "no", file, offset, wanted, found };
}
