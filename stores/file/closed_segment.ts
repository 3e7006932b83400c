/**
 * Reading a closed segment whole, before its bytes go elsewhere: what is damaged, or was rewritten,
 * must not pass for what was stored.
 *
 * @module
 */
import { fail } from "./attempt.ts";
import { erasedSegment } from "./format/manifest.ts";
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from "./format/segment.ts";
import { scanHashed } from "./hashed_scan.ts";
import type { Log, LogSegment } from "./log.ts";
import { damageInClosed, damageInHashed } from "./recovery.ts";
import { damageInErased } from "./retention/file_hash.ts";
import { type MemoryTerms, memoryTerms } from "./runs/memory_terms.ts";
import { headerInLog } from "./survey.ts";

/** A closed segment that is what the next one's header says. */
export interface ClosedSegment {
  readonly header: SegmentHeader;
  readonly successor: SegmentHeader;
  readonly terms: MemoryTerms;
  /** Where its log ends, in bytes. */
  readonly end: number;
}

/** Reads a closed segment; `Corrupt` if it is not what was stored. */
export async function verifiedSegment(
  log: Log,
  { number, epoch }: LogSegment,
): Promise<ClosedSegment> {
  const { files, identity } = log;
  const header = await headerInLog(files, { number, epoch }, identity);
  const successor = await headerInLog(files, log.segments.get(number + 1)!, identity);
  const terms = memoryTerms({ segment: number, offset: SEGMENT_HEADER_BYTES }, log.hasher);
  const end = successor.previous?.offset ?? 0;
  const { state, hashed } = await scanHashed(log, header, successor, end, terms);
  const erased = erasedSegment(log.manifest, number);
  const damage = damageInClosed(header, state, successor) ?? damageInHashed(header, hashed) ??
    (erased && await damageInErased(log, erased));
  return damage ? fail(damage) : { header, successor, terms, end };
}
