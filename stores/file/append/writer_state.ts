/**
 * What a writer knows: its queue, its tail, and why it can write no more.
 *
 * @module
 */
import { type Progress, progress, type Queued, type QueuedCommit } from "./append_queue.ts";
import type { Claim } from "../claims/held_claim.ts";
import type { Indexer } from "../runs/indexer.ts";
import type { Log, LogPoint } from "../log.ts";
import { appendingPace, type Pace } from "../runs/pace.ts";
import type { EndedTail, Tail } from "./tail.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The side of a log that is written. Only the functions of `writer.ts` change what is not readonly. */
export interface Writer {
  readonly log: Log;
  readonly claim: Claim;
  readonly indexer: Indexer;
  /** Tells followers that more is flushed. */
  readonly moved: () => void;
  /** Tells them that no more will be. */
  readonly stopped: () => void;
  /** Takes back what was planned behind the point where the log ends now. */
  readonly takeBack: (end: LogPoint) => void;
  readonly queue: Queued[];
  /** What waits to be written, in bytes. */
  queuedBytes: number;
  /** Commits that are queued, or that a running check of a condition may not have seen. */
  recent: QueuedCommit[];
  checksRunning: number;
  /** None between a segment that an error has ended and the next one. */
  tail: Tail | undefined;
  /** The segment that an error has ended, until the next one names its end. */
  ended: EndedTail | undefined;
  running: Promise<void> | undefined;
  wantsFlush: boolean;
  stopFlushTimer: (() => void) | undefined;
  /** Why nothing can be written any more. */
  broken: { readonly cause: unknown } | undefined;
  /** Why commits that were answered before their flush are lost. */
  lost: { readonly cause: unknown } | undefined;
  /** Gives others their turn between two groups. */
  readonly pace: Pace;
  /** Resolved, and made anew, whenever something that was queued is done. */
  progress: Progress;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

export function writerOf(
  parts: Pick<Writer, "log" | "claim" | "indexer" | "moved" | "stopped" | "takeBack"> & {
    readonly tail: Tail;
  },
): Writer {
  return {
    ...parts,
    queue: [],
    queuedBytes: 0,
    recent: [],
    checksRunning: 0,
    ended: undefined,
    running: undefined,
    wantsFlush: false,
    stopFlushTimer: undefined,
    broken: undefined,
    lost: undefined,
    pace: appendingPace(parts.log.storage.clock),
    progress: progress(),
  };
}
