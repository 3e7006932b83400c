/**
 * A store on a simulated disk, with whoever uses it: who lives, what was seen, and what came of it.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { EventStore, Page, Pages } from "../../src/event_store.ts";
import type { Fault, ReadFault } from "../../src/fault.ts";
import type { Query, Range } from "../../src/query.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
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
import { idOf, judge, mayBeHidden } from "./judging.ts";

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

function fell(world: World, process: SimulatedProcess, ending: Ending<unknown>): void {
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

const USABLE: Invariant = "I13 the store becomes usable again";

/** Takes down what was acknowledged by less than the flush that it would have taken. */
export function noteEnds(world: World): void {
  const { durability } = world.plan.options;
  const wasCut = world.disk.starts() > world.counted.starts;
  world.counted.starts = world.disk.starts();
  if (durability === "none" || (wasCut && durability === "os")) forget(world.history, 0);
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
  const isDamage = fault._tag === "Corrupt" || fault._tag === "NewerFormat";
  if (isDamage && (name === "rot" || name === "liar")) {
    world.told = fault;
    return;
  }
  // Of a claim that a lie or rot has cost nobody knows whose it was; of a state that a lie has cost,
  // which history it was of.
  if (
    fault._tag === "StoreLocked" && (name === "liar" || name === "rot") ||
    fault._tag === "HistoryDiverged" && name === "liar"
  ) {
    world.told = fault;
    return;
  }
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
// opening and reading
// ---------------------------------------------------------------------------

/** The owner of the store; opens it if there is none. */
export async function owned(world: World): Promise<Owner | undefined> {
  // Whoever was killed in the background is not the owner any more.
  if (world.owner && !world.owner.process.isAlive()) {
    world.owner = undefined;
    noteEnds(world);
  }
  for (let tries = 0; !world.owner && tries < OPENS_MAX && !isOver(world); tries++) {
    await open(world);
  }
  return world.owner;
}

/** So often an open is tried before something else is. Each may be killed. */
const OPENS_MAX = 4;

/** Whether the life is decided. */
export function isOver({ told, history }: World): boolean {
  return told !== undefined || history.violations.length > 0;
}

async function open(world: World): Promise<void> {
  const process = world.disk.start();
  world.processes += 1;
  const number = world.processes;
  const store = await tried(
    world,
    process,
    "open",
    world.under.openFileStore(process.storage, {
      ...optionsFor(world, process),
      observe: (happening) => {
        if (happening._tag !== "Lost") return;
        world.losses += 1;
        forget(world.history, happening.after, "lost");
      },
    }),
  );
  if (!store) {
    // After a failed flush only a restart of the machine lets the store be opened.
    if (process.isAlive() && !process.isPaused()) {
      process.kill();
      if (world.profile.name === "io-errors") cutPower(world);
    }
    return;
  }
  world.recoveries += 1;
  const records = await readAll(world, process, store, "read after open");
  if (!records) {
    if (process.isAlive() && !process.isPaused()) process.kill();
    return;
  }
  world.disk.tell(`opened with ${records.length} records`);
  if (!isCurrent(world, process)) return;
  judge(world.history, records);
  judgeFollowed(world, records);
  world.owner = { process, number, store };
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

function isCurrent(world: World, process: SimulatedProcess): boolean {
  if (process.isAlive() && !process.isPaused()) return true;
  fell(world, process, process.isAlive() ? { _tag: "Paused" } : { _tag: "Died" });
  return false;
}

/** Cuts the power now. */
export function cutPower(world: World): void {
  world.disk.cutPower({ bytes: "mixed", names: "mixed", seed: world.draws.below(2 ** 31) });
  noteEnds(world);
}

function judgeFollowed(world: World, records: ReadonlyArray<Recorded<Encoded>>): void {
  const { followed, history } = world;
  const known = new Map(records.map((record) => [record.position, idOf(record)]));
  for (const [at, id] of followed.entries()) {
    const found = known.get(at + 1);
    if (found === id || (found === undefined && mayBeHidden(history, at + 1, at + 2))) continue;
    if (!history.forgivesLoss) {
      const what = `position ${at + 1} was followed as ${id}, and is ` +
        `${found ?? "gone"}`;
      violate(history, "I10 a follower misses and repeats nothing", what);
    }
    followed.length = at;
    return;
  }
}

/** Every record that matches, or nothing if they cannot be had. */
export async function readAll(
  world: World,
  process: SimulatedProcess,
  store: EventStore,
  what: string,
  query: Query = {},
  range: Range = {},
): Promise<ReadonlyArray<Recorded<Encoded>> | undefined> {
  const records: Recorded<Encoded>[] = [];
  let rest: Pages<Encoded, ReadFault> | undefined = store.read(query, range);
  for (let pages = 0; rest; pages++) {
    const page: Page<Encoded, ReadFault> | undefined = await tried(world, process, what, rest);
    if (!page) return undefined;
    records.push(...page.records);
    if (pages > 1_000) {
      violate(world.history, USABLE, `${what}: a read never ends`);
      return undefined;
    }
    rest = O.toUndefined(page.next);
  }
  return records;
}

/** What others have seen up to a position is there for good. */
export function promote(history: History, until: number): void {
  for (const attempt of history.attempts.values()) {
    if (attempt.standing === "stored" && attempt.last <= until) attempt.standing = "found";
  }
}
