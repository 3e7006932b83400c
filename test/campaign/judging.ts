/**
 * What the log may hold, after what callers of its store were told.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Encoded, Recorded } from "../../src/record.ts";
import { type Attempt, mayBeGone, notGone, streamsOf } from "./attempt.ts";
import { type History, type Invariant, noteForgotten, violate } from "./history.ts";

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
  noteForgotten(history);
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
    if (record.position !== position && !mayBeHidden(history, position, record.position)) {
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
export function mayBeHidden({ attempts }: History, from: number, to: number): boolean {
  const hidden = new Set<number>();
  for (const attempt of attempts.values()) {
    const { gone, first } = attempt;
    streamsOf(attempt).forEach((stream, nth) => {
      if (first > 0 && (gone.dropped || gone.cut.has(stream))) hidden.add(first + nth);
    });
  }
  for (let position = from; position < to; position++) if (!hidden.has(position)) return false;
  return from < to;
}

/** What a process has attempted is there up to some point, and nothing behind it. */
function judgeOrder(history: History, commits: ReadonlyMap<string, unknown>): void {
  const missing = new Map<number, string>();
  for (const attempt of history.attempts.values()) {
    const { id, process, standing, mayBeRefused } = attempt;
    if ((mayBeRefused || mayBeGone(attempt)) && !commits.has(id)) continue;
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
  const { id, standing, gone } = attempt;
  const streams = streamsOf(attempt);
  // What a cut has taken from the front has its positions as well.
  const isCut = found.length < streams.length;
  const ahead = isCut ? streams.findIndex((stream) => !gone.cut.has(stream)) : 0;
  const first = found[0]!.position - ahead;
  if (standing === "absent") {
    const what = `${id} is at ${first}, and was told not to be stored, or was gone before`;
    violate(history, "I2 the log is a prefix of what was attempted", what);
  }
  if (attempt.first !== 0 && attempt.first !== first) {
    const what = `${id} is at ${first}, and was at ${attempt.first}`;
    violate(history, "I5 recovery is idempotent, and what was seen stays", what);
  }
  const isBack = gone.dropped === "done" ||
    found.some(({ stream, erased }) =>
      gone.cut.get(stream) === "done" || (gone.erased.get(stream) === "done" && !erased)
    );
  if (isBack && !history.forgivesLoss) {
    violate(history, "I14 what was dropped or erased stays away", `${id} is back at ${first}`);
  }
  if (!isWhole(attempt, found, isCut)) {
    violate(history, "I3 batches are whole", `${id} is not what was appended`);
  }
  // Whoever opens the log finds it as it is: what was begun to be dropped is not, from now on.
  if (gone.dropped === "begun") gone.dropped = undefined;
  // What a lie has cost may be the very word that it is to go: then nobody has said it.
  if (isBack) attempt.gone = notGone();
  attempt.standing = "found";
  attempt.first = first;
  attempt.last = first + streams.length - 1;
}

function settleMissing(history: History, attempt: Attempt): void {
  const { id, standing, first, gone } = attempt;
  if (gone.dropped === "begun") gone.dropped = "done";
  if (mayBeGone(attempt)) {
    // Where flushes lie, it may be lost as well, and with it what the stream has counted.
    if (history.forgivesLoss) attempt.standing = "unknown";
    return;
  }
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

/** Whether a commit is there as it was appended, but for what was cut from it or erased. */
function isWhole(
  { commit, gone }: Attempt,
  found: ReadonlyArray<Recorded<Encoded>>,
  isCut: boolean,
): boolean {
  const wanted = commit.writes
    .filter(({ stream }) => !isCut || !gone.cut.has(stream))
    .flatMap(({ stream, events }) => events.map(({ event }) => ({ stream, ...event })));
  const told = found.map(({ stream, erased, event: { type, schemaVersion, data, tags } }, nth) => {
    const isErased = erased === true && gone.erased.has(stream);
    return { stream, type, schemaVersion, data: isErased ? wanted[nth]?.data : data, tags };
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
