/**
 * Single answers out of the log: a bookmark, the place of a time, a stream, a list of streams.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { none, type Option, some } from "fp-ts/lib/Option.js";
import type { Bookmark } from "../../../src/fault.ts";
import type { StreamInfo } from "../../../src/stream.ts";
import { fail } from "../attempt.ts";
import { cutsOf } from "../cuts.ts";
import { hex } from "../format/bytes.ts";
import type { Log, NamedStream } from "../log.ts";
import type { MemoryTerms } from "../runs/memory_terms.ts";
import type { StoredCommit } from "./frame_reader.ts";
import { failBelow, readPages, refuseBelow, type Source } from "./pages.ts";
import { selectionOf } from "./selection.ts";
import { compareNames } from "../runs/run_rows.ts";
import { compareHashes } from "../runs/term_hash.ts";
import { chunksOf } from "./chunk.ts";
import type { Awaitable } from "../storage.ts";
import { forward, walkOf } from "./walk.ts";

/** So many streams are listed at a time. */
const STREAMS_PAGE = 1_000;

/**
 * The bookmark of a flushed position: the checksum of its frame, which covers all frames before it
 * in the segment, behind the identity of the store.
 */
export async function bookmarkOf(source: Source, position: number): Promise<Bookmark> {
  const store = hex(source.log.identity.storeId.subarray(0, 4));
  await waitForFlushed(source, position);
  if (position === 0) return { position, hash: store };
  const hcrc = await hcrcAt(source.log, position);
  return { position, hash: `${store}-${hcrc.toString(16).padStart(8, "0")}` };
}

/** The flushed commit that holds a position; none before the first. */
export async function commitHolding(
  source: Source,
  position: number,
): Promise<StoredCommit | undefined> {
  const { log } = source;
  await waitForFlushed(source, position);
  if (position === 0) return undefined;
  if (position === log.manifest.floor.position - 1) return failBelow(log, position);
  return await commitOf(log, position);
}

/** Waits until a position is flushed; one behind the head is of another history. */
async function waitForFlushed(source: Source, position: number): Promise<void> {
  const { log } = source;
  if (position > log.readable.position) {
    const found = await bookmarkOf(source, log.readable.position);
    return fail({
      _tag: "HistoryDiverged",
      stored: "no",
      bookmark: { position, hash: "" },
      found,
    });
  }
  // Acknowledged, but not flushed yet: it leaves the process once it is.
  if (position > log.flushed.position) await source.moreThan(position - 1, undefined);
}

/** The checksum of the frame that holds a position. Of the last one that is dropped it is kept. */
export async function hcrcAt(log: Log, position: number): Promise<number> {
  const { floor } = log.manifest;
  if (position === floor.position - 1) return floor.hcrc;
  return (await commitOf(log, position)).header.hcrc;
}

async function commitOf(log: Log, position: number): Promise<StoredCommit> {
  refuseBelow(log, position);
  const walk = walkOf(log, selectionOf({}));
  for await (const batch of forward(walk, position - 1, position, log.readable)) {
    const found = batch.find(({ header }) => {
      return header.position <= position && position < header.position + header.events;
    });
    if (found) return found;
  }
  throw new Error(`position ${position} is in no frame of the log`);
}

/** The last position before the first commit that is recorded later than a time. */
export async function positionAtTime(log: Log, time: number): Promise<number> {
  // No commit is from before 1970.
  if (time < 0) return 0;
  const limit = log.readable;
  for (const chunk of chunksOf(log)) {
    const place = await chunk.placeOfTime(time);
    if (!place) continue;
    const walk = walkOf(log, selectionOf({}));
    for await (const batch of forward(walk, place.position - 1, limit.position, limit)) {
      const later = batch.find(({ header }) => {
        return header.time > time && header.position >= place.position;
      });
      if (!later) continue;
      const before = later.header.position - 1;
      const { floor } = log.manifest;
      // Dropped commits may be later than the time as well: nobody knows any more.
      if (before > 0 && before < floor.position) failBelow(log, before);
      return Math.min(before, limit.position);
    }
  }
  return limit.position;
}

/** What is readable of a stream: its last record says it. */
export async function infoOf(source: Source, stream: string): Promise<Option<StreamInfo>> {
  const { log } = source;
  // Of a tombstoned stream there is no record that the look-up below could end with.
  if ((await cutsOf(log, () => [stream]))?.get(stream)?.isTombstone) return none;
  const page = await readPages(source, { stream }, { direction: "backward", recordsMax: 1 })();
  if (isLeft(page)) return fail(page.left);
  const last = page.right.records[0];
  return last ? some({ stream, version: last.version, position: last.position }) : none;
}

/**
 * Lists streams in the order of their hashes: the same order in every run and in memory, so that a
 * listing is a merge, and a name is all that it needs to go on.
 */
export async function streamsOf(
  source: Source,
  prefix: string,
  after: string | undefined,
): Promise<ReadonlyArray<StreamInfo>> {
  const { log } = source;
  const infos: StreamInfo[] = [];
  const cursor = after === undefined ? undefined : named(log, after);
  for await (const { name } of namesAfter(log, cursor)) {
    if (!name.startsWith(prefix)) continue;
    // One that cannot be read yet is left out.
    const info = await infoOf(source, name);
    if (info._tag === "Some") infos.push(info.value);
    if (infos.length === STREAMS_PAGE) break;
  }
  return infos;
}

/** How many streams there are: their names are counted in the index, and no record is read. */
export async function countStreams(log: Log, goOn: () => void): Promise<number> {
  let count = 0;
  let names: string[] = [];
  const countThose = async (): Promise<void> => {
    goOn();
    const cuts = await cutsOf(log, () => names);
    count += names.filter((name) => cuts?.get(name)?.isTombstone !== true).length;
    names = [];
  };
  for await (const { name } of namesAfter(log, undefined)) {
    names.push(name);
    if (names.length === STREAMS_PAGE) await countThose();
  }
  await countThose();
  return count;
}

function named(log: Log, name: string): NamedStream {
  return log.hasher("stream", name);
}

/** Where a listing is in one run, or in the terms of one segment in memory. */
interface Names {
  page: ReadonlyArray<NamedStream>;
  at: number;
  /** The names behind another, some at a time; none at the end. */
  readonly more: (after: NamedStream | undefined) => Awaitable<ReadonlyArray<NamedStream>>;
}

/** Names in hash order, of all runs and of memory, each once: of each run, a page is in memory. */
async function* namesAfter(
  log: Log,
  cursor: NamedStream | undefined,
): AsyncGenerator<NamedStream, void, void> {
  // Taken together: while a run is read, a segment may move from memory to a run.
  const { runs, memory } = log;
  const lists: Names[] = [
    ...runs.map((run): Names => ({ page: [], at: 0, more: run.streams })),
    ...memory.map(({ terms }): Names => {
      const page = listingOf(log, terms);
      return { page, at: cursor ? firstBehind(page, cursor) : 0, more: () => [] };
    }),
  ];
  for (let last = cursor;;) {
    let least: NamedStream | undefined;
    for (const list of lists) {
      if (list.at === list.page.length) {
        list.page = await list.more(last);
        list.at = 0;
      }
      const name = list.page[list.at];
      if (name && (!least || compareNamed(name, least) < 0)) least = name;
    }
    if (!least) return;
    yield least;
    last = least;
    for (const list of lists) {
      const name = list.page[list.at];
      if (name && compareNamed(name, least) === 0) list.at += 1;
    }
  }
}

/** The streams of terms in memory, in hash order; made anew only when there are more of them. */
function listingOf(log: Log, terms: MemoryTerms): ReadonlyArray<NamedStream> {
  const before = log.listings.get(terms);
  if (before?.termCount === terms.termCount) return before.streams;
  const streams = Array.from(terms.streams(), ({ name }) => named(log, name)).sort(compareNamed);
  log.listings.set(terms, { termCount: terms.termCount, streams });
  return streams;
}

function firstBehind(listing: ReadonlyArray<NamedStream>, cursor: NamedStream): number {
  let low = 0;
  let high = listing.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNamed(listing[middle]!, cursor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareNamed(one: NamedStream, other: NamedStream): number {
  return compareHashes(one, other) || compareNames(one.name, other.name);
}
