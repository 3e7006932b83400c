/**
 * Archiving: moves closed segments to the cold tier, one after the other, the oldest first.
 *
 * A segment's own file goes last, after the manifest frame that names its archive is flushed and
 * the claim was still held. Before that frame, an archive is a file that nobody looks for; behind
 * it, the segment's file is one. So nothing is lost wherever this ends.
 *
 * @module
 */
import type { Cancellation } from "../../../src/query.ts";
import type { StreamName } from "../../../src/stream.ts";
import { corruptIn, fail, failCorrupt } from "../attempt.ts";
import { verifiedSegment } from "../closed_segment.ts";
import { archiveName, nextArchive } from "../format/layout.ts";
import { segmentsWithCuts } from "../cuts.ts";
import { addArchived, archivedAttempt, erasedSegment, type Manifest } from "../format/manifest.ts";
import type { Log } from "../log.ts";
import { removeFile } from "../retention/removal.ts";
import type { MemoryTerms } from "../runs/memory_terms.ts";
import type { ReadFile } from "../storage.ts";
import type { ArchiveHeader } from "./archive_file.ts";
import { type ArchivePolicy, planArchival, type SegmentFacts } from "./archive_plan.ts";
import type { Archives } from "./archive_reader.ts";
import { compareArchive, packSegment, storeArchive } from "./archive_writer.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is to be archived, and until when to go on. */
export interface ArchiveOptions extends ArchivePolicy {
  /** Only segments all of whose streams are over, as this says of each. */
  readonly isOver?: (stream: StreamName) => boolean;
  /** Ends it between two segments. */
  readonly signal?: Cancellation;
  /** Told of each segment that is archived, and of how many there are to be. */
  readonly onProgress?: (progress: {
    readonly segments: number;
    readonly segmentsTotal: number;
  }) => void;
}

/** What would be archived. */
export interface ArchivalPlan {
  /** The numbers of the segments. */
  readonly segments: ReadonlyArray<number>;
  /** What they take on the disk, in bytes. */
  readonly bytes: number;
}

/** What was archived. */
export interface Archival {
  /** The numbers of the segments. */
  readonly segments: ReadonlyArray<number>;
  /** What they took on the disk, in bytes. */
  readonly bytes: number;
  /** What they take in the cold tier. */
  readonly archiveBytes: number;
}

/** The log, and the right to say where its segments are. */
export interface Archiving {
  readonly log: Log;
  /** Says it in the log, and returns once that is flushed and the claim was held. */
  readonly changeManifest: (change: (manifest: Manifest) => Manifest) => Promise<Manifest>;
  /** Waits until the index runs of closed segments are written. */
  readonly indexed: () => Promise<void>;
  /** Fails once the store is closed. */
  readonly failIfClosed: () => void;
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Archives what is wanted. Faults are thrown; what was archived before one stays archived. */
export async function archiveSegments(
  archiving: Archiving,
  options: ArchiveOptions,
): Promise<Archival> {
  const { log } = archiving;
  const { archives } = log.places;
  await archiving.indexed();
  if (!archives) return failTierless();
  const listed = new Set(await log.storage.list());
  const planned = planArchival(factsOf(log, listed), options, log.storage.clock.now());
  const segments: number[] = [];
  let bytes = 0;
  let archiveBytes = 0;
  if (planned.length === 0) return { segments, bytes, archiveBytes };
  const taken = await names(archives);
  refuseOther(log, archives, listed, taken);
  for (const [at, number] of planned.entries()) {
    if (options.signal?.aborted) fail({ _tag: "Cancelled", stored: "no" });
    archiving.failIfClosed();
    const size = await archiveOne(archiving, archives, number, taken, options.isOver);
    options.onProgress?.({ segments: at + 1, segmentsTotal: planned.length });
    if (size === undefined) continue;
    segments.push(number);
    bytes += log.segments.get(number)?.end ?? 0;
    archiveBytes += size;
  }
  return { segments, bytes, archiveBytes };
}

/** What would be archived. Whoever archives writes the index runs that are missing first. */
export async function planArchiving(log: Log, policy: ArchivePolicy): Promise<ArchivalPlan> {
  const listed = new Set(await log.storage.list());
  const cut = await segmentsWithCuts(log);
  const facts = factsOf(log, listed).map((one) => ({ ...one, isIndexed: one.isClosed }));
  const segments = planArchival(facts, policy, log.storage.clock.now())
    .filter((number) => !cut.has(number));
  const bytes = segments.reduce((sum, number) => sum + (log.segments.get(number)?.end ?? 0), 0);
  return { segments, bytes };
}

function failTierless(): never {
  return fail({
    _tag: "Refused",
    stored: "no",
    what: "archiving",
    wanted: "a store that is opened with a cold tier",
    found: "one without",
  });
}

async function names({ tier }: Archives): Promise<ReadonlyArray<string>> {
  try {
    return await tier.list();
  } catch (cause) {
    return fail({
      _tag: "ColdUnavailable",
      stored: "no",
      place: tier.place,
      file: "archive-*.arc",
      cause,
    });
  }
}

/** A store reads its archives from one tier: the next must not go to another. */
function refuseOther(
  { segments, manifest }: Log,
  { tier }: Archives,
  listed: ReadonlySet<string>,
  taken: ReadonlyArray<string>,
): void {
  const known = new Set(taken);
  for (const { number, file } of segments.values()) {
    const attempt = archivedAttempt(manifest, number);
    if (attempt === undefined || listed.has(file)) continue;
    const name = archiveName(number, attempt);
    if (known.has(name)) continue;
    fail({
      _tag: "Refused",
      stored: "no",
      what: `archiving to ${tier.place}`,
      wanted: "the cold tier that the store's archives are in",
      found: `none named ${name}`,
    });
  }
}

/** The segments as a plan sees them; `listed` are the names in the store's own place. */
function factsOf(
  { segments, runs, memory, manifest }: Log,
  listed: ReadonlySet<string>,
): ReadonlyArray<SegmentFacts> {
  const indexed = new Map(runs.flatMap((run) => run.segments.map((row) => [row.number, row])));
  const inMemory = new Map(memory.map(({ segment, terms }) => [segment.number, terms.maxTime]));
  const all = [...segments.values()].sort((a, b) => a.number - b.number);
  return all.map(({ number, end, file }, at) => {
    const row = indexed.get(number);
    const memoryTime = inMemory.get(number);
    const next = all[at + 1];
    return {
      number,
      bytes: end ?? 0,
      lastPosition: next ? next.firstPosition - 1 : Infinity,
      maxTime: Math.max(row?.maxTime ?? memoryTime ?? Infinity, memoryTime ?? 0),
      isClosed: end !== undefined && next !== undefined,
      isIndexed: row !== undefined && row.endOffset === end,
      // An earlier archiving may have left the file.
      isHot: (archivedAttempt(manifest, number) === undefined || listed.has(file)) &&
        erasedSegment(manifest, number) === undefined,
    };
  });
}

/** Archives a segment and gives the size of its archive; nothing if it is one that has to stay. */
async function archiveOne(
  { log, changeManifest, failIfClosed }: Archiving,
  archives: Archives,
  number: number,
  taken: ReadonlyArray<string>,
  isOver: ArchiveOptions["isOver"],
): Promise<number | undefined> {
  const { files, segments } = log;
  const segment = segments.get(number)!;
  const { header, successor, terms } = await verifiedSegment(log, segment);
  // What says that a stream is cut is asked for by every append to it, so it stays at hand.
  if (terms.hasCuts || (isOver && !allOver(terms, isOver))) return undefined;
  const archive: ArchiveHeader = {
    codec: archives.codecs[0]!.name,
    storeId: header.storeId,
    segment: number,
    epoch: header.epoch,
    firstPosition: header.firstPosition,
    sourceBytes: successor.previous?.offset ?? 0,
    lastHcrc: successor.previous?.hcrc ?? 0,
    chain: successor.chain,
  };
  const packed = await files.lend(segment.file, async (file) => {
    const known = archivedAttempt(log.manifest, number) ?? 0;
    if (taken.includes(archiveName(number, known))) {
      const size = await sizeIfSame(archives, archiveName(number, known), archive, file);
      if (size !== undefined) return { attempt: known, size };
    }
    const parts = await packSegment(file, archive, archives.codecs[0]!);
    // Also the name of one that is gone is not used again.
    const next = Math.max(known + 1, nextArchive(taken, number));
    const attempt = await storeArchive(archives, number, next, parts);
    const size = await compareArchive(archives, archiveName(number, attempt), archive, file);
    return { attempt, size };
  });
  if (packed === "missing") {
    return failCorrupt(segment.file, 0, "a segment of the log", "no such file");
  }
  failIfClosed();
  await changeManifest((manifest) => {
    const isNamed = archivedAttempt(manifest, number) === packed.attempt;
    return isNamed ? manifest : addArchived(manifest, number, packed.attempt);
  });
  const name = archiveName(number, packed.attempt);
  log.settings.observe({ _tag: "SegmentArchived", file: segment.file, archive: name });
  // One that stays does no harm: it is archived again.
  await removeFile(log, segment.file);
  return packed.size;
}

/**
 * The size of an archive that was named earlier, if it holds a segment whose file was left over:
 * while that file is there, nobody has needed the archive, and it may be gone or damaged.
 */
async function sizeIfSame(
  archives: Archives,
  name: string,
  wanted: ArchiveHeader,
  file: ReadFile,
): Promise<number | undefined> {
  try {
    return await compareArchive(archives, name, wanted, file);
  } catch (thrown) {
    if (corruptIn(thrown)) return undefined;
    throw thrown;
  }
}

function allOver(terms: MemoryTerms, isOver: (stream: StreamName) => boolean): boolean {
  for (const { name } of terms.streams()) if (!isOver(name)) return false;
  return true;
}
