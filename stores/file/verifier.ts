/**
 * Verifying a store: reads every byte of its log and of its index, and says what is wrong. Writes
 * nothing, and goes on after a problem as far as what is left can be judged.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Corrupt, Fault, OpenFault, ReadFault } from "../../src/fault.ts";
import { FaultError } from "../../src/run.ts";
import { attempt } from "./attempt.ts";
import { readMarks } from "./claims/claim_reader.ts";
import { type Files, filesOf, readPart } from "./files.ts";
import { decodeRun, isUnfinishedRun } from "./runs/index_decode.ts";
import { parseName, segmentName } from "./format/layout.ts";
import { failMissing, isStore } from "./opening.ts";
import { settingsOf } from "./options.ts";
import {
  damageAtEnd,
  damageInClosed,
  damageInHashed,
  type EpochMark,
  markedEnd,
  marksOf,
  missingSegment,
} from "./recovery.ts";
import { scanHashed } from "./hashed_scan.ts";
import { lookBehindEnd, type Passed } from "./scan.ts";
import type { Hashed } from "./segment_hash.ts";
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from "./format/segment.ts";
import type { TornBytes } from "./stats.ts";
import type { StoragePort } from "./storage.ts";
import { readIdentity, survey } from "./survey.ts";
import { memoryTerms } from "./runs/memory_terms.ts";
import { termHasher } from "./runs/term_hash.ts";

/** How to verify. */
export interface VerifyOptions {
  /** Told now and then: bytes read so far, and how many there are. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly bytesTotal: number }) => void;
}

/** What verifying has found. A store without a problem holds what was written to it. */
export interface Verification {
  readonly segments: number;
  readonly indexRuns: number;
  readonly bytes: number;
  readonly commits: number;
  readonly records: number;
  /** Bytes that are not what was written, or not there. */
  readonly problems: ReadonlyArray<Problem>;
  /** Bytes behind the end of a segment's log that were never acknowledged. No problem. */
  readonly torn: ReadonlyArray<TornBytes>;
  /** Segment files that are not in the log: left by a writer that was fenced. No problem. */
  readonly strays: ReadonlyArray<string>;
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
      const files = filesOf(storage, settingsOf({}).filesOpenMax);
      try {
        return await verify(storage, files, options);
      } finally {
        await files.close();
      }
    },
    (cause) => ({ _tag: "ReadFailed", stored: "no", cause }),
  );
}

interface Found {
  readonly problems: Problem[];
  readonly torn: TornBytes[];
  bytes: number;
  commits: number;
  records: number;
}

async function verify(
  storage: StoragePort,
  files: Files,
  { onProgress }: VerifyOptions,
): Promise<Verification> {
  const names = await storage.list();
  if (!isStore(names)) return failMissing(storage);
  // Evidence first: what is read of the log later is at least as far.
  const marks = marksOf(await readMarks(storage));
  const found: Found = { problems: [], torn: [], bytes: 0, commits: 0, records: 0 };
  const runNames = names.filter((name) => parseName(name)?.kind === "index");
  let headers: ReadonlyArray<SegmentHeader> = [];
  let strays: ReadonlyArray<string> = [];
  let indexRuns = 0;
  await noting(found, async () => {
    const identity = await readIdentity(storage, files);
    if (typeof identity === "string") return failMissing(storage);
    // Without its runs, so that every segment is on the way.
    const surveyed = await survey(files, names, identity, () => Promise.resolve(undefined));
    headers = surveyed?.headers ?? [];
    strays = surveyed?.strays ?? [];
    const bytesTotal = await sizesOf(files, [...names.filter(isLogFile), ...runNames]);
    const progress = (bytes: number): void => {
      found.bytes += bytes;
      onProgress?.({ bytes: found.bytes, bytesTotal });
    };
    await verifyLog({ storage, files, identity }, headers, marks, found, progress);
    const hash = termHasher(identity.hashKey);
    for (const name of runNames) {
      await noting(found, async () => {
        const bytes = await files.lend(name, async (file) => readPart(file, 0, await file.size()));
        // A writer replaces runs; one that is gone by now was garbage.
        if (bytes === "missing") return;
        progress(bytes.length);
        if (isUnfinishedRun(bytes)) return;
        const run = decodeRun(bytes, name, hash);
        if (isLeft(run)) throw new FaultError(run.left);
        indexRuns += 1;
      });
    }
  });
  const { problems, torn, bytes, commits, records } = found;
  const counts = { segments: headers.length, indexRuns, bytes, commits, records };
  return { ...counts, problems, torn, strays };
}

function isLogFile(name: string): boolean {
  return parseName(name)?.kind === "segment";
}

async function sizesOf(files: Files, names: ReadonlyArray<string>): Promise<number> {
  let total = 0;
  for (const name of names) {
    const size = await files.lend(name, (file) => file.size());
    total += size === "missing" ? 0 : size;
  }
  return total;
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

function corruptIn(thrown: unknown): Corrupt | undefined {
  // Here a FaultError comes from the engine, and carries one of its faults.
  const fault = thrown instanceof FaultError ? thrown.fault as Fault : undefined;
  return fault?._tag === "Corrupt" ? fault : undefined;
}

function note(found: Found, { file, offset, wanted, found: what }: Corrupt): void {
  found.problems.push({ file, offset, wanted, found: what });
}

async function verifyLog(
  log: Hashed,
  headers: ReadonlyArray<SegmentHeader>,
  marks: ReadonlyArray<EpochMark>,
  found: Found,
  progress: (bytes: number) => void,
): Promise<void> {
  const missing = missingSegment(marks, ({ number, epoch }) => {
    return headers.some((header) => header.number === number && header.epoch === epoch);
  });
  if (missing) note(found, missing);
  for (const [at, header] of headers.entries()) {
    await noting(
      found,
      () => verifySegment(log, header, headers[at + 1], marks, found, progress),
    );
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
  const scanned = { file, salt: header.salt };
  const until = successor ? successor.previous?.offset ?? 0 : markedEnd(marks, header) ?? Infinity;
  // The terms are thrown away; taking a frame apart is what checks its body.
  const terms = memoryTerms({ segment: header.number, offset: SEGMENT_HEADER_BYTES });
  const passed: Passed = (bytes) => progress(bytes.length);
  const { state, hashed } = await scanHashed(log, header, successor, until, terms, passed);
  found.records += state.position - header.firstPosition;
  for (const _ of terms.marks()) found.commits += 1;
  const behind = await lookBehindEnd(log.files, scanned, state.offset);
  const atEnd = successor
    ? damageInClosed(header, state, successor)
    : damageAtEnd(header, state, behind, marks, markedEnd(marks, header));
  const damage = atEnd ?? damageInHashed(header, hashed);
  if (damage) note(found, damage);
  else if (behind.bytesTo > 0) found.torn.push({ file, from: state.offset, to: behind.bytesTo });
}
