/**
 * The rows that say which segments an index run covers, and up to where.
 *
 * @module
 */
import { getU48, setU48, viewOf } from "../format/bytes.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A segment as a run covers it: whole, or its first part if it is not sealed. */
export interface SegmentRow {
  readonly number: number;
  /** The epoch of the writer that created it. */
  readonly epoch: number;
  readonly firstPosition: number;
  /** The end of what is covered, in bytes. */
  readonly endOffset: number;
  /** The last covered frame: its offset in bytes and its header CRC. */
  readonly lastOffset: number;
  readonly lastHcrc: number;
  /** The header CRC that the segment's header says its predecessor ends with. */
  readonly prevHcrc: number;
  /** The greatest time of a commit in what is covered; 0 if there is none. */
  readonly maxTime: number;
}

/** A segment row with the place of its sparse rows. */
export interface PlacedSegment extends SegmentRow {
  readonly firstSparse: number;
}

export const SEGMENT_ROW_BYTES = 48;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Writes a segment row. */
export function writeSegmentRow(view: DataView, at: number, row: PlacedSegment): void {
  setU48(view, at, row.number);
  setU48(view, at + 6, row.epoch);
  setU48(view, at + 12, row.firstPosition);
  view.setUint32(at + 18, row.firstSparse, true);
  setU48(view, at + 22, row.endOffset);
  setU48(view, at + 28, row.lastOffset);
  view.setUint32(at + 34, row.lastHcrc, true);
  view.setUint32(at + 38, row.prevHcrc, true);
  setU48(view, at + 42, row.maxTime);
}

function readSegmentRow(view: DataView, at: number): PlacedSegment {
  return {
    number: getU48(view, at),
    epoch: getU48(view, at + 6),
    firstPosition: getU48(view, at + 12),
    firstSparse: view.getUint32(at + 18, true),
    endOffset: getU48(view, at + 22),
    lastOffset: getU48(view, at + 28),
    lastHcrc: view.getUint32(at + 34, true),
    prevHcrc: view.getUint32(at + 38, true),
    maxTime: getU48(view, at + 42),
  };
}

/** The segment rows of a run, or what is wrong with them. They begin at `at`. */
export function readSegmentRows(
  payload: Uint8Array,
  at: number,
  counts: {
    readonly segments: number;
    readonly from: number;
    readonly to: number;
    readonly seed: number;
  },
): ReadonlyArray<PlacedSegment> | string {
  const view = viewOf(payload);
  const rows: PlacedSegment[] = [];
  for (let row = 0; row < counts.segments; row++) {
    rows.push(readSegmentRow(view, at + row * SEGMENT_ROW_BYTES));
  }
  const first = rows[0];
  const last = rows[rows.length - 1];
  if (first?.number !== counts.from || last?.number !== counts.to) return "rows of other segments";
  if (last.lastHcrc !== counts.seed) return "another last frame in its row than in the header";
  return rows;
}
