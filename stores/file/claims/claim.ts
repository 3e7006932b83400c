/**
 * Who may write: the rules of the claim protocol, as pure functions.
 *
 * A writer owns an epoch by having created that epoch's claim file, exclusively. The highest claim
 * owns the store. Nothing keeps a writer that was presumed dead from waking up and writing; what
 * makes it harmless is that after each flush, and before it acknowledges or publishes anything, it
 * looks whether a newer claim is there, and that a new owner reads the log only after it has made
 * its claim. `test/stores/file/claim_model_test.ts` explores these rules exhaustively, and what
 * happens without each of them.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import type { OwnerIdentity } from "../storage.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a writer says of itself, once, when it claims its epoch. */
export interface ClaimRecord {
  readonly epoch: number;
  readonly owner: OwnerIdentity;
  /** How long its heartbeat may stand still before others may take it for dead. */
  readonly leaseMs: number;
  /** 16 random bytes. */
  readonly token: Uint8Array;
}

/** How far a writer has flushed. Segment 0 names none. */
export interface Mark {
  readonly segment: number;
  readonly segmentEpoch: number;
  readonly flushedOffset: number;
  /** The last flushed position. */
  readonly position: number;
  /** The header CRC of its frame. */
  readonly hcrc: number;
}

export type MarkState = "running" | "released" | "failed";

/** A mark as it stands in a claim file. The counter moves with every heartbeat. */
export interface Watermark extends Mark {
  readonly state: MarkState;
  readonly counter: number;
  /** By the writer's wall clock, in milliseconds since 1970: for messages, never for a judgement. */
  readonly time: number;
}

/** What was found in a claim file. A part that is not written yet, torn or rotten is not there. */
export interface ClaimFile {
  /** As the file's name says. */
  readonly epoch: number;
  readonly record: ClaimRecord | undefined;
  readonly watermark: Watermark | undefined;
}

/** A claim, and whether its owner is finished: released, or proven dead. A lease proves nothing. */
export interface JudgedClaim extends ClaimFile {
  readonly isFinished: boolean;
}

/** What an opener has seen of an owner by looking at its counter again and again. */
export interface Sighting {
  /** 0 if there is none to read. */
  readonly counter: number;
  /** When it was last looked at, by the opener's monotonic clock. */
  readonly at: number;
  /** For how long it has not moved, as far as the opener was awake to see it. */
  readonly quietMs: number;
  /** How many looks in a row found the same. */
  readonly looks: number;
  readonly hasMoved: boolean;
}

/** Before anything is flushed. */
export const nothingFlushed: Mark = {
  segment: 0,
  segmentEpoch: 0,
  flushedOffset: 0,
  position: 0,
  hcrc: 0,
};

/** So many looks at least, before an owner is presumed dead. */
export const LOOKS_MIN = 10;

/** Epochs are printed with ten digits. */
const EPOCH_MAX = 9_999_999_999;

// ---------------------------------------------------------------------------
// whose turn it is
// ---------------------------------------------------------------------------

/** One more than any epoch in any file name, so that none is used twice. */
export function nextEpoch(epochs: ReadonlyArray<number>): number {
  const epoch = greatest(epochs) + 1;
  invariant(epoch <= EPOCH_MAX, "a store has used up its ten thousand million epochs");
  return epoch;
}

/** The greatest of some epochs; 0 if there is none. */
export function greatest(epochs: ReadonlyArray<number>): number {
  return epochs.reduce((most, epoch) => Math.max(most, epoch), 0);
}

/** Whether the claims that are listed after a claim was made leave the store to it. */
export function isNewest(own: number, listed: ReadonlyArray<number>): boolean {
  return greatest(listed) === own;
}

/** Whether the owner is finished, given what its platform could prove. */
export function isFinished(file: ClaimFile, isProvenDead: boolean): boolean {
  return file.watermark?.state === "released" || isProvenDead;
}

// ---------------------------------------------------------------------------
// the lease
// ---------------------------------------------------------------------------

/**
 * Looks at an owner once more. A gap between two looks counts for a tenth of the lease at most, so
 * that a clock that ran on while the machine was suspended is no evidence.
 */
export function look(
  before: Sighting | undefined,
  file: ClaimFile,
  at: number,
  leaseMs: number,
): Sighting {
  const counter = file.watermark?.counter ?? 0;
  if (before === undefined) return { counter, at, quietMs: 0, looks: 1, hasMoved: false };
  if (counter !== before.counter) return { counter, at, quietMs: 0, looks: 1, hasMoved: true };
  const seen = Math.min(at - before.at, leaseMs / LOOKS_MIN);
  return { ...before, at, quietMs: before.quietMs + seen, looks: before.looks + 1 };
}

/** Whether an owner has been silent for so long that it may be taken for dead. */
export function isSilent(seen: Sighting, leaseMs: number): boolean {
  return seen.looks >= LOOKS_MIN && seen.quietMs >= leaseMs;
}

// ---------------------------------------------------------------------------
// what an owner may do with what it found
// ---------------------------------------------------------------------------

/**
 * Whether the claims allow to go on in a segment instead of pinning it: the newest claim before
 * ours names it and is not marked failed, and its owner is finished. A claim of the segment's own
 * epoch would not do: a later owner may have adopted the segment, and paused.
 */
export function mayAdopt(
  newestBefore: JudgedClaim | undefined,
  segment: { readonly number: number; readonly epoch: number },
): boolean {
  const mark = newestBefore?.watermark;
  return newestBefore !== undefined && mark !== undefined && newestBefore.isFinished &&
    mark.state !== "failed" && mark.segment === segment.number &&
    mark.segmentEpoch === segment.epoch;
}

/**
 * The claims that an owner may remove once it has adopted or pinned: all but the newest two whose
 * owner is finished, and whose predecessor is too. A writer looks for the claim that follows its
 * own, so that one has to stay for as long as the writer may wake up. `claims` are all there are.
 */
export function removableClaims(claims: ReadonlyArray<JudgedClaim>): ReadonlyArray<number> {
  const unfinished = new Set(claims.filter((one) => !one.isFinished).map((one) => one.epoch));
  return claims.map((one) => one.epoch)
    .sort((one, other) => one - other)
    .slice(0, -2)
    // One that is not there any more was finished, or it would not have been removed.
    .filter((epoch) => !unfinished.has(epoch) && !unfinished.has(epoch - 1));
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Who an owner is, for a message. `now` is the wall clock of whoever reads it. */
export function describeOwner({ epoch, record, watermark }: ClaimFile, now: number): string {
  if (record === undefined) return `the writer of epoch ${epoch}, whose claim cannot be read`;
  const { pid, host, runtime } = record.owner;
  const who = (pid > 0 ? `pid ${pid}` : "a process without a pid") +
    (host === "" ? "" : ` on host ${host}`) + (runtime === "" ? "" : ` (${runtime})`);
  return watermark ? `${who}, last sign of life ${age(now - watermark.time)} ago` : who;
}

/** A span of time in its greatest fitting unit. Clocks of two hosts may differ: below 0 is 0. */
function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} days`;
}
