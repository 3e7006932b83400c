/**
 * Payloads on their way into the blocks of a file, one after the other: so many at a time, so that
 * a file of any size is written with the same little memory.
 *
 * @module
 */
import { viewOf } from "../format/bytes.ts";
import { blocksFor, PAYLOAD_BYTES, sealBlocks } from "./index_block.ts";
import type { Merging } from "./merge_window.ts";

/** Payloads that are not given yet. Only functions of this file change it. */
export interface BlockSink {
  readonly seed: number;
  /** Room for whole blocks; zero behind `length`. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  length: number;
  /** The number of the first block in it. */
  block: number;
}

/** So many blocks are given at once. */
const SINK_BLOCKS = 64;

/** A sink for a file whose block checksums have this seed. */
export function blockSink(seed: number): BlockSink {
  const bytes = new Uint8Array(SINK_BLOCKS * PAYLOAD_BYTES);
  return { seed, bytes, view: viewOf(bytes), length: 0, block: 0 };
}

/** Adds a part of some bytes. */
export function* putPart(
  sink: BlockSink,
  bytes: Uint8Array,
  from: number,
  to: number,
): Merging<void> {
  for (let at = from; at < to;) {
    const count = Math.min(to - at, sink.bytes.length - sink.length);
    sink.bytes.set(bytes.subarray(at, at + count), sink.length);
    sink.length += count;
    at += count;
    if (sink.length === sink.bytes.length) yield* giveBlocks(sink);
  }
}

/** Adds a part of some bytes if there is room for it: for many small ones. */
export function putIfFits(sink: BlockSink, bytes: Uint8Array, from: number, to: number): boolean {
  if (sink.length + to - from >= sink.bytes.length) return false;
  // Below some tens of bytes a loop is faster than a call that copies.
  if (to - from > 64) {
    sink.bytes.set(bytes.subarray(from, to), sink.length);
    sink.length += to - from;
  } else for (let at = from; at < to; at++) sink.bytes[sink.length++] = bytes[at]!;
  return true;
}

/** Ends the block, as each section begins with one. */
export function endBlock(sink: BlockSink): void {
  sink.length = blocksFor(sink.length) * PAYLOAD_BYTES;
}

/** Gives all that is there, in whole blocks. */
export function* giveBlocks(sink: BlockSink): Merging<void> {
  endBlock(sink);
  if (sink.length === 0) return;
  const blocks = sealBlocks(sink.bytes.subarray(0, sink.length), sink.seed, sink.block);
  yield { _tag: "Write", blocks };
  sink.block += sink.length / PAYLOAD_BYTES;
  sink.bytes.fill(0, 0, sink.length);
  sink.length = 0;
}
