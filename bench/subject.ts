/**
 * A subject: something that is measured, and what it can be asked to do.
 *
 * @module
 */
import type { SampleEvent } from "./sample.ts";

/** What an acknowledgement means: flushed to the disk, handed to the system, or in memory only. */
export type Durable = "flushed" | "handed over" | "in memory" | "not stored";

/** What is measured. */
export interface Subject {
  readonly name: string;
  readonly durable: Durable;
  /** The only workloads that it is asked for; all of them if left out. */
  readonly workloads?: ReadonlyArray<string>;
  /** Why it cannot be measured on this machine; nothing if it can. Always possible if left out. */
  readonly missing?: () => string | undefined;
  /** Opens it in a directory of its own; what an earlier process has left there is there again. */
  readonly open: (place: string) => Promise<Opened>;
}

/** How many units of work were done, and in how many milliseconds. */
export interface Count {
  readonly units: number;
  readonly ms: number;
}

/** What an opened subject can do. What it cannot is left out, and so is the workload that needs it. */
export interface Opened {
  /** Stores events in a stream, in one commit, and says when they are stored. */
  readonly append?: (
    stream: string,
    events: ReadonlyArray<SampleEvent>,
  ) => Promise<unknown>;
  /** Folds every event in order; says how many there were. */
  readonly foldAll?: () => Promise<number>;
  /** Folds every event of a type; says how many there were. */
  readonly foldType?: (type: string) => Promise<number>;
  /** Loads and folds a stream; says how many events it has. */
  readonly foldStream?: (stream: string) => Promise<number>;
  /** Rebuilds a projection, and saves its state; says how many events it has folded. */
  readonly rebuild?: () => Promise<number>;
  /** Loads what is needed, decides, and appends: one command to one stream. */
  readonly handle?: (stream: string, amount: number) => Promise<unknown>;
  /** Prepares commands to one decider; then decides and evolves them all, and says how many. */
  readonly decideOne?: () => () => number;
  /** The same with three deciders side by side. */
  readonly decideThree?: () => () => number;
  /** Reads every stored byte and says whether it is sound; the number of bytes. */
  readonly verify?: () => Promise<number>;
  /** A limit of the machine is no store: it does a workload in a way of its own. */
  readonly direct?: Readonly<
    Record<string, (milliseconds: number) => Promise<Count>>
  >;
  readonly close: () => Promise<unknown>;
}

/** A fold that a reader would write: the sum, and how many. */
export interface Sum {
  readonly count: number;
  readonly amount: number;
}

export const nothingYet: Sum = { count: 0, amount: 0 };

export function added(sum: Sum, amount: number): Sum {
  return { count: sum.count + 1, amount: sum.amount + amount };
}
