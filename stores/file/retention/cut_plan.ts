/**
 * What a cut of a stream comes to: a cut never goes back, and leaves the last record, unless it is a
 * tombstone.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { isSome } from "fp-ts/lib/Option.js";
import { checkStreamName, commitLimits } from "../../../src/commit_check.ts";
import type { Refused } from "../../../src/fault.ts";
import type { StreamName, Version } from "../../../src/stream.ts";
import type { StreamCut } from "../format/stream_cut.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is wanted of a stream: to be read from a version on, or not at all any more. */
export interface CutWanted {
  readonly stream: StreamName;
  /** The first version that is still read; none for a tombstone. */
  readonly before: Version | undefined;
}

/** What is known of the stream. */
export interface CutFacts {
  /** Its last version; 0 if it has no record. */
  readonly version: Version;
  /** The newest cut of it, if there is one. */
  readonly newest: StreamCut | undefined;
}

/** What would come of a cut. */
export interface CutPlan {
  readonly stream: StreamName;
  /** The last version of the stream; 0 if it has no record. */
  readonly version: Version;
  /** Whether a tombstone has ended the stream before. */
  readonly isEnded: boolean;
  /** The versions that are left out from then on; none if there are none, or it is cut as far. */
  readonly leftOut: { readonly from: Version; readonly to: Version } | undefined;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Why no stream can be cut like this, if so. */
export function refusedCut(stream: string, before: number | undefined): Refused | undefined {
  const name = checkStreamName(commitLimits)(stream);
  if (isSome(name)) return name.value;
  if (before === undefined || (Number.isSafeInteger(before) && before >= 1)) return undefined;
  return {
    _tag: "Refused",
    stored: "no",
    what: `a cut of the stream ${JSON.stringify(stream)}`,
    wanted: "a version from 1",
    found: String(before),
  };
}

/** The cut that is to be written; none if the stream is cut as far already. */
export function cutToWrite(
  { stream, before }: CutWanted,
  { version, newest }: CutFacts,
): Either<Refused, StreamCut | undefined> {
  const isDone = before === undefined
    ? newest?.isTombstone === true
    : newest?.isTombstone === true || before <= (newest?.before ?? 1);
  if (isDone) return right(undefined);
  if (before === undefined) return right({ stream, before: version + 1, isTombstone: true });
  if (before <= version) return right({ stream, before, isTombstone: false });
  return left({
    _tag: "Refused",
    stored: "no",
    what: `a cut of the stream ${JSON.stringify(stream)} before version ${before}`,
    wanted: version === 0
      ? "a stream with a record in it"
      : `at most ${version}, its last version; a tombstone leaves no record at all`,
    found: version === 0 ? "none of that name" : `${before}`,
  });
}

/** The same in figures, for whoever is to decide. */
export function planCut(wanted: CutWanted, facts: CutFacts): Either<Refused, CutPlan> {
  const cut = cutToWrite(wanted, facts);
  if (cut._tag === "Left") return cut;
  const { version, newest } = facts;
  const from = newest?.before ?? 1;
  const to = (cut.right?.before ?? from) - 1;
  return right({
    stream: wanted.stream,
    version,
    isEnded: newest?.isTombstone === true,
    leftOut: from <= to ? { from, to } : undefined,
  });
}
