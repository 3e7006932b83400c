/**
 * Subjects that decide and evolve without a store, over the states of 100,000 streams in a map. W8 is
 * one decider, W8b three side by side.
 *
 * @module
 */
import type { Opened, Subject } from "./subject.ts";

/** What a subject without a store can do. */
export type Pure = Pick<Opened, "decideOne" | "decideThree">;

/** The workloads that ask nothing of a store. */
const PURE: ReadonlyArray<string> = ["W8", "W8b"];

export function pureSubject(
  name: string,
  open: () => Promise<Pure>,
): Subject {
  return {
    name,
    durable: "not stored",
    workloads: PURE,
    open: async () => ({ ...await open(), close: () => Promise.resolve() }),
  };
}
