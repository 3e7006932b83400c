/**
 * A storage in memory: files that last as long as the value, for tests and for trying things out.
 *
 * @module
 */
import { invariant } from "../../src/invariant.ts";
import type { AppendFile, Clock, OwnerPort, ReadFile, StoragePort } from "../file/storage.ts";
import { hashing } from "./portable/hashing.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How a storage in memory is made. */
export interface MemoryStorageOptions {
  /** For messages. `"memory"` if it is not given. */
  readonly place?: string;
  /** Real time if it is not given; {@linkcode virtualClock} for time that a test moves. */
  readonly clock?: Clock;
  /** Nobody in particular, of whose death there is no proof, if it is not given. */
  readonly owner?: OwnerPort;
}

/** Time that moves only when it is told to. */
export interface VirtualClock extends Clock {
  /** Moves time on; what falls due on the way is called in order, each at its own time. */
  readonly advance: (ms: number) => Promise<void>;
}

/** A file's bytes. They stay with whoever holds the file open, also when its name is gone. */
interface Content {
  bytes: Uint8Array;
  size: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A new, empty storage. Every store that is opened on the same value sees the same files, one
 * after the other or, as a reader, at the same time.
 *
 * @example Files outlive whoever wrote them
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryStorage } from "leftfold/storage/memory";
 *
 * const storage = memoryStorage();
 * const file = await storage.create("greeting");
 * assert(file !== "exists");
 * await file.write(0, new Uint8Array([104, 105]));
 * await file.close();
 *
 * const found = await storage.openRead("greeting");
 * assert(found !== "missing");
 * assert.equal(await found.size(), 2);
 * ```
 */
export function memoryStorage(options: MemoryStorageOptions = {}): StoragePort {
  const files = new Map<string, Content>();
  const watchers = new Map<string, Set<() => void>>();
  const changed = (name: string): void => {
    for (const call of watchers.get(name) ?? []) queueMicrotask(call);
  };
  return {
    place: options.place ?? "memory",
    capabilities: { durable: "none", lock: "claims" },
    prepare: () => {},
    list: () => [...files.keys()],
    create: (name) => {
      if (files.has(name)) return "exists";
      const content = { bytes: new Uint8Array(), size: 0 };
      files.set(name, content);
      return appendFile(name, content, changed);
    },
    openAppend: (name) => {
      const content = files.get(name);
      return content ? appendFile(name, content, changed) : "missing";
    },
    openRead: (name) => {
      const content = files.get(name);
      return content ? readFile(name, content) : "missing";
    },
    remove: (name) => {
      if (files.delete(name)) changed(name);
    },
    syncDirectory: () => {},
    exists: (name) => files.has(name),
    watch: (name, call) => {
      const calls = watchers.get(name) ?? new Set();
      watchers.set(name, calls.add(call));
      return () => {
        calls.delete(call);
      };
    },
    clock: options.clock ?? realClock,
    random,
    sha256: hashing,
    owner: options.owner ?? nobody,
  };
}

/**
 * A clock that stands still until it is told to move.
 *
 * @example An hour in no time
 * ```ts
 * import assert from "node:assert/strict";
 * import { virtualClock } from "leftfold/storage/memory";
 *
 * const clock = virtualClock();
 * let rings = 0;
 * clock.after(3_600_000, () => rings++);
 *
 * await clock.advance(3_599_999);
 * assert.equal(rings, 0);
 * await clock.advance(1);
 * assert.equal(rings, 1);
 * ```
 */
export function virtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new Set<{ readonly due: number; readonly call: () => void }>();
  let elapsed = 0;
  const after = (ms: number, call: () => void): () => void => {
    const timer = { due: elapsed + ms, call };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    after,
    wake: after,
    advance: async (ms) => {
      const end = elapsed + ms;
      await turn();
      for (;;) {
        // Equal times go in the order of the calls, because a stable sort keeps it.
        const next = [...timers].sort((one, other) => one.due - other.due)[0];
        if (next === undefined || next.due > end) break;
        timers.delete(next);
        elapsed = Math.max(elapsed, next.due);
        next.call();
        await turn();
      }
      elapsed = end;
    },
  };
}

/** Lets everything run that waits for no more than promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, call) => {
    // A number in a browser, an object elsewhere; only the object can keep a process alive.
    const timer: unknown = setTimeout(call, ms);
    if (isHolding(timer)) timer.unref();
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]); // What was made above.
  },
  wake: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

function isHolding(timer: unknown): timer is { readonly unref: () => unknown } {
  return typeof timer === "object" && timer !== null && "unref" in timer;
}

const nobody: OwnerPort = {
  self: () => ({
    pid: 0,
    startTime: "",
    bootId: "",
    pidNamespace: "",
    machineId: "",
    host: "",
    runtime: "memory",
  }),
  provenDead: () => false,
};

function random(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

// ---------------------------------------------------------------------------
// files
// ---------------------------------------------------------------------------

function appendFile(name: string, content: Content, changed: (name: string) => void): AppendFile {
  const handle = handleOf(name);
  return {
    write: (at, bytes) => {
      handle.check();
      const end = at + bytes.length;
      if (end > content.bytes.length) {
        // Twice as much, so that a file that grows by little steps is not copied at each.
        const grown = new Uint8Array(Math.max(end, 2 * content.bytes.length, 256));
        grown.set(content.bytes.subarray(0, content.size));
        content.bytes = grown;
      }
      content.bytes.set(bytes, at);
      content.size = Math.max(content.size, end);
      changed(name);
      return bytes.length;
    },
    datasync: handle.check,
    close: handle.close,
  };
}

function readFile(name: string, content: Content): ReadFile {
  const handle = handleOf(name);
  return {
    size: () => {
      handle.check();
      return content.size;
    },
    read: (at, into) => {
      handle.check();
      const end = Math.max(at, Math.min(content.size, at + into.length));
      into.set(content.bytes.subarray(at, end));
      return end - at;
    },
    close: handle.close,
  };
}

function handleOf(name: string): { readonly check: () => void; readonly close: () => void } {
  let isOpen = true;
  return {
    check: () => invariant(isOpen, `${name} is used after it was closed`),
    close: () => {
      isOpen = false;
    },
  };
}
