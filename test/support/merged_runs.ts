/**
 * Merging index runs that are bytes in memory.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isRight } from "fp-ts/lib/Either.js";
import { blockCache } from "../../stores/file/runs/block_cache.ts";
import { mergeRuns } from "../../stores/file/runs/run_merge.ts";
import { openRun, type RunReader } from "../../stores/file/runs/run_reader.ts";
import type { TermHasher } from "../../stores/file/runs/term_hash.ts";
import { fileOf } from "./index_samples.ts";

/** Opens a run that must be sound. */
export async function openedRun(bytes: Uint8Array, hash: TermHasher): Promise<RunReader> {
  const run = await openRun(fileOf(bytes), "a run", hash, blockCache(2 ** 20));
  assert.ok(isRight(run), JSON.stringify(run));
  return run.right;
}

/** What a merge of runs writes. */
export async function merged(
  runs: ReadonlyArray<Uint8Array>,
  hash: TermHasher,
): Promise<Uint8Array> {
  const readers = await Promise.all(runs.map((bytes) => openedRun(bytes, hash)));
  const parts: Uint8Array[] = [];
  const merging = mergeRuns(readers.map(({ map }) => map));
  let step = merging.next();
  while (!step.done) {
    const { value } = step;
    if (value._tag === "Write") parts.push(value.blocks);
    const given = value._tag === "Read"
      ? await readers[value.input]!.part(value.span)
      : new Uint8Array(0);
    step = merging.next(given);
  }
  parts.push(step.value.footer);
  return Uint8Array.from(Buffer.concat(parts));
}
