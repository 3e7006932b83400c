/**
 * Marks: which frame begins at which position, and the greatest time before it. They tell where to
 * begin a scan for a position or a time.
 *
 * In memory every commit has a mark, which lets a failed group be taken back exactly. An index run
 * keeps only the first of every 16 KiB of log, as `sparse` rows.
 *
 * @module
 */
import { column32, column64, type GrowingColumn, lowerBound, push } from "./growing_column.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The frame of a commit, as far as an index wants to know it. */
export interface CommitFrame {
  /** Its offset in the segment, divided by 8. */
  readonly offset8: number;
  /** The position of its first event. */
  readonly position: number;
  /** How many events it has. */
  readonly events: number;
  /** When it was recorded, in milliseconds since 1970. */
  readonly time: number;
}

/** Where a scan may begin. */
export interface Mark {
  readonly offset8: number;
  /** The position of the first event of the frame there. */
  readonly position: number;
}

/** A mark with the greatest time of the commits before it in the same segment; 0 if there is none. */
export interface SparseRow extends Mark {
  readonly timeBefore: number;
}

/** The marks of one segment, in log order. */
export interface FrameMarks {
  readonly offsets8: GrowingColumn<Uint32Array>;
  readonly positions: GrowingColumn<Float64Array>;
  readonly timesBefore: GrowingColumn<Float64Array>;
  /** The position of the last event; 0 if there is none. */
  lastPosition: number;
  /** The greatest time of a commit; 0 if there is none. */
  maxTime: number;
}

/** One sparse row per so many bytes of log, divided by 8. */
const STRETCH8 = (16 * 1024) / 8;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

export function frameMarks(): FrameMarks {
  return {
    offsets8: column32(),
    positions: column64(),
    timesBefore: column64(),
    lastPosition: 0,
    maxTime: 0,
  };
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Marks a frame. */
export function addFrame(marks: FrameMarks, frame: CommitFrame): void {
  push(marks.offsets8, frame.offset8);
  push(marks.positions, frame.position);
  push(marks.timesBefore, marks.maxTime);
  marks.lastPosition = frame.position + frame.events - 1;
  marks.maxTime = Math.max(marks.maxTime, frame.time);
}

/** Adds a mark from elsewhere. What lies behind the last one, the caller says by assignment. */
export function addMark(marks: FrameMarks, row: SparseRow): void {
  push(marks.offsets8, row.offset8);
  push(marks.positions, row.position);
  push(marks.timesBefore, row.timeBefore);
}

/** Adds the marks of what follows in the same segment, and how that ends. */
export function appendMarks(
  marks: FrameMarks,
  later: Iterable<SparseRow>,
  end: { readonly lastPosition: number; readonly maxTime: number },
): void {
  const before = marks.maxTime;
  for (const row of later) {
    addMark(marks, { ...row, timeBefore: Math.max(row.timeBefore, before) });
    marks.lastPosition = end.lastPosition;
  }
  marks.maxTime = Math.max(before, end.maxTime);
}

/** Takes back every mark at or behind a frame. */
export function cutMarks(marks: FrameMarks, offset8: number): void {
  const kept = lowerBound(marks.offsets8, offset8);
  if (kept === marks.offsets8.length) return;
  marks.lastPosition = kept === 0 ? 0 : marks.positions.values[kept]! - 1;
  marks.maxTime = marks.timesBefore.values[kept]!;
  for (const column of [marks.offsets8, marks.positions, marks.timesBefore]) column.length = kept;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** All marks, in log order. */
export function* marksOf(marks: FrameMarks): Generator<SparseRow> {
  for (let at = 0; at < marks.offsets8.length; at++) yield rowAt(marks, at);
}

/**
 * Up to where a frame may begin that holds a position, or one before it, in a segment where the place
 * to begin a scan for it is the offset: it is of the same stretch. All in bytes.
 */
export function stretchEnd(offset: number): number {
  const bytes = STRETCH8 * 8;
  return (Math.floor(offset / bytes) + 1) * bytes;
}

/** The first mark in each stretch of 16 KiB of log that has one. */
export function sparseRows(marks: FrameMarks): ReadonlyArray<SparseRow> {
  const rows: SparseRow[] = [];
  let stretch = -1;
  for (let at = 0; at < marks.offsets8.length; at++) {
    const found = Math.floor(marks.offsets8.values[at]! / STRETCH8);
    if (found !== stretch) rows.push(rowAt(marks, at));
    stretch = found;
  }
  return rows;
}

/** The last mark at or before a position. */
export function markFor(marks: FrameMarks, position: number): Mark | undefined {
  const behind = lowerBound(marks.positions, position + 1);
  return behind === 0 ? undefined : rowAt(marks, behind - 1);
}

/** The last mark before which no commit is later than `time`; none if no commit is later at all. */
export function markForTime(marks: FrameMarks, time: number): Mark | undefined {
  if (marks.maxTime <= time) return undefined;
  const behind = lowerBound(marks.timesBefore, time + 1);
  return behind === 0 ? undefined : rowAt(marks, behind - 1);
}

function rowAt(marks: FrameMarks, at: number): SparseRow {
  return {
    offset8: marks.offsets8.values[at]!,
    position: marks.positions.values[at]!,
    timeBefore: marks.timesBefore.values[at]!,
  };
}
