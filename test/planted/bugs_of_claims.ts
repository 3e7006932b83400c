/**
 * Planted bugs of claims: who may write, how long, and what remains of an owner.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const claim = "stores/file/claims/claim.ts";
const claimant = "stores/file/claims/claimant.ts";
const held = "stores/file/claims/held_claim.ts";
const bytes = "stores/file/claims/claim_bytes.ts";
const claimTest = "test/stores/file/claims/claim_test.ts";
const claimantTest = "test/stores/file/claims/claimant_test.ts";
const model = "test/stores/file/claim_model_test.ts";

export const claimBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "does not list again after its claim",
    rule: "Open 2: then list again",
    file: claimant,
    edits: [[`if (isNewest(epoch, claimEpochs(standing))) {`, `{`]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > steps back behind a newer claim, and leaves its own where it is",
    },
  },
  {
    name: "removes a claim that lost",
    rule: "Open 2: a claim that is not the newest is released and left where it is",
    file: claimant,
    edits: [[
      `    // Released but left where it is: a paused writer may look for exactly this file.\n`,
      `    await storage.remove(claimName(epoch));\n`,
    ]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > steps back behind a newer claim, and leaves its own where it is",
    },
  },
  {
    name: "looks for its own claim before its successor's",
    rule: "Append 7: the successor first, then the own claim",
    file: held,
    edits: [
      [
        `    const isThere = storage.exists(own);\n`,
        `    const isThere = !storage.exists(successor);\n`,
      ],
      [
        `  const isFollowed = storage.exists(successor);\n`,
        `  const isFollowed = !storage.exists(own);\n`,
      ],
    ],
    caughtBy: {
      file: "test/stores/file/claims/look_test.ts",
      test: "an owner > whose directory is replaced between its two looks is fenced",
    },
  },
  {
    name: "looks for no successor",
    rule: "Append 7: a newer claim takes the right to write",
    file: held,
    edits: [[`    if (isFollowed) return "fenced";\n`, ``]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > is taken from an owner that is silent for its own lease, which then notices",
    },
  },
  {
    name: "does not look for its own claim",
    rule: "Append 7: a directory that vanished is noticed by the own claim",
    file: held,
    edits: [[`  return isThere ? "held" : "fenced";`, `  return "held";`]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > is fenced when its directory is gone or was replaced",
    },
  },
  {
    name: "does not flush its claim",
    rule: "Open 2: create its claim exclusively, write and flush all of it",
    file: held,
    edits: [[
      `    await writeAll(file, 0, encodeClaimFile(record, first));
    await file.datasync();`,
      `    await writeAll(file, 0, encodeClaimFile(record, first));`,
    ]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > is an open that failed, if the storage fails",
    },
  },
  {
    name: "does not flush the name of its claim",
    rule: "Open 2: and flush the directory, so that no power cut frees its epoch",
    file: held,
    edits: [[`    await storage.syncDirectory();\n`, ``]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > is an open that failed, if the storage fails",
    },
  },
  {
    name: "counts epochs by claims alone",
    rule: "Open 2: the next epoch is one more than any in any name",
    file: claimant,
    edits: [[`nextEpoch(names.map(epochIn))`, `nextEpoch(claimEpochs(names))`]],
    caughtBy: {
      file: "test/stores/file/derived_index_test.ts",
      test: "a copy that was restored > begins with an epoch after all that its names speak of",
    },
  },
  {
    name: "reads what others marked before it claims",
    rule: "Open 3: only now read the marks of the others",
    file: claimant,
    edits: [
      [
        `    const created = await createClaim(storage, epoch, options);`,
        `    const early = await readOthers(storage, names, epoch);\n    const created = await createClaim(storage, epoch, options);`,
      ],
      [`names: standing, others });`, `names: standing, others: early });`],
    ],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test: "whoever claims a store > finds what its owner has marked up to then",
    },
  },
  {
    name: "lists the log before it claims",
    rule: "Open 3: only now read the log",
    file: claimant,
    edits: [[`names: standing, others });`, `names, others });`]],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test:
        "whoever claims a store > finds what its owner has stored up to then, in a segment begun up to then",
    },
  },
  {
    name: "serves without a last look at its claim",
    rule: "Open 8: look at the claim, publish the watermark, serve",
    file: "stores/file/opening.ts",
    edits: [[`  if (await claim.fenced() === "fenced") throw`, `  if (false) throw`]],
    caughtBy: {
      file: "test/stores/file/overtaken_test.ts",
      test: "whoever claims a store > and is overtaken before it serves does not serve",
    },
  },
  {
    name: "removes every old claim",
    rule: "Open 8: remove only claims that nobody can still look for",
    file: claim,
    edits: [[`    .filter((epoch) => !unfinished.has(epoch) && !unfinished.has(epoch - 1));`, `;`]],
    caughtBy: {
      file: model,
      test:
        "with all rules, nothing goes wrong when > a writer sleeps through two owners, and an opener has an old list",
    },
  },
  {
    name: "removes the claim that an unfinished writer looks for",
    rule: "Open 8: a claim goes only if its owner and the one before are finished",
    file: claim,
    edits: [[` && !unfinished.has(epoch - 1)`, ``]],
    caughtBy: {
      file: model,
      test:
        "with all rules, nothing goes wrong when > a writer sleeps through two owners, and an opener has an old list",
    },
  },
  {
    name: "removes the newest claims too",
    rule: "Open 8: never one of the newest two",
    file: claim,
    edits: [[`    .slice(0, -2)\n`, ``]],
    caughtBy: {
      file: claimTest,
      test:
        "an owner that found > old claims may remove those whose owner and predecessor are finished",
    },
  },
  {
    name: "takes silence over one long sleep for a whole lease",
    rule: "Open 2: a gap between two looks counts for a tenth of the lease at most",
    file: claim,
    edits: [[`Math.min(at - before.at, leaseMs / LOOKS_MIN)`, `at - before.at`]],
    caughtBy: {
      file: claimTest,
      test: "an owner > is not silent because the clock ran on while the opener was suspended",
    },
  },
  {
    name: "goes by its own lease",
    rule: "Open 2: silence for the owner's whole lease",
    file: claimant,
    edits: [[`file.record?.leaseMs ?? options.leaseMs`, `options.leaseMs`]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > is taken from an owner that is silent for its own lease, which then notices",
    },
  },
  {
    name: "measures a lease by the wall clock",
    rule: "Open 2: by the opener's own monotonic clock",
    file: claimant,
    edits: [[
      `look(seen, file, clock.monotonic(), leaseMs)`,
      `look(seen, file, clock.now(), leaseMs)`,
    ]],
    caughtBy: {
      file: "test/stores/file/claims/look_test.ts",
      test: "an opener > whose wall clock leaps waits for the lease all the same",
    },
  },
  {
    name: "does not beat",
    rule: "Claims: a heartbeat at least every fifth of the lease",
    file: held,
    edits: [[`  if (isShared) beat();\n`, ``]],
    caughtBy: {
      file: claimantTest,
      test: "a claim > is refused at the first heartbeat, when nobody says how long to wait",
    },
  },
  {
    name: "writes a watermark over the last one",
    rule: "Claim: two copies, written in turn",
    file: bytes,
    edits: [[`COPIES[counter % 2 === 1 ? 0 : 1]`, `COPIES[0]`]],
    caughtBy: {
      file: claimTest,
      test: "the bytes of a claim file > lie in two copies, the next one never over the last",
    },
  },
  {
    name: "believes the older of two watermarks",
    rule: "Claim: of the valid copies the higher counter counts",
    file: bytes,
    edits: [[`other.counter - one.counter`, `one.counter - other.counter`]],
    caughtBy: {
      file: claimTest,
      test:
        "the bytes of a claim file > tell every flipped bit of a copy, and the other copy stands",
    },
  },
  {
    name: "believes a watermark without its checksum",
    rule: "Claim: each copy has its CRC",
    file: bytes,
    edits: [[`  if (view.getUint32(60, true) !== crc32(view, 0, 0, 60)) return undefined;\n`, ``]],
    caughtBy: {
      file: claimTest,
      test:
        "the bytes of a claim file > tell every flipped bit of a copy, and the other copy stands",
    },
  },
  {
    name: "believes a claim without its checksum",
    rule: "Claim: the record has its CRC",
    file: bytes,
    edits: [[
      `  if (view.getUint32(508, true) !== crc32(view, 0, 0, 508)) return undefined;\n`,
      ``,
    ]],
    caughtBy: {
      file: claimTest,
      test: "the bytes of a claim file > tell every flipped bit of the claim",
    },
  },
  {
    name: "takes a claim for another epoch's",
    rule: "Claim: a claim and its watermark name their epoch",
    file: bytes,
    edits: [[
      `  if (state === undefined || getU48(view, 0) !== epoch) return undefined;`,
      `  if (state === undefined) return undefined;`,
    ]],
    caughtBy: {
      file: claimTest,
      test: "the bytes of a claim file > do not speak for another epoch",
    },
  },
  {
    name: "does not flush the mark of a failure",
    rule: "Errors 1: the mark is flushed in the claim file",
    file: held,
    edits: [[
      `        await write("stays");
        await file.datasync();
`,
      `        await write("stays");
`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test:
        "an append > that cannot be flushed is marked, the mark is flushed, and then the claim looked after",
    },
  },
  {
    name: "goes on in a segment whose owner may be alive",
    rule: "Open 7: adopt only if the owner is finished",
    file: claim,
    edits: [[`mark !== undefined && newestBefore.isFinished &&`, `mark !== undefined &&`]],
    caughtBy: {
      file: model,
      test: "with all rules, nothing goes wrong when > two find an empty place",
    },
  },
  {
    name: "goes on in a segment that a failure has ended",
    rule: "Open 7: adopt only if it is not marked failed",
    file: claim,
    edits: [[`    mark.state !== "failed" && mark.segment`, `    mark.segment`]],
    caughtBy: {
      file: claimTest,
      test:
        "an owner that found > a segment may adopt it if the newest claim names it and its owner is finished",
    },
  },
  {
    name: "goes on in a segment that the newest claim does not name",
    rule: "Open 7: adopt only if the newest earlier claim names the segment",
    file: claim,
    edits: [[
      `mark.segment === segment.number &&\n    mark.segmentEpoch === segment.epoch`,
      `mark.segment !== 0`,
    ]],
    caughtBy: {
      file: "test/stores/file/claims/claim_test.ts",
      test:
        "an owner that found > a segment may adopt it if the newest claim names it and its owner is finished",
    },
  },
  {
    name: "takes any process with the pid of an owner for the owner",
    rule: "Open 2: proven dead if the pid has started anew",
    file: "stores/storage/node.ts",
    edits: [[`(startTime !== "" && now.startTime !== startTime)`, `false`]],
    caughtBy: {
      file: "test/stores/storage/node_test.ts",
      test:
        "the owner of a directory > is proven dead when the process is gone, its pid reused, or the machine started again",
    },
  },
];
