/**
 * Planted bugs of what is said of the log in the log: manifests, and cuts of streams.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const control = "stores/file/append/control.ts";
const cutPlan = "stores/file/retention/cut_plan.ts";
const cuts = "stores/file/cuts.ts";
const manifestTest = "test/stores/file/manifest_test.ts";
const cutStream = "test/stores/file/cut_stream_test.ts";
const cutFailures = "test/stores/file/cut_failures_test.ts";
const readThere = "a stream that is cut > is read from there on, by every way of reading, " +
  "whatever else is done";

export const controlBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "closes without a word of what is lost",
    rule: "Append 9: whoever was answered before a flush that fails is told",
    file: "stores/file/writing.ts",
    edits: [[`      if (writer.lost) fail(writeFailed(writer.lost.cause));\n`, ``]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "what was acknowledged before its flush > is told to be lost if its flush fails (os), " +
        "and nothing is written after it",
    },
  },
  {
    name: "answers a control frame before it is flushed, in the mode os",
    rule: "Append 9: a control frame is flushed in every mode before it is answered",
    file: "stores/file/append/writer.ts",
    edits: [[
      `isDurable || seal || group.frames.some(({ kind }) => kind === "control");`,
      `isDurable || seal;`,
    ]],
    caughtBy: {
      file: manifestTest,
      test: "a manifest frame (os) > is flushed before it is answered",
    },
  },
  {
    name: "begins a segment without the manifest",
    rule: "Manifest: every new segment begins with one, unless there is nothing to say",
    file: "stores/file/append/plan.ts",
    edits: [[
      `  return isEmptyManifest(manifest) ? undefined : blankFrame(encodeManifest(manifest));`,
      `  return undefined;`,
    ]],
    caughtBy: {
      file: manifestTest,
      test: "a manifest frame (sync) > is the first of every segment that begins after it",
    },
  },
  {
    name: "says in a new segment what a queued manifest will say",
    rule: "Manifest: a segment that begins before a change does not tell of it",
    file: control,
    edits: [
      [
        `  await writeControl({ writer, plan }, {`,
        `  plan.manifest = manifest;\n  await writeControl({ writer, plan }, {`,
      ],
    ],
    caughtBy: {
      file: manifestTest,
      test: "a change of the manifest > is told rightly when a call fails once",
    },
  },
  {
    name: "finds no manifest in an index run",
    rule: "Manifest: index runs know where the newest one is",
    file: "stores/file/newest_manifest.ts",
    edits: [[
      `  return [...log.runs].reverse().find(({ manifest }) => manifest !== undefined)?.manifest;`,
      `  return undefined;`,
    ]],
    caughtBy: {
      file: manifestTest,
      test: "a manifest frame (sync) > is found again by writers and readers, with and without " +
        "the index",
    },
  },
  {
    name: "goes by the oldest manifest",
    rule: "Manifest: the newest counts",
    file: "stores/file/newest_manifest.ts",
    edits: [[`of [...log.memory].reverse())`, `of log.memory)`]],
    caughtBy: {
      file: manifestTest,
      test: "a manifest frame (sync) > is found again by writers and readers, with and without " +
        "the index",
    },
  },
  {
    name: "keeps a manifest that was taken back",
    rule: "Errors: what was queued behind a failed group was never written",
    file: "stores/file/append/plan.ts",
    edits: [[`  log.generation += 1;\n  plan.manifest = log.manifest;`, `  log.generation += 1;`]],
    caughtBy: {
      file: manifestTest,
      test: "a change of the manifest > is told rightly when a call fails once",
    },
  },
  {
    name: "drops what a newer program says in a manifest",
    rule: "Manifest: one that is not understood is not guessed at",
    file: "stores/file/format/manifest.ts",
    edits: [[`    Object.keys(value).length === keys.length && keys`, `    keys`]],
    caughtBy: {
      file: "test/stores/file/format/manifest_test.ts",
      test: "a manifest > that this program does not understand whole is none",
    },
  },
  {
    name: "reads what is cut",
    rule: "Stream cut: what is before the version is not read any more",
    file: "stores/file/read/pages.ts",
    edits: [[`      if (isCut(cut, stream.firstVersion + nth)) continue;\n`, ``]],
    caughtBy: { file: cutStream, test: readThere },
  },
  {
    name: "refuses an append by what is cut",
    rule: "Stream cut: a condition does not see what readers do not see",
    file: "stores/file/append/matching.ts",
    edits: [[
      `position <= after || isCut(cuts?.get(stream), firstVersion + nth)`,
      `position <= after`,
    ]],
    caughtBy: { file: cutStream, test: readThere },
  },
  {
    name: "appends to a stream that is over",
    rule: "Tombstone: appends get StreamTombstoned",
    file: "stores/file/append/appender.ts",
    edits: [[
      `    if (mayHaveCuts(log) && await isHeldUp(writer, commit)) continue;\n`,
      ``,
    ]],
    caughtBy: {
      file: cutStream,
      test: "a stream that is cut > counts what was appended before it was called, and stops " +
        "what is appended after",
    },
  },
  {
    name: "counts a stream that is over",
    rule: "Tombstone: all of it",
    file: "stores/file/read/lookups.ts",
    edits: [[
      `    count += names.filter((name) => cuts?.get(name)?.isTombstone !== true).length;`,
      `    count += names.length;`,
    ]],
    caughtBy: {
      file: "test/stores/file/stats_test.ts",
      test:
        "the number of streams > is what a listing gives, in runs and in memory, without those that are tombstoned",
    },
  },
  {
    name: "cuts away the last record of a stream",
    rule: "Stream cut: the last record stays, unless it is a tombstone",
    file: cutPlan,
    edits: [[`  if (before <= version) return`, `  if (before > 0) return`]],
    caughtBy: {
      file: cutStream,
      test: "a stream that is cut > keeps its last record, so that a cut behind it is refused",
    },
  },
  {
    name: "writes a cut again that goes as far already",
    rule: "Stream cut: each goes farther than the one before",
    file: cutPlan,
    edits: [[`  if (isDone) return right(undefined);`, ``]],
    caughtBy: { file: cutStream, test: "a stream that is cut > as far already writes nothing" },
  },
  {
    name: "cuts a stream out of turn",
    rule: "Stream cut: cuts and commits are admitted in the order of the calls",
    file: control,
    edits: [[
      `  const written = await appender.turns.take(async () => {`,
      `  const written = await (async (act: () => Promise<{ stored: Promise<void> } | undefined>) => await act())(async () => {`,
    ]],
    caughtBy: {
      file: cutStream,
      test: "a stream that is cut > counts what was appended before it was called, and stops " +
        "what is appended after",
    },
  },
  {
    name: "shows a cut that is not flushed",
    rule: "Stream cut: it counts for readers once it is flushed",
    file: cuts,
    edits: [[
      `  return cutsAmong(log, streams, isFlushedIn(log));`,
      `  return cutsAmong(log, streams, () => true);`,
    ]],
    caughtBy: {
      file: cutFailures,
      test: "a cut that is not flushed yet > is not seen by who reads",
    },
  },
  {
    name: "calls a cut done that is queued",
    rule: "Stream cut: what is queued may yet be taken back",
    file: control,
    edits: [[
      `    if (isCutFlushed(log, wanted.stream)) return undefined;`,
      `    return undefined;`,
    ]],
    caughtBy: {
      file: cutFailures,
      test: "a cut that is not flushed yet > and then fails is taken back: also whoever waited " +
        "for it is told of none",
    },
  },
  {
    name: "refuses an append by a tombstone that may be taken back",
    rule: "Append 5: nobody is told of what a failed flush then takes back",
    file: "stores/file/append/appender.ts",
    edits: [[`    if (isCutFlushed(log, stream)) return fail(`, `    return fail(`]],
    caughtBy: {
      file: cutFailures,
      test: "a cut that is not flushed yet > and then fails keeps nobody from appending",
    },
  },
  {
    name: "goes by the oldest cut of a stream",
    rule: "Stream cut: the newest of a stream counts",
    file: cuts,
    edits: [[`  for (const run of [...runs].reverse()) if`, `  for (const run of runs) if`]],
    caughtBy: {
      file: cutStream,
      test:
        "a stream that is cut > counts as the newest of its stream, also out of several index runs",
    },
  },
  {
    name: "leaves the cuts of streams out of the index",
    rule: "Stream cut: a run says that it has any, by a term of its own",
    file: "stores/file/runs/memory_terms.ts",
    edits: [[
      `for (const name of [cut.stream, ANY_CUT.name]) terms`,
      `for (const name of [cut.stream]) terms`,
    ]],
    caughtBy: { file: cutStream, test: readThere },
  },
];
