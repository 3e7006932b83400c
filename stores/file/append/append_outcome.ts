/**
 * What a writer says: to the caller of a commit, and to other processes.
 *
 * @module
 */
import type { Indeterminate, Uncertain, WriteFailed } from "../../../src/fault.ts";
import type { ControlOutcome, Group, Outcome, QueuedCommit } from "./append_queue.ts";
import type { Mark } from "../claims/claim.ts";
import type { Claim } from "../claims/held_claim.ts";
import type { Log, LogPoint } from "../log.ts";

/** Nothing of the commit is in the log, and never will be. */
export function writeFailed(cause: unknown): WriteFailed {
  return { _tag: "WriteFailed", stored: "no", cause };
}

/** The commit may be in the log that the next owner finds. */
function indeterminate(commit: QueuedCommit, cause: unknown): Indeterminate {
  const { commitId } = commit.appended;
  return { _tag: "Indeterminate", stored: "unknown", commitId, cause };
}

/** The control frame may be in the log that the next owner finds. */
function uncertain(cause: unknown): Uncertain {
  return { _tag: "Uncertain", stored: "unknown", cause };
}

export function fencedOut(): Error {
  return new Error("another writer has taken over the store");
}

/** Whether nobody else has taken over the store; if somebody has, the observer is told. */
export async function isClaimHeld({ claim, log }: ClaimedLog): Promise<boolean> {
  const answer = claim.fenced();
  const held = (typeof answer === "string" ? answer : await answer) === "held";
  if (!held) log.settings.observe({ _tag: "Fenced", epoch: claim.epoch });
  return held;
}

/** A log, and the claim under which it is written. */
export interface ClaimedLog {
  readonly claim: Claim;
  readonly log: Log;
}

/** What is said of each frame of a group. */
export interface Answers {
  readonly commit: (commit: QueuedCommit) => Outcome;
  readonly control: ControlOutcome;
}

/** All of them are in the log. */
export const stored: Answers = { commit: () => "stored", control: "stored" };

/** Nothing of them is in the log. */
export function notStored(cause: unknown): Answers {
  const failed = writeFailed(cause);
  return { commit: () => failed, control: failed };
}

/** They may be in the log that the next owner finds. */
export function unknown(cause: unknown): Answers {
  return { commit: (commit) => indeterminate(commit, cause), control: uncertain(cause) };
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

/** In the mode `none` commits were acknowledged when they were queued, and are not stored now. */
export function tellUnwritten(
  { settings }: Log,
  frames: Group["frames"],
  answers: Answers,
): void {
  const first = frames.find((one): one is QueuedCommit => one.kind === "commit");
  if (settings.durability !== "none" || !first) return;
  const outcome = answers.commit(first);
  const cause = outcome !== "stored" && "cause" in outcome ? outcome.cause : undefined;
  settings.observe({ _tag: "Lost", after: first.position - 1, cause });
}
