/**
 * The rows in the pages of an index run, as they are read: terms, commit ids, marks.
 *
 * Every block is checked before it gets here, so what does not fit its shape is a defect of the
 * program that wrote it.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { getU48, viewOf } from "../format/bytes.ts";
import type { SparseRow } from "./frame_marks.ts";
import { PAYLOAD_BYTES, type Span } from "./index_block.ts";
import { GOES_ON, PAGE_HEADER_BYTES, type PageShape } from "./index_page.ts";
import { kindOf, type StreamHead, type TermKind } from "./term.ts";
import { compareHashes, type TermHash } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A page, whose rows are in hash order. */
export interface Page {
  readonly view: DataView;
  readonly rows: number;
  readonly goesOn: boolean;
}

/** A term as its page tells it. */
export interface RunEntry extends StreamHead, TermHash {
  readonly kind: TermKind;
  readonly postingsAt: number;
  readonly nameAt: number;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Where a page is. */
export function pageSpan(section: number, page: number): Span {
  return { from: section + page * PAYLOAD_BYTES, to: section + (page + 1) * PAYLOAD_BYTES };
}

/** The page in a payload. */
export function readPage(payload: Uint8Array, shape: PageShape): Page {
  const view = viewOf(payload);
  const rows = view.getUint16(0, true);
  invariant(rows <= shape.rowsMax, "read a page of an index run: no more rows than fit");
  return { view, rows, goesOn: (view.getUint16(2, true) & GOES_ON) !== 0 };
}

/** Where every row of a section of pages begins, page by page, in payloads that are all there. */
export function* pageRows(
  view: DataView,
  section: number,
  pages: number,
  shape: PageShape,
): Generator<number> {
  for (let page = 0; page < pages; page++) {
    const from = pageSpan(section, page).from;
    const rows = view.getUint16(from, true);
    for (let row = 0; row < rows; row++) yield from + rowAt(shape, row);
  }
}

/** The first row whose hash is not below the given one. */
export function firstRow(page: Page, shape: PageShape, hash: TermHash): number {
  let low = 0;
  let high = page.rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareHashes(hashAt(page.view, rowAt(shape, middle)), hash) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a row of a page begins. */
export function rowAt(shape: PageShape, row: number): number {
  return PAGE_HEADER_BYTES + row * shape.rowBytes;
}

/** The hash that a row begins with. */
export function hashAt(view: DataView, at: number): TermHash {
  return { hi: view.getUint32(at + 4, true), lo: view.getUint32(at, true) };
}

/** The row of a term. */
export function entryAt(view: DataView, at: number): RunEntry {
  const kind = kindOf(view.getUint8(at + 8));
  invariant(kind !== undefined, "read an entry of an index run: a known kind");
  return {
    hi: view.getUint32(at + 4, true),
    lo: view.getUint32(at, true),
    kind,
    firstVersion: getU48(view, at + 10),
    events: getU48(view, at + 16),
    postingsAt: getU48(view, at + 22),
    nameAt: view.getUint32(at + 28, true),
  };
}

/** The row of a mark. */
export function sparseRowAt(view: DataView, at: number): SparseRow {
  return {
    position: getU48(view, at),
    offset8: view.getUint32(at + 6, true),
    timeBefore: getU48(view, at + 10),
  };
}
