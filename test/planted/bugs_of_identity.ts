/**
 * Planted bugs of what a store is: who says it, and which of several that say it counts.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const choice = "stores/file/identity_choice.ts";
const storeIdentity = "stores/file/store_identity.ts";
const opening = "stores/file/opening.ts";
const damageTest = "test/stores/file/damage_test.ts";
const vanished =
  "a file that is gone > is Corrupt if it was every segment, as a mark tells, and nothing is begun anew";
const choiceTest = "test/stores/file/identity_choice_test.ts";
const begunTwice = "test/stores/file/begun_twice_test.ts";

export const identityBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "says what the store is anew though there are segments",
    rule: "Open 1: what is not sound later is damage",
    file: choice,
    edits: [[`  if (!named && !isDamaged) return`, `  if (!isDamaged) return`]],
    caughtBy: {
      file: choiceTest,
      test:
        "what a store is > is damaged where there are segments, and nothing says what they name",
    },
  },
  {
    name: "believes what was said of a store last",
    rule: "Open 1: what the newest segment names counts",
    file: choice,
    edits: [[`areEqual(identity.storeId, named)`, `named !== undefined && !isDamaged`]],
    caughtBy: {
      file: choiceTest,
      test: "what a store is > is what the newest segment names, whoever said something later",
    },
  },
  {
    name: "writes STORE again where it is torn",
    rule: "Open 3: each writer that finds no segment says what the store is in a file of its own",
    file: storeIdentity,
    edits: [[
      `  const file = await storage.create(name);\n`,
      `  await storage.remove("STORE");\n  const file = await storage.create("STORE");\n`,
    ]],
    caughtBy: {
      file: begunTwice,
      test:
        "a writer that begins a store and sleeps, while another one begins it > before the create of what it says of it, harms nobody: a torn STORE",
    },
  },
  {
    name: "takes over what another writer has said of a store",
    rule: "Open 3: each writer that finds no segment says what the store is in a file of its own",
    file: choice,
    edits: [[
      `  if (!named && !isDamaged) return { _tag: "Open", last: last?.identity };\n`,
      `  if (!named && !isDamaged && !last) return { _tag: "Open", last: undefined };\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/store_file_flush_test.ts",
      test:
        "a store file whose flush fails, while the page cache keeps it is on the disk before a segment is",
    },
  },
  {
    name: "begins a store anew whose segments have vanished",
    rule: "Open 3: a mark of a segment that is not on the chain is corrupt",
    file: opening,
    edits: [[
      `  return damage ? fail(damage) : await beginIdentity(`,
      `  return await beginIdentity(`,
    ]],
    caughtBy: { file: damageTest, test: vanished },
  },
  {
    name: "finds no store where segments have vanished",
    rule: "Open 3: a mark of a segment that is not on the chain is corrupt",
    file: opening,
    edits: [[
      `  return damage ? fail(damage) : failMissing(storage);`,
      `  return failMissing(storage);`,
    ]],
    caughtBy: { file: damageTest, test: vanished },
  },
  {
    name: "does not look again whose segment counts",
    rule: "Open 3: if the newest segment names another store by now, it is surveyed again",
    file: storeIdentity,
    edits: [[
      `      if (!corruptIn(thrown)) throw thrown;\n`,
      `      if (corruptIn(thrown)) throw thrown;\n`,
    ]],
    caughtBy: {
      file: begunTwice,
      test: "a writer looks again when the segment of another one comes to count meanwhile",
    },
  },
  {
    name: "keeps to the store of an overtaken writer",
    rule: "Read elsewhere: as long as nothing could be read, what the store is may change",
    file: "stores/file/reading.ts",
    edits: [[
      `log.readable.position > 0 || !corruptIn`,
      `log.readable.position >= 0 || !corruptIn`,
    ]],
    caughtBy: {
      file: begunTwice,
      test:
        "a reader that came when the segment of an overtaken writer counted follows the other one",
    },
  },
];
