/**
 * A store on a simulated disk, with whoever uses it: who lives, what was seen, and what came of it.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Fault } from "../../src/fault.ts";
import type * as fileStore from "../../stores/file/mod.ts";
import { coldStorage } from "../../stores/file/mod.ts";
import type {
  Ending,
  Generator,
  Profile,
  SimulatedDisk,
  SimulatedProcess,
} from "../../stores/storage/simulated.ts";
import { emptyHistory, forget, type History, type Invariant, violate } from "./history.ts";

/** The store that is tried: the right one, or a build of it that is broken on purpose. */
export type StoreUnderTest = Pick<typeof fileStore, "openFileStore" | "fileStates">;

/** Somebody who has the store open for writing. */
export interface Owner {
  readonly process: SimulatedProcess;
  readonly number: number;
  readonly store: fileStore.FileStore;
}

export interface World {
  readonly disk: SimulatedDisk;
  readonly draws: Generator;
  readonly profile: Profile;
  readonly plan: {
    readonly options: fileStore.FileStoreOptions;
    /** Whether archives lie beside the store, on the same disk. */
    readonly isCold?: boolean;
  };
  readonly under: StoreUnderTest;
  readonly history: History;
  owner: Owner | undefined;
  /** Processes that stood still, and were overtaken: they may wake up at any time. */
  readonly sleepers: SimulatedProcess[];
  /** Work of theirs that goes on when they wake up. */
  readonly unfinished: Array<Promise<unknown>>;
  /** What another process has read, by id, from the first position on. */
  readonly followed: string[];
  /** Positions of states that may be the one that is kept; 0 for none. */
  saved: ReadonlyArray<number>;
  /** Up to which position a backup was told to go; 0 if none was. */
  backedUp: number;
  /** How many copies were begun to be restored from it: each has a place of its own. */
  restored: number;
  /** Streams that were to be taken out of use: whoever asks again for a commit may be told so. */
  readonly ended: Set<string>;
  processes: number;
  attempts: number;
  acknowledged: number;
  recoveries: number;
  /** Refusals to write since the last success. */
  refusals: number;
  /** Errors are allowed: until everything is calm. */
  isTroubled: boolean;
  wasPaused: boolean;
  /** How often a store has told that acknowledged commits are lost. */
  losses: number;
  /** Why the life ended before its end: a fault that tells what its profile lets happen. */
  told: Fault | undefined;
  readonly counted: { starts: number };
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A world in which nothing has happened yet. */
export function worldOn(
  disk: SimulatedDisk,
  parts: Pick<World, "draws" | "profile" | "plan" | "under">,
): World {
  return {
    ...parts,
    disk,
    history: emptyHistory({
      forgivesLoss: parts.profile.name === "liar",
      isPromised: parts.plan.options.durability !== "none",
      isOrdered: !parts.plan.isCold,
    }),
    owner: undefined,
    sleepers: [],
    unfinished: [],
    followed: [],
    saved: [0],
    backedUp: 0,
    restored: 0,
    ended: new Set(),
    processes: 0,
    attempts: 0,
    acknowledged: 0,
    recoveries: 0,
    refusals: 0,
    isTroubled: true,
    wasPaused: false,
    losses: 0,
    told: undefined,
    counted: { starts: disk.starts() },
  };
}

// ---------------------------------------------------------------------------
// doing something
// ---------------------------------------------------------------------------

/** Does something as a process. Nothing comes back if it was killed, or stands still. */
export async function as<Value>(
  world: World,
  process: SimulatedProcess,
  work: Promise<Value>,
): Promise<Value | undefined> {
  const ending = await world.disk.until(work, process);
  if (ending._tag === "Done") return ending.value;
  if (ending._tag === "Paused") world.unfinished.push(work.catch(() => undefined));
  fell(world, process, ending);
  return undefined;
}

/** Takes down that a process came to no end of its work. */
export function fell(world: World, process: SimulatedProcess, ending: Ending<unknown>): void {
  if (world.owner?.process === process) world.owner = undefined;
  switch (ending._tag) {
    case "Threw":
      violate(world.history, USABLE, `an exception left the store: ${String(ending.cause)}`);
      process.kill();
      break;
    case "Stuck":
      violate(world.history, USABLE, "an operation never ends");
      process.kill();
      break;
    case "Paused":
      world.sleepers.push(process);
      world.wasPaused = true;
      break;
    case "Died":
    case "Done":
      break;
  }
  noteEnds(world);
}

/** The promise that faults break which no profile allows. */
export const USABLE: Invariant = "I13 the store becomes usable again";

/** Takes down what was acknowledged by less than the flush that it would have taken. */
export function noteEnds(world: World): void {
  const { durability } = world.plan.options;
  const wasCut = world.disk.starts() > world.counted.starts;
  world.counted.starts = world.disk.starts();
  // What a writer has taken and not written goes with it, and with nobody else.
  const isUnwritten = durability === "none" && world.owner?.process.isAlive() !== true;
  if (isUnwritten || (wasCut && durability === "os")) forget(world.history, 0);
  if (!wasCut) return;
  for (const sleeper of world.sleepers.splice(0)) sleeper.kill();
  world.unfinished.length = 0;
  world.owner = undefined;
}

/** Runs a task of a store. Nothing comes back if it failed in a way that is allowed. */
export async function tried<F extends Fault, Value>(
  world: World,
  process: SimulatedProcess,
  what: string,
  task: TaskEither<F, Value>,
): Promise<Value | undefined> {
  const result = await as(world, process, task());
  if (result === undefined) return undefined;
  if (E.isRight(result)) return result.right;
  noteFault(world, process, what, result.left);
  return undefined;
}

/** What is lost at rest: of a claim that is gone nobody knows whose it was. */
const damage = ["Corrupt", "NewerFormat", "StoreLocked", "ColdUnavailable"] as const;

/** Faults that tell of what a profile lets happen. */
const tellable: Readonly<Partial<Record<Profile["name"], ReadonlySet<Fault["_tag"]>>>> = {
  rot: new Set(damage),
  // A lie may cost the log what a state or a backup of it has, and a backup the word that it is whole.
  liar: new Set([...damage, "HistoryDiverged", "PlaceUnfit", "CopyFailed", "BackupMissing"]),
};

/** Takes down a fault: one that the profile allows, or a broken promise. */
export function noteFault(
  world: World,
  process: SimulatedProcess,
  what: string,
  fault: Fault,
): void {
  world.disk.tell(`${what}: ${fault._tag}`);
  // Whoever slept is overtaken, and may find files gone that its successor has no use for.
  if (world.sleepers.includes(process)) return;
  if (fault._tag === "StreamTombstoned" && world.ended.has(fault.stream)) return;
  const isAnyDropped = [...world.history.attempts.values()].some(({ gone }) => gone.dropped);
  if (fault._tag === "BelowFloor" && isAnyDropped) return;
  const { name } = world.profile;
  if (tellable[name]?.has(fault._tag)) {
    world.told = fault;
    return;
  }
  const isDamage = fault._tag === "Corrupt" || fault._tag === "NewerFormat";
  if (!isDamage && world.isTroubled && name === "io-errors") return;
  // Whoever slept is overtaken, and told so.
  if (world.wasPaused && !isDamage) return;
  // Known: an overtaken writer that wakes up may remove index files that its successor uses.
  if (world.wasPaused && fault._tag === "Corrupt" && fault.found.startsWith("no such file")) {
    world.told = fault;
    return;
  }
  const cause = "cause" in fault && fault.cause instanceof Error ? fault.cause.stack : "";
  violate(world.history, USABLE, `${what}: ${JSON.stringify(fault)} ${cause}`);
}

// ---------------------------------------------------------------------------
// what holds of it
// ---------------------------------------------------------------------------

/** Whether the life is decided. */
export function isOver({ told, history }: World): boolean {
  return told !== undefined || history.violations.length > 0;
}

/** Whoever is told that it is over need not see to anything. */
export function noteLeftOpen(world: World, process: SimulatedProcess, after: string): void {
  const open = process.open();
  if (open.length === 0) return;
  const what = `after ${after} ${open.join(", ")} is open`;
  violate(world.history, "I11 nothing is left open or behind", what);
}

/** The options of a process: its cold tier, if there is one, is on the disk that it sees. */
export function optionsFor(
  { plan }: World,
  process: SimulatedProcess,
): fileStore.FileStoreOptions {
  if (!plan.isCold) return plan.options;
  return { ...plan.options, cold: coldStorage(process.storage), codecs: [uncompressed] };
}

/** A platform's compression takes time of its own, which a simulation cannot hold still. */
const uncompressed: fileStore.BlockCodec = {
  name: "deflate-raw",
  compress: (source) => source,
  inflate: (bytes) => bytes,
};

/** Cuts the power now. */
export function cutPower(world: World): void {
  world.disk.cutPower({ bytes: "mixed", names: "mixed", seed: world.draws.below(2 ** 31) });
  noteEnds(world);
}
