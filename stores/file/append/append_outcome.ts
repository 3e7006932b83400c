/**
 * What a writer says: to the caller of a commit, and to other processes.
 *
 * @module
 */
import type { Indeterminate, Uncertain, WriteFailed } from "../../../src/fault.ts";
import type { QueuedCommit } from "./append_queue.ts";
import type { Mark } from "../claims/claim.ts";
import type { Log, LogPoint } from "../log.ts";

/** Nothing of the commit is in the log, and never will be. */
export function writeFailed(cause: unknown): WriteFailed {
  return { _tag: "WriteFailed", stored: "no", cause };
}

/** The commit may be in the log that the next owner finds. */
export function indeterminate(commit: QueuedCommit, cause: unknown): Indeterminate {
  const { commitId } = commit.appended;
  return { _tag: "Indeterminate", stored: "unknown", commitId, cause };
}

/** The control frame may be in the log that the next owner finds. */
export function uncertain(cause: unknown): Uncertain {
  return { _tag: "Uncertain", stored: "unknown", cause };
}

export function fencedOut(): Error {
  return new Error("another writer has taken over the store");
}

/** A point of the log as a watermark tells it. */
export function markOf(log: Log, point: LogPoint): Mark {
  return {
    segment: point.segment,
    segmentEpoch: log.segments.get(point.segment)?.epoch ?? 0,
    flushedOffset: point.offset,
    position: point.position,
    hcrc: point.hcrc,
  };
}
