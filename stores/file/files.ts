/**
 * Files that are read: opened when they are wanted, a bounded number at a time.
 *
 * @module
 */
import { closeAll } from "./close_all.ts";
import { type Crc32, crc32With } from "./format/checksum.ts";
import type { BodyCrcs } from "./format/frame.ts";
import type { Awaitable, ReadFile, StoragePort } from "./storage.ts";

/** A file of a store, open for reading. */
export interface LentFile extends ReadFile {
  /** Of a segment in which events were erased: the bodies that are not what their headers say. */
  readonly erased?: BodyCrcs | undefined;
}

/** The open files of a store. */
export interface Files {
  /**
   * Lends a file that is open for reading, for as long as `use` runs. A file that is not there is
   * the answer `"missing"`.
   */
  readonly lend: <Value>(
    name: string,
    use: (file: LentFile) => Value | Promise<Value>,
  ) => Promise<Value | "missing">;
  /**
   * Closes a file whose bytes are elsewhere now, once nobody uses it: the next to want it opens
   * anew.
   */
  readonly forget: (name: string) => Promise<void>;
  /** How the checksums of what was read are taken. */
  readonly crc32: Crc32;
  /** Bytes read so far, through this and no other way. */
  readonly bytesRead: () => number;
  readonly reads: () => number;
  /** How often a file was asked for that is not there. */
  readonly misses: () => number;
  readonly close: () => Promise<void>;
}

interface Opened {
  readonly file: Promise<LentFile | "missing">;
  /** The same, once somebody has waited for it and it was there. */
  ready: LentFile | undefined;
  /** How many are using it: only an idle file is closed. */
  users: number;
  /** The last one to use it closes it. */
  isForgotten: boolean;
}

/** Opens files of a storage on demand; of the idle ones the longest unused goes first. */
export function filesOf(
  storage: Pick<StoragePort, "openRead" | "crc32">,
  filesOpenMax: number,
): Files {
  // Maps keep the order of insertion, so that the first one is the longest unused.
  const open = new Map<string, Opened>();
  let bytesRead = 0;
  let reads = 0;
  let misses = 0;
  let isClosed = false;

  const counting = (count: number): number => {
    bytesRead += count;
    return count;
  };

  const counted = (file: LentFile): LentFile => ({
    erased: file.erased,
    size: file.size,
    close: file.close,
    read: (at, into) => {
      reads += 1;
      const answer = file.read(at, into);
      if (typeof answer === "number") return counting(answer);
      return answer.then(counting);
    },
  });

  const start = async (name: string): Promise<LentFile | "missing"> => {
    const file = await storage.openRead(name);
    return file === "missing" ? file : counted(file);
  };

  const drop = async (name: string, opened: Opened): Promise<void> => {
    open.delete(name);
    await shut(opened);
  };

  const shut = async (opened: Opened): Promise<void> => {
    // One that could not be opened has told whoever wanted it.
    const file = await opened.file.catch(() => "missing" as const);
    if (file !== "missing") await file.close();
  };

  const shrink = async (): Promise<void> => {
    for (const [name, opened] of open) {
      if (open.size <= filesOpenMax) return;
      if (opened.users === 0) await drop(name, opened);
    }
  };

  const forget = async (name: string): Promise<void> => {
    const opened = open.get(name);
    if (!opened) return;
    opened.isForgotten = true;
    open.delete(name);
    if (opened.users === 0) await shut(opened);
  };

  return {
    lend: async (name, use) => {
      const opened = open.get(name) ??
        { file: start(name), ready: undefined, users: 0, isForgotten: isClosed };
      opened.users += 1;
      open.delete(name);
      if (!isClosed) open.set(name, opened);
      try {
        const file = opened.ready ?? await opened.file;
        if (file === "missing") {
          misses += 1;
          return file;
        }
        opened.ready = file;
        return await use(file);
      } finally {
        opened.users -= 1;
        // What is missing, or could not be opened, is asked for again next time.
        if (!opened.ready && open.get(name) === opened) open.delete(name);
        if (opened.isForgotten && opened.users === 0) await shut(opened);
        if (open.size > filesOpenMax) await shrink();
      }
    },
    forget,
    crc32: crc32With(storage.crc32),
    bytesRead: () => bytesRead,
    reads: () => reads,
    misses: () => misses,
    close: async () => {
      isClosed = true;
      // Who still reads, from a slow cold tier perhaps, closes the file when that is done.
      await closeAll([...open.keys()].map((name) => () => forget(name)));
    },
  };
}

/** Reads from an offset until the buffer is full or the file ends; gives how much was read. */
export function readFully(file: ReadFile, at: number, into: Uint8Array): Awaitable<number> {
  if (into.length === 0) return 0;
  const answer = file.read(at, into);
  // The usual small read costs no turn if the storage answers it whole and at once.
  return answer === into.length ? answer : readOn(file, at, into, answer);
}

async function readOn(
  file: ReadFile,
  at: number,
  into: Uint8Array,
  first: Awaitable<number>,
): Promise<number> {
  let done = await first;
  if (done === 0) return 0;
  while (done < into.length) {
    const answer = file.read(at + done, into.subarray(done));
    const count = typeof answer === "number" ? answer : await answer;
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Reads a part of a file: fewer bytes at its end. */
export function readPart(file: ReadFile, at: number, size: number): Awaitable<Uint8Array> {
  const bytes = new Uint8Array(size);
  const read = readFully(file, at, bytes);
  return read === size ? bytes : upTo(bytes, read);
}

async function upTo(bytes: Uint8Array, read: Awaitable<number>): Promise<Uint8Array> {
  return bytes.subarray(0, await read);
}
