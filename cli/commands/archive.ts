/**
 * `leftfold archive`: moves closed segments to a cold tier.
 *
 * @module
 */
import { run } from "leftfold";
import { printColdPlace } from "../cold_place.ts";
import { writingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { withStore } from "../open_store.ts";
import { progressBar } from "../progress_bar.ts";
import type { ArchiveRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runArchive(request: ArchiveRequest, world: World): Promise<ExitCode> {
  const { store: place, json, to, codec, policy } = request;
  const cold = await writingCold(to, codec, world.environment);
  const bar = progressBar(world.stderr);
  const { value, exitCode } = await withStore(
    place,
    { mode: "existing", ...cold },
    world,
    (store) =>
      run(store.archive({
        ...policy,
        signal: world.interruption.signal,
        onProgress: ({ segments, segmentsTotal }) => bar.show("Archiving", segments, segmentsTotal),
      })).finally(bar.end),
  );
  const { segments, bytes, archiveBytes } = value;
  const there = printColdPlace(to);
  await world.out.line(
    json
      ? JSON.stringify({ store: place, to: there, ...value })
      : segments.length === 0
      ? `Nothing of ${place} is to be archived`
      : `Archived ${figure(segments.length, "segment")} of ${place} in ${there}: ${
        figure(bytes, "byte")
      }, which take ${figure(archiveBytes)} there`,
  );
  return exitCode;
}
