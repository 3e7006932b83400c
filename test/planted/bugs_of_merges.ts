/**
 * Planted bugs of merging index runs: which are merged, what comes of it, and which files go.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const plan = "stores/file/runs/merge_plan.ts";
const merge = "stores/file/runs/run_merge.ts";
const planTest = "test/stores/file/runs/merge_plan_test.ts";
const mergeTest = "test/stores/file/runs/run_merge_test.ts";
const mergingTest = "test/stores/file/runs/merging_test.ts";

export const mergeBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "merges nine runs of a level",
    rule: "Eight neighbouring runs of a level become one",
    file: plan,
    edits: [[
      `for (let at = start; at + RUNS_IN_MERGE <= end; at++) {`,
      `for (let at = start; at + RUNS_IN_MERGE < end; at++) {`,
    ]],
    caughtBy: {
      file: planTest,
      test:
        "a plan of merges > keeps runs few while a log grows, and writes each byte once a level",
    },
  },
  {
    name: "merges runs into one that is too large",
    rule: "A run has runBytesMax bytes at most",
    file: plan,
    edits: [[
      `        if (bytesOf(runs, at, to) <= runBytesMax) return { at, count: to - at };`,
      `        return { at, count: to - at };`,
    ]],
    caughtBy: {
      file: planTest,
      test: "a plan of merges > makes no run larger than it may be, and still merges what fits",
    },
  },
  {
    name: "merges the run of the segment that is written to",
    rule: "The run of a segment that is still open is replaced, never merged",
    file: "stores/file/runs/merger.ts",
    edits: [[
      `  return log.segments.get(last.number)?.end === last.endOffset;`,
      `  return last.number > 0;`,
    ]],
    caughtBy: {
      file: mergingTest,
      test: "merged index runs > leave the run of the segment that is written to alone",
    },
  },
  {
    name: "lets runs pile up beside a fast writer",
    rule: "There are at most twice as many runs of the lowest level as are merged at once",
    file: "stores/file/runs/merger.ts",
    edits: [[`  return lowest >= LOWEST_RUNS_MAX;`, `  return lowest >= 4 * LOWEST_RUNS_MAX;`]],
    caughtBy: {
      file: mergingTest,
      test:
        "runs beside a fast writer > never are more than twice as many as are merged at once: then appends wait",
    },
  },
  {
    name: "merges no small runs while a large merge goes on",
    rule: "A large merge lets small ones overtake it",
    file: "stores/file/runs/merger.ts",
    edits: [[`      await meanwhile();\n`, ``]],
    caughtBy: {
      file: mergingTest,
      test: "runs beside a fast writer > are merged while a large merge goes on",
    },
  },
  {
    name: "closes a store without merging what is due",
    rule: "A close leaves few runs",
    file: "stores/file/writing.ts",
    edits: [[`      if (!writer.broken) await indexer.merged(MERGING_AT_CLOSE_MS);\n`, ``]],
    caughtBy: {
      file: mergingTest,
      test: "merged index runs > stay few, and are the runs that their segments give",
    },
  },
  {
    name: "gives nobody a turn while it appends",
    rule: "Who appends without an end keeps no timer from its turn",
    file: "stores/file/append/writer.ts",
    edits: [[`      await writer.pace();\n`, ``]],
    caughtBy: {
      file: "test/stores/file/append/turns_test.ts",
      test:
        "who appends without an end, to a storage that answers at once > gives others a turn every few milliseconds: sync",
    },
  },
  {
    name: "waits for a turn where nobody was kept from one",
    rule: "Time without a turn counts from the first step since others have had theirs",
    file: "stores/file/runs/pace.ts",
    edits: [[`        since = undefined;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/limits_test.ts",
      test: "time > of a clock that goes back is kept as the clock said",
    },
  },
  {
    name: "takes the oldest manifest frame into a merged run",
    rule: "A run names the newest manifest frame that it covers",
    file: merge,
    edits: [[
      `[...maps].reverse().find(({ counts }) => counts.manifest)`,
      `maps.find(({ counts }) => counts.manifest)`,
    ]],
    caughtBy: {
      file: mergeTest,
      test: "a merge of index runs > keeps the newest manifest frame",
    },
  },
  {
    name: "merges commit ids without saying of which segment",
    rule: "A merged run is, to the byte, the run of all its segments",
    file: merge,
    edits: [[
      `const base = maps[input]!.counts.from - maps[0]!.counts.from;`,
      `const base = maps[input]!.counts.from - maps[input]!.counts.from;`,
    ]],
    caughtBy: {
      file: mergeTest,
      test:
        "a merge of index runs > gives the bytes of the run of all their segments, in whatever steps",
    },
  },
  {
    name: "takes terms of one hash for one term in a merge",
    rule: "Names are compared at every hit",
    file: "stores/file/runs/merge_terms.ts",
    edits: [[
      `isAlone ? sameHash : leastTerm(cursors, inputs, sameHash);`,
      `isAlone || inputs.length > 0 ? sameHash : leastTerm(cursors, inputs, sameHash);`,
    ]],
    caughtBy: {
      file: mergeTest,
      test:
        "a merge of index runs > gives the bytes of the run of all their segments, in whatever steps",
    },
  },
  {
    name: "removes a run that is coming",
    rule: "Only index files that nobody uses, or is about to use, are removed",
    file: "stores/file/runs/indexer.ts",
    edits: [[
      `new Set([...log.runs.map((run) => run.name), ...names.coming]);`,
      `new Set(log.runs.map((run) => run.name));`,
    ]],
    caughtBy: {
      file: mergingTest,
      test: "merged index runs > stay few, and are the runs that their segments give",
    },
  },
  {
    name: "removes no index file",
    rule: "Runs that a wider one stands for are removed",
    file: "stores/file/runs/garbage.ts",
    edits: [[`      await log.storage.remove(name);\n`, ``]],
    caughtBy: {
      file: mergingTest,
      test: "merged index runs > stay few, and are the runs that their segments give",
    },
  },
  {
    name: "removes index files of the writer that has taken over",
    rule: "An index file is removed after a look at the claim that follows the list of names",
    file: "stores/file/runs/garbage.ts",
    edits: [[`  if (await claim.fenced() === "fenced") return;\n`, ``]],
    caughtBy: {
      file: mergingTest,
      test: "a merge of index runs > removes nothing once another writer has taken over",
    },
  },
  {
    name: "uses the name of a run twice",
    rule: "A name is never used twice",
    file: "stores/file/format/layout.ts",
    edits: [[`  let last = least - 1;\n`, `  let last = least - 2;\n`]],
    caughtBy: {
      file: "test/stores/file/derived_index_test.ts",
      test:
        "an index run > is made again to the byte, if it is gone when the store is opened for writing",
    },
  },
  {
    name: "fails when its own merge has taken a run away",
    rule: "Who looks at the index looks again if a run has gone because another took its place",
    file: "stores/file/append/appender.ts",
    edits: [[
      `      if (log.generation === generation && !await isMended(log, thrown)) throw thrown;\n    }\n  }\n}\n`,
      `      throw thrown;\n    }\n  }\n}\n`,
    ]],
    caughtBy: {
      file: mergingTest,
      test: "a merge of index runs > may take a run away while an append looks into it",
    },
  },
  {
    name: "believes old runs when the index is made again",
    rule: "Making the index again believes nothing of what is there",
    file: "stores/file/opening.ts",
    edits: [[`reindexing ? () => Promise.resolve(undefined) : openRun`, `openRun`]],
    caughtBy: {
      file: "test/stores/file/rebuild_test.ts",
      test:
        "an index that is made again > is the same to the byte, under other names, whatever was wrong with it",
    },
  },
  {
    name: "says that an index is made again that could not be written",
    rule: "Making the index again fails if a part of it cannot be written",
    file: "stores/file/rebuild.ts",
    edits: [[`      if (failures.length > 0) throw failures[0];\n`, ``]],
    caughtBy: {
      file: "test/stores/file/rebuild_test.ts",
      test: "an index that is made again > tells if it could not be written",
    },
  },
  {
    name: "tells of damage of an index run instead of mending it, to a reader",
    rule: "An index run that is found to be damaged is read without",
    file: "stores/file/reading.ts",
    edits: [[`    reader.damaged.add(run);\n`, ``]],
    caughtBy: {
      file: "test/stores/file/runs/mending_test.ts",
      test: "an index run that is damaged while the store is open > changes no answer of a reader",
    },
  },
  {
    name: "tells of damage of an index run instead of mending it, to who appends",
    rule: "A writer makes an index run again that it finds to be damaged",
    file: "stores/file/append/appender.ts",
    edits: [[
      `      if (log.generation === generation && !await isMended(log, thrown)) throw thrown;\n    }\n  }\n`,
      `      if (log.generation === generation) throw thrown;\n    }\n  }\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/runs/mending_test.ts",
      test:
        "an index run that is damaged while the store is open > changes no answer of a writer, which makes it again",
    },
  },
];
