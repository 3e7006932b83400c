/**
 * Reading by pages: what a query asks for, out of the commits that a walk meets.
 *
 * @module
 */
import { none, some } from "fp-ts/lib/Option.js";
import type { Page, Pages } from "../../../src/event_store.ts";
import type { ReadFault } from "../../../src/fault.ts";
import type { Cancellation, Query, Range } from "../../../src/query.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import { attempt, fail, failCorrupt } from "../attempt.ts";
import { cutsOf } from "../cuts.ts";
import { dataOf, metadataOf } from "../format/commit_body.ts";
import type { BodyEvent, BodyStream } from "../format/commit_body.ts";
import { isErased } from "../format/erased_file.ts";
import { isCut, type StreamCut } from "../format/stream_cut.ts";
import { type StoredCommit, streamsIn } from "./frame_reader.ts";
import { coldPositions, isMended, type Log } from "../log.ts";
import { hotSpan } from "./hot_span.ts";
import { selectionOf } from "./selection.ts";
import { backward, forward, type Walk, walkOf } from "./walk.ts";

/** A page that nobody bounds ends with the read in which it passes so many records. */
const PAGE_RECORDS = 250;

/** What the pages of a log need of who keeps it open. */
export interface Source {
  readonly log: Log;
  /** Lets what was appended before be readable, and fails if the store is closed. */
  readonly ready: () => Promise<void>;
  /** Waits until more than this position is flushed, or the signal says to end. */
  readonly moreThan: (position: number, signal: Cancellation | undefined) => Promise<void>;
}

/** Where the next page begins, and what is left of the read. */
interface Reading {
  readonly source: Source;
  readonly walk: Walk;
  readonly from: number;
  /** The last position of the read in its direction: `until` forward, `after` backward. */
  readonly to: number;
  readonly isBackward: boolean;
  readonly isHotOnly: boolean;
  readonly hasMetadata: boolean;
  readonly recordsLeft: number;
  readonly pageRecordsMax: number | undefined;
  readonly signal: Cancellation | undefined;
}

type StoredPage = Page<Encoded, ReadFault>;

const readFailed = (cause: unknown): ReadFault => ({ _tag: "ReadFailed", stored: "no", cause });

/** The records that match, up to the head of the log as it is when the first page is run. */
export function readPages(source: Source, query: Query, range: Range): Pages<Encoded, ReadFault> {
  return attempt(async () => {
    await source.ready();
    const after = range.after ?? 0;
    const { floor } = source.log.manifest;
    refuseBelow(source.log, after);
    refuseBelow(source.log, range.until ?? Infinity);
    // Behind the head there is nothing yet: the page that says so covers nothing.
    const until = Math.max(after, Math.min(range.until ?? Infinity, source.log.readable.position));
    const isBackward = range.direction === "backward";
    return readPage({
      source,
      walk: walkOf(source.log, selectionOf(query)),
      from: isBackward ? until : after,
      to: isBackward ? Math.min(until, Math.max(after, floor.position - 1)) : until,
      isBackward,
      isHotOnly: range.tiers === "hot",
      hasMetadata: range.omit !== "metadata",
      recordsLeft: range.recordsMax ?? Infinity,
      pageRecordsMax: range.pageRecordsMax,
      signal: range.signal,
    });
  }, readFailed);
}

/** The flushed records that match, and then those to come. */
export function followPages(
  source: Source,
  query: Query,
  range: Pick<Range, "after" | "pageRecordsMax" | "signal">,
): Pages<Encoded, ReadFault> {
  const walk = walkOf(source.log, selectionOf(query));
  const from = (after: number): Pages<Encoded, ReadFault> =>
    attempt(async () => {
      await source.moreThan(after, range.signal);
      endIfCancelled(range.signal);
      const page = await readPage({
        source,
        walk,
        from: after,
        to: Math.max(after, source.log.flushed.position),
        isBackward: false,
        isHotOnly: false,
        hasMetadata: true,
        recordsLeft: Infinity,
        pageRecordsMax: range.pageRecordsMax,
        signal: range.signal,
      });
      return { ...page, next: some(from(page.through)) };
    }, readFailed);
  return from(range.after ?? 0);
}

/**
 * Runs an operation on the log, and again if a file was not there: a writer has replaced an index
 * run since the log was brought up to date. Or if an index run was damaged, and others are in its
 * place by now.
 */
export async function steadily<Value>(
  source: Source,
  operation: () => Promise<Value>,
): Promise<Value> {
  for (let left = TRIES_MAX;; left--) {
    const misses = source.log.files.misses();
    try {
      return await operation();
    } catch (thrown) {
      const isGone = source.log.files.misses() !== misses;
      if (left === 1 || (!isGone && !await isMended(source.log, thrown))) throw thrown;
      await source.ready();
    }
  }
}

/** So often an operation is tried whose files go while it runs. */
const TRIES_MAX = 5;

/** Fails if what lies behind a position is not there any more. From 0 on is all that there is. */
export function refuseBelow(log: Log, position: number): void {
  if (position > 0 && position < log.manifest.floor.position - 1) failBelow(log, position);
}

export function failBelow({ manifest: { floor } }: Log, position: number): never {
  return fail({ _tag: "BelowFloor", stored: "no", position, floor: floor.position });
}

function readPage(reading: Reading): Promise<StoredPage> {
  return steadily(reading.source, () => pageOf(reading));
}

async function pageOf(reading: Reading): Promise<StoredPage> {
  const { source, to } = reading;
  endIfCancelled(reading.signal);
  const span = reading.isHotOnly ? hotSpan(coldPositions(source.log), reading) : reading;
  const { from } = span;
  // Nobody is told that there is nothing where something was dropped since the page before.
  if (from !== to) refuseBelow(source.log, from);
  const part = { ...reading, from, to: span.to };
  const filled = from === span.to || reading.recordsLeft <= 0
    ? { records: [], through: from }
    : await fill(part, walksOf(part));
  const left = reading.recordsLeft - filled.records.length;
  const isDone = filled.through === to || left <= 0;
  const next = (): Pages<Encoded, ReadFault> =>
    attempt(async () => {
      await source.ready();
      return readPage({ ...reading, from: filled.through, recordsLeft: left });
    }, readFailed);
  return { ...filled, from, next: isDone ? none : some(next()) };
}

function walksOf(reading: Reading): ReturnType<typeof forward> {
  const { source, walk, from, to } = reading;
  const begin = reading.isBackward ? backward : forward;
  return begin(walk, from, to, source.log.readable, recordsMaxOf(reading));
}

/** The most records of the page; the commits that hold them are no more either. */
function recordsMaxOf({ recordsLeft, pageRecordsMax }: Reading): number {
  return Math.min(recordsLeft, pageRecordsMax ?? Infinity);
}

interface Filled {
  readonly records: ReadonlyArray<Recorded<Encoded>>;
  readonly through: number;
}

/** Takes records out of the walk until the page is full or the walk ends. */
async function fill(reading: Reading, walk: ReturnType<typeof forward>): Promise<Filled> {
  const { to, isBackward } = reading;
  const records: Recorded<Encoded>[] = [];
  const most = recordsMaxOf(reading);
  let through = reading.from;
  try {
    for await (const batch of walk) {
      endIfCancelled(reading.signal);
      const cuts = await cutsOf(reading.source.log, () => streamsIn(batch));
      for (const commit of batch) {
        addRecords(reading, commit, cuts, records);
        if (records.length >= most) {
          records.length = most;
          return { records, through: cutAt(records[most - 1]!, isBackward) };
        }
        through = cutBehind(commit, isBackward);
      }
      const isPast = isBackward ? through <= to : through >= to;
      if (isPast) break;
      if (records.length >= PAGE_RECORDS) return { records, through };
    }
  } catch (thrown) {
    // What is sound before the damage is a page; the next one tells of it.
    if (records.length === 0) throw thrown;
    return { records, through };
  }
  return { records, through: to };
}

/** The place between a record and the next one in the direction of the read. */
function cutAt(record: Recorded<Encoded>, isBackward: boolean): number {
  return isBackward ? record.position - 1 : record.position;
}

function cutBehind({ header }: StoredCommit, isBackward: boolean): number {
  return isBackward ? header.position - 1 : header.position + header.events - 1;
}

/** Adds the records of a commit that are asked for, in the order of the read. */
function addRecords(
  reading: Reading,
  commit: StoredCommit,
  cuts: ReadonlyMap<string, StreamCut> | undefined,
  records: Recorded<Encoded>[],
): void {
  const { from, to, isBackward, walk } = reading;
  const after = isBackward ? to : from;
  const until = isBackward ? from : to;
  const before = records.length;
  const { header, body } = commit;
  let at = 0;
  for (const stream of body.streams) {
    const cut = cuts?.get(stream.stream);
    for (let nth = 0; nth < stream.events; nth++, at++) {
      const position = header.position + at;
      const event = body.events[at]!;
      if (position <= after || position > until) continue;
      if (isCut(cut, stream.firstVersion + nth)) continue;
      if (!walk.selection.matches({ stream: stream.stream, type: event.type, tags: event.tags })) {
        continue;
      }
      records.push(recordOf(reading, commit, stream, nth, event, position));
    }
  }
  if (isBackward) records.push(...records.splice(before).reverse());
}

function recordOf(
  { walk: { log }, hasMetadata }: Reading,
  { segment, offset, header, body }: StoredCommit,
  stream: BodyStream,
  nth: number,
  event: BodyEvent,
  position: number,
): Recorded<Encoded> {
  const erased = isErased(body, event);
  const data = erased ? null : dataOf(body, event);
  const metadata = erased || !hasMetadata ? {} : metadataOf(body, event);
  if (data === undefined || !metadata) {
    return failCorrupt(segment.file, offset, "JSON", "a payload that is none");
  }
  const { type, schemaVersion, tags } = event;
  const record: Recorded<Encoded> = {
    event: { type, schemaVersion, data, tags },
    id: event.id ?? log.derivedIds.event(position),
    tags,
    metadata,
    stream: stream.stream,
    version: stream.firstVersion + nth,
    position,
    recordedAt: new Date(header.time),
    schemaVersion,
    commitId: body.commitId ?? log.derivedIds.commit(header.position),
  };
  // Not in one with the rest: a spread makes each record of them cost more.
  return erased ? { ...record, erased } : record;
}

function endIfCancelled(signal: Cancellation | undefined): void {
  if (signal?.aborted) fail({ _tag: "Cancelled", stored: "no" });
}
