/**
 * The bytes of a claim file, 4 KiB that are all written when it is created, so that a mark needs no
 * new block even on a full disk.
 *
 * ```text
 *    0  512 B  the claim, written once
 *              0 magic | 8 epoch u48 | 14 reserved u16 | 16 lease, ms u32 | 20 pid u32 | 24 token 16 B
 *              40 six texts, each a length u8 and UTF-8: start time, boot id, pid namespace,
 *                 machine id, host, runtime | zeros | 508 CRC of bytes 0..507
 *  512   64 B  the watermark, two copies in turn; of the valid ones the higher counter counts
 * 1024   64 B  0 epoch u48 | 6 state u8 | 7 reserved | 8 segment u48 | 14 segment epoch u48
 *              20 flushed offset u48 | 26 position u48 | 32 its frame's hcrc u32 | 36 counter u48
 *              42 time u48 | 48 zeros | 60 CRC of bytes 0..59
 * ```
 *
 * A copy that is torn while it is overwritten fails its CRC, and the other one still stands.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { byteReader, getU48, readBytes, readText, setU48, utf8, viewOf } from "../format/bytes.ts";
import { crc32 } from "../format/checksum.ts";
import type { ClaimFile, ClaimRecord, MarkState, Watermark } from "./claim.ts";

export const CLAIM_FILE_SIZE = 4096;
const CLAIM_SIZE = 512;
export const WATERMARK_SIZE = 64;
const COPIES: readonly [number, number] = [512, 1024];

/** How much of a claim file holds something. */
export const CLAIM_READ_SIZE: number = COPIES[1] + WATERMARK_SIZE;

const MAGIC: ReadonlyArray<number> = [0x45, 0x56, 0x43, 0x4c, 0x4d, 0x01, 0x0d, 0x0a];

/** How states are written. */
const STATES: ReadonlyArray<MarkState> = ["running", "released", "failed"];

/** What one text may take. Six of them fit between byte 40 and the CRC. */
const TEXT_BYTES_MAX = 76;

// ---------------------------------------------------------------------------
// encoding
// ---------------------------------------------------------------------------

/** A whole claim file, as it is created. */
export function encodeClaimFile(record: ClaimRecord, watermark: Watermark): Uint8Array {
  const bytes = new Uint8Array(CLAIM_FILE_SIZE);
  bytes.set(encodeClaim(record));
  bytes.set(encodeWatermark(record.epoch, watermark), watermarkOffset(watermark.counter));
  return bytes;
}

function encodeClaim({ epoch, owner, leaseMs, token }: ClaimRecord): Uint8Array {
  invariant(token.length === 16, "a token has 16 bytes");
  const bytes = new Uint8Array(CLAIM_SIZE);
  const view = viewOf(bytes);
  bytes.set(MAGIC);
  setU48(view, 8, epoch);
  view.setUint32(16, leaseMs, true);
  view.setUint32(20, owner.pid, true);
  bytes.set(token, 24);
  let at = 40;
  for (
    const text of [
      owner.startTime,
      owner.bootId,
      owner.pidNamespace,
      owner.machineId,
      owner.host,
      owner.runtime,
    ]
  ) {
    const short = shortened(text);
    bytes[at] = short.length;
    bytes.set(short, at + 1);
    at += 1 + short.length;
  }
  view.setUint32(508, crc32(view, 0, 0, 508), true);
  return bytes;
}

/** The bytes of a text, cut between two characters: what is cut equals nothing, so it proves nothing. */
function shortened(text: string): Uint8Array {
  let characters = [...text].slice(0, TEXT_BYTES_MAX);
  while (utf8(characters.join("")).length > TEXT_BYTES_MAX) characters = characters.slice(0, -1);
  return utf8(characters.join(""));
}

/** One copy of a watermark. It belongs at {@linkcode watermarkOffset}. */
export function encodeWatermark(epoch: number, watermark: Watermark): Uint8Array {
  const bytes = new Uint8Array(WATERMARK_SIZE);
  const view = viewOf(bytes);
  setU48(view, 0, epoch);
  bytes[6] = STATES.indexOf(watermark.state) + 1;
  setU48(view, 8, watermark.segment);
  setU48(view, 14, watermark.segmentEpoch);
  setU48(view, 20, watermark.flushedOffset);
  setU48(view, 26, watermark.position);
  view.setUint32(32, watermark.hcrc, true);
  setU48(view, 36, watermark.counter);
  setU48(view, 42, watermark.time);
  view.setUint32(60, crc32(view, 0, 0, 60), true);
  return bytes;
}

/** Where the copy with this counter goes: never over the one before. */
export function watermarkOffset(counter: number): number {
  return COPIES[counter % 2 === 1 ? 0 : 1];
}

// ---------------------------------------------------------------------------
// decoding
// ---------------------------------------------------------------------------

/** What stands in a claim file, of whatever length; `epoch` is what its name says. */
export function decodeClaimFile(epoch: number, bytes: Uint8Array): ClaimFile {
  const copies = COPIES.map((at) => decodeWatermark(epoch, bytes.subarray(at, at + WATERMARK_SIZE)))
    .filter((copy) => copy !== undefined)
    .sort((one, other) => other.counter - one.counter);
  return {
    epoch,
    record: decodeClaim(epoch, bytes.subarray(0, CLAIM_SIZE)),
    watermark: copies[0],
  };
}

function decodeClaim(epoch: number, bytes: Uint8Array): ClaimRecord | undefined {
  if (bytes.length < CLAIM_SIZE) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(508, true) !== crc32(view, 0, 0, 508)) return undefined;
  if (MAGIC.some((byte, at) => bytes[at] !== byte) || getU48(view, 8) !== epoch) return undefined;
  const reader = byteReader(bytes, 40, 508);
  const text = (): string => readText(reader, readBytes(reader, 1)[0] ?? 0);
  const owner = {
    pid: view.getUint32(20, true),
    // The order of the bytes.
    startTime: text(),
    bootId: text(),
    pidNamespace: text(),
    machineId: text(),
    host: text(),
    runtime: text(),
  };
  if (reader.failed) return undefined;
  return { epoch, owner, leaseMs: view.getUint32(16, true), token: bytes.slice(24, 40) };
}

/** What stands in one copy of a watermark; nothing if it is torn, rotten, or of another epoch. */
export function decodeWatermark(epoch: number, bytes: Uint8Array): Watermark | undefined {
  if (bytes.length < WATERMARK_SIZE) return undefined;
  const view = viewOf(bytes);
  const state = STATES[(bytes[6] ?? 0) - 1];
  if (view.getUint32(60, true) !== crc32(view, 0, 0, 60)) return undefined;
  if (state === undefined || getU48(view, 0) !== epoch) return undefined;
  return {
    state,
    segment: getU48(view, 8),
    segmentEpoch: getU48(view, 14),
    flushedOffset: getU48(view, 20),
    position: getU48(view, 26),
    hcrc: view.getUint32(32, true),
    counter: getU48(view, 36),
    time: getU48(view, 42),
  };
}
