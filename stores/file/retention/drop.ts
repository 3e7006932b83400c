/**
 * Dropping what is below a floor.
 *
 * The files go last, after the manifest frame that raises the floor is flushed and the claim was
 * still held: wherever this ends, what is left over is outside the log, and asking again removes it.
 *
 * @module
 */
import { cutsOf } from "../cuts.ts";
import { type DroppableSegment, type DropPlan, firstKept } from "./drop_plan.ts";
import { fail } from "../attempt.ts";
import { archiveName, type FileName, parseName } from "../format/layout.ts";
import {
  archivedAttempt,
  type ArchivedRange,
  type Floor,
  type Manifest,
  raiseFloor,
} from "../format/manifest.ts";
import { type Log, type LogSegment, seenWhole } from "../log.ts";
import { hcrcAt } from "../read/lookups.ts";
import type { Indexer, NarrowRun } from "../runs/indexer.ts";
import type { RunReader } from "../runs/run_reader.ts";
import { removeArchive, removeFile } from "./removal.ts";

/** What is to be dropped. */
export interface DropWanted {
  /** No record at or above it goes. */
  readonly position: number;
  /** Whether streams that live only in what goes may be forgotten. */
  readonly forget: boolean;
}

/** What a drop has come to. */
export interface Dropped {
  /** The position of the first record that is kept, or of the first to come. */
  readonly floor: number;
  /** How many segments have gone. */
  readonly segments: number;
}

/** The log, and the right to say where it begins. */
export interface Dropping {
  readonly log: Log;
  readonly changeManifest: (change: (manifest: Manifest) => Manifest) => Promise<Manifest>;
  /** Does something while index runs stay as they are. */
  readonly indexAlone: Indexer["alone"];
}

/** So many streams are named when a drop is refused. */
const FORGOTTEN_MAX = 16;

/** Drops whole segments. Faults are thrown. */
export async function drop(dropping: Dropping, wanted: DropWanted): Promise<Dropped> {
  const { log } = dropping;
  // Who only reads, or writes no more, removes nothing.
  await dropping.changeManifest((manifest) => manifest);
  const { archived } = log.manifest;
  const first = firstKept(flushedSegments(log), log.manifest.floor, wanted.position);
  if (first && first.number > log.manifest.floor.segment) {
    if (!wanted.forget) await refuseForgetting(log, first.number);
    await dropping.indexAlone((narrow) => raise(dropping, first, narrow));
  }
  const segments = await removeBelow(log);
  return {
    floor: log.manifest.floor.position,
    segments: segments + await removeCold(log, archived),
  };
}

/** What would come of a drop. Faults are thrown. */
export async function planDropping(log: Log, position: number): Promise<DropPlan> {
  const { floor } = log.manifest;
  const all = flushedSegments(log);
  const first = firstKept(all, floor, position);
  const kept = first?.number ?? floor.segment;
  const going = all.filter(({ number }) => number >= floor.segment && number < kept);
  const begin = first?.firstPosition ?? floor.position;
  return {
    floor: begin,
    positions: begin > floor.position ? { from: floor.position, to: begin - 1 } : undefined,
    segments: going.length,
    archivedSegments:
      going.filter(({ number }) => archivedAttempt(log.manifest, number) !== undefined).length,
    bytes: going.reduce((sum, { end = 0 }) => sum + end, 0),
    forgotten: going.length === 0 ? [] : await seenWhole(log, () => forgottenBelow(log, kept)),
    next: all.find(({ number }) => number > kept)?.firstPosition,
    leftOver: (await log.storage.list()).filter((name) => isLeftOver(name, floor.segment)).sort(),
  };
}

function isLeftOver(name: string, segment: number): boolean {
  const file = parseName(name);
  return file !== undefined && isBelow(file, segment);
}

function flushedSegments(log: Log): ReadonlyArray<LogSegment> {
  return [...log.segments.values()]
    .filter(({ number }) => number <= log.flushed.segment)
    .sort((one, other) => one.number - other.number);
}

/** Raises the floor. From then on the log begins there, for whoever reads it. */
async function raise(
  { log, changeManifest }: Dropping,
  { number: segment, firstPosition: position }: DroppableSegment,
  narrow: NarrowRun,
): Promise<void> {
  // Taken before it goes, for bookmarks of the last record that is dropped.
  const floor: Floor = { segment, position, hcrc: await hcrcAt(log, position - 1) };
  const kept: RunReader[] = [];
  for (const run of log.runs) {
    const { from, to } = rangeOf(run);
    if (to < segment) continue;
    // First, because a run that remembers what is dropped is none any more.
    kept.push(from < segment ? await narrow(run, segment) : run);
  }
  await changeManifest((manifest) => raiseFloor(manifest, floor));
  // In one turn of the event loop, so that nobody sees a part of it.
  const gone = log.runs.filter((run) => !kept.includes(run));
  log.runs = kept;
  log.memory = log.memory.filter((one) => one.segment.number >= segment);
  for (const number of [...log.segments.keys()]) if (number < segment) log.segments.delete(number);
  log.generation += 1;
  for (const run of gone) await run.close();
}

function rangeOf({ segments }: RunReader): { readonly from: number; readonly to: number } {
  return { from: segments[0]!.number, to: segments[segments.length - 1]!.number };
}

/** Removes the files below the floor, and gives how many segments there were. */
async function removeBelow(log: Log): Promise<number> {
  const { floor } = log.manifest;
  let removed = 0;
  // The oldest first: what a crash leaves over is then next to the floor.
  for (const name of [...await log.storage.list()].sort()) {
    const file = parseName(name);
    if (!file || !isBelow(file, floor.segment)) continue;
    const isRemoved = await removeFile(log, name);
    if (isRemoved && file.kind !== "index") removed += 1;
  }
  if (removed > 0) await log.storage.syncDirectory();
  return removed;
}

function isBelow(file: FileName, segment: number): boolean {
  if (file.kind === "segment" || file.kind === "erased") return file.number < segment;
  return file.kind === "index" && file.from < segment;
}

/** Removes from the cold tier what was archived and is below the floor now. */
async function removeCold(
  log: Log,
  archived: ReadonlyArray<ArchivedRange>,
): Promise<number> {
  const { floor } = log.manifest;
  let removed = 0;
  for (const { from, to, attempt } of archived) {
    for (let number = from; number <= to && number < floor.segment; number++) {
      if (await removeArchive(log, archiveName(number, attempt))) removed += 1;
    }
  }
  return removed;
}

// ---------------------------------------------------------------------------
// streams that would be forgotten
// ---------------------------------------------------------------------------

/** Fails if a stream without a tombstone has records below a segment only. */
async function refuseForgetting(log: Log, segment: number): Promise<void> {
  const streams = await forgottenBelow(log, segment);
  if (streams.length > 0) fail({ _tag: "WouldForget", stored: "no", streams });
}

/** Streams without a tombstone that have records below a segment only: some of them. */
async function forgottenBelow(log: Log, segment: number): Promise<ReadonlyArray<string>> {
  const streams = new Set<string>();
  for await (const names of namesBelow(log, segment)) {
    for (const name of names) {
      if (await isKept(log, name, segment)) continue;
      if ((await cutsOf(log, () => [name]))?.get(name)?.isTombstone) continue;
      streams.add(name);
      if (streams.size === FORGOTTEN_MAX) return [...streams];
    }
  }
  return [...streams];
}

/** The streams with records below a segment, some at a time; some more than once. */
async function* namesBelow(log: Log, segment: number): AsyncGenerator<ReadonlyArray<string>> {
  const { runs, memory } = log;
  for (const run of runs) {
    if (run.segments[0]!.number >= segment) continue;
    for (let page = await run.streams(); page.length > 0;) {
      yield page.map(({ name }) => name);
      const last = page[page.length - 1]!;
      page = await run.streams({ ...log.hasher("stream", last.name), name: last.name });
    }
  }
  for (const { segment: { number }, terms } of memory) {
    if (number < segment) yield Array.from(terms.streams(), ({ name }) => name);
  }
}

/** Whether a stream has a flushed record in a segment or behind it. */
async function isKept(log: Log, stream: string, segment: number): Promise<boolean> {
  const { runs, memory } = log;
  for (const one of memory) {
    if (one.segment.number < segment) continue;
    const first = one.terms.postings("stream", stream)?.offsets8[0];
    if (first !== undefined && isFlushed(log, one.segment.number, first * 8)) return true;
  }
  for (const run of [...runs].reverse()) {
    if (run.segments[run.segments.length - 1]!.number < segment) return false;
    if (await isIn(run, log.hasher("stream", stream), segment)) return true;
  }
  return false;
}

function isFlushed({ flushed }: Log, segment: number, offset: number): boolean {
  return segment < flushed.segment || (segment === flushed.segment && offset < flushed.offset);
}

async function isIn(
  run: RunReader,
  term: ReturnType<Log["hasher"]>,
  segment: number,
): Promise<boolean> {
  const entry = await run.find(term);
  if (!entry) return false;
  if (run.segments[0]!.number >= segment) return true;
  return (await run.postings(entry)).some((part) => part.segment >= segment);
}
