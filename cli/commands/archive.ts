/**
 * `leftfold archive`: moves closed segments to a cold tier.
 *
 * @module
 */
import { run } from "leftfold";
import type { Archival } from "leftfold/stores/file";
import { printColdPlace } from "../cold_place.ts";
import { writingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { type Done, withStore } from "../open_store.ts";
import { progressBar } from "../progress_bar.ts";
import type { ArchiveRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runArchive(request: ArchiveRequest, world: World): Promise<ExitCode> {
  const { store: place, json, to, isDone } = request;
  const { value, exitCode } = isDone
    ? await archived(request, world)
    : await planned(request, world);
  const there = printColdPlace(to);
  await world.out.line(
    json
      ? JSON.stringify({ store: place, to: there, ...value, isDone })
      : said(place, there, value),
  );
  return exitCode;
}

/** What was archived, or would be. */
type Archived = Omit<Archival, "archiveBytes"> & Partial<Pick<Archival, "archiveBytes">>;

/** It needs no cold tier, and writes nothing. */
function planned({ store: place, policy }: ArchiveRequest, world: World): Promise<Done<Archived>> {
  return withStore(place, { mode: "readOnly" }, world, (store) => run(store.planArchive(policy)));
}

async function archived(
  { store: place, to, codec, policy }: ArchiveRequest,
  world: World,
): Promise<Done<Archived>> {
  const cold = await writingCold(to, codec, world.environment);
  const bar = progressBar(world.stderr);
  return await withStore(
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
}

function said(place: string, there: string, { segments, bytes, archiveBytes }: Archived): string {
  if (segments.length === 0) return `Nothing of ${place} is to be archived`;
  const what = `${figure(segments.length, "segment")} of ${place}`;
  return archiveBytes === undefined
    ? `${what} would be archived in ${there}: ${figure(bytes, "byte")}, which take fewer there`
    : `Archived ${what} in ${there}: ${figure(bytes, "byte")}, which take ${
      figure(archiveBytes)
    } there`;
}
