/**
 * `leftfold stats`: what a store holds, and what lies on the disk.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { type StoreStats, storeStats } from "leftfold/stores/file";
import { figure } from "../figure.ts";
import { unlessInterrupted } from "../interruption.ts";
import type { StatsRequest } from "../request.ts";
import { strayText, tornText } from "../aside_text.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runStats(
  { store: place, json }: StatsRequest,
  { out, interruption }: World,
): Promise<ExitCode> {
  const stats = await unlessInterrupted(run(storeStats(directory(place))), interruption);
  const lines = json ? [JSON.stringify({ store: place, ...stats })] : report(place, stats);
  for (const line of lines) await out.line(line);
  return 0;
}

function report(place: string, stats: StoreStats): ReadonlyArray<string> {
  const { records, streams, segments, segmentBytes, indexRuns, indexBytes } = stats;
  return [
    `${place}: store ${stats.storeId}, made ${stats.created.toISOString()}`,
    `  ${figure(records, "event")} in ${figure(streams, "stream")}`,
    `  ${figure(segments, "segment")}, ${figure(segmentBytes, "byte")}`,
    `  ${figure(indexRuns, "index run")}, ${figure(indexBytes, "byte")}`,
    `  ${stats.bytesPerRecord.toFixed(1)} bytes an event, with the index`,
    ...stats.torn.map((torn) => `  ${tornText(torn)}`),
    ...stats.strays.map((name) => `  ${strayText(name)}`),
  ];
}
