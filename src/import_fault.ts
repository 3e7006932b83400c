/**
 * What can go wrong with an import, as values.
 *
 * @module
 */
import { explain, explainCause } from "./explain.ts";
import type { AppendFault, Cancelled } from "./fault.ts";
import type { BadLine } from "./source_commit.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What an import has done. */
export interface ImportReport {
  readonly lines: number;
  readonly commits: number;
  readonly events: number;
  /** Of the events: how many are new in the store, and how many were there already. */
  readonly added: number;
  readonly repeated: number;
}

/** Some lines are no events that can be stored. */
export interface BadLines {
  readonly _tag: "BadLines";
  /** `"unknown"` if the lines were good at the first reading, and have changed since. */
  readonly stored: "no" | "unknown";
  /** The first of them, at most 20. */
  readonly bad: ReadonlyArray<BadLine>;
  /** How many there are. */
  readonly total: number;
}

/** The lines could not be read to their end. */
export interface LinesFailed {
  readonly _tag: "LinesFailed";
  readonly stored: "no" | "unknown";
  /** The last line that was read. */
  readonly line: number;
  readonly cause: unknown;
}

/**
 * The store did not take a commit, or the signal came. Commits before it are stored, and perhaps
 * some that were under way behind it. Run the import again to go on.
 */
export interface ImportStopped {
  readonly _tag: "ImportStopped";
  readonly stored: "unknown";
  /** The first line of the commit. */
  readonly line: number;
  readonly cause: AppendFault | Cancelled;
  readonly report: ImportReport;
}

/** What can go wrong with an import. */
export type ImportFault = BadLines | LinesFailed | ImportStopped | Cancelled;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * One sentence about a failed import: what was wanted and found in which line, and what to do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explainImport } from "leftfold";
 *
 * const reason = { what: '"time"', wanted: "a time as in RFC 3339", found: '"noon"' };
 * assert.equal(
 *   explainImport({ _tag: "BadLines", stored: "no", bad: [{ line: 7, reason }], total: 1 }),
 *   'Line 7: "time": wanted a time as in RFC 3339, found "noon"; nothing was stored, so mend the ' +
 *     "line, then import again",
 * );
 * ```
 */
export function explainImport(fault: ImportFault): string {
  switch (fault._tag) {
    case "BadLines": {
      const shown = fault.bad.map(({ line, reason: { what, wanted, found } }) =>
        `Line ${line}: ${what}: wanted ${wanted}, found ${found}`
      );
      const more = fault.total - shown.length;
      return `${shown.join("; ")}${more > 0 ? `; and ${more} more lines` : ""}; ${
        fault.stored === "no" ? "nothing was stored, so" : "the lines changed while being read, so"
      } mend the ${fault.total === 1 ? "line" : "lines"}, then import again`;
    }
    case "LinesFailed":
      return `The lines could not be read on after line ${fault.line}: ${
        explainCause(fault.cause)
      }; ${fault.stored === "no" ? "nothing was stored, so " : ""}import again to go on`;
    case "ImportStopped":
      return `The import stopped at line ${fault.line}, with ${fault.report.added} events added: ${
        fault.cause._tag === "Cancelled" ? "it was cancelled by its signal" : explain(fault.cause)
      }; import again to go on`;
    case "Cancelled":
      return "The import was cancelled by its signal, and nothing was stored; import again";
  }
}
