/**
 * A disk that breaks on purpose: the storage port over a model of a machine with a page cache, a
 * medium, processes that are killed, and power that fails.
 *
 * **The model.** A file is what everybody reads of it (the page cache), what the medium holds, and
 * the writes in between. Its length is an item of its own. Names belong to the directory, and are
 * pending until the directory is flushed, whatever was flushed of the file. A killed process leaves
 * the page cache as it is. A power cut leaves what was flushed, and of the rest whatever the
 * {@linkcode Damage} says: nothing, all, some of the writes in any order, one of them torn at a byte
 * or a sector, the length with zeros or old bytes in it; and of the names none, all, the first, or
 * any.
 *
 * **What goes wrong** is decided for each call by a {@linkcode Fate}. A write is short, or fails and
 * has written a part; a disk is full from then on; a file cannot be read at a place; a flush fails,
 * and the page cache goes on to show what will never reach the medium, or shows the past again; a
 * flush lies; an answer comes late, so that others overtake it; a process stands still and wakes
 * up when another has taken its place; the wall clock jumps; a file cannot be opened. At rest,
 * {@linkcode SimulatedDisk.rot} damages what was flushed: bits, sectors, lengths, whole files.
 *
 * **What does not go wrong.** What was flushed stays through a power cut, also in a sector that was
 * written to again (a rewritten byte is its old or its new value or noise; its neighbours are not
 * touched). Exclusive creation and the look for a name tell the truth. Nothing else is random:
 * time moves only when nobody has anything to do, and every draw comes from the seed, so that a run
 * can be had again on any runtime, call by call.
 *
 * The ideas are those of the simulators of SQLite, FoundationDB and TigerBeetle, of "All File
 * Systems Are Not Created Equal" (Pillai et al., OSDI 2014), and of "Can Applications Recover from
 * fsync Failures?" (Rebello et al., ATC 2020).
 *
 * @module
 */
import type { StoragePort } from "../file/storage.ts";
import { simulatedClock } from "./simulated/clock.ts";
import { type Generator, generator } from "./simulated/generator.ts";
import type { Fate } from "./simulated/misfortune.ts";
import { digestOf, type DiskImage, imageOf, imageOfFiles } from "./simulated/image.ts";
import { bytesOfFile, type ModelFile } from "./simulated/model_file.ts";
import { type Damage, fileAfter, lostBytes, lostNames, namesAfter } from "./simulated/power_cut.ts";
import { type Machine, processOn, type SimulatedProcess } from "./simulated/process.ts";
import { type Rot, rotten } from "./simulated/rot.ts";
import { traceOf } from "./simulated/trace.ts";
import { hashing } from "./portable/hashing.ts";

export { type Generator, generator } from "./simulated/generator.ts";
export {
  type DiskCall,
  type ErrorCode,
  type Fate,
  fateOf,
  type Misfortune,
  type Operation,
  type Struck,
} from "./simulated/misfortune.ts";
export type { DiskImage } from "./simulated/image.ts";
export type { FailedFlush, ModelFile, PendingWrite } from "./simulated/model_file.ts";
export {
  type Damage,
  type LostBytes,
  lostBytes,
  type LostNames,
  lostNames,
  type PendingName,
} from "./simulated/power_cut.ts";
export type { SimulatedProcess } from "./simulated/process.ts";
export {
  type DrawnFate,
  drawnFate,
  type FateOptions,
  type Profile,
  type ProfileName,
  profiles,
  type Trouble,
} from "./simulated/profile.ts";
export { type Rot, rots } from "./simulated/rot.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How a disk is made. */
export interface SimulatedDiskOptions {
  /** Every draw comes from it. */
  readonly seed: number;
  /** Nothing goes wrong if it is not given. */
  readonly fate?: Fate;
  /** Whether a trace is kept as lines. */
  readonly wantsTrace?: boolean;
  /** Whether a process that is gone can be proven to be; true if it is not given. */
  readonly provesDeath?: boolean;
  /** When the machine first starts, in milliseconds since 1970. */
  readonly startMs?: number;
  /** More calls than this are not answered: whoever calls is stuck; 200,000 if it is not given. */
  readonly callsMax?: number;
  /** A faster one, if the platform has it; in plain JavaScript if it is not given. */
  readonly sha256?: StoragePort["sha256"];
  /** The files that it begins with, all of them flushed. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Another disk at a moment, to go on from; as often as wanted, it stays as it is. */
  readonly image?: DiskImage;
}

/** A machine with one disk. */
export interface SimulatedDisk {
  /** Starts a process. Several may run at once. */
  readonly start: () => SimulatedProcess;
  /** Ends every process and leaves what a power cut leaves; the machine starts again. */
  readonly cutPower: (damage: Damage) => void;
  /**
   * Damages what is at rest, which is to say all of it: nothing is pending any more. Gives what it
   * did in words, or nothing if there was nothing to damage.
   */
  readonly rot: (kind: Rot) => string | undefined;
  /** Room again, and no bad sectors. What was lost stays lost. */
  readonly mend: () => void;
  /** From now on this is what befalls calls; nothing at all if it is left out. */
  readonly befall: (fate?: Fate) => void;
  /** Lets time pass until the work is done, or will never be. */
  readonly until: <Value>(
    work: Promise<Value>,
    process?: SimulatedProcess,
  ) => Promise<Ending<Value>>;
  /** Lets so much time pass, in milliseconds. */
  readonly idle: (ms: number) => Promise<void>;
  /** The disk as it is now, with what is not flushed; it has room there, and no bad sectors. */
  readonly image: () => DiskImage;
  /** The files as a process sees them. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  /** How many calls were made. */
  readonly calls: () => number;
  /** Whether no process runs. */
  readonly isQuiet: () => boolean;
  /** How often the machine was started: once more than the power was cut. */
  readonly starts: () => number;
  readonly trace: ReadonlyArray<string>;
  /** Takes a line of somebody else into the trace, and into its hash. */
  readonly tell: (line: string) => void;
  /** Equal for equal runs, on every runtime. */
  readonly hash: () => string;
  /** Of the files as a process sees them, with what is not flushed: equal for equal disks. */
  readonly digest: () => string;
}

/** How work came to its end. */
export type Ending<Value> =
  | { readonly _tag: "Done"; readonly value: Value }
  | { readonly _tag: "Threw"; readonly cause: unknown }
  /** The process was killed before. */
  | { readonly _tag: "Died" }
  /** The process stands still. */
  | { readonly _tag: "Paused" }
  /** Nobody waits for anything that will come, or there is no end of it. */
  | { readonly _tag: "Stuck" };

const CALLS_MAX = 200_000;
const LEAPS_MAX = 20_000;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A new machine with an empty disk.
 *
 * @example What was not flushed may be lost
 * ```ts
 * import assert from "node:assert/strict";
 * import { simulatedDisk } from "leftfold/storage/simulated";
 *
 * const disk = simulatedDisk({ seed: 1 });
 * const { storage } = disk.start();
 * const file = await storage.create("greeting");
 * assert(file !== "exists");
 * await file.write(0, new Uint8Array([104]));
 * await file.datasync();
 * await storage.syncDirectory();
 * await file.write(1, new Uint8Array([105]));
 *
 * disk.cutPower({ bytes: "none", names: "none", seed: 1 });
 * assert.deepEqual(disk.files().get("greeting"), new Uint8Array([104]));
 * ```
 */
export function simulatedDisk(options: SimulatedDiskOptions): SimulatedDisk {
  const draws = generator(options.seed);
  const clock = simulatedClock(options.startMs ?? Date.UTC(2026, 0, 1));
  const trace = traceOf(options.wantsTrace ?? false);
  const image = imageOf(options.image ?? imageOfFiles(options.files ?? new Map()));
  const machine: Machine = {
    clock,
    trace,
    draws: draws.fork(),
    fate: options.fate ?? (() => undefined),
    sha256: options.sha256 ?? hashing,
    provesDeath: options.provesDeath ?? true,
    names: new Map(image.names),
    durableNames: new Map(image.durableNames),
    pendingNames: [...image.pendingNames],
    processes: [],
    processesBefore: image.processes,
    badPlaces: [],
    room: Infinity,
    boot: image.boot,
    calls: 0,
    callsMax: options.callsMax ?? CALLS_MAX,
    cutPower: (damage) => cutPower(machine, damage),
  };
  const now = (): DiskImage => ({
    ...machine,
    processes: machine.processesBefore + machine.processes.length,
  });
  return {
    start: () => processOn(machine),
    cutPower: machine.cutPower,
    rot: (kind) => {
      const what = rotten(machine.names, kind, machine.draws);
      machine.durableNames = new Map(machine.names);
      machine.pendingNames = [];
      if (what !== undefined) trace.told(`rot: ${what}`);
      return what;
    },
    mend: () => {
      machine.room = Infinity;
      machine.badPlaces = [];
    },
    befall: (fate = () => undefined) => {
      machine.fate = fate;
    },
    until: (work, process) => until(machine, work, process),
    idle: async (ms) => {
      const end = clock.elapsed() + ms;
      await turn();
      while (clock.leap(end)) await turn();
    },
    image: () => imageOf(now()),
    files: () => new Map([...machine.names].map(([name, file]) => [name, bytesOfFile(file)])),
    calls: () => machine.calls,
    isQuiet: () => !machine.processes.some((process) => process.isAlive()),
    starts: () => machine.boot,
    trace: trace.lines,
    tell: trace.told,
    hash: trace.hash,
    digest: () => digestOf(now()),
  };
}

// ---------------------------------------------------------------------------
// what happens to a machine
// ---------------------------------------------------------------------------

function cutPower(machine: Machine, damage: Damage): void {
  machine.trace.told(`power cut: bytes ${damage.bytes}, names ${damage.names}`);
  for (const process of machine.processes) process.kill();
  const draws = generator(damage.seed);
  const names = damage.names === "mixed" ? draws.pick(lostNames) : damage.names;
  const left = namesAfter(machine.durableNames, machine.pendingNames, names, draws);
  machine.names = new Map();
  const images = new Map<ModelFile, ModelFile>();
  for (const [name, file] of left) {
    const image = images.get(file) ?? leftOf(file, damage, draws);
    images.set(file, image);
    machine.names.set(name, image);
  }
  machine.durableNames = new Map(machine.names);
  machine.pendingNames = [];
  machine.badPlaces = machine.badPlaces.flatMap((bad) => {
    const file = images.get(bad.file);
    return file ? [{ ...bad, file }] : [];
  });
  machine.boot += 1;
}

function leftOf(file: ModelFile, damage: Damage, draws: Generator): ModelFile {
  return fileAfter(file, damage.bytes === "mixed" ? draws.pick(lostBytes) : damage.bytes, draws);
}

async function until<Value>(
  machine: Machine,
  work: Promise<Value>,
  process: SimulatedProcess | undefined,
): Promise<Ending<Value>> {
  let ending: Ending<Value> | undefined;
  work.then(
    (value) => {
      ending = { _tag: "Done", value };
    },
    (cause: unknown) => {
      ending = { _tag: "Threw", cause };
    },
  );
  for (let leaps = 0; leaps < LEAPS_MAX; leaps++) {
    await turn();
    if (ending) return ending;
    if (process?.isAlive() === false) return { _tag: "Died" };
    if (process?.isPaused()) return { _tag: "Paused" };
    if (machine.calls > machine.callsMax || !machine.clock.leap()) break;
  }
  machine.trace.told("stuck");
  return { _tag: "Stuck" };
}

/** Lets everything run that waits for no more than promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    // A browser has only the slower one.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
