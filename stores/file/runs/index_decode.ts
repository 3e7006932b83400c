/**
 * A whole index run, read back into memory: the inverse of `encodeRun`.
 *
 * The run of an unsealed segment covers its first part. When the segment is sealed or closed its
 * run must cover all of it, and is made of what the first one held and what came since.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Corrupt } from "../../../src/fault.ts";
import {
  type ByteReader,
  byteReader,
  readBytes,
  readText,
  readVarint,
  viewOf,
} from "../format/bytes.ts";
import { corruptAt } from "../chain.ts";
import type { SparseRow } from "./frame_marks.ts";
import { BLOCK_BYTES, checkBlock, PAYLOAD_BYTES } from "./index_block.ts";
import {
  commitShape,
  entryShape,
  footerFits,
  readCounts,
  type RunCounts,
  type RunSections,
  sectionsOf,
  seedOf,
  SPARSE_ROW_BYTES,
} from "./index_header.ts";
import type { SegmentTerms } from "./index_run.ts";
import { memoryTerms } from "./memory_terms.ts";
import { eachEncoded, eachTableRow } from "./postings.ts";
import { entryAt, hashAt, pageRows, sparseRowAt } from "./run_page.ts";
import type { CommitRow, RunTerm } from "./run_part.ts";
import { type PlacedSegment, readSegmentRows } from "./segment_row.ts";
import { compareHashes, type TermHasher } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a run was made of, but for the hasher. Commit ids are known by their hashes only. */
export interface DecodedRun {
  readonly segments: ReadonlyArray<SegmentTerms>;
}

/** What belongs to each segment, while it is gathered. */
interface Gathered {
  readonly terms: RunTerm[];
  readonly commits: CommitRow[];
}

/** What a decoded run is told to be if it is none. The checksums hold, so a writer made it. */
const WANTED = "an index run of format 2, whole";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Reads a run whole. Every block is checked before anything is believed. */
export function decodeRun(
  bytes: Uint8Array,
  name: string,
  hash: TermHasher,
): E.Either<Corrupt, DecodedRun> {
  const wrong = (found: string, offset = 0): E.Either<Corrupt, DecodedRun> =>
    E.left(corruptAt(name, offset, WANTED, found));

  const blocks = bytes.length / BLOCK_BYTES;
  if (blocks < 2 || !Number.isInteger(blocks)) return wrong(`${bytes.length} bytes`);
  const seed = seedOf(bytes);
  const payloads = new Uint8Array(blocks * PAYLOAD_BYTES);
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK_BYTES;
    if (checkBlock(bytes, at, block, seed)) return wrong("another CRC", at);
    payloads.set(bytes.subarray(at, at + PAYLOAD_BYTES), block * PAYLOAD_BYTES);
  }

  const counts = readCounts(payloads);
  if (typeof counts === "string") return wrong(counts);
  const sections = sectionsOf(counts);
  if (sections.fileBytes !== bytes.length) return wrong(`${bytes.length} bytes`);
  if (compareHashes(counts.keyCheck, hash("stream", "")) !== 0) return wrong("another key");
  if (!footerFits(payloads.subarray(sections.footer), counts)) return wrong("another footer");
  const rows = readSegmentRows(payloads, sections.rows, counts);
  if (typeof rows === "string") return wrong(rows);
  const gathered = rows.map((): Gathered => ({ terms: [], commits: [] }));
  const found = gatherTerms(payloads, counts, sections, gathered) ??
    gatherCommits(payloads, counts, sections, gathered);
  if (found !== undefined) return wrong(found);
  return E.right({
    segments: rows.map((_, at) =>
      segmentTerms(payloads, counts, sections, rows, at, gathered[at]!, hash)
    ),
  });
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * Whether a file, of which the first block at least is given, is the beginning of a run whose writer
 * has not come to its footer: it was killed, or is still at work. Nobody takes such a file for a
 * run, so it is no damage either.
 */
export function isUnfinishedRun(start: Uint8Array, fileBytes: number): boolean {
  if (fileBytes < BLOCK_BYTES) return true;
  if (checkBlock(start, 0, 0, seedOf(start))) return false;
  const counts = readCounts(start.subarray(0, PAYLOAD_BYTES));
  return typeof counts !== "string" && fileBytes < sectionsOf(counts).fileBytes;
}

/**
 * Whether the bytes begin soundly, but as a run of another format, or one that was made with
 * another key: nobody reads it in this store, and it is no damage.
 */
export function isForeignRun(bytes: Uint8Array, hash: TermHasher): boolean {
  if (bytes.length < BLOCK_BYTES || checkBlock(bytes, 0, 0, seedOf(bytes))) return false;
  const counts = readCounts(bytes.subarray(0, PAYLOAD_BYTES));
  return typeof counts === "string" || compareHashes(counts.keyCheck, hash("stream", "")) !== 0;
}

/** Gathers the terms with their postings, or says what is wrong. */
function gatherTerms(
  payloads: Uint8Array,
  counts: RunCounts,
  sections: RunSections,
  gathered: ReadonlyArray<Gathered>,
): string | undefined {
  // Names and postings stand in the order of the entries, without a gap.
  const names = partReader(payloads, sections.names, counts.namesBytes);
  const postings = partReader(payloads, sections.postings, counts.postingsBytes);
  const view = viewOf(payloads);
  let entries = 0;
  for (const at of pageRows(view, sections.pages, counts.pageBlocks, entryShape)) {
    const entry = entryAt(view, at);
    const follows = entry.nameAt === names.at - sections.names &&
      entry.postingsAt === postings.at - sections.postings;
    const name = readText(names, readVarint(names));
    if (!follows || names.failed) return `entry ${entries} without its name or postings`;
    const table: Array<readonly [delta: number, size: number]> = [];
    eachTableRow(postings, (delta, size) => table.push([delta, size]));
    let firstVersion = entry.firstVersion;
    let eventsLeft = entry.events;
    for (const [delta, size] of table) {
      const list = { bytes: payloads, from: postings.at, to: postings.at + size };
      readBytes(postings, size);
      let events = 0;
      const into = gathered[delta];
      if (postings.failed || !into || !eachEncoded(list, (_, count) => events += count)) {
        return `entry ${entries} with other postings`;
      }
      into.terms.push({ kind: entry.kind, name, firstVersion, postings: list });
      // The versions of a stream are dense, so those in the next segment go on from here.
      if (entry.kind === "stream") firstVersion += events;
      eventsLeft -= events;
    }
    if (eventsLeft !== 0) return `entry ${entries} with another number of events`;
    entries++;
  }
  return entries === counts.entries ? undefined : `${entries} entries instead of ${counts.entries}`;
}

function gatherCommits(
  payloads: Uint8Array,
  counts: RunCounts,
  sections: RunSections,
  gathered: ReadonlyArray<Gathered>,
): string | undefined {
  const view = viewOf(payloads);
  let commits = 0;
  for (const at of pageRows(view, sections.commits, counts.commitBlocks, commitShape)) {
    const into = gathered[view.getUint32(at + 8, true)];
    if (into === undefined) return `commit ${commits} in another segment`;
    into.commits.push({ ...hashAt(view, at), offset8: view.getUint32(at + 12, true) });
    commits++;
  }
  return commits === counts.commits ? undefined : `${commits} commits instead of ${counts.commits}`;
}

function segmentTerms(
  payloads: Uint8Array,
  counts: RunCounts,
  sections: RunSections,
  rows: ReadonlyArray<PlacedSegment>,
  at: number,
  { terms, commits }: Gathered,
  hash: TermHasher,
): SegmentTerms {
  const { firstSparse, ...row } = rows[at]!;
  const next = rows[at + 1];
  const sparse: SparseRow[] = [];
  const view = viewOf(payloads);
  for (let index = firstSparse; index < (next?.firstSparse ?? counts.sparseRows); index++) {
    sparse.push(sparseRowAt(view, sections.sparse + index * SPARSE_ROW_BYTES));
  }
  const lastPosition = next === undefined ? counts.lastPosition : next.firstPosition - 1;
  const part = {
    terms,
    commits,
    sparse,
    // Without a commit there is no last position.
    lastPosition: sparse.length === 0 ? 0 : lastPosition,
    maxTime: row.maxTime,
    manifest: counts.manifest?.segment === row.number ? counts.manifest.offset / 8 : undefined,
  };
  return { row, terms: memoryTerms({ segment: row.number, offset: 0 }, hash, part) };
}

function partReader(payloads: Uint8Array, from: number, size: number): ByteReader {
  return byteReader(payloads, from, from + size);
}
