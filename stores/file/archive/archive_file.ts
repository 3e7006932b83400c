/**
 * Archives: segments in compressed blocks, as bytes.
 *
 * A header says which segment it is, blocks follow, then a table of them and a footer. Each block
 * holds the same 64 KiB of the segment at the same place, compressed by itself: offsets into the
 * segment stay what they were, so index runs, bookmarks and the chain hold, and any part is read by
 * fetching the blocks that it touches.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { getU48, isZero, setU48, viewOf } from "../format/bytes.ts";
import { crc32 } from "../format/checksum.ts";
import type { CodecName } from "./cold_tier.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** So much of a segment is in one block, in bytes. */
export const BLOCK_SOURCE_BYTES: number = 64 * 1024;
export const ARCHIVE_HEADER_BYTES = 128;

const FORMAT = 1;
const MAGIC = Uint8Array.of(0x45, 0x56, 0x41, 0x52, 0x43, 0x01, 0x0d, 0x0a);
const ROW_BYTES = 16;
const FOOTER_BYTES = 32;
const codecs: ReadonlyArray<CodecName> = ["deflate-raw", "zstd"];

/** What an archive is of. */
export interface ArchiveHeader {
  readonly codec: CodecName;
  /** Sixteen bytes. */
  readonly storeId: Uint8Array;
  readonly segment: number;
  readonly epoch: number;
  readonly firstPosition: number;
  /** Where the log of the segment ends: so much of the segment is here, in bytes. */
  readonly sourceBytes: number;
  /** The checksum of its last frame. */
  readonly lastHcrc: number;
  /** SHA-256 over the segment and what is before it; zeros where hashing is off. */
  readonly chain: Uint8Array;
}

/** A block as it stands in an archive. */
export interface ArchiveBlock {
  /** In bytes from the start of the archive. */
  readonly offset: number;
  /** Compressed, in bytes. */
  readonly size: number;
  /**
   * Of what stands there, compressed: so each bit of an archive is held against something, also the
   * bits that a compressed stream leaves unused, and nothing that is damaged is inflated. What it
   * inflates to are frames, which have checksums of their own.
   */
  readonly crc: number;
}

/** What is wrong with an archive. */
export type ArchiveDefect =
  | { readonly _tag: "BadArchive"; readonly offset: number; readonly found: string }
  | { readonly _tag: "NewerArchive"; readonly known: number; readonly found: number };

// ---------------------------------------------------------------------------
// header
// ---------------------------------------------------------------------------

export function encodeArchiveHeader(header: ArchiveHeader): Uint8Array {
  const bytes = new Uint8Array(ARCHIVE_HEADER_BYTES);
  const view = viewOf(bytes);
  bytes.set(MAGIC, 0);
  view.setUint16(8, FORMAT, true);
  view.setUint16(10, codecs.indexOf(header.codec) + 1, true);
  view.setUint32(12, BLOCK_SOURCE_BYTES, true);
  bytes.set(header.storeId, 16);
  setU48(view, 32, header.segment);
  setU48(view, 38, header.epoch);
  setU48(view, 48, header.firstPosition);
  setU48(view, 54, header.sourceBytes);
  view.setUint32(60, header.lastHcrc, true);
  bytes.set(header.chain, 80);
  view.setUint32(124, crc32(view, 0, 0, 124), true);
  return bytes;
}

/** Reads a header. A newer format, or a codec of a newer program, is told as such. */
export function decodeArchiveHeader(bytes: Uint8Array): Either<ArchiveDefect, ArchiveHeader> {
  if (bytes.length < ARCHIVE_HEADER_BYTES) {
    return bad(bytes.length, `the end of the file at ${bytes.length}`);
  }
  const view = viewOf(bytes);
  if (view.getUint32(124, true) !== crc32(view, 0, 0, 124)) return bad(0, "another checksum");
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) return bad(0, "another kind of file");
  const format = view.getUint16(8, true);
  if (format > FORMAT) return left({ _tag: "NewerArchive", known: FORMAT, found: format });
  const number = view.getUint16(10, true);
  const codec = codecs[number - 1];
  if (codec === undefined) {
    return left({ _tag: "NewerArchive", known: codecs.length, found: number });
  }
  if (view.getUint32(12, true) !== BLOCK_SOURCE_BYTES) return bad(12, "blocks of another size");
  return right({
    codec,
    storeId: bytes.slice(16, 32),
    segment: getU48(view, 32),
    epoch: getU48(view, 38),
    firstPosition: getU48(view, 48),
    sourceBytes: getU48(view, 54),
    lastHcrc: view.getUint32(60, true),
    chain: bytes.slice(80, 112),
  });
}

// ---------------------------------------------------------------------------
// table
// ---------------------------------------------------------------------------

/** How many blocks so many bytes of a segment make. */
export function blockCount(sourceBytes: number): number {
  return Math.ceil(sourceBytes / BLOCK_SOURCE_BYTES);
}

/** The size of what a block holds, uncompressed, in bytes: less for the last one only. */
export function blockSourceBytes(sourceBytes: number, block: number): number {
  return Math.min(BLOCK_SOURCE_BYTES, sourceBytes - block * BLOCK_SOURCE_BYTES);
}

/** The size of the table and the footer behind the blocks, in bytes. */
export function tableBytes(blocks: number): number {
  return blocks * ROW_BYTES + FOOTER_BYTES;
}

/** The table and the footer of an archive with these blocks, which stand one behind the other. */
export function encodeTable(
  header: Uint8Array,
  blocks: ReadonlyArray<Pick<ArchiveBlock, "size" | "crc">>,
): Uint8Array {
  const bytes = new Uint8Array(tableBytes(blocks.length));
  const view = viewOf(bytes);
  let offset = ARCHIVE_HEADER_BYTES;
  blocks.forEach(({ size, crc }, at) => {
    setU48(view, at * ROW_BYTES, offset);
    view.setUint32(at * ROW_BYTES + 8, size, true);
    view.setUint32(at * ROW_BYTES + 12, crc, true);
    offset += size;
  });
  const footer = blocks.length * ROW_BYTES;
  setU48(view, footer, offset);
  view.setUint32(footer + 8, blocks.length, true);
  // The table of one archive behind the header of another would not go unnoticed.
  view.setUint32(footer + 12, viewOf(header).getUint32(124, true), true);
  bytes.set(MAGIC, footer + 16);
  view.setUint32(footer + 28, crc32(view, 0, 0, footer + 28), true);
  return bytes;
}

/**
 * Reads what stands behind the blocks of an archive of so many bytes. The table must account for
 * every byte between header and table, and for every byte of the segment.
 */
export function decodeTable(
  bytes: Uint8Array,
  header: Uint8Array,
  sourceBytes: number,
  archiveBytes: number,
): Either<ArchiveDefect, ReadonlyArray<ArchiveBlock>> {
  const count = blockCount(sourceBytes);
  const tableAt = archiveBytes - tableBytes(count);
  if (tableAt < ARCHIVE_HEADER_BYTES || bytes.length !== tableBytes(count)) {
    return bad(archiveBytes, `the end of the file at ${archiveBytes}`);
  }
  const view = viewOf(bytes);
  const footer = count * ROW_BYTES;
  if (view.getUint32(footer + 28, true) !== crc32(view, 0, 0, footer + 28)) {
    return bad(tableAt, "another checksum");
  }
  const isWhole = MAGIC.every((byte, at) => bytes[footer + 16 + at] === byte) &&
    isZero(bytes, footer + 24, footer + 28) && getU48(view, footer) === tableAt &&
    view.getUint32(footer + 8, true) === count &&
    view.getUint32(footer + 12, true) === viewOf(header).getUint32(124, true);
  if (!isWhole) return bad(tableAt + footer, "a footer of another archive");
  const blocks: ArchiveBlock[] = [];
  let offset = ARCHIVE_HEADER_BYTES;
  for (let at = 0; at < footer; at += ROW_BYTES) {
    if (getU48(view, at) !== offset) return bad(tableAt + at, "a block at another place");
    const size = view.getUint32(at + 8, true);
    blocks.push({ offset, size, crc: view.getUint32(at + 12, true) });
    offset += size;
  }
  if (offset !== tableAt) return bad(tableAt, "blocks that end elsewhere");
  return right(blocks);
}

/** Whether the bytes of a block, compressed, are those that were written. */
export function isBlockSound(bytes: Uint8Array, { crc }: Pick<ArchiveBlock, "crc">): boolean {
  return crc32(viewOf(bytes)) === crc;
}

function bad(offset: number, found: string): Either<ArchiveDefect, never> {
  return left({ _tag: "BadArchive", offset, found });
}
