/**
 * Erased segments in a storage: read as if they were the segments themselves.
 *
 * @module
 */
import { isRight } from "fp-ts/lib/Either.js";
import { failCorrupt } from "../attempt.ts";
import { type LentFile, readFully, readPart } from "../files.ts";
import {
  decodeTrailer,
  ERASED_FOOTER_BYTES,
  type ErasedTrailer,
  trailerSize,
} from "../format/erased_file.ts";
import { erasedName } from "../format/layout.ts";
import type { ErasedSegment } from "../format/manifest.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import type { ReadFile, StoragePort } from "../storage.ts";

/** Opens the file of an erased segment. */
export async function openErased(
  storage: Pick<StoragePort, "openRead">,
  { segment, attempt }: Pick<ErasedSegment, "segment" | "attempt">,
): Promise<{ readonly epoch: number; readonly file: LentFile }> {
  const name = erasedName(segment, attempt);
  const opened = await storage.openRead(name);
  if (opened === "missing") return failCorrupt(name, 0, "an erased segment", "no such file");
  try {
    const file = await erasedSegmentIn(opened, name);
    const header = decodeSegmentHeader(await readPart(file, 0, SEGMENT_HEADER_BYTES), false);
    if (isRight(header)) return { epoch: header.right.epoch, file };
    return failCorrupt(name, 0, "a segment header", "bytes with another checksum");
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}

/**
 * The segment in the file of an erased one: of the size that it had, with the checksums of the bodies
 * that are not what their headers say. The file is the segment's to close.
 */
async function erasedSegmentIn(file: ReadFile, name: string): Promise<LentFile> {
  const { segmentBytes, frames } = await readTrailer(file, name);
  return {
    erased: new Map(frames.map(({ offset, bodyCrc }) => [offset, bodyCrc])),
    size: () => segmentBytes,
    read: (at, into) => {
      const size = Math.max(0, Math.min(into.length, segmentBytes - at));
      return size === 0 ? 0 : file.read(at, into.subarray(0, size));
    },
    close: file.close,
  };
}

/** What the end of the file of an erased segment says. */
export async function readTrailer(file: ReadFile, name: string): Promise<ErasedTrailer> {
  const size = await file.size();
  const footer = await readPart(file, Math.max(0, size - ERASED_FOOTER_BYTES), ERASED_FOOTER_BYTES);
  const wanted = trailerSize(footer);
  if (wanted === undefined || wanted > size) return failTrailer(name, size);
  const bytes = new Uint8Array(wanted);
  await readFully(file, size - wanted, bytes);
  const trailer = decodeTrailer(bytes);
  if (trailer?.segmentBytes !== size - wanted) return failTrailer(name, size);
  return trailer;
}

function failTrailer(name: string, size: number): never {
  const wanted = "what was erased, at the end of an erased segment";
  return failCorrupt(name, size, wanted, "bytes with another checksum");
}
