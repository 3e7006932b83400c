/**
 * Terms: what records are found by. A stream, a category, an event type, a tag each is one; so is
 * a cut of a stream, of which the newest counts.
 *
 * @module
 */

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a name names. Two terms of different kinds may share a name and stay two. */
export type TermKind = "stream" | "category" | "type" | "tag" | "cut";

/** A name, and what it names. */
export interface Term {
  readonly kind: TermKind;
  readonly name: string;
}

/** Where a stream stands in one stretch of the log. */
export interface StreamHead {
  /** The version of its first event there. */
  readonly firstVersion: number;
  /** How many events it has there, so the last has version `firstVersion + events - 1`. */
  readonly events: number;
}

/**
 * The frames that hold a term, in log order, and how many of its events each one holds. A posting
 * names a frame, and a query is answered from the events in the frame.
 */
export interface Postings {
  readonly length: number;
  /** Offsets of frames in their segment, divided by 8. */
  readonly offsets8: ArrayLike<number>;
  readonly events: ArrayLike<number>;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Every kind, in the order of its code. */
export const termKinds: ReadonlyArray<TermKind> = ["stream", "category", "type", "tag", "cut"];

const codes: Readonly<Record<TermKind, number>> = {
  stream: 1,
  category: 2,
  type: 3,
  tag: 4,
  cut: 5,
};

/** The code of commit ids, which are hashed and filtered like terms but have pages of their own. */
const COMMIT_CODE = 6;

/** The byte that stands for a kind in hashes and in index runs. */
export function codeOf(kind: TermKind | "commit"): number {
  return kind === "commit" ? COMMIT_CODE : codes[kind];
}

/** The kind that a byte stands for, if it is one. */
export function kindOf(code: number): TermKind | undefined {
  return termKinds[code - 1];
}
