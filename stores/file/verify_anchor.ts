/**
 * Verifying a history against an anchor: a value of the chain of SHA-256 that was kept elsewhere.
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import { corruptAt } from "./chain.ts";
import { readPart } from "./files.ts";
import { hex, viewOf } from "./format/bytes.ts";
import { FRAME_HEADER_BYTES, frameSize, readFrameHeader } from "./format/frame.ts";
import type { Anchor } from "./format/head.ts";
import { erasedName, segmentName, STORE_FILE } from "./format/layout.ts";
import {
  emptyManifest,
  type ErasedSegment,
  erasedSegment,
  type Manifest,
} from "./format/manifest.ts";
import {
  CHAIN_BYTES,
  scanStart,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./format/segment.ts";
import { HASH_NONE } from "./format/store_file.ts";
import { memoryTerms } from "./runs/memory_terms.ts";
import { termHasher } from "./runs/term_hash.ts";
import { manifestOnDisk, scanSegment } from "./scan.ts";
import { type Hashed, segmentHash } from "./segment_hash.ts";

/** The header of the segment in which an anchor lies; none before the first. */
export function segmentAnchored(
  headers: ReadonlyArray<SegmentHeader>,
  { position }: Anchor,
): SegmentHeader | undefined {
  return headers.filter(({ firstPosition }) => firstPosition <= position).at(-1);
}

/**
 * Whether the log holds the history that was anchored, as far as the chain in its headers is true:
 * that each header names the bytes before it is to be verified beside this.
 */
export async function damageToAnchored(
  log: Hashed,
  headers: ReadonlyArray<SegmentHeader>,
  manifest: Manifest,
  anchor: Anchor,
): Promise<Corrupt | undefined> {
  const { position, hash } = anchor;
  const wanted = `the history that was anchored as ${position}:${hash}`;
  const zeros = hex(new Uint8Array(CHAIN_BYTES));
  if (log.identity.hashMode === HASH_NONE) {
    return corruptAt(STORE_FILE, 0, wanted, "a store that was made without a chain of hashes");
  }
  if (position === 0) {
    const isStart = hash === zeros;
    return isStart ? undefined : corruptAt(STORE_FILE, 0, wanted, `the start, which is 0:${zeros}`);
  }
  const header = segmentAnchored(headers, anchor);
  if (!header) {
    const [first] = headers;
    const found = first ? `a log that begins at position ${first.firstPosition}` : "an empty log";
    const file = first ? segmentName(first.number, first.epoch) : STORE_FILE;
    return corruptAt(file, 0, wanted, found);
  }
  const file = segmentName(header.number, header.epoch);
  const commit = await commitAround(log, header, position);
  if (commit.last !== position) {
    const found = commit.last === undefined
      ? `a log that ends at position ${commit.before}`
      : `no end of a commit there, but at ${commit.last}`;
    return corruptAt(file, commit.end, wanted, found);
  }
  const erased = await erasedSince(log, header, manifest, commit.end);
  if (erased) {
    const found = "a segment in which records were erased since; take an anchor anew";
    return corruptAt(erasedName(erased.segment, erased.attempt), 0, wanted, found);
  }
  const value = hex(await segmentHash(log, file, header.chain).upTo(commit.end));
  return value === hash ? undefined : corruptAt(file, commit.end, wanted, `another, ${value}`);
}

/**
 * A segment in which records were erased after a place of the log, or behind it: what was there is
 * not there to be hashed, and only a manifest before the place vouches for what is there now.
 */
async function erasedSince(
  { files }: Hashed,
  header: SegmentHeader,
  { erased }: Manifest,
  end: number,
): Promise<ErasedSegment | undefined> {
  const before = erased.filter(({ segment }) => segment <= header.number);
  if (before.length === 0) return undefined;
  const then = await manifestOnDisk(files, header, end) ?? emptyManifest;
  return before.find(({ segment, sha256 }) => erasedSegment(then, segment)?.sha256 !== sha256);
}

interface CommitAround {
  /** The offset behind the commit, or behind the log if it holds none. */
  readonly end: number;
  /** The last position of the commit; none if the log ends before. */
  readonly last: number | undefined;
  /** The last position before the commit, or of the log. */
  readonly before: number;
}

/** The commit of a segment that holds a position. */
async function commitAround(
  { files, identity }: Hashed,
  header: SegmentHeader,
  position: number,
): Promise<CommitAround> {
  const file = segmentName(header.number, header.epoch);
  const scanned = { file, salt: header.salt };
  const terms = memoryTerms(
    { segment: header.number, offset: SEGMENT_HEADER_BYTES },
    termHasher(identity.hashKey),
  );
  const { state } = await scanSegment(files, scanned, scanStart(header), Infinity, terms);
  const logEnd = { end: state.offset, last: undefined, before: state.position - 1 };
  if (position >= state.position) return logEnd;
  let at: { readonly offset8: number; readonly position: number } | undefined;
  for (const mark of terms.marks()) if (mark.position <= position) at = mark;
  if (!at) return logEnd;
  const offset = at.offset8 * 8;
  const bytes = await files.lend(file, (one) => readPart(one, offset, FRAME_HEADER_BYTES));
  const frame = bytes === "missing" ? undefined : readFrameHeader(viewOf(bytes), 0, header.salt);
  if (!frame) return logEnd;
  const last = frame.position + frame.events - 1;
  return { end: offset + frameSize(frame.bodySize), last, before: frame.position - 1 };
}
