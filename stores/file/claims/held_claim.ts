/**
 * A claim of our own: written once, kept alive by a heartbeat, given back.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import {
  type ClaimRecord,
  type JudgedClaim,
  type Mark,
  type MarkState,
  nothingFlushed,
} from "./claim.ts";
import { encodeClaimFile, encodeWatermark, watermarkOffset } from "./claim_bytes.ts";
import { claimName } from "./claim_reader.ts";
import type { AppendFile, Awaitable, StoragePort } from "../storage.ts";
import { takingTurns } from "../turns.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The right to write, until a newer claim takes it. */
export interface Claim {
  readonly epoch: number;
  /** The names of all files, listed when this claim stood. */
  readonly names: ReadonlyArray<string>;
  /** The other claims, oldest first, as they were when this one stood. */
  readonly others: ReadonlyArray<JudgedClaim>;
  /**
   * Whether the claim still counts. Asked after each flush and before anything is acknowledged or
   * published. Throws if the storage does not answer, and then it is not known.
   */
  readonly fenced: () => Awaitable<"held" | "fenced">;
  /** Tells other processes what is flushed, after a fence check. Not flushed itself. */
  readonly publish: (mark: Mark) => Awaitable<void>;
  /** Flushes what was published last. */
  readonly sync: () => Promise<void>;
  /**
   * Marks that a segment ends at its last flushed offset for good, and flushes the mark. Segment 0
   * says that a flush failed before there was one. A writer that does not go on after that closes
   * the claim and does not release it: a release would take the mark's place.
   */
  readonly fail: (mark: Mark) => Promise<void>;
  /** Gives the right back, and flushes that: nothing may be written after it. */
  readonly release: (mark?: Mark) => Promise<void>;
  /** Removes old claims, and gives those that could not be removed yet. */
  readonly removeOld: (epochs: ReadonlyArray<number>) => Promise<ReadonlyArray<number>>;
  /** Ends the heartbeat and closes the file. Closing twice is fine. */
  readonly close: () => Promise<void>;
}

/** Everything of a claim but what was found beside it. */
export type OwnClaim = Omit<Claim, "names" | "others">;

/** How a claim is kept. */
export interface Keeping {
  /** How long the own heartbeat may stand still before others may take it for dead. */
  readonly leaseMs: number;
  /** Told when a heartbeat could not be written. It is tried again at its next time. */
  readonly heartbeatFailed?: (cause: unknown) => void;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Creates, writes and flushes a claim with its name, so that no power cut frees its epoch. */
export async function createClaim(
  storage: StoragePort,
  epoch: number,
  keeping: Keeping,
): Promise<OwnClaim | "exists"> {
  const owner = await storage.owner.self();
  const file = await storage.create(claimName(epoch));
  if (file === "exists") return "exists";
  const record = { epoch, owner, leaseMs: keeping.leaseMs, token: storage.random(16) };
  const first = { ...nothingFlushed, state: "running", counter: 1, time: now(storage) } as const;
  try {
    await writeAll(file, 0, encodeClaimFile(record, first));
    await file.datasync();
    await storage.syncDirectory();
  } catch (cause) {
    await file.close();
    throw cause;
  }
  return ownClaim(storage, file, record, keeping);
}

function ownClaim(
  storage: StoragePort,
  file: AppendFile,
  { epoch, leaseMs }: ClaimRecord,
  { heartbeatFailed }: Keeping,
): OwnClaim {
  const isShared = storage.capabilities.lock === "claims";
  const own = claimName(epoch);
  const successor = claimName(epoch + 1);
  const turns = takingTurns();
  let last: { readonly state: MarkState; readonly mark: Mark } = {
    state: "running",
    mark: nothingFlushed,
  };
  let counter = 1;
  /** Where the mark stands that says a segment ends for good. */
  let failedAt: number | undefined;
  let isEnded = false;
  let stopHeartbeat = (): void => {};

  /**
   * Overwrites the older copy with what is to be said by then. Heartbeats are not flushed, and a
   * power cut may tear both copies: they leave a flushed mark of a failure alone, which must stay.
   */
  const write = (how: "stays" | "goes" = "goes"): Awaitable<void> =>
    turns.take(() => {
      counter++;
      if (how === "stays") failedAt = watermarkOffset(counter);
      else if (last.state === "failed" && watermarkOffset(counter) === failedAt) counter++;
      const watermark = { ...last.mark, state: last.state, counter, time: now(storage) };
      return writeAll(file, watermarkOffset(counter), encodeWatermark(epoch, watermark));
    });
  const say = (state: MarkState, mark: Mark): void => {
    invariant(!isEnded, `the claim of epoch ${epoch} is used after it was released or closed`);
    last = { state, mark };
  };
  const sync = async (): Promise<void> => {
    // Where nobody else reads marks, the last one waits in memory for this moment.
    await (isShared ? turns.take(() => {}) : write());
    await file.datasync();
  };
  const beat = (): void => {
    stopHeartbeat = storage.clock.after(leaseMs / 5, async () => {
      try {
        await write();
      } catch (cause) {
        heartbeatFailed?.(cause);
      }
      if (!isEnded) beat();
    });
  };
  if (isShared) beat();

  return {
    epoch,
    fenced: () => isShared ? fenced(storage, own, successor) : "held",
    publish: (mark) => {
      say("running", mark);
      return isShared ? write() : undefined;
    },
    sync,
    fail: async (mark) => {
      say("failed", mark);
      try {
        await write("stays");
        await file.datasync();
      } catch (cause) {
        // Unflushed, too, it is there until the machine starts again: as long as the page cache may
        // show what is not on the disk.
        await write("stays");
        throw cause;
      }
    },
    release: async (mark = last.mark) => {
      say("released", mark);
      isEnded = true;
      stopHeartbeat();
      await write();
      await file.datasync();
    },
    removeOld: (epochs) => removeOld(storage, epochs),
    close: async () => {
      isEnded = true;
      stopHeartbeat();
      await turns.take(() => {});
      await file.close();
    },
  };
}

// ---------------------------------------------------------------------------
// what a claim does
// ---------------------------------------------------------------------------

/**
 * The successor first, then the own claim: in the other order a directory could vanish in between.
 * The second look is what notices a directory that was removed, renamed or replaced.
 */
function fenced(
  storage: StoragePort,
  own: string,
  successor: string,
): Awaitable<"held" | "fenced"> {
  const look = (isFollowed: boolean): Awaitable<"held" | "fenced"> => {
    if (isFollowed) return "fenced";
    const isThere = storage.exists(own);
    return typeof isThere === "boolean" ? verdict(isThere) : isThere.then(verdict);
  };
  const isFollowed = storage.exists(successor);
  return typeof isFollowed === "boolean" ? look(isFollowed) : isFollowed.then(look);
}

function verdict(isThere: boolean): "held" | "fenced" {
  return isThere ? "held" : "fenced";
}

async function removeOld(
  storage: StoragePort,
  epochs: ReadonlyArray<number>,
): Promise<ReadonlyArray<number>> {
  const left: Array<number> = [];
  for (const epoch of epochs) {
    try {
      await storage.remove(claimName(epoch));
    } catch {
      left.push(epoch); // Held open by a reader, say. The next owner tries again.
    }
  }
  return left;
}

/** Writes all of some bytes, however few are taken at a time. */
function writeAll(file: AppendFile, at: number, bytes: Uint8Array): Awaitable<void> {
  const rest = (count: number): Awaitable<void> => {
    if (count <= 0) {
      throw new Error(
        `Cannot write a claim at ${at}: the storage took none of ${bytes.length} bytes`,
      );
    }
    if (count < bytes.length) return writeAll(file, at + count, bytes.subarray(count));
  };
  const written = file.write(at, bytes);
  return typeof written === "number" ? rest(written) : written.then(rest);
}

/** The wall clock, within what a watermark can hold. */
function now(storage: StoragePort): number {
  return Math.max(0, Math.floor(storage.clock.now()));
}
