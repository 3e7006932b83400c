/**
 * `leftfold backup`: copies a store into another directory.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { backup } from "leftfold/stores/file";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { progressBar, watched } from "../progress_bar.ts";
import type { BackupRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runBackup(
  { store: place, json, to, withIndex, cold }: BackupRequest,
  { out, stderr, interruption, environment }: World,
): Promise<ExitCode> {
  const archives = await readingCold(cold, environment);
  const bar = progressBar(stderr);
  const options = { withIndex, ...archives, ...watched(bar, "Copying", interruption) };
  const copied = await run(backup(directory(place), directory(to), options)).finally(bar.end);
  const { position, segments, bytesWritten } = copied;
  await out.line(
    json
      ? JSON.stringify({ store: place, to, ...copied })
      : `The backup in ${to} holds ${place} up to position ${position}: ${
        figure(segments, "segment")
      }, ${figure(bytesWritten, "byte")} written`,
  );
  return 0;
}
