/**
 * Verifying a store: reads every byte of its log and of its index, and says what is wrong. Writes
 * nothing, and goes on after a problem as far as what is left can be judged.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Corrupt, OpenFault, ReadFault } from "../../src/fault.ts";
import { attempt, corruptIn } from "./attempt.ts";
import { followChain, headerIn, isSameSegment } from "./chain.ts";
import { readMarks } from "./claims/claim_reader.ts";
import { type Files, filesOf } from "./files.ts";
import { parseName, segmentName } from "./format/layout.ts";
import type { Manifest } from "./format/manifest.ts";
import { type LongWork, sizesOf, stepsOf } from "./long_work.ts";
import { failMissing, failUnbegun, isStore } from "./opening.ts";
import { type ColdOptions, coldOptions, settingsOf } from "./options.ts";
import { type Listed, type Places, placesOf } from "./places.ts";
import type { Anchor } from "./format/head.ts";
import { damageToAnchored, segmentAnchored } from "./verify_anchor.ts";
import { type EpochMark, marksOf, missingSegment, standing } from "./recovery.ts";
import { damageInErased } from "./retention/file_hash.ts";
import { isLeftByErasure } from "./retention/removal.ts";
import { scanHashed } from "./hashed_scan.ts";
import type { Passed } from "./scan.ts";
import { judgeEnd, scannedUntil } from "./segment_end.ts";
import type { Hashed } from "./segment_hash.ts";
import { isRepair, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./format/segment.ts";
import type { TornBytes } from "./stats.ts";
import type { StoragePort } from "./storage.ts";
import { readIdentity } from "./store_identity.ts";
import { foundSegments, segmentsIn } from "./survey.ts";
import { termHasher } from "./runs/term_hash.ts";
import { verifyRun } from "./verify_runs.ts";
import { strangeStates } from "./verify_states.ts";

/** How to verify. */
export interface VerifyOptions extends LongWork, ColdOptions {
  /**
   * Whether what is derived is compared with the log: each index run with the run that its segments
   * give, and the bookmark of each saved state with the history. It takes about twice the time, and
   * the memory of the terms of the widest run.
   */
  readonly isDeep?: boolean;
  /** What `storeHead` has given earlier: whether the history up to there is still the same. */
  readonly anchor?: Anchor;
}

/** What verifying has found. A store without a problem holds what was written to it. */
export interface Verification {
  readonly segments: number;
  readonly indexRuns: number;
  readonly bytes: number;
  readonly commits: number;
  readonly records: number;
  /**
   * Whether the history up to the anchor is the one that was anchored: if not, a problem says what
   * is found instead. None if there was no anchor.
   */
  readonly isAnchored: boolean | undefined;
  /** Bytes that are not what was written, or not there. */
  readonly problems: ReadonlyArray<Problem>;
  /** Bytes behind the end of a segment's log that were never acknowledged. No problem. */
  readonly torn: ReadonlyArray<TornBytes>;
  /** Bytes behind the place at which a repair has ended the log. No problem, by a person's choice. */
  readonly outside: ReadonlyArray<TornBytes>;
  /**
   * Segment files that are not in the log: left by a writer that was fenced, by a repair, or by an
   * erasure or a drop that could not remove them. Opening the store for writing, or asking again,
   * removes the last two.
   */
  readonly strays: ReadonlyArray<string>;
  /** Index files that answer nothing: unfinished, replaced, or of a log that ended elsewhere. */
  readonly unused: ReadonlyArray<string>;
}

/** Where something is wrong, and what. */
export type Problem = Pick<Corrupt, "file" | "offset" | "wanted" | "found">;

/**
 * Verifies a store: every frame of every segment against its checksums, its place in the chain and
 * what the writers say that they have flushed; every block of every index run. A writer may be at
 * work meanwhile: what comes behind the verified part is left for another time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, verifyStore } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * await run(store.close);
 * assert.deepEqual((await run(verifyStore(storage))).problems, []);
 * ```
 */
export function verifyStore(
  storage: StoragePort,
  options: VerifyOptions = {},
): TaskEither<OpenFault | ReadFault, Verification> {
  return attempt<OpenFault | ReadFault, Verification>(
    async () => {
      const settings = settingsOf(coldOptions(options));
      const places = placesOf(storage, settings);
      const files = filesOf(places, settings.filesOpenMax);
      try {
        return await verify(storage, files, places, options);
      } finally {
        await files.close();
      }
    },
    (cause) => ({ _tag: "ReadFailed", stored: "no", cause }),
  );
}

/**
 * The names as of one moment, but for those of newer segments. A list that is taken while a writer
 * goes on may leave out a file that is older than another that it names; the list after it has all
 * that were there when the first one ended.
 */
async function settled(storage: StoragePort, places: Places): Promise<Listed> {
  // The newest segment is in the place itself, whatever else is in other files.
  const before = segmentsIn(await storage.list());
  const newest = Math.max(0, ...before.map(({ number }) => number));
  const listed = await places.list();
  const names = listed.names.filter((name) => {
    const file = parseName(name);
    return file?.kind !== "segment" || file.number <= newest;
  });
  return { ...listed, names };
}

interface Found {
  readonly problems: Problem[];
  readonly torn: TornBytes[];
  readonly outside: TornBytes[];
  bytes: number;
  commits: number;
  records: number;
}

async function verify(
  storage: StoragePort,
  files: Files,
  places: Places,
  { isDeep, anchor, ...work }: VerifyOptions,
): Promise<Verification> {
  if (!isStore(await storage.list())) return failMissing(storage);
  // Evidence first: what is read of the log later is at least as far.
  const marks = marksOf(await readMarks(storage));
  const { names, damaged, manifest } = await settled(storage, places);
  const found: Found = { problems: [], torn: [], outside: [], bytes: 0, commits: 0, records: 0 };
  const runNames = names.filter((name) => parseName(name)?.kind === "index");
  let headers: ReadonlyArray<SegmentHeader> = [];
  let strays: ReadonlyArray<string> = [];
  let isAnchored = anchor ? false : undefined;
  let indexRuns = 0;
  const unused: string[] = [];
  await noting(found, async () => {
    const identity = await readIdentity(storage, files, names);
    if (identity === "open") return await failUnbegun(storage);
    const segments = await foundSegments(files, names, identity);
    const chain = followChain(segments, manifest.floor.segment, damaged);
    // Behind a link that is damaged there may be more of the log, and more damage.
    const links = [...chain.sound.map(({ number, epoch }) => ({ number, epoch })), ...chain.beyond];
    if (chain.damage) note(found, chain.damage);
    for (const { header } of chain.beyond) {
      const damage = header === "unfinished" || header._tag === "Right" ? undefined : header.left;
      if (damage && damage !== chain.damage) note(found, damage);
    }
    headers = [...chain.sound, ...chain.beyond.flatMap(headerIn)];
    const inLog = new Map(links.map(({ number, epoch }) => [number, segmentName(number, epoch)]));
    const there = new Set(await storage.list());
    strays = names.filter((name) => {
      if (!there.has(name)) return false;
      if (isLeftByErasure(manifest, name, (number) => inLog.get(number))) return true;
      const file = parseName(name);
      return file?.kind === "segment" && !links.some((link) => isSameSegment(link, file));
    }).sort();
    const bytesTotal = await sizesOf(files, [...names.filter(isLogFile), ...runNames]);
    const step = stepsOf(work, bytesTotal);
    const progress = (bytes: number): void => {
      found.bytes += bytes;
      step(bytes);
    };
    const hashed = { storage, files, identity };
    await verifyLog(hashed, manifest, headers, marks, found, progress);
    if (anchor) {
      await noting(found, async () => {
        const damage = await damageToAnchored(hashed, headers, manifest, anchor);
        if (damage) note(found, damage);
        // What its segment holds is hashed by then; what is before, the header only claims.
        else isAnchored = isSoundBefore(found, segmentAnchored(headers, anchor)?.number ?? 0);
      });
    }
    const hash = termHasher(identity.hashKey);
    const log = { files, headers, hash, isDeep: isDeep === true };
    for (const name of runNames) {
      const verdict = await verifyRun(log, name, progress);
      if (verdict?._tag === "Sound") indexRuns += 1;
      if (verdict?._tag === "Unused") unused.push(name);
      if (verdict?._tag === "Damaged") note(found, verdict.damage);
    }
  });
  const cold = coldOptions(work);
  // Only a log that is sound can be asked for its history.
  const asksHistory = isDeep === true && found.problems.length === 0;
  for (const damage of await strangeStates(storage, names, asksHistory, cold)) note(found, damage);
  const { problems, torn, outside, bytes, commits, records } = found;
  const counts = { segments: headers.length, indexRuns, bytes, commits, records };
  return { ...counts, problems, torn, outside, strays, unused, isAnchored };
}

function isSoundBefore({ problems }: Found, segment: number): boolean {
  return problems.every(({ file }) => {
    const name = parseName(file);
    return (name?.kind !== "segment" && name?.kind !== "erased") || name.number >= segment;
  });
}

function isLogFile(name: string): boolean {
  return parseName(name)?.kind === "segment";
}

/** Notes damage instead of ending with it. */
async function noting(found: Found, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (thrown) {
    const damage = corruptIn(thrown);
    if (!damage) throw thrown;
    note(found, damage);
  }
}

function note(found: Found, { file, offset, wanted, found: what }: Corrupt): void {
  found.problems.push({ file, offset, wanted, found: what });
}

async function verifyLog(
  log: Hashed,
  manifest: Manifest,
  headers: ReadonlyArray<SegmentHeader>,
  marks: ReadonlyArray<EpochMark>,
  found: Found,
  progress: (bytes: number) => void,
): Promise<void> {
  const { floor, erased } = manifest;
  const standingMarks = standing(marks, headers.at(-1));
  const missing = missingSegment(standingMarks, floor.segment, ({ number, epoch }) => {
    return headers.some((header) => header.number === number && header.epoch === epoch);
  });
  if (missing) note(found, missing);
  for (const replaced of erased) {
    await noting(found, async () => {
      const damage = await damageInErased(log, replaced);
      if (damage) note(found, damage);
    });
  }
  for (const [at, header] of headers.entries()) {
    const next = headers[at + 1];
    // Behind a gap in the chain nobody says where the segment ends.
    const successor = next?.number === header.number + 1 ? next : undefined;
    await noting(found, () => verifySegment(log, header, successor, marks, found, progress));
  }
}

async function verifySegment(
  log: Hashed,
  header: SegmentHeader,
  successor: SegmentHeader | undefined,
  marks: ReadonlyArray<EpochMark>,
  found: Found,
  progress: (bytes: number) => void,
): Promise<void> {
  const file = segmentName(header.number, header.epoch);
  const neighbours = { successor, marks };
  const until = scannedUntil(header, neighbours) ?? Infinity;
  progress(SEGMENT_HEADER_BYTES);
  const checked = { commits: 0 };
  const passed: Passed = (bytes) => progress(bytes.length);
  const scan = await scanHashed(log, header, successor, until, checked, passed);
  const { state } = scan;
  found.records += state.position - header.firstPosition;
  found.commits += checked.commits;
  const { damage, behind } = await judgeEnd(log.files, header, scan, neighbours);
  if (damage) return note(found, damage);
  if (behind.bytesTo === 0) return;
  const kind = successor && isRepair(successor) ? "outside" : "torn";
  found[kind].push({ file, from: state.offset, to: behind.bytesTo });
}
