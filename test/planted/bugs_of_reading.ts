/**
 * Planted bugs of reading: how far another process may read, pages, followers, bookmarks, states.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const reading = "stores/file/reading.ts";
const readingSession = "stores/file/reading_session.ts";
const pages = "stores/file/read/pages.ts";
const states = "stores/file/states.ts";
const beside = "test/stores/file/beside_writer_test.ts";
const readingSessionTest = "test/stores/file/reading_session_test.ts";
const damage = "test/stores/file/damage_test.ts";
const statesTest = "test/stores/file/states_test.ts";
const contract = "test/stores/file/contract_test.ts";

export const readingBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "reads as far as the bytes go",
    rule: "Another process may read as far as the farthest watermark on the chain",
    file: reading,
    edits: [[
      `const limit = limitOf(fresh, marks) ?? await flushedIn(fresh, found.newest);`,
      `const limit = await flushedIn(fresh, found.newest);`,
    ], [`  const until = frame?.durableTo ?? start.offset;\n`, `  const until = Infinity;\n`]],
    caughtBy: {
      file: beside,
      test:
        "a reader beside a writer > never sees what is not flushed (os), though the writer's own reads do",
    },
  },
  {
    name: "reads a copy without claims as far as its frames go",
    rule: "Without any claim, it trusts what the last sound frame says was flushed",
    file: reading,
    edits: [[`  const until = frame?.durableTo ?? start.offset;\n`, `  const until = Infinity;\n`]],
    caughtBy: {
      file: beside,
      test:
        "a reader beside a writer > of a copy without claims sees what the last frame says was flushed",
    },
  },
  {
    name: "goes by the newest claim's watermark",
    rule: "The farthest watermark of all claims",
    file: reading,
    edits: [[
      `    .sort((a, b) => a.segment - b.segment || a.flushedOffset - b.flushedOffset)\n`,
      ``,
    ]],
    caughtBy: {
      file: beside,
      test:
        "a reader beside a writer > goes by the greatest limit of all claims, whichever of them is the newest",
    },
  },
  {
    name: "goes back when the claims do",
    rule: "A reader's own limit never goes back",
    file: reading,
    edits: [[`  if (point.position < log.readable.position) return;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test: "a reader > never goes back when it surveys the log anew and finds no claim",
    },
  },
  {
    name: "is content with fewer frames than were flushed",
    rule: "The scan must come exactly to where the writer says that it has flushed",
    file: reading,
    edits: [[
      `  if (end.offset === limit.flushedOffset) return setReadable`,
      `  if (end.offset <= limit.flushedOffset) return setReadable`,
    ]],
    caughtBy: {
      file: damage,
      test:
        "one flipped bit of a segment > never makes a reader tell something else than was written",
    },
  },
  {
    name: "watches the first writer for ever",
    rule: "A poll finds new owners",
    file: readingSession,
    edits: [[`        moved();\n`, ``]],
    caughtBy: {
      file: beside,
      test:
        "a reader beside a writer > waits for what is not there yet, and its poll alone wakes it",
    },
  },
  {
    name: "lists all names whenever a writer wakes a follower",
    rule:
      "A follower that is woken looks at one mark first, which costs less than what it tells of",
    file: readingSession,
    edits: [[`isDue || !await looks.newest()`, `isDue || !await looks.newest() || true`]],
    caughtBy: {
      file: readingSessionTest,
      test:
        "a follower in another process > looks at one mark when the writer wakes it, and at no names",
    },
  },
  {
    name: "looks at the newest mark alone for as long as it is woken",
    rule: "A follower looks at everything no later than a poll would",
    file: readingSession,
    edits: [[`isDue || !await looks.newest()`, `lookedAt < 0 || !await looks.newest()`]],
    caughtBy: {
      file: readingSessionTest,
      test:
        "a follower in another process > finds a new owner as a poll would, however often the old claim wakes it",
    },
  },
  {
    name: "waits without a second look",
    rule: "What happened before the watch began would wake nobody",
    file: "stores/file/session.ts",
    edits: [[`    session.moveOn().then(lookAgain, done);`, `    lookAgain();`]],
    caughtBy: {
      file: readingSessionTest,
      test:
        "a follower in another process > is told of what was flushed between its look and its watch",
    },
  },
  {
    name: "adds to terms that a failure has left half added",
    rule: "After a read that failed the segment is scanned anew",
    file: reading,
    edits: [[`  reader.header = undefined;\n  const end`, `  const end`]],
    caughtBy: {
      file: readingSessionTest,
      test:
        "a follower in another process > goes on after a read that has failed in the middle of what is new",
    },
  },
  {
    name: "answers from a look that had begun before the question",
    rule: "A look that goes on already may be older than what the caller knows of",
    file: readingSession,
    edits: [[
      `    waiting ??= inTurn(() => {\n      waiting = undefined;\n      return act();\n    });`,
      `    waiting ??= inTurn(async () => {\n      await act();\n      waiting = undefined;\n    });`,
    ]],
    caughtBy: {
      file: readingSessionTest,
      test:
        "a question to a reader > is answered with what was acknowledged before it, though a look is under way",
    },
  },
  {
    name: "fails when a writer elsewhere has replaced a run",
    rule: "A file that is gone: list again, and only then a fault",
    file: pages,
    edits: [[
      `      if (left === 1 || (!isGone && !await isMended(source.log, thrown))) throw thrown;\n`,
      `      if (left > 0 || isGone) throw thrown;\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test: "a reader > looks again when a run is replaced between its survey and its look-up",
    },
  },
  {
    name: "takes an error for the end of a stream",
    rule: "No fault looks like the end of a stream",
    file: pages,
    edits: [[
      `    if (records.length === 0) throw thrown;\n    return { records, through };`,
      `    return { records, through: to };`,
    ]],
    caughtBy: {
      file: damage,
      test:
        "one flipped bit of a segment > never makes a reader tell something else than was written",
    },
  },
  {
    name: "gives all records of a frame that was found",
    rule: "A posting list is a superset, never an answer: the query is evaluated on the events",
    file: pages,
    edits: [[
      `      if (!walk.selection.matches({ stream: stream.stream, type: event.type, tags: event.tags })) {`,
      `      if (false) {`,
    ]],
    caughtBy: {
      file: contract,
      test: "a file store in memory > a query finds what looking at every record finds",
    },
  },
  {
    name: "lets a follower run ahead of the flush",
    rule: "Nothing that a follower has seen goes away",
    file: pages,
    edits: [[
      `Math.max(after, source.log.flushed.position)`,
      `Math.max(after, source.log.readable.position)`,
    ]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "before what is acknowledged is flushed (os) > neither a follower nor a bookmark knows of it",
    },
  },
  {
    name: "gives a bookmark of what is not flushed",
    rule: "Nothing that is kept outside the log runs ahead of what is flushed",
    file: "stores/file/read/lookups.ts",
    edits: [[
      `  if (position > log.flushed.position) await source.moreThan(position - 1, undefined);\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "before what is acknowledged is flushed (os) > neither a follower nor a bookmark knows of it",
    },
  },
  {
    name: "gives a bookmark without the frame's checksum",
    rule: "A bookmark is a position and the hcrc of its frame",
    file: "stores/file/read/lookups.ts",
    edits: [[`hcrc.toString(16).padStart(8, "0")`, `hcrc * 0`]],
    caughtBy: {
      file: "test/stores/file/derived_index_test.ts",
      test: "a copy that was restored > that goes on twice is told apart by its bookmarks",
    },
  },
  {
    name: "answers as of a time by the first commit that is not later",
    rule: "As of a time is the log before the first commit that is recorded later",
    file: "stores/file/read/lookups.ts",
    edits: [[
      `header.time > time && header.position >= place.position`,
      `header.time >= time && header.position >= place.position`,
    ]],
    caughtBy: {
      file: "test/stores/file/limits_test.ts",
      test: "time > may go back: a question about a moment has one answer for ever",
    },
  },
  {
    name: "salvages over the first damage",
    rule: "Salvage stops at the first damage",
    file: "stores/file/salvage.ts",
    edits: [[`    if (damage) return damage;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/cut_tail_test.ts",
      test:
        "a salvaging reader > reads what is sound before the first damage, and is told where that is",
    },
  },
  {
    name: "verifies no checksum of an index run",
    rule: "Verify: every block of every index run",
    file: "stores/file/verify_runs.ts",
    edits: [[
      `  if (isLeft(run)) return { _tag: "Damaged", damage: run.left };`,
      `  if (isLeft(run)) return { _tag: "Unused" };`,
    ]],
    caughtBy: {
      file: damage,
      test: "one flipped bit beside the log > in an index run is named by verify",
    },
  },
  {
    name: "removes the state before it has saved the next",
    rule: "States: each save is written and flushed before older ones are removed",
    file: states,
    edits: [[
      `    if (await created(storage, stateFileName(name, revision), bytes)) {\n`,
      `    await removeAll(storage, revisions.map((older) => stateFileName(name, older)));\n    if (await created(storage, stateFileName(name, revision), bytes)) {\n`,
    ]],
    caughtBy: {
      file: statesTest,
      test: "a save > is flushed, and then its name, before what was there is removed",
    },
  },
  {
    name: "does not flush a state",
    rule: "States: an acknowledged save survives a power cut",
    file: states,
    edits: [[
      `    await writeAll(file, 0, bytes);\n    await file.datasync();\n`,
      `    await writeAll(file, 0, bytes);\n`,
    ]],
    caughtBy: {
      file: statesTest,
      test: "a save > is flushed, and then its name, before what was there is removed",
    },
  },
  {
    name: "does not flush the name of a state",
    rule: "States: an acknowledged save survives a power cut",
    file: states,
    edits: [[`  await storage.syncDirectory();\n  return true;`, `  return true;`]],
    caughtBy: {
      file: statesTest,
      test: "a save > is flushed, and then its name, before what was there is removed",
    },
  },
  {
    name: "takes no older state for one that was cut off",
    rule: "States: the newest whole one counts",
    file: states,
    edits: [[
      `    if (E.isRight(read)) return O.some({ ...read.right, revision });\n    newest`,
      `    if (E.isRight(read)) return O.some({ ...read.right, revision });\n    if (revision === revisions[0]) return O.none;\n    newest`,
    ]],
    caughtBy: {
      file: statesTest,
      test: "a load > takes the state before one that was cut off anywhere, or ends in zeros",
    },
  },
  {
    name: "saves over what another program saved",
    rule: "States: who finds a newer state than the one he began with saves nothing",
    file: states,
    edits: [[
      `    if (read === "gone" || E.isRight(read)) return true;`,
      `    if (read === "gone") return true;`,
    ]],
    caughtBy: {
      file: statesTest,
      test: "a save > does not go back behind what somebody else saved",
    },
  },
  {
    name: "believes a state without its checksum",
    rule: "State: a CRC of header and content",
    file: "stores/file/format/state_file.ts",
    edits: [[
      `  if (found !== wanted) return bad(16, \`checksum \${wanted}\`, \`\${found}\`);\n`,
      ``,
    ]],
    caughtBy: {
      file: statesTest,
      test: "a load > says that a file is corrupt, where, and that a rebuild saves over it",
    },
  },
  {
    name: "takes the state of another projection",
    rule: "State: its content names the projection",
    file: "stores/file/format/state_file.ts",
    edits: [[`  return name === projection\n`, `  return name.length >= 0\n`]],
    caughtBy: {
      file: statesTest,
      test: "a load > does not take another projection's state, copied to its name",
    },
  },
  {
    name: "takes a name for another of the same length",
    rule: "Names that were read before: one string of each, and only for the same bytes",
    file: "stores/file/format/known_names.ts",
    edits: [[`if (byte >= 128 || text.charCodeAt(at) !== byte) return false;`, ``]],
    caughtBy: {
      file: "test/stores/file/format/known_names_test.ts",
      test: "a name > is what its bytes say, whatever was read before",
    },
  },
  {
    name: "gives metadata that was not wanted",
    rule: "Range: omit leaves the metadata out of every record",
    file: pages,
    edits: [[`hasMetadata: range.omit !== "metadata"`, `hasMetadata: true`]],
    caughtBy: {
      file: contract,
      test:
        "a file store in memory > every step of a random history is answered as by a plain array of records",
    },
  },
];
