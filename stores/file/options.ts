/**
 * The options of a file store, and its limits: each with its unit in its name, checked once.
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import { invariant } from "../../src/invariant.ts";
import type { BlockCodec, ColdTier } from "./archive/cold_tier.ts";
import { FRAME_BODY_BYTES_MAX } from "./format/frame.ts";

/** What an acknowledgement means. */
export type Durability =
  /** The commit is flushed, and nobody else has taken over the store. Survives a power cut. */
  | "sync"
  /** The commit is written; it is flushed at most `flushMs` later. Survives the process being killed. */
  | "os"
  /** The commit is queued; written and flushed likewise. Survives nothing. */
  | "none";

/** How a store is opened. */
export type OpenMode =
  /** For writing; made if it is not there. */
  | "create"
  /** For writing; it must be there. */
  | "existing"
  /** For reading, beside a writer in another process or without one. Writes nothing. */
  | "readOnly"
  /** For reading what is sound before the first damage, of a store that does not open otherwise. */
  | "salvage";

/** What a store with archived segments is read with. */
export interface ColdOptions {
  /** Where archived segments are. */
  readonly cold?: ColdTier;
  /**
   * How archives may be compressed: new ones are as the first says, older ones as they say. Deflate
   * if left out.
   */
  readonly codecs?: ReadonlyArray<BlockCodec>;
}

/** What a caller may choose. Everything has a default. */
export interface FileStoreOptions extends ColdOptions {
  /** `"create"` if left out. */
  readonly mode?: OpenMode;
  /** `"sync"` if left out. */
  readonly durability?: Durability;
  /**
   * Whether a new store gets a chain of SHA-256 through its segments, which tells when history was
   * rewritten: `"sha256"` if left out. A store stays as it was made.
   */
  readonly chain?: "sha256" | "none";
  /** When a segment is full, in bytes: 64 MiB if left out, at most 31 GiB. */
  readonly segmentBytesMax?: number;
  /** The greatest commit, in bytes of its body: 16 MiB if left out, at most 256 MiB. */
  readonly commitBytesMax?: number;
  /** How many terms a segment may have before the next one begins: 250,000 if left out. */
  readonly activeTermsMax?: number;
  /** How much may wait to be written, in bytes, before appends wait themselves: 64 MiB if left out. */
  readonly appendQueueBytesMax?: number;
  /** How much is written and flushed at once, in bytes: 1 MiB if left out. */
  readonly groupBytesMax?: number;
  /** How many commits are flushed at once: 4,096 if left out. */
  readonly groupFramesMax?: number;
  /**
   * Whether the flush of a commit that is alone in its group blocks the event loop until the disk
   * has answered, instead of going through a thread: false if left out. A single caller is answered
   * sooner by what the hand-over takes, and meanwhile nothing else runs in the process: about 0.1 ms
   * on a fast disk, 10 ms and more on a slow one.
   */
  readonly blockingFlush?: boolean;
  /**
   * How much room is written with zeros ahead of the log whenever there is none left, in bytes: 0 if
   * left out. A flush of bytes that need no new room is cheaper on many file systems, because only
   * the data goes to the disk. The active segment, and one that was killed or closed with room left,
   * takes up to so much more of the disk.
   */
  readonly preallocateBytes?: number;
  /** How large an index run may become when runs are merged, in bytes: 2 GiB if left out. */
  readonly runBytesMax?: number;
  /** How many files are held open for reading: 64 if left out. */
  readonly filesOpenMax?: number;
  /** How much of the index is kept in memory, in bytes: 8 MiB if left out. */
  readonly pageCacheBytesMax?: number;
  /** How much of archived segments is kept in memory, in bytes: 64 MiB if left out. */
  readonly coldCacheBytesMax?: number;
  /** How long what is acknowledged may stay unflushed in the modes `os` and `none`: 100 ms if left out. */
  readonly flushMs?: number;
  /** After which silence of an owner that may be alive another may take over: 15,000 ms if left out. */
  readonly leaseMs?: number;
  /**
   * How long an open waits for the store to become free. If left out, as long as it takes to know:
   * up to the owner's next sign of life, a fifth of its lease, or until the lease has run out.
   */
  readonly lockWaitMs?: number;
  /**
   * How often a reader that follows looks for new commits and new owners when nothing wakes it:
   * 100 ms if left out.
   */
  readonly pollMs?: number;
  /** Told of what happens beside the answers: what was torn, taken over, indexed, or lost. */
  readonly observe?: (happening: Happening) => void;
}

/** What happened in a store. */
export type Happening =
  /** Bytes behind the end of the log, which was never acknowledged, stay outside it. */
  | {
    readonly _tag: "TornTail";
    readonly file: string;
    readonly from: number;
    readonly to: number;
  }
  | { readonly _tag: "SegmentRolled"; readonly file: string }
  | { readonly _tag: "RunWritten"; readonly file: string; readonly bytes: number }
  /** A segment is in the cold tier now, and its own file is not wanted any more. */
  | { readonly _tag: "SegmentArchived"; readonly file: string; readonly archive: string }
  /**
   * A file that is not wanted any more could not be removed. Archiving, dropping or erasing again
   * tries again; of the index, the next run that is written.
   */
  | { readonly _tag: "FileKept"; readonly file: string; readonly cause: unknown }
  /** The index of a segment could not be written; its terms stay in memory. */
  | { readonly _tag: "RunFailed"; readonly file: string; readonly cause: unknown }
  /** A run does not hold what was written; it is not used. */
  | { readonly _tag: "RunIgnored"; readonly file: string; readonly why: string }
  /** Acknowledged in the modes `os` or `none`, and lost: all after this position. */
  | { readonly _tag: "Lost"; readonly after: number; readonly cause: unknown }
  /** The watermark could not be flushed after an idle second; it is tried again after the next. */
  | { readonly _tag: "WatermarkUnflushed"; readonly cause: unknown }
  /** The log is damaged here; a salvaging reader reads up to it. */
  | { readonly _tag: "Damaged"; readonly fault: Corrupt }
  /** Another owner has taken over the store. */
  | { readonly _tag: "Fenced"; readonly epoch: number };

/** The options with their defaults. */
export type Settings =
  & Required<
    Omit<FileStoreOptions, "observe" | "segmentBytesMax" | "lockWaitMs" | "cold" | "codecs">
  >
  & {
    readonly observe: (happening: Happening) => void;
    /** None: as the store was made. */
    readonly segmentBytesMax: number | undefined;
    readonly lockWaitMs: number | undefined;
    readonly cold: ColdTier | undefined;
    readonly codecs: ReadonlyArray<BlockCodec> | undefined;
  };

const MIB = 2 ** 20;

/** The segment size of a new store, in bytes. */
export const SEGMENT_BYTES_DEFAULT: number = 64 * MIB;
const SEGMENT_BYTES_MIN = 1024;
const SEGMENT_BYTES_HARD: number = 31 * 2 ** 30;

/** Fills in the defaults. A limit out of its bounds is a defect of the program. */
export function settingsOf(options: FileStoreOptions): Settings {
  const settings: Settings = {
    mode: options.mode ?? "create",
    durability: options.durability ?? "sync",
    chain: options.chain ?? "sha256",
    segmentBytesMax: options.segmentBytesMax,
    commitBytesMax: options.commitBytesMax ?? 16 * MIB,
    activeTermsMax: options.activeTermsMax ?? 250_000,
    appendQueueBytesMax: options.appendQueueBytesMax ?? 64 * MIB,
    groupBytesMax: options.groupBytesMax ?? MIB,
    groupFramesMax: options.groupFramesMax ?? 4096,
    blockingFlush: options.blockingFlush ?? false,
    preallocateBytes: options.preallocateBytes ?? 0,
    runBytesMax: options.runBytesMax ?? 2048 * MIB,
    filesOpenMax: options.filesOpenMax ?? 64,
    pageCacheBytesMax: options.pageCacheBytesMax ?? 8 * MIB,
    cold: options.cold,
    codecs: options.codecs,
    coldCacheBytesMax: options.coldCacheBytesMax ?? 64 * MIB,
    flushMs: options.flushMs ?? 100,
    leaseMs: options.leaseMs ?? 15_000,
    lockWaitMs: options.lockWaitMs,
    pollMs: options.pollMs ?? 100,
    observe: options.observe ?? (() => undefined),
  };
  const segmentBytes = settings.segmentBytesMax ?? SEGMENT_BYTES_DEFAULT;
  within("segmentBytesMax", segmentBytes, SEGMENT_BYTES_MIN, SEGMENT_BYTES_HARD);
  within("commitBytesMax", settings.commitBytesMax, 1, FRAME_BODY_BYTES_MAX);
  within("activeTermsMax", settings.activeTermsMax, 1, 2 ** 24);
  within("appendQueueBytesMax", settings.appendQueueBytesMax, 1, 2 ** 32);
  within("groupBytesMax", settings.groupBytesMax, 1, 2 ** 30);
  within("groupFramesMax", settings.groupFramesMax, 1, 2 ** 20);
  within("preallocateBytes", settings.preallocateBytes, 0, 2 ** 30);
  within("runBytesMax", settings.runBytesMax, 64 * 1024, 4095 * MIB);
  within("filesOpenMax", settings.filesOpenMax, 1, 2 ** 16);
  within("pageCacheBytesMax", settings.pageCacheBytesMax, 64 * 1024, 2 ** 32);
  within("coldCacheBytesMax", settings.coldCacheBytesMax, 0, 2 ** 32);
  invariant(settings.codecs?.length !== 0, "the option codecs is empty; give one codec at least");
  within("flushMs", settings.flushMs, 0, 60_000);
  within("leaseMs", settings.leaseMs, 50, 2 ** 31);
  within("lockWaitMs", settings.lockWaitMs ?? 0, 0, 2 ** 31);
  within("pollMs", settings.pollMs, 1, 60_000);
  return settings;
}

/** The same options and no others. */
export function coldOptions({ cold, codecs }: ColdOptions): ColdOptions {
  return { ...(cold && { cold }), ...(codecs && { codecs }) };
}

function within(name: string, value: number, least: number, greatest: number): void {
  invariant(
    Number.isSafeInteger(value) && value >= least && value <= greatest,
    `the option ${name} is ${value}; give a whole number from ${least} to ${greatest}`,
  );
}
