/**
 * What callers of a store were told, and what its log may hold after that: the plain model that
 * a life is judged by. It knows nothing of files.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Appended, Commit } from "../../src/event_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";

/** What is known of a commit that somebody has tried to append. */
export type Standing =
  /** Nobody was answered yet. */
  | "open"
  /** Acknowledged. */
  | "stored"
  /** Found in the log by a writer that opened it: from then on it stays. */
  | "found"
  /** Told not to be stored, or not found by a writer that opened the log. */
  | "absent"
  /** Told to be stored or not, or acknowledged by less than a flush and then cut off. */
  | "unknown"
  /** Acknowledged by less than a flush, and told to be lost. Others may have been stored since. */
  | "lost";

/** A commit that somebody has tried to append. Its id is in the data of each of its events. */
export interface Attempt {
  readonly id: string;
  readonly commit: Commit<Encoded>;
  /** The process that tried. */
  readonly process: number;
  /** Whether a sound store may refuse it, for what it expects. */
  readonly mayBeRefused: boolean;
  standing: Standing;
  /** What was done to it on purpose, or begun to be: then it may be there whole as well. */
  gone?: Gone;
  /** Whether a loss was told before its answer came: then it may be among what is lost. */
  isInDoubt: boolean;
  /** Positions, once they are known. */
  first: number;
  last: number;
}

/** How a commit goes that somebody wants gone. */
export interface Gone {
  /** Dropped or cut, it is not there at all; erased, it is there without its data. */
  readonly how: "hidden" | "erased";
  /** Whether it was told to be done: then it never comes back. */
  readonly isCertain: boolean;
}

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
export function forget(
  history: History,
  after: number,
  standing: "unknown" | "lost" = "unknown",
): void {
  for (const attempt of history.attempts.values()) {
    if (attempt.standing === "open" && standing === "lost") attempt.isInDoubt = true;
    if (attempt.standing === "stored" && attempt.last > after) {
      attempt.standing = standing;
      attempt.first = 0;
      attempt.last = 0;
    }
  }
}

/**
 * Judges the log as a writer finds it that has opened it, and takes down what that settles: what is
 * there is there for good, and what is not will never be.
 */
export function judge(history: History, records: ReadonlyArray<Recorded<Encoded>>): void {
  const commits = commitsOf(history, records);
  if (history.isOrdered) judgeOrder(history, commits);
  for (const attempt of history.attempts.values()) {
    const found = commits.get(attempt.id);
    if (found) settleFound(history, attempt, found);
    else settleMissing(history, attempt);
  }
}

const DENSE: Invariant = "I4 versions and positions are dense";

/** The records of each commit, by the id in their data. Positions and versions are looked at. */
function commitsOf(
  history: History,
  records: ReadonlyArray<Recorded<Encoded>>,
): ReadonlyMap<string, ReadonlyArray<Recorded<Encoded>>> {
  const commits = new Map<string, Recorded<Encoded>[]>();
  const versions = new Map<string, number>();
  /** Streams of which a record was met since the last gap; without a gap, all of them. */
  let dense: Set<string> | undefined;
  let position = 0;
  let before: string | undefined;
  for (const record of records) {
    position += 1;
    if (record.position !== position && !areHidden(history, position, record.position)) {
      violate(history, DENSE, `position ${record.position} stands where ${position} should`);
    }
    if (record.position > position) dense = new Set();
    position = record.position;
    const version = (versions.get(record.stream) ?? 0) + 1;
    versions.set(record.stream, record.version);
    // Behind a gap a stream goes on from where nobody sees it, and from there without another.
    const mayJump = dense !== undefined && !dense.has(record.stream) && record.version > version;
    dense?.add(record.stream);
    if (record.version !== version && !mayJump) {
      violate(history, DENSE, `${record.stream} goes on with ${record.version}, not ${version}`);
    }
    const id = idOf(record);
    const known = commits.get(id);
    if (known && before !== id) {
      const what = `${id} is there twice, or in pieces`;
      violate(history, "I1 every acknowledged append is present, once, in order", what);
    }
    if (known) known.push(record);
    else commits.set(id, [record]);
    if (!history.attempts.has(id)) {
      violate(history, "I2 the log is a prefix of what was attempted", `${id} is an invention`);
    }
    before = id;
  }
  return commits;
}

/** Whether all from a position on, up to another, may be gone on purpose. */
function areHidden({ attempts }: History, from: number, to: number): boolean {
  const hidden = [...attempts.values()].filter(({ gone }) => gone?.how === "hidden");
  for (let position = from; position < to; position++) {
    if (!hidden.some(({ first, last }) => first <= position && position <= last)) return false;
  }
  return from < to;
}

/** What a process has attempted is there up to some point, and nothing behind it. */
function judgeOrder(history: History, commits: ReadonlyMap<string, unknown>): void {
  const missing = new Map<number, string>();
  for (const attempt of history.attempts.values()) {
    const { id, process, standing, mayBeRefused } = attempt;
    if (mayBeRefused && !commits.has(id)) continue;
    if (standing !== "open" && standing !== "unknown") continue;
    const before = missing.get(process);
    if (!commits.has(id)) missing.set(process, before ?? id);
    else if (before !== undefined) {
      const what = `${id} is there, and ${before}, which was attempted before it, is not`;
      violate(history, "I2 the log is a prefix of what was attempted", what);
    }
  }
}

function settleFound(
  history: History,
  attempt: Attempt,
  found: ReadonlyArray<Recorded<Encoded>>,
): void {
  const first = found[0]!.position;
  const { id, standing } = attempt;
  if (standing === "absent") {
    const what = `${id} is at ${first}, and was told not to be stored, or was gone before`;
    violate(history, "I2 the log is a prefix of what was attempted", what);
  }
  if (attempt.first !== 0 && attempt.first !== first) {
    const what = `${id} is at ${first}, and was at ${attempt.first}`;
    violate(history, "I5 recovery is idempotent, and what was seen stays", what);
  }
  const isErased = attempt.gone?.how === "erased" && found.every(({ erased }) => erased === true);
  if (attempt.gone?.isCertain && !isErased) {
    violate(history, "I14 what was dropped or erased stays away", `${id} is back at ${first}`);
  }
  if (!isErased && !isWhole(attempt.commit, found)) {
    violate(history, "I3 batches are whole", `${id} is not what was appended`);
  }
  attempt.standing = "found";
  attempt.first = first;
  attempt.last = first + found.length - 1;
}

function settleMissing(history: History, attempt: Attempt): void {
  const { id, standing, first } = attempt;
  if (attempt.gone?.how === "hidden") return;
  if (standing === "stored" && !history.forgivesLoss) {
    const what = `${id} was acknowledged at ${first}, and is lost`;
    violate(history, "I1 every acknowledged append is present, once, in order", what);
  }
  if (standing === "found" && !history.forgivesLoss) {
    const what = `${id} was found at ${first}, and is gone`;
    violate(history, "I5 recovery is idempotent, and what was seen stays", what);
  }
  attempt.standing = "absent";
  attempt.first = 0;
  attempt.last = 0;
}

function isWhole(commit: Commit<Encoded>, found: ReadonlyArray<Recorded<Encoded>>): boolean {
  const wanted = commit.writes.flatMap(({ stream, events }) =>
    events.map(({ event }) => ({ stream, ...event }))
  );
  const told = found.map(({ stream, event: { type, schemaVersion, data, tags } }) => {
    return { stream, type, schemaVersion, data, tags };
  });
  return isDeepStrictEqual(told, wanted) &&
    (commit.commitId === undefined || found[0]!.commitId === commit.commitId);
}

/** The id of the attempt that a record is of. */
export function idOf(record: Recorded<Encoded>): string {
  const { data } = record.event;
  if (typeof data === "object" && data !== null && "id" in data) return String(data.id);
  // An erasure leaves the tags.
  return record.erased ? record.tags[1] ?? "nobody" : "nobody";
}

/** The last version of each stream, if all that may be stored is. */
export function versionsOf(history: History): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const { commit, standing } of history.attempts.values()) {
    if (standing !== "stored" && standing !== "found") continue;
    for (const { stream, events } of commit.writes) {
      versions.set(stream, (versions.get(stream) ?? 0) + events.length);
    }
  }
  return versions;
}
