/**
 * Planted bugs of backups, and of stores that are restored from one.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const backup = "stores/file/backup.ts";
const mark = "stores/file/backup_mark.ts";
const copy = "stores/file/store_copy.ts";
const copyPlan = "stores/file/copy_plan.ts";
const backups = "test/stores/file/backup_test.ts";
const flushed =
  "a backup > is flushed oldest first, each header before what follows, STORE then, " +
  "and its mark last";
const damage = "damage > of the source is Corrupt, and the earlier backup stays whole";

export const copyBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "believes what an unfinished backup has left",
    rule: "Backup: what no finished one vouches for is written again",
    file: copy,
    edits: [[`<= Math.min(flushed, there);`, `<= there;`]],
    caughtBy: {
      file: "test/stores/file/backup_again_test.ts",
      test: "what an earlier backup has left > is written again if that did not come to its end: " +
        "its flush may have failed",
    },
  },
  {
    name: "takes what an unfinished backup says of its store for flushed",
    rule: "Backup: what no finished one vouches for is written again",
    file: backup,
    edits: [[`  if (vouched && known && areEqual(`, `  if (known && areEqual(`]],
    caughtBy: {
      file: "test/stores/file/backup_again_test.ts",
      test: "what an earlier backup has left > is written again if that did not come to its end: " +
        "its flush may have failed",
    },
  },
  {
    name: "writes over what the backup before has flushed",
    rule: "Backup: what is flushed is never written over",
    file: copy,
    edits: [[`const until = at < flushed ? Math.min(flushed, end) : end;`, `const until = end;`]],
    caughtBy: {
      file: "test/stores/file/backup_again_test.ts",
      test: "what an earlier backup has left > is not written over if it did",
    },
  },
  {
    name: "removes the mark of the backup before first",
    rule: "Backup: one that is interrupted is the one before",
    file: mark,
    edits: [[
      `  const attempt = (older[0] ?? 0) + 1;\n`,
      `  const attempt = (older[0] ?? 0) + 1;
  for (const one of older) await storage.remove(printName({ kind: "backup", attempt: one }));
`,
    ]],
    caughtBy: {
      file: "test/stores/file/backup_mark_test.ts",
      test: "the mark of a backup is flushed before that of the earlier one goes",
    },
  },
  {
    name: "does not flush the mark of a backup",
    rule: "Backup: the mark is flushed before the one before it goes",
    file: mark,
    edits: [[`    await file.datasync();\n`, ``]],
    caughtBy: { file: backups, test: flushed },
  },
  {
    name: "does not flush what it copies",
    rule: "Backup: everything before the mark is flushed",
    file: copy,
    edits: [[
      `      bytes += await copyBytes(copying, { name, end, flushed: flushedOf(segment, vouched) }, file);\n      await file.datasync();\n`,
      `      bytes += await copyBytes(copying, { name, end, flushed: flushedOf(segment, vouched) }, file);\n`,
    ]],
    caughtBy: { file: backups, test: flushed },
  },
  {
    name: "does not flush the header of a copy before its frames",
    rule: "Backup: a header is flushed before what follows it, as in a log",
    file: copy,
    edits: [[`      if (at === 0) await file.datasync();\n`, ``]],
    caughtBy: { file: backups, test: flushed },
  },
  {
    name: "does not flush the names of a backup",
    rule: "Backup: names are flushed before anything says that they are there",
    file: backup,
    edits: [[
      `  await target.syncDirectory();\n  bytesWritten += await copyIdentity(each, vouched);`,
      `  bytesWritten += await copyIdentity(each, vouched);`,
    ]],
    caughtBy: { file: backups, test: flushed },
  },
  {
    name: "takes a segment of an earlier backup for the same by its size",
    rule: "Backup: a closed segment is recognised by its size and both its ends",
    file: copy,
    edits: [[
      `    if (!areEqual(here, await bytesOf(written, name, from, to - from))) return false;\n`,
      ``,
    ]],
    caughtBy: { file: backups, test: damage },
  },
  {
    name: "takes a half-copied segment for one that an earlier backup vouches for",
    rule: "Backup: only segments before the last one of the earlier backup are vouched for",
    file: copyPlan,
    edits: [[
      `  return mark !== undefined && segment.number < mark.segment;`,
      `  return mark !== undefined;`,
    ]],
    caughtBy: {
      file: "test/stores/file/copy_plan_test.ts",
      test: "an earlier backup vouches for segments before its last one",
    },
  },
  {
    name: "spoils the backup of another store",
    rule: "Backup: a target that holds another history is refused before anything is written",
    file: copyPlan,
    edits: [[`  if (identity === "other") return { wanted, found: "another store" };\n`, ``]],
    caughtBy: {
      file: backups,
      test: "a place is not given a backup > if it holds another store, or one that was opened " +
        "for writing",
    },
  },
  {
    name: "spoils the backup of a history that has parted",
    rule: "Backup: a segment that a repair has left outside is another history",
    file: copyPlan,
    edits: [[
      `    return { wanted, found: \`\${stray}, which`,
      `    if (names.length < 0) return { wanted, found: \`\${stray}, which`,
    ]],
    caughtBy: { file: "test/stores/file/copy_plan_test.ts", test: "a backup goes nowhere else" },
  },
  {
    name: "restores what was never a whole backup",
    rule: "Restore: only from a place whose backup came to its end",
    file: backup,
    edits: [[
      `      if (!isBackup(names) || !await readBackupMark(from, names)) return failNoBackup(from);\n`,
      ``,
    ]],
    caughtBy: {
      file: backups,
      test: "a store is restored > only from a backup, and only into an empty place",
    },
  },
  {
    name: "restores into a place that holds a store",
    rule: "Restore: into an empty place",
    file: backup,
    edits: [[`        failIfUnfit(storage, unfitForRestore(segments, facts));\n`, ``]],
    caughtBy: {
      file: backups,
      test: "a store is restored > only from a backup, and only into an empty place",
    },
  },
  {
    name: "restores a store that goes on as the first one does",
    rule: "Restore: the store is opened once, so that the two histories part",
    file: backup,
    edits: [[
      `      const session = await openWriting(storage, settingsOf({ mode: "existing" }));`,
      `      if (copied) return copied;
      const session = await openWriting(storage, settingsOf({ mode: "existing" }));`,
    ]],
    caughtBy: { file: backups, test: "a backup > holds the log with its index, and no claim" },
  },
];
