/**
 * Stores so many events in so many streams, or measures a store that another process has made so.
 * Arguments: what to do, the directory, and its `CurveTask` as JSON. The answer is a line of JSON.
 *
 * @module
 */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { isSome } from "fp-ts/lib/Option.js";
import {
  type Encoded,
  type EventStore,
  type Page,
  type Pages,
  type ReadFault,
  run,
} from "../mod.ts";
import { openFileStore, type ReadFile, type StoragePort } from "../stores/file/mod.ts";
import { directory } from "../stores/storage/node.ts";
import { sampleEvent } from "./sample.ts";

/** A store, and for how long each workload is run on it. */
export interface CurveTask {
  readonly events: number;
  readonly streams: number;
  readonly milliseconds: number;
}

/** One round on one store. */
export interface CurveRound {
  readonly w1: number;
  readonly w2: number;
  /** Loads of streams that were all loaded before in this process. */
  readonly w5: number;
  /** The first load of each of these streams. */
  readonly w5First: number;
  /** The reads of these loads and nothing else. */
  readonly w5Reads: number;
  /** What the device read for one of them: nothing, as long as the page cache holds the log. */
  readonly w5DeviceBytes: number;
  readonly openMs: number;
  readonly memoryBytes: number;
}

/** A read of a segment. */
interface SegmentRead {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** Streams of 100 events that every store has, scattered over its log: what W5 loads. */
const MARKED = 100;
const MARKED_EVENTS = 100 * MARKED;
const IN_FLIGHT = 2_000;

const [what, place = "", text = ""] = process.argv.slice(2);
// The parent wrote it.
const { events, streams, milliseconds } = JSON.parse(text) as CurveTask;

/** The stream of the nth event: one in so many goes to the marked ones, in turn. */
function streamOf(nth: number): string {
  const every = Math.floor(events / MARKED_EVENTS);
  const isMarked = nth % every === 0 && nth / every < MARKED_EVENTS;
  return isMarked ? `marked-${nth / every % MARKED}` : otherStream(nth);
}

function otherStream(nth: number): string {
  // A step that shares no divisor with the number of streams comes to all of them, far apart.
  return `other-${nth * 61_803 % Math.max(1, streams - MARKED)}`;
}

async function append(store: EventStore, nth: number, stream: string): Promise<void> {
  const { type, data, metadata } = sampleEvent(nth);
  const event = { type, schemaVersion: 1, data, tags: [] };
  await run(store.append({ writes: [{ stream, expected: "any", events: [{ event, metadata }] }] }));
}

async function fill(): Promise<void> {
  const store = await run(openFileStore(directory(place), { durability: "os" }));
  for (let from = 0; from < events; from += IN_FLIGHT) {
    const some = Array.from({ length: Math.min(IN_FLIGHT, events - from) }, (_, at) => from + at);
    await Promise.all(some.map((nth) => append(store, nth, streamOf(nth))));
  }
  await run(store.close);
}

async function measure(): Promise<CurveRound> {
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const store = await run(openFileStore(directory(place)));
  const openMs = performance.now() - begun;
  const memoryBytes = process.memoryUsage().rss - before;
  let nth = 0;
  const once = async (): Promise<void> => {
    nth += 1;
    await append(store, events + nth, otherStream(nth));
  };
  const w1 = await rateOf(1, once);
  const w2 = await rateOf(64, once);
  let loads = 0;
  const load = (): Promise<void> => loadMarked(store, loads++);
  const w5First = await rateOfFirst(load);
  // Then warm, as the other programs measure it too: a round that is not counted.
  await rateOf(1, load);
  const before5 = { loads, blocks: process.resourceUsage().fsRead };
  const w5 = await rateOf(1, load);
  const blocks = process.resourceUsage().fsRead - before5.blocks;
  const w5DeviceBytes = blocks * 512 / (loads - before5.loads);
  await run(store.close);
  return { w1, w2, w5, w5First, w5Reads: await rateOfReads(), w5DeviceBytes, openMs, memoryBytes };
}

async function loadMarked(store: EventStore, nth: number): Promise<void> {
  const count = await countOf(store, `marked-${nth * 37 % MARKED}`);
  if (count !== 100) throw new Error(`a marked stream has ${count} events`);
}

async function rateOfFirst(load: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  for (let nth = 0; nth < MARKED; nth += 1) await load();
  return MARKED / (performance.now() - begun) * 1000;
}

/** The limit of a load: what it reads of segments, read again, and neither checked nor decoded. */
async function rateOfReads(): Promise<number> {
  const loads = await readsOfLoads();
  const names = new Set(loads.flat().map(({ name }) => name));
  const files = new Map(Array.from(names, (name) => [name, openSync(join(place, name), "r")]));
  const into = new Uint8Array(Math.max(...loads.flat().map(({ size }) => size)));
  let nth = 0;
  const load = (): Promise<void> => {
    for (const { name, at, size } of loads[nth++ % MARKED]!) {
      readSync(files.get(name)!, into, 0, size, at);
    }
    return Promise.resolve();
  };
  await rateOf(1, load);
  const rate = await rateOf(1, load);
  for (const file of files.values()) closeSync(file);
  return rate;
}

/** Which reads of segments each marked stream takes. */
async function readsOfLoads(): Promise<ReadonlyArray<ReadonlyArray<SegmentRead>>> {
  const storage = directory(place);
  const reads: SegmentRead[][] = [];
  const openRead: StoragePort["openRead"] = async (name) => {
    const file = await storage.openRead(name);
    if (file === "missing" || !name.startsWith("segment-")) return file;
    const read: ReadFile["read"] = (at, into) => {
      reads.at(-1)?.push({ name, at, size: into.length });
      return file.read(at, into);
    };
    return { ...file, read };
  };
  const store = await run(openFileStore({ ...storage, openRead }, { mode: "readOnly" }));
  for (let nth = 0; nth < MARKED; nth += 1) {
    reads.push([]);
    await loadMarked(store, nth);
  }
  await run(store.close);
  return reads;
}

async function rateOf(callers: number, once: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: callers }, async () => {
    for (; performance.now() - begun < milliseconds; done += 1) await once();
  }));
  return done / (performance.now() - begun) * 1000;
}

async function countOf(store: EventStore, stream: string): Promise<number> {
  let count = 0;
  let pages: Pages<Encoded, ReadFault> | undefined = store.read({ stream });
  while (pages) {
    const page: Page<Encoded, ReadFault> = await run(pages);
    for (const { event } of page.records) if (event.data !== undefined) count += 1;
    pages = isSome(page.next) ? page.next.value : undefined;
  }
  return count;
}

const answer = what === "fill" ? await fill() : await measure();
process.stdout.write(`${JSON.stringify(answer ?? null)}\n`);
process.exit(0);
