/** Faults that are forgotten, and faults that cannot be. */
import type { AppendFault, Fault, LoadFault, ReadFault, Rejected } from "../../src/fault.ts";
import { explain } from "../../src/explain.ts";

declare const read: ReadFault;
declare const append: AppendFault;
declare const load: LoadFault;
declare const rejected: Rejected<string>;

// What is right compiles: every fault has its case.
export function status(fault: ReadFault): number {
  switch (fault._tag) {
    case "ReadFailed":
    case "Corrupt":
      return 500;
    case "HistoryDiverged":
      return 409;
    case "BelowFloor":
      return 410;
    case "Cancelled":
      return 499;
    case "ColdUnavailable":
    case "Closed":
      return 503;
  }
}
explain(read satisfies Fault);
append.stored satisfies "no" | "unknown";
if (append.stored === "unknown") append.commitId satisfies string;

// A forgotten fault.
// @ts-expect-error `HistoryDiverged` has no case, so nothing would be returned
export function short(fault: ReadFault): number {
  switch (fault._tag) {
    case "ReadFailed":
    case "Corrupt":
      return 500;
    case "Cancelled":
      return 499;
    case "BelowFloor":
      return 410;
    case "ColdUnavailable":
    case "Closed":
      return 503;
  }
}

// A fault that cannot be.
// @ts-expect-error a read has no conflict
if (read._tag === "Conflict") read;

// A field of one fault, asked of all.
// @ts-expect-error only some faults have a cause
load.cause;

// A rejection taken for a fault.
// @ts-expect-error the domain's no is the user's to explain
explain(rejected);

// A fault that does not say whether the data is stored.
// @ts-expect-error `stored` is missing
explain({ _tag: "Closed" });
