/**
 * Narrowing an index run: what is below a floor leaves it, so that it remembers nothing of what is
 * dropped. The rest is the run that its segments would give.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { fail, failCorrupt } from "../attempt.ts";
import { readPart } from "../files.ts";
import type { Log } from "../log.ts";
import type { OpenRun } from "../survey.ts";
import { decodeRun } from "./index_decode.ts";
import { encodeRun } from "./index_run.ts";
import { openWritten, type RunNames, writeRunFile } from "./run_file.ts";
import type { RunReader } from "./run_reader.ts";

/** Writes the run of what a run knows from a segment on, and opens it. Both are held in memory. */
export async function narrowRun(
  log: Log,
  names: RunNames,
  openRun: OpenRun,
  run: RunReader,
  segment: number,
): Promise<RunReader> {
  const bytes = await log.files.lend(run.name, async (file) => {
    return await readPart(file, 0, await file.size());
  });
  if (bytes === "missing") return failCorrupt(run.name, 0, "an index run", "no such file");
  const decoded = decodeRun(bytes, run.name, log.hasher);
  if (isLeft(decoded)) return fail(decoded.left);
  const segments = decoded.right.segments.filter(({ row }) => row.number >= segment);
  const range = { from: segment, to: segments[segments.length - 1]!.row.number };
  const name = await writeRunFile(log, names, range, async (add) => {
    const { bytes, footerAt } = encodeRun({ hash: log.hasher, segments });
    await add(bytes.subarray(0, footerAt));
    return bytes.subarray(footerAt);
  });
  return await openWritten(openRun, names, name);
}
