/**
 * Planted bugs of archives and backups: when a file may go, and what makes a copy whole.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const archiver = "stores/file/archive/archiver.ts";
const archiving = "test/stores/file/archive/archiving_test.ts";
const cutShort = "test/stores/file/archive/archiving_cut_short_test.ts";
const copy = "stores/file/store_copy.ts";
const backups = "test/stores/file/backup_test.ts";

export const archiveBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "archives a segment without reading its source against the log",
    rule: "Archive: frames and the chain's hash of the source are verified first",
    file: "stores/file/closed_segment.ts",
    edits: [[
      `return damage ? fail(damage) : { header, successor, terms, end };`,
      `return { header, successor, terms, end };`,
    ]],
    caughtBy: {
      file: archiving,
      test: "an archived store > is not archived where the segment is not what the log says",
    },
  },
  {
    name: "removes a segment before its archive is read back",
    rule: "Archive: read back, inflated, compared with the source while it is there",
    file: archiver,
    edits: [[
      `    const size = await compareArchive(archives, archiveName(number, attempt), archive, file);\n`,
      `    const size = parts.reduce((sum, part) => sum + part.length, 0);\n`,
    ]],
    caughtBy: {
      file: archiving,
      test: "an archived store > is not believed archived where the tier gives back other bytes",
    },
  },
  {
    name: "removes a segment before the log says where its archive is",
    rule: "Archive: a file goes last, after a flushed manifest frame",
    file: archiver,
    edits: [[
      `  await changeManifest((manifest) => {\n`,
      `  await removeFile(log, segment.file);\n  await changeManifest((manifest) => {\n`,
    ]],
    caughtBy: {
      file: cutShort,
      test:
        "archiving that does not come to its end > loses nothing when the process is killed before any call",
    },
  },
  {
    name: "removes what was left over without a look at its archive",
    rule: "Archive: what an earlier archiving has left goes after its archive was compared",
    file: archiver,
    edits: [[
      `  } catch (thrown) {\n    if (corruptIn(thrown)) return undefined;\n    throw thrown;\n`,
      `  } catch {\n    return 0;\n`,
    ]],
    caughtBy: {
      file: cutShort,
      test:
        "archiving that does not come to its end > looks at an archive before what was left over goes, and stores it anew if need be",
    },
  },
  {
    name: "archives what says that a stream is cut",
    rule: "Archive: a segment with the cut of a stream stays at hand",
    file: archiver,
    edits: [[`  if (terms.hasCuts || (isOver`, `  if ((isOver`]],
    caughtBy: {
      file: archiving,
      test: "an archived store > keeps at hand a segment that says that a stream is cut",
    },
  },
  {
    name: "believes a block of an archive without its checksum",
    rule: "Archive: each block has the CRC of its bytes",
    file: "stores/file/archive/archive_file.ts",
    edits: [[`  return crc32(viewOf(bytes)) === crc;`, `  return crc32(viewOf(bytes)) !== -1;`]],
    caughtBy: {
      file: "test/stores/file/archive/archive_reader_test.ts",
      test:
        "an archive with any bit turned over is corrupt, or newer, also where it would read as it was",
    },
  },
  {
    name: "waits for the cold tier in the turn of the appends",
    rule: "A slow archive never blocks hot reads or appends",
    file: "stores/file/append/appender.ts",
    edits: [[
      `  const ahead = isColdNeeded(appender, commit) ? await lookAhead(appender, commit) : NOTHING_SEEN;`,
      `  const ahead = NOTHING_SEEN;`,
    ]],
    caughtBy: {
      file: archiving,
      test: "a cold tier that cannot be reached > keeps only those waiting who need it",
    },
  },
  {
    name: "archives to whatever tier it is opened with",
    rule: "Archive: a store reads from one tier, and archiving to another one is refused",
    file: archiver,
    edits: [[`  refuseOther(log, archives, listed, taken);\n`, ``]],
    caughtBy: { file: archiving, test: "an archived store > is archived to one tier only" },
  },
  {
    name: "restores a store that shares its archives with another",
    rule: "Restore: the store that is restored has its segments in files of its own",
    file: "stores/file/backup.ts",
    edits: [[`changeManifest(withoutArchives)`, `changeManifest((same) => same)`]],
    caughtBy: {
      file: "test/stores/file/backup_archived_test.ts",
      test:
        "a backup of an archived store > is whole by itself, carried on, and restored without the cold tier",
    },
  },
  {
    name: "marks a backup before it is whole",
    rule: "Backup: the mark is written last, when everything before it is flushed",
    file: "stores/file/backup.ts",
    edits: [[
      `        const copied = await copyAll({`,
      `        await writeBackupMark(target, markOf(log, log.readable));\n        const copied = await copyAll({`,
    ]],
    caughtBy: {
      file: backups,
      test:
        "a backup > is flushed oldest first, each header before what follows, STORE then, and its mark last",
    },
  },
  {
    name: "believes what it has copied",
    rule: "Backup: what was written is scanned in the target, checksums and chain",
    file: copy,
    edits: [[`    if (damage) return await failCopy(log, segment, successor, damage);\n`, ``]],
    caughtBy: {
      file: backups,
      test: "damage > of the source is Corrupt, and the earlier backup stays whole",
    },
  },
];
