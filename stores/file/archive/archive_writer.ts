/**
 * Writing archives: packs a segment, stores it under a name of its own, and reads it back.
 *
 * @module
 */
import { fail, failCorrupt } from "../attempt.ts";
import { readPart } from "../files.ts";
import { areEqual, viewOf } from "../format/bytes.ts";
import { crc32 } from "../format/checksum.ts";
import { archiveName } from "../format/layout.ts";
import { blockCache } from "../runs/block_cache.ts";
import type { ReadFile } from "../storage.ts";
import {
  type ArchiveBlock,
  type ArchiveHeader,
  BLOCK_SOURCE_BYTES,
  blockCount,
  blockSourceBytes,
  encodeArchiveHeader,
  encodeTable,
} from "./archive_file.ts";
import { type Archives, failUnavailable, openArchive } from "./archive_reader.ts";
import type { BlockCodec } from "./cold_tier.ts";

/** So many names are tried: somebody else may archive the same segment meanwhile. */
const NAMES_MAX = 16;

/** Packs a segment: the parts of its archive, one behind the other. */
export async function packSegment(
  segment: ReadFile,
  header: ArchiveHeader,
  codec: BlockCodec,
): Promise<ReadonlyArray<Uint8Array>> {
  const head = encodeArchiveHeader(header);
  const parts: Uint8Array[] = [];
  const rows: Pick<ArchiveBlock, "size" | "crc">[] = [];
  for (let block = 0; block < blockCount(header.sourceBytes); block++) {
    const size = blockSourceBytes(header.sourceBytes, block);
    const source = await sourceAt(segment, block * BLOCK_SOURCE_BYTES, size);
    const part = await codec.compress(source);
    parts.push(part);
    rows.push({ size: part.length, crc: crc32(viewOf(part)) });
  }
  return [head, ...parts, encodeTable(head, rows)];
}

/**
 * Stores the parts of an archive under the first name that is free, from an attempt on. Gives the
 * attempt that is its name.
 */
export async function storeArchive(
  { tier }: Archives,
  number: number,
  from: number,
  parts: ReadonlyArray<Uint8Array>,
): Promise<number> {
  for (let attempt = from; attempt < from + NAMES_MAX; attempt++) {
    const name = archiveName(number, attempt);
    let answer: "stored" | "exists";
    try {
      answer = await tier.put(name, parts);
    } catch (cause) {
      return failUnavailable(tier.place, name, cause);
    }
    if (answer === "stored") return attempt;
  }
  const cause = new Error(`${NAMES_MAX} names are taken; somebody else archives the same segment`);
  return failUnavailable(tier.place, archiveName(number, from), cause);
}

/** Reads an archive back from its tier, and gives its size: every byte must be the segment's. */
export async function compareArchive(
  archives: Archives,
  name: string,
  wanted: ArchiveHeader,
  segment: ReadFile,
): Promise<number> {
  // Nothing that was kept before vouches for what the tier holds.
  const cache = blockCache(0);
  const { header, archiveBytes, file } = await openArchive({ ...archives, cache }, name);
  const [own, found] = [encodeArchiveHeader(wanted), encodeArchiveHeader(header)];
  if (!areEqual(own, found)) failCorrupt(name, 0, "the archive just written", "another one");
  const window = 16 * BLOCK_SOURCE_BYTES;
  for (let at = 0; at < wanted.sourceBytes; at += window) {
    const size = Math.min(window, wanted.sourceBytes - at);
    const [archived, source] = [await readPart(file, at, size), await sourceAt(segment, at, size)];
    if (!areEqual(archived, source)) {
      failCorrupt(name, 0, `the segment's bytes from ${at} on`, "other bytes");
    }
  }
  return archiveBytes;
}

async function sourceAt(segment: ReadFile, at: number, size: number): Promise<Uint8Array> {
  const bytes = await readPart(segment, at, size);
  if (bytes.length === size) return bytes;
  const cause = new Error(`the segment ends at ${at + bytes.length}, before its log`);
  return fail({ _tag: "ReadFailed", stored: "no", cause });
}
