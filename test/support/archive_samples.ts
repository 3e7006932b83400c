/**
 * Archives to try things on: a segment's bytes, packed into a tier.
 *
 * @module
 */
import type { ArchiveHeader } from "../../stores/file/archive/archive_file.ts";
import type { Archives } from "../../stores/file/archive/archive_reader.ts";
import { packSegment } from "../../stores/file/archive/archive_writer.ts";
import type { BlockCodec, ColdTier } from "../../stores/file/archive/cold_tier.ts";
import { deflateRaw } from "../../stores/file/archive/deflate_raw.ts";
import { BLOCK_SOURCE_BYTES } from "../../stores/file/archive/archive_file.ts";
import { blockCache } from "../../stores/file/runs/block_cache.ts";
import type { ReadFile } from "../../stores/file/storage.ts";

/** Bytes that compress about as well as JSON does, and differ from block to block. */
export function sampleBytes(size: number): Uint8Array {
  let state = 42;
  return Uint8Array.from({ length: size }, (_, at) => {
    state = (state * 1103515245 + 12345) >>> 0;
    return at % 3 === 0 ? state >>> 28 : at & 15;
  });
}

/** Bytes as a file. */
export function fileOf(bytes: Uint8Array): ReadFile {
  return {
    size: () => bytes.length,
    read: (at, into) => {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    close: () => undefined,
  };
}

export function headerOf(source: Uint8Array, codec: BlockCodec = deflateRaw): ArchiveHeader {
  return {
    codec: codec.name,
    storeId: new Uint8Array(16).fill(7),
    segment: 3,
    epoch: 2,
    firstPosition: 101,
    sourceBytes: source.length,
    lastHcrc: 12345,
    chain: new Uint8Array(32).fill(9),
  };
}

/** The bytes of the archive of some bytes. */
export async function packed(
  source: Uint8Array,
  codec: BlockCodec = deflateRaw,
): Promise<Uint8Array> {
  const parts = await packSegment(fileOf(source), headerOf(source, codec), codec);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What a tier was asked for. */
export interface Asked {
  readonly reads: { readonly at: number; readonly size: number }[];
}

/** A tier that holds one object, whatever its name, and notes what is read of it. */
export function tierOf(object: Uint8Array, asked: Asked = { reads: [] }): ColdTier {
  return {
    place: "a tier",
    put: () => "exists",
    read: (_, at, size) => {
      asked.reads.push({ at, size });
      return object.slice(at, at + size);
    },
    size: () => object.length,
    list: () => [],
    remove: () => undefined,
  };
}

export function archivesOf(
  tier: ColdTier,
  codecs: ReadonlyArray<BlockCodec> = [deflateRaw],
  cacheBlocks = 64,
): Archives {
  return { tier, codecs, cache: blockCache(cacheBlocks * BLOCK_SOURCE_BYTES, BLOCK_SOURCE_BYTES) };
}
