/**
 * `leftfold stats`: what a store holds, and what lies on the disk.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { type StoreStats, storeStats } from "leftfold/stores/file";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import type { StatsRequest } from "../request.ts";
import { outsideText, strayText, tornText, unusedText } from "../aside_text.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runStats(
  { store: place, json, cold }: StatsRequest,
  { out, interruption, environment }: World,
): Promise<ExitCode> {
  const archives = await readingCold(cold, environment);
  const { signal } = interruption;
  const stats = await run(storeStats(directory(place), { signal, ...archives }));
  const lines = json ? [JSON.stringify({ store: place, ...stats })] : report(place, stats);
  for (const line of lines) await out.line(line);
  return 0;
}

function report(place: string, stats: StoreStats): ReadonlyArray<string> {
  const { records, streams, segments, segmentBytes, indexRuns, indexBytes, sizes } = stats;
  const { log, claims, states } = sizes;
  const { commitIds, unused, ...index } = sizes.index;
  const { archivedSegments: archived, archivedBytes, archiveBytes, erasedSegments: erased } = stats;
  return [
    `${place}: store ${stats.storeId}, made ${stats.created.toISOString()}`,
    `  ${figure(records, "event")} in ${figure(streams, "stream")}`,
    `  ${figure(segments, "segment")}, ${figure(segmentBytes, "byte")}${
      parts({ closed: log.closed, active: log.active, "not in the log": log.strays })
    }`,
    ...(archived > 0
      ? [
        `  ${figure(archived, "segment")} in the cold tier, ${
          figure(archivedBytes, "byte")
        } of the log` +
        (archiveBytes === undefined ? "" : `, which take ${figure(archiveBytes)} there`),
      ]
      : []),
    ...(erased > 0 ? [`  ${figure(erased, "segment")} with erased events`] : []),
    `  ${figure(indexRuns, "index run")}, ${figure(indexBytes, "byte")}${
      parts({ ...index, "commit ids": commitIds, unused })
    }`,
    `  ${figure(stats.otherBytes, "byte")} beside them${parts({ claims, "saved states": states })}`,
    `  ${stats.bytesPerRecord.toFixed(1)} bytes an event, with the index`,
    ...stats.torn.map((torn) => `  ${tornText(torn)}`),
    ...stats.outside.map((bytes) => `  ${outsideText(bytes)}`),
    ...stats.strays.map((name) => `  ${strayText(name)}`),
    ...stats.unused.map((name) => `  ${unusedText(name)}`),
  ];
}

/** What a sum is made of; what is nothing is left out. */
function parts(sizes: Readonly<Record<string, number>>): string {
  const named = Object.entries(sizes).filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => `${name} ${figure(bytes)}`);
  return named.length > 1 ? `: ${named.join(", ")}` : "";
}
