/**
 * Lives as data: what a store goes through, so that a life can be printed, had again and cut down.
 *
 * @module
 */
import type { FileStoreOptions } from "../../stores/file/mod.ts";
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
  /** Does something else with the open store. */
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
