/**
 * Where the files of a store are now. A segment that is archived has no file of its own any more:
 * whoever opens it gets the one in its archive, and notices nothing.
 *
 * @module
 */
import {
  type Archives,
  archivesIn,
  failUnavailable,
  openArchive,
} from "./archive/archive_reader.ts";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Corrupt } from "../../src/fault.ts";
import { corruptIn, failCorrupt } from "./attempt.ts";
import { isBackup } from "./backup_mark.ts";
import { newestFirst, type SegmentId } from "./chain.ts";
import { type Files, filesOf, type LentFile, readPart } from "./files.ts";
import { archiveName, parseName, segmentName } from "./format/layout.ts";
import {
  archivedAttempt,
  emptyManifest,
  erasedSegment,
  isElsewhere,
  type Manifest,
  segmentsElsewhere,
  withoutArchives,
} from "./format/manifest.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./format/segment.ts";
import type { Settings } from "./options.ts";
import { floorByNames } from "./retention/drop_plan.ts";
import { openErased } from "./retention/erased_segment.ts";
import { manifestOnDisk } from "./scan.ts";
import type { StoragePort } from "./storage.ts";
import { segmentsIn } from "./survey.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where files are. */
export interface Places {
  /** The platform's, as the storage lends it. */
  readonly crc32: StoragePort["crc32"];
  /** The cold tier, if the store was opened with one. */
  readonly archives: Archives | undefined;
  /** Opens a file of the store, or what has taken the place of one. */
  readonly openRead: (name: string) => Promise<LentFile | "missing">;
  /**
   * A segment from which on the log can be followed to its end, going by the names of a store. Where
   * it begins, the manifest says that is found there.
   */
  readonly floorAmong: (names: ReadonlyArray<string>) => Promise<number>;
  /** Whether a segment without a file of its own is in the cold tier, or has erased events. */
  readonly isElsewhere: (segment: number) => Promise<boolean>;
  /** What is in the place, and elsewhere. */
  readonly list: () => Promise<Listed>;
  /** The newest manifest, looked for without the log. */
  readonly manifest: () => Promise<Manifest>;
  /** Says who knows the newest manifest from now on. */
  readonly follow: (manifest: () => Manifest) => void;
}

/** The files of a store. */
export interface Listed {
  /** Every name in the place, and those of the segments whose bytes are in another file. */
  readonly names: ReadonlyArray<string>;
  /** What is wrong with the files that have taken the place of other segments, by their numbers. */
  readonly damaged: ReadonlyMap<number, Corrupt>;
  /** The newest manifest after that, which has said what is elsewhere. */
  readonly manifest: Manifest;
}

/** A segment, by the file that has its bytes now. */
interface SegmentFile {
  readonly epoch: number;
  readonly file: LentFile;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The places of a store. While nobody has read the log, the manifest is looked for where it must be:
 * in the newest segment that has frames. So it is again when a file has gone that the manifest known
 * so far does not explain: another process has moved it since.
 */
export function placesOf(storage: StoragePort, settings: Settings): Places {
  const archives = archivesIn(settings);
  let known = (): Manifest => emptyManifest;
  let found = emptyManifest;

  const manifest = async (): Promise<Manifest> => {
    found = await manifestOf(storage);
    return found;
  };

  /** The manifest that says where a segment is whose own file is gone. */
  const explained = async (segment: number): Promise<Manifest> => {
    if (isElsewhere(known(), segment)) return known();
    return isElsewhere(found, segment) ? found : await manifest();
  };

  const openArchived = async (number: number, attempt: number): Promise<SegmentFile> => {
    const name = archiveName(number, attempt);
    if (!archives) {
      const cause = new Error("the store was opened without a cold tier; open it with one");
      return failUnavailable("a cold tier", name, cause);
    }
    const { header, file } = await openArchive(archives, name);
    if (header.segment === number) return { epoch: header.epoch, file };
    return failCorrupt(name, 0, `segment ${number}`, `segment ${header.segment}`);
  };

  /** What has taken the place of a segment's own file, as a manifest says. */
  const openAsIn = async (
    number: number,
    manifest: Manifest,
  ): Promise<SegmentFile | undefined> => {
    const erased = erasedSegment(manifest, number);
    if (erased) return await openErased(storage, erased);
    const attempt = archivedAttempt(manifest, number);
    return attempt === undefined ? undefined : await openArchived(number, attempt);
  };

  /** The same, or what has taken the place of that since. */
  const openElsewhere = async (
    number: number,
    manifest: Manifest,
  ): Promise<SegmentFile | undefined> => {
    try {
      return await openAsIn(number, manifest);
    } catch (thrown) {
      found = await manifestOf(storage);
      if (isSamePlace(manifest, found, number)) throw thrown;
      return await openAsIn(number, found);
    }
  };

  /** The epoch of a segment without a file of its own, or what is wrong with the one in its place. */
  const epochElsewhere = async (number: number): Promise<number | Corrupt | undefined> => {
    try {
      const other = await openElsewhere(number, found);
      await other?.file.close();
      return other?.epoch;
    } catch (thrown) {
      const damage = corruptIn(thrown);
      if (damage) return damage;
      throw thrown;
    }
  };

  return {
    crc32: storage.crc32,
    archives,
    manifest,
    follow: (manifest) => {
      known = manifest;
    },
    floorAmong: async (names) => floorByNames(names) ?? (await manifest()).floor.segment,
    isElsewhere: async (segment) => isElsewhere(await explained(segment), segment),
    list: async () => {
      const listed = await storage.list();
      const names = new Set(listed);
      const damaged = new Map<number, Corrupt>();
      const newest = Math.max(0, ...segmentsIn(listed).map(({ number }) => number));
      const says = await manifest();
      // A backup has unpacked what its manifest calls archived.
      for (const number of segmentsElsewhere(isBackup(listed) ? withoutArchives(says) : says)) {
        if (number >= newest) continue;
        const epoch = await epochElsewhere(number);
        if (typeof epoch === "number") names.add(segmentName(number, epoch));
        else if (epoch) damaged.set(number, epoch);
      }
      return { names: [...names], damaged, manifest: says };
    },
    openRead: async (name) => {
      const segment = parseName(name);
      if (segment?.kind !== "segment") return await storage.openRead(name);
      const { number, epoch } = segment;
      // The segment's own file may be left over: then it still has what was erased.
      const erased = erasedSegment(known(), number) ?? erasedSegment(found, number);
      const own = erased ? "missing" : await storage.openRead(name);
      if (own !== "missing") return own;
      const other = await openElsewhere(number, await explained(number));
      if (other?.epoch === epoch) return other.file;
      // A stray of the same number is another segment.
      await other?.file.close();
      return erased ? await storage.openRead(name) : own;
    },
  };
}

function isSamePlace(one: Manifest, other: Manifest, segment: number): boolean {
  return archivedAttempt(one, segment) === archivedAttempt(other, segment) &&
    erasedSegment(one, segment)?.attempt === erasedSegment(other, segment)?.attempt;
}

/** The header of a segment; a damaged or unfinished one is for those to tell who read the log. */
async function soundHeader(
  files: Files,
  { number, epoch }: SegmentId,
): Promise<SegmentHeader | undefined> {
  const bytes = await files.lend(segmentName(number, epoch), (file) => {
    return readPart(file, 0, SEGMENT_HEADER_BYTES);
  });
  if (bytes === "missing") return undefined;
  const header = decodeSegmentHeader(bytes, false);
  return isLeft(header) || header.right.number !== number || header.right.epoch !== epoch
    ? undefined
    : header.right;
}

/** The newest manifest, looked for without the log: in the newest segment that has frames. */
async function manifestOf(storage: StoragePort): Promise<Manifest> {
  const files = filesOf(storage, 2);
  try {
    const segments = segmentsIn(await storage.list()).sort(newestFirst);
    for (let next: SegmentId | undefined = segments.shift(); next;) {
      const header = await soundHeader(files, next);
      if (!header) {
        next = segments.shift();
        continue;
      }
      const manifest = await manifestOnDisk(files, header);
      if (manifest) return manifest;
      next = header.previous && { number: header.number - 1, epoch: header.previous.epoch };
    }
    return emptyManifest;
  } finally {
    await files.close();
  }
}
