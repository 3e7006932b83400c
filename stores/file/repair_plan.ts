/**
 * Repair, as a plan: where the log of a damaged store is to end, and what that leaves outside it.
 *
 * A repair never mends bytes and never removes any. It begins a segment whose header says that the
 * log before it ends at a place which a person has chosen; whatever lies behind that place stays in
 * its files and is not read any more. So the plan is the whole decision, and can be said in words
 * before anything is done.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { Corrupt, RepairRefused } from "../../src/fault.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A place between two commits: the log of that segment up to that offset, and all before it. */
export interface LogPlace {
  /** The segment's number; 0 is before the first one. */
  readonly segment: number;
  /** In bytes. */
  readonly offset: number;
}

/** A place to which the log is sound. */
export interface SoundPlace extends LogPlace {
  /** The segment's file; empty before the first one. */
  readonly file: string;
  /** The position of the last record before it. */
  readonly position: number;
}

/** What a file of the log holds behind the end that a repair gives the log. */
export interface LeftOutside {
  readonly file: string;
  /** In bytes. */
  readonly from: number;
  readonly to: number;
  /** Whole commits that were seen there; none where the segment's header is damaged. */
  readonly commits: number;
  /** Cuts of streams that were seen there. */
  readonly cuts: number;
  /** The position of the last record among the commits; 0 if there is none. */
  readonly lastPosition: number;
}

/** An index run, and how far it goes if that can be told. */
export interface FoundRun {
  readonly file: string;
  readonly end: LogPlace | undefined;
}

/** What was found of a store that may be damaged. */
export interface RepairFacts {
  readonly identity: "sound" | "missing" | "damaged";
  /** Where the log is sound to; or the place that was asked for, if the log is sound up to it. */
  readonly end: SoundPlace;
  /** The place that a person has asked for. */
  readonly asked: LogPlace | undefined;
  /** The first damage; what is asked for may lie before it, and then it was not looked for. */
  readonly damage: Corrupt | undefined;
  readonly outside: ReadonlyArray<LeftOutside>;
  /** The last position that a mark or a header of the log speaks of. */
  readonly positionKnown: number;
  readonly runs: ReadonlyArray<FoundRun>;
  /** Whether the store refuses because a flush failed since the machine has started. */
  readonly hasFlushFailed: boolean;
}

/** Nothing is wrong: a repair would leave everything as it is. */
export interface NothingToRepair {
  readonly _tag: "NothingToRepair";
  readonly end: SoundPlace;
}

/** The log is given an end. */
export interface Repair {
  readonly _tag: "Repair";
  /** Where the log is to end. The segment behind it begins with the next number. */
  readonly end: SoundPlace;
  /** Why: the first damage; none if the place was chosen for another reason. */
  readonly damage: Corrupt | undefined;
  /** The file that says what store this is, if it is to be made again. */
  readonly identity: "sound" | "missing" | "damaged";
  /** Whether it overrides the refusal to open after a failed flush. */
  readonly hasFlushFailed: boolean;
  /** The positions that will not be in the log any more, as far as anything speaks of them. */
  readonly positions: { readonly from: number; readonly to: number } | undefined;
  /** Whole commits behind the end. */
  readonly commits: number;
  /** Cuts of streams behind the end: what they leave out will be read again. */
  readonly cuts: number;
  /** Bytes of the log's files that will lie outside it. */
  readonly outside: ReadonlyArray<LeftOutside>;
  /** Index runs that will not fit any more. The next writer makes them again. */
  readonly voidRuns: ReadonlyArray<string>;
}

/** What a repair would do. */
export type RepairPlan = NothingToRepair | Repair;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Plans a repair. What is asked for must be a place to which the log is sound. */
export function repairPlan(facts: RepairFacts): Either<RepairRefused, RepairPlan> {
  const { identity, end, asked, damage, outside, hasFlushFailed } = facts;
  if (asked && (asked.segment !== end.segment || asked.offset !== end.offset)) {
    return left(refused(
      `a place between two commits, to which the log is sound: the nearest is ${placeText(end)}`,
      placeText(asked),
    ));
  }
  const isSound = identity === "sound" && !damage && !hasFlushFailed && !asked;
  if (isSound) return right({ _tag: "NothingToRepair", end });
  const last = outside.reduce((most, { lastPosition }) => Math.max(most, lastPosition), 0);
  const to = Math.max(facts.positionKnown, last);
  return right({
    _tag: "Repair",
    end,
    damage,
    identity,
    hasFlushFailed,
    positions: to > end.position ? { from: end.position + 1, to } : undefined,
    commits: outside.reduce((sum, { commits }) => sum + commits, 0),
    cuts: outside.reduce((sum, { cuts }) => sum + cuts, 0),
    outside,
    voidRuns: facts.runs
      .filter((run) => identity !== "sound" || !run.end || isBehind(run.end, end))
      .map(({ file }) => file),
  });
}

/** Why a repair is not done. */
export function refused(wanted: string, found: string): RepairRefused {
  return { _tag: "RepairRefused", stored: "no", wanted, found };
}

function isBehind(one: LogPlace, other: LogPlace): boolean {
  return one.segment > other.segment ||
    (one.segment === other.segment && one.offset > other.offset);
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether two plans do the same and leave the same outside. */
export function isSamePlan(one: Repair, other: Repair): boolean {
  return one.identity === other.identity && one.commits === other.commits &&
    one.cuts === other.cuts &&
    one.end.segment === other.end.segment && one.end.offset === other.end.offset &&
    one.end.position === other.end.position && one.positions?.to === other.positions?.to;
}

/** A place as a person writes it: segment and offset. */
function placeText({ segment, offset }: LogPlace): string {
  return `${segment}:${offset}`;
}

/**
 * A plan in sentences, for whoever has to say yes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { explainRepair, openFileStore, planRepair } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * await run(store.close);
 * assert.deepEqual(explainRepair(await run(planRepair(storage))), [
 *   "The log is sound up to its end, behind position 0; there is nothing to repair",
 * ]);
 * ```
 */
export function explainRepair(plan: RepairPlan): ReadonlyArray<string> {
  if (plan._tag === "NothingToRepair") {
    return [
      `The log is sound up to its end, behind position ${plan.end.position}; there is nothing to ` +
      "repair",
    ];
  }
  return [...reasons(plan), ...consequences(plan)];
}

function reasons({ damage, identity, hasFlushFailed }: Repair): ReadonlyArray<string> {
  return [
    ...(damage
      ? [
        `The file ${damage.file} is damaged at byte ${damage.offset}: wanted ${damage.wanted}, ` +
        `found ${damage.found}`,
      ]
      : []),
    ...(identity === "sound" ? [] : [
      `The file STORE is ${identity}; it is made again, with the identity that the segments name` +
      (identity === "damaged" ? ", under another name: the damaged one is left as it is" : ""),
    ]),
    ...(hasFlushFailed
      ? [
        "A flush failed when the store was opened, and the machine has not restarted since: the " +
        "repair believes what reads well, although it may not be on the disk; to restart the " +
        "machine first is safer",
      ]
      : []),
  ];
}

function consequences(plan: Repair): ReadonlyArray<string> {
  const { end, positions, commits, cuts, outside, voidRuns } = plan;
  const where = end.segment === 0
    ? "The log begins anew, with no event in it"
    : `The log ends in ${end.file} at byte ${end.offset}, behind position ${end.position}`;
  const lost = positions
    ? `${countText(positions.to - end.position, "event")} will not be in the log any more, of ` +
      `positions ${positions.from} to ${positions.to}; ${
        countText(commits, "commit")
      } behind the ` +
      "end can still be read in the files"
    : "No event is known that would not be in the log any more";
  return [
    `${where}; segment ${end.segment + 1} begins behind it, marked as made by a repair`,
    lost,
    ...(cuts > 0
      ? [`${countText(cuts, "cut")} of streams will not hold any more: cut these streams again`]
      : []),
    ...outside.map(({ file, from, to }) =>
      `${file}: the bytes from ${from} to ${to} stay where they are, outside the log`
    ),
    ...(positions
      ? [
        "Whoever has kept a later position (a projection, a bookmark) is told that history has " +
        "diverged, and begins again",
      ]
      : []),
    ...(voidRuns.length > 0
      ? [
        `${countText(voidRuns.length, "index run")} will not fit any more, and the next writer ` +
        "makes the index again",
      ]
      : []),
    "Nothing is deleted",
  ];
}

function countText(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
