/**
 * The exhaustive loops: a script is broken at every call that changes the disk, in every way, and
 * what is left is opened, judged, and lived on with.
 *
 * Many ways leave the same disk behind; each disk is judged once for all that was promised by then.
 *
 * @module
 */
import {
  type Damage,
  type DiskCall,
  type DiskImage,
  generator,
  lostBytes,
  lostNames,
  type Profile,
  profiles,
  type SimulatedDisk,
  simulatedDisk,
} from "../../stores/storage/simulated.ts";
import { type Attempt, copyOf } from "./attempt.ts";
import type { Violation } from "./history.ts";
import type { Plan, Step } from "./plan.ts";
import type { Script } from "./scripts.ts";
import { take } from "./steps.ts";
import { isOver, noteEnds, type StoreUnderTest, type World, worldOn } from "./world.ts";

/** How thorough a loop is. */
export interface Thoroughness {
  /** How many damages are tried of each power cut. */
  readonly damages: number;
  /** How many damages are tried of each second power cut, during the recovery from the first. */
  readonly nestedDamages: number;
  /** Of so many disks that are left, one is looked at for second ends. */
  readonly nestedEach: number;
  /** Only right after calls that flush, and at the end; at every call that changes something if not. */
  readonly isAfterFlushes?: boolean;
}

/** What came of breaking a script everywhere. */
export interface Broken {
  readonly script: string;
  /** Calls at which it was broken. */
  readonly calls: number;
  /** Ways in which it was, at all calls together. */
  readonly ways: number;
  /** Disks that were left, each different from the others, or with other promises. */
  readonly disks: number;
  /** Of the ways, those that were a second end during the recovery from a first. */
  readonly nestedWays: number;
  readonly failures: ReadonlyArray<Failure>;
}

/** A way to break a script that breaks a promise. */
export interface Failure {
  readonly where: string;
  readonly violations: ReadonlyArray<Violation>;
}

/** A moment of a script: a call that is about to change the disk, and all there is by then. */
interface Moment {
  readonly call: DiskCall;
  readonly image: DiskImage;
  readonly promises: Promises;
}

/** What was promised up to a moment. */
type Promises = Pick<World, "saved" | "backedUp" | "attempts"> & {
  readonly known: ReadonlyArray<Attempt>;
  readonly followed: ReadonlyArray<string>;
};

/** What is left after an end. */
interface Left {
  readonly how: string;
  readonly disk: SimulatedDisk;
  readonly isPowerCut: boolean;
}

const changing: ReadonlySet<string> = new Set([
  "create",
  "write",
  "datasync",
  "remove",
  "syncDirectory",
]);

// ---------------------------------------------------------------------------
// ends at every call
// ---------------------------------------------------------------------------

/** Ends a script at every call, in every way, and recovers. */
export async function crashEverywhere(
  script: Script,
  under: StoreUnderTest,
  { damages, nestedDamages, nestedEach, isAfterFlushes = false }: Thoroughness,
): Promise<Broken> {
  const judged = new Set<string>();
  const failures: Failure[] = [];
  let [ways, nestedWays] = [0, 0];
  const all = await momentsOf(script, under);
  const moments = isAfterFlushes ? all.filter((_, at) => isFlush(all[at - 1])) : all;
  const look = async (moment: Moment, depth: number): Promise<void> => {
    for (const left of endsAt(moment, depth === 0 ? damages : nestedDamages)) {
      if (depth === 0) ways += 1;
      else nestedWays += 1;
      const key = keyOf(left, moment.promises);
      if (judged.has(key)) continue;
      judged.add(key);
      const image = left.disk.image();
      const world = worldAfter(script, under, left.disk, moment.promises);
      await recover(world, script, left.isPowerCut);
      const { nth, operation, name } = moment.call;
      const where = `${script.name}: ${left.how} at call ${nth}, ${operation} ${name}`;
      if (world.history.violations.length > 0) {
        failures.push({ where, violations: world.history.violations });
      } else if (depth === 0 && judged.size % nestedEach === 0) {
        const { isPowerCut } = left;
        for (const inner of await recoveryOf(script, under, image, moment.promises, isPowerCut)) {
          await look(inner, 1);
        }
      }
    }
  };
  for (const moment of moments) await look(moment, 0);
  return {
    script: script.name,
    calls: moments.length,
    ways,
    nestedWays,
    disks: judged.size,
    failures,
  };
}

function isFlush(moment: Moment | undefined): boolean {
  const operation = moment?.call.operation;
  return operation === "datasync" || operation === "syncDirectory";
}

/** Every moment of a script at which something is about to change, and the last. */
async function momentsOf(script: Script, under: StoreUnderTest): Promise<ReadonlyArray<Moment>> {
  const disk = simulatedDisk({ seed: 1 });
  const world = worldOn(disk, partsOf(script, under));
  return await watched(world, script.steps);
}

/** Every moment of the recovery from what an end has left. */
async function recoveryOf(
  script: Script,
  under: StoreUnderTest,
  image: DiskImage,
  promises: Promises,
  isPowerCut: boolean,
): Promise<ReadonlyArray<Moment>> {
  const world = worldAfter(script, under, simulatedDisk({ seed: 2, image }), promises);
  noteFirstEnd(world, isPowerCut);
  return await watched(world, [{ _tag: "Open" }]);
}

async function watched(
  world: World,
  steps: ReadonlyArray<Step>,
): Promise<ReadonlyArray<Moment>> {
  const moments: Moment[] = [];
  const note = (call: DiskCall): undefined => {
    moments.push({ call, image: world.disk.image(), promises: promisesOf(world) });
  };
  world.disk.befall((call) => changing.has(call.operation) ? note(call) : undefined);
  for (const step of steps) await take(world, step);
  note({ nth: world.disk.calls() + 1, process: 0, operation: "list", name: "", at: 0, size: 0 });
  const [violation] = world.history.violations;
  if (violation) throw new Error(`without any trouble ${violation.invariant}: ${violation.what}`);
  return moments;
}

/** All ends at a moment: the process is killed, a write is cut short, the power fails. */
function* endsAt({ image }: Moment, count: number): Iterable<Left> {
  yield { how: "a kill", disk: simulatedDisk({ seed: 2, image }), isPowerCut: false };
  for (const damage of damagesOf(count)) {
    const disk = simulatedDisk({ seed: 2, image });
    disk.cutPower(damage);
    yield { how: `a power cut (${damage.bytes}, ${damage.names})`, disk, isPowerCut: true };
  }
}

/** Damages to try, the plain ones first. */
function damagesOf(count: number): ReadonlyArray<Damage> {
  const draws = generator(count);
  const plain = lostBytes.map((bytes) => ({ bytes, names: "all" as const }));
  const named = lostNames.filter((names) => names !== "all")
    .map((names) => ({ bytes: "all" as const, names }));
  const mixed = Array.from({ length: Math.max(0, count - plain.length - named.length) }, () => {
    return { bytes: "mixed", names: "mixed" } as const;
  });
  const some = count < plain.length ? mixedOnly(count) : [...plain, ...named, ...mixed];
  return some.slice(0, count).map((one) => ({ ...one, seed: draws.below(2 ** 31) }));
}

function mixedOnly(count: number): ReadonlyArray<Omit<Damage, "seed">> {
  return Array.from({ length: count }, (_, at) => {
    return at === 0 ? { bytes: "none", names: "none" } : { bytes: "mixed", names: "mixed" };
  });
}

// ---------------------------------------------------------------------------
// worlds
// ---------------------------------------------------------------------------

/** What a script lives with. */
export function partsOf(
  script: Script,
  under: StoreUnderTest,
  profile: Profile = profiles.power,
): Pick<World, "draws" | "profile" | "plan" | "under"> {
  const options = { segmentBytesMax: 1024, pageCacheBytesMax: 65_536, ...script.options };
  const { steps, isCold = false } = script;
  const plan: Plan = { options, provesDeath: true, steps, isCold };
  return { draws: generator(1), profile, plan, under };
}

/** A world as it is left, with what was promised before. */
function worldAfter(
  script: Script,
  under: StoreUnderTest,
  disk: SimulatedDisk,
  { known, followed, ...promised }: Promises,
): World {
  const world = worldOn(disk, partsOf(script, under));
  for (const attempt of known) world.history.attempts.set(attempt.id, copyOf(attempt));
  world.followed.push(...followed);
  return Object.assign(world, { ...promised, processes: 100 });
}

function promisesOf({ history, followed, saved, backedUp, attempts }: World): Promises {
  return {
    known: [...history.attempts.values()].map(copyOf),
    followed: [...followed],
    saved,
    backedUp,
    attempts,
  };
}

/** The store opens, holds what was promised, goes on, and opens again. */
async function recover(world: World, script: Script, isPowerCut: boolean): Promise<void> {
  noteFirstEnd(world, isPowerCut);
  world.isTroubled = false;
  for (const step of [...script.first ?? [], ...afterwards]) {
    if (isOver(world)) return;
    await take(world, step);
  }
}

/** The end came before this world was made: what it costs is taken down here. */
function noteFirstEnd(world: World, isPowerCut: boolean): void {
  if (isPowerCut) world.counted.starts = 0;
  noteEnds(world);
}

/** What is done with every store that was broken. */
export const afterwards: ReadonlyArray<Step> = [
  { _tag: "Query" },
  { _tag: "AppendAgain" },
  {
    _tag: "Append",
    commits: [{ streams: ["a-1"], events: 2, bytes: 0, expects: "right", hasId: true }],
  },
  { _tag: "Save" },
  { _tag: "Kill" },
  { _tag: "Follow" },
  { _tag: "Close" },
];

/** The same disk with the same promises comes to the same. */
function keyOf({ disk, isPowerCut }: Left, promises: Promises): string {
  const standings = promises.known.map(({ id, standing, first, gone }) =>
    `${id}${standing}${first}${gone.dropped}${[...gone.erased, ...gone.cut, ...gone.forgotten]}`
  );
  const { followed, saved, backedUp } = promises;
  return [isPowerCut, standings, followed.length, saved, backedUp, disk.digest()].join(" ");
}
