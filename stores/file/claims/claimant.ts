/**
 * Claiming the right to write, keeping it alive, and giving it back: what `claim.ts` decides, done
 * to a storage.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { OpenFailed, StoreLocked } from "../../../src/fault.ts";
import {
  type ClaimFile,
  describeOwner,
  greatest,
  isFinished,
  isNewest,
  isSilent,
  type JudgedClaim,
  look,
  LOOKS_MIN,
  nextEpoch,
  type Sighting,
} from "./claim.ts";
import { claimEpochs, claimName, readClaim, readMarksAmong } from "./claim_reader.ts";
import { type Claim, createClaim, type Keeping } from "./held_claim.ts";
import { fail } from "../attempt.ts";
import { isBackup } from "../backup_mark.ts";
import { epochIn } from "../format/layout.ts";
import type { StoragePort } from "../storage.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

export interface ClaimOptions extends Keeping {
  /**
   * How long to wait for an owner to go. Without it, as long as it takes to know: up to the first
   * sign of its life (a fifth of its lease, if it lives), or until its lease has run out. 0 does not
   * wait at all: then only an owner that is finished makes room.
   */
  readonly lockWaitMs?: number | undefined;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Claims the next epoch. `StoreLocked` if the owner of the newest claim is not finished and shows,
 * or may show, a sign of life; a second claim in the same process is refused like any other.
 */
export async function acquireClaim(
  storage: StoragePort,
  options: ClaimOptions,
): Promise<E.Either<StoreLocked | OpenFailed, Claim>> {
  try {
    return await acquire(storage, options);
  } catch (cause) {
    return E.left({ _tag: "OpenFailed", stored: "no", cause });
  }
}

/**
 * Claims the store and does something with it. If that throws, the claim is given back; if not, it
 * is still held. A mark of failure is not released away.
 */
export async function underClaim<Value>(
  storage: StoragePort,
  options: ClaimOptions,
  use: (claim: Claim) => Promise<Value>,
): Promise<Value> {
  const claimed = await acquireClaim(storage, options);
  if (E.isLeft(claimed)) return fail(claimed.left);
  let hasFailed = false;
  const claim: Claim = {
    ...claimed.right,
    fail: async (mark) => {
      hasFailed = true;
      await claimed.right.fail(mark);
    },
  };
  try {
    return await use(claim);
  } catch (thrown) {
    // What is told is what went wrong first.
    if (!hasFailed) await Promise.allSettled([claim.release()]);
    await Promise.allSettled([claim.close()]);
    throw thrown;
  }
}

async function acquire(
  storage: StoragePort,
  options: ClaimOptions,
): Promise<E.Either<StoreLocked, Claim>> {
  const { clock } = storage;
  const started = clock.monotonic();
  const deadline = options.lockWaitMs === undefined ? undefined : started + options.lockWaitMs;
  for (;;) {
    const names = await storage.list();
    if (isBackup(names)) throw new Error(`${storage.place} is a backup; restore it elsewhere`);
    const newest = greatest(claimEpochs(names));
    const epoch = nextEpoch(names.map(epochIn));
    const owner = newest === 0 ? "finished" : await watch(storage, newest, options, deadline);
    if (owner === "superseded") continue;
    // An owner that is only presumed dead looks for the very next claim, so that one has to be ours.
    if (typeof owner === "object" && (!owner.isSilent || epoch !== newest + 1)) {
      const describedOwner = describeOwner(owner.file, clock.now());
      return E.left({ _tag: "StoreLocked", stored: "no", owner: describedOwner });
    }
    const created = await createClaim(storage, epoch, options);
    if (created === "exists") continue;
    try {
      // The first list may be old, and the claim one that was removed long ago: only a list that
      // was taken after the claim stands tells whether it is the newest.
      const standing = await storage.list();
      if (isNewest(epoch, claimEpochs(standing))) {
        const others = await readOthers(storage, standing, epoch);
        return E.right({ ...created, names: standing, others });
      }
    } catch (cause) {
      // The first failure is the one to tell. If the release fails too, the lease runs out.
      await created.release().catch(() => {});
      await created.close();
      throw cause;
    }
    // Released but left where it is: a paused writer may look for exactly this file.
    await created.release();
    await created.close();
  }
}

// ---------------------------------------------------------------------------
// looking at others
// ---------------------------------------------------------------------------

/** What is known of an owner that is not finished. */
interface Unfinished {
  readonly file: ClaimFile;
  /** Whether its lease has run out. */
  readonly isSilent: boolean;
}

/** Looks at the newest claim until it is known whether its owner makes room, or time is up. */
async function watch(
  storage: StoragePort,
  epoch: number,
  options: ClaimOptions,
  deadline: number | undefined,
): Promise<"finished" | "superseded" | Unfinished> {
  const { clock } = storage;
  let seen: Sighting | undefined;
  for (;;) {
    const file = await readClaim(storage, epoch);
    if (file === "missing" || await storage.exists(claimName(epoch + 1))) return "superseded";
    if (await isOver(storage, file)) return "finished";
    // A claim that is not written yet is one whose counter does not move.
    const leaseMs = file.record?.leaseMs ?? options.leaseMs;
    seen = look(seen, file, clock.monotonic(), leaseMs);
    if (isSilent(seen, leaseMs)) return { file, isSilent: true };
    const left = deadline === undefined ? Infinity : deadline - clock.monotonic();
    if (left <= 0 || (deadline === undefined && seen.hasMoved)) return { file, isSilent: false };
    // Twice as often as needed, because a look that comes late counts for less.
    await pause(storage, Math.min(left, leaseMs / (2 * LOOKS_MIN)));
  }
}

/** Whether an owner is finished. Where the platform itself keeps others away, each one is. */
async function isOver(storage: StoragePort, file: ClaimFile): Promise<boolean> {
  if (storage.capabilities.lock !== "claims") return true;
  const isDead = file.record !== undefined && await storage.owner.provenDead(file.record.owner);
  return isFinished(file, isDead);
}

async function readOthers(
  storage: StoragePort,
  names: ReadonlyArray<string>,
  own: number,
): Promise<ReadonlyArray<JudgedClaim>> {
  const judged: Array<JudgedClaim> = [];
  const others = names.filter((name) => name !== claimName(own));
  for (const file of await readMarksAmong(storage, others)) {
    judged.push({ ...file, isFinished: await isOver(storage, file) });
  }
  return judged;
}

// ---------------------------------------------------------------------------
// time
// ---------------------------------------------------------------------------

function pause({ clock }: StoragePort, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.wake(ms, resolve);
  });
}
