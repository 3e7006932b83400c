/**
 * Planted bugs of index runs: what they hold, when one is believed, and how one is written.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const rows = "stores/file/runs/run_rows.ts";
const run = "stores/file/runs/index_run.ts";
const indexer = "stores/file/runs/indexer.ts";
const runFile = "stores/file/runs/run_file.ts";
const lookup = "stores/file/runs/run_lookup.ts";
const survey = "stores/file/survey.ts";
const runTest = "test/stores/file/runs/index_run_test.ts";
const readerTest = "test/stores/file/runs/run_reader_test.ts";
const derived = "test/stores/file/derived_index_test.ts";

export const runBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "drops the last posting of a list",
    rule: "A run holds every frame of every term",
    file: rows,
    edits: [[
      `  eachPosting(chains, term, (offset8, events) => {\n`,
      `  let left = chains.sums.values[term]!;\n  eachPosting(chains, term, (offset8, events) => {\n    left -= events;\n    if (left === 0 && before8 > 0) return;\n`,
    ]],
    caughtBy: {
      file: runTest,
      test: "an index run > holds every term of every segment, with its versions and frames",
    },
  },
  {
    name: "leaves commit ids out of the filter",
    rule: "Run: a Bloom filter over terms and commit ids",
    file: run,
    edits: [[`  yield* addToFilterInSteps(filter, commits);\n`, ``]],
    caughtBy: {
      file: readerTest,
      test: "a reader of an index run > finds what a map would, with keyed",
    },
  },
  {
    name: "leaves terms out of the filter",
    rule: "Run: a Bloom filter over terms and commit ids",
    file: run,
    edits: [[`  yield* addToFilterInSteps(filter, terms);\n`, ``]],
    caughtBy: {
      file: readerTest,
      test: "a reader of an index run > finds what a map would, with keyed",
    },
  },
  {
    name: "leaves commit ids out of the run",
    rule: "Run: hash pages of commit ids",
    file: "stores/file/runs/commit_terms.ts",
    edits: [[`  terms.addCommit(commit.commitId, frame);`, `  terms.addCommit(undefined, frame);`]],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test:
        "a file store of tiny segments > a commit id makes a repetition harmless, whatever has happened since",
    },
  },
  {
    name: "leaves tags out of the index",
    rule: "A term is a stream, a category, an event type or a tag",
    file: "stores/file/runs/commit_terms.ts",
    edits: [[`    for (const tag of event.tags) terms.add("tag", tag, offset8, 1);\n`, ``]],
    caughtBy: {
      file: "test/stores/file/runs/commit_terms_test.ts",
      test: "the terms of a commit > are the same out of its body as out of what was proposed",
    },
  },
  {
    name: "leaves categories out of what is read from a body",
    rule: "A run is a pure function of its segments, whoever makes it",
    file: "stores/file/runs/commit_terms.ts",
    edits: [[
      `    terms.addIn("category", bytes, from, at, offset8, events);\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/runs/commit_terms_test.ts",
      test: "the terms of a commit > are the same out of its body as out of what was proposed",
    },
  },
  {
    name: "takes a name that is no Unicode for another one",
    rule: "Names are compared at every hit",
    file: "stores/file/runs/term_table.ts",
    edits: [[
      `  return textOf(table.wanted.subarray(1, written + 1)) === name;`,
      `  return name.length > 0;`,
    ]],
    caughtBy: {
      file: "test/stores/file/runs/term_table_test.ts",
      test: "a table of terms > knows no half of a character, and refuses to add one",
    },
  },
  {
    name: "takes a name for the one before it of the same length",
    rule: "Names are compared at every hit",
    file: "stores/file/runs/term_table.ts",
    edits: [[`    if (keys[key] !== bytes[at]) return false;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/runs/term_table_test.ts",
      test: "a table of terms > numbers them as they come, and finds them as a map would",
    },
  },
  {
    name: "keeps terms that were taken back where they are looked for",
    rule: "Errors: an error takes places back",
    file: "stores/file/runs/term_table.ts",
    edits: [[`  table.lastFound.fill(0);\n`, ``]],
    caughtBy: {
      file: "test/stores/file/runs/term_table_test.ts",
      test: "a table of terms > forgets what is taken back, also the term that was found last",
    },
  },
  {
    name: "writes the footer with the rest",
    rule: "Run: a footer, written after the rest is flushed, without which there is no run",
    file: runFile,
    edits: [[
      `    const footer = await body(add);\n    await file.datasync();\n`,
      `    const footer = await body(add);\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "an index run > is flushed before its footer is written, and with it before it is used",
    },
  },
  {
    name: "does not flush a run",
    rule: "Run: it is flushed before it is used",
    file: runFile,
    edits: [[
      `    await add(footer);\n    await file.datasync();\n`,
      `    await add(footer);\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "an index run > is flushed before its footer is written, and with it before it is used",
    },
  },
  {
    name: "takes a run without a footer",
    rule: "Run: without its footer there is none",
    file: "stores/file/runs/run_reader.ts",
    edits: [
      [`  if (size !== sections.fileBytes) return`, `  if (size > sections.fileBytes) return`],
      [
        `  const footer = await blocks.span({ from: sections.footer, to: sections.footer + PAYLOAD_BYTES });\n`,
        ``,
      ],
      [
        `  return footerFits(footer, counts) ? { counts, sections, segments } : "a footer of another run";`,
        `  return { counts, sections, segments };`,
      ],
    ],
    caughtBy: {
      file: readerTest,
      test: "a reader of a damaged index run > tells a file of another length",
    },
  },
  {
    name: "checks no block",
    rule: "Run: a block that is lost, flipped or misplaced is told, never answered from",
    file: "stores/file/runs/index_block.ts",
    edits: [[
      `  return wanted === found ? undefined : { wanted, found };`,
      `  return wanted >= 0 ? undefined : { wanted, found };`,
    ]],
    caughtBy: {
      file: readerTest,
      test: "a reader of a damaged index run > tells it, and never answers from it",
    },
  },
  {
    name: "does not mind where a block stands",
    rule: "Run: each block's CRC is seeded with the number of the block",
    file: "stores/file/runs/index_block.ts",
    edits: [[`(seed + block) >>> 0`, `seed >>> 0`]],
    caughtBy: {
      file: runTest,
      test:
        "a damaged index run > is told when blocks are exchanged, or come from a run of another moment",
    },
  },
  {
    name: "does not mind which run a block is of",
    rule: "Run: each block's CRC is seeded with the hcrc of the last covered frame",
    file: "stores/file/runs/index_block.ts",
    edits: [[`(seed + block) >>> 0`, `block >>> 0`]],
    caughtBy: {
      file: runTest,
      test:
        "a damaged index run > is told when blocks are exchanged, or come from a run of another moment",
    },
  },
  {
    name: "links a run to the log without its checksum",
    rule: "A run is valid if its last hcrc is what the run or the segment behind it says",
    file: survey,
    edits: [[`row.number === number && row.lastHcrc === hcrc &&`, `row.number === number &&`]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test: "an index run > of another history of a closed segment is not believed",
    },
  },
  {
    name: "believes a run of the last segment without its last frame",
    rule: "A run over the newest segment counts if the frame at its end is the one that it names",
    file: survey,
    edits: [[`  if (header?.hcrc !== row.lastHcrc || frameSize`, `  if (!header || frameSize`]],
    caughtBy: {
      file: derived,
      test: "an index run > of another history of the very same segment is not believed",
    },
  },
  {
    name: "believes a run of the last segment without the body of its last frame",
    rule: "A run over the newest segment counts if the frame at its end is whole",
    file: survey,
    edits: [[`  if (!isBodySound(viewOf(bytes), 0, header, newest.salt)) return undefined;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test:
        "an index run > does not vouch for the last frame: a writer takes it apart before it goes on",
    },
  },
  {
    name: "takes a term for another of the same hash",
    rule: "Names are compared at every hit",
    file: lookup,
    edits: [[
      `      if (name === term.name) return { ...entry, name };`,
      `      return { ...entry, name };`,
    ]],
    caughtBy: {
      file: readerTest,
      test: "a reader of an index run > finds what a map would, with one hash for all",
    },
  },
  {
    name: "takes a stream for a tag of the same hash",
    rule: "Kinds are compared at every hit",
    file: lookup,
    edits: [[`      if (entry.kind !== term.kind) continue;\n`, ``]],
    caughtBy: {
      file: readerTest,
      test: "a reader of an index run > finds what a map would, with one hash for all",
    },
  },
  {
    name: "takes a commit for another whose id has the same hash",
    rule: "The frame holds the commit id, and is compared",
    file: "stores/file/append/heads.ts",
    edits: [[
      `      if (commit?.body.commitId === commitId) return commit;`,
      `      if (commit) return commit;`,
    ]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test:
        "an index run > may name a frame for a commit id of the same hash: the frame says whose it is",
    },
  },
  {
    name: "does not look into the next page",
    rule: "A lookup goes right until a greater hash or a page that does not go on",
    file: lookup,
    edits: [[
      `    if (!page.goesOn) return undefined;\n  }\n  return undefined;\n}\n\n/** Where the frames of a term`,
      `    return undefined;\n  }\n  return undefined;\n}\n\n/** Where the frames of a term`,
    ]],
    caughtBy: {
      file: readerTest,
      test: "a reader of an index run > looks through full pages and what spills from the last one",
    },
  },
  {
    name: "hashes terms without the store's key",
    rule: "A term is hashed under the store's key",
    file: "stores/file/opening.ts",
    edits: [[`termHasher(identity.hashKey)`, `termHasher(new Uint8Array(16))`]],
    caughtBy: {
      file: "test/stores/file/golden_test.ts",
      test: "format version 1, as in v1 > is written to the byte as it was when it was frozen",
    },
  },
  {
    name: "takes a run of another key",
    rule: "Run: the key check tells a run that was made with another key",
    file: "stores/file/runs/run_reader.ts",
    edits: [[
      `    if (compareHashes(map.counts.keyCheck, hash("stream", "")) !== 0) {`,
      `    if (false) {`,
    ]],
    caughtBy: {
      file: readerTest,
      test: "a reader of a damaged index run > tells a run that was made with another key",
    },
  },
  {
    name: "forgets what came behind the run of a first part",
    rule: "The run of a prefix is replaced when the segment has its own",
    file: indexer,
    edits: [[`  all.append(terms);\n`, ``]],
    caughtBy: {
      file: derived,
      test: "an index run > of a part of the last segment is carried on by the next writer",
    },
  },
  {
    name: "lets terms leave memory before their run is there",
    rule: "The terms of a segment stay in memory until its run is written",
    file: indexer,
    edits: [[
      `    const { memory, end } = waiting[0]!;\n`,
      `    const { memory, end } = waiting[0]!;\n    log.memory = log.memory.filter((one) => one !== memory);\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > an index run that cannot be written costs a scan, and nothing else",
    },
  },
  {
    name: "goes on behind a run that could not be written",
    rule: "Runs have no gap: behind one that could not be written, the terms stay in memory",
    file: indexer,
    edits: [[`      step = undefined;\n`, `      step = undefined;\n      waiting.shift();\n`]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test:
        "an index run > that could not be written is written with the next one, in the order of the log",
    },
  },
  {
    name: "removes the wider run instead of the narrower",
    rule: "The run of a prefix is replaced when the segment has its own",
    file: indexer,
    edits: [[`[...inUse()].filter((name) => !old.has(name))`, `old`]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test:
        "a close > leaves one run for each segment: a wider one takes the place of the narrower",
    },
  },
  {
    name: "begins a scan behind the position",
    rule: "Sparse: a frame that holds the position, or one before it",
    file: "stores/file/runs/frame_marks.ts",
    edits: [[
      `lowerBound(marks.positions, position + 1)`,
      `lowerBound(marks.positions, position + 1) + 1`,
    ]],
    caughtBy: {
      file: "test/stores/file/runs/memory_terms_test.ts",
      test: "terms in memory > say where a scan begins for a position and for a time",
    },
  },
  {
    name: "keeps the terms of what an error took back",
    rule: "Errors: an error takes places back",
    file: "stores/file/append/plan.ts",
    edits: [[
      `  log.memory.find(({ segment }) => segment.number === end.segment)?.terms.cut(end.offset / 8);\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > a version that a failed flush took back is given again, and no conflict speaks of it",
    },
  },
];
