/**
 * Carrying out merges: of the runs that a log uses, in the background, beside all else.
 *
 * @module
 */
import type { Log } from "../log.ts";
import type { OpenRun } from "../survey.ts";
import { planMerge } from "./merge_plan.ts";
import { paceOf } from "./pace.ts";
import { type Add, openWritten, type RunNames, writeRunFile } from "./run_file.ts";
import { mergeRuns } from "./run_merge.ts";
import type { RunReader } from "./run_reader.ts";

/** Merges runs until they are few. */
export interface Merger {
  /** Looks whether there is something to merge now. */
  readonly look: () => void;
  /** Waits until there is nothing to merge. */
  readonly idle: () => Promise<void>;
  /** Begins no more merge, and waits for the one under way. */
  readonly hold: () => Promise<void>;
  /** From now on there are merges again. */
  readonly goOn: () => void;
}

/** A merger of a log that this process writes. `replaced` is told when a run is in use. */
export function mergerOf(
  log: Log,
  names: RunNames,
  openRun: OpenRun,
  replaced: () => Promise<void>,
): Merger {
  let working: Promise<void> | undefined;
  let isHeld = false;
  const work = async (): Promise<void> => {
    while (!isHeld) {
      const closed = log.runs.filter((run) => isClosed(log, run));
      const plan = planMerge(closed.map(sizeOf), log.settings.runBytesMax);
      if (!plan) return;
      const runs = closed.slice(plan.at, plan.at + plan.count);
      try {
        await merge(log, names, openRun, runs);
      } catch (cause) {
        // Many runs answer as well as one. It is tried again when there is another.
        log.settings.observe({ _tag: "RunFailed", file: runs[0]!.name, cause });
        return;
      }
      await replaced();
    }
  };
  // Not with `Promise.prototype.finally`, which takes fewer turns on Bun than on the others.
  const workOnce = async (): Promise<void> => {
    try {
      await work();
    } finally {
      working = undefined;
    }
  };
  return {
    look: () => {
      working ??= workOnce();
    },
    idle: async () => {
      while (working) await working;
    },
    hold: async () => {
      isHeld = true;
      await working;
    },
    goOn: () => {
      isHeld = false;
    },
  };
}

/** Whether a run covers its last segment whole: that of an unsealed one is still to be replaced. */
function isClosed(log: Log, run: RunReader): boolean {
  const last = run.segments[run.segments.length - 1]!;
  return log.segments.get(last.number)?.end === last.endOffset;
}

function sizeOf({ segments, map }: RunReader): { segments: number; bytes: number } {
  return { segments: segments.length, bytes: map.sections.fileBytes };
}

/** Merges runs into a new file, and uses it instead. */
async function merge(
  log: Log,
  names: RunNames,
  openRun: OpenRun,
  runs: ReadonlyArray<RunReader>,
): Promise<void> {
  const range = { from: runs[0]!.map.counts.from, to: runs[runs.length - 1]!.map.counts.to };
  const name = await writeRunFile(log, names, range, (add) => carryOut(log, runs, add));
  useInstead(log, runs, await openWritten(openRun, names, name));
  names.coming.delete(name);
}

async function carryOut(
  log: Log,
  runs: ReadonlyArray<RunReader>,
  add: Add,
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
    await pace();
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
