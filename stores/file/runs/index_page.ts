/**
 * Hash pages: rows in hash order, spread over blocks so that the hash of a row says where it is.
 *
 * Page `p` of `P` begins with the rows of `floor(hi * P / 2^32) = p`, or with what spilled from the
 * page before. A page that is full goes on in the next one and says so, and blocks behind the last
 * page take what spills from it. So one read finds a row, and all pages read in turn give all rows
 * in hash order. A page is a block: the number of its rows, its flags, the rows.
 *
 * @module
 */
import { PAYLOAD_BYTES } from "./index_block.ts";

/** How wide a row is, and how many of them a page is meant to hold and can hold. */
export interface PageShape {
  readonly rowBytes: number;
  readonly rowsMax: number;
  readonly rowsUsual: number;
}

/** The bytes before the rows of a page: count u16, flags u16. */
export const PAGE_HEADER_BYTES = 4;

/** The flag of a page whose rows go on in the next one. */
export const GOES_ON = 1;

/** Which rows stand in a page: those from the end of the page before up to `end`. */
export interface PageEnd {
  readonly end: number;
  readonly goesOn: boolean;
}

/** Rows on their way into pages, one after the other. Only functions of this file change it. */
export interface PageLayout {
  readonly shape: PageShape;
  /** How many pages the hashes are spread over. */
  readonly pages: number;
  /** The page that is being filled, and how many rows it has. */
  page: number;
  rows: number;
}

/** A shape with pages about 70 % full, so that hardly one in 17,000 spills. */
export function pageShape(rowBytes: number): PageShape {
  const rowsMax = Math.floor((PAYLOAD_BYTES - PAGE_HEADER_BYTES) / rowBytes);
  return { rowBytes, rowsMax, rowsUsual: Math.ceil(rowsMax * 0.7) };
}

/** How many pages so many rows are spread over, before any spills. */
export function pagesFor(shape: PageShape, rows: number): number {
  return Math.ceil(rows / shape.rowsUsual);
}

/** The page in which to look first for a hash. */
export function pageOf(hi: number, pages: number): number {
  return Math.floor((hi * pages) / 2 ** 32);
}

/** Writes what stands before the rows of a page. */
export function writePageHeader(view: DataView, at: number, rows: number, goesOn: boolean): void {
  view.setUint16(at, rows, true);
  view.setUint16(at + 2, goesOn ? GOES_ON : 0, true);
}

/** Pages with no row in them yet. */
export function pageLayout(shape: PageShape, pages: number): PageLayout {
  return { shape, pages, page: 0, rows: 0 };
}

/**
 * Takes the next row, whose hash begins with `hi`, into a page. `end` is told of each page that ends
 * before it, in turn: how many rows it has, and whether it goes on in the next one.
 */
export function layRow(
  layout: PageLayout,
  hi: number,
  end: (rows: number, goesOn: boolean) => void,
): void {
  const due = pageOf(hi, layout.pages);
  while (layout.page < due) endPage(layout, false, end);
  // A row that is due is in this page or spills from it; behind the last page all rows are due.
  if (layout.rows === layout.shape.rowsMax) endPage(layout, true, end);
  layout.rows += 1;
}

/** Ends the last page that has a row, and the empty ones behind it. */
export function layEnd(
  layout: PageLayout,
  end: (rows: number, goesOn: boolean) => void,
): void {
  while (layout.page < layout.pages || layout.rows > 0) endPage(layout, false, end);
}

function endPage(
  layout: PageLayout,
  goesOn: boolean,
  end: (rows: number, goesOn: boolean) => void,
): void {
  end(layout.rows, goesOn);
  layout.page += 1;
  layout.rows = 0;
}

/**
 * How rows in hash order fall into pages, with the blocks that take what spills at the end. `hi`
 * has the upper half of each row's hash.
 */
export function layPages(
  shape: PageShape,
  hi: Uint32Array,
  pages: number,
): ReadonlyArray<PageEnd> {
  const layout = pageLayout(shape, pages);
  const ends: PageEnd[] = [];
  let laid = 0;
  const end = (rows: number, goesOn: boolean): void => {
    laid += rows;
    ends.push({ end: laid, goesOn });
  };
  for (const half of hi) layRow(layout, half, end);
  layEnd(layout, end);
  return ends;
}

/** So many rows are worked on in a step of an encoding: about a millisecond. */
const ROWS_IN_STEP = 4096;

/** Whether a step ends before a row. */
export function isStepOver(row: number): boolean {
  return row % ROWS_IN_STEP === 0;
}

/**
 * The order of rows by their hashes, of which `hi` has the upper halves, and of rows that have one
 * upper half by `compare`: their indices.
 */
export function* hashOrder(
  hi: Uint32Array,
  compare: (left: number, right: number) => number,
): Generator<void, Uint32Array, void> {
  // By counting, into as many places as there are rows: hashes are spread, so few share a place.
  const places = hi.length;
  const starts = new Uint32Array(places + 1);
  for (const half of hi) starts[pageOf(half, places) + 1]!++;
  for (let at = 0; at < places; at++) starts[at + 1]! += starts[at]!;
  yield;
  const order = new Uint32Array(places);
  for (let row = 0; row < places; row++) {
    if (isStepOver(row)) yield;
    order[starts[pageOf(hi[row]!, places)]!++] = row;
  }
  // Then each goes before those of its place that are greater.
  for (let at = 1; at < places; at++) {
    if (isStepOver(at)) yield;
    const row = order[at]!;
    let to = at;
    for (; to > 0; to--) {
      const before = order[to - 1]!;
      if (hi[before]! < hi[row]! || (hi[before] === hi[row] && compare(before, row) <= 0)) break;
      order[to] = before;
    }
    order[to] = row;
  }
  return order;
}
