/**
 * Index runs: the terms of one or more segments as a file that answers each question with few
 * reads. `index_header.ts`, `index_block.ts`, `index_page.ts` and `postings.ts` say the bytes.
 *
 * A run is a pure function of its segments, so that it can always be made again, byte for byte.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { addAllToFilter, emptyFilter } from "./bloom_filter.ts";
import { writtenBytes } from "../format/byte_writer.ts";
import { setU48, viewOf } from "../format/bytes.ts";
import type { SparseRow } from "./frame_marks.ts";
import { BLOCK_BYTES, PAYLOAD_BYTES, sealBlocks } from "./index_block.ts";
import {
  commitShape,
  entryShape,
  FILTER_BYTES_IN_BLOCK,
  type FramePlace,
  type RunCounts,
  type RunSections,
  sectionsOf,
  SPARSE_ROW_BYTES,
  writeFooter,
  writeHeader,
} from "./index_header.ts";
import { PAGE_HEADER_BYTES, type PageShape, writePageHeader } from "./index_page.ts";
import type { MemoryTerms } from "./memory_terms.ts";
import {
  type CommitRows,
  commitRows,
  type TermRows,
  termRows,
  type TermTails,
  termTails,
} from "./run_rows.ts";
import { SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import { SEGMENT_ROW_BYTES, type SegmentRow, writeSegmentRow } from "./segment_row.ts";
import type { TermHasher } from "./term_hash.ts";
import { codeAt } from "./term_table.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a run is made of. */
export interface RunInput {
  readonly hash: TermHasher;
  /** In log order, without a gap. Only the last may be covered in part. */
  readonly segments: ReadonlyArray<SegmentTerms>;
}

/** A segment and its terms, from its start to `row.endOffset`. */
export interface SegmentTerms {
  readonly row: SegmentRow;
  readonly terms: MemoryTerms;
}

/** A run as bytes. All before the footer is written and flushed before the footer is written. */
export interface EncodedRun {
  readonly bytes: Uint8Array;
  /** Where the footer begins, in bytes. */
  readonly footerAt: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The run of some segments. The same segments give the same bytes, in whatever order the terms of
 * a frame were added.
 */
export function encodeRun(input: RunInput): EncodedRun {
  const steps = encodeRunInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The same in steps, for a writer that must answer others in between: a large run takes a second.
 * The terms must not change until it is done.
 */
export function* encodeRunInSteps(input: RunInput): Generator<void, EncodedRun, void> {
  checkSegments(input.segments);
  const segments = input.segments.map(({ terms }) => terms);
  const terms = yield* termRows(segments, input.hash);
  const commits = yield* commitRows(segments, input.hash);
  const filter = emptyFilter(terms.count + commits.count);
  yield* addToFilterInSteps(filter, terms);
  yield* addToFilterInSteps(filter, commits);
  const tails = yield* termTails(terms, segments);
  // An entry has 32 bits for the place of its name, far above what `runBytesMax` allows.
  invariant(tails.names.at < 2 ** 32, "encode a run: less than 4 GiB of names");
  const sparse = segments.map((segment) => segment.sparse());
  yield;

  const counts = countsOf(input, { terms, commits, filter, tails, sparse });
  const sections = sectionsOf(counts);
  const payloads = new Uint8Array(sections.footer + PAYLOAD_BYTES);
  writeHeader(payloads, counts);
  writeFooter(payloads, sections.footer, counts);
  writeSegments(payloads, sections, input.segments, sparse);
  writeFilter(payloads, sections.filter, filter);
  yield;
  yield* writeTerms(payloads, sections.pages, terms, segments, tails);
  payloads.set(writtenBytes(tails.postings), sections.postings);
  payloads.set(writtenBytes(tails.names), sections.names);
  yield* writeCommits(payloads, sections.commits, commits);
  return {
    bytes: yield* sealed(payloads, counts.seed),
    footerAt: sections.fileBytes - BLOCK_BYTES,
  };
}

function* addToFilterInSteps(
  filter: Uint8Array,
  { hi, lo }: Pick<TermRows, "hi" | "lo">,
): Generator<void, void, void> {
  for (let from = 0; from < hi.length; from += ROWS_AT_ONCE) {
    const to = from + ROWS_AT_ONCE;
    addAllToFilter(filter, { hi: hi.subarray(from, to), lo: lo.subarray(from, to) });
    yield;
  }
}

/** The payloads as blocks. */
function* sealed(payloads: Uint8Array, seed: number): Generator<void, Uint8Array, void> {
  const blocks = payloads.length / PAYLOAD_BYTES;
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  for (let first = 0; first < blocks; first += BLOCKS_AT_ONCE) {
    const part = payloads.subarray(
      first * PAYLOAD_BYTES,
      (first + BLOCKS_AT_ONCE) * PAYLOAD_BYTES,
    );
    bytes.set(sealBlocks(part, seed, first), first * BLOCK_BYTES);
    yield;
  }
  return bytes;
}

/** What a step takes: so many rows into a filter, so many pages, so many blocks with their checksums. */
const ROWS_AT_ONCE = 8192;
const PAGES_AT_ONCE = 64;
const BLOCKS_AT_ONCE = 256;

function checkSegments(segments: ReadonlyArray<SegmentTerms>): void {
  invariant(segments.length > 0, "encode a run: at least one segment");
  const first = segments[0]!.row.number;
  segments.forEach(({ row, terms }, at) => {
    invariant(row.number === first + at, "encode a run: neighbouring segments");
    // Terms that begin further behind would make a run that denies what stands before them.
    invariant(
      terms.from.segment === row.number && terms.from.offset <= SEGMENT_HEADER_BYTES,
      () => `encode a run: the terms of segment ${row.number} from its start`,
    );
  });
}

function countsOf(
  { segments, hash }: RunInput,
  made: {
    readonly terms: TermRows;
    readonly commits: CommitRows;
    readonly filter: Uint8Array;
    readonly tails: TermTails;
    readonly sparse: ReadonlyArray<ReadonlyArray<SparseRow>>;
  },
): RunCounts {
  const first = segments[0]!.row;
  const last = segments[segments.length - 1]!;
  return {
    seed: last.row.lastHcrc,
    from: first.number,
    to: last.row.number,
    firstPosition: first.firstPosition,
    lastPosition: last.terms.lastPosition || last.row.firstPosition - 1,
    segments: segments.length,
    entries: made.terms.count,
    pages: made.terms.pages,
    pageBlocks: made.terms.ends.length,
    commits: made.commits.count,
    commitPages: made.commits.pages,
    commitBlocks: made.commits.ends.length,
    filterBytes: made.filter.length,
    sparseRows: made.sparse.reduce((sum, rows) => sum + rows.length, 0),
    postingsBytes: made.tails.postings.at,
    namesBytes: made.tails.names.at,
    manifest: newestManifest(segments),
    keyCheck: hash("stream", ""),
  };
}

function newestManifest(segments: ReadonlyArray<SegmentTerms>): FramePlace | undefined {
  let newest: FramePlace | undefined;
  for (const { row, terms: { manifest } } of segments) {
    if (manifest !== undefined) newest = { segment: row.number, offset: manifest * 8 };
  }
  return newest;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

function writeSegments(
  payloads: Uint8Array,
  sections: RunSections,
  segments: ReadonlyArray<SegmentTerms>,
  sparse: ReadonlyArray<ReadonlyArray<SparseRow>>,
): void {
  const view = viewOf(payloads);
  let firstSparse = 0;
  segments.forEach(({ row }, segment) => {
    writeSegmentRow(view, sections.rows + segment * SEGMENT_ROW_BYTES, { ...row, firstSparse });
    sparse[segment]!.forEach((mark, index) => {
      const at = sections.sparse + (firstSparse + index) * SPARSE_ROW_BYTES;
      setU48(view, at, mark.position);
      view.setUint32(at + 6, mark.offset8, true);
      setU48(view, at + 10, mark.timeBefore);
    });
    firstSparse += sparse[segment]!.length;
  });
}

function writeFilter(payloads: Uint8Array, at: number, filter: Uint8Array): void {
  for (let from = 0; from < filter.length; from += FILTER_BYTES_IN_BLOCK) {
    const block = from / FILTER_BYTES_IN_BLOCK;
    payloads.set(filter.subarray(from, from + FILTER_BYTES_IN_BLOCK), at + block * PAYLOAD_BYTES);
  }
}

function writeTerms(
  payloads: Uint8Array,
  at: number,
  terms: TermRows,
  segments: ReadonlyArray<MemoryTerms>,
  tails: TermTails,
): Generator<void, void, void> {
  const columns = segments.map((one) => one.columns);
  return writePages(payloads, at, terms, entryShape, (view, to, row) => {
    const first = terms.starts[row]!;
    let events = 0;
    for (let part = first; part < terms.starts[row + 1]!; part++) {
      events += columns[terms.deltas[part]!]!.chains.sums.values[terms.parts[part]!]!;
    }
    const { table, firstVersions } = columns[terms.deltas[first]!]!;
    view.setUint8(to + 8, codeAt(table, terms.parts[first]!));
    setU48(view, to + 10, firstVersions.values[terms.parts[first]!]!);
    setU48(view, to + 16, events);
    setU48(view, to + 22, tails.postingsAt[row]!);
    view.setUint32(to + 28, tails.namesAt[row]!, true);
  });
}

function writeCommits(
  payloads: Uint8Array,
  at: number,
  commits: CommitRows,
): Generator<void, void, void> {
  return writePages(payloads, at, commits, commitShape, (view, to, row) => {
    view.setUint32(to + 8, commits.deltas[row]!, true);
    view.setUint32(to + 12, commits.offsets8[row]!, true);
  });
}

/** Writes pages of rows: of each row its hash, and what `write` adds behind it. */
function* writePages(
  payloads: Uint8Array,
  at: number,
  rows: TermRows | CommitRows,
  shape: PageShape,
  write: (view: DataView, to: number, row: number) => void,
): Generator<void, void, void> {
  const view = viewOf(payloads);
  let start = 0;
  for (const [page, { end, goesOn }] of rows.ends.entries()) {
    if (page % PAGES_AT_ONCE === 0) yield;
    const from = at + page * PAYLOAD_BYTES;
    writePageHeader(view, from, end - start, goesOn);
    for (let row = start; row < end; row++) {
      const to = from + PAGE_HEADER_BYTES + (row - start) * shape.rowBytes;
      view.setUint32(to, rows.lo[row]!, true);
      view.setUint32(to + 4, rows.hi[row]!, true);
      write(view, to, row);
    }
    start = end;
  }
}
