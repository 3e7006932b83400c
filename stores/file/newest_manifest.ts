/**
 * The newest manifest of a log: looked for in memory first, then in the index runs, which know where
 * it is. Every segment that has frames begins with one, so the newest of them is enough.
 *
 * @module
 */
import { FRAME_MANIFEST } from "./format/frame.ts";
import { emptyManifest, type Manifest } from "./format/manifest.ts";
import type { Log } from "./log.ts";
import { controlAt } from "./read/frame_reader.ts";
import type { FramePlace } from "./runs/index_header.ts";
import { manifestIn } from "./scan.ts";

/** Reads the newest manifest; that of a log without any is empty. */
export async function newestManifest(log: Log): Promise<Manifest> {
  const place = placeOfNewest(log);
  if (!place) return emptyManifest;
  const segment = log.segments.get(place.segment)!;
  const body = await controlAt(log, segment, place.offset, FRAME_MANIFEST);
  return manifestIn(body, { file: segment.file, offset: place.offset });
}

function placeOfNewest(log: Log): FramePlace | undefined {
  for (const { segment, terms } of [...log.memory].reverse()) {
    if (terms.manifest !== undefined) {
      return { segment: segment.number, offset: terms.manifest * 8 };
    }
  }
  return [...log.runs].reverse().find(({ manifest }) => manifest !== undefined)?.manifest;
}
