/**
 * `leftfold index rebuild`: makes the index of a store again.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { rebuildIndex } from "leftfold/stores/file";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { progressBar, watched } from "../progress_bar.ts";
import type { RebuildIndexRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runRebuildIndex(
  { store: place, json, cold }: RebuildIndexRequest,
  { out, stderr, interruption, environment }: World,
): Promise<ExitCode> {
  const archives = await readingCold(cold, environment);
  const bar = progressBar(stderr);
  const work = { ...archives, ...watched(bar, "Indexing", interruption) };
  const rebuilt = await run(rebuildIndex(directory(place), work)).finally(bar.end);
  const { position, segments } = rebuilt;
  await out.line(
    json
      ? JSON.stringify({ store: place, ...rebuilt })
      : `The index of ${place} is made again, up to position ${position}: ${
        figure(segments, "segment")
      }`,
  );
  return 0;
}
