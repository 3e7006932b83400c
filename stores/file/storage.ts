/**
 * The storage port: all that the log engine asks of a platform. Types only.
 *
 * A storage is one flat place of files. The engine never renames, truncates or overwrites a byte of
 * a log; it asks for exclusive creation, positioned writes, flushes and removal, and no more, so
 * that a disk, a browser's private file system or rows of a database can each be a storage.
 *
 * What is expected (a name that is taken, a file that is not there) is a value. What is not (a full
 * disk, a broken device) is thrown or rejected, and the engine turns it into a fault. A result may
 * come at once or as a promise: a storage that answers at once spares the engine a turn of the
 * event loop for each small read.
 *
 * @module
 */

/** A result that may come at once. */
export type Awaitable<Value> = Value | Promise<Value>;

/** A place where a store can live. */
export interface StoragePort {
  /** Where it is, for messages. */
  readonly place: string;
  readonly capabilities: Capabilities;
  /** Makes the place if it is not there. Called once, before a store is created in it. */
  readonly prepare: () => Awaitable<void>;
  /** Every name in the place, in any order. None if the place is not there. */
  readonly list: () => Awaitable<ReadonlyArray<string>>;
  /** Creates a file for writing, exclusively. */
  readonly create: (name: string) => Awaitable<AppendFile | "exists">;
  /** Opens a file that exists for positioned writes. */
  readonly openAppend: (name: string) => Awaitable<AppendFile | "missing">;
  readonly openRead: (name: string) => Awaitable<ReadFile | "missing">;
  /** Removes a file. One that is not there is fine; one that is held open elsewhere may throw. */
  readonly remove: (name: string) => Awaitable<void>;
  /** Makes creations and removals of names survive a power cut. */
  readonly syncDirectory: () => Awaitable<void>;
  readonly exists: (name: string) => Awaitable<boolean>;
  /** Calls back, at some time, after a file has changed; gives the function that ends it. */
  readonly watch?: (name: string, changed: () => void) => () => void;
  readonly clock: Clock;
  /** So many random bytes. */
  readonly random: (count: number) => Uint8Array;
  /** Begins a SHA-256. The engine has no hash of its own: a platform's is many times as fast. */
  readonly sha256: () => Sha256;
  /** The platform's CRC-32, for what is long; without it the engine's own is taken for all. */
  readonly crc32?: PlatformCrc32 | undefined;
  readonly owner: OwnerPort;
}

/** A SHA-256 of bytes that come part by part. */
export interface Sha256 {
  /** Takes in more bytes, at once: they may be changed afterwards. */
  readonly update: (bytes: Uint8Array) => void;
  /** The hash of all bytes so far, 32 bytes. More may follow. */
  readonly digest: () => Uint8Array;
}

/** A platform's CRC-32 (IEEE 802.3, the one of zlib). */
export interface PlatformCrc32 {
  /** The CRC of bytes, going on from that of what is before them; 0 if nothing is. */
  readonly of: (bytes: Uint8Array, seed: number) => number;
  /** How many bytes it takes until a call pays. */
  readonly bytesMin: number;
}

/** What a storage can promise. */
export interface Capabilities {
  /**
   * How far a flush goes: to the medium (`"full"`), to a device cache that a power cut may lose
   * (`"device-cache"`), in order but perhaps not yet (`"barrier"`), to a host that has its own
   * rules (`"host"`), nowhere (`"none"`).
   */
  readonly durable: "full" | "device-cache" | "barrier" | "host" | "none";
  /** What keeps a second writer away: claim files, an exclusive handle, or the platform itself. */
  readonly lock: "claims" | "exclusive-handle" | "platform";
}

/** A file that is written at known places. */
export interface AppendFile {
  /** Writes bytes at an offset and gives how many were written, which may be fewer. */
  readonly write: (at: number, bytes: Uint8Array) => Awaitable<number>;
  /**
   * Flushes the data, and what is needed to find it again. A caller that lets it block would wait
   * for it anyway: the storage may then keep the thread as long as it takes.
   */
  readonly datasync: (mayBlock?: boolean) => Awaitable<void>;
  readonly close: () => Awaitable<void>;
}

/** A file that is read at any place. */
export interface ReadFile {
  /** Its size in bytes, now. */
  readonly size: () => Awaitable<number>;
  /** Reads bytes from an offset and gives how many were read: fewer at the end, 0 behind it. */
  readonly read: (at: number, into: Uint8Array) => Awaitable<number>;
  readonly close: () => Awaitable<void>;
}

/** Time, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since 1970, by the wall. May jump. */
  readonly now: () => number;
  /** Milliseconds since some moment, never going back. */
  readonly monotonic: () => number;
  /** Calls back once after so many milliseconds; gives the function that prevents it. Does not keep a process alive. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** Like `after`, for what a caller awaits: the process stays alive until then. */
  readonly wake: (ms: number, call: () => void) => () => void;
}

/** Who a process is, and whether another one still lives. */
export interface OwnerPort {
  readonly self: () => Awaitable<OwnerIdentity>;
  /** Whether it is certain that the process is gone. When in doubt, false. */
  readonly provenDead: (other: OwnerIdentity) => Awaitable<boolean>;
}

/** A process, as far as its platform tells. An empty text or 0 is "not known". */
export interface OwnerIdentity {
  readonly pid: number;
  /** When the process started, in a unit of the platform's own: tells a reused pid. */
  readonly startTime: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly machineId: string;
  readonly host: string;
  readonly runtime: string;
}
