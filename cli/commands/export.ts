/**
 * `leftfold export`: records as lines of CloudEvents.
 *
 * @module
 */
import { exportCloudEvents } from "leftfold";
import type { FileStore } from "leftfold/stores/file";
import { figure } from "../figure.ts";
import { withStore } from "../open_store.ts";
import { type Output, outputToFile } from "../output.ts";
import type { ExportRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runExport(request: ExportRequest, world: World): Promise<ExitCode> {
  await withStore(request.store, { mode: "readOnly" }, world, async (store) => {
    if (request.output === undefined) await exportTo(world.out, store, request, world);
    else await exportToFile(request.output, store, request, world);
  });
  return 0;
}

async function exportToFile(
  output: string,
  store: FileStore,
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
  store: FileStore,
  { query, after, until }: ExportRequest,
  { interruption: { signal } }: World,
): Promise<number> {
  let events = 0;
  const what = {
    store,
    query,
    signal,
    ...(after !== undefined && { after }),
    ...(until !== undefined && { until }),
  };
  for await (const line of exportCloudEvents(what)) {
    if (!(await out.line(line))) break;
    events += 1;
  }
  return events;
}
