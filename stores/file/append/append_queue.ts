/**
 * What waits to be written: commits, control frames and the beginnings of segments, in log order.
 *
 * @module
 */
import type { Appended } from "../../../src/event_store.ts";
import type { AppendFault, Uncertain, WriteFailed } from "../../../src/fault.ts";
import type { Content } from "../format/commit_body.ts";
import type { BlankFrame, FRAME_CUT, FRAME_MANIFEST } from "../format/frame.ts";
import type { MemorySegment } from "../log.ts";
import type { RecentCommit } from "./verdict.ts";

/** A frame whose place is known. It is whole but for its header. */
interface QueuedFrame extends BlankFrame {
  /** Where it begins in its segment, in bytes. */
  readonly offset: number;
  readonly time: number;
}

export interface QueuedCommit extends QueuedFrame, RecentCommit, Answered<Outcome> {
  readonly kind: "commit";
  readonly content: Content;
  readonly appended: Appended;
}

/**
 * A frame without events that says something of the log. It is flushed in every durability mode
 * before it is answered, because what follows from it, a file that goes, cannot be taken back.
 */
export interface QueuedControl extends QueuedFrame, Answered<ControlOutcome> {
  readonly kind: "control";
  readonly type: typeof FRAME_CUT | typeof FRAME_MANIFEST;
  /** Runs when the frame is flushed and the claim still held, before the answer. */
  readonly stored: () => void;
}

/** What somebody waits for. */
interface Answered<Answer> {
  /** Settled when it is known whether the frame is stored. Never rejected. */
  readonly outcome: Promise<Answer>;
  readonly settle: (outcome: Answer) => void;
}

/** A segment that begins here. */
export interface QueuedSegment {
  readonly kind: "segment";
  readonly memory: MemorySegment;
  /** The manifest frame with which it begins; none while there is nothing to say. */
  readonly manifest: BlankFrame | undefined;
  /** Whether the segment before ends with a seal: not if an error has ended it. */
  readonly isSealing: boolean;
}

export type Queued = QueuedCommit | QueuedControl | QueuedSegment;

/** What became of a commit. */
export type Outcome = "stored" | AppendFault;

/** What became of a control frame. */
export type ControlOutcome = "stored" | WriteFailed | Uncertain;

/** A commit to be queued, with an outcome to come. */
export function queuedCommit(
  facts: Omit<QueuedCommit, "kind" | "outcome" | "settle">,
): QueuedCommit {
  // One by one: a spread costs as much as all the rest of queueing.
  const { frame, bodySize, offset, time, position, content, appended } = facts;
  const { outcome, settle } = answered<Outcome>();
  const kind = "commit";
  return { kind, frame, bodySize, offset, time, position, content, appended, outcome, settle };
}

/** A control frame to be queued, with an outcome to come. */
export function queuedControl(
  facts: Omit<QueuedControl, "kind" | "outcome" | "settle">,
): QueuedControl {
  return { ...facts, kind: "control", ...answered<ControlOutcome>() };
}

function answered<Answer>(): Answered<Answer> {
  let settle: (outcome: Answer) => void = () => undefined;
  const outcome = new Promise<Answer>((resolve) => {
    settle = resolve;
  });
  return { outcome, settle };
}

/** What is written and flushed together. */
export interface Group {
  readonly frames: ReadonlyArray<QueuedCommit | QueuedControl>;
  /** The segment that begins behind them. */
  readonly segment: QueuedSegment | undefined;
}

/** Takes the next group from the front of the queue: as many frames as its limits allow. */
export function takeGroup(
  queue: Queued[],
  limits: { readonly groupBytesMax: number; readonly groupFramesMax: number },
): Group {
  const frames: Group["frames"][number][] = [];
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
    if (frames.length === limits.groupFramesMax) break;
    if (frames.length > 0 && bytes + next.frame.length > limits.groupBytesMax) break;
    frames.push(next);
    bytes += next.frame.length;
    taken += 1;
  }
  queue.splice(0, taken);
  return { frames, segment };
}

/** Whether the flush of a group may block: if it is a single commit, and nobody waits behind it. */
export function mayBlock(
  { frames }: Group,
  queue: ReadonlyArray<Queued>,
  { blockingFlush }: { readonly blockingFlush: boolean },
): boolean {
  return blockingFlush && frames.length === 1 && queue.length === 0;
}

/** Something that others wait for, and that happens once. */
export interface Progress {
  readonly made: Promise<void>;
  readonly tell: () => void;
}

/** Progress that is yet to be made. */
export function progress(): Progress {
  let tell = (): void => undefined;
  const made = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { made, tell };
}
