/**
 * A process on a simulated machine: the storage port as it sees it, until it is killed.
 *
 * @module
 */
import type {
  AppendFile,
  Awaitable,
  OwnerIdentity,
  ReadFile,
  StoragePort,
} from "../../file/storage.ts";
import type { SimulatedClock } from "./clock.ts";
import type { Generator } from "./generator.ts";
import type { ErrorCode, Fate, Misfortune, Operation } from "./misfortune.ts";
import { emptyFile, failFlush, flushFile, type ModelFile, writeInto } from "./model_file.ts";
import type { Damage, PendingName } from "./power_cut.ts";
import type { Trace } from "./trace.ts";

/** What the processes of a machine share. */
export interface Machine {
  readonly clock: SimulatedClock;
  readonly trace: Trace;
  readonly draws: Generator;
  fate: Fate;
  readonly provesDeath: boolean;
  readonly sha256: StoragePort["sha256"];
  /** As everybody sees them. */
  names: Map<string, ModelFile>;
  durableNames: Map<string, ModelFile>;
  pendingNames: PendingName[];
  readonly processes: SimulatedProcess[];
  /** How many there had been when it began. */
  readonly processesBefore: number;
  badPlaces: ReadonlyArray<BadPlace>;
  /** How many bytes the disk still takes. */
  room: number;
  /** Counts starts of the machine. */
  boot: number;
  calls: number;
  /** More calls than this are not answered. */
  readonly callsMax: number;
  readonly cutPower: (damage: Damage) => void;
}

/** A part of a file that cannot be read, in bytes. */
interface BadPlace {
  readonly file: ModelFile;
  readonly from: number;
  readonly to: number;
}

/** A process that runs until it is killed. */
export interface SimulatedProcess {
  readonly storage: StoragePort;
  readonly isAlive: () => boolean;
  /** Ends it: no call of it is ever answered again. */
  readonly kill: () => void;
  readonly isPaused: () => boolean;
  /** Lets it stand still: its calls and its timers wait. */
  readonly pause: () => void;
  /** Lets it go on. */
  readonly resume: () => void;
  /** The files that it holds open, each as often as it was opened. */
  readonly open: () => ReadonlyArray<string>;
}

/** What a call reads or writes. */
interface Subject {
  readonly operation: Operation;
  readonly name: string;
  readonly at?: number;
  readonly size?: number;
  /** The file of a read. */
  readonly file?: ModelFile;
}

/** Does a call's work, or only so many bytes of it, if it is a write. */
type Act<Value> = (most?: number) => Value;

/** Starts a process on a machine. */
export function processOn(machine: Machine): SimulatedProcess {
  const pid = machine.processesBefore + machine.processes.length + 1;
  const { boot } = machine;
  const handles = new Set<{ readonly name: string }>();
  let isAlive = true;
  let isPaused = false;
  let waiting: Array<() => void> = [];

  const whenRunning = (go: () => void): void => {
    if (!isAlive) return;
    if (isPaused) waiting.push(() => whenRunning(go));
    else go();
  };
  const kill = (): void => {
    if (isAlive) machine.trace.told(`process ${pid} ends`);
    isAlive = false;
    waiting = [];
    handles.clear();
  };

  /** Makes a call, and lets happen to it what fate wants. */
  const call = <Value>(subject: Subject, act: Act<Value>): Awaitable<Value> => {
    if (!isAlive) return never();
    if (isPaused) return later(whenRunning, () => call(subject, act));
    const { operation, name, at = 0, size = 0 } = subject;
    machine.calls += 1;
    // Whoever calls without end may never let anybody else have a turn.
    if (machine.calls > machine.callsMax) return never();
    const made = { nth: machine.calls, process: pid, operation, name, at, size };
    const misfortune = machine.fate(made);
    machine.trace.called(made, misfortune);
    return misfortune ? befall(subject, misfortune, act) : act();
  };

  const befall = <Value>(
    subject: Subject,
    misfortune: Misfortune,
    act: Act<Value>,
  ): Awaitable<Value> => {
    switch (misfortune._tag) {
      case "Killed":
      case "PowerCut":
        if (misfortune.done > 0) act(misfortune.done);
        if (misfortune._tag === "PowerCut") machine.cutPower(misfortune.damage);
        else kill();
        return never();
      case "Fails":
        throw systemError(misfortune.code);
      case "FailsHalfWay":
        act(misfortune.done);
        throw systemError(misfortune.code);
      case "FailsAfterwards": {
        const before = new Set(handles);
        act();
        // Nobody was given the file that was opened.
        for (const handle of handles) if (!before.has(handle)) handles.delete(handle);
        throw systemError(misfortune.code);
      }
      case "Short":
        return act(misfortune.done);
      case "FlushFails":
        if (subject.file) failFlush(subject.file, misfortune.cache, machine.draws);
        throw systemError("EIO");
      case "Lies":
        // A flush is the only call that may be left out without a trace in its answer.
        return undefined as Value;
      case "BadSector": {
        const { file, at = 0, size = 0 } = subject;
        if (file) machine.badPlaces = [...machine.badPlaces, { file, from: at, to: at + size }];
        throw systemError("EIO");
      }
      case "Fills":
        machine.room = misfortune.left;
        return act();
      case "ClockJumps":
        machine.clock.jump(misfortune.ms);
        return act();
      case "Paused":
        isPaused = true;
        return later(whenRunning, act);
      case "Slow": {
        const { ms, done } = misfortune;
        const value = done === "first" ? { of: act() } : undefined;
        return later((go) => void machine.clock.later(ms, () => whenRunning(go)), () => {
          return value ? value.of : act();
        });
      }
    }
  };

  const handleOf = (name: string): { readonly name: string } => {
    const handle = { name };
    handles.add(handle);
    return handle;
  };
  const closing =
    (operation: Operation, handle: { readonly name: string }) => (): Awaitable<void> =>
      call({ operation, name: handle.name }, () => {
        if (!handles.delete(handle)) throw new Error(`${handle.name} is closed twice`);
      });
  const using = (handle: { readonly name: string }): void => {
    if (!handles.has(handle)) throw new Error(`${handle.name} is used after it was closed`);
  };

  const appendFile = (name: string, file: ModelFile): AppendFile => {
    const handle = handleOf(name);
    return {
      write: (at, bytes) =>
        call({ operation: "write", name, at, size: bytes.length, file }, (most) => {
          using(handle);
          const count = Math.min(most ?? bytes.length, bytes.length, roomFor(machine, file, at));
          if (count === 0 && bytes.length > 0 && most === undefined) throw systemError("ENOSPC");
          // Not even a length: bytes that are none lengthen nothing.
          if (count === 0) return 0;
          const growth = Math.max(0, at + count - file.size);
          machine.room -= growth;
          writeInto(file, at, count < bytes.length ? bytes.subarray(0, count) : bytes);
          return count;
        }),
      datasync: () =>
        call({ operation: "datasync", name, file }, () => {
          using(handle);
          flushFile(file);
        }),
      close: closing("closeAppend", handle),
    };
  };
  const readFile = (name: string, file: ModelFile): ReadFile => {
    const handle = handleOf(name);
    return {
      size: () =>
        call({ operation: "size", name, file }, () => {
          using(handle);
          return file.size;
        }),
      read: (at, into) =>
        call({ operation: "read", name, at, size: into.length, file }, () => {
          using(handle);
          const end = Math.max(at, Math.min(file.size, at + into.length));
          if (machine.badPlaces.some((bad) => bad.file === file && bad.from < end && at < bad.to)) {
            throw systemError("EIO");
          }
          into.set(file.cache.subarray(at, end));
          return end - at;
        }),
      close: closing("closeRead", handle),
    };
  };
  const rename = (pending: PendingName): void => void machine.pendingNames.push(pending);

  const storage: StoragePort = {
    place: "simulated",
    capabilities: { durable: "full", lock: "claims" },
    prepare: () => call({ operation: "prepare", name: "" }, () => undefined),
    list: () => call({ operation: "list", name: "" }, () => [...machine.names.keys()]),
    create: (name) =>
      call({ operation: "create", name }, () => {
        if (machine.names.has(name)) return "exists";
        if (machine.room <= 0) throw systemError("ENOSPC");
        const file = emptyFile();
        machine.names.set(name, file);
        rename({ name, file });
        return appendFile(name, file);
      }),
    openAppend: (name) =>
      call({ operation: "openAppend", name }, () => {
        const file = machine.names.get(name);
        return file ? appendFile(name, file) : "missing";
      }),
    openRead: (name) =>
      call({ operation: "openRead", name }, () => {
        const file = machine.names.get(name);
        return file ? readFile(name, file) : "missing";
      }),
    remove: (name) =>
      call({ operation: "remove", name }, () => {
        const file = machine.names.get(name);
        if (!file) return;
        machine.room += file.size;
        machine.names.delete(name);
        rename({ name, file: undefined });
      }),
    syncDirectory: () =>
      call({ operation: "syncDirectory", name: "" }, () => {
        machine.durableNames = new Map(machine.names);
        machine.pendingNames = [];
      }),
    exists: (name) => call({ operation: "exists", name }, () => machine.names.has(name)),
    clock: machine.clock.forProcess(whenRunning),
    random: (count) => machine.draws.bytes(count),
    sha256: machine.sha256,
    owner: {
      self: () => identityOf(pid, boot),
      provenDead: (other) => machine.provesDeath && isGone(machine, other),
    },
  };
  const process: SimulatedProcess = {
    storage,
    isAlive: () => isAlive,
    kill,
    isPaused: () => isPaused && isAlive,
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      for (const go of waiting.splice(0)) go();
    },
    open: () => [...handles].map(({ name }) => name),
  };
  machine.processes.push(process);
  return process;
}

function identityOf(pid: number, boot: number): OwnerIdentity {
  return {
    pid,
    startTime: String(pid),
    bootId: `boot-${boot}`,
    pidNamespace: "",
    machineId: "simulated",
    host: "simulated",
    runtime: "simulated",
  };
}

function isGone(
  { boot, processes, processesBefore }: Machine,
  { bootId, pid }: OwnerIdentity,
): boolean {
  return bootId !== `boot-${boot}` || processes[pid - processesBefore - 1]?.isAlive() !== true;
}

/** How much of a write at a place the disk takes: what is there already needs no room. */
function roomFor({ room }: Machine, file: ModelFile, at: number): number {
  return room === Infinity ? Infinity : Math.max(0, file.size - at) + Math.max(0, room);
}

/** The answer of a process that is gone. */
function never<Value>(): Promise<Value> {
  return new Promise(() => undefined);
}

function later<Value>(
  schedule: (go: () => void) => void,
  act: () => Awaitable<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    schedule(() => {
      try {
        resolve(act());
      } catch (thrown) {
        reject(thrown);
      }
    });
  });
}

/** An error with a code, as a platform throws it. */
function systemError(code: ErrorCode): Error {
  return Object.assign(new Error(`${code}: the simulated disk wants it so`), { code });
}
