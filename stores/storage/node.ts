/**
 * A directory as a storage, on Node, Deno and Bun.
 *
 * What is small is done at once: a write or a read of a few pages only copies between memory and
 * the page cache, and costs less than a turn of the event loop. What may wait for the device (a
 * flush, a large write or read, a directory) never blocks the event loop, but for a flush whose
 * caller lets it.
 *
 * @module
 */
import { createHash, randomFillSync } from "node:crypto";
import * as fs from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { invariant } from "../../src/invariant.ts";
import type {
  AppendFile,
  Capabilities,
  Clock,
  OwnerIdentity,
  OwnerPort,
  PlatformCrc32,
  ReadFile,
  Sha256,
  StoragePort,
} from "../file/storage.ts";

/** Up to so many bytes are written and read at once. */
const AT_ONCE_BYTES_MAX = 256 * 1024;

const datasync = promisify(fs.fdatasync);
const fsync = promisify(fs.fsync);
const openFile = promisify(fs.open);
const close = promisify(fs.close);
const readdir = promisify(fs.readdir);

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The storage that a directory is. A relative path is taken from where the process is now, so that
 * a later change of the working directory moves nothing. The directory is made when a store is
 * created in it.
 *
 * @example A file of a directory
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { directory } from "leftfold/storage/node";
 *
 * const storage = directory(mkdtempSync(join(tmpdir(), "leftfold-")));
 *
 * const file = await storage.create("STORE");
 * assert.notEqual(file, "exists");
 * assert.equal(await storage.create("STORE"), "exists");
 * assert.deepEqual(await storage.list(), ["STORE"]);
 * ```
 */
export function directory(path: string): StoragePort {
  const place = resolve(path);
  const at = (name: string): string => join(place, name);
  return {
    place,
    capabilities: capabilities(),
    prepare: () => makeDirectory(place),
    list: () => readdir(place).catch(unless<ReadonlyArray<string>>("ENOENT", [])),
    // Never opened for appending: on Linux a positioned write would then go to the end.
    create: (name) => opened(at(name), "wx+", appendFile, "EEXIST", "exists"),
    openAppend: (name) => opened(at(name), "r+", appendFile, "ENOENT", "missing"),
    openRead: (name) => opened(at(name), "r", readFile, "ENOENT", "missing"),
    remove: (name) => removeFile(at(name)),
    syncDirectory: () => syncDirectory(place),
    exists: (name) => isThere(at(name)),
    watch: (name, changed) => watch(at(name), changed),
    clock,
    random: (count) => randomFillSync(new Uint8Array(count)),
    sha256: hashing,
    crc32: crc32(),
    owner,
  };
}

/** Real time. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  wake: (ms, call) => {
    if (ms === 0) {
      // A timer would wait for a millisecond at least, in which nobody may have anything to do.
      const next = setImmediate(call);
      return () => clearImmediate(next);
    }
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

function hashing(): Sha256 {
  const hash = createHash("sha256");
  return {
    update: (bytes) => void hash.update(bytes),
    // Of a copy, because a hash that has told its digest takes no more.
    digest: () => new Uint8Array(hash.copy().digest()),
  };
}

/** Older versions of Deno and Bun have none. A call costs Node five times what it costs them. */
function crc32(): PlatformCrc32 | undefined {
  const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
  return typeof zlib.crc32 === "function"
    ? { of: zlib.crc32, bytesMin: isNode ? 768 : 192 }
    : undefined;
}

/**
 * Node and Deno flush a Mac's drive with `F_FULLFSYNC`. Bun does not: there a flush ends in the
 * cache of the device.
 */
function capabilities(): Capabilities {
  const isPartial = process.platform === "darwin" && process.versions["bun"] !== undefined;
  return { durable: isPartial ? "device-cache" : "full", lock: "claims" };
}

// ---------------------------------------------------------------------------
// files
// ---------------------------------------------------------------------------

function opened<File, Otherwise>(
  path: string,
  flags: string,
  use: (descriptor: Descriptor) => File,
  code: string,
  otherwise: Otherwise,
): File | Otherwise {
  try {
    return use(descriptorOf(path, fs.openSync(path, flags)));
  } catch (error) {
    return unless(code, otherwise)(error);
  }
}

/** An open file's number, until it is closed. */
interface Descriptor {
  readonly number: () => number;
  readonly close: () => void;
}

function descriptorOf(path: string, number: number): Descriptor {
  let isOpen = true;
  return {
    number: () => {
      // The system gives the number of a closed file to the next one: a late write would hit that.
      invariant(isOpen, `${path} is used after it was closed`);
      return number;
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      fs.closeSync(number);
    },
  };
}

function appendFile(file: Descriptor): AppendFile {
  return {
    write: (at, bytes) =>
      bytes.length <= AT_ONCE_BYTES_MAX
        ? fs.writeSync(file.number(), bytes, 0, bytes.length, at)
        : later((done) => fs.write(file.number(), bytes, 0, bytes.length, at, done)),
    datasync: (mayBlock = false) =>
      mayBlock ? fs.fdatasyncSync(file.number()) : datasync(file.number()),
    close: file.close,
  };
}

function readFile(file: Descriptor): ReadFile {
  return {
    size: () => fs.fstatSync(file.number()).size,
    read: (at, into) =>
      into.length <= AT_ONCE_BYTES_MAX
        ? fs.readSync(file.number(), into, 0, into.length, at)
        : later((done) => fs.read(file.number(), into, 0, into.length, at, done)),
    close: file.close,
  };
}

/** A count of bytes that comes by a callback. */
function later(
  start: (done: (error: Error | null, count: number) => void) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    start((error, count) => error ? reject(error) : resolve(count));
  });
}

function removeFile(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    unless("ENOENT", undefined)(error);
  }
}

/** Whether there is such a name. A refusal to tell is thrown: it must not read as "not there". */
function isThere(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Makes a directory and what it lies in, so that they survive a power cut. */
async function makeDirectory(path: string): Promise<void> {
  const parents: Array<string> = [];
  for (let at = path; !isThere(at); at = dirname(at)) parents.push(dirname(at));
  fs.mkdirSync(path, { recursive: true });
  for (const parent of parents) await syncDirectory(parent);
}

async function syncDirectory(path: string): Promise<void> {
  // Windows has no flush for a directory; its file system logs the names by itself.
  if (process.platform === "win32") return;
  const descriptor = await openFile(path, "r");
  try {
    await fsync(descriptor);
  } finally {
    await close(descriptor);
  }
}

/** Why a watch may be impossible without anything being wrong. */
const UNWATCHABLE: ReadonlySet<string | undefined> = new Set([
  "ENOENT", // The file is gone.
  "EPERM", // Windows: the file was removed while it was watched.
  "ENOSPC", // The user's watches are used up.
  "EMFILE", // The process' files are used up.
  "ENOSYS",
  "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
]);

/** A watch only saves waiting: whoever watches also polls, so none at all is no failure. */
function watch(path: string, changed: () => void): () => void {
  try {
    const watcher = fs.watch(path, { persistent: false }, () => changed());
    watcher.on("error", () => {
      // The watch is over. What ended it shows itself to the look that this call asks for.
      watcher.close();
      changed();
    });
    return () => watcher.close();
  } catch (error) {
    if (UNWATCHABLE.has(codeOf(error))) return () => {};
    throw error;
  }
}

// ---------------------------------------------------------------------------
// owner
// ---------------------------------------------------------------------------

const owner: OwnerPort = { self: identity, provenDead };

function identity(): OwnerIdentity {
  return {
    pid: process.pid,
    startTime: processStatus(process.pid)?.startTime ?? "",
    bootId: told(() => fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    pidNamespace: told(() => fs.readlinkSync("/proc/self/ns/pid")),
    machineId: told(() => fs.readFileSync("/etc/machine-id", "utf8")),
    host: told(hostname),
    runtime: runtime(),
  };
}

function runtime(): string {
  const { bun, deno, node } = process.versions;
  return bun ? `bun ${bun}` : deno ? `deno ${deno}` : `node ${node}`;
}

/** Whether a process is certainly gone: the proof of the claim protocol. When in doubt, false. */
function provenDead(other: OwnerIdentity): boolean {
  const self = identity();
  if (other.bootId !== "" && self.bootId !== "" && other.bootId !== self.bootId) {
    return other.machineId !== "" && other.machineId === self.machineId;
  }
  return isSameSystem(self, other) && isGone(other);
}

/** Whether a pid means the same process to both. */
function isSameSystem(self: OwnerIdentity, other: OwnerIdentity): boolean {
  if (process.platform === "linux") {
    return self.bootId !== "" && self.bootId === other.bootId &&
      self.pidNamespace !== "" && self.pidNamespace === other.pidNamespace;
  }
  return self.host !== "" && self.host === other.host &&
    self.bootId === other.bootId && self.pidNamespace === other.pidNamespace;
}

function isGone({ pid, startTime }: OwnerIdentity): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Only "no such process" is an answer. "Not permitted" says that it lives; the rest, nothing.
    if (codeOf(error) === "ESRCH") return true;
  }
  const now = processStatus(pid);
  if (now === undefined) return false;
  return now.isDefunct || (startTime !== "" && now.startTime !== startTime);
}

interface ProcessStatus {
  /** In ticks since the machine started. */
  readonly startTime: string;
  /** Whether it has ended, and only its parent has not yet asked how. */
  readonly isDefunct: boolean;
}

/** What Linux tells of a process. Nothing elsewhere, and nothing if it may not be asked. */
function processStatus(pid: number): ProcessStatus | undefined {
  const line = told(() => fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  // "pid (name) state parent ...": the name may hold spaces and parentheses, so the last one counts.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  if (!line.includes(")") || state === undefined || !/^\d+$/.test(startTime ?? "")) {
    return undefined;
  }
  return {
    startTime: startTime ?? "",
    // A first thread may end before the others: then there is more than one.
    isDefunct: (state === "Z" || state === "X") && threads(pid) === 1,
  };
}

function threads(pid: number): number {
  return told(() => fs.readdirSync(`/proc/${pid}/task`).join(" ")).split(" ").length;
}

/** A text that the platform may not have or may refuse: then it is empty, which proves nothing. */
function told(ask: () => string): string {
  try {
    return ask().trim();
  } catch {
    return "";
  }
}

// ---------------------------------------------------------------------------
// errors
// ---------------------------------------------------------------------------

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Turns the expected error into a value, and throws every other one. */
function unless<Otherwise>(code: string, otherwise: Otherwise): (error: unknown) => Otherwise {
  return (error) => {
    if (codeOf(error) === code) return otherwise;
    throw error;
  };
}
