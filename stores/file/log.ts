/**
 * An open log, as its readers see it: what index runs cover, what is in memory, and how far it may
 * be read. The writer (or, in a process that only reads, the watcher) moves it on.
 *
 * @module
 */
import { corruptIn } from "./attempt.ts";
import type { DerivedIds } from "./format/derived_id.ts";
import type { Files } from "./files.ts";
import type { KnownNames } from "./format/known_names.ts";
import { parseName } from "./format/layout.ts";
import type { MemoryTerms } from "./runs/memory_terms.ts";
import type { Places } from "./places.ts";
import type { RunReader } from "./runs/run_reader.ts";
import type { Positions } from "./read/hot_span.ts";
import type { Settings } from "./options.ts";
import type { Awaitable, StoragePort } from "./storage.ts";
import type { StreamCut } from "./format/stream_cut.ts";
import type { StoreIdentity } from "./format/store_file.ts";
import type { Manifest } from "./format/manifest.ts";
import type { SegmentHeader } from "./format/segment.ts";
import type { HashedTerm, TermHasher } from "./runs/term_hash.ts";

/** A segment of the chain. */
export interface LogSegment {
  readonly file: string;
  readonly number: number;
  readonly epoch: number;
  readonly firstPosition: number;
  /** The checksum of the last frame before this segment; 0 for the first. */
  previousHcrc: number;
  /** None while nobody has read the header: a covered segment is not touched when a store opens. */
  salt: number | undefined;
  /** Where its log ends, in bytes; none for the segment that is written to. */
  end: number | undefined;
}

/** A segment whose terms are in memory, at least from some offset on. */
export interface MemorySegment {
  readonly segment: LogSegment;
  readonly terms: MemoryTerms;
  /** The position of the first record whose terms these are. */
  readonly firstPosition: number;
}

/** So many closed segments may have their terms in memory before others wait for their runs. */
export const CLOSED_IN_MEMORY = 2;

/** A place between two frames. */
export interface LogPoint {
  /** The segment's number. */
  readonly segment: number;
  /** In bytes: what is before it is meant. */
  readonly offset: number;
  /** The position of the last record before it. */
  readonly position: number;
  /** The checksum of the last frame before it. */
  readonly hcrc: number;
  /** The offset of the last frame before it in this segment; 0 if there is none. */
  readonly lastOffset: number;
}

export interface Log {
  readonly storage: StoragePort;
  readonly settings: Settings;
  /** Settled once a record may be read, and so is what is derived of it. */
  identity: StoreIdentity;
  hasher: TermHasher;
  derivedIds: DerivedIds;
  /** Those of streams, types and tags that were read before. */
  readonly names: KnownNames;
  readonly files: Files;
  readonly places: Places;
  /** The chain, by number. */
  readonly segments: Map<number, LogSegment>;
  /**
   * In log order. The last may cover a part of its segment. A log that is written has no gap between
   * them; in one that is only read, segments in memory may stand between runs.
   */
  runs: ReadonlyArray<RunReader>;
  /** In log order: all segments that no run covers. */
  memory: ReadonlyArray<MemorySegment>;
  /** Changes whenever a part of the log moves from memory to a run, or is taken back. */
  generation: number;
  /** Up to here the log is flushed: what leaves this process. */
  flushed: LogPoint;
  /** Up to here it may be read in this process. */
  readable: LogPoint;
  /** What cannot be derived from the segments, as the newest flushed frame says. */
  manifest: Manifest;
  /** The streams of terms in memory in hash order, as they were listed last. */
  readonly listings: WeakMap<MemoryTerms, Listing>;
  /** What is known of the cuts in index runs, by the list of runs. */
  readonly cuts: WeakMap<ReadonlyArray<RunReader>, CutsInRuns>;
  /** Files that are in the place but not in the log. */
  strays: ReadonlyArray<string>;
  /** Puts others in the place of an index run that is damaged; false if that cannot be done. */
  mend: (run: string) => Promise<boolean>;
}

/** A stream with its hash. */
export type NamedStream = HashedTerm;

export interface Listing {
  readonly termCount: number;
  readonly streams: ReadonlyArray<NamedStream>;
}

/** What is known of the cuts in the runs of a log, until there are other runs. */
export interface CutsInRuns {
  /** The runs that have any, newest first. */
  runs: Awaitable<ReadonlyArray<RunReader>>;
  /** By stream. */
  readonly known: Map<string, StreamCut | undefined>;
}

/** A segment as its header tells it. */
export function segmentOf(
  file: string,
  header: SegmentHeader,
  end: number | undefined,
): LogSegment {
  return {
    file,
    number: header.number,
    epoch: header.epoch,
    firstPosition: header.firstPosition,
    previousHcrc: header.previous?.hcrc ?? 0,
    salt: header.salt,
    end,
  };
}

/** The positions of archived segments, in ascending order. */
export function coldPositions({ manifest, segments }: Log): ReadonlyArray<Positions> {
  return manifest.archived.flatMap(({ from, to }) => {
    const [first, next] = [segments.get(from), segments.get(to + 1)];
    return first && next ? [{ after: first.firstPosition - 1, until: next.firstPosition - 1 }] : [];
  });
}

/**
 * What a look at the index finds, or fails with. A part of the log that moves from memory to a run
 * meanwhile is seen whole by neither look, and a run may be gone because another has taken its
 * place: then it is looked again.
 */
export async function seenWhole<Seen>(log: Log, look: () => Promise<Seen>): Promise<Seen> {
  for (;;) {
    const { generation } = log;
    try {
      const seen = await look();
      if (log.generation === generation) return seen;
    } catch (thrown) {
      if (log.generation === generation && !await isMended(log, thrown)) throw thrown;
    }
  }
}

/** Whether what was thrown is damage of an index run, and others are in its place by now. */
export async function isMended(log: Log, thrown: unknown): Promise<boolean> {
  const damaged = corruptIn(thrown)?.file ?? "";
  return parseName(damaged)?.kind === "index" && await log.mend(damaged);
}

/** Where a segment may be read to, in bytes, if the log may be read up to `limit`. */
export function readableEnd(segment: LogSegment, limit: LogPoint): number {
  if (segment.number > limit.segment) return 0;
  if (segment.number === limit.segment) return limit.offset;
  // A segment before the limit is closed, so that its end is known.
  return segment.end ?? 0;
}
