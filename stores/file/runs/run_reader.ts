/**
 * Index runs on a storage: answers from blocks, read when they are needed.
 *
 * What is wrong with a run (a block that is not as it was written, a file of the wrong length) is
 * the fault `Corrupt` with the run's name and the offset of the block. `openRun` gives it as a
 * value; a question throws it as a `FaultError`, like all effect files of the engine. A run is
 * derived: whoever meets the fault makes the run again from its segments and asks again. What a
 * storage throws passes through.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Corrupt } from "../../../src/fault.ts";
import { FaultError } from "../../../src/run.ts";
import { failCorrupt } from "../attempt.ts";
import type { BlockCache } from "./block_cache.ts";
import { corruptAt } from "../chain.ts";
import { andThen, type BlockReader, blockReader, fill } from "./block_reader.ts";
import { filterMayHold } from "./bloom_filter.ts";
import { blocksFor, PAYLOAD_BYTES, type Span } from "./index_block.ts";
import {
  FILTER_BYTES_IN_BLOCK,
  footerFits,
  type FramePlace,
  HEADER_BYTES,
  readCounts,
  sectionsOf,
  seedOf,
} from "./index_header.ts";
import {
  type CommitCandidate,
  commitsOfHash,
  entriesAfter,
  findTerm,
  framesOf,
  type NamedEntry,
  postingsOfEntry,
  type RunMap,
  type SegmentPostings,
  sparseAtPosition,
  sparseAtTime,
  type SparsePlace,
} from "./run_lookup.ts";
import { readSegmentRows, SEGMENT_ROW_BYTES, type SegmentRow } from "./segment_row.ts";
import type { RunEntry } from "./run_page.ts";
import type { Awaitable, ReadFile } from "../storage.ts";
import type { Postings, Term } from "./term.ts";
import { compareHashes, type HashedTerm, type TermHash, type TermHasher } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** An open index run. Answers come at once where blocks are cached or reads answer at once. */
export interface RunReader {
  /** The name of its file. */
  readonly name: string;
  /** In log order. Only the last may be covered in part. */
  readonly segments: ReadonlyArray<SegmentRow>;
  readonly firstPosition: number;
  /** The position of the last event; one less than `firstPosition` if there is none. */
  readonly lastPosition: number;
  /** The newest manifest frame that is covered, if there is one. */
  readonly manifest: FramePlace | undefined;
  /**
   * Whether the run may hold a term; false is certain. The first call loads the filter, 1.5 bytes
   * for each term and commit id. A term with its hash is not hashed again.
   */
  readonly mayHold: (term: Term | HashedTerm) => Awaitable<boolean>;
  /** A term's head and place: one page and one block of names, unless the filter says no. */
  readonly find: (term: Term | HashedTerm) => Awaitable<NamedEntry | undefined>;
  /** The segments that hold a term, in log order. The frames of one are read when they are wanted. */
  readonly postings: (entry: RunEntry) => Awaitable<ReadonlyArray<SegmentPostings>>;
  /** The frames of a term in one segment. */
  readonly frames: (postings: SegmentPostings) => Awaitable<Postings>;
  /** The frames in which a commit id may stand: compare it with the frame's own. */
  readonly commits: (commitId: string) => Awaitable<ReadonlyArray<CommitCandidate>>;
  /** Where to begin a scan for a position: at most 16 KiB and one frame before it. */
  readonly sparseFor: (position: number) => Awaitable<SparsePlace | undefined>;
  /** Where to begin a scan for the first commit that is later than `time`; none if none is. */
  readonly sparseForTime: (time: number) => Awaitable<SparsePlace | undefined>;
  /** Some streams in hash order, from behind `after` on; an empty list is the end. */
  readonly streams: (
    after?: TermHash & { readonly name: string },
  ) => Awaitable<ReadonlyArray<NamedEntry>>;
  /** What its header says, and where everything in it is: for a merge. */
  readonly map: RunMap;
  /** Bytes of its payloads, past the cache: for a merge. */
  readonly part: (span: Span) => Awaitable<Uint8Array>;
  readonly close: () => Awaitable<void>;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Opens a run: reads its first block, as many more as its segment rows take, and its footer. The
 * file is the reader's to close from then on; if the run is no good, it is closed.
 */
export async function openRun(
  file: ReadFile,
  name: string,
  hash: TermHasher,
  cache: BlockCache,
): Promise<E.Either<Corrupt, RunReader>> {
  const run = cache.newRun();
  try {
    const seed = await seedIn(file, name);
    const blocks = blockReader({ file, name, seed, run, cache });
    const map = await mapOf(file, blocks);
    if (typeof map === "string") {
      throw new FaultError(corruptAt(name, 0, "an index run of format 2 with its footer", map));
    }
    if (compareHashes(map.counts.keyCheck, hash("stream", "")) !== 0) {
      throw new FaultError(
        corruptAt(name, 0, "terms hashed with the key of this store", "another key"),
      );
    }
    return E.right(readerOf(file, name, hash, map, blocks, () => cache.drop(run)));
  } catch (thrown) {
    cache.drop(run);
    await file.close();
    if (isCorrupt(thrown)) return E.left(thrown.fault);
    throw thrown;
  }
}

function isCorrupt(thrown: unknown): thrown is FaultError<Corrupt> {
  // A fault of unknown type: only its tag is looked at, and it may have none.
  return thrown instanceof FaultError && (thrown.fault as Partial<Corrupt>)._tag === "Corrupt";
}

/** The seed that all checksums of the run need. It is checked with them, and against two copies. */
async function seedIn(file: ReadFile, name: string): Promise<number> {
  const head = new Uint8Array(HEADER_BYTES);
  const count = await fill(file, 0, head);
  if (count < HEADER_BYTES) {
    failCorrupt(name, 0, `${HEADER_BYTES} bytes of header`, `${count} bytes`);
  }
  return seedOf(head);
}

/** What the header, the segment rows and the footer say, or what is wrong with them. */
async function mapOf(file: ReadFile, blocks: BlockReader): Promise<RunMap | string> {
  const counts = readCounts(await blocks.span({ from: 0, to: PAYLOAD_BYTES }));
  if (typeof counts === "string") return counts;
  const sections = sectionsOf(counts);
  const size = await file.size();
  if (size !== sections.fileBytes) return `${size} bytes instead of ${sections.fileBytes}`;
  const rowBlocks = blocksFor(HEADER_BYTES + counts.segments * SEGMENT_ROW_BYTES);
  const segments = readSegmentRows(
    await blocks.span({ from: 0, to: rowBlocks * PAYLOAD_BYTES }),
    sections.rows,
    counts,
  );
  if (typeof segments === "string") return segments;
  const footer = await blocks.span({ from: sections.footer, to: sections.footer + PAYLOAD_BYTES });
  return footerFits(footer, counts) ? { counts, sections, segments } : "a footer of another run";
}

function readerOf(
  file: ReadFile,
  name: string,
  hash: TermHasher,
  map: RunMap,
  blocks: BlockReader,
  forget: () => void,
): RunReader {
  let filter: Awaitable<Uint8Array> | undefined;

  function theFilter(): Awaitable<Uint8Array> {
    if (filter !== undefined) return filter;
    const loading = andThen(loadFilter(map, blocks), (bytes) => filter = bytes);
    if (loading instanceof Promise) {
      filter = loading;
      // A read that failed may succeed the next time.
      loading.catch(() => filter = undefined);
    }
    return loading;
  }
  const hashed = (term: Term | HashedTerm): HashedTerm =>
    "hi" in term ? term : hash(term.kind, term.name);
  const mayHold = (term: HashedTerm): Awaitable<boolean> =>
    andThen(theFilter(), (bytes) => filterMayHold(bytes, term));
  const ifHeld = <Found>(
    term: HashedTerm,
    absent: Found,
    look: () => Awaitable<Found>,
  ): Awaitable<Found> => andThen(mayHold(term), (held) => held ? look() : absent);

  return {
    name,
    segments: map.segments,
    firstPosition: map.counts.firstPosition,
    lastPosition: map.counts.lastPosition,
    manifest: map.counts.manifest,
    mayHold: (term) => mayHold(hashed(term)),
    find: (term) => {
      const key = hashed(term);
      return ifHeld<NamedEntry | undefined>(
        key,
        undefined,
        () => blocks.answer(findTerm(map, key)),
      );
    },
    postings: (entry) => blocks.answer(postingsOfEntry(map, entry)),
    frames: (postings) => blocks.answer(framesOf(postings)),
    commits: (commitId) => {
      const key = hash("commit", commitId);
      return ifHeld<ReadonlyArray<CommitCandidate>>(
        key,
        [],
        () => blocks.answer(commitsOfHash(map, key)),
      );
    },
    sparseFor: (position) => blocks.answer(sparseAtPosition(map, position)),
    sparseForTime: (time) => blocks.answer(sparseAtTime(map, time)),
    streams: (after) => blocks.answer(entriesAfter(map, "stream", after)),
    map,
    part: blocks.pass,
    close: () => {
      forget();
      return file.close();
    },
  };
}

/** Reads the filter, each of its blocks checked, and lays it out in one piece. */
function loadFilter(map: RunMap, blocks: BlockReader): Awaitable<Uint8Array> {
  const { filter: from, pages: to } = map.sections;
  if (from === to) return new Uint8Array(0);
  // Not through the cache: what is kept is the filter, in one piece.
  return andThen(blocks.pass({ from, to }), (payloads) => {
    const filter = new Uint8Array(map.counts.filterBytes);
    for (let at = 0, block = 0; at < filter.length; at += FILTER_BYTES_IN_BLOCK, block++) {
      const start = block * PAYLOAD_BYTES;
      const size = Math.min(FILTER_BYTES_IN_BLOCK, filter.length - at);
      filter.set(payloads.subarray(start, start + size), at);
    }
    return filter;
  });
}
