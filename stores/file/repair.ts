/**
 * Repairing a store: gives a damaged log an end that a person has chosen, and removes nothing.
 *
 * It is the move by which every writer leaves a torn tail outside the log: claim an epoch, and begin
 * a segment whose header says where the log before it ends. What is different is that a person has
 * chosen the place, and that what lies behind it may have been acknowledged; so it is never done
 * by an open, and the segment's header says that a repair has made it.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { OpenFault, ReadFault, RepairFault, RepairRefused } from "../../src/fault.ts";
import { attempt, fail } from "./attempt.ts";
import { readMarks } from "./claims/claim_reader.ts";
import { underClaim } from "./claims/claimant.ts";
import type { Claim } from "./claims/held_claim.ts";
import { type DamagedSurvey, surveyDamaged } from "./damaged_survey.ts";
import { type Files, filesOf } from "./files.ts";
import { segmentName } from "./format/layout.ts";
import { scanStart, SEGMENT_FLAG_REPAIR, SEGMENT_HEADER_BYTES } from "./format/segment.ts";
import { loadLast, logOf, pointOf, unindexed } from "./load_log.ts";
import type { Log } from "./log.ts";
import { newestManifest } from "./newest_manifest.ts";
import { type Manifest, throughSegment } from "./format/manifest.ts";
import type { LongWork } from "./long_work.ts";
import { baseOf, failMissing, isStore, openFlushed, pin, publishOpened } from "./opening.ts";
import { type ColdOptions, coldOptions, type FileStoreOptions, settingsOf } from "./options.ts";
import { type Places, placesOf } from "./places.ts";
import {
  isSamePlan,
  type LogPlace,
  refused,
  type Repair,
  type RepairPlan,
  repairPlan,
} from "./repair_plan.ts";
import { segmentHash } from "./segment_hash.ts";
import { writeIdentity } from "./store_identity.ts";
import type { StoragePort } from "./storage.ts";

// ---------------------------------------------------------------------------
// planning
// ---------------------------------------------------------------------------

/** How to plan a repair. */
export interface RepairOptions extends LongWork, ColdOptions {
  /**
   * Where the log is to end: a segment's number and an offset in bytes at which a commit ends. If
   * left out, the last place to which the log is sound.
   */
  readonly at?: LogPlace;
}

/**
 * Plans a repair, and writes nothing: looks how far the log is sound, and what lies behind that.
 * `explainRepair` says the plan in words. A sound store has nothing to repair.
 *
 * Reads every byte of the log. `RepairRefused` if the log is not sound up to the place that was
 * asked for, or if no commit ends there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, planRepair } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * await run(store.close);
 * assert.equal((await run(planRepair(storage)))._tag, "NothingToRepair");
 * ```
 */
export function planRepair(
  storage: StoragePort,
  options: RepairOptions = {},
): TaskEither<OpenFault | ReadFault | RepairRefused, RepairPlan> {
  return attempt<OpenFault | ReadFault | RepairRefused, RepairPlan>(
    () =>
      withFiles(storage, options, async (files, places) => {
        if (!isStore(await storage.list())) return failMissing(storage);
        const claims = await readMarks(storage);
        const { facts } = await surveyDamaged(storage, files, places, claims, options.at, options);
        return planOrFail(facts);
      }),
    (cause) => ({ _tag: "ReadFailed", stored: "no", cause }),
  );
}

function planOrFail(facts: DamagedSurvey["facts"]): RepairPlan {
  const plan = repairPlan(facts);
  return isLeft(plan) ? fail(plan.left) : plan.right;
}

async function withFiles<Value>(
  storage: StoragePort,
  options: ColdOptions,
  use: (files: Files, places: Places) => Promise<Value>,
): Promise<Value> {
  const settings = settingsOf(coldOptions(options));
  const places = placesOf(storage, settings);
  const files = filesOf(places, settings.filesOpenMax);
  try {
    return await use(files, places);
  } finally {
    await files.close();
  }
}

// ---------------------------------------------------------------------------
// carrying it out
// ---------------------------------------------------------------------------

/** How to carry out a repair. What is left out is as when a store is opened. */
export type RepairingOptions =
  & LongWork
  & ColdOptions
  & Pick<FileStoreOptions, "leaseMs" | "lockWaitMs">;

/**
 * Carries out a repair that was planned. It claims the store like a writer, so `StoreLocked` if
 * somebody may write to it; and it looks again: `RepairRefused` if the store is not as it was when
 * the repair was planned.
 *
 * Afterwards the store opens, and goes on behind the place. What lies outside the log stays in its
 * files and can be had by opening a copy from before the repair in the mode `salvage`; `verifyStore`
 * tells of it. Bookmarks of what is not in the log any more are `HistoryDiverged`.
 *
 * @example A repair at a place that a person has chosen
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, planRepair, repairStore } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
 * await run(store.append({ writes: [{ stream: "a", expected: "any", events: [{ event }] }] }));
 * await run(store.close);
 *
 * const plan = await run(planRepair(storage, { at: { segment: 1, offset: 128 } }));
 * assert(plan._tag === "Repair");
 * assert.deepEqual(plan.positions, { from: 1, to: 1 });
 * await run(repairStore(storage, plan));
 *
 * const again = await run(openFileStore(storage));
 * assert.equal(await run(again.head), 0);
 * await run(again.close);
 * ```
 */
export function repairStore(
  storage: StoragePort,
  plan: Repair,
  options: RepairingOptions = {},
): TaskEither<RepairFault, void> {
  const { leaseMs = settingsOf({}).leaseMs, lockWaitMs } = options;
  return attempt<RepairFault, void>(
    () =>
      withFiles(
        storage,
        options,
        (files, places) =>
          underClaim(storage, { leaseMs, lockWaitMs }, async (claim) => {
            const found = await surveyDamaged(
              storage,
              files,
              places,
              claim.others,
              plan.end,
              options,
            );
            failIfChanged(plan, found);
            await beginBehind(storage, files, places, claim, found);
          }),
      ),
    (cause) => ({ _tag: "RepairFailed", stored: "unknown", cause }),
  );
}

function failIfChanged(plan: Repair, { facts }: DamagedSurvey): void {
  const now = planOrFail(facts);
  if (now._tag === "Repair" && isSamePlan(plan, now)) return;
  fail(refused("the store as it was when the repair was planned", "another; plan it again"));
}

/** Begins a segment behind the sound part of a log, and gives the claim back. */
async function beginBehind(
  storage: StoragePort,
  files: Files,
  places: Places,
  claim: Claim,
  found: DamagedSurvey,
): Promise<void> {
  const { headers, state, identity, facts } = found;
  const last = headers.at(-1);
  // Said anew too where no segment vouches that what was said is on the disk.
  if (facts.identity !== "sound" || !last) {
    await writeIdentity(storage, await storage.list(), identity);
  }
  const { base } = baseOf(storage, settingsOf({}), identity, files, places);
  const log = logOf(base, unindexed(headers));
  const name = last && segmentName(last.number, last.epoch);
  // One that is archived is as durable as its tier.
  if (name !== undefined && await storage.exists(name)) {
    await (await openFlushed(storage, claim, name)).close();
  }
  const manifest = found.manifestBehind ?? await manifestUpTo(log, found);
  log.manifest = throughSegment(manifest, last?.number ?? 0);
  const before = last && state && {
    epoch: last.epoch,
    point: pointOf(last.number, state),
    hash: segmentHash(log, segmentName(last.number, last.epoch), last.chain),
  };
  const tail = await pin(log, claim, before, SEGMENT_FLAG_REPAIR);
  await tail.file.close();
  await publishOpened(log, claim, tail);
  await claim.release();
  await claim.close();
}

/** The newest manifest in the sound part: the newest segment that has frames begins with one. */
async function manifestUpTo(log: Log, { headers, state }: DamagedSurvey): Promise<Manifest> {
  for (let at = headers.length - 1; at >= 0; at--) {
    const end = headers[at + 1]?.previous?.offset ?? state?.offset ?? 0;
    await loadLast(log, headers[at]!, scanStart(headers[at]!), end);
    if (end > SEGMENT_HEADER_BYTES) break;
  }
  return await newestManifest(log);
}
