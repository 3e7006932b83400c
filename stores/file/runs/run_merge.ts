/**
 * Merging neighbouring index runs into one: terms and commit ids in the order of their hashes, the
 * lists of a term one behind the other, all else as it stands.
 *
 * What comes out is, byte for byte, the run that `encodeRun` makes of all the segments at once; so
 * it does not matter in which steps runs were merged. In memory are a window on each section that
 * is read, the filter (1.5 bytes for each term and commit id) and, for each term of each input, a
 * byte at most that says where it stands: so names are compared once.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { getU48, setU48, viewOf } from "../format/bytes.ts";
import {
  type BlockSink,
  blockSink,
  endBlock,
  giveBlocks,
  putIfFits,
  putPart,
} from "./block_sink.ts";
import { addToFilter, emptyFilter } from "./bloom_filter.ts";
import { PAYLOAD_BYTES, sealBlocks } from "./index_block.ts";
import {
  commitShape,
  entryShape,
  FILTER_BYTES_IN_BLOCK,
  HEADER_BYTES,
  type RunCounts,
  sectionsOf,
  SPARSE_ROW_BYTES,
  writeFooter,
  writeHeader,
} from "./index_header.ts";
import { layEnd, layRow, pageLayout, pagesFor, type PageShape } from "./index_page.ts";
import {
  areNamesThere,
  bringNames,
  type Matched,
  matchTerms,
  mergedTable,
  passNames,
  passTables,
  passTablesApart,
  termCursors,
  termInputs,
} from "./merge_terms.ts";
import {
  type MergeWindow,
  mergeWindow,
  type Merging,
  moveWindow,
  placeIn,
} from "./merge_window.ts";
import { beginRow, endPages, pageSink, rowPlace, takeEnded } from "./page_sink.ts";
import {
  CURSORS_MAX,
  firstOf,
  leastHash,
  passAll,
  type RowCursor,
  rowCursor,
  toNextPages,
} from "./row_cursor.ts";
import type { RunMap } from "./run_lookup.ts";
import { SEGMENT_ROW_BYTES, writeSegmentRow } from "./segment_row.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The end of a merge: all blocks but the last have been given. */
export interface Merged {
  /** The last block. It is written when all before it is flushed. */
  readonly footer: Uint8Array;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Merges runs that are neighbours, in log order: at least one, and at most eight. */
export function* mergeRuns(maps: ReadonlyArray<RunMap>): Merging<Merged> {
  checkNeighbours(maps);
  const matched = yield* matchTerms(maps);
  const { counts, filter } = yield* measure(maps, matched);
  const sections = sectionsOf(counts);
  const sink = blockSink(counts.seed);
  yield* putHeader(sink, maps, counts);
  for (let from = 0; from < filter.length; from += FILTER_BYTES_IN_BLOCK) {
    const to = Math.min(filter.length, from + FILTER_BYTES_IN_BLOCK);
    yield* putPart(sink, filter, from, to);
    endBlock(sink);
  }
  yield* putTerms(sink, maps, matched, counts.pages);
  yield* putPostings(sink, maps, matched);
  yield* putNames(sink, maps, matched);
  yield* putCommits(sink, maps, counts.commitPages);
  yield* putSparse(sink, maps);
  yield* giveBlocks(sink);
  const footer = new Uint8Array(PAYLOAD_BYTES);
  writeFooter(footer, 0, counts);
  const last = sections.footer / PAYLOAD_BYTES;
  invariant(sink.block === last, "merge index runs: as many blocks as the header says");
  return { footer: sealBlocks(footer, counts.seed, last) };
}

function checkNeighbours(maps: ReadonlyArray<RunMap>): void {
  invariant(
    maps.length > 0 && maps.length <= CURSORS_MAX,
    () => `merge index runs: from 1 to ${CURSORS_MAX} of them`,
  );
  for (let at = 1; at < maps.length; at++) {
    const isNeighbour = maps[at]!.counts.from === maps[at - 1]!.counts.to + 1;
    invariant(isNeighbour, "merge index runs: neighbours, in log order");
  }
}

// ---------------------------------------------------------------------------
// measuring
// ---------------------------------------------------------------------------

/** What the header says, and the filter, which stands before all that it was made of. */
function* measure(
  maps: ReadonlyArray<RunMap>,
  matched: Matched,
): Merging<{ readonly counts: RunCounts; readonly filter: Uint8Array }> {
  const sum = (count: (of: RunCounts) => number): number =>
    maps.reduce((all, { counts }) => all + count(counts), 0);
  const commits = sum((counts) => counts.commits);
  const filter = emptyFilter(matched.count + commits);
  const pages = pagesFor(entryShape, matched.count);
  const commitPages = pagesFor(commitShape, commits);
  const cursors = yield* termCursors(maps);
  let at = 0;
  const pageBlocks = yield* measurePages(cursors, entryShape, pages, filter, () => {
    return at < matched.count ? matched.masks[at++]! : 0;
  });
  const ofCommits = yield* commitCursors(maps);
  const commitBlocks = yield* measurePages(ofCommits, commitShape, commitPages, filter, () => {
    return nextCommit(ofCommits);
  });
  const first = maps[0]!.counts;
  const last = maps[maps.length - 1]!.counts;
  // An entry has 32 bits for the place of its name, far above what `runBytesMax` allows.
  invariant(matched.namesBytes < 2 ** 32, "merge index runs: less than 4 GiB of names");
  const counts: RunCounts = {
    seed: last.seed,
    from: first.from,
    to: last.to,
    firstPosition: first.firstPosition,
    lastPosition: last.lastPosition,
    segments: sum((one) => one.segments),
    entries: matched.count,
    pages,
    pageBlocks,
    commits,
    commitPages,
    commitBlocks,
    filterBytes: filter.length,
    sparseRows: sum((one) => one.sparseRows),
    postingsBytes: matched.postingsBytes,
    namesBytes: matched.namesBytes,
    manifest: [...maps].reverse().find(({ counts }) => counts.manifest)?.counts.manifest,
    keyCheck: first.keyCheck,
  };
  return { counts, filter };
}

/** How many blocks rows take in pages. Their hashes go into the filter. */
function* measurePages(
  cursors: ReadonlyArray<RowCursor>,
  shape: PageShape,
  pages: number,
  filter: Uint8Array,
  nextMask: () => number,
): Merging<number> {
  const layout = pageLayout(shape, pages);
  let blocks = 0;
  const end = (): void => {
    blocks += 1;
  };
  for (let mask = nextMask(); mask !== 0; mask = nextMask()) {
    const { hi, lo } = cursors[firstOf(mask)]!;
    addToFilter(filter, hi, lo);
    layRow(layout, hi, end);
    const left = passAll(cursors, mask);
    if (left !== 0) yield* toNextPages(cursors, left);
  }
  layEnd(layout, end);
  return blocks;
}

// ---------------------------------------------------------------------------
// writing
// ---------------------------------------------------------------------------

function* putHeader(
  sink: BlockSink,
  maps: ReadonlyArray<RunMap>,
  counts: RunCounts,
): Merging<void> {
  const header = new Uint8Array(HEADER_BYTES + counts.segments * SEGMENT_ROW_BYTES);
  writeHeader(header, counts);
  const view = viewOf(header);
  let at = HEADER_BYTES;
  let sparseBefore = 0;
  for (const map of maps) {
    for (const row of map.segments) {
      writeSegmentRow(view, at, { ...row, firstSparse: sparseBefore + row.firstSparse });
      at += SEGMENT_ROW_BYTES;
    }
    sparseBefore += map.counts.sparseRows;
  }
  yield* putPart(sink, header, 0, header.length);
  endBlock(sink);
}

function* putTerms(
  sink: BlockSink,
  maps: ReadonlyArray<RunMap>,
  matched: Matched,
  pages: number,
): Merging<void> {
  const cursors = yield* termCursors(maps);
  const inputs = termInputs(maps);
  const table = mergedTable();
  const rows = pageSink(sink, entryShape, pages);
  let nameAt = 0;
  let postingsAt = 0;
  for (let term = 0; term < matched.count; term++) {
    const mask = matched.masks[term]!;
    const first = cursors[firstOf(mask)]!;
    if (!beginRow(rows, first.hi)) yield* takeEnded(rows);
    const at = rowPlace(rows);
    // Hash, kind and first version are those of the first run; the rest is told anew.
    copyRow(sink, at, first, FIRST_OF_ENTRY_BYTES);
    let events = 0;
    for (let input = 0; input < cursors.length; input++) {
      const { window, at: row } = cursors[input]!;
      if ((mask & (1 << input)) !== 0) events += getU48(window.view, row + 16);
    }
    setU48(sink.view, at + 16, events);
    setU48(sink.view, at + 22, postingsAt);
    sink.view.setUint32(at + 28, nameAt, true);
    if (!areNamesThere(inputs, mask & -mask)) yield* bringNames(inputs, mask & -mask);
    nameAt += passNames(inputs, mask);
    let size = passTables(inputs, mask, table);
    if (size < 0) size = yield* passTablesApart(inputs, mask, table);
    postingsAt += size;
    const left = passAll(cursors, mask);
    if (left !== 0) yield* toNextPages(cursors, left);
  }
  yield* endPages(rows);
}

/** Hash, kind and first version of an entry. */
const FIRST_OF_ENTRY_BYTES = 16;

function* putPostings(
  sink: BlockSink,
  maps: ReadonlyArray<RunMap>,
  { masks, count }: Matched,
): Merging<void> {
  const inputs = termInputs(maps);
  const table = mergedTable();
  for (let term = 0; term < count; term++) {
    const mask = masks[term]!;
    if (passTables(inputs, mask, table) < 0) yield* passTablesApart(inputs, mask, table);
    const { bytes, at: end } = table.bytes;
    if (!putIfFits(sink, bytes, 0, end)) yield* putPart(sink, bytes, 0, end);
    for (let input = 0; input < inputs.length; input++) {
      if ((mask & (1 << input)) === 0) continue;
      const { postings, lists, listsEnd } = inputs[input]!;
      if (!copyIfThere(sink, postings, lists, listsEnd)) {
        yield* copyPart(sink, postings, lists, listsEnd);
      }
    }
  }
  endBlock(sink);
}

function* putNames(
  sink: BlockSink,
  maps: ReadonlyArray<RunMap>,
  { masks, count }: Matched,
): Merging<void> {
  const inputs = termInputs(maps);
  for (let term = 0; term < count; term++) {
    const mask = masks[term]!;
    if (!areNamesThere(inputs, mask & -mask)) yield* bringNames(inputs, mask & -mask);
    const { names, name, nameEnd } = inputs[firstOf(mask)]!;
    if (!copyIfThere(sink, names, name, nameEnd)) yield* copyPart(sink, names, name, nameEnd);
    passNames(inputs, mask);
  }
  endBlock(sink);
}

function* putCommits(
  sink: BlockSink,
  maps: ReadonlyArray<RunMap>,
  pages: number,
): Merging<void> {
  const cursors = yield* commitCursors(maps);
  const rows = pageSink(sink, commitShape, pages);
  for (let mask = nextCommit(cursors); mask !== 0; mask = nextCommit(cursors)) {
    const input = firstOf(mask);
    const cursor = cursors[input]!;
    if (!beginRow(rows, cursor.hi)) yield* takeEnded(rows);
    const at = rowPlace(rows);
    copyRow(sink, at, cursor, commitShape.rowBytes);
    const base = maps[input]!.counts.from - maps[0]!.counts.from;
    sink.view.setUint32(at + 8, base + cursor.window.view.getUint32(cursor.at + 8, true), true);
    const left = passAll(cursors, mask);
    if (left !== 0) yield* toNextPages(cursors, left);
  }
  yield* endPages(rows);
}

function* putSparse(sink: BlockSink, maps: ReadonlyArray<RunMap>): Merging<void> {
  for (const [input, { counts, sections }] of maps.entries()) {
    const from = sections.sparse;
    const to = from + counts.sparseRows * SPARSE_ROW_BYTES;
    yield* copyPart(sink, mergeWindow(input, { from, to }), from, to);
  }
  endBlock(sink);
}

/** Copies a small part of a section, if the window holds it and the sink has room for it. */
function copyIfThere(sink: BlockSink, window: MergeWindow, from: number, to: number): boolean {
  const at = placeIn(window, from, to - from);
  return at >= 0 && putIfFits(sink, window.bytes, at, at + to - from);
}

/** Copies a part of a section. */
function* copyPart(
  sink: BlockSink,
  window: MergeWindow,
  from: number,
  to: number,
): Merging<void> {
  for (let address = from; address < to;) {
    if (placeIn(window, address, 1) < 0) yield* moveWindow(window, address, 1);
    const at = address - window.from;
    const end = Math.min(window.bytes.length, to - window.from);
    yield* putPart(sink, window.bytes, at, end);
    address = window.from + end;
  }
}

/** Copies the first bytes of a row to a place in the sink. */
function copyRow(sink: BlockSink, to: number, { window, at }: RowCursor, size: number): void {
  for (let byte = 0; byte < size; byte++) sink.bytes[to + byte] = window.bytes[at + byte]!;
}

/** Cursors at the first commit ids. */
function* commitCursors(maps: ReadonlyArray<RunMap>): Merging<ReadonlyArray<RowCursor>> {
  const cursors: RowCursor[] = [];
  for (const [input, { counts, sections }] of maps.entries()) {
    cursors.push(yield* rowCursor(input, sections.commits, counts.commitBlocks, commitShape));
  }
  return cursors;
}

/** The cursor of the next commit id, as a bit: of equal hashes the first run's, in log order. */
function nextCommit(cursors: ReadonlyArray<RowCursor>): number {
  const least = leastHash(cursors);
  return least & -least;
}
