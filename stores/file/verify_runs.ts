/**
 * Verifying index runs: each block of each run by its checksum, whether a run fits the log, and, if
 * wanted, whether it is the run that its segments give.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Corrupt } from "../../src/fault.ts";
import { corruptAt } from "./chain.ts";
import { type Files, readPart } from "./files.ts";
import { segmentName } from "./format/layout.ts";
import { headerChecksum, scanStart, type SegmentHeader } from "./format/segment.ts";
import { type DecodedRun, decodeRun, isForeignRun, isUnfinishedRun } from "./runs/index_decode.ts";
import { encodeRun, type SegmentTerms } from "./runs/index_run.ts";
import { memoryTerms } from "./runs/memory_terms.ts";
import type { SegmentRow } from "./runs/segment_row.ts";
import type { TermHasher } from "./runs/term_hash.ts";
import { scanSegment } from "./scan.ts";

/** What is known of the log when its runs are verified. */
export interface VerifiedLog {
  readonly files: Files;
  readonly headers: ReadonlyArray<SegmentHeader>;
  readonly hash: TermHasher;
  /** Whether runs are made again from their segments, and compared. */
  readonly isDeep: boolean;
}

/** What a file of the index is. */
export type RunVerdict =
  | { readonly _tag: "Sound" }
  /** It answers nothing: being written, given up, replaced, or of a log that ended elsewhere. */
  | { readonly _tag: "Unused" }
  | { readonly _tag: "Damaged"; readonly damage: Corrupt };

/** Verifies a run; nothing if it is gone by now, because a writer has replaced it. */
export async function verifyRun(
  log: VerifiedLog,
  name: string,
  progress: (bytes: number) => void,
): Promise<RunVerdict | undefined> {
  const bytes = await log.files.lend(name, async (file) => readPart(file, 0, await file.size()));
  if (bytes === "missing") return undefined;
  progress(bytes.length);
  if (isUnfinishedRun(bytes, bytes.length) || isForeignRun(bytes, log.hash)) {
    return { _tag: "Unused" };
  }
  const run = decodeRun(bytes, name, log.hash);
  if (isLeft(run)) return { _tag: "Damaged", damage: run.left };
  const { segments } = run.right;
  const headers = segments.map(({ row }) => headerOfRow(log.headers, row));
  const isFitting = segments.every(({ row }, at) => fits(log.headers, headers[at], row));
  if (!isFitting) return { _tag: "Unused" };
  const damage = log.isDeep ? await differenceIn(log, name, bytes, run.right) : undefined;
  return damage ? { _tag: "Damaged", damage } : { _tag: "Sound" };
}

function headerOfRow(
  headers: ReadonlyArray<SegmentHeader>,
  { number, epoch }: SegmentRow,
): SegmentHeader | undefined {
  return headers.find((header) => header.number === number && header.epoch === epoch);
}

/** Whether a row is of a segment of the log, and ends where that ends, or before. */
function fits(
  headers: ReadonlyArray<SegmentHeader>,
  header: SegmentHeader | undefined,
  row: SegmentRow,
): boolean {
  if (!header || header.firstPosition !== row.firstPosition) return false;
  if (row.prevHcrc !== (header.previous?.hcrc ?? 0)) return false;
  if (row.lastOffset === 0 && row.lastHcrc !== headerChecksum(header)) return false;
  const end = headers.find(({ number }) => number === header.number + 1)?.previous;
  if (!end || row.endOffset < end.offset) return true;
  return row.endOffset === end.offset && row.lastHcrc === end.hcrc;
}

/** Makes the run again from its segments, and says where it differs. */
async function differenceIn(
  log: VerifiedLog,
  name: string,
  bytes: Uint8Array,
  { segments }: DecodedRun,
): Promise<Corrupt | undefined> {
  const anew: SegmentTerms[] = [];
  for (const { row } of segments) {
    const header = headerOfRow(log.headers, row)!;
    const terms = memoryTerms({ segment: row.number, offset: 0 }, log.hash);
    const scanned = { file: segmentName(row.number, row.epoch), salt: header.salt };
    const { files } = log;
    const { state } = await scanSegment(files, scanned, scanStart(header), row.endOffset, terms);
    // The segment is damaged, which was told already.
    if (state.offset !== row.endOffset) return undefined;
    const { number, epoch, firstPosition, prevHcrc } = row;
    const end = { endOffset: state.offset, lastOffset: state.lastOffset, lastHcrc: state.hcrc };
    const made = { number, epoch, firstPosition, ...end, prevHcrc, maxTime: terms.maxTime };
    anew.push({ row: made, terms });
  }
  const { bytes: wanted } = encodeRun({ hash: log.hash, segments: anew });
  const at = firstDifference(bytes, wanted);
  return at === undefined
    ? undefined
    : corruptAt(name, at, "the index run that its segments give", "another one");
}

function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  if (at >= 0) return at;
  return one.length === other.length ? undefined : one.length;
}
