/**
 * What a store consists of: its files and what they hold, without reading the log.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Cancellation } from "../../src/query.ts";
import type { OpenFault, ReadFault } from "../../src/fault.ts";
import { archiveBytes } from "./archive/archive_reader.ts";
import { attempt, fail } from "./attempt.ts";
import { closeAll } from "./close_all.ts";
import { hex } from "./format/bytes.ts";
import { type Files, filesOf, readPart } from "./files.ts";
import { archiveName, parseName } from "./format/layout.ts";
import { archivedAttempt, archivedCount, isElsewhere } from "./format/manifest.ts";
import { isRepair } from "./format/segment.ts";
import { parseStateName } from "./format/state_file.ts";
import type { Log, LogSegment } from "./log.ts";
import { failMissing, isStore } from "./opening.ts";
import { type ColdOptions, coldOptions, settingsOf } from "./options.ts";
import { countStreams } from "./read/lookups.ts";
import { openReading } from "./reading.ts";
import { BLOCK_BYTES, PAYLOAD_BYTES } from "./runs/index_block.ts";
import { readCounts, sectionsOf } from "./runs/index_header.ts";
import { lookBehindEnd } from "./scan.ts";
import { isLeftByErasure } from "./retention/removal.ts";
import type { StoragePort } from "./storage.ts";
import { headerOf } from "./survey.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How to take the figures. */
export interface StatsOptions extends ColdOptions {
  /** Ends it with the fault `Cancelled`. An `AbortSignal` fits. */
  readonly signal?: Cancellation;
}

/** A store in figures. Sizes are in bytes. */
export interface StoreStats {
  /** In hexadecimal digits. */
  readonly storeId: string;
  readonly created: Date;
  /** As far as another process may read. */
  readonly records: number;
  readonly streams: number;
  readonly segments: number;
  readonly segmentBytes: number;
  /** Segments that are in the cold tier. */
  readonly archivedSegments: number;
  /** What these hold of the log, which is not on the disk any more. */
  readonly archivedBytes: number;
  /**
   * What they take in the cold tier; none where it was not given. Each archive is asked for its
   * size.
   */
  readonly archiveBytes: number | undefined;
  /** Segments in which records were erased. */
  readonly erasedSegments: number;
  readonly indexRuns: number;
  readonly indexBytes: number;
  /** All that is neither log nor index: claims, saved states, what says what store it is. */
  readonly otherBytes: number;
  /** Log and index, for each record; 0 if there is none. */
  readonly bytesPerRecord: number;
  readonly sizes: StoreSizes;
  /** Bytes behind the end of a segment's log that were never acknowledged. */
  readonly torn: ReadonlyArray<TornBytes>;
  /** Bytes behind the place at which a repair has ended the log. */
  readonly outside: ReadonlyArray<TornBytes>;
  /** Segment files that are not in the log. */
  readonly strays: ReadonlyArray<string>;
  /** Index files that answer nothing. */
  readonly unused: ReadonlyArray<string>;
}

/** What the files of a store are for, in bytes. */
export interface StoreSizes {
  readonly log: {
    readonly closed: number;
    /** The segment that is written to. */
    readonly active: number;
    /** Segment files that are not in the log. */
    readonly strays: number;
  };
  readonly index: IndexSizes;
  readonly claims: number;
  readonly states: number;
}

/** What index runs are made of, in bytes. */
export interface IndexSizes {
  readonly filters: number;
  readonly terms: number;
  readonly postings: number;
  readonly names: number;
  readonly commitIds: number;
  /** The places of positions and times, with headers and footers. */
  readonly places: number;
  /** Files that answer nothing. */
  readonly unused: number;
}

/** A part of a file that is not in the log: from an offset up to another. */
export interface TornBytes {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Figures of a store. Beside a writer they are of what it has flushed by now.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, storeStats } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * await run(store.close);
 * const { records, segments, sizes } = await run(storeStats(storage));
 * assert.deepEqual([records, segments, sizes.log.active], [0, 1, 128]);
 * ```
 */
export function storeStats(
  storage: StoragePort,
  options: StatsOptions = {},
): TaskEither<OpenFault | ReadFault, StoreStats> {
  return attempt<OpenFault | ReadFault, StoreStats>(
    async () => {
      if (!isStore(await storage.list())) return failMissing(storage);
      const settings = settingsOf({ ...coldOptions(options), mode: "readOnly" });
      const files = filesOf(storage, settings.filesOpenMax);
      const session = await openReading(storage, settings);
      const goOn = (): void => {
        if (options.signal?.aborted) fail({ _tag: "Cancelled", stored: "no" });
      };
      try {
        goOn();
        return await figures(storage, files, session.log, goOn);
      } finally {
        await closeAll([session.close, files.close]);
      }
    },
    (cause) => ({ _tag: "ReadFailed", stored: "no", cause }),
  );
}

async function figures(
  storage: StoragePort,
  files: Files,
  log: Log,
  goOn: () => void,
): Promise<StoreStats> {
  const streams = await countStreams(log, goOn);
  const all = await sizesOfFiles(files, await storage.list());
  const sum = (wanted: (name: string) => boolean): number => {
    return [...all].reduce((total, [name, size]) => wanted(name) ? total + size : total, 0);
  };
  const isSegment = (name: string): boolean => {
    const kind = parseName(name)?.kind;
    return kind === "segment" || kind === "erased";
  };
  const isIndex = (name: string): boolean => parseName(name)?.kind === "index";
  const runs = new Set(log.runs.map(({ name }) => name));
  const newest = log.segments.get(Math.max(...log.segments.keys()))?.file;
  const left = [...all.keys()].filter((name) => {
    return isLeftByErasure(log.manifest, name, (number) => log.segments.get(number)?.file);
  });
  const strays = new Set([...log.strays, ...left].sort());
  const records = log.readable.position - log.manifest.floor.position + 1;
  const segmentBytes = sum(isSegment);
  const indexBytes = sum(isIndex);
  const unused = [...all.keys()].filter((name) => isIndex(name) && !runs.has(name)).sort();
  return {
    storeId: hex(log.identity.storeId),
    created: new Date(log.identity.created),
    records,
    streams,
    segments: [...all.keys()].filter(isSegment).length,
    segmentBytes,
    archivedSegments: archivedCount(log.manifest),
    archivedBytes: archivedIn(log).reduce((sum, { end }) => sum + end, 0),
    archiveBytes: await sizeOfArchives(log, goOn),
    erasedSegments: log.manifest.erased.length,
    indexRuns: runs.size,
    indexBytes,
    otherBytes: sum((name) => !isSegment(name) && !isIndex(name)),
    bytesPerRecord: records === 0 ? 0 : (segmentBytes + indexBytes) / records,
    sizes: {
      log: {
        closed: sum((name) => isSegment(name) && name !== newest && !strays.has(name)),
        active: sum((name) => name === newest),
        strays: sum((name) => strays.has(name)),
      },
      index: { ...await sizesOfRuns(files, log), unused: sum((name) => unused.includes(name)) },
      claims: sum((name) => parseName(name)?.kind === "claim"),
      states: sum((name) => parseStateName(name) !== undefined),
    },
    ...await behindEnds(log, goOn),
    strays: [...strays],
    unused,
  };
}

/** The segments in the cold tier: where the log of each ends, and the name of its archive. */
function archivedIn(
  { manifest, segments }: Log,
): ReadonlyArray<{ readonly end: number; readonly name: string }> {
  return [...segments.values()].flatMap(({ number, end = 0 }) => {
    const attempt = archivedAttempt(manifest, number);
    return attempt === undefined ? [] : [{ end, name: archiveName(number, attempt) }];
  });
}

/** So many archives are asked for their sizes at once. */
const ASKED_MAX = 8;

async function sizeOfArchives(log: Log, goOn: () => void): Promise<number | undefined> {
  const { archives } = log.places;
  if (!archives) return undefined;
  const names = archivedIn(log).map(({ name }) => name);
  let bytes = 0;
  for (let at = 0; at < names.length; at += ASKED_MAX) {
    goOn();
    const some = names.slice(at, at + ASKED_MAX).map((name) => archiveBytes(archives, name));
    for (const size of await Promise.all(some)) bytes += size;
  }
  return bytes;
}

/** The sizes of the files that are a store's, by their names. */
async function sizesOfFiles(
  files: Files,
  names: ReadonlyArray<string>,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of names) {
    if (parseName(name) === undefined && parseStateName(name) === undefined) continue;
    const size = await files.lend(name, (file) => file.size());
    // A writer replaces runs and claims; one that is gone by now counts no more.
    if (size !== "missing") sizes.set(name, size);
  }
  return sizes;
}

/** What the sections of the runs in use take. Each begins with a block. */
async function sizesOfRuns(files: Files, log: Log): Promise<Omit<IndexSizes, "unused">> {
  let [filters, terms, postings, names, commitIds, places] = [0, 0, 0, 0, 0, 0];
  for (const { name } of log.runs) {
    const head = await files.lend(name, (file) => readPart(file, 0, PAYLOAD_BYTES));
    const counts = head === "missing" || head.length < PAYLOAD_BYTES ? "gone" : readCounts(head);
    if (typeof counts === "string") continue;
    const at = sectionsOf(counts);
    const bytes = (payload: number): number => payload / PAYLOAD_BYTES * BLOCK_BYTES;
    filters += bytes(at.pages - at.filter);
    terms += bytes(at.postings - at.pages);
    postings += bytes(at.names - at.postings);
    names += bytes(at.commits - at.names);
    commitIds += bytes(at.sparse - at.commits);
    places += bytes(at.filter) + at.fileBytes - bytes(at.sparse);
  }
  return { filters, terms, postings, names, commitIds, places };
}

/** What stands behind the ends of closed segments. Of the last one, a writer may be adding to it. */
async function behindEnds(
  log: Log,
  goOn: () => void,
): Promise<Pick<StoreStats, "torn" | "outside">> {
  const torn: TornBytes[] = [];
  const outside: TornBytes[] = [];
  for (const segment of log.segments.values()) {
    goOn();
    // An archive ends where the log of its segment does, and so does what was erased.
    if (isElsewhere(log.manifest, segment.number)) continue;
    const from = segment.number === log.readable.segment ? log.readable.offset : segment.end;
    if (from === undefined) continue;
    const { file } = segment;
    // Any salt will do: it is asked how far the bytes reach, not what they are evidence of.
    const { bytesTo } = await lookBehindEnd(log.files, { file, salt: segment.salt ?? 0 }, from);
    if (bytesTo === 0) continue;
    const isLeft = await isEndedByRepair(log, log.segments.get(segment.number + 1));
    (isLeft ? outside : torn).push({ file, from, to: bytesTo });
  }
  return { torn, outside };
}

async function isEndedByRepair(log: Log, successor: LogSegment | undefined): Promise<boolean> {
  if (!successor) return false;
  const header = await headerOf(log.files, successor, log.identity);
  return header !== "unfinished" && isRepair(header);
}
