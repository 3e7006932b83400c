/**
 * Which index runs are merged: neighbours, eight at a time, so that their number grows with the
 * logarithm of the log, and each byte of the index is written about as often as there are levels.
 *
 * The level of a run is the power of eight of its number of segments. From old to new, levels never
 * rise: what is merged last is newest and smallest. With `S` segments there are at most seven runs
 * of each level, that is `7 x (floor(log8 S) + 1)`, as long as `runBytesMax` does not keep runs apart.
 *
 * @module
 */

/** A run, as far as its size tells whether to merge it. */
export interface RunSize {
  readonly segments: number;
  readonly bytes: number;
}

/** Which runs are to become one: `count` of them, from an index on. */
export interface MergePlan {
  readonly at: number;
  readonly count: number;
}

/** So many runs become one: of a level, and so many at most otherwise. */
export const RUNS_IN_MERGE = 8;

/** The next merge of runs that cover a log in order; nothing if they are few enough. */
export function planMerge(
  runs: ReadonlyArray<RunSize>,
  runBytesMax: number,
): MergePlan | undefined {
  return besideWider(runs, runBytesMax) ?? ofOneLevel(runs, runBytesMax);
}

/**
 * Runs that stand before one of a higher level: made again after a loss, they get no more
 * neighbours of their own level, so they go with the wider one, or at least with one another.
 */
function besideWider(runs: ReadonlyArray<RunSize>, runBytesMax: number): MergePlan | undefined {
  for (let wider = 1; wider < runs.length; wider++) {
    const level = levelOf(runs[wider]!);
    let first = wider;
    while (first > 0 && levelOf(runs[first - 1]!) < level) first -= 1;
    if (first === wider) continue;
    for (const end of [wider + 1, wider]) {
      const plan = fitting(runs, Math.max(first, end - RUNS_IN_MERGE), end, runBytesMax);
      if (plan) return plan;
    }
  }
  return undefined;
}

/** Eight neighbours of one level, the lowest level first; as many of them as fit into one run. */
function ofOneLevel(runs: ReadonlyArray<RunSize>, runBytesMax: number): MergePlan | undefined {
  for (let end = runs.length, start = end; end > 0; end = start) {
    const level = levelOf(runs[end - 1]!);
    while (start > 0 && levelOf(runs[start - 1]!) === level) start -= 1;
    for (let at = start; at + RUNS_IN_MERGE <= end; at++) {
      for (let to = at + RUNS_IN_MERGE; to > at + 1; to--) {
        if (bytesOf(runs, at, to) <= runBytesMax) return { at, count: to - at };
      }
    }
  }
  return undefined;
}

/** The most of the runs up to `end` that fit into one: two at least. */
function fitting(
  runs: ReadonlyArray<RunSize>,
  first: number,
  end: number,
  runBytesMax: number,
): MergePlan | undefined {
  for (let at = first; at < end - 1; at++) {
    if (bytesOf(runs, at, end) <= runBytesMax) return { at, count: end - at };
  }
  return undefined;
}

function bytesOf(runs: ReadonlyArray<RunSize>, at: number, end: number): number {
  return runs.slice(at, end).reduce((sum, run) => sum + run.bytes, 0);
}

/** 0 below 8 segments, 1 below 64, and so on. */
export function levelOf({ segments }: Pick<RunSize, "segments">): number {
  let level = 0;
  for (let least = RUNS_IN_MERGE; segments >= least; least *= RUNS_IN_MERGE) level += 1;
  return level;
}
