/**
 * Rows on their way into the hash pages of a file, one after the other.
 *
 * @module
 */
import { type BlockSink, giveBlocks } from "./block_sink.ts";
import { PAYLOAD_BYTES } from "./index_block.ts";
import {
  layEnd,
  layRow,
  PAGE_HEADER_BYTES,
  type PageLayout,
  pageLayout,
  type PageShape,
  writePageHeader,
} from "./index_page.ts";
import type { Merging } from "./merge_window.ts";

/** A section of pages that is being written. */
export interface PageSink {
  readonly sink: BlockSink;
  readonly layout: PageLayout;
  /** Pages that have ended and are not in the sink yet. */
  readonly ended: Array<{ readonly rows: number; readonly goesOn: boolean }>;
}

/** Pages in a sink that is at the start of a block. */
export function pageSink(sink: BlockSink, shape: PageShape, pages: number): PageSink {
  return { sink, layout: pageLayout(shape, pages), ended: [] };
}

/**
 * Makes room for a row whose hash begins with `hi`. False if pages have ended before it: then
 * {@linkcode takeEnded} comes first, and the row after that.
 */
export function beginRow({ layout, ended }: PageSink, hi: number): boolean {
  layRow(layout, hi, (rows, goesOn) => ended.push({ rows, goesOn }));
  return ended.length === 0;
}

/** Where in the sink's bytes the row goes that was begun last. */
export function rowPlace({ sink, layout }: PageSink): number {
  return sink.length + PAGE_HEADER_BYTES + (layout.rows - 1) * layout.shape.rowBytes;
}

/** Ends the last page. */
export function* endPages(pages: PageSink): Merging<void> {
  layEnd(pages.layout, (rows, goesOn) => pages.ended.push({ rows, goesOn }));
  yield* takeEnded(pages);
}

/** Takes the pages that have ended into the sink. */
export function* takeEnded({ sink, ended }: PageSink): Merging<void> {
  for (const { rows, goesOn } of ended) {
    if (sink.length === sink.bytes.length) yield* giveBlocks(sink);
    writePageHeader(sink.view, sink.length, rows, goesOn);
    sink.length += PAYLOAD_BYTES;
  }
  ended.length = 0;
  // The rows of the next page go behind what is there.
  if (sink.length === sink.bytes.length) yield* giveBlocks(sink);
}
