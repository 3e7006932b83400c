/**
 * A file of the model disk: what everybody sees of it, what the medium holds of it, and what is
 * between the two.
 *
 * @module
 */
import type { Generator } from "./generator.ts";

/** A sector: what a medium writes at once. */
export const SECTOR_BYTES = 512;

/** A file. Names are the directory's. */
export interface ModelFile {
  /** What a read gives: the page cache. Room behind `size` is not the file's. */
  cache: Uint8Array;
  size: number;
  /** What survives a power cut. */
  durable: Uint8Array;
  /** The length is an item of its own: it may be kept where the data is not. */
  durableSize: number;
  /** Written and not flushed, in order. */
  pending: PendingWrite[];
}

/** A write that no flush has followed. */
export interface PendingWrite {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What the page cache does when a flush fails (Rebello et al., ATC 2020). */
export type FailedFlush =
  /** Pages read well and count as clean: they never reach the medium (ext4, XFS). */
  | "keeps"
  /** Pages are as on the medium again (Btrfs). */
  | "reverts"
  /** A part reached the medium; the rest reads well and counts as clean. */
  | "keeps a part";

export function emptyFile(): ModelFile {
  return {
    cache: new Uint8Array(),
    size: 0,
    durable: new Uint8Array(),
    durableSize: 0,
    pending: [],
  };
}

/** A file that holds these bytes, all of them flushed. */
export function fileOfBytes(bytes: Uint8Array): ModelFile {
  const { length } = bytes;
  return { cache: bytes.slice(), size: length, durable: bytes, durableSize: length, pending: [] };
}

/** A file of its own with the same state. What is pending is never changed, and shared. */
export function copyOfFile(file: ModelFile): ModelFile {
  return {
    cache: file.cache.slice(0, file.size),
    size: file.size,
    durable: file.durable.slice(0, file.durableSize),
    durableSize: file.durableSize,
    pending: [...file.pending],
  };
}

export function bytesOfFile(file: ModelFile): Uint8Array {
  return file.cache.slice(0, file.size);
}

/** Writes into the page cache. */
export function writeInto(file: ModelFile, at: number, bytes: Uint8Array): void {
  const end = at + bytes.length;
  file.cache = roomFor(file.cache, file.size, end);
  file.cache.set(bytes, at);
  file.size = Math.max(file.size, end);
  file.pending.push({ at, bytes: bytes.slice() });
}

/** Flushes: data and length are on the medium. The name is the directory's. */
export function flushFile(file: ModelFile): void {
  for (const write of file.pending) putDurable(file, write);
  // Behind what a failed flush has lost, zeros: the length gets there all the same.
  file.durable = roomFor(file.durable, file.durableSize, file.size);
  file.durableSize = Math.max(file.durableSize, file.size);
  file.pending = [];
}

/** A flush that fails: whatever the cache shows, nothing of it is pending any more. */
export function failFlush(file: ModelFile, how: FailedFlush, draws: Generator): void {
  const lost = file.pending;
  file.pending = [];
  if (how === "keeps a part") {
    for (const write of lost) if (draws.chance(0.5)) putDurable(file, write);
  }
  if (how === "reverts") {
    file.cache = file.durable.slice(0, file.durableSize);
    file.size = file.durableSize;
  }
}

/** Puts a write where it survives. */
export function putDurable(file: ModelFile, { at, bytes }: PendingWrite): void {
  const end = at + bytes.length;
  file.durable = roomFor(file.durable, file.durableSize, end);
  file.durable.set(bytes, at);
  file.durableSize = Math.max(file.durableSize, end);
}

/** Bytes with room up to `end`; those behind `size` are zero. */
function roomFor(bytes: Uint8Array, size: number, end: number): Uint8Array {
  if (end <= bytes.length) return bytes;
  // Half as much again, so that a file that grows by little steps is not copied at each.
  const grown = new Uint8Array(Math.max(end, size === 0 ? 0 : Math.ceil(1.5 * bytes.length), 64));
  grown.set(bytes.subarray(0, size));
  return grown;
}
