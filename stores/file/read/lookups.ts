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
import { readPages, type Source } from "./pages.ts";
import { selectionOf } from "./selection.ts";
import { compareNames } from "../runs/run_rows.ts";
import { compareHashes } from "../runs/term_hash.ts";
import { forward, walkOf } from "./walk.ts";

/** So many streams are listed at a time. */
const STREAMS_PAGE = 1_000;

/**
 * The bookmark of a flushed position: the checksum of its frame, which covers all frames before it
 * in the segment, behind the identity of the store.
 */
export async function bookmarkOf(source: Source, position: number): Promise<Bookmark> {
  const store = hex(source.log.identity.storeId.subarray(0, 4));
  const commit = await commitHolding(source, position);
  if (!commit) return { position, hash: store };
  return { position, hash: `${store}-${commit.header.hcrc.toString(16).padStart(8, "0")}` };
}

/** The flushed commit that holds a position; none before the first. */
export async function commitHolding(
  source: Source,
  position: number,
): Promise<StoredCommit | undefined> {
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
  if (position === 0) return undefined;
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
  const starts = [
    ...log.runs.map((run) => () => run.sparseForTime(time)),
    ...log.memory.map(({ terms }) => () => terms.sparseForTime(time)),
  ];
  for (const start of starts) {
    const place = await start();
    if (!place) continue;
    const walk = walkOf(log, selectionOf({}));
    for await (const batch of forward(walk, place.position - 1, limit.position, limit)) {
      const later = batch.find(({ header }) => {
        return header.time > time && header.position >= place.position;
      });
      if (later) return Math.min(later.header.position - 1, limit.position);
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
  let cursor = after === undefined ? undefined : named(log, after);
  // A page of names may have none with the prefix, or none that can be read yet; then go on.
  for (;;) {
    const names = await namesAfter(log, cursor);
    for (const { name } of names) {
      if (!name.startsWith(prefix)) continue;
      const info = await infoOf(source, name);
      if (info._tag === "Some") infos.push(info.value);
    }
    cursor = names[names.length - 1];
    if (infos.length > 0 || cursor === undefined) return infos;
  }
}

/** How many streams there are: their names are counted in the index, and no record is read. */
export async function countStreams(log: Log, goOn: () => void): Promise<number> {
  let count = 0;
  for (let names = await namesAfter(log, undefined); names.length > 0;) {
    goOn();
    const cuts = await cutsOf(log, () => names.map(({ name }) => name));
    count += names.filter(({ name }) => cuts?.get(name)?.isTombstone !== true).length;
    names = await namesAfter(log, names[names.length - 1]);
  }
  return count;
}

function named(log: Log, name: string): NamedStream {
  return log.hasher("stream", name);
}

/** The next names in hash order, of all runs and of memory, each once. */
async function namesAfter(
  log: Log,
  cursor: NamedStream | undefined,
): Promise<ReadonlyArray<NamedStream>> {
  // Taken together: while a run is read, a segment may move from memory to a run.
  const { runs, memory } = log;
  const pages: ReadonlyArray<NamedStream>[] = [];
  /** A page ends before the others do: behind the nearest end, not all names are known. */
  let horizon: NamedStream | undefined;
  for (const run of runs) {
    const page = (await run.streams(cursor)).map(({ name }) => named(log, name));
    const last = page[page.length - 1];
    if (last && (!horizon || compareNamed(last, horizon) < 0)) horizon = last;
    pages.push(page);
  }
  for (const { terms } of memory) {
    const listing = listingOf(log, terms);
    const from = cursor ? firstBehind(listing, cursor) : 0;
    pages.push(listing.slice(from, from + STREAMS_PAGE));
    const last = listing[from + STREAMS_PAGE - 1];
    if (last && (!horizon || compareNamed(last, horizon) < 0)) horizon = last;
  }
  const all = new Map(pages.flat().map((term) => [term.name, term]));
  return [...all.values()]
    .filter((term) => !horizon || compareNamed(term, horizon) <= 0)
    .sort(compareNamed)
    .slice(0, STREAMS_PAGE);
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
