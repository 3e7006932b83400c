/**
 * What an index run knows of one of its segments, to be taken up again into memory.
 *
 * @module
 */
import type { SparseRow } from "./frame_marks.ts";
import type { EncodedPostings } from "./postings.ts";
import type { TermKind } from "./term.ts";
import type { TermHash } from "./term_hash.ts";

/** What a run knows of a segment, to be taken up again. */
export interface RunPart {
  readonly terms: ReadonlyArray<RunTerm>;
  readonly sparse: ReadonlyArray<SparseRow>;
  readonly commits: ReadonlyArray<CommitRow>;
  readonly lastPosition: number;
  readonly maxTime: number;
  /** The frame of the newest manifest, as an offset divided by 8. */
  readonly manifest: number | undefined;
}

/** A term of a run, with its frames in one segment. */
export interface RunTerm {
  readonly kind: TermKind;
  readonly name: string;
  readonly firstVersion: number;
  readonly postings: EncodedPostings;
}

/** A commit id of which only the hash is known, because it comes from an index run. */
export interface CommitRow extends TermHash {
  readonly offset8: number;
}
