/**
 * Drawing lives.
 *
 * @module
 */
import type { FileStoreOptions } from "../../stores/file/mod.ts";
import type { Generator } from "../../stores/storage/simulated.ts";
import { archive, backup, backupAndRestore, drop, erase, tombstone } from "./acts.ts";
import type { CommitPlan, Plan, Step } from "./plan.ts";

const streams = ["a-1", "a-2", "b-1", "c"];

/** Draws a life. */
export function drawPlan(draws: Generator, rots: number): Plan {
  const durability = draws.pick(["sync", "sync", "sync", "os", "none"] as const);
  const options: FileStoreOptions = {
    durability,
    segmentBytesMax: draws.pick([1024, 1024, 1500, 4096, 65_536]),
    activeTermsMax: draws.pick([6, 20, 250_000]),
    groupFramesMax: draws.pick([1, 2, 4096]),
    flushMs: draws.pick([0, 5, 100]),
    leaseMs: 1_000,
    filesOpenMax: draws.pick([1, 3, 64]),
    pageCacheBytesMax: 65_536,
    pollMs: 50,
    chain: draws.pick(["sha256", "sha256", "none"]),
  };
  const kinds = draws.pick(mixes);
  const count = draws.between(1, draws.pick([3, 6, 12]));
  const steps = Array.from({ length: count }, () => drawStep(draws, draws.pick(kinds), rots));
  const isCold = steps.includes(archive);
  return { options, provesDeath: draws.chance(0.95), isCold, steps };
}

/** What else is done to an open store, by the names that mixes call it. */
const acts = {
  Archive: archive,
  Drop: drop,
  Erase: erase,
  Tombstone: tombstone,
  Backup: backup,
  Restore: backupAndRestore,
} as const satisfies Readonly<Record<string, Step>>;

type Kind = Exclude<Step["_tag"], "Act"> | keyof typeof acts;

/** Which steps a life is made of: not every life is made of all, so that some get deep. */
const mixes: ReadonlyArray<ReadonlyArray<Kind>> = [
  ["Append"],
  ["Append", "Append", "Append", "Kill"],
  ["Append", "Append", "Append", "PowerCut"],
  ["Append", "Append", "Append", "Close"],
  ["Append", "Append", "Close", "Rot"],
  ["Append", "Append", "Append", "AppendAgain", "Kill", "PowerCut", "Close", "Idle"],
  ["Append", "Append", "Follow", "Save", "Kill", "PowerCut"],
  ["Append", "Append", "Append", "Query", "ForgetIndexes", "Close"],
  ["Append", "Append", "Append", "Archive", "Query", "Follow", "Kill", "PowerCut", "Close", "Rot"],
  ["Append", "Append", "Drop", "Save", "Kill", "PowerCut"],
  ["Append", "Append", "Erase", "Archive", "Kill", "PowerCut"],
  ["Append", "Append", "Backup", "Restore", "Kill", "PowerCut"],
  ["Append", "Append", "Drop", "Archive", "Erase", "Tombstone", "Backup", "Restore", "Query"],
  [
    "Append",
    "Append",
    "Append",
    "Append",
    "AppendAgain",
    "Query",
    "Follow",
    "Save",
    "Idle",
    "Close",
    "Kill",
    "PowerCut",
    "ForgetIndexes",
    "Rot",
  ],
];

function drawStep(draws: Generator, kind: Kind, rots: number): Step {
  switch (kind) {
    case "Append":
      return {
        _tag: kind,
        commits: Array.from({ length: draws.pick([1, 1, 2, 4]) }, () => drawCommit(draws)),
      };
    case "Idle":
      return { _tag: kind, ms: draws.pick([1, 100, 1_500]) };
    case "Rot":
      return rots === 0 ? { _tag: "Close" } : { _tag: kind, nth: draws.below(rots) };
    case "Archive":
    case "Drop":
    case "Erase":
    case "Tombstone":
    case "Backup":
    case "Restore":
      return acts[kind];
    default:
      return { _tag: kind };
  }
}

function drawCommit(draws: Generator): CommitPlan {
  const first = draws.pick(streams);
  const second = draws.pick(streams);
  return {
    streams: first === second || draws.chance(0.6) ? [first] : [first, second],
    events: draws.pick([1, 1, 1, 2, 5]),
    bytes: draws.pick([0, 0, 40, 40, 300, 900]),
    expects: draws.pick([
      "any",
      "any",
      "right",
      "right",
      "wrong",
      "condition that holds",
      "condition that fails",
    ]),
    hasId: draws.chance(0.8),
  };
}
