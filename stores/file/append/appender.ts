/**
 * Appending: from a proposed commit to its place in the queue, and from there to its answer.
 *
 * Commits are admitted one after the other, in the order of the calls. What an admission needs of
 * index runs may have to be read; what is in memory, queued commits included, is looked at in the
 * same turn of the event loop in which the commit is queued, so nothing can come in between.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { isSome } from "fp-ts/lib/Option.js";
import { checkCommit, commitLimits } from "../../../src/commit_check.ts";
import type { Appended, Commit } from "../../../src/event_store.ts";
import type { Conflict, FailedCheck } from "../../../src/fault.ts";
import type { Encoded } from "../../../src/record.ts";
import { writeFailed } from "./append_outcome.ts";
import { type QueuedCommit, queuedCommit } from "./append_queue.ts";
import { fail } from "../attempt.ts";
import { isCutFlushed, mayHaveCuts, newestCutsOf } from "../cuts.ts";
import {
  bodySizeOf,
  type Comparable,
  comparableOf,
  type Content,
  encodeContent,
  frameOf,
  isSameContent,
} from "../format/commit_body.ts";
import { isErased } from "../format/erased_file.ts";
import type { ByteWriter } from "../format/byte_writer.ts";
import { addCommitTerms } from "../runs/commit_terms.ts";
import { commitAt, type StoredCommit } from "../read/frame_reader.ts";
import { commitInMemory, commitInRuns, versionInMemory, versionInRuns } from "./heads.ts";
import { isMended, type Log } from "../log.ts";
import { place, type Plan } from "./plan.ts";
import { expectationsOf, failedCondition, failedExpectations, matchingRecent } from "./verdict.ts";
import { matchingStored } from "./matching.ts";
import type { Awaitable } from "../storage.ts";
import type { Turns } from "../turns.ts";
import { drain, enqueue, whileChecking } from "./writer.ts";
import type { Writer } from "./writer_state.ts";

/** What admits commits. */
export interface Appender {
  readonly writer: Writer;
  readonly plan: Plan;
  /** What contents are encoded into, one after the other. */
  readonly encoder: ByteWriter;
  /** Admissions are one after the other, in the order of the calls. */
  readonly turns: Turns;
  /** From then on nothing is admitted that has not begun to be. */
  isClosing: boolean;
}

/** What an admission comes to. */
type Admission =
  | { readonly _tag: "Queued"; readonly commit: QueuedCommit }
  | { readonly _tag: "Known"; readonly appended: Appended }
  /** A queued commit decides: if it is stored, `answer` holds; if it fails, all is open again. */
  | { readonly _tag: "Waits"; readonly on: QueuedCommit; readonly answer: () => Appended };

/** Appends a commit. Faults are thrown. */
export async function append(appender: Appender, commit: Commit<Encoded>): Promise<Appended> {
  const refused = checkCommit(commitLimits)(commit);
  if (isSome(refused)) return fail(refused.value);
  const encoded = encodeContent(commit, appender.encoder);
  if (isLeft(encoded)) return fail(encoded.left);
  const content = encoded.right;
  refuseTooLarge(appender, content);
  const ahead = isColdNeeded(appender, commit) ? await lookAhead(appender, commit) : NOTHING_SEEN;
  for (;;) {
    const turn = appender.turns.take(() => admit(appender, commit, content, ahead));
    const admission = turn instanceof Promise ? await turn : turn;
    if (admission._tag === "Known") return admission.appended;
    if (admission._tag === "Queued") {
      const outcome = await admission.commit.outcome;
      return outcome === "stored" ? admission.commit.appended : fail(outcome);
    }
    // So nobody is told of a commit, or of a version, that a failed flush then takes back.
    if (await admission.on.outcome === "stored") return admission.answer();
  }
}

function refuseTooLarge({ writer }: Appender, content: Content): void {
  const { commitBytesMax } = writer.log.settings;
  const size = bodySizeOf(content, content.streams.map(() => 2 ** 48));
  if (size <= commitBytesMax) return;
  fail({
    _tag: "Refused",
    stored: "no",
    what: "a commit",
    wanted: `at most ${commitBytesMax} bytes`,
    found: `${size} bytes`,
  });
}

function admit(
  appender: Appender,
  commit: Commit<Encoded>,
  content: Content,
  ahead: Ahead,
): Awaitable<Admission> {
  return isPlain(appender, commit)
    ? conclude(appender, commit, content, NO_VERSIONS, NOTHING_STORED)
    : admitLooking(appender, commit, content, ahead);
}

const NO_VERSIONS: ReadonlyMap<string, number> = new Map();

/** Whether all that decides about a commit is in memory, as it is of most. */
function isPlain({ writer }: Appender, commit: Commit<Encoded>): boolean {
  const { log } = writer;
  return commit.commitId === undefined && commit.condition === undefined && !mayHaveCuts(log) &&
    writer.queuedBytes <= log.settings.appendQueueBytesMax &&
    !writer.indexer.isBehind() &&
    expectationsOf(commit).every(({ stream }) => {
      return log.runs.length === 0 || versionInMemory(log, stream) !== undefined;
    });
}

async function admitLooking(
  appender: Appender,
  commit: Commit<Encoded>,
  content: Content,
  ahead: Ahead,
): Promise<Admission> {
  const { writer } = appender;
  const { log } = writer;
  for (;;) {
    if (writer.broken) return fail(writeFailed(writer.broken.cause));
    while (writer.queuedBytes > log.settings.appendQueueBytesMax) await writer.progress.made;
    if (writer.indexer.isBehind()) await writer.indexer.catchUp();
    const { generation } = log;
    try {
      const known = commit.commitId === undefined
        ? undefined
        : await answerKnown(appender, commit.commitId, content, ahead);
      if (known) return known;
      if (mayHaveCuts(log) && await isHeldUp(writer, commit)) continue;
      const versions = new Map<string, number>();
      for (const { stream } of expectationsOf(commit)) {
        if (versionInMemory(log, stream) !== undefined) continue;
        const version = versionInRuns(log, stream);
        versions.set(stream, typeof version === "number" ? version : await version);
      }
      // A part of the log that moves from memory to a run meanwhile is seen whole by neither look.
      const concluded = (matching: Matching): Admission | undefined =>
        log.generation === generation
          ? conclude(appender, commit, content, versions, matching)
          : undefined;
      const admission = commit.condition
        ? await whileChecking(writer, async () => {
          const seen = log.readable.position;
          // The conclusion is drawn while `recent` still keeps what was queued behind `seen`.
          const stored = [...ahead.stored, ...await matchingStored(log, commit, ahead.seen)];
          return concluded({ stored, seen });
        })
        : concluded(NOTHING_STORED);
      if (admission) return admission;
    } catch (thrown) {
      // A run may be gone because another has taken its place: then it is that one's to answer.
      if (log.generation === generation && !await isMended(log, thrown)) throw thrown;
    }
  }
}

/**
 * Fails if a stream that is written was ended by a tombstone. One that is queued may yet be taken
 * back: then it is waited for, and all is open again.
 */
async function isHeldUp(writer: Writer, { writes }: Commit<Encoded>): Promise<boolean> {
  const { log } = writer;
  const cuts = await newestCutsOf(log, () => writes.map(({ stream }) => stream));
  for (const [stream, { isTombstone }] of cuts ?? []) {
    if (!isTombstone) continue;
    if (isCutFlushed(log, stream)) return fail({ _tag: "StreamTombstoned", stored: "no", stream });
    await drain(writer);
    return true;
  }
  return false;
}

interface Matching {
  readonly stored: ReadonlyArray<number>;
  /** Up to here, what is stored was looked at. */
  readonly seen: number;
}

const NOTHING_STORED: Matching = { stored: [], seen: 0 };

// ---------------------------------------------------------------------------
// the cold tier
// ---------------------------------------------------------------------------

/** What was looked for before the commit's turn. What is stored stays as it is. */
interface Ahead extends Matching {
  /** The commit that has the same id, if it was found. */
  readonly known: StoredCommit | undefined;
}

const NOTHING_SEEN: Ahead = { ...NOTHING_STORED, known: undefined };

function isColdNeeded({ writer }: Appender, { condition, commitId }: Commit<Encoded>): boolean {
  const mayNeed = condition !== undefined || commitId !== undefined;
  return mayNeed && writer.log.manifest.archived.length > 0;
}

/**
 * Looks before its turn for what may be in archived segments: so that a cold tier that is slow, or
 * does not answer, keeps only this commit waiting, and later ones overtake it.
 */
async function lookAhead(appender: Appender, commit: Commit<Encoded>): Promise<Ahead> {
  const { log } = appender.writer;
  const { generation } = log;
  try {
    const known = commit.commitId === undefined
      ? undefined
      : await commitInRuns(log, commit.commitId);
    const seen = log.readable.position;
    const stored = known ? [] : await matchingStored(log, commit, 0);
    if (appender.isClosing) return fail({ _tag: "Closed", stored: "no" });
    return { known, stored, seen };
  } catch (thrown) {
    // As in an admission.
    if (log.generation === generation && !await isMended(log, thrown)) throw thrown;
    return await lookAhead(appender, commit);
  }
}

/** Judges and queues, with nothing in between. */
function conclude(
  appender: Appender,
  commit: Commit<Encoded>,
  content: Content,
  versions: ReadonlyMap<string, number>,
  matching: Matching,
): Admission {
  const { writer, plan } = appender;
  const { log } = writer;
  if (writer.broken) return fail(writeFailed(writer.broken.cause));
  const versionOf = (stream: string): number =>
    versionInMemory(log, stream) ?? versions.get(stream) ?? 0;
  const after = Math.max(matching.seen, commit.condition?.after ?? 0);
  const matches = [...matching.stored, ...matchingRecent(commit, writer.recent, after)];
  const failed = [...failedExpectations(commit, versionOf), ...failedCondition(commit, matches)];
  const queued = writer.recent[writer.recent.length - 1];
  if (failed.length > 0) {
    const conflict = conflictOf(failed);
    if (!queued) return fail(conflict);
    return { _tag: "Waits", on: queued, answer: () => fail(conflict) };
  }
  if (content.eventCount === 0) return known(emptyAppended(log, plan, commit));
  return { _tag: "Queued", commit: queue(appender, commit, content, versionOf) };
}

function conflictOf(failed: ReadonlyArray<FailedCheck>): Conflict {
  return { _tag: "Conflict", stored: "no", failed, attempts: 1 };
}

function known(appended: Appended): Admission {
  return { _tag: "Known", appended };
}

function emptyAppended(log: Log, plan: Plan, commit: Commit<Encoded>): Appended {
  const last = plan.nextPosition - 1;
  const commitId = commit.commitId ?? log.derivedIds.commit(plan.nextPosition);
  return { commitId, first: last + 1, last, versions: new Map(), repeated: false };
}

/** Gives a commit its place, and its versions and positions with it. */
function queue(
  { writer, plan, encoder }: Appender,
  commit: Commit<Encoded>,
  content: Content,
  versionOf: (stream: string) => number,
): QueuedCommit {
  const { log } = writer;
  const firstVersions = content.streams.map(({ stream }) => versionOf(stream) + 1);
  const frame = frameOf(content, firstVersions, encoder.slab);
  const placed = place(writer, plan, frame.length);
  const position = plan.nextPosition;
  plan.nextPosition += content.eventCount;
  const time = commit.recordedAt?.getTime() ?? Math.max(0, Math.floor(log.storage.clock.now()));
  const streams = content.streams.map(({ stream, events }, at) => {
    return { stream, events, firstVersion: firstVersions[at]! };
  });
  const { commitId } = content;
  addCommitTerms(
    placed.memory.terms,
    { offset8: placed.offset / 8, position, events: content.eventCount, time },
    { commitId, streams, events: content.labels },
  );
  const queued = queuedCommit({
    content,
    frame,
    bodySize: bodySizeOf(content, firstVersions),
    offset: placed.offset,
    position,
    time,
    appended: {
      commitId: commitId ?? log.derivedIds.commit(position),
      first: position,
      last: position + content.eventCount - 1,
      versions: new Map(streams.map((one) => [one.stream, one.firstVersion + one.events - 1])),
      repeated: false,
    },
  });
  enqueue(writer, queued);
  return queued;
}

// ---------------------------------------------------------------------------
// commit ids
// ---------------------------------------------------------------------------

/** The answer to a commit whose id is known already. */
async function answerKnown(
  { writer }: Appender,
  commitId: string,
  content: Content,
  ahead: Ahead,
): Promise<Admission | undefined> {
  const { log } = writer;
  const twin = writer.recent.find((one) => one.content.commitId === commitId);
  if (twin) {
    const first = { ...twin.appended, repeated: true };
    return {
      _tag: "Waits",
      on: twin,
      answer: () => ifSame(commitId, twin.content, content, first),
    };
  }
  const place = commitInMemory(log, commitId);
  const stored = place
    ? (await commitAt(log, place.segment, place.offset, Infinity)).commit
    : ahead.known ?? await commitInRuns(log, commitId);
  if (!stored) return undefined;
  const first = firstResult(commitId, stored);
  // What was erased cannot be compared any more.
  const { body } = stored;
  if (body.events.some((event) => isErased(body, event))) return known(first);
  return known(ifSame(commitId, comparableOf(body), content, first));
}

function ifSame(commitId: string, stored: Comparable, now: Comparable, first: Appended): Appended {
  if (isSameContent(stored, now)) return first;
  return fail({ _tag: "IdempotencyMismatch", stored: "no", commitId });
}

function firstResult(commitId: string, { header, body }: StoredCommit): Appended {
  return {
    commitId,
    first: header.position,
    last: header.position + header.events - 1,
    versions: new Map(body.streams.map((one) => [one.stream, one.firstVersion + one.events - 1])),
    repeated: true,
  };
}
