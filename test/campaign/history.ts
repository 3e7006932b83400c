/**
 * What callers of a store were told: the plain model that a life is judged by. It knows nothing of
 * files.
 *
 * @module
 */
import type { Appended } from "../../src/event_store.ts";
import { type Attempt, isMarked, streamsOf } from "./attempt.ts";

/** A rule that does not hold, and how that shows. */
export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export type Invariant =
  | "I1 every acknowledged append is present, once, in order"
  | "I2 the log is a prefix of what was attempted"
  | "I3 batches are whole"
  | "I4 versions and positions are dense"
  | "I5 recovery is idempotent, and what was seen stays"
  | "I6 appends go on at the right version"
  | "I7 the index answers as the log does"
  | "I8 archived and live make the whole"
  | "I9 what is kept outside never runs ahead"
  | "I10 a follower misses and repeats nothing"
  | "I11 nothing is left open or behind"
  | "I12 the same seed gives the same run"
  | "I13 the store becomes usable again"
  | "I14 what was dropped or erased stays away";

/** All that was attempted, in order, and where it stands. */
export interface History {
  readonly attempts: Map<string, Attempt>;
  readonly violations: Violation[];
  /** Whether what was acknowledged may be missing if a beginning is there: where flushes lie. */
  readonly forgivesLoss: boolean;
  /** Whether an acknowledgement means something: not in the mode `none`. */
  readonly isPromised: boolean;
  /** Commits are taken in the order of the calls: beside a cold tier some are overtaken. */
  readonly isOrdered: boolean;
}

/** Nobody has tried anything yet. */
export function emptyHistory(
  promises: Pick<History, "forgivesLoss" | "isPromised" | "isOrdered">,
): History {
  return { attempts: new Map(), violations: [], ...promises };
}

/** Takes down that a rule does not hold. */
export function violate(history: History, invariant: Invariant, what: string): void {
  history.violations.push({ invariant, what });
}

/** Takes down an answer. */
export function noteStored(history: History, attempt: Attempt, appended: Appended): void {
  const { standing } = attempt;
  // Whoever slept may say so of what its successor has not found.
  if (standing === "absent" && !history.isPromised) return;
  const isSame = attempt.first === 0 ||
    (attempt.first === appended.first && attempt.last === appended.last);
  if (standing === "absent" || !isSame) {
    const place = attempt.first === 0 ? "nowhere" : `at ${attempt.first}`;
    const what = `${attempt.id} is told to be at ${appended.first}, and was found ${place}`;
    violate(history, "I1 every acknowledged append is present, once, in order", what);
  }
  if (standing === "open" && attempt.isInDoubt) {
    attempt.standing = "lost";
    return;
  }
  if (standing !== "found") attempt.standing = "stored";
  attempt.first = appended.first;
  attempt.last = appended.last;
}

/** Takes down that a commit is told not to be stored, or to be perhaps. */
export function noteUnstored(history: History, attempt: Attempt, stored: "no" | "unknown"): void {
  if (attempt.standing === "found" && stored === "no") {
    const what = `${attempt.id} is told not to be stored, and is at ${attempt.first}`;
    violate(history, "I2 the log is a prefix of what was attempted", what);
  }
  if (attempt.standing === "open") attempt.standing = stored === "no" ? "absent" : "unknown";
}

/** What was acknowledged behind a position may be lost: it was not flushed. */
export function forget(history: History, after: number): void {
  for (const attempt of history.attempts.values()) giveUp(attempt, after, "unknown");
}

/** A process has told that what it had acknowledged behind a position is lost. */
export function noteLost(history: History, process: number, after: number): void {
  for (const attempt of history.attempts.values()) {
    if (attempt.process !== process) continue;
    if (attempt.standing === "open") attempt.isInDoubt = true;
    giveUp(attempt, after, "lost");
  }
}

function giveUp(attempt: Attempt, after: number, standing: "unknown" | "lost"): void {
  if (attempt.standing !== "stored" || attempt.last <= after) return;
  attempt.standing = standing;
  // What is gone is not found again: its positions are known from its answer alone.
  if (isMarked(attempt)) return;
  attempt.first = 0;
  attempt.last = 0;
}

/** Takes down which streams begin again: those of which only what was dropped is known. */
export function noteForgotten({ attempts }: History): void {
  const known = [...attempts.values()].filter(({ last }) => last > 0);
  const left = new Set(known.filter(({ gone }) => gone.dropped !== "done").flatMap(streamsOf));
  for (const attempt of known.filter(({ gone }) => gone.dropped === "done")) {
    for (const stream of streamsOf(attempt)) {
      if (!left.has(stream)) attempt.gone.forgotten.add(stream);
    }
  }
}

/** What others have seen up to a position is there for good. */
export function promote(history: History, until: number): void {
  for (const attempt of history.attempts.values()) {
    if (attempt.standing === "stored" && attempt.last <= until) attempt.standing = "found";
  }
}

/** The last version of each stream, if all that may be stored is. */
export function versionsOf(history: History): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const { commit, standing, gone } of history.attempts.values()) {
    if (standing !== "stored" && standing !== "found") continue;
    for (const { stream, events } of commit.writes) {
      if (gone.forgotten.has(stream)) continue;
      versions.set(stream, (versions.get(stream) ?? 0) + events.length);
    }
  }
  return versions;
}
