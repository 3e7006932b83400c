/**
 * Runs examples one after the other in one process, each in an empty folder of its own, and reports
 * what each of them printed. The same file runs on Node, Deno and Bun.
 *
 *     tsx test/gate/run_examples.ts REPORT EXAMPLE...
 *
 * @module
 */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { formatWithOptions } from "node:util";

/** One line of the report. */
export interface Ran {
  readonly example: string;
  readonly printed: ReadonlyArray<string>;
  /** What it threw, if it did. */
  readonly error: string | undefined;
}

async function runExample(example: string): Promise<Ran> {
  const scratch = mkdtempSync(join(tmpdir(), "leftfold-example-"));
  const printed: string[] = [];
  process.chdir(scratch);
  console.log = (...values: ReadonlyArray<unknown>): void => {
    printed.push(formatWithOptions({ colors: false }, ...values));
  };
  try {
    await import(pathToFileURL(example).href);
    return { example, printed, error: undefined };
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    return { example, printed, error: text };
  } finally {
    process.chdir(tmpdir());
    rmSync(scratch, { recursive: true, force: true });
  }
}

const [report, ...examples] = process.argv.slice(2);
if (report === undefined) throw new Error("Name the file for the report, then the examples");
for (const example of examples) {
  appendFileSync(report, `${JSON.stringify(await runExample(example))}\n`);
}
// An example may leave a store open, as a program that is about to end does.
process.exit(0);
