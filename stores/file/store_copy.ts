/**
 * Copying the log of a store into another place, as far as a reader may read it, and verifying what
 * was written there.
 *
 * It is a copy of bytes that never change, oldest first; so it may be interrupted at any moment and
 * done again. What an earlier copy vouches for, which came to its end, is not written again; all else
 * is, even if it reads well: its flush may have failed, and after that neither a read nor another
 * flush tells what is on the disk (Rebello et al., ATC 2020).
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import { writeAll } from "./append/write_all.ts";
import { fail, failCorrupt } from "./attempt.ts";
import { type CopiedSegment, flushedOf, isVouchedFor } from "./copy_plan.ts";
import type { Mark } from "./claims/claim.ts";
import { areEqual } from "./format/bytes.ts";
import { type Files, readPart } from "./files.ts";
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from "./format/segment.ts";
import { erasedName, segmentName } from "./format/layout.ts";
import { type ErasedSegment, erasedSegment } from "./format/manifest.ts";
import { scanHashed } from "./hashed_scan.ts";
import type { Log } from "./log.ts";
import type { Step } from "./long_work.ts";
import { damageInClosed, damageInHashed } from "./recovery.ts";
import { damageInErased } from "./retention/file_hash.ts";
import { isLeftByErasure } from "./retention/removal.ts";
import type { AppendFile, StoragePort } from "./storage.ts";
import { headerInLog } from "./survey.ts";

const SLICE_BYTES = 1024 * 1024;
/** So much of a segment's end is compared to see that it is the same. */
const TAIL_BYTES = 4096;

/** A log that is copied, and where it goes. */
export interface Copying {
  readonly log: Log;
  readonly target: StoragePort;
  /** The files of the target, for reading. */
  readonly written: Files;
  readonly step: Step;
}

/** The segments of a log, up to where it may be read. */
export function segmentsToCopy(log: Log): ReadonlyArray<CopiedSegment> {
  const { segment: last, offset } = log.readable;
  return [...log.segments.values()]
    .filter(({ number }) => number <= last)
    .sort((one, other) => one.number - other.number)
    // A segment before the last one is closed, so that its end is known.
    .map(({ number, epoch, end }) => ({
      number,
      epoch,
      end: number === last ? offset : end ?? 0,
      erased: erasedSegment(log.manifest, number),
    }));
}

/** Copies segments, and gives how many bytes had to be written. */
export async function copySegments(
  copying: Copying,
  segments: ReadonlyArray<CopiedSegment>,
  vouched: Mark | undefined,
): Promise<number> {
  const { log, target, written, step } = copying;
  const present = new Set(await target.list());
  let bytes = 0;
  for (const [at, segment] of segments.entries()) {
    const { erased } = segment;
    const name = erased
      ? erasedName(erased.segment, erased.attempt)
      : segmentName(segment.number, segment.epoch);
    const end = erased ? await sizeOf(log.files, name) : segment.end;
    if (isVouchedFor(segment, vouched) && await isSame(copying, name, end)) {
      step(end);
      continue;
    }
    const file = present.has(name) ? await target.openAppend(name) : await target.create(name);
    if (typeof file === "string") throw new Error(`${name} was made or removed by somebody else`);
    try {
      bytes += await copyBytes(copying, { name, end, flushed: flushedOf(segment, vouched) }, file);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (erased) {
      await verifyErased(copying, erased);
      continue;
    }
    const next = segments[at + 1];
    const successor = next && await headerInLog(log.files, next, log.identity);
    const damage = await damageInCopy(log, target, written, segment, successor);
    if (damage) return await failCopy(log, segment, successor, damage);
  }
  return bytes;
}

/** What is wrong in the copy of an erased segment, of which the log says what it is. */
async function verifyErased(
  { log, target, written }: Copying,
  erased: ErasedSegment,
): Promise<void> {
  const damage = await damageInErased({ storage: target, files: written }, erased);
  if (!damage) return;
  const inSource = await damageInErased(log, erased);
  if (inSource) fail(inSource);
  throw new Error(`${damage.file} reads otherwise than it was written there`);
}

/** Removes from a backup what still holds erased data: an earlier one had it before the erasure. */
export async function removeErasedFrom(
  { log, target }: Pick<Copying, "log" | "target">,
  segments: ReadonlyArray<CopiedSegment>,
): Promise<void> {
  const files = new Map(segments.map(({ number, epoch }) => [number, segmentName(number, epoch)]));
  for (const name of await target.list()) {
    if (isLeftByErasure(log.manifest, name, (number) => files.get(number))) {
      await target.remove(name);
    }
  }
}

/** What is wrong in a copy is wrong in the source, or the place does not keep what it is given. */
async function failCopy(
  log: Log,
  segment: CopiedSegment,
  successor: SegmentHeader | undefined,
  { file, offset }: Corrupt,
): Promise<never> {
  const damage = await damageInCopy(log, log.storage, log.files, segment, successor);
  if (damage) return fail(damage);
  throw new Error(`${file} reads otherwise than it was written there, at byte ${offset}`);
}

/** Whether a file of the target has both ends of the source's, and its size. */
async function isSame({ log, written }: Copying, name: string, end: number): Promise<boolean> {
  const size = await written.lend(name, (file) => file.size());
  if (size !== end) return false;
  const tail = Math.max(0, end - TAIL_BYTES);
  for (const [from, to] of [[0, Math.min(SEGMENT_HEADER_BYTES, end)], [tail, end]] as const) {
    const here = await bytesOf(log.files, name, from, to - from);
    if (!areEqual(here, await bytesOf(written, name, from, to - from))) return false;
  }
  return true;
}

/** A file that is copied, and how much of it an earlier copy has flushed. */
interface CopiedFile {
  readonly name: string;
  readonly end: number;
  readonly flushed: number;
}

/** Writes what is not there, up to an end; the header first, so that it is whole before all else. */
async function copyBytes(
  { log, written, step }: Copying,
  { name, end, flushed }: CopiedFile,
  file: AppendFile,
): Promise<number> {
  const size = await written.lend(name, (one) => one.size());
  const there = size === "missing" ? 0 : size;
  if (there > end) {
    throw new Error(`${name} is longer than the log: ${there} bytes instead of ${end}`);
  }
  let bytes = 0;
  for (let at = 0; at < end;) {
    // A slice is flushed as a whole or not at all: what is flushed is never written over.
    const until = at < flushed ? Math.min(flushed, end) : end;
    const count = Math.min(at === 0 ? SEGMENT_HEADER_BYTES : SLICE_BYTES, until - at);
    const slice = await bytesOf(log.files, name, at, count);
    if (slice.length < count) {
      failCorrupt(name, at + slice.length, `${end} bytes`, "the end of the file");
    }
    const isFlushed = at + count <= Math.min(flushed, there);
    if (!isFlushed || !areEqual(slice, await bytesOf(written, name, at, count))) {
      await writeAll(file, at, slice);
      bytes += count;
      if (at === 0) await file.datasync();
    }
    at += count;
    step(count);
  }
  return bytes;
}

async function sizeOf(files: Files, name: string): Promise<number> {
  const size = await files.lend(name, (file) => file.size());
  return size === "missing" ? failErased(name) : size;
}

function failErased(name: string): never {
  throw new Error(`records in ${name} were erased while it was copied; copy the store again`);
}

async function bytesOf(files: Files, name: string, at: number, count: number): Promise<Uint8Array> {
  const bytes = await files.lend(name, (file) => {
    // What has taken its place since has another name, and checksums of its own.
    return file.erased ? failErased(name) : readPart(file, at, count);
  });
  return bytes === "missing" ? failCorrupt(name, 0, "a file of the log", "no such file") : bytes;
}

/** What is wrong with a segment in one of the two places. */
async function damageInCopy(
  log: Log,
  storage: StoragePort,
  files: Files,
  segment: CopiedSegment,
  successor: SegmentHeader | undefined,
): Promise<Corrupt | undefined> {
  const header = await headerInLog(files, segment, log.identity);
  const hashed = { storage, files, identity: log.identity };
  const scan = await scanHashed(hashed, header, successor, segment.end, undefined);
  // The last one ends where the reader's limit is.
  const { state } = scan;
  const end = successor ?? {
    previous: { offset: segment.end, hcrc: log.readable.hcrc },
    firstPosition: log.readable.position + 1,
  };
  return damageInClosed(header, state, end) ?? damageInHashed(header, scan.hashed);
}
