/**
 * What an index run says of itself: its header, a row per segment, its footer.
 *
 * A run is an array of blocks (`index_block.ts`), and each section begins with a block:
 *
 * ```
 * header    144 B, then a row of 48 B per segment (`segment_row.ts`)
 * filter    split-block Bloom filter (`bloom_filter.ts`), 127 of its blocks to one of ours
 * pages     terms, 32 B each, in hash pages (`index_page.ts`): hash u64 | kind u8 | 0 u8
 *           | first version u48 | events u48 | place of postings u48 | place of name u32
 * postings  per term: a table of its segments, then a list for each (`postings.ts`); varints
 * names     per term: length, UTF-8
 * commits   commit ids, 16 B each, in hash pages: hash u64 | segment u32 | offset / 8 u32
 * sparse    16 B for each 16 KiB of log: position u48 | offset / 8 u32 | greatest time before u48
 * footer    magic 8 B | file size u48 | seed u32 | segments u32 | terms u32 | commit ids u32
 * ```
 *
 * Header: magic 8 B, format u16, 0 u16, header size u32, then the numbers of {@linkcode RunCounts}
 * at the places that `words` and `longs` give, the newest manifest frame at 112 (segment u48, offset
 * u48; segment 0 is none), the key check at 124. Segments in pages and postings are distances: from
 * the run's first segment, or in a table from the segment before.
 *
 * Runs are derived, so a run of another format is passed over and made again.
 *
 * The seed of the block checksums stands in the header, in the row of the last segment and in the
 * footer, so that a damaged one is told although it is read before any checksum can be checked.
 *
 * @module
 */
import { getU48, setU48, viewOf } from "../format/bytes.ts";
import { FILTER_BLOCK_BYTES } from "./bloom_filter.ts";
import { BLOCK_BYTES, blocksFor, PAYLOAD_BYTES } from "./index_block.ts";
import { type PageShape, pageShape } from "./index_page.ts";
import { SEGMENT_ROW_BYTES } from "./segment_row.ts";
import type { TermHash } from "./term_hash.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A frame of a log. */
export interface FramePlace {
  readonly segment: number;
  /** In bytes. */
  readonly offset: number;
}

/** The counts and sizes from which the place of everything in a run follows. */
export interface RunCounts {
  /** The header CRC of the last covered frame. */
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly firstPosition: number;
  /** The position of the last event; one less than `firstPosition` if there is none. */
  readonly lastPosition: number;
  readonly segments: number;
  readonly entries: number;
  /** How many pages entries are spread over, and how many blocks these take with what spills. */
  readonly pages: number;
  readonly pageBlocks: number;
  readonly commits: number;
  readonly commitPages: number;
  readonly commitBlocks: number;
  readonly filterBytes: number;
  readonly sparseRows: number;
  readonly postingsBytes: number;
  readonly namesBytes: number;
  /** The newest manifest frame that is covered, if there is one. */
  readonly manifest: FramePlace | undefined;
  /** The hash of the empty stream name, which tells a run that was made with another key. */
  readonly keyCheck: TermHash;
}

/** Addresses: where in the payloads each section begins. Each begins with a block. */
export interface RunSections {
  readonly rows: number;
  readonly filter: number;
  readonly pages: number;
  readonly postings: number;
  readonly names: number;
  readonly commits: number;
  readonly sparse: number;
  readonly footer: number;
  /** The bytes of the whole file. */
  readonly fileBytes: number;
}

/** Rows of terms, 32 bytes each. */
export const entryShape: PageShape = pageShape(32);
/** Rows of commit ids, 16 bytes each. */
export const commitShape: PageShape = pageShape(16);

export const SPARSE_ROW_BYTES = 16;
export const HEADER_BYTES = 144;
/** 2: the lists of a term stand behind a table of them. */
export const FORMAT_MAJOR = 2;
/** 32-byte blocks of the filter in a 4 KiB block, so that none of them lies across two. */
export const FILTER_BYTES_IN_BLOCK: number = Math.floor(PAYLOAD_BYTES / FILTER_BLOCK_BYTES) *
  FILTER_BLOCK_BYTES;

const magic: ReadonlyArray<number> = [0x45, 0x56, 0x49, 0x44, 0x58, 0x01, 0x0d, 0x0a];

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Where everything is. */
export function sectionsOf(counts: RunCounts): RunSections {
  const filter = blocksFor(HEADER_BYTES + counts.segments * SEGMENT_ROW_BYTES);
  const pages = filter + Math.ceil(counts.filterBytes / FILTER_BYTES_IN_BLOCK);
  const postings = pages + counts.pageBlocks;
  const names = postings + blocksFor(counts.postingsBytes);
  const commits = names + blocksFor(counts.namesBytes);
  const sparse = commits + counts.commitBlocks;
  const footer = sparse + blocksFor(counts.sparseRows * SPARSE_ROW_BYTES);
  return {
    rows: HEADER_BYTES,
    filter: filter * PAYLOAD_BYTES,
    pages: pages * PAYLOAD_BYTES,
    postings: postings * PAYLOAD_BYTES,
    names: names * PAYLOAD_BYTES,
    commits: commits * PAYLOAD_BYTES,
    sparse: sparse * PAYLOAD_BYTES,
    footer: footer * PAYLOAD_BYTES,
    fileBytes: (footer + 1) * BLOCK_BYTES,
  };
}

/** Writes the header to the start of the payloads. */
export function writeHeader(payloads: Uint8Array, counts: RunCounts): void {
  payloads.set(magic, 0);
  const view = viewOf(payloads);
  view.setUint16(8, FORMAT_MAJOR, true);
  view.setUint32(12, HEADER_BYTES, true);
  for (const [at, field] of words) view.setUint32(at, counts[field], true);
  for (const [at, field] of longs) setU48(view, at, counts[field]);
  setU48(view, 112, counts.manifest?.segment ?? 0);
  setU48(view, 118, counts.manifest?.offset ?? 0);
  view.setUint32(124, counts.keyCheck.hi, true);
  view.setUint32(128, counts.keyCheck.lo, true);
}

/** Writes the footer at an address of the payloads. */
export function writeFooter(payloads: Uint8Array, at: number, counts: RunCounts): void {
  payloads.set(magic, at);
  const view = viewOf(payloads);
  setU48(view, at + 8, sectionsOf(counts).fileBytes);
  view.setUint32(at + 14, counts.seed, true);
  view.setUint32(at + 18, counts.segments, true);
  view.setUint32(at + 22, counts.entries, true);
  view.setUint32(at + 26, counts.commits, true);
}

/** Where the numbers of the header stand: those of 32 bits, and those of 48. */
const words = [
  [16, "seed"],
  [44, "segments"],
  [48, "entries"],
  [52, "pages"],
  [56, "pageBlocks"],
  [60, "commits"],
  [64, "commitPages"],
  [68, "commitBlocks"],
  [72, "filterBytes"],
  [76, "sparseRows"],
] as const;
const longs = [
  [20, "from"],
  [26, "to"],
  [32, "firstPosition"],
  [38, "lastPosition"],
  [80, "postingsBytes"],
  [86, "namesBytes"],
] as const;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The seed that the first block claims, before anything is known of the run. */
export function seedOf(firstBlock: Uint8Array): number {
  return viewOf(firstBlock).getUint32(16, true);
}

/** The header in the payload of the first block, or what is wrong with it. */
export function readCounts(payload: Uint8Array): RunCounts | string {
  if (magic.some((byte, at) => payload[at] !== byte)) return "no index run";
  const view = viewOf(payload);
  const format = view.getUint16(8, true);
  if (format !== FORMAT_MAJOR) return `format ${format}`;
  if (view.getUint32(12, true) !== HEADER_BYTES) {
    return `a header of ${view.getUint32(12, true)} bytes`;
  }
  const word = (at: number) => view.getUint32(at, true);
  const manifestSegment = getU48(view, 112);
  return {
    seed: word(16),
    from: getU48(view, 20),
    to: getU48(view, 26),
    firstPosition: getU48(view, 32),
    lastPosition: getU48(view, 38),
    segments: word(44),
    entries: word(48),
    pages: word(52),
    pageBlocks: word(56),
    commits: word(60),
    commitPages: word(64),
    commitBlocks: word(68),
    filterBytes: word(72),
    sparseRows: word(76),
    postingsBytes: getU48(view, 80),
    namesBytes: getU48(view, 86),
    manifest: manifestSegment === 0
      ? undefined
      : { segment: manifestSegment, offset: getU48(view, 118) },
    keyCheck: { hi: word(124), lo: word(128) },
  };
}

/** Whether the payload of the last block is the footer that belongs to a header. */
export function footerFits(payload: Uint8Array, counts: RunCounts): boolean {
  const view = viewOf(payload);
  return magic.every((byte, at) => payload[at] === byte) &&
    getU48(view, 8) === sectionsOf(counts).fileBytes &&
    view.getUint32(14, true) === counts.seed &&
    view.getUint32(18, true) === counts.segments &&
    view.getUint32(22, true) === counts.entries &&
    view.getUint32(26, true) === counts.commits;
}
