/**
 * Scripts: short lives that are broken at every call, one after the other. To try something new of a
 * store, add a script.
 *
 * @module
 */
import type { FileStoreOptions } from "../../stores/file/mod.ts";
import { archive, backup, drop, erase, restore, tombstone } from "./acts.ts";
import type { CommitPlan, Step } from "./plan.ts";

/** A short life, in which nothing goes wrong by itself. */
export interface Script {
  readonly name: string;
  readonly options?: FileStoreOptions;
  readonly steps: ReadonlyArray<Step>;
  /** Whether archives lie beside the store. */
  readonly isCold?: boolean;
  /** Whether it has so many calls that the gate tries fewer damages at each. */
  readonly isLong?: boolean;
  /** What is done first of all with a store that the script was broken off with. */
  readonly first?: ReadonlyArray<Step>;
}

const open: Step = { _tag: "Open" };
const close: Step = { _tag: "Close" };
const kill: Step = { _tag: "Kill" };
const save: Step = { _tag: "Save" };
const follow: Step = { _tag: "Follow" };
const powerCut: Step = { _tag: "PowerCut" };

function commit(streams: ReadonlyArray<string>, bytes = 0, events = 1): CommitPlan {
  return { streams, events, bytes, expects: "any", hasId: true };
}

function append(...commits: ReadonlyArray<CommitPlan>): Step {
  return { _tag: "Append", commits };
}

function idle(ms: number): Step {
  return { _tag: "Idle", ms };
}

const threeSegments = append(commit(["a-1"], 700), commit(["a-1"], 700), commit(["a-1", "b-1"]));

/** Every script. */
export const scripts: ReadonlyArray<Script> = [
  { name: "first open", steps: [open] },
  { name: "one append", steps: [append(commit(["a-1"]))] },
  {
    name: "appends one after the other",
    steps: [append(commit(["a-1"])), append(commit(["a-2"], 40)), append(commit(["a-1"], 300))],
  },
  {
    name: "a group",
    steps: [append(commit(["a-1"]), commit(["b-1", "a-1"], 0, 2), commit(["c"], 600))],
  },
  { name: "a commit of several events", steps: [append(commit(["a-1", "b-1"], 200, 5))] },
  {
    name: "segments that roll",
    steps: [append(commit(["a-1"], 700)), append(commit(["a-1"], 700)), append(commit(["c"]))],
  },
  {
    name: "room that is made ahead",
    options: { preallocateBytes: 600 },
    steps: [
      append(commit(["a-1"])),
      append(commit(["a-1"], 40)),
      append(commit(["c"], 300, 2)),
      append(commit(["a-1"], 40)),
      kill,
      append(commit(["a-1"], 40)),
      append(commit(["a-1"], 300)),
      close,
    ],
  },
  {
    name: "a commit larger than a segment",
    steps: [append(commit(["a-1"])), append(commit(["a-1"], 900, 2)), append(commit(["c"]))],
  },
  { name: "close and open again", steps: [append(commit(["a-1"], 40)), close, open, close] },
  {
    name: "an index run of a part, and then of the whole",
    steps: [append(commit(["a-1"], 300)), close, append(commit(["b-1"], 900)), close],
  },
  {
    name: "a writer that is killed, and its successor",
    steps: [append(commit(["a-1"])), kill, append(commit(["a-1"])), kill, open],
  },
  {
    name: "power cuts, and their successors",
    steps: [append(commit(["a-1"])), powerCut, append(commit(["b-1"])), powerCut, open],
  },
  {
    name: "an idle second",
    steps: [append(commit(["a-1"])), idle(1_500), append(commit(["a-1"])), idle(1_500)],
  },
  {
    name: "states that are kept",
    steps: [append(commit(["a-1"])), save, append(commit(["b-1"])), save, close, save],
  },
  {
    name: "a reader that follows",
    steps: [append(commit(["a-1"])), follow, append(commit(["b-1"], 900)), follow, close, follow],
  },
  {
    name: "the mode os",
    options: { durability: "os", flushMs: 5 },
    steps: [append(commit(["a-1"])), append(commit(["b-1"], 900)), idle(20), save, close],
  },
  {
    name: "the mode none",
    options: { durability: "none", flushMs: 5 },
    steps: [append(commit(["a-1"]), commit(["c"])), idle(20), append(commit(["b-1"], 900)), close],
  },
  {
    name: "index runs that are merged",
    options: { groupFramesMax: 1 },
    isLong: true,
    steps: [append(...Array.from({ length: 9 }, () => commit(["a-1"], 700))), idle(1), close],
  },
  { name: "archiving", isCold: true, steps: [threeSegments, archive, close], first: [archive] },
  { name: "dropping", steps: [threeSegments, drop, append(commit(["a-1"])), close] },
  { name: "erasing", steps: [threeSegments, erase, append(commit(["b-1"])), close] },
  {
    name: "archiving, and erasing what is archived",
    isCold: true,
    steps: [threeSegments, archive, erase, close],
  },
  {
    name: "erasing, and dropping what was erased",
    steps: [threeSegments, erase, drop, append(commit(["b-1"])), close],
  },
  {
    name: "cutting a stream off",
    steps: [append(commit(["a-1"]), commit(["c"])), tombstone, close],
  },
  { name: "a backup", steps: [threeSegments, save, backup, backup], first: [backup, restore] },
  {
    name: "a backup, and all that is left of it",
    steps: [append(commit(["a-1"], 900)), backup, append(commit(["a-1"], 40)), backup, close],
    first: [restore],
  },
  {
    name: "indexes that are gone",
    steps: [append(commit(["a-1"], 900)), append(commit(["a-1"], 900)), { _tag: "ForgetIndexes" }],
  },
];
