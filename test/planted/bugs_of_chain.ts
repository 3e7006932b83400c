/**
 * Planted bugs of the chain of SHA-256, and of anchors.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const segmentHash = "stores/file/segment_hash.ts";
const anchor = "stores/file/verify_anchor.ts";
const chain = "test/stores/file/segment_hash_test.ts";
const afterAll = "the chain of a store > is right after rolls, reopenings, kills, and writes and " +
  "flushes that fail";
const anchors = "test/stores/file/anchor_test.ts";
const neverWas = "an anchor > that never was is told: inside a commit, of another store, of " +
  "another hash";

export const chainBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "begins the chain anew with each segment",
    rule: "Chain: its value is over what is before the segment, too",
    file: segmentHash,
    edits: [[`  hash.update(value);\n`, ``]],
    caughtBy: { file: chain, test: afterAll },
  },
  {
    name: "takes the chain value before the seal for that of the end",
    rule: "Chain: a header holds the value at the end of its predecessor's log, seal included",
    file: "stores/file/append/tail.ts",
    edits: [[
      `await before.hash?.upTo(before.end?.offset ?? 0)`,
      `before.hash?.value()`,
    ]],
    caughtBy: { file: chain, test: afterAll },
  },
  {
    name: "keeps in the hash what a failed write has added",
    rule: "Chain: what a failed write has added is not in the log",
    file: segmentHash,
    edits: [[`      if (taken > offset) {`, `      if (false) {`]],
    caughtBy: {
      file: chain,
      test: "the hash of a segment > is that of the bytes, whichever of them it was shown and " +
        "wherever it is asked",
    },
  },
  {
    name: "leaves out of the hash what it was not shown",
    rule: "Chain: what this process has not written is made up from the file",
    file: segmentHash,
    edits: [[`      if (known < 0) return makeUp();\n`, ``], [
      `known === 0 ? bytes : bytes.subarray(known)`,
      `known <= 0 ? bytes : bytes.subarray(known)`,
    ]],
    caughtBy: {
      file: chain,
      test: "the hash of a segment > is that of the bytes, whichever of them it was shown and " +
        "wherever it is asked",
    },
  },
  {
    name: "does not compare the chain where it reads a segment whole",
    rule: "Chain: compared wherever the bytes of a closed segment are read whole",
    file: "stores/file/recovery.ts",
    edits: [[`  if (!part) return undefined;`, `  return undefined;`]],
    caughtBy: {
      file: "test/stores/file/forged_log_test.ts",
      test:
        "a forger who knows the format > is told by the chain in the very segment, in each place that has a successor",
    },
  },
  {
    name: "takes any hash for the one that was anchored",
    rule: "Anchor: the value is worked out again",
    file: anchor,
    edits: [[`  return value === hash ? undefined`, `  return value ? undefined`]],
    caughtBy: { file: anchors, test: neverWas },
  },
  {
    name: "takes a place inside a commit for an anchor",
    rule: "Anchor: a value at the end of a flushed commit",
    file: anchor,
    edits: [[`  if (commit.last !== position) {`, `  if (commit.last === undefined) {`]],
    caughtBy: { file: anchors, test: neverWas },
  },
  {
    name: "believes headers before an anchor that nothing vouches for",
    rule: "Anchor: worked out from headers that were verified",
    file: "stores/file/verifier.ts",
    edits: [[
      `name?.kind !== "erased") || name.number >= segment;`,
      `name?.kind !== "erased") || segment > 0;`,
    ]],
    caughtBy: {
      file: anchors,
      test: "an anchor > holds at the end of any commit, and proves nothing once a byte before " +
        "it is another",
    },
  },
  {
    name: "signs a head without saying of which store",
    rule: "Head: every field is signed",
    file: "stores/file/format/head.ts",
    edits: [["`${STATEMENT}\\n${storeId}\\n${position}", "`${STATEMENT}\\n${position}"]],
    caughtBy: {
      file: anchors,
      test: "a head > is signed in a statement that anybody can make, and every field counts",
    },
  },
];
