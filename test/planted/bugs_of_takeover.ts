/**
 * Planted bugs of what a writer does with the log that it has found: flush it, and go on in its last
 * segment or behind it.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const recovery = "stores/file/recovery.ts";
const opening = "stores/file/opening.ts";
const recoveryTest = "test/stores/file/recovery_test.ts";
const openingTest = "test/stores/file/opening_test.ts";

export const takeoverBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "goes on behind a torn tail",
    rule: "Open 7: adopt only if nothing but zeros follows",
    file: recovery,
    edits: [[`  if (isClean && marked === undefined`, `  if (marked === undefined`]],
    caughtBy: {
      file: recoveryTest,
      test: "the last segment > is pinned with its torn tail left outside",
    },
  },
  {
    name: "goes on in a sealed segment",
    rule: "Open 7: adopt only if it is not sealed",
    file: recovery,
    edits: [[` && !end.isSealed && mayAdopt`, ` && mayAdopt`]],
    caughtBy: {
      file: recoveryTest,
      test: "the last segment > is pinned where any of that is missing",
    },
  },
  {
    name: "goes on in a segment by its own epoch's claim",
    rule: "Open 7: the newest earlier claim decides, since a later owner may have adopted it",
    file: recovery,
    edits: [[
      `const newest = claims[claims.length - 1];`,
      `const newest = claims.find((one) => one.epoch === segment.epoch) ?? claims[claims.length - 1];`,
    ]],
    caughtBy: {
      file: recoveryTest,
      test: "the last segment > is pinned where any of that is missing",
    },
  },
  {
    name: "never goes on in a segment",
    rule: "Open 7: short-lived programs leave no file each",
    file: recovery,
    edits: [[`mayAdopt(newest, segment)) {`, `!mayAdopt(newest, segment) && false) {`]],
    caughtBy: {
      file: openingTest,
      test: "opening > again and again adds no segment unless something was torn",
    },
  },
  {
    name: "serves what it found before it is flushed",
    rule: "Open 6: flush the last segment before anybody sees it",
    file: opening,
    edits: [[
      `    await file.datasync();\n    await storage.syncDirectory();`,
      `    await storage.syncDirectory();`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "an open > flushes what it found, and its name, before it says that it is there",
    },
  },
  {
    name: "serves what it found before its name is flushed",
    rule: "Open 6: flush the directory before anybody sees it",
    file: opening,
    edits: [[
      `    await file.datasync();\n    await storage.syncDirectory();`,
      `    await file.datasync();`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "an open > flushes what it found, and its name, before it says that it is there",
    },
  },
  {
    name: "leaves in the page cache what it could not flush of a new segment",
    rule: "Errors 4: if its creation fails, nothing is left of what was not flushed",
    file: "stores/file/append/tail.ts",
    edits: [[
      `    await Promise.allSettled([writeAll(file, unflushed.at, new Uint8Array(unflushed.bytes))]);\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/unflushed_begin_test.ts",
      test:
        "a segment that could be neither flushed nor removed > because of its header is nothing that the next writer goes on behind",
    },
  },
  {
    name: "leaves in the page cache the manifest that it could not flush",
    rule: "Errors 4: if its creation fails, nothing is left of what was not flushed",
    file: "stores/file/append/tail.ts",
    edits: [[
      `      unflushed = { at: tail.written.offset, bytes: bytes.length };\n`,
      `      unflushed = { at: tail.written.offset, bytes: 0 };\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/unflushed_begin_test.ts",
      test:
        "a segment that could be neither flushed nor removed > because of its manifest is nothing that the next writer goes on behind",
    },
  },
  {
    name: "removes a segment that another writer has gone on behind",
    rule: "Errors 4: whoever was overtaken leaves its segment as it is",
    file: "stores/file/append/tail.ts",
    edits: [[`const isOurs = !await isOvertaken(claim);`, `const isOurs = true;`]],
    caughtBy: {
      file: "test/stores/file/begun_twice_test.ts",
      test:
        "a writer that could not flush its segment, and slept, leaves it to whom has gone on behind it",
    },
  },
  {
    name: "opens again after a flush failed at opening",
    rule: "Open 6: refuse again until the machine has restarted",
    file: opening,
    edits: [[
      `    await Promise.allSettled([claim.fail(nothingFlushed)]);\n`,
      ``,
    ]],
    caughtBy: {
      file: openingTest,
      test:
        "opening > after a failed flush of the log is refused until the machine has started again",
    },
  },
  {
    name: "releases away the mark of a failed opening",
    rule: "Open 6: a release would take the mark's place",
    file: "stores/file/claims/claimant.ts",
    edits: [[`    if (!hasFailed) await`, `    await`]],
    caughtBy: {
      file: openingTest,
      test:
        "opening > after a failed flush of the log is refused until the machine has started again",
    },
  },
];
