/**
 * Opening: what reading and writing have in common, and opening for writing.
 *
 * A writer claims an epoch first and looks afterwards, so that whatever an earlier writer could
 * still acknowledge is in what it finds. Then the plan says what to do with the last segment.
 *
 * @module
 */
import type { OpenFault } from "../../src/fault.ts";
import { derivedIds } from "./format/derived_id.ts";
import { fail, failCorrupt } from "./attempt.ts";
import { type JudgedClaim, removableClaims } from "./claims/claim.ts";
import { underClaim } from "./claims/claimant.ts";
import { type Files, filesOf } from "./files.ts";
import { readMarks } from "./claims/claim_reader.ts";
import { isFailedFlushHere, nothingFlushed } from "./claims/flush_failed.ts";
import type { Claim } from "./claims/held_claim.ts";
import { type Indexer, indexerOf } from "./runs/indexer.ts";
import { knownNames } from "./format/known_names.ts";
import { parseName, segmentName } from "./format/layout.ts";
import { checkFiles, loadLast, loadMore, type LogBase, logOf, pointOf } from "./load_log.ts";
import type { Log, LogPoint, MemorySegment } from "./log.ts";
import type { Step } from "./long_work.ts";
import type { Settings } from "./options.ts";
import { manifestFrame, newSegment } from "./append/plan.ts";
import {
  type EpochMark,
  markedEnd,
  marksOf,
  missingSegment,
  planRecovery,
  standing,
} from "./recovery.ts";
import { manifestBefore, newestManifest } from "./newest_manifest.ts";
import { type Places, placesOf } from "./places.ts";
import { runOpener } from "./runs/run_opener.ts";
import { lookBehindEnd, type ScanEnd } from "./scan.ts";
import {
  scanStart,
  type ScanState,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./format/segment.ts";
import { type SegmentHash, segmentHash } from "./segment_hash.ts";
import type { AppendFile, StoragePort } from "./storage.ts";
import type { StoreIdentity } from "./format/store_file.ts";
import { beginIdentity, readIdentity, withIdentity } from "./store_identity.ts";
import { type OpenRun, type Survey, survey } from "./survey.ts";
import { fillGaps, type Reindexing, stepsOver } from "./runs/fill_gaps.ts";
import { createSegment, type Tail, tailAt } from "./append/tail.ts";
import { termHasher } from "./runs/term_hash.ts";
import { fencedOut, markOf } from "./append/append_outcome.ts";

/** A log that is open for writing, before anything is written. */
export interface OpenedForWriting {
  readonly log: Log;
  readonly claim: Claim;
  readonly tail: Tail;
  /** At work on what has no index run yet. */
  readonly indexer: Indexer;
}

/** The part of a log that is there before its files are surveyed. */
export function baseOf(
  storage: StoragePort,
  settings: Settings,
  identity: StoreIdentity,
  files: Files,
  places: Places,
): { readonly base: LogBase; readonly openRun: OpenRun } {
  const hasher = termHasher(identity.hashKey);
  const ids = derivedIds(identity.storeId);
  const base = {
    storage,
    settings,
    identity,
    hasher,
    derivedIds: ids,
    names: knownNames(),
    files,
    places,
    generation: 0,
  };
  return { base, openRun: runOpener(files, settings, hasher) };
}

/** Whether there is a store, going by the names of its files. */
export function isStore(names: ReadonlyArray<string>): boolean {
  return names.some((name) => {
    const kind = parseName(name)?.kind;
    return kind === "store" || kind === "segment";
  });
}

/**
 * Opens a store for writing. Faults are thrown. With `reindexing` no index run that is found is
 * believed: all are made again.
 */
export async function openForWriting(
  storage: StoragePort,
  settings: Settings,
  reindexing?: Reindexing,
): Promise<OpenedForWriting> {
  const places = placesOf(storage, settings);
  const files = filesOf(places, settings.filesOpenMax);
  if (settings.mode === "create") await storage.prepare();
  const names = await storage.list();
  if (settings.mode !== "create" && !isStore(names)) failMissing(storage);
  const { leaseMs, lockWaitMs } = settings;
  try {
    // A newer format is told before a claim is put beside it.
    await readIdentity(storage, files, names);
    return await underClaim(
      storage,
      { leaseMs, lockWaitMs },
      (claim) => openClaimed(storage, settings, files, places, claim, reindexing),
    );
  } catch (thrown) {
    await files.close();
    throw thrown;
  }
}

export function failMissing(storage: StoragePort): never {
  const fault: OpenFault = { _tag: "StoreMissing", stored: "no", place: storage.place };
  return fail(fault);
}

/** Ends a reader of a store that has no segment: it was not begun yet, or all of them are gone. */
export async function failUnbegun(storage: StoragePort): Promise<never> {
  const damage = missingSegment(marksOf(await readMarks(storage)), 1, () => false);
  return damage ? fail(damage) : failMissing(storage);
}

async function openClaimed(
  storage: StoragePort,
  settings: Settings,
  files: Files,
  places: Places,
  claim: Claim,
  reindexing: Reindexing | undefined,
): Promise<OpenedForWriting> {
  const { names } = claim;
  const openingOf = (identity: StoreIdentity): Opening => {
    const { base, openRun } = baseOf(storage, settings, identity, files, places);
    const believed: OpenRun = reindexing ? () => Promise.resolve(undefined) : openRun;
    return { base, openRun, believed, names, claim };
  };
  const surveyed = await withIdentity(storage, files, names, async (identity) => {
    const opening = openingOf(identity);
    const floor = await places.floorAmong(names);
    return { opening, found: await survey(files, names, identity, opening.believed, floor) };
  });
  const found = surveyed === "open" ? undefined : surveyed.found;
  const claims = standing(claim.others, found?.newest);
  if (isFailedFlushHere(claims, await storage.owner.self())) {
    throw new Error(
      "a flush failed when the store was opened, and the machine has not restarted since; " +
        "what reads well may not be on the disk; restart the machine, or believe what reads by a " +
        "repair",
    );
  }
  const opening = surveyed === "open"
    ? openingOf(await beginStore(storage, settings, names, claim))
    : surveyed.opening;
  const { log, ...begun } = found
    ? await begin(opening, found)
    : { log: logOf(opening.base, undefined) };
  const indexer = indexerOf(log, opening.openRun, claim);
  let tail: Tail | undefined;
  try {
    tail = "last" in begun
      ? await openFound(
        opening,
        { log, ...begun },
        indexer,
        await stepsOver(log, begun.found, reindexing),
      )
      : await pin(log, claim, undefined);
    await serve(log, tail, claim);
    indexer.begin(names);
    return { log, tail, claim, indexer };
  } catch (thrown) {
    // Nothing may be written when the claim is given back.
    await indexer.end();
    await Promise.allSettled([tail?.file.close()]);
    throw thrown;
  }
}

/** Tells what is flushed. From then on the log may be read. */
async function serve(log: Log, tail: Tail, claim: Claim): Promise<void> {
  log.flushed = tail.flushed;
  log.readable = tail.flushed;
  await publishOpened(log, claim, tail);
  const own: JudgedClaim = {
    epoch: claim.epoch,
    record: undefined,
    watermark: undefined,
    isFinished: false,
  };
  await claim.removeOld(removableClaims([...claim.others, own]));
}

/** Looks at the claim, and tells the others where the log is flushed to. */
export async function publishOpened(log: Log, claim: Claim, { flushed }: Tail): Promise<void> {
  if (await claim.fenced() === "fenced") throw fencedOut();
  await claim.publish(markOf(log, flushed));
}

/** Says what a store is that has no segment; unless somebody had flushed one. */
async function beginStore(
  storage: StoragePort,
  settings: Settings,
  names: ReadonlyArray<string>,
  claim: Claim,
): Promise<StoreIdentity> {
  const damage = missingSegment(marksOf(claim.others), 1, () => false);
  return damage ? fail(damage) : await beginIdentity(storage, settings, names);
}

/** What a log is opened with. */
interface Opening {
  readonly base: LogBase;
  readonly openRun: OpenRun;
  /** The same, or none at all: then every index run is made again. */
  readonly believed: OpenRun;
  readonly names: ReadonlyArray<string>;
  readonly claim: Claim;
}

/** A log of which the last segment is loaded, so that it is known where the first one is. */
interface Begun {
  readonly log: Log;
  readonly found: Survey;
  readonly floor: number;
  readonly marks: ReadonlyArray<EpochMark>;
  /** The last segment. */
  readonly last: MemorySegment;
  readonly end: ScanEnd;
}

async function begin(opening: Opening, found: Survey, wanted?: number): Promise<Begun> {
  const { base, believed, names, claim } = opening;
  const { newest, covered = scanStart(newest) } = found;
  const marks = marksOf(standing(claim.others, newest));
  const log = logOf(base, found);
  const end = await loadLast(log, newest, covered, markedEnd(marks, newest));
  const [last] = log.memory;
  // Every segment begins with what the log says of itself; a last one without a frame does not yet.
  const { floor } = end.state.lastOffset === 0
    ? await manifestBefore(log, newest)
    : await newestManifest(log);
  const first = [...log.segments.keys()].reduce((one, other) => Math.min(one, other));
  if (floor.segment === first) return { log, found, floor: first, marks, last: last!, end };
  if (wanted === floor.segment) {
    const name = segmentName(newest.number, newest.epoch);
    failCorrupt(name, 0, `the end of a log from segment ${wanted} on`, `one from ${first} on`);
  }
  // A drop that came to no end has left segments, or the names had told too little.
  const kept = await survey(base.files, names, base.identity, believed, floor.segment);
  return await begin(opening, kept!, floor.segment);
}

async function openFound(
  { names, claim }: Opening,
  { log, found, floor, marks, last, end }: Begun,
  indexer: Indexer,
  step: Step,
): Promise<Tail> {
  const { newest } = found;
  const damage = missingSegment(marks, floor, ({ number, epoch }) => {
    const segment = log.segments.get(number);
    return segment ? segment.epoch === epoch : false;
  });
  if (damage) return fail(damage);
  // In the order of the log.
  log.memory = [];
  await fillGaps(log, found, indexer, step);
  log.memory = [...log.memory, last];
  step(end.state.offset);
  log.manifest = await newestManifest(log);
  log.places.follow(() => log.manifest);
  await checkFiles(log, names);
  const tail = await recover(log, claim, newest, end.state);
  // Pinned, the last one is closed too, and wants its run unless one covers it whole.
  if (tail.memory !== last) {
    if (found.covered?.offset === last.segment.end) {
      log.memory = log.memory.filter((memory) => memory !== last);
    } else indexer.closed(last, pointOf(newest.number, end.state));
  }
  return tail;
}

/** Adopts the last segment or pins its end, as the plan says. */
async function recover(
  log: Log,
  claim: Claim,
  newest: SegmentHeader,
  end: ScanState,
): Promise<Tail> {
  const name = segmentName(newest.number, newest.epoch);
  const behind = await lookBehindEnd(log.files, { file: name, salt: newest.salt }, end.offset);
  const facts = { segment: newest, end, behind, claims: claim.others };
  const plan = planRecovery(facts);
  if (plan._tag === "Refuse") {
    // Evidence that came later than the scan may be the work of a writer that has not stopped yet.
    const again = await loadMore(log, newest, end, markedEnd(marksOf(claim.others), newest));
    return again.state.offset > end.offset
      ? recover(log, claim, newest, again.state)
      : fail(plan.fault);
  }
  const memory = log.memory[log.memory.length - 1]!;
  const file = await openFlushed(log.storage, claim, name);
  const point = pointOf(newest.number, end);
  const hash = segmentHash(log, name, newest.chain);
  if (plan._tag === "Adopt") return tailAt(log, memory, newest.salt, file, hash, point);
  await file.close();
  if (plan.torn) log.settings.observe({ _tag: "TornTail", ...plan.torn });
  memory.segment.end = point.offset;
  return await pin(log, claim, { epoch: newest.epoch, point, hash });
}

/** Where a log ends, and the hash of its last segment. */
export interface EndOfLog {
  readonly epoch: number;
  readonly point: LogPoint;
  readonly hash: SegmentHash;
}

/**
 * Opens the last segment of a log, flushed with its name: what a killed process has written may be
 * in the page cache only, and nobody may see it before. If that fails, the claim says so for good.
 */
export async function openFlushed(
  storage: StoragePort,
  claim: Claim,
  name: string,
): Promise<AppendFile> {
  const file = await storage.openAppend(name);
  if (file === "missing") return failCorrupt(name, 0, "a segment of the log", "no such file");
  try {
    await file.datasync();
    await storage.syncDirectory();
  } catch (cause) {
    await file.close();
    await Promise.allSettled([claim.fail(nothingFlushed)]);
    throw cause;
  }
  return file;
}

/** Begins a segment whose header says where the log before it ends. */
export async function pin(
  log: Log,
  claim: Claim,
  before: EndOfLog | undefined,
  flags = 0,
): Promise<Tail> {
  const number = (before?.point.segment ?? 0) + 1;
  const memory = newSegment(log, number, claim.epoch, (before?.point.position ?? 0) + 1);
  const manifest = manifestFrame(log.manifest);
  if (manifest) memory.terms.addManifest(SEGMENT_HEADER_BYTES / 8);
  const created = await createSegment({ log, claim }, memory, {
    hash: before?.hash,
    flags,
    end: before && {
      epoch: before.epoch,
      offset: before.point.offset,
      hcrc: before.point.hcrc,
    },
    manifest,
  });
  if ("_tag" in created) throw created.cause;
  return created;
}
