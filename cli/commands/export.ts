/**
 * `leftfold export`: records as lines of CloudEvents.
 *
 * @module
 */
import { type EventStore, exportCloudEvents } from "leftfold";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { withStore } from "../open_store.ts";
import { type Output, outputToFile } from "../output.ts";
import type { ExportRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runExport(request: ExportRequest, world: World): Promise<ExitCode> {
  const cold = await readingCold(request.cold, world.environment);
  const { exitCode } = await withStore(
    request.store,
    { mode: request.mode, ...cold },
    world,
    async (store) => {
      if (request.output === undefined) await exportTo(world.out, store, request, world);
      else await exportToFile(request.output, store, request, world);
    },
  );
  return exitCode;
}

async function exportToFile(
  output: string,
  store: EventStore,
  request: ExportRequest,
  world: World,
): Promise<void> {
  const file = await outputToFile(output);
  let events: number;
  try {
    events = await exportTo(file, store, request, world);
    await file.finish();
  } finally {
    await file.abandon();
  }
  await world.out.line(
    request.json
      ? JSON.stringify({ store: request.store, output, events })
      : `Wrote ${figure(events, "event")} of ${request.store} to ${output}`,
  );
}

/** Gives how many lines went out. */
async function exportTo(
  out: Output,
  store: EventStore,
  { query, after, until, tiers }: ExportRequest,
  { interruption: { signal } }: World,
): Promise<number> {
  let events = 0;
  const what = {
    store,
    query,
    signal,
    ...(after !== undefined && { after }),
    ...(until !== undefined && { until }),
    ...(tiers && { tiers }),
  };
  for await (const line of exportCloudEvents(what)) {
    if (!(await out.line(line))) break;
    events += 1;
  }
  return events;
}
