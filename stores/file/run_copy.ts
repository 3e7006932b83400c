/**
 * Copying the index runs of a log into another place. They are derived: without one, the store that
 * is opened there reads that part of the log and makes it again.
 *
 * @module
 */
import { writeAll } from "./append/write_all.ts";
import { readPart } from "./files.ts";
import { parseName } from "./format/layout.ts";
import { BLOCK_BYTES, checkBlock } from "./runs/index_block.ts";
import { seedOf } from "./runs/index_header.ts";
import type { RunReader } from "./runs/run_reader.ts";
import type { Copying } from "./store_copy.ts";

const SLICE_BLOCKS = 256;

/** Copies the runs in use that cover nothing beyond the copy, and gives how many bytes it wrote. */
export async function copyRuns(copying: Copying): Promise<number> {
  const { log, target, step } = copying;
  const present = new Set(await target.list());
  let bytes = 0;
  for (const run of log.runs) {
    const last = run.segments[run.segments.length - 1]!;
    const { segment, offset } = log.readable;
    if (last.number > segment || (last.number === segment && last.endOffset > offset)) continue;
    const size = await log.files.lend(run.name, (file) => file.size());
    // A writer has merged it away: a later backup takes the merged one.
    if (size === "missing") continue;
    // Each block has its checksum, so a half one that is found here is told where it is read.
    if (present.has(run.name)) step(size);
    else bytes += await copyRun(copying, run, size);
  }
  return bytes;
}

/** Copies a run, its last block after the rest: so no beginning of a run passes for one. */
async function copyRun(
  { log, target, step }: Copying,
  { name }: RunReader,
  size: number,
): Promise<number> {
  const file = await target.create(name);
  if (file === "exists") throw new Error(`${name} was made by somebody else`);
  let isWhole = false;
  try {
    let seed: number | undefined;
    for (let at = 0; at < size;) {
      const isLast = at === size - BLOCK_BYTES;
      const count = isLast
        ? BLOCK_BYTES
        : Math.min(SLICE_BLOCKS * BLOCK_BYTES, size - BLOCK_BYTES - at);
      const slice = await log.files.lend(name, (one) => readPart(one, at, count));
      if (slice === "missing" || slice.length < count) break;
      seed ??= seedOf(slice);
      if (!areBlocksSound(slice, at / BLOCK_BYTES, seed)) break;
      if (isLast) await file.datasync();
      await writeAll(file, at, slice);
      step(count);
      at += count;
      isWhole = at === size;
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  // What is not whole would be passed over; without it, a later backup takes it again.
  if (!isWhole) await target.remove(name);
  return isWhole ? size : 0;
}

function areBlocksSound(bytes: Uint8Array, first: number, seed: number): boolean {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    if (checkBlock(bytes, at, first + at / BLOCK_BYTES, seed)) return false;
  }
  return true;
}

/** Removes runs that an earlier backup has left and this one has no use for. */
export async function removeOtherRuns({ log, target }: Copying): Promise<void> {
  const used = new Set(log.runs.map(({ name }) => name));
  for (const name of await target.list()) {
    if (parseName(name)?.kind === "index" && !used.has(name)) await target.remove(name);
  }
}
