/**
 * Cursors over the rows of index runs in hash order, and which of several stand at the least hash.
 *
 * A hot path: rows are read where they lie, and a cursor asks for more only at the end of a window.
 * Only what may ask is a generator, since one for each row would cost more than the row.
 *
 * @module
 */
import { PAYLOAD_BYTES } from "./index_block.ts";
import { PAGE_HEADER_BYTES, type PageShape } from "./index_page.ts";
import {
  type MergeWindow,
  mergeWindow,
  type Merging,
  moveWindow,
  placeIn,
} from "./merge_window.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A place among the rows of a section of hash pages. Only functions of this file change it. */
export interface RowCursor {
  readonly shape: PageShape;
  readonly window: MergeWindow;
  /** The address of the next page. */
  nextPage: number;
  /** Rows of the page that are not passed yet, this one included; 0 behind the last row. */
  rowsLeft: number;
  /** Where the row is in the window. */
  at: number;
  /** Its hash. Behind the last row `hi` is greater than that of any row. */
  hi: number;
  lo: number;
}

/** Greater than the upper half of any hash. */
const BEHIND_ALL = 2 ** 32;

/** So many cursors can be told apart by the bits of a byte. */
export const CURSORS_MAX = 8;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A cursor at the first row of a section of pages. */
export function* rowCursor(
  input: number,
  section: number,
  pageBlocks: number,
  shape: PageShape,
): Merging<RowCursor> {
  const to = section + pageBlocks * PAYLOAD_BYTES;
  const window = mergeWindow(input, { from: section, to });
  const cursor: RowCursor = {
    shape,
    window,
    nextPage: section,
    rowsLeft: 0,
    at: 0,
    hi: BEHIND_ALL,
    lo: 0,
  };
  yield* toNextPage(cursor);
  return cursor;
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Passes the row, if the next one is in the same page. */
function passInPage(cursor: RowCursor): boolean {
  if (cursor.rowsLeft <= 1) return false;
  cursor.rowsLeft -= 1;
  cursor.at += cursor.shape.rowBytes;
  takeHash(cursor);
  return true;
}

/** Goes to the first row of the next page that has any, or behind the last row. */
function* toNextPage(cursor: RowCursor): Merging<void> {
  const { window } = cursor;
  cursor.rowsLeft = 0;
  while (cursor.rowsLeft === 0 && cursor.nextPage < window.end) {
    if (placeIn(window, cursor.nextPage, PAYLOAD_BYTES) < 0) {
      yield* moveWindow(window, cursor.nextPage, PAYLOAD_BYTES);
    }
    const page = cursor.nextPage - window.from;
    cursor.rowsLeft = window.view.getUint16(page, true);
    cursor.at = page + PAGE_HEADER_BYTES;
    cursor.nextPage += PAYLOAD_BYTES;
  }
  if (cursor.rowsLeft > 0) takeHash(cursor);
  else cursor.hi = BEHIND_ALL;
}

function takeHash(cursor: RowCursor): void {
  cursor.lo = cursor.window.view.getUint32(cursor.at, true);
  cursor.hi = cursor.window.view.getUint32(cursor.at + 4, true);
}

/**
 * Passes the rows of the cursors whose bits are set, as far as their pages have more of them. What is
 * left, as bits, is for {@linkcode toNextPages}.
 */
export function passAll(cursors: ReadonlyArray<RowCursor>, mask: number): number {
  let left = 0;
  for (let at = 0; at < cursors.length; at++) {
    if ((mask & (1 << at)) !== 0 && !passInPage(cursors[at]!)) left |= 1 << at;
  }
  return left;
}

/** Passes the last rows of their pages. */
export function* toNextPages(cursors: ReadonlyArray<RowCursor>, mask: number): Merging<void> {
  for (let at = 0; at < cursors.length; at++) {
    if ((mask & (1 << at)) !== 0) yield* toNextPage(cursors[at]!);
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Which cursors stand at the least hash, as bits; 0 when all are behind their last row. */
export function leastHash(cursors: ReadonlyArray<RowCursor>): number {
  let hi = BEHIND_ALL;
  let lo = 0;
  let mask = 0;
  for (let at = 0; at < cursors.length; at++) {
    const cursor = cursors[at]!;
    if (cursor.hi > hi || (cursor.hi === hi && cursor.lo > lo)) continue;
    if (cursor.hi < hi || cursor.lo < lo) mask = 0;
    hi = cursor.hi;
    lo = cursor.lo;
    mask |= 1 << at;
  }
  return hi === BEHIND_ALL ? 0 : mask;
}

/** The first cursor of a mask that has one at least. */
export function firstOf(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}
