/**
 * What a store of any size costs, by the formulas of the design: for sizes that nobody measures.
 *
 * @module
 */

/** A store, by what the formulas need. */
export interface Size {
  readonly events: number;
  readonly streams: number;
  /** Of the log, for one event with its share of the commit. */
  readonly bytesPerEvent: number;
  readonly segmentBytes: number;
}

/** What it costs. Times of the processor are those of the slower end of the formulas. */
export interface Cost {
  readonly logBytes: number;
  readonly indexBytes: number;
  /** Filters and cached pages, without the segment that is written to. */
  readonly memoryBytes: number;
  readonly runsMax: number;
  /** Opening after a clean close, with all filters loaded. */
  readonly openMs: number;
  /** Opening after a kill with a full segment. */
  readonly openKilledMs: number;
  /** Finding the last version of a stream that is in no cache, from the page cache of the system. */
  readonly lookupMicroseconds: number;
  readonly rebuildSeconds: number;
}

const PAGE_CACHE_BYTES = 8 * 2 ** 20;
const SCAN_BYTES_PER_SECOND = 0.55e9;
/** For a log that is opened: its terms go into memory. */
const INDEXING_SECONDS_PER_EVENT = 0.6e-6;

/** One end of the formula for an index that is made again. */
interface RebuildingPace {
  readonly bytesPerSecond: number;
  readonly secondsPerEvent: number;
}

/** Its two ends. More than for a log that is opened, because runs are written and merged, too. */
export const REBUILDING: Readonly<Record<"least" | "most", RebuildingPace>> = {
  /** A thousand streams share a segment: measured, 1.5 us of the processor for an event of 160 B. */
  least: { bytesPerSecond: 1.03e9, secondsPerEvent: 1.3e-6 },
  /** Each event is of another stream than the one before: measured, 3.7 us. */
  most: { bytesPerSecond: SCAN_BYTES_PER_SECOND, secondsPerEvent: 3.4e-6 },
};

/** How long the processor is at work when the whole index of a log is made again. */
export function rebuildSeconds(
  logBytes: number,
  events: number,
  { bytesPerSecond, secondsPerEvent }: RebuildingPace = REBUILDING.most,
): number {
  return logBytes / bytesPerSecond + events * secondsPerEvent;
}

/** The cost of a store: every stream is taken to be in every run, which is the most there can be. */
export function costOf({ events, streams, bytesPerEvent, segmentBytes }: Size): Cost {
  const logBytes = events * bytesPerEvent;
  const segments = Math.max(1, Math.ceil(logBytes / segmentBytes));
  const runsMax = 7 * Math.max(1, Math.ceil(Math.log(segments) / Math.log(8)));
  const runs = Math.min(runsMax, segments);
  const terms = Math.min(events, streams * runs);
  const filterBytes = 1.5 * terms;
  const openMs = runs * 0.1 + filterBytes / 1e9 * 1000;
  const activeEvents = Math.min(events, segmentBytes / bytesPerEvent);
  const tailMs = 1000 *
    (activeEvents * bytesPerEvent / SCAN_BYTES_PER_SECOND +
      activeEvents * INDEXING_SECONDS_PER_EVENT);
  return {
    logBytes,
    indexBytes: 6.2 * events + 72 * terms,
    memoryBytes: filterBytes + PAGE_CACHE_BYTES,
    runsMax,
    openMs,
    openKilledMs: openMs + tailMs,
    lookupMicroseconds: 0.1 + runs * 0.03 + (1 + 0.0053 * runs) * 2,
    rebuildSeconds: rebuildSeconds(logBytes, events),
  };
}
