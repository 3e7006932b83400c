/**
 * What waits to be written: commits and the beginnings of segments, in log order.
 *
 * @module
 */
import type { Appended } from "../../../src/event_store.ts";
import type { AppendFault } from "../../../src/fault.ts";
import type { Content } from "../format/commit_body.ts";
import type { MemorySegment } from "../log.ts";
import type { RecentCommit } from "./verdict.ts";

/** A commit whose place is known. Its frame is whole but for its header. */
export interface QueuedCommit extends RecentCommit {
  readonly kind: "commit";
  readonly content: Content;
  readonly frame: Uint8Array;
  readonly bodySize: number;
  /** Where its frame begins in its segment, in bytes. */
  readonly offset: number;
  readonly time: number;
  readonly appended: Appended;
  /** Settled when it is known whether the commit is stored. Never rejected. */
  readonly outcome: Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
}

/** A segment that begins here. */
export interface QueuedSegment {
  readonly kind: "segment";
  readonly memory: MemorySegment;
  /** Whether the segment before ends with a seal: not if an error has ended it. */
  readonly isSealing: boolean;
}

export type Queued = QueuedCommit | QueuedSegment;

/** What became of a commit. */
export type Outcome = "stored" | AppendFault;

/** A commit to be queued, with an outcome to come. */
export function queuedCommit(
  facts: Omit<QueuedCommit, "kind" | "outcome" | "settle">,
): QueuedCommit {
  let settle: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  return { ...facts, kind: "commit", outcome, settle };
}

/** What is written and flushed together. */
export interface Group {
  readonly commits: ReadonlyArray<QueuedCommit>;
  /** The segment that begins behind them. */
  readonly segment: QueuedSegment | undefined;
}

/** Takes the next group from the front of the queue: as many commits as its limits allow. */
export function takeGroup(
  queue: Queued[],
  limits: { readonly groupBytesMax: number; readonly groupFramesMax: number },
): Group {
  const commits: QueuedCommit[] = [];
  let bytes = 0;
  let taken = 0;
  let segment: QueuedSegment | undefined;
  for (const next of queue) {
    if (next.kind === "segment") {
      segment = next;
      taken += 1;
      break;
    }
    // A commit larger than a whole group makes one of its own.
    if (commits.length === limits.groupFramesMax) break;
    if (commits.length > 0 && bytes + next.frame.length > limits.groupBytesMax) break;
    commits.push(next);
    bytes += next.frame.length;
    taken += 1;
  }
  queue.splice(0, taken);
  return { commits, segment };
}
