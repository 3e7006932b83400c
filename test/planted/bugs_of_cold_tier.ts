/**
 * Planted bugs of archiving, and of reading what is archived.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const archiver = "stores/file/archive/archiver.ts";
const archiveWriter = "stores/file/archive/archive_writer.ts";
const archiveReader = "stores/file/archive/archive_reader.ts";
const archiveFile = "stores/file/archive/archive_file.ts";
const archivePlan = "stores/file/archive/archive_plan.ts";
const coldStorage = "stores/file/archive/cold_storage.ts";
const places = "stores/file/places.ts";

const archiving = "test/stores/file/archive/archiving_test.ts";
const cutShort = "test/stores/file/archive/archiving_cut_short_test.ts";
const killed =
  "archiving that does not come to its end > loses nothing when the process is killed before any call";
const reader = "test/stores/file/archive/archive_reader_test.ts";

export const coldTierBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "reads an archive back and does not compare it",
    rule: "Archive: what is read back is the segment's bytes",
    file: archiveWriter,
    edits: [[`    if (!areEqual(archived, source)) {`, `    if (false) {`]],
    caughtBy: {
      file: reader,
      test: "blocks of other bytes do not compare with the segment, whatever their checksums say",
    },
  },
  {
    name: "takes the archive of another log for the segment's",
    rule: "Archive: an archive says of which segment and history it is, and that is compared",
    file: archiveWriter,
    edits: [[`  if (!areEqual(own, found)) failCorrupt`, `  if (false) failCorrupt`]],
    caughtBy: {
      file: reader,
      test: "blocks of other bytes do not compare with the segment, whatever their checksums say",
    },
  },
  {
    name: "removes a segment's file before its archive is verified",
    rule: "Archive: a file goes last",
    file: archiver,
    edits: [[
      `    const size = await compareArchive(archives, archiveName(number, attempt), archive, file);`,
      `    await removeFile(log, segment.file);
    const size = await compareArchive(archives, archiveName(number, attempt), archive, file);`,
    ]],
    caughtBy: {
      file: archiving,
      test: "an archived store > is not believed archived where the tier gives back other bytes",
    },
  },
  {
    name: "removes a segment's file before the manifest frame is flushed",
    rule: "Archive: a file goes only after the manifest frame that allows it is flushed",
    file: archiver,
    edits: [[`  await changeManifest((manifest) => {`, `  changeManifest((manifest) => {`]],
    caughtBy: { file: cutShort, test: killed },
  },
  {
    name: "uses the name of an archive again that is gone",
    rule: "No name is used twice, also not of a file that is gone",
    file: archiver,
    edits: [[
      `    const next = Math.max(known + 1, nextArchive(taken, number));`,
      `    const next = nextArchive(taken, number);`,
    ]],
    caughtBy: {
      file: cutShort,
      test: "archiving that does not come to its end > looks at an archive before what was left " +
        "over goes, and stores it anew if need be",
    },
  },
  {
    name: "fails when a segment's file cannot be removed",
    rule: "Archive: a file that stays does no harm",
    file: "stores/file/retention/removal.ts",
    edits: [[
      `    await log.storage.remove(name);
    return true;
  } catch (cause) {
`,
      `    await log.storage.remove(name);
    return true;
  } catch (cause) {
    throw cause;
`,
    ]],
    caughtBy: {
      file: cutShort,
      test: "archiving that does not come to its end > leaves a file that cannot be removed, " +
        "tells of it, and removes it the next time",
    },
  },
  {
    name: "archives the segment that is written to",
    rule: "Archive: only what is closed",
    file: archivePlan,
    edits: [[
      `    if (isWanted && one.isClosed && one.isIndexed)`,
      `    if (isWanted && one.isIndexed)`,
    ]],
    caughtBy: {
      file: "test/stores/file/archive/archive_plan_test.ts",
      test: "never a segment that is written to, or that no index run covers",
    },
  },
  {
    name: "archives what no index run covers",
    rule: "Archive: opening a store touches no archive",
    file: archivePlan,
    edits: [[
      `    if (isWanted && one.isClosed && one.isIndexed)`,
      `    if (isWanted && one.isClosed)`,
    ]],
    caughtBy: {
      file: "test/stores/file/archive/archive_plan_test.ts",
      test: "never a segment that is written to, or that no index run covers",
    },
  },
  {
    name: "believes the table of an archive without its checksum",
    rule: "Archive file: the table has a checksum",
    file: archiveFile,
    edits: [[
      `  if (view.getUint32(footer + 28, true) !== crc32(view, 0, 0, footer + 28)) {`,
      `  if (false) {`,
    ]],
    caughtBy: {
      file: "test/stores/file/archive/archive_file_test.ts",
      test: "a table with any one bit turned over, of another archive, or at another size, is none",
    },
  },
  {
    name: "believes the header of an archive without its checksum",
    rule: "Archive file: the header has a checksum",
    file: archiveFile,
    edits: [[
      `  if (view.getUint32(124, true) !== crc32(view, 0, 0, 124)) return bad(0, "another checksum");\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/archive/archive_file_test.ts",
      test: "a header of an archive with any one bit turned over, or cut anywhere, is none",
    },
  },
  {
    name: "calls a segment missing whose archive is damaged",
    rule: "Verify: damage is told of the file that is damaged",
    file: "stores/file/chain.ts",
    edits: [[`segment ? undefined : damaged.get(number)`, `segment ? undefined : damaged.get(0)`]],
    caughtBy: {
      file: archiving,
      test: "an archived store > is verified through its archives, and counted",
    },
  },
  {
    name: "inflates a block without end",
    rule: "Archive file: inflating is bounded by the size of a block",
    file: "stores/file/archive/deflate_raw.ts",
    edits: [[`    if (size > sizeMax) {`, `    if (false) {`]],
    caughtBy: {
      file: reader,
      test: "a block that inflates without end is corrupt, and is given up early",
    },
  },
  {
    name: "writes over an archive of the same name",
    rule: "Cold tier: create-only",
    file: coldStorage,
    edits: [[
      `      const file = await storage.create(name);\n      if (file === "exists") return file;`,
      `      const made = await storage.create(name);
      const file = made === "exists" ? await storage.openAppend(name) : made;
      if (file === "missing") return "exists";`,
    ]],
    caughtBy: {
      file: "test/stores/cold/storage_tier_test.ts",
      test: "a storage in memory as a cold tier > creates what is not there, and never overwrites",
    },
  },
  {
    name: "does not flush an archive",
    rule: "Archive: synced before it is compared",
    file: coldStorage,
    edits: [[`        await file.datasync();\n`, ``]],
    caughtBy: {
      file: "test/stores/cold/storage_tier_test.ts",
      test: "the name is flushed after the bytes, before it counts as stored",
    },
  },
  {
    name: "does not flush the name of an archive",
    rule: "Archive: synced with its name before it is compared",
    file: coldStorage,
    edits: [[`      await storage.syncDirectory();\n`, ``]],
    caughtBy: {
      file: "test/stores/cold/storage_tier_test.ts",
      test: "the name is flushed after the bytes, before it counts as stored",
    },
  },
  {
    name: "calls a tier that cannot be reached damage",
    rule: "Archive: reads of a segment whose tier is out of reach are ColdUnavailable",
    file: archiveReader,
    edits: [[
      `  } catch (cause) {\n    return failUnavailable(tier.place, name, cause);`,
      `  } catch {\n    return failCorrupt(name, 0, "an archive", "none");`,
    ]],
    caughtBy: {
      file: archiving,
      test: "a cold tier that cannot be reached > is told where a read or a condition needs it, " +
        "and only there",
    },
  },
  {
    name: "reads an archived segment only if it knew of it from the first",
    rule: "Reader: a file that is gone is looked for by the newest manifest frame",
    file: places,
    edits: [[`isElsewhere(found, segment) ? found : await manifest();`, `found;`]],
    caughtBy: {
      file: archiving,
      test: "an archived store > answers as before in every mode, with and without its index",
    },
  },
  {
    name: "looks in the cold tier for what a backup has unpacked",
    rule: "Backup: archived segments are unpacked, and it is whole by itself",
    file: places,
    edits: [[
      `segmentsElsewhere(isBackup(listed) ? withoutArchives(says) : says)`,
      `segmentsElsewhere(says)`,
    ]],
    caughtBy: {
      file: "test/stores/file/backup_archived_test.ts",
      test:
        "a backup of an archived store > is whole by itself, carried on, and restored without " +
        "the cold tier",
    },
  },
  {
    name: "leaves out of a hot read what a backup has unpacked",
    rule: "Backup: archived segments are unpacked, and none of it is in a cold tier",
    file: "stores/file/newest_manifest.ts",
    edits: [[`return isBackup(names) ? withoutArchives(manifest) : manifest;`, `return manifest;`]],
    caughtBy: {
      file: "test/stores/file/backup_archived_test.ts",
      test:
        "a backup of an archived store > is whole by itself, carried on, and restored without " +
        "the cold tier",
    },
  },
  {
    name: "asks the cold tier in a read of what is hot",
    rule: "Archive: a read may opt out, and then touches nothing cold",
    file: "stores/file/read/pages.ts",
    edits: [[
      `reading.isHotOnly ? hotSpan(coldPositions(source.log), reading) : reading;`,
      `reading;`,
    ]],
    caughtBy: {
      file: archiving,
      test: "a cold tier that cannot be reached > is left out by a read of what is hot, which " +
        "says what it covers",
    },
  },
];
