/**
 * Scanning a segment from its start, and hashing what is scanned: where its bytes are read anyway,
 * they are held against what the log says of their hash.
 *
 * @module
 */
import { failCorrupt } from "./attempt.ts";
import { readPart } from "./files.ts";
import { segmentName } from "./format/layout.ts";
import {
  chainInSeal,
  scanStart,
  SEAL_FRAME_BYTES,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./format/segment.ts";
import { HASH_NONE } from "./format/store_file.ts";
import type { HashedPart } from "./recovery.ts";
import { type Passed, type ScanEnd, type ScanInto, scanSegment } from "./scan.ts";
import { hashBehind, type Hashed } from "./segment_hash.ts";

/** A scan, and the hashes of what it has passed. */
export interface HashedScan extends ScanEnd {
  /** The parts whose hash the log names: in a seal, and in the header of the successor. */
  readonly hashed: ReadonlyArray<HashedPart>;
}

/** Scans a whole segment, up to the offset `until` or to the first bytes that are no frame. */
export async function scanHashed(
  log: Hashed,
  header: SegmentHeader,
  successor: SegmentHeader | undefined,
  until: number,
  into: ScanInto,
  passed?: Passed,
): Promise<HashedScan> {
  const file = segmentName(header.number, header.epoch);
  const scanned = { file, salt: header.salt };
  const start = scanStart(header);
  if (log.identity.hashMode === HASH_NONE) {
    return { ...await scanSegment(log.files, scanned, start, until, into, passed), hashed: [] };
  }
  const hash = hashBehind(log.storage, header.chain);
  const begin = await log.files.lend(file, async (one) => {
    return { bytes: await readPart(one, 0, SEGMENT_HEADER_BYTES), isErased: Boolean(one.erased) };
  });
  if (begin === "missing") return failCorrupt(file, 0, "a segment of the log", "no such file");
  // Its hash is that of what was erased; the manifest has the one of what is there.
  if (begin.isErased) {
    return { ...await scanSegment(log.files, scanned, start, until, into, passed), hashed: [] };
  }
  const { bytes } = begin;
  hash.update(bytes);
  // A seal comes last and alone: what stands here then is the value at its place.
  let value = hash.digest();
  let last = bytes;
  const end = await scanSegment(log.files, scanned, start, until, into, (frames) => {
    value = hash.digest();
    // A copy of what may be a seal, because the next window takes the place of these bytes.
    last = frames.length === SEAL_FRAME_BYTES ? frames.slice() : frames;
    hash.update(frames);
    passed?.(frames);
  });
  const { isSealed, lastOffset, offset } = end.state;
  const hashed: HashedPart[] = [];
  if (isSealed) hashed.push({ to: lastOffset, value, named: chainInSeal(last, 0) });
  if (successor) hashed.push({ to: offset, value: hash.digest(), named: successor.chain });
  return { ...end, hashed };
}
