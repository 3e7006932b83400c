/**
 * How questions are answered from an index run, without reading anything: each lookup is a
 * generator that asks for a part of the payloads, is given it, and goes on. The reader that runs it
 * brings the parts at once or later, and checks every block that it brings.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { byteReader, readText, readVarint, viewOf } from "../format/bytes.ts";
import type { SparseRow } from "./frame_marks.ts";
import type { Span } from "./index_block.ts";
import {
  commitShape,
  entryShape,
  type RunCounts,
  type RunSections,
  SPARSE_ROW_BYTES,
} from "./index_header.ts";
import { pageOf } from "./index_page.ts";
import { eachTableRow, readPostings } from "./postings.ts";
import {
  entryAt,
  firstRow,
  hashAt,
  pageSpan,
  readPage,
  rowAt,
  type RunEntry,
  sparseRowAt,
} from "./run_page.ts";
import { compareNames } from "./run_rows.ts";
import type { PlacedSegment } from "./segment_row.ts";
import type { Postings, TermKind } from "./term.ts";
import { compareHashes, type HashedTerm, type TermHash } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A question under way: it yields the part that it needs next. */
export type Lookup<Answer> = Generator<Span, Answer, Uint8Array>;

/** What a lookup knows of the run. */
export interface RunMap {
  readonly counts: RunCounts;
  readonly sections: RunSections;
  readonly segments: ReadonlyArray<PlacedSegment>;
}

/** A term with its name. */
export interface NamedEntry extends RunEntry {
  readonly name: string;
}

/** The frames of a term in one segment, not read yet. */
export interface SegmentPostings {
  readonly segment: number;
  /** Where their list is. */
  readonly list: Span;
}

/** A frame in which a commit id may stand: only its hash is known here. */
export interface CommitCandidate {
  readonly segment: number;
  readonly offset8: number;
}

/** Where a scan may begin. */
export interface SparsePlace extends SparseRow {
  readonly segment: number;
}

/** Most names fit into so many bytes, so that one step reads them. */
const NAME_BYTES_USUAL = 48;

/** Most tables fit into so many bytes, so that one step reads them. */
const TABLE_BYTES_USUAL = 48;

// ---------------------------------------------------------------------------
// terms
// ---------------------------------------------------------------------------

/** The entry of a term. Names are compared, so a term of the same hash is never taken for it. */
export function* findTerm(map: RunMap, term: HashedTerm): Lookup<NamedEntry | undefined> {
  const { pages, pageBlocks } = map.counts;
  for (let number = pageOf(term.hi, pages); number < pageBlocks; number++) {
    const page = readPage(yield pageSpan(map.sections.pages, number), entryShape);
    for (let row = firstRow(page, entryShape, term); row < page.rows; row++) {
      const entry = entryAt(page.view, rowAt(entryShape, row));
      if (compareHashes(entry, term) !== 0) return undefined;
      if (entry.kind !== term.kind) continue;
      const name = yield* nameOf(map, entry);
      if (name === term.name) return { ...entry, name };
    }
    if (!page.goesOn) return undefined;
  }
  return undefined;
}

/** Where the frames of a term stand, by segment in log order. */
export function* postingsOfEntry(
  map: RunMap,
  entry: RunEntry,
): Lookup<ReadonlyArray<SegmentPostings>> {
  const from = map.sections.postings + entry.postingsAt;
  const end = map.sections.postings + map.counts.postingsBytes;
  for (let size = TABLE_BYTES_USUAL;; size *= 16) {
    const to = Math.min(end, from + size);
    const reader = byteReader(yield { from, to });
    const rows: Array<readonly [delta: number, size: number]> = [];
    if (!eachTableRow(reader, (delta, bytes) => rows.push([delta, bytes]))) {
      invariant(to < end, "read postings of an index run: their table");
      continue;
    }
    let at = from + reader.at;
    return rows.map(([delta, bytes]) => {
      const list = { from: at, to: at + bytes };
      at += bytes;
      invariant(at <= end, "read postings of an index run: the end of their lists");
      return { segment: map.counts.from + delta, list };
    });
  }
}

/** The frames of a term in one segment. */
export function* framesOf({ list }: SegmentPostings): Lookup<Postings> {
  const postings = readPostings(yield list);
  invariant(postings !== undefined, "read postings of an index run: frames and counts");
  return postings;
}

/**
 * Entries of one kind in hash order, from behind `after` on: those of the next page that has any.
 * None at all is the end.
 */
export function* entriesAfter(
  map: RunMap,
  kind: TermKind,
  after: (TermHash & { readonly name: string }) | undefined,
): Lookup<ReadonlyArray<NamedEntry>> {
  const { pages, pageBlocks } = map.counts;
  for (let number = after ? pageOf(after.hi, pages) : 0; number < pageBlocks; number++) {
    const page = readPage(yield pageSpan(map.sections.pages, number), entryShape);
    const found: NamedEntry[] = [];
    for (let row = after ? firstRow(page, entryShape, after) : 0; row < page.rows; row++) {
      const entry = entryAt(page.view, rowAt(entryShape, row));
      if (entry.kind !== kind) continue;
      const name = yield* nameOf(map, entry);
      const isBehind = !after ||
        (compareHashes(entry, after) || compareNames(name, after.name)) > 0;
      if (isBehind) found.push({ ...entry, name });
    }
    if (found.length > 0) return found;
  }
  return [];
}

function* nameOf(map: RunMap, entry: RunEntry): Lookup<string> {
  const end = map.sections.names + map.counts.namesBytes;
  const from = map.sections.names + entry.nameAt;
  const usual = byteReader(yield { from, to: Math.min(end, from + NAME_BYTES_USUAL) });
  const size = readVarint(usual);
  const to = from + usual.at + size;
  invariant(!usual.failed && to <= end, "read a name of an index run: its length");
  const reader = to <= from + NAME_BYTES_USUAL ? usual : byteReader(yield { from, to }, usual.at);
  const name = readText(reader, size);
  invariant(!reader.failed, "read a name of an index run: UTF-8");
  return name;
}

// ---------------------------------------------------------------------------
// commits
// ---------------------------------------------------------------------------

/** The frames in which a commit id may stand, in log order. */
export function* commitsOfHash(
  map: RunMap,
  hash: TermHash,
): Lookup<ReadonlyArray<CommitCandidate>> {
  const { commitPages, commitBlocks, from } = map.counts;
  const found: CommitCandidate[] = [];
  for (let number = pageOf(hash.hi, commitPages); number < commitBlocks; number++) {
    const page = readPage(yield pageSpan(map.sections.commits, number), commitShape);
    for (let row = firstRow(page, commitShape, hash); row < page.rows; row++) {
      const at = rowAt(commitShape, row);
      if (compareHashes(hashAt(page.view, at), hash) !== 0) return found;
      found.push({
        segment: from + page.view.getUint32(at + 8, true),
        offset8: page.view.getUint32(at + 12, true),
      });
    }
    if (!page.goesOn) return found;
  }
  return found;
}

// ---------------------------------------------------------------------------
// places
// ---------------------------------------------------------------------------

/** The last sparse row at or before a position. */
export function* sparseAtPosition(map: RunMap, position: number): Lookup<SparsePlace | undefined> {
  for (let at = map.segments.length - 1; at >= 0; at--) {
    if (map.segments[at]!.firstPosition > position) continue;
    // A segment without a commit has no row; then the one before it has the place.
    const place = yield* lastRow(map, at, (row) => row.position <= position);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The last sparse row before which no commit is later than `time`; none if no commit is later. */
export function* sparseAtTime(map: RunMap, time: number): Lookup<SparsePlace | undefined> {
  const at = map.segments.findIndex((segment) => segment.maxTime > time);
  return at < 0 ? undefined : yield* lastRow(map, at, (row) => row.timeBefore <= time);
}

/** The last sparse row of a segment that holds. Rows that hold stand before those that do not. */
function* lastRow(
  map: RunMap,
  at: number,
  holds: (row: SparseRow) => boolean,
): Lookup<SparsePlace | undefined> {
  const segment = map.segments[at]!;
  let low = segment.firstSparse;
  let high = map.segments[at + 1]?.firstSparse ?? map.counts.sparseRows;
  let found: SparsePlace | undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const from = map.sections.sparse + middle * SPARSE_ROW_BYTES;
    const row = sparseRowAt(viewOf(yield { from, to: from + SPARSE_ROW_BYTES }), 0);
    if (holds(row)) {
      found = { segment: segment.number, ...row };
      low = middle + 1;
    } else high = middle;
  }
  return found;
}
