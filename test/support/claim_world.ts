/**
 * The world of the claim model: claim files, segments and processes as plain values, the log that
 * follows from them, and what must never be true of it.
 *
 * @module
 */
import type { MarkState } from "../../stores/file/claims/claim.ts";

/** A claim file. Owner -1 is a process of earlier times that has ended. */
export interface ModelClaim {
  readonly epoch: number;
  readonly owner: number;
  readonly state: MarkState;
  readonly segment: number;
  readonly segmentEpoch: number;
  readonly flushed: number;
}

/** A claim as an opener has found it. */
export interface SeenClaim extends ModelClaim {
  readonly isFinished: boolean;
}

export interface ModelSegment {
  readonly number: number;
  readonly epoch: number;
  readonly previousEpoch: number;
  readonly previousEnd: number;
  /** Frames by their offset; {@linkcode TORN} is bytes that are none. */
  readonly frames: ReadonlyArray<string>;
}

/** What a process does next. */
export type Step =
  | "list"
  | "create"
  | "relist"
  | "step back"
  | "read marks"
  | "scan"
  | "new segment"
  | "look for successor"
  | "look for own"
  | "write"
  | "publish"
  | "acknowledge"
  | "mark failed"
  | "cut"
  | "refuse"
  | "let go"
  | "serve"
  | "ended";

export interface Process {
  readonly step: Step;
  /** What follows when the fence check has passed. */
  readonly then: Step;
  readonly epoch: number;
  /** The other claims, between reading them and deciding. */
  readonly seen: ReadonlyArray<SeenClaim>;
  readonly segment: number;
  readonly segmentEpoch: number;
  /** The position before its segment, and the end of its own log in there. */
  readonly base: number;
  readonly offset: number;
  /** The frame that is written and not yet answered. */
  readonly frame: string;
  /** The epochs of the claims that it may remove. */
  readonly removable: ReadonlyArray<number>;
  readonly opensLeft: number;
  readonly appendsLeft: number;
  readonly rollsLeft: number;
}

export interface World {
  readonly claims: ReadonlyArray<ModelClaim>;
  readonly segments: ReadonlyArray<ModelSegment>;
  readonly processes: ReadonlyArray<Process>;
  /** Frames by their position minus one, as their writers were told. */
  readonly acknowledged: ReadonlyArray<readonly [position: number, frame: string]>;
  /** Frames of which a writer was told that they are not stored. */
  readonly refused: ReadonlyArray<string>;
  /** All that readers have ever been shown. */
  readonly exposed: ReadonlyArray<string>;
  readonly errorsLeft: number;
  readonly deathsLeft: number;
  /** What a process was told that must never be told. */
  readonly wrong: string;
}

export const TORN = "~";

/** All that matters of a process that does nothing any more. */
export const ended: Process = {
  step: "ended",
  then: "ended",
  epoch: 0,
  seen: [],
  segment: 0,
  segmentEpoch: 0,
  base: 0,
  offset: 0,
  frame: "",
  removable: [],
  opensLeft: 0,
  appendsLeft: 0,
  rollsLeft: 0,
};

export const unmarked = { segment: 0, segmentEpoch: 0, flushed: 0 } as const;

/** A text that is the same for equal worlds. */
export function keyOf(world: World, parts: WeakMap<object, string>): string {
  const key = (part: object): string => {
    const known = parts.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(Object.values(part));
    parts.set(part, text);
    return text;
  };
  return world.claims.map(key).join() + world.segments.map(key).join() +
    world.processes.map(key).join() + key(world.acknowledged) + key(world.refused) +
    key(world.exposed) + world.errorsLeft + world.deathsLeft + world.wrong;
}

// ---------------------------------------------------------------------------
// the log, as anybody who opens it now would find it
// ---------------------------------------------------------------------------

interface Log {
  readonly frames: ReadonlyArray<string>;
  readonly parts: ReadonlyArray<{ segment: ModelSegment; base: number; end: number }>;
  readonly broken: string;
}

/** Follows the chain from the segment with the highest (epoch, number) back to the first. */
export function logOf({ segments, claims }: World): Log {
  const chain: Array<{ segment: ModelSegment; end: number }> = [];
  let segment = segments.reduce<ModelSegment | undefined>(
    (top, one) =>
      !top || one.epoch > top.epoch || (one.epoch === top.epoch && one.number > top.number)
        ? one
        : top,
    undefined,
  );
  let end = segment ? endOf(segment, claims) : 0;
  let broken = "";
  while (segment) {
    const { number, previousEpoch, previousEnd } = segment;
    if (parsed(segment) < end) broken = `segment ${number} ends before its successor says`;
    chain.unshift({ segment, end });
    const before = segments.find((one) => one.number === number - 1 && one.epoch === previousEpoch);
    if (!before && previousEpoch !== 0) broken = `segment ${number} has lost its predecessor`;
    segment = before;
    end = previousEnd;
  }
  let base = 0;
  const parts = chain.map((part) => {
    const at = { ...part, base };
    base += part.end;
    return at;
  });
  return { frames: parts.flatMap((part) => part.segment.frames.slice(0, part.end)), parts, broken };
}

function parsed({ frames }: ModelSegment): number {
  const torn = frames.indexOf(TORN);
  return torn < 0 ? frames.length : torn;
}

/** Where the log ends in the last segment. A mark of a failed write counts there, and only there. */
export function endOf(segment: ModelSegment, claims: ReadonlyArray<ModelClaim>): number {
  let end = parsed(segment);
  for (const claim of claims) {
    if (claim.state === "failed" && isNamed(segment, claim)) end = Math.min(end, claim.flushed);
  }
  return end;
}

/** Whether a mark or a process speaks of this segment. */
export function isNamed(
  { number, epoch }: ModelSegment,
  by: { readonly segment: number; readonly segmentEpoch: number },
): boolean {
  return by.segment === number && by.segmentEpoch === epoch;
}

/** Whether a step has changed nothing that is shared. */
export function isAsBefore(before: World, after: World): boolean {
  return before.claims === after.claims && before.segments === after.segments &&
    before.acknowledged === after.acknowledged && before.refused === after.refused &&
    before.wrong === after.wrong;
}

/** What is wrong with a world, if anything is. What is as it was one step before is right. */
export function violation(world: World, before?: World): string | undefined {
  if (before && isAsBefore(before, world)) return undefined;
  const { frames, parts, broken } = logOf(world);
  if (world.wrong) return world.wrong;
  if (broken) return broken;
  for (const [position, frame] of world.acknowledged) {
    if (frames[position - 1] !== frame) {
      return `${frame} was acknowledged at ${position}, where the log has ${frames[position - 1]}`;
    }
  }
  for (const frame of world.refused) {
    if (frames.includes(frame)) return `${frame} was refused and is in the log`;
  }
  for (const claim of world.claims) {
    const part = parts.find(({ segment }) => isNamed(segment, claim));
    if (claim.segment !== 0 && (!part || claim.flushed > part.end)) {
      return `the watermark of epoch ${claim.epoch} is off the log: a false verdict "corrupt"`;
    }
  }
  if (world.exposed.some((frame, at) => frames[at] !== frame)) {
    return "a reader has seen what is gone";
  }
  return undefined;
}

/** The world after readers have looked at it: they see what any watermark on the log covers. */
export function shown(world: World): World {
  const { frames, parts } = logOf(world);
  let limit = world.exposed.length;
  for (const claim of world.claims) {
    const part = parts.find(({ segment }) => isNamed(segment, claim));
    if (part) limit = Math.max(limit, part.base + Math.min(part.end, claim.flushed));
  }
  const isLost = world.exposed.some((frame, at) => frames[at] !== frame);
  return isLost || limit === world.exposed.length
    ? world
    : { ...world, exposed: frames.slice(0, limit) };
}
