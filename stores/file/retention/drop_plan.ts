/**
 * What a drop comes to: segments go whole, the newest stays, and a floor never falls.
 *
 * @module
 */
import type { Refused } from "../../../src/fault.ts";
import type { Position, StreamName } from "../../../src/stream.ts";
import { parseName } from "../format/layout.ts";
import { emptyManifest, type Floor } from "../format/manifest.ts";

/** A segment as a drop sees it. */
export interface DroppableSegment {
  readonly number: number;
  readonly firstPosition: number;
}

/** What would come of a drop. */
export interface DropPlan {
  /** The position of the first record that is kept, or of the first to come. */
  readonly floor: Position;
  /** The positions that go; none if no segment goes. */
  readonly positions: { readonly from: Position; readonly to: Position } | undefined;
  /** How many segments go. */
  readonly segments: number;
  /** How many of them are in the cold tier. */
  readonly archivedSegments: number;
  /** What they hold of the log, in bytes. */
  readonly bytes: number;
  /** Streams that live only there, without a tombstone: they are forgotten. At most 16. */
  readonly forgotten: ReadonlyArray<StreamName>;
  /** The least position below which more goes; none if only the last segment is left. */
  readonly next: Position | undefined;
  /** Files that an earlier drop has left over. */
  readonly leftOver: ReadonlyArray<string>;
}

/** Why nothing can be dropped below a position, if so. */
export function refusedPosition(what: string, position: number): Refused | undefined {
  if (Number.isSafeInteger(position) && position >= 1) return undefined;
  return {
    _tag: "Refused",
    stored: "no",
    what,
    wanted: "a position from 1",
    found: String(position),
  };
}

/**
 * The segment with which the log begins when no record at or above `position` may go. The segments
 * are those that are flushed, in ascending order; the last one is written to, and always stays.
 */
export function firstKept(
  segments: ReadonlyArray<DroppableSegment>,
  floor: Pick<Floor, "segment">,
  position: number,
): DroppableSegment | undefined {
  let kept: DroppableSegment | undefined;
  for (const segment of segments) {
    if (segment.number < floor.segment || segment.firstPosition > position) continue;
    kept = segment;
  }
  return kept;
}

/**
 * The segment with which the log may begin, going by names alone: the oldest that there is a file
 * for. None if a number is missing between it and the newest, or if a segment has only an index run
 * while an older one has a file of its own: segments go the oldest first, so removals have not come
 * to their end, or files were lost. None either if a file was made of a segment that is gone: only
 * the manifest says whether it has taken its place, or was dropped with it. And none of a backup,
 * which keeps what an earlier one has copied of segments that were dropped since, were it a part.
 *
 * It is a guess, which costs nothing: what the log says about its floor counts, once it is read.
 */
export function floorByNames(names: ReadonlyArray<string>): number | undefined {
  const files = names.map(parseName);
  if (files.some((file) => file?.kind === "backup")) return undefined;
  const own = new Set(files.flatMap((file) => file?.kind === "segment" ? [file.number] : []));
  if (files.some((file) => file?.kind === "erased" && !own.has(file.number))) return undefined;
  if (own.size <= Math.max(...own) - Math.min(...own)) return undefined;
  const runs = files.flatMap((file) => file?.kind === "index" ? [file] : []);
  const spans = [...runs, ...[...own].map((number) => ({ from: number, to: number }))]
    .sort((one, other) => one.from - other.from);
  let reached: number | undefined;
  for (const { from, to } of spans) {
    if (reached !== undefined && from > reached + 1) return undefined;
    reached = Math.max(reached ?? to, to);
  }
  // The newest segment is never dropped, so where there is no segment there never was one.
  return spans[0]?.from ?? emptyManifest.floor.segment;
}
