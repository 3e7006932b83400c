/**
 * Making the index runs that are missing when a store is opened for writing.
 *
 * @module
 */
import { segmentName } from "../format/layout.ts";
import { loadClosed, pointOf } from "../load_log.ts";
import { CLOSED_IN_MEMORY, type Log, type MemorySegment } from "../log.ts";
import { sizesOf, type Step } from "../long_work.ts";
import type { Gap, Survey } from "../survey.ts";
import type { Indexer } from "./indexer.ts";

/** Told how many bytes of log are scanned, and then of each part of them that is done. */
export type Reindexing = (bytesTotal: number) => Step;

/** The steps of reading what no run covers, the newest segment included. */
export async function stepsOver(
  { files }: Log,
  { gaps, newest }: Survey,
  reindexing: Reindexing | undefined,
): Promise<Step> {
  if (!reindexing) return () => undefined;
  const closed = gaps.reduce((sum, gap) => sum + bytesOf(gap), 0);
  return reindexing(closed + await sizesOf(files, [segmentName(newest.number, newest.epoch)]));
}

function bytesOf({ successor }: Gap): number {
  return successor.previous?.offset ?? 0;
}

/**
 * Makes the runs of closed segments that have none. Their terms are in memory for so long only:
 * a few segments at a time, however many there are.
 */
export async function fillGaps(
  log: Log,
  { runs, gaps }: Survey,
  indexer: Indexer,
  step: Step,
): Promise<void> {
  for (const gap of gaps) {
    const { header, successor } = gap;
    const state = await loadClosed(log, header, successor);
    step(bytesOf(gap));
    indexer.closed(log.memory[log.memory.length - 1]!, pointOf(header.number, state));
    await indexer.atMost(CLOSED_IN_MEMORY - 1);
  }
  const last = runs[runs.length - 1];
  const isBefore = ({ segment }: MemorySegment): boolean =>
    last !== undefined && segment.number < last.map.counts.from;
  if (!log.memory.some(isBefore)) return;
  // What is in memory is newer than what is in runs: so it is looked for there first.
  await indexer.atMost(0);
  const first = log.memory.find(isBefore);
  if (first) throw new Error(`the index run of ${first.segment.file} could not be made again`);
}
