/**
 * `leftfold head`: what to keep elsewhere, so that `verify --anchor` tells rewritten history.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { storeHead } from "leftfold/stores/file";
import { anchorText } from "../anchor_text.ts";
import { readingCold } from "../cold_tier.ts";
import { unlessInterrupted } from "../interruption.ts";
import type { HeadRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runHead(
  { store: place, json, position, cold }: HeadRequest,
  { out, interruption, environment }: World,
): Promise<ExitCode> {
  const options = {
    ...await readingCold(cold, environment),
    ...(position !== undefined && { position }),
  };
  const head = await unlessInterrupted(run(storeHead(directory(place), options)), interruption);
  await out.line(json ? JSON.stringify({ store: place, ...head }) : anchorText(head));
  return 0;
}
