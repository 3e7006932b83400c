/**
 * Work that reads a whole store: it tells how far it is, and ends when it is told to.
 *
 * @module
 */
import type { Cancellation } from "../../src/query.ts";
import { fail } from "./attempt.ts";
import type { Files } from "./files.ts";

/** What whoever waits for such work may want. */
export interface LongWork {
  /** Told now and then: bytes done so far, and how many there are. */
  readonly onProgress?: (progress: { readonly bytes: number; readonly bytesTotal: number }) => void;
  /** Ends the work with the fault `Cancelled`. An `AbortSignal` fits. */
  readonly signal?: Cancellation;
}

/** Notes that so many bytes more are done; ends the work if its signal says so. */
export type Step = (bytes: number) => void;

/** The steps of some work over so many bytes. */
export function stepsOf({ onProgress, signal }: LongWork, bytesTotal: number): Step {
  let done = 0;
  return (bytes) => {
    if (signal?.aborted) fail({ _tag: "Cancelled", stored: "no" });
    done += bytes;
    onProgress?.({ bytes: done, bytesTotal });
  };
}

/** The sizes of some files together, in bytes. One that is gone by now has none. */
export async function sizesOf(files: Files, names: ReadonlyArray<string>): Promise<number> {
  let total = 0;
  for (const name of names) {
    const size = await files.lend(name, (file) => file.size());
    total += size === "missing" ? 0 : size;
  }
  return total;
}
