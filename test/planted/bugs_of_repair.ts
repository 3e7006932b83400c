/**
 * Planted bugs of repairs, and of salvaging.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const repair = "stores/file/repair.ts";
const repairPlan = "stores/file/repair_plan.ts";
const salvage = "stores/file/salvage.ts";
const repairTest = "test/stores/file/repair_test.ts";
const byHand = "test/stores/file/repair_by_hand_test.ts";
const archived = "test/stores/file/repair_archived_test.ts";
const middle = "a repair > ends the log before a damaged commit in the middle, and leaves the " +
  "rest outside";

export const repairBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "repairs without saying that it was a repair",
    rule: "Repair: its segment has the flag of a repair",
    file: repair,
    edits: [[`pin(log, claim, before, SEGMENT_FLAG_REPAIR)`, `pin(log, claim, before)`]],
    caughtBy: { file: repairTest, test: middle },
  },
  {
    name: "ends its look behind the log at the first evidence",
    rule: "Repair: the plan tells how far what it leaves outside reaches",
    file: "stores/file/scan.ts",
    edits: [[
      `    if (window.length < WINDOW_BYTES) return behind;`,
      `    if (window.length < WINDOW_BYTES || behind.evidence !== undefined) return behind;`,
    ]],
    caughtBy: {
      file: repairTest,
      test: "a repair > tells how far what it leaves out reaches, though no one read holds it",
    },
  },
  {
    name: "repairs what was not planned",
    rule: "Repair: the survey is made again under the claim, and must lead to the same plan",
    file: repair,
    edits: [[
      `  fail(refused("the store as it was`,
      `  if (false) fail(refused("the store as it was`,
    ]],
    caughtBy: {
      file: byHand,
      test: "a repair is refused > where the store is not as it was planned",
    },
  },
  {
    name: "removes what a repair leaves outside",
    rule: "Repair: nothing is removed",
    file: repair,
    edits: [[
      `  await publishOpened(log, claim, tail);\n`,
      `  await publishOpened(log, claim, tail);
  for (const { file } of facts.outside) if (file !== name) await storage.remove(file);
`,
    ]],
    caughtBy: { file: repairTest, test: middle },
  },
  {
    name: "removes a damaged STORE",
    rule: "Repair: a damaged STORE is left as it is",
    file: repair,
    edits: [[
      `    await writeIdentity(storage, await storage.list(), identity);\n`,
      `    await storage.remove("STORE");
    await writeIdentity(storage, await storage.list(), identity);
`,
    ]],
    caughtBy: {
      file: repairTest,
      test:
        "a repair > says what the store is anew where STORE is gone or damaged, and leaves that as it is",
    },
  },
  {
    name: "does not flush what a repair makes the end of the log",
    rule: "Repair: the segment that ends the log is flushed before its successor names the end",
    file: repair,
    edits: [[
      `    await (await openFlushed(storage, claim, name)).close();\n`,
      ``,
    ]],
    caughtBy: {
      file: byHand,
      test:
        "a repair at a place that a person has chosen > is flushed before a segment behind it says so: it may have been in the cache only",
    },
  },
  {
    name: "keeps saying of segments behind a repair that they are archived",
    rule: "Repair: what is said of segments outside is forgotten",
    file: repair,
    edits: [[`throughSegment(manifest, last?.number ?? 0)`, `manifest`]],
    caughtBy: {
      file: archived,
      test: "a repair of a store whose segments are archived > before the last one keeps what is " +
        "archived before the end, and forgets the rest",
    },
  },
  {
    name: "forgets the manifest behind a repair",
    rule: "Repair: the newest manifest that is found, in the log or behind its new end",
    file: repair,
    edits: [[`found.manifestBehind ?? await manifestUpTo`, `await manifestUpTo`]],
    caughtBy: {
      file: archived,
      test: "a repair of a store whose segments are archived > before the last one keeps what is " +
        "archived before the end, and forgets the rest",
    },
  },
  {
    name: "ends the log inside a commit, if asked",
    rule: "Repair: a place between two commits, to which the log is sound",
    file: repairPlan,
    edits: [[
      `  if (asked && (asked.segment !== end.segment || asked.offset !== end.offset)) {`,
      `  if (false) {`,
    ]],
    caughtBy: {
      file: byHand,
      test: "a repair at a place that a person has chosen > is refused inside a commit, behind " +
        "damage and behind the end, with the nearest place",
    },
  },
  {
    name: "repairs a store that is sound",
    rule: "Repair: of a sound store there is nothing to do",
    file: repairPlan,
    edits: [[`  if (isSound) return right({ _tag: "NothingToRepair", end });\n`, ``]],
    caughtBy: {
      file: repairTest,
      test: "a repair > of a sound store has nothing to do, and writes nothing",
    },
  },
  {
    name: "knows no way behind a flush that failed at opening",
    rule: "Repair: it overrides the refusal after a failed flush",
    file: repairPlan,
    edits: [[`!damage && !hasFlushFailed && !asked;`, `!damage && !asked;`]],
    caughtBy: {
      file: byHand,
      test: "after a flush that failed when the store was opened > a repair overrides the " +
        "refusal, and says what that means",
    },
  },
  {
    name: "is silent about cuts that will not hold any more",
    rule: "Repair: the plan says in words what will not be any more",
    file: repairPlan,
    edits: [[`    ...(cuts > 0\n`, `    ...(cuts < 0\n`]],
    caughtBy: {
      file: byHand,
      test: "a plan says that cuts of streams behind the end will not hold any more",
    },
  },
  {
    name: "takes the file of a fenced writer for a damaged segment of its successor",
    rule: "Repair: a stray never takes the place of a damaged segment",
    file: "stores/file/chain.ts",
    edits: [[
      `  const newest = sorted.find(({ header }) => header !== "unfinished");`,
      `  const newest = sorted.find((one) => headerIn(one).length > 0);`,
    ]],
    caughtBy: {
      file: repairTest,
      test: "a repair > never takes the segment of a fenced writer for a damaged one of its " +
        "successor",
    },
  },
  {
    name: "believes marks from before a repair",
    rule: "Repair: a mark counts as long as no later epoch has begun a segment",
    file: "stores/file/recovery.ts",
    edits: [[
      `  return newest ? claims.filter(({ epoch }) => epoch >= newest.epoch) : claims;`,
      `  return claims;`,
    ]],
    caughtBy: { file: repairTest, test: middle },
  },
  {
    name: "salvages nothing where a header is damaged",
    rule: "Salvage: what is before the first damage is served",
    file: salvage,
    edits: [[
      `    const { sound: headers, damage } = followChain(found, floor, listed.damaged);`,
      `    const { sound, damage } = followChain(found, floor, listed.damaged);
    const headers = damage ? [] : sound;`,
    ]],
    caughtBy: {
      file: "test/stores/file/cut_tail_test.ts",
      test:
        "a salvaging reader > reads what is sound before the first damage, and is told where that is",
    },
  },
  {
    name: "salvages on behind damaged frames",
    rule: "Salvage: it stops at the first damage",
    file: salvage,
    edits: [[`    if (damage) return damage;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/cut_tail_test.ts",
      test:
        "a salvaging reader > reads what is sound before the first damage, and is told where that is",
    },
  },
  {
    name: "salvages without a word about the damage",
    rule: "Salvage: damage is observed",
    file: salvage,
    edits: [[`    if (first) settings.observe({ _tag: "Damaged", fault: first });\n`, ``]],
    caughtBy: {
      file: "test/stores/file/cut_tail_test.ts",
      test:
        "a salvaging reader > reads what is sound before the first damage, and is told where that is",
    },
  },
  {
    name: "does not miss a last segment when it salvages",
    rule: "Salvage: what only a watermark speaks of is missed, too (R4)",
    file: salvage,
    edits: [[
      ` ??
      missingAmong(log, marks, floor);`,
      `;`,
    ]],
    caughtBy: {
      file: "test/stores/file/cut_tail_test.ts",
      test: "a salvaging reader > misses a last segment of which only a watermark speaks",
    },
  },
];
