/**
 * Opening and reading a store of many small streams: what is read of the disk, what stays in memory,
 * and what the design says of it, in brackets.
 *
 *     npm run scale                                                          a million events
 *     npm run scale -- --events 100000 --streams 10000 --segment-bytes 1048576
 *     npm run scale -- --events 10000000 --streams 1000000                   needs 3 GB of disk
 *
 * The store is written by one process and opened by another, so that nothing is left in memory. The
 * events of a stream lie far apart: each round appends one event to every stream.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run } from "../mod.ts";
import type { EventStore } from "../mod.ts";
import {
  type Durability,
  openFileStore,
  rebuildIndex,
  type StoreStats,
  storeStats,
} from "../stores/file/mod.ts";
import { directory } from "../stores/storage/node.ts";
import { type Counted, countedStorage, type Reading, readOf } from "./counted_storage.ts";
import { REBUILDING, rebuildSeconds } from "./projection.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    streams: { type: "string", default: "100000" },
    "segment-bytes": { type: "string", default: String(64 * 2 ** 20) },
    cold: { type: "string", default: "1000" },
    durability: { type: "string", default: "os" },
    measure: { type: "string" },
  },
});
const events = Number(values.events);
const streams = Number(values.streams);
const segmentBytesMax = Number(values["segment-bytes"]);
const cold = Number(values.cold);
// The store refuses what is none.
const durability = values.durability as Durability;

/** So many appends wait at the same time. */
const IN_FLIGHT = 2_000;
const BLOCK_BYTES = 4_096;

const isSegment = (name: string): boolean => name.startsWith("segment-");
const isRun = (name: string): boolean => name.startsWith("index-");

/** A row of the table. */
function say(what: string, value: string): void {
  console.log(`${what.padEnd(58)}${value.padStart(22)}`);
}

function thousands(value: number, digits = 0): string {
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

function sizeOf(bytes: number): string {
  return bytes < 10_000 ? `${thousands(bytes)} B` : `${thousands(bytes / 2 ** 20, 2)} MiB`;
}

// ---------------------------------------------------------------------------
// writing
// ---------------------------------------------------------------------------

async function write(place: string): Promise<void> {
  const begun = performance.now();
  const store = await run(openFileStore(directory(place), { segmentBytesMax, durability }));
  for (let at = 0; at < events; at += IN_FLIGHT) {
    const count = Math.min(IN_FLIGHT, events - at);
    await Promise.all(
      Array.from({ length: count }, (_, nth) => append(store, at + nth)),
    );
  }
  const appended = performance.now();
  await run(store.close);
  say(
    "appended, one event a commit",
    `${thousands(events / (appended - begun) * 1000)} / s`,
  );
  say("closed in", `${thousands(performance.now() - appended)} ms`);
}

async function append(store: EventStore, at: number): Promise<void> {
  const event = {
    type: at < streams ? "ShowOpened" : "SeatsBooked",
    schemaVersion: 1,
    data: { seats: at % 7, guest: `guest ${at % 1_000}` },
    tags: [],
  };
  const stream = nameOf(at % streams);
  await run(
    store.append({
      writes: [{ stream, expected: "any", events: [{ event }] }],
    }),
  );
}

function nameOf(stream: number): string {
  return `show-${String(stream).padStart(6, "0")}`;
}

// ---------------------------------------------------------------------------
// measuring
// ---------------------------------------------------------------------------

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

function memory(): Memory {
  // Only Node has it, only with the flag, and only its own types know of it.
  const { gc } = globalThis as { readonly gc?: () => void };
  if (!gc) throw new Error("this process must be started with --expose-gc");
  gc();
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}

async function measure(place: string): Promise<void> {
  const counted = countedStorage(directory(place));
  const before = memory();
  const begun = performance.now();
  // The smallest cache, so that a cold stream is a cold one.
  const store = await run(
    openFileStore(counted.storage, {
      mode: "existing",
      pageCacheBytesMax: 64 * 1024,
    }),
  );
  const took = performance.now() - begun;
  const after = memory();
  const names = await counted.storage.list();
  sayOpening(counted, names, took);
  say("memory added by opening: resident, heap", added(before, after));
  await sayColdStreams(store, counted);
  say("memory added after that: resident, heap", added(before, memory()));
  await run(store.close);
}

function added(before: Memory, after: Memory): string {
  return `${sizeOf(after.rss - before.rss)}, ${sizeOf(after.heap - before.heap)}`;
}

function sayOpening(
  { readings }: Counted,
  names: ReadonlyArray<string>,
  took: number,
): void {
  const segments = names.filter(isSegment).sort();
  const last = segments.at(-1);
  const opening = readings();
  const rows: ReadonlyArray<readonly [string, Reading]> = [
    [
      `read of ${segments.length - 1} sealed segments`,
      readOf(opening, (name) => isSegment(name) && name !== last),
    ],
    ["read of the last segment", readOf(opening, (name) => name === last)],
    [
      `read of ${names.filter(isRun).length} index runs`,
      readOf(opening, isRun),
    ],
    [
      "read of other files",
      readOf(opening, (name) => !isSegment(name) && !isRun(name)),
    ],
  ];
  say("opened for writing after a clean close, in", `${thousands(took, 1)} ms`);
  for (const [what, { reads, bytes }] of rows) {
    say(`  ${what}`, `${sizeOf(bytes)} in ${reads} reads`);
  }
}

/** What the first read of a stream costs, once the filters of the runs are in memory. */
async function sayColdStreams(
  store: EventStore,
  { readings, reset }: Counted,
): Promise<void> {
  reset();
  await run(store.read({ stream: "show-none" }));
  const filters = readOf(readings(), isRun);
  say(
    "filters of all runs, read once",
    `${sizeOf(filters.bytes)} in ${filters.reads} reads`,
  );
  const costs: Array<Readonly<Record<Cost, number>>> = [];
  const begun = performance.now();
  for (let nth = 0; nth < cold; nth++) {
    // A step that shares no divisor with the number of streams comes to all of them, far apart.
    const stream = nameOf((nth * 61_803 + 17) % streams);
    reset();
    const { records } = await run(store.read({ stream }));
    const read = readings();
    const index = readOf(read, isRun);
    const log = readOf(read, isSegment);
    costs.push({
      records: records.length,
      runs: [...read.keys()].filter(isRun).length,
      indexReads: index.reads,
      indexBlocks: index.bytes / BLOCK_BYTES,
      logReads: log.reads,
      logBytes: log.bytes,
    });
  }
  const each = (performance.now() - begun) / cold;
  say(
    `${thousands(cold)} cold streams, each read whole: median (greatest)`,
    `${thousands(each, 2)} ms each`,
  );
  for (const [cost, words] of Object.entries(costWords)) {
    // The keys of `costWords` are the costs.
    const all = costs.map((one) => one[cost as Cost]).sort((one, other) => one - other);
    const median = all[Math.floor(all.length / 2)] ?? 0;
    say(`  ${words}`, `${thousands(median)} (${thousands(all.at(-1) ?? 0)})`);
  }
}

type Cost =
  | "records"
  | "runs"
  | "indexReads"
  | "indexBlocks"
  | "logReads"
  | "logBytes";

const costWords: Readonly<Record<Cost, string>> = {
  records: "events",
  runs: "index runs that may hold it",
  indexReads: "reads of index runs",
  indexBlocks: "blocks of 4 KiB among them",
  logReads: "reads of the log",
  logBytes: "bytes of the log",
};

// ---------------------------------------------------------------------------
// both
// ---------------------------------------------------------------------------

/** What lies on the disk, beside the formulas. */
function sayStats({ segments, indexRuns, segmentBytes, indexBytes, sizes }: StoreStats): void {
  const runsMax = 7 * (Math.floor(Math.log(segments) / Math.log(8)) + 1);
  say("segments, index runs", `${segments}, ${indexRuns} (at most ${runsMax})`);
  say("log, bytes an event", `${sizeOf(segmentBytes)}, ${thousands(segmentBytes / events, 1)}`);
  // A filter has 12 bits for each term of each run.
  const terms = sizes.index.filters / 1.5;
  const formula = (6.2 * events + 72 * terms) / events;
  say(
    "index, bytes an event",
    `${sizeOf(indexBytes)}, ${thousands(indexBytes / events, 1)} (${thousands(formula, 1)})`,
  );
  say("terms of all runs", thousands(terms));
}

/** How long it takes to make the whole index again. */
async function sayRebuilding(place: string, { segmentBytes }: StoreStats): Promise<void> {
  const begun = performance.now();
  await run(rebuildIndex(directory(place)));
  const took = (performance.now() - begun) / 1000;
  const { least, most } = REBUILDING;
  const range = [least, most].map((end) => rebuildSeconds(segmentBytes, events, end));
  say(
    "all indexes made again in",
    `${thousands(took, 1)} s (${range.map((seconds) => thousands(seconds, 1)).join(" to ")})`,
  );
  const { indexRuns } = await run(storeStats(directory(place)));
  say("index runs after that", `${indexRuns}`);
}

async function main(): Promise<void> {
  if (values.measure !== undefined) return await measure(values.measure);
  const place = mkdtempSync(join(tmpdir(), "leftfold-scale-"));
  try {
    say("events, streams", `${thousands(events)}, ${thousands(streams)}`);
    await write(place);
    const stats = await run(storeStats(directory(place)));
    sayStats(stats);
    const { status } = spawnSync(process.execPath, [
      "--expose-gc",
      ...[
        "--import",
        "tsx",
        fileURLToPath(import.meta.url),
        ...process.argv.slice(2),
      ],
      ...["--measure", place],
    ], { stdio: "inherit" });
    process.exitCode = status ?? 1;
    await sayRebuilding(place, stats);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

await main();
