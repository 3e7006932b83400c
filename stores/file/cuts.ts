/**
 * Which streams are cut: in memory at once, in index runs perhaps after a read.
 *
 * A store in which no stream was ever cut pays next to nothing: a run whose segments have a cut has
 * the term `cut` with an empty name too, so that one look at its filter tells that it has none.
 *
 * @module
 */
import { FRAME_CUT } from "./format/frame.ts";
import type { StreamCut } from "./format/stream_cut.ts";
import { type CutsInRuns, type Log, seenWhole } from "./log.ts";
import { controlAt } from "./read/frame_reader.ts";
import { ANY_CUT } from "./runs/memory_terms.ts";
import type { RunReader } from "./runs/run_reader.ts";
import { cutIn } from "./scan.ts";

/** So many streams are remembered at a time. */
const KNOWN_MAX = 4_096;

/** Whether some stream may be cut. False is certain, and known at once after the first look. */
export function mayHaveCuts(log: Log): boolean {
  const { runs } = cutsInRuns(log);
  return log.memory.some(({ terms }) => terms.hasCuts) || !("length" in runs) || runs.length > 0;
}

/** Whether the newest cut of a stream is flushed; one that is not may yet be taken back. */
export function isCutFlushed(log: Log, stream: string): boolean {
  return memoryCut(log, stream, () => true) === memoryCut(log, stream, isFlushedIn(log));
}

/** The segments that say of some stream that it is cut. */
export function segmentsWithCuts(log: Log): Promise<ReadonlySet<number>> {
  return seenWhole(log, async () => {
    const found = log.memory.filter(({ terms }) => terms.hasCuts);
    const numbers = new Set(found.map(({ segment }) => segment.number));
    for (const run of await cutsInRuns(log).runs) {
      const entry = await run.find(ANY_CUT);
      for (const { segment } of entry ? await run.postings(entry) : []) numbers.add(segment);
    }
    return numbers;
  });
}

/** The flushed cuts of some streams, of those that have one; none at all if no stream has. */
export function cutsOf(
  log: Log,
  streams: () => Iterable<string>,
): Promise<CutsByStream | undefined> {
  return cutsAmong(log, streams, isFlushedIn(log));
}

/** The same with those that are queued. */
export function newestCutsOf(
  log: Log,
  streams: () => Iterable<string>,
): Promise<CutsByStream | undefined> {
  return cutsAmong(log, streams, () => true);
}

export type CutsByStream = ReadonlyMap<string, StreamCut>;

function cutsAmong(
  log: Log,
  streams: () => Iterable<string>,
  isWanted: IsWanted,
): Promise<CutsByStream | undefined> {
  return seenWhole(log, () => lookUp(log, streams, isWanted));
}

async function lookUp(
  log: Log,
  streams: () => Iterable<string>,
  isWanted: IsWanted,
): Promise<CutsByStream | undefined> {
  const { runs, known } = cutsInRuns(log);
  const inRuns = "length" in runs ? runs : await runs;
  if (!mayHaveCuts(log)) return undefined;
  const found = new Map<string, StreamCut>();
  for (const stream of streams()) {
    const cut = memoryCut(log, stream, isWanted) ?? await cutInRuns(log, inRuns, known, stream);
    if (cut) found.set(stream, cut);
  }
  return found;
}

async function cutInRuns(
  log: Log,
  runs: ReadonlyArray<RunReader>,
  known: CutsInRuns["known"],
  stream: string,
): Promise<StreamCut | undefined> {
  if (known.has(stream)) return known.get(stream);
  const found = await newestIn(log, runs, stream);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(stream, found);
  return found;
}

type IsWanted = (segment: number, offset: number) => boolean;

function memoryCut(log: Log, stream: string, isWanted: IsWanted): StreamCut | undefined {
  for (let at = log.memory.length - 1; at >= 0; at--) {
    const { segment, terms } = log.memory[at]!;
    if (!terms.hasCuts) continue;
    const cut = terms.cutOf(stream, (offset8) => isWanted(segment.number, offset8 * 8));
    if (cut) return cut;
  }
  return undefined;
}

function isFlushedIn({ flushed }: Log): IsWanted {
  return (segment, offset) =>
    segment < flushed.segment || (segment === flushed.segment && offset < flushed.offset);
}

function cutsInRuns(log: Log): CutsInRuns {
  const { runs: all } = log;
  const before = log.cuts.get(all);
  if (before) return before;
  const cuts: CutsInRuns = { runs: runsWithCuts(all), known: new Map() };
  log.cuts.set(all, cuts);
  Promise.resolve(cuts.runs).then(
    // From now on it is known at once: an append waits for no turn of the event loop.
    (runs) => cuts.runs = runs,
    // A read that failed may succeed the next time.
    () => log.cuts.delete(all),
  );
  return cuts;
}

async function runsWithCuts(runs: ReadonlyArray<RunReader>): Promise<ReadonlyArray<RunReader>> {
  const found: RunReader[] = [];
  for (const run of [...runs].reverse()) if (await run.find(ANY_CUT)) found.push(run);
  return found;
}

async function newestIn(
  log: Log,
  runs: ReadonlyArray<RunReader>,
  stream: string,
): Promise<StreamCut | undefined> {
  const term = log.hasher("cut", stream);
  for (const run of runs) {
    const entry = await run.find(term);
    if (!entry) continue;
    const last = (await run.postings(entry)).at(-1);
    const frames = last && await run.frames(last);
    const offset8 = frames?.offsets8[frames.length - 1];
    if (last === undefined || offset8 === undefined) continue;
    const segment = log.segments.get(last.segment)!;
    const body = await controlAt(log, segment, offset8 * 8, FRAME_CUT);
    return cutIn(body, { file: segment.file, offset: offset8 * 8 });
  }
  return undefined;
}
