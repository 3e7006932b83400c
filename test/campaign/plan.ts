/**
 * Lives as data: what a store goes through, so that a life can be printed, had again and cut down.
 *
 * @module
 */
import type { FileStoreOptions } from "../../stores/file/mod.ts";
import type { Generator } from "../../stores/storage/simulated.ts";
import type { Owner, World } from "./world.ts";

/** Something that is done to a store. What needs an open store opens it first. */
export type Step =
  /** Opens it, and judges what it holds. */
  | { readonly _tag: "Open" }
  /** Appends commits, all at once. */
  | { readonly _tag: "Append"; readonly commits: ReadonlyArray<CommitPlan> }
  /** Appends again what nobody knows of: the answer must tell. */
  | { readonly _tag: "AppendAgain" }
  /** Compares what queries find with what the whole log says. */
  | { readonly _tag: "Query" }
  /** Another process reads on from where it was. */
  | { readonly _tag: "Follow" }
  /** Keeps a state with its bookmark, and looks at the one that was kept before. */
  | { readonly _tag: "Save" }
  | { readonly _tag: "Idle"; readonly ms: number }
  | { readonly _tag: "Close" }
  | { readonly _tag: "Kill" }
  | { readonly _tag: "PowerCut" }
  /** Removes every index file, while nobody has the store open. */
  | { readonly _tag: "ForgetIndexes" }
  /** Does something else with the open store: what is not drawn, but stands in a script. */
  | {
    readonly _tag: "Act";
    readonly name: string;
    readonly act: (world: World, owner: Owner) => Promise<void>;
  }
  /** Damages a file at rest, after a clean close. */
  | { readonly _tag: "Rot"; readonly nth: number };

/** A commit in the making: which streams, how much, and what it expects. */
export interface CommitPlan {
  readonly streams: ReadonlyArray<string>;
  readonly events: number;
  /** Of each event, about so many bytes. */
  readonly bytes: number;
  readonly expects: "any" | "right" | "wrong" | "condition that holds" | "condition that fails";
  readonly hasId: boolean;
}

/** A whole life. */
export interface Plan {
  readonly options: FileStoreOptions;
  readonly provesDeath: boolean;
  readonly isCold?: boolean;
  readonly steps: ReadonlyArray<Step>;
}

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
  return { options, provesDeath: draws.chance(0.95), steps };
}

type Kind = Exclude<Step["_tag"], "Act">;

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
