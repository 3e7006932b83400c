/**
 * Reading archived segments: a segment looks as if its file were still there. Blocks are fetched
 * when they are wanted, inflated, checked, and kept in a cache that all archives of a store use.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { fail, failCorrupt } from "../attempt.ts";
import type { Settings } from "../options.ts";
import { type BlockCache, blockCache } from "../runs/block_cache.ts";
import type { ReadFile } from "../storage.ts";
import {
  ARCHIVE_HEADER_BYTES,
  type ArchiveBlock,
  type ArchiveDefect,
  type ArchiveHeader,
  BLOCK_SOURCE_BYTES,
  blockCount,
  blockSourceBytes,
  decodeArchiveHeader,
  decodeTable,
  isBlockSound,
  tableBytes,
} from "./archive_file.ts";
import type { BlockCodec, ColdTier } from "./cold_tier.ts";
import { deflateRaw } from "./deflate_raw.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What reads archives. */
export interface Archives {
  readonly tier: ColdTier;
  /** Each archive names one of them. New archives are made with the first. */
  readonly codecs: ReadonlyArray<BlockCodec>;
  /** Of blocks as they stand in the segment. */
  readonly cache: BlockCache;
}

/** An archive that is open: the segment in it reads like a file. */
export interface ArchivedSegment {
  readonly header: ArchiveHeader;
  /** The size of the archive itself, in bytes. */
  readonly archiveBytes: number;
  readonly file: ReadFile;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The archives of a store, if it is opened with a cold tier. */
export function archivesIn(
  { cold, codecs = [deflateRaw], coldCacheBytesMax }: Pick<
    Settings,
    "cold" | "codecs" | "coldCacheBytesMax"
  >,
): Archives | undefined {
  if (!cold) return undefined;
  return { tier: cold, codecs, cache: blockCache(coldCacheBytesMax, BLOCK_SOURCE_BYTES) };
}

/** What an archive takes in the cold tier, in bytes; nothing of it is read. */
export function archiveBytes(archives: Archives, name: string): Promise<number> {
  return asked(archives, name, (tier) => tier.size(name));
}

/** Opens an archive. One that is not there is unavailable: another tier may have it. */
export async function openArchive(archives: Archives, name: string): Promise<ArchivedSegment> {
  const size = await archiveBytes(archives, name);
  if (size < ARCHIVE_HEADER_BYTES) return failShort(name, size);
  const head = await fetched(archives, name, 0, ARCHIVE_HEADER_BYTES);
  const header = decodeArchiveHeader(head);
  if (isLeft(header)) return failDefect(name, header.left);
  const codec = archives.codecs.find((one) => one.name === header.right.codec);
  if (codec === undefined) return failCodec(archives, name, header.right);
  const tail = tableBytes(blockCount(header.right.sourceBytes));
  if (size < ARCHIVE_HEADER_BYTES + tail) return failShort(name, size);
  const table = await fetched(archives, name, size - tail, tail);
  const blocks = decodeTable(table, head, header.right.sourceBytes, size);
  if (isLeft(blocks)) return failDefect(name, blocks.left);
  const source = { archives, name, header: header.right, codec, blocks: blocks.right };
  return { header: header.right, archiveBytes: size, file: fileOf(source) };
}

interface Source {
  readonly archives: Archives;
  readonly name: string;
  readonly header: ArchiveHeader;
  readonly codec: BlockCodec;
  readonly blocks: ReadonlyArray<ArchiveBlock>;
}

/** The segment of an archive as a file. */
function fileOf(source: Source): ReadFile {
  const { cache } = source.archives;
  const { sourceBytes } = source.header;
  const number = cache.newRun();
  // Blocks on their way: whoever wants one of them meanwhile waits for the same fetch.
  const coming = new Map<number, Promise<Uint8Array>>();

  /** Fetches neighbouring blocks at once. */
  const load = (from: number, to: number): void => {
    const whole = fetchBlocks(source, from, to);
    for (let block = from; block < to; block++) {
      const one = whole.then(async (bytes) => {
        const inflated = await inflate(source, block, bytes, source.blocks[from]!.offset);
        cache.set(number, block, inflated);
        return inflated;
      }).finally(() => coming.delete(block));
      coming.set(block, one);
    }
  };

  const blocksAt = (
    first: number,
    last: number,
  ): ReadonlyArray<Uint8Array | Promise<Uint8Array>> => {
    const found: (Uint8Array | Promise<Uint8Array>)[] = [];
    for (let block = first; block <= last; block++) {
      const cached = cache.get(number, block);
      if (!cached && !coming.has(block)) load(block, gapEnd(block, last));
      found.push(cached ?? coming.get(block)!);
    }
    return found;
  };

  const gapEnd = (from: number, last: number): number => {
    let to = from + 1;
    while (to <= last && !coming.has(to) && !cache.get(number, to)) to++;
    return to;
  };

  return {
    size: () => sourceBytes,
    read: async (at, into) => {
      const end = Math.min(sourceBytes, at + into.length);
      if (at >= end) return 0;
      const first = Math.floor(at / BLOCK_SOURCE_BYTES);
      const last = Math.floor((end - 1) / BLOCK_SOURCE_BYTES);
      const blocks = await Promise.all(blocksAt(first, last));
      blocks.forEach((bytes, nth) => {
        const base = (first + nth) * BLOCK_SOURCE_BYTES;
        const from = Math.max(at, base);
        into.set(bytes.subarray(from - base, end - base), from - at);
      });
      return end - at;
    },
    close: () => cache.drop(number),
  };
}

// ---------------------------------------------------------------------------
// blocks
// ---------------------------------------------------------------------------

function fetchBlocks(
  { archives, name, blocks }: Source,
  from: number,
  to: number,
): Promise<Uint8Array> {
  const start = blocks[from]!.offset;
  const last = blocks[to - 1]!;
  return fetched(archives, name, start, last.offset + last.size - start);
}

async function inflate(
  { name, codec, blocks, header }: Source,
  nth: number,
  bytes: Uint8Array,
  base: number,
): Promise<Uint8Array> {
  const block = blocks[nth]!;
  const at = block.offset - base;
  const wanted = blockSourceBytes(header.sourceBytes, nth);
  const packed = bytes.subarray(at, at + block.size);
  const source = isBlockSound(packed, block) ? await codec.inflate(packed, wanted) : undefined;
  if (source?.length === wanted) return source;
  return failCorrupt(name, block.offset, `a block of ${wanted} bytes`, "bytes that are none");
}

/** Asks the tier. Whatever it throws means that it cannot be reached; so does a missing archive. */
async function asked<Value>(
  { tier }: Archives,
  name: string,
  ask: (tier: ColdTier) => Value | "missing" | Promise<Value | "missing">,
): Promise<Value> {
  let answer: Value | "missing";
  try {
    answer = await ask(tier);
  } catch (cause) {
    return failUnavailable(tier.place, name, cause);
  }
  if (answer !== "missing") return answer;
  return failUnavailable(tier.place, name, new Error("it is not there; look for it elsewhere"));
}

async function fetched(
  archives: Archives,
  name: string,
  at: number,
  size: number,
): Promise<Uint8Array> {
  const bytes = await asked(archives, name, (tier) => tier.read(name, at, size));
  return bytes.length < size ? failShort(name, at + bytes.length) : bytes;
}

// ---------------------------------------------------------------------------
// faults
// ---------------------------------------------------------------------------

/** Ends the operation because an archive cannot be had. */
export function failUnavailable(place: string, file: string, cause: unknown): never {
  return fail({ _tag: "ColdUnavailable", stored: "no", place, file, cause });
}

function failShort(name: string, end: number): never {
  return failCorrupt(name, end, "the whole of an archive", `the end of the file at ${end}`);
}

function failDefect(name: string, defect: ArchiveDefect): never {
  if (defect._tag === "BadArchive") {
    return failCorrupt(name, defect.offset, "an archive", defect.found);
  }
  const { known, found } = defect;
  return fail({ _tag: "NewerFormat", stored: "no", file: name, known, found });
}

function failCodec({ tier }: Archives, name: string, { codec }: ArchiveHeader): never {
  const cause = new Error(
    `its blocks are compressed with ${codec}; open the store with that codec`,
  );
  return failUnavailable(tier.place, name, cause);
}
