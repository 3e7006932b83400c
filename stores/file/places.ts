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
import { failCorrupt } from "./attempt.ts";
import { isBackup } from "./backup_mark.ts";
import { newestFirst, type SegmentId } from "./chain.ts";
import { type Files, filesOf, readPart } from "./files.ts";
import { archiveName, parseName, segmentName } from "./format/layout.ts";
import { archivedAttempt, emptyManifest, type Manifest } from "./format/manifest.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./format/segment.ts";
import type { Settings } from "./options.ts";
import { manifestOnDisk } from "./scan.ts";
import type { ReadFile, StoragePort } from "./storage.ts";
import { segmentsIn } from "./survey.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where files are. */
export interface Places {
  /** The cold tier, if the store was opened with one. */
  readonly archives: Archives | undefined;
  /** Opens a file of the store, or what has taken the place of one. */
  readonly openRead: (name: string) => Promise<ReadFile | "missing">;
  /** Whether a segment without a file is in the cold tier. */
  readonly isArchived: (segment: number) => Promise<boolean>;
  /** Every name in the place, and those of the segments that are in the cold tier. */
  readonly list: () => Promise<ReadonlyArray<string>>;
  /** Says who knows the newest manifest from now on. */
  readonly follow: (manifest: () => Manifest) => void;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The places of a store. While nobody has read the log, the manifest is looked for where it must be:
 * in the newest segment that has frames. So it is again when a file has gone that the manifest known
 * so far does not explain: another process has archived it since.
 */
export function placesOf(storage: StoragePort, settings: Settings): Places {
  const archives = archivesIn(settings);
  let known = (): Manifest => emptyManifest;
  let found = emptyManifest;

  const attemptOf = async (segment: number): Promise<number | undefined> => {
    const attempt = archivedAttempt(known(), segment) ?? archivedAttempt(found, segment);
    if (attempt !== undefined) return attempt;
    found = await manifestOf(storage);
    return archivedAttempt(found, segment);
  };

  const openArchived = async (
    number: number,
    attempt: number,
  ): Promise<Awaited<ReturnType<typeof openArchive>>> => {
    const name = archiveName(number, attempt);
    if (!archives) {
      const cause = new Error("the store was opened without a cold tier; open it with one");
      return failUnavailable("a cold tier", name, cause);
    }
    const archive = await openArchive(archives, name);
    if (archive.header.segment === number) return archive;
    return failCorrupt(name, 0, `segment ${number}`, `segment ${archive.header.segment}`);
  };

  return {
    archives,
    follow: (manifest) => {
      known = manifest;
    },
    isArchived: async (segment) => await attemptOf(segment) !== undefined,
    list: async () => {
      const names = new Set(await storage.list());
      // A backup has unpacked what its manifest calls archived.
      if (isBackup([...names])) return [...names];
      const newest = Math.max(0, ...segmentsIn([...names]).map(({ number }) => number));
      found = await manifestOf(storage);
      for (const { from, to, attempt } of found.archived) {
        for (let number = from; number <= to && number < newest; number++) {
          const { header } = await openArchived(number, attempt);
          names.add(segmentName(number, header.epoch));
        }
      }
      return [...names];
    },
    openRead: async (name) => {
      const file = await storage.openRead(name);
      if (file !== "missing") return file;
      const segment = parseName(name);
      if (segment?.kind !== "segment") return file;
      const attempt = await attemptOf(segment.number);
      if (attempt === undefined) return file;
      const archive = await openArchived(segment.number, attempt);
      // A stray of the same number is another segment.
      return archive.header.epoch === segment.epoch ? archive.file : file;
    },
  };
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
