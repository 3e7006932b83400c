/**
 * Carrying out merges: of the runs that a log uses, in the background, beside all else.
 *
 * @module
 */
import type { Log } from "../log.ts";
import type { OpenRun } from "../survey.ts";
import { levelOf, planMerge, RUNS_IN_MERGE } from "./merge_plan.ts";
import { paceOf } from "./pace.ts";
import { type Add, openWritten, type RunNames, writeRunFile } from "./run_file.ts";
import { mergeRuns } from "./run_merge.ts";
import type { RunReader } from "./run_reader.ts";

/** Merges runs until they are few. */
export interface Merger {
  /** Looks whether there is something to merge now. */
  readonly look: () => void;
  /** Whether there are so many runs of the lowest level that nobody should make more of them. */
  readonly isBehind: () => boolean;
  /** Waits until it is not so; if runs cannot be merged, or not now, there is no waiting. */
  readonly fewer: () => Promise<void>;
  /** Waits until there is nothing to merge. */
  readonly idle: () => Promise<void>;
  /** Begins no more merge, and waits for those under way. */
  readonly hold: () => Promise<void>;
  /** From now on there are merges again. */
  readonly goOn: () => void;
}

/** Twice as many runs of the lowest level as are merged at once. */
const LOWEST_RUNS_MAX: number = 2 * RUNS_IN_MERGE;

/** A merger of a log that this process writes. `replaced` is told when a run is in use. */
export function mergerOf(
  log: Log,
  names: RunNames,
  openRun: OpenRun,
  replaced: () => Promise<void>,
): Merger {
  let working: Promise<void> | undefined;
  let isHeld = false;
  /** Until the next look. */
  let hasFailed = false;
  let waiting: Array<() => void> = [];
  const tell = (): void => {
    const told = waiting;
    waiting = [];
    for (const wake of told) wake();
  };

  /**
   * Merges what is due; of runs behind a segment only, while a merge of those before is under way:
   * a large merge takes long, and small runs must not pile up until it is done.
   */
  const work = async (behind: number): Promise<void> => {
    while (!isHeld && !hasFailed) {
      const closed = log.runs.filter((run) => run.map.counts.from > behind && isClosed(log, run));
      const plan = planMerge(closed.map(sizeOf), log.settings.runBytesMax);
      if (!plan) return;
      const runs = closed.slice(plan.at, plan.at + plan.count);
      const { to } = runs[runs.length - 1]!.map.counts;
      try {
        await merge(log, names, openRun, runs, () => work(to));
      } catch (cause) {
        // Many runs answer as well as one. It is tried again when there is another.
        hasFailed = true;
        log.settings.observe({ _tag: "RunFailed", file: runs[0]!.name, cause });
        return;
      }
      await replaced();
      tell();
    }
  };
  // Not with `Promise.prototype.finally`, which takes fewer turns on Bun than on the others.
  const workOnce = async (): Promise<void> => {
    hasFailed = false;
    try {
      await work(0);
    } finally {
      working = undefined;
      tell();
    }
  };
  const isBehind = (): boolean => working !== undefined && !isHeld && !hasFailed && areMany(log);
  return {
    look: () => {
      working ??= workOnce();
    },
    isBehind,
    fewer: async () => {
      while (isBehind()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    idle: async () => {
      while (working) await working;
    },
    hold: async () => {
      isHeld = true;
      tell();
      await working;
    },
    goOn: () => {
      isHeld = false;
    },
  };
}

/** Whether too many runs of the lowest level stand at the end. */
function areMany({ runs }: Log): boolean {
  let lowest = 0;
  while (lowest < runs.length && levelOf(sizeOf(runs[runs.length - 1 - lowest]!)) === 0) lowest++;
  return lowest >= LOWEST_RUNS_MAX;
}

/** Whether a run covers its last segment whole: that of an unsealed one is still to be replaced. */
function isClosed(log: Log, run: RunReader): boolean {
  const last = run.segments[run.segments.length - 1]!;
  return log.segments.get(last.number)?.end === last.endOffset;
}

function sizeOf({ segments, map }: RunReader): { segments: number; bytes: number } {
  return { segments: segments.length, bytes: map.sections.fileBytes };
}

/** Merges runs into a new file, and uses it instead. Does what there is to do meanwhile. */
async function merge(
  log: Log,
  names: RunNames,
  openRun: OpenRun,
  runs: ReadonlyArray<RunReader>,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const range = { from: runs[0]!.map.counts.from, to: runs[runs.length - 1]!.map.counts.to };
  const name = await writeRunFile(log, names, range, (add) => carryOut(log, runs, add, meanwhile));
  useInstead(log, runs, await openWritten(openRun, names, name));
  names.coming.delete(name);
}

async function carryOut(
  log: Log,
  runs: ReadonlyArray<RunReader>,
  add: Add,
  meanwhile: () => Promise<void>,
): Promise<Uint8Array> {
  const merging = mergeRuns(runs.map(({ map }) => map));
  const pace = paceOf(log.storage.clock);
  const nothing = new Uint8Array(0);
  let step = merging.next();
  while (!step.done) {
    const { value } = step;
    let given: Uint8Array = nothing;
    if (value._tag === "Write") await add(value.blocks);
    else given = await runs[value.input]!.part(value.span);
    const turn = pace();
    if (turn) {
      await turn;
      await meanwhile();
    }
    step = merging.next(given);
  }
  return step.value.footer;
}

/** From now on the merged run answers for the segments of the others. */
function useInstead(log: Log, runs: ReadonlyArray<RunReader>, merged: RunReader): void {
  const at = log.runs.indexOf(runs[0]!);
  log.runs = [...log.runs.slice(0, at), merged, ...log.runs.slice(at + runs.length)];
  log.generation += 1;
  for (const run of runs) run.close();
}
