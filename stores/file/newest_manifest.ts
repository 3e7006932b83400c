/**
 * The newest manifest of a log: looked for in memory first, then in the index runs, which know where
 * it is. Every segment that has frames begins with one, so the newest of them is enough.
 *
 * @module
 */
import { isBackup } from "./backup_mark.ts";
import { FRAME_MANIFEST } from "./format/frame.ts";
import { emptyManifest, type Manifest, withoutArchives } from "./format/manifest.ts";
import type { Log } from "./log.ts";
import { controlAt } from "./read/frame_reader.ts";
import type { FramePlace } from "./runs/index_header.ts";
import type { SegmentHeader } from "./format/segment.ts";
import { manifestIn, manifestOnDisk } from "./scan.ts";
import { headerInLog } from "./survey.ts";

/** Reads the newest manifest; that of a log without any is empty. */
export async function newestManifest(log: Log): Promise<Manifest> {
  const place = placeOfNewest(log);
  if (!place) return emptyManifest;
  const segment = log.segments.get(place.segment)!;
  const body = await controlAt(log, segment, place.offset, FRAME_MANIFEST);
  return manifestIn(body, { file: segment.file, offset: place.offset });
}

/**
 * The same as it holds in a place, for whoever only reads there: a backup has unpacked what its
 * manifest calls archived.
 */
export async function manifestHere(log: Log, names: ReadonlyArray<string>): Promise<Manifest> {
  const manifest = await newestManifest(log);
  return isBackup(names) ? withoutArchives(manifest) : manifest;
}

/** Reads the newest manifest before a segment, from the segments themselves. */
export async function manifestBefore(
  { files, identity }: Pick<Log, "files" | "identity">,
  segment: SegmentHeader,
): Promise<Manifest> {
  for (let next = segment; next.previous;) {
    const id = { number: next.number - 1, epoch: next.previous.epoch };
    const header = await headerInLog(files, id, identity);
    const manifest = await manifestOnDisk(files, header, next.previous.offset);
    if (manifest) return manifest;
    next = header;
  }
  return emptyManifest;
}

function placeOfNewest(log: Log): FramePlace | undefined {
  for (const { segment, terms } of [...log.memory].reverse()) {
    if (terms.manifest !== undefined) {
      return { segment: segment.number, offset: terms.manifest * 8 };
    }
  }
  return [...log.runs].reverse().find(({ manifest }) => manifest !== undefined)?.manifest;
}
