/**
 * Whether a segment ends where its log ends: what its successor's header, the frames behind it and
 * the marks of the writers say of the place to which its scan has come.
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import type { Files } from "./files.ts";
import { segmentName } from "./format/layout.ts";
import type { Behind, SegmentHeader } from "./format/segment.ts";
import type { HashedScan } from "./hashed_scan.ts";
import {
  damageAtEnd,
  damageInClosed,
  damageInHashed,
  type EpochMark,
  markedEnd,
} from "./recovery.ts";
import { lookBehindEnd } from "./scan.ts";

/** What a segment's end is judged by. */
export interface Neighbours {
  /** None for the newest segment. */
  readonly successor: SegmentHeader | undefined;
  readonly marks: ReadonlyArray<EpochMark>;
}

/** Up to where a segment is scanned: its end, as far as that is known beforehand. */
export function scannedUntil(
  header: SegmentHeader,
  { successor, marks }: Neighbours,
): number | undefined {
  return successor ? successor.previous?.offset ?? 0 : markedEnd(marks, header);
}

/** Judges the end to which the scan of a segment has come. */
export async function judgeEnd(
  files: Files,
  header: SegmentHeader,
  { state, hashed }: Pick<HashedScan, "state" | "hashed">,
  neighbours: Neighbours,
): Promise<{ readonly damage: Corrupt | undefined; readonly behind: Behind }> {
  const { successor, marks } = neighbours;
  const file = segmentName(header.number, header.epoch);
  const behind = await lookBehindEnd(files, { file, salt: header.salt }, state.offset);
  const atEnd = successor
    ? damageInClosed(header, state, successor)
    : damageAtEnd(header, state, behind, marks, markedEnd(marks, header));
  return { damage: atEnd ?? damageInHashed(header, hashed), behind };
}
