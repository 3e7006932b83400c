/**
 * Storages whose bytes a test holds in its hand: copied, damaged, and made again.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clock, OwnerPort, StoragePort } from "../../stores/file/storage.ts";
import { memoryStorage } from "../../stores/storage/memory.ts";

/** Files by their names. */
export type Files = ReadonlyMap<string, Uint8Array>;

export interface DiskOptions {
  readonly clock?: Clock;
  /** Counts machine starts: a writer of another start is proven dead, and so is one of the same. */
  readonly boot?: number;
  /** Whether other owners are proven dead; they are if it is left out. */
  readonly othersDead?: boolean;
  readonly seed?: number;
}

/** The moment at which clocks of tests stand. */
export const epochMs: number = Date.UTC(2026, 0, 1);

/** A storage in memory that holds these files, with random bytes that are the same each time. */
export async function diskOf(
  files: Files = new Map(),
  options: DiskOptions = {},
): Promise<StoragePort> {
  const { boot = 1, othersDead = true, clock = leapingClock() } = options;
  const storage = memoryStorage({ clock, owner: ownerOf(boot, othersDead) });
  for (const [name, bytes] of files) {
    const file = await storage.create(name);
    assert(file !== "exists");
    await file.write(0, bytes);
    await file.close();
  }
  return { ...storage, random: randomBytes(options.seed ?? 1) };
}

/**
 * A clock that leaps to whatever somebody waits for, so that nobody waits. What need not happen
 * (heartbeats, what is done after an idle second) does not.
 */
function leapingClock(): Clock {
  let elapsed = 0;
  return {
    now: () => epochMs + elapsed,
    monotonic: () => elapsed,
    after: () => () => undefined,
    wake: (ms, call) => {
      let isWanted = true;
      queueMicrotask(() => {
        if (!isWanted) return;
        elapsed += ms;
        call();
      });
      return () => {
        isWanted = false;
      };
    },
  };
}

/** A process of tests, on a machine that was started so many times. */
export function ownerOf(boot: number, othersDead: boolean): OwnerPort {
  return {
    self: () => ({
      pid: 7,
      startTime: "1",
      bootId: `boot-${boot}`,
      pidNamespace: "",
      machineId: "machine",
      host: "host",
      runtime: "test",
    }),
    provenDead: () => othersDead,
  };
}

/** Bytes that look random and are the same for the same seed (xorshift32). */
export function randomBytes(seed: number): (count: number) => Uint8Array {
  let state = seed * 2654435761 >>> 0 || 1;
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 0;
    });
}

/** A copy of all files as they are now. */
export function filesIn(storage: StoragePort): Files {
  // A storage in memory answers at once, which makes this a copy of one moment.
  const names = storage.list() as ReadonlyArray<string>;
  return new Map(names.map((name) => [name, fileIn(storage, name)]));
}

/** A copy of one file. */
function fileIn(storage: StoragePort, name: string): Uint8Array {
  const file = storage.openRead(name);
  assert(file !== "missing" && !(file instanceof Promise));
  const bytes = new Uint8Array(file.size() as number); // At once, as above.
  file.read(0, bytes);
  file.close();
  return bytes;
}

/** The same files with one of them otherwise; without bytes it is gone. */
export function withFile(files: Files, name: string, bytes: Uint8Array | undefined): Files {
  const changed = new Map(files);
  if (bytes) changed.set(name, bytes);
  else changed.delete(name);
  return changed;
}

/** The bytes of a file that must be there. */
export function bytesOf(files: Files, name: string): Uint8Array {
  const bytes = files.get(name);
  assert(bytes, `${name} is among ${[...files.keys()].join(", ")}`);
  return bytes;
}

/** Some bytes with one bit turned over. */
export function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[at]! ^= 1 << bit;
  return copy;
}

/** Names of a kind, in order: `"segment"`, `"index"`, `"writer"`. */
export function namesOf(files: Files, prefix: string): ReadonlyArray<string> {
  return [...files.keys()].filter((name) => name.startsWith(prefix)).sort();
}
