/**
 * Opening index runs in the place of a store.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { failCorrupt } from "../attempt.ts";
import { type Files, readPart } from "../files.ts";
import type { Settings } from "../options.ts";
import type { Awaitable, ReadFile } from "../storage.ts";
import type { OpenRun } from "../survey.ts";
import { blockCache } from "./block_cache.ts";
import { BLOCK_BYTES } from "./index_block.ts";
import { isUnfinishedRun } from "./index_decode.ts";
import { openRun } from "./run_reader.ts";
import type { TermHasher } from "./term_hash.ts";

/** Opens the runs of a store, with one cache for all of them. */
export function runOpener(files: Files, settings: Settings, hasher: TermHasher): OpenRun {
  const cache = blockCache(settings.pageCacheBytesMax);
  return async (name) => {
    // A run is read through the store's open files, so that their number stays bounded.
    const file = {
      size: async () => await lent(files, name, (one) => one.size()),
      read: async (at: number, into: Uint8Array) =>
        await lent(files, name, (one) => one.read(at, into)),
      close: () => undefined,
    };
    const run = await openRun(file, name, hasher, cache);
    if (!isLeft(run)) return run.right;
    // A run without its footer is being written, or its writer was killed: it is none, not a bad one.
    const isUnfinished = await files.lend(name, async (one) => {
      // The size first: a run that is being written is longer by the time it is read, never shorter.
      const size = await one.size();
      return isUnfinishedRun(await readPart(one, 0, BLOCK_BYTES), size);
    });
    if (isUnfinished === false) {
      settings.observe({ _tag: "RunIgnored", file: name, why: run.left.found });
    }
    return undefined;
  };
}

async function lent(
  files: Files,
  name: string,
  use: (file: ReadFile) => Awaitable<number>,
): Promise<number> {
  const answer = await files.lend(name, use);
  if (answer !== "missing") return answer;
  return failCorrupt(name, 0, "an index run", "no such file; open the store again");
}
