/**
 * `leftfold restore`: makes a store of a backup.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { restore } from "leftfold/stores/file";
import { figure } from "../figure.ts";
import { progressBar, watched } from "../progress_bar.ts";
import type { RestoreRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runRestore(
  { store: place, json, from }: RestoreRequest,
  { out, stderr, interruption }: World,
): Promise<ExitCode> {
  const bar = progressBar(stderr);
  const work = watched(bar, "Copying", interruption);
  const copied = await run(restore(directory(from), directory(place), work)).finally(bar.end);
  const { position, segments } = copied;
  await out.line(
    json
      ? JSON.stringify({ store: place, from, ...copied })
      : `Restored ${place} from ${from}, up to position ${position}: ${
        figure(segments, "segment")
      }`,
  );
  return 0;
}
