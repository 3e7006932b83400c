/**
 * Planted bugs of opening: what is the log, where it ends, and whether that is torn or corrupt.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const recovery = "stores/file/recovery.ts";
const opening = "stores/file/opening.ts";
const segment = "stores/file/format/segment.ts";
const recoveryTest = "test/stores/file/recovery_test.ts";
const cutTail = "test/stores/file/cut_tail_test.ts";
const openingTest = "test/stores/file/opening_test.ts";
const chainTest = "test/stores/file/chain_test.ts";
const leftOpen = "test/stores/file/left_open_test.ts";

export const recoveryBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "calls a header damaged that was written while it was looked at",
    rule: "Open: only a segment with nothing behind its header may be unfinished",
    file: "stores/file/survey.ts",
    edits: [[
      `    return decodeSegmentHeader(await readPart(file, 0, SEGMENT_HEADER_BYTES), false);\n`,
      `    return decodeSegmentHeader(bytes, false);\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/beside_writer_test.ts",
      test: "a reader beside a writer > looks at a header again that was written between a look " +
        "at it and one behind it",
    },
  },
  {
    name: "leaves the last segment open where an open fails",
    rule: "Open: one that fails leaves nothing open",
    file: opening,
    edits: [[`    await Promise.allSettled([tail?.file.close()]);\n`, ``]],
    caughtBy: {
      file: leftOpen,
      test:
        "nothing stays open, whichever call fails > of an open that fails, of an empty place, " +
        "mode create",
    },
  },
  {
    name: "holds its claim where a close fails",
    rule: "Close: one that fails leaves nothing open, and no claim that is kept alive",
    file: "stores/file/writing.ts",
    edits: [[
      `closeAll([() => endWriting(), claim.close, log.files.close])`,
      `endWriting().then(() => closeAll([claim.close, log.files.close]))`,
    ]],
    caughtBy: {
      file: leftOpen,
      test: "nothing stays open, whichever call fails > of a close that fails, of an empty place",
    },
  },
  {
    name: "believes no later frame (R1)",
    rule: "Open 5: corrupt, if a sound frame behind F says that more than F was flushed",
    file: recovery,
    edits: [[`if (behind.evidence !== undefined && marked === undefined) {`, `if (false) {`]],
    caughtBy: {
      file: cutTail,
      test:
        "the end of a killed writer's log > is damage in the middle if a later frame says that it was flushed",
    },
  },
  {
    name: "believes the frames behind a mark (R1)",
    rule: "Open 5: behind a mark stand the frames of a failed group",
    file: recovery,
    edits: [[
      `behind.evidence !== undefined && marked === undefined`,
      `behind.evidence !== undefined`,
    ]],
    caughtBy: {
      file: recoveryTest,
      test:
        "corruption is told from a torn tail > R1 does not look behind the mark of a failed write",
    },
  },
  {
    name: "believes no watermark (R2)",
    rule: "Open 5: corrupt, if any watermark says that more was flushed",
    file: recovery,
    edits: [[`if (flushed > end.offset) {`, `if (false) {`]],
    caughtBy: {
      file: cutTail,
      test:
        "the end of a cleanly closed log > is missed when 7 bytes of it are cut off: no writer opens it",
    },
  },
  {
    name: "believes the newest watermark only (R2)",
    rule: "Open 5: a watermark of any claim",
    file: recovery,
    edits: [[
      `...marks.filter((mark) => isOf(mark, segment)).map((mark) => {`,
      `...marks.slice(-1).filter((mark) => isOf(mark, segment)).map((mark) => {`,
    ]],
    caughtBy: {
      file: recoveryTest,
      test:
        "corruption is told from a torn tail > R2: by a watermark of any claim, also where the end looks clean",
    },
  },
  {
    name: "takes a watermark of another segment for this one's (R2)",
    rule: "Open 5: a watermark of this segment",
    file: recovery,
    edits: [[
      `...marks.filter((mark) => isOf(mark, segment)).map((mark) => {`,
      `...marks.map((mark) => {`,
    ]],
    caughtBy: {
      file: recoveryTest,
      test:
        "corruption is told from a torn tail > R2 takes no watermark of another segment, or of another epoch's",
    },
  },
  {
    name: "does not care where a closed segment ends (R3)",
    rule: "Open 4: each closed segment must parse exactly to the offset that its successor names",
    file: recovery,
    edits: [[`if (end.offset !== pinned) {`, `if (false) {`]],
    caughtBy: {
      file: recoveryTest,
      test:
        "corruption is told from a torn tail > R3: by a closed segment that is not what its successor says",
    },
  },
  {
    name: "does not care which frame a closed segment ends with (R3)",
    rule: "Open 4: and to the hcrc that its successor names",
    file: recovery,
    edits: [[`end.hcrc !== successor.previous?.hcrc || `, ``]],
    caughtBy: {
      file: recoveryTest,
      test:
        "corruption is told from a torn tail > R3: by a closed segment that is not what its successor says",
    },
  },
  {
    name: "does not miss a segment (R4)",
    rule: "Open 3: a mark of a segment that is not on the chain is corrupt",
    file: recovery,
    edits: [[`mark.segment < floor || isOnChain(segment)`, `mark.segment >= 0`]],
    caughtBy: {
      file: recoveryTest,
      test:
        "corruption is told from a torn tail > R4: by a watermark of a segment that is not there",
    },
  },
  {
    name: "does not scan on before it says corrupt",
    rule: "Open 5: before the verdict the scan goes on once more from F",
    file: opening,
    edits: [[
      `return again.state.offset > end.offset\n`,
      `return again.state.offset < end.offset\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test:
        "whoever claims a store > reads again where a scan came too early to see what it then finds evidence of",
    },
  },
  {
    name: "reads over the mark of a failed write",
    rule: "Open 4: scan to the first bytes that are no frame, or to a failed mark",
    file: recovery,
    edits: [[`return ends.length === 0 ? undefined : Math.min(...ends);`, `return undefined;`]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "what was acknowledged before its flush > is told to be lost if its flush fails (os), and nothing is written after it",
    },
  },
  {
    name: "goes by the farthest mark of a failed write",
    rule: "Open 4: the lowest of several marks",
    file: recovery,
    edits: [[`Math.min(...ends)`, `Math.max(...ends)`]],
    caughtBy: {
      file: recoveryTest,
      test: "the mark of a failed write ends its own segment, the lowest of several",
    },
  },
  {
    name: "claims a store of a newer format",
    rule: "Open 1: a newer format is refused before a claim lies beside it",
    file: opening,
    edits: [[
      `    await readIdentity(storage, files, names);\n    return await underClaim`,
      `    return await underClaim`,
    ]],
    caughtBy: {
      file: openingTest,
      test: "a store of a newer format > is told by STORE, before a claim is put beside it",
    },
  },
  {
    name: "reads a closed segment beyond its end",
    rule: "The chain: each segment is read up to the offset that its successor names",
    file: "stores/file/load_log.ts",
    edits: [[`  const until = successor.previous?.offset ?? 0;\n`, `  const until = Infinity;\n`]],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test:
        "what an overtaken writer has written > behind the end that its successor has pinned is never read, with or without an index",
    },
  },
  {
    name: "takes the segment of the highest number for the newest",
    rule: "The chain: the newest segment is the one with the highest (epoch, number)",
    file: "stores/file/chain.ts",
    edits: [[
      `b.epoch - a.epoch || b.number - a.number`,
      `b.number - a.number || b.epoch - a.epoch`,
    ]],
    caughtBy: {
      file: chainTest,
      test: "the newest segment is the one of the highest epoch, and of those the highest number",
    },
  },
  {
    name: "takes a segment of another store",
    rule: "The chain: a header names its store",
    file: "stores/file/chain.ts",
    edits: [[
      `if (!header.right.storeId.every((byte, at) => byte === storeId[at])) {`,
      `if (false) {`,
    ]],
    caughtBy: {
      file: openingTest,
      test: "a segment that is not what its name says > is Corrupt: one of another store",
    },
  },
  {
    name: "takes a segment for another one",
    rule: "The chain: a header names its number and epoch",
    file: "stores/file/chain.ts",
    edits: [[`if (number !== segment.number || epoch !== segment.epoch) {`, `if (false) {`]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test:
        "without a claim that would tell > a segment that was copied under a newer name is damage, and not the newest",
    },
  },
  {
    name: "passes over a bad header",
    rule: "The chain: a bad header with anything but zeros behind it is corrupt",
    file: segment,
    edits: [[`isEmpty ? { _tag: "Unfinished" } : { _tag: "BadHeader" }`, `{ _tag: "Unfinished" }`]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test:
        "without a claim that would tell > a bad header with frames behind it is damage, and not passed over",
    },
  },
  {
    name: "takes a creation that never finished for damage",
    rule: "The chain: a bad header with only zeros behind it is passed over",
    file: segment,
    edits: [[`isEmpty ? { _tag: "Unfinished" } : { _tag: "BadHeader" }`, `{ _tag: "BadHeader" }`]],
    caughtBy: {
      file: "test/stores/file/killed_test.ts",
      test: "a process that is killed (sync) > before any call loses nothing that was acknowledged",
    },
  },
  {
    name: "forgets a segment that is gone",
    rule: "Open 3: a number that is not there is corrupt",
    file: "stores/file/load_log.ts",
    edits: [[
      `    failCorrupt(file, 0, "a segment of the log", "no such file");`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/damage_test.ts",
      test:
        "a file that is gone > is Corrupt if it was STORE or a segment, and changes nothing if it was a run",
    },
  },
];
