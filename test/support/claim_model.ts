/**
 * A small model of several processes that claim one store: what each can do next, at the grain of
 * single calls of a storage, over the pure rules of `claim.ts`. A process may pause between any two
 * steps for as long as it likes, be taken for dead meanwhile, and wake up; it may also die.
 *
 * Offsets count frames, and a write and its flush are one step: this is about who may write, not
 * about power cuts.
 *
 * @module
 */
import {
  isFinished,
  isNewest,
  type JudgedClaim,
  mayAdopt,
  nextEpoch,
  nothingFlushed,
  removableClaims,
} from "../../stores/file/claims/claim.ts";
import {
  ended,
  endOf,
  isAsBefore,
  isNamed,
  logOf,
  type ModelClaim,
  type ModelSegment,
  type Process,
  type SeenClaim,
  shown,
  TORN,
  unmarked,
  type World,
} from "./claim_world.ts";

/** The rules of the protocol, each of which can be left out. */
export interface Rules {
  readonly checkAfterWrite: boolean;
  readonly adoptByNewestClaim: boolean;
  readonly epochInSegmentName: boolean;
  readonly neverTruncate: boolean;
  readonly listAgain: boolean;
  readonly leaveTheFile: boolean;
  readonly pairRule: boolean;
  readonly checkBeforeWatermark: boolean;
}

export const allRules: Rules = {
  checkAfterWrite: true,
  adoptByNewestClaim: true,
  epochInSegmentName: true,
  neverTruncate: true,
  listAgain: true,
  leaveTheFile: true,
  pairRule: true,
  checkBeforeWatermark: true,
};

// ---------------------------------------------------------------------------
// what can happen
// ---------------------------------------------------------------------------

/** Every world that can come next, with what happened. */
export function successors(
  world: World,
  rules: Rules,
): ReadonlyArray<readonly [event: string, world: World]> {
  return world.processes.flatMap((process, index) => {
    if (process.step === "ended") return [];
    const next: Array<readonly [string, World]> = steps(world, rules, process, index).map(
      ([what, after]) => [`${index}: ${what}`, isAsBefore(world, after) ? after : shown(after)],
    );
    if (world.deathsLeft > 0 && process.epoch !== 0) {
      const dead = { ...world, deathsLeft: world.deathsLeft - 1 };
      next.push([`${index}: die`, put(dead, index, ended)]);
    }
    return next;
  });
}

type Next = ReadonlyArray<readonly [string, World]>;

function steps(world: World, rules: Rules, process: Process, index: number): Next {
  return opening(world, rules, process, index) ?? working(world, rules, process, index);
}

/** The steps up to an open store. */
function opening(world: World, rules: Rules, process: Process, index: number): Next | undefined {
  const { step, epoch } = process;
  const { claims } = world;
  const epochs = claims.map((claim) => claim.epoch);
  const go = (change: Partial<Process>, after: World = world): Next => [
    [step, put(after, index, { ...process, ...change })],
  ];
  switch (step) {
    case "list": {
      if (process.opensLeft === 0) return go(ended);
      // Any owner may be taken for dead here: a wrong verdict must be safe.
      const next = nextEpoch([...epochs, ...world.segments.map((segment) => segment.epoch)]);
      return go({ step: "create", epoch: next, opensLeft: process.opensLeft - 1 });
    }
    case "create": {
      if (epochs.includes(epoch)) return go({ step: "list" });
      const claim = { epoch, owner: index, state: "running", ...unmarked } as const;
      return go(
        { step: rules.listAgain ? "relist" : "read marks" },
        { ...world, claims: [...claims, claim].sort((one, other) => one.epoch - other.epoch) },
      );
    }
    case "relist":
      return go({ step: isNewest(epoch, epochs) ? "read marks" : "step back" });
    case "step back":
      return go(
        { step: "list" },
        rules.leaveTheFile ? release(world, epoch) : remove(world, epoch),
      );
    case "read marks": {
      const others = claims.filter((claim) => claim.epoch !== epoch);
      return go({ step: "scan", seen: others.map((claim) => judged(world, claim)) });
    }
    case "scan":
      return go(opened(world, rules, process));
    default:
      return undefined;
  }
}

/** The steps of an owner. */
function working(world: World, rules: Rules, process: Process, index: number): Next {
  const { step, epoch } = process;
  const { claims } = world;
  const epochs = claims.map((claim) => claim.epoch);
  const go = (change: Partial<Process>, after: World = world): Next => [
    [step, put(after, index, { ...process, ...change })],
  ];
  switch (step) {
    case "new segment":
      return roll(world, rules, process, index, step);
    case "look for successor":
      return go({ step: epochs.includes(epoch + 1) ? "let go" : "look for own" });
    case "look for own":
      return go({ step: epochs.includes(epoch) ? process.then : "let go" });
    case "write": {
      const written = write(world, process, process.frame);
      return go({ step: "publish", offset: process.offset + 1 }, written);
    }
    case "publish": {
      const { segment, segmentEpoch, offset: flushed } = process;
      const mark = { state: "running", segment, segmentEpoch, flushed } as const;
      const answer = process.frame ? "acknowledge" : "serve";
      // With the check left out before the watermark, it comes before the answer.
      return go(
        rules.checkBeforeWatermark
          ? { step: answer }
          : { step: "look for successor", then: answer },
        change(world, epoch, mark),
      );
    }
    case "acknowledge": {
      const place = [process.base + process.offset, process.frame] as const;
      const acknowledged = [...world.acknowledged, place].sort(([one], [other]) => one - other);
      return go({ step: "serve", frame: "" }, { ...world, acknowledged });
    }
    case "mark failed": {
      const { segment, segmentEpoch, offset: flushed } = process;
      const failed = { state: "failed", segment, segmentEpoch, flushed } as const;
      const after = change(world, epoch, failed);
      return go({ step: "look for successor", then: "refuse" }, after);
    }
    case "cut": {
      const kept = (segment: ModelSegment): ModelSegment =>
        isNamed(segment, process)
          ? { ...segment, frames: segment.frames.slice(0, process.offset) }
          : segment;
      const after = { ...world, segments: world.segments.map(kept) };
      return go({ step: "look for successor", then: "refuse" }, after);
    }
    case "refuse": {
      const after = { ...world, refused: [...world.refused, process.frame] };
      return go({ step: rules.neverTruncate ? "new segment" : "serve", frame: "" }, after);
    }
    case "let go": {
      // A release must not take the place of the mark of a failed write.
      const own = claims.find((claim) => claim.epoch === epoch);
      return go(ended, own?.state === "failed" ? world : release(world, epoch));
    }
    case "serve":
      return serve(world, rules, process, index);
    default:
      return [];
  }
}

/** The choices of a writer that has nothing under way. */
function serve(world: World, rules: Rules, process: Process, index: number): Next {
  const next: Array<readonly [string, World]> = [];
  const checked = rules.checkBeforeWatermark ? "look for successor" : "publish";
  if (process.appendsLeft > 0) {
    const frame = `${index}.${process.appendsLeft}`;
    const writing = { ...process, frame, appendsLeft: process.appendsLeft - 1 };
    next.push(
      rules.checkAfterWrite
        ? [
          "append",
          put(write(world, process, frame), index, {
            ...writing,
            step: checked,
            then: "publish",
            offset: process.offset + 1,
          }),
        ]
        : ["append", put(world, index, { ...writing, step: "look for successor", then: "write" })],
    );
    if (world.errorsLeft > 0) {
      const failing = { ...world, errorsLeft: world.errorsLeft - 1 };
      const failed = { ...writing, step: rules.neverTruncate ? "mark failed" : "cut" } as const;
      for (const found of [frame, TORN]) {
        next.push([
          `append fails, leaving ${found}`,
          put(write(failing, process, found), index, failed),
        ]);
      }
    }
  }
  if (process.rollsLeft > 0) {
    const rolling = { ...process, rollsLeft: process.rollsLeft - 1 };
    next.push(...roll(world, rules, rolling, index, "roll"));
  }
  const [old, ...others] = process.removable;
  if (old !== undefined) {
    const removing = { ...process, removable: others };
    next.push([`remove claim ${old}`, put(remove(world, old), index, removing)]);
  }
  const closed = put(release(world, process.epoch), index, ended);
  return [...next, ["close", closed]];
}

/** What an opener does with what it found: go on in the last segment, or pin where it ends. */
function opened(world: World, rules: Rules, process: Process): Partial<Process> {
  const known = { seen: [], removable: removable(rules, process) };
  const last = logOf(world).parts.at(-1);
  if (!last) return { ...known, step: "new segment" };
  const { segment, base } = last;
  const offset = endOf(segment, process.seen);
  const before = process.seen.filter((claim) => claim.epoch < process.epoch);
  const decisive = rules.adoptByNewestClaim
    ? before.at(-1)
    : before.find((claim) => claim.epoch === segment.epoch);
  const isClean = segment.frames.length === offset;
  const found = { segment: segment.number, segmentEpoch: segment.epoch, base, offset };
  return isClean && mayAdopt(decisive && asJudged(decisive), segment)
    ? { ...known, ...found, step: "look for successor", then: "publish" }
    : { ...known, ...found, step: "new segment" };
}

/** What an opener reads of a claim. Whoever has ended is found to have ended. */
function judged({ processes }: World, claim: ModelClaim): SeenClaim {
  const isGone = (processes[claim.owner]?.step ?? "ended") === "ended";
  return { ...claim, isFinished: isFinished(asJudged({ ...claim, isFinished: false }), isGone) };
}

/** A claim of the model in the words of the rules. */
function asJudged(
  { epoch, state, segment, segmentEpoch, flushed, isFinished }: SeenClaim,
): JudgedClaim {
  const mark = { ...nothingFlushed, segment, segmentEpoch, flushedOffset: flushed };
  const watermark = { ...mark, state, counter: 1, time: 0 };
  return { epoch, record: undefined, watermark, isFinished };
}

function removable(rules: Rules, { seen, epoch }: Process): ReadonlyArray<number> {
  const own: JudgedClaim = { epoch, record: undefined, watermark: undefined, isFinished: false };
  const all = [...seen.map(asJudged), own];
  return rules.pairRule
    ? removableClaims(all)
    : all.map((claim) => claim.epoch).sort((one, other) => one - other).slice(0, -2);
}

/** Ends the process' segment where it thinks it ends, by the header of a new one. */
function roll(world: World, rules: Rules, process: Process, index: number, what: string): Next {
  const { epoch, offset } = process;
  const number = process.segment + 1;
  const isTaken = world.segments.some((one) =>
    one.number === number && (one.epoch === epoch || !rules.epochInSegmentName)
  );
  if (isTaken) {
    const isRightful = isNewest(epoch, world.claims.map((claim) => claim.epoch));
    const wrong = isRightful
      ? `the name of segment ${number} is taken from its rightful owner`
      : "";
    return [[what, put({ ...world, wrong }, index, { ...process, step: "let go" })]];
  }
  const segment: ModelSegment = {
    number,
    epoch,
    previousEpoch: process.segmentEpoch,
    previousEnd: offset,
    frames: [],
  };
  const rolled: Process = {
    ...process,
    step: rules.checkBeforeWatermark ? "look for successor" : "publish",
    then: "publish",
    segment: number,
    segmentEpoch: epoch,
    base: process.base + offset,
    offset: 0,
  };
  return [[what, put({ ...world, segments: [...world.segments, segment] }, index, rolled)]];
}

/** Writes at the process' own offset. What stood there is overwritten, and what follows unlinked. */
function write(world: World, process: Process, frame: string): World {
  const segments = world.segments.map((segment) =>
    isNamed(segment, process)
      ? { ...segment, frames: [...padded(segment.frames, process.offset), frame] }
      : segment
  );
  return { ...world, segments };
}

function padded(frames: ReadonlyArray<string>, size: number): ReadonlyArray<string> {
  return [...frames.slice(0, size), ...Array<string>(Math.max(0, size - frames.length)).fill(TORN)];
}

function put(world: World, index: number, process: Process): World {
  return { ...world, processes: world.processes.map((one, at) => at === index ? process : one) };
}

function change(world: World, epoch: number, mark: Partial<ModelClaim>): World {
  const claims = world.claims.map((claim) => claim.epoch === epoch ? { ...claim, ...mark } : claim);
  return { ...world, claims };
}

function release(world: World, epoch: number): World {
  return change(world, epoch, { state: "released" });
}

function remove(world: World, epoch: number): World {
  return { ...world, claims: world.claims.filter((claim) => claim.epoch !== epoch) };
}
