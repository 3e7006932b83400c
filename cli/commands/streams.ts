/**
 * `leftfold streams`: the streams of a store.
 *
 * @module
 */
import { run, type StreamInfo } from "leftfold";
import { readingCold } from "../cold_tier.ts";
import { unlessInterrupted } from "../interruption.ts";
import { withStore } from "../open_store.ts";
import { visible } from "../record_text.ts";
import type { StreamsRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runStreams(request: StreamsRequest, world: World): Promise<ExitCode> {
  const { out, interruption } = world;
  const cold = await readingCold(request.cold, world.environment);
  const options = { mode: "readOnly", ...cold } as const;
  const { exitCode } = await withStore(request.store, options, world, async (store) => {
    let after: string | undefined;
    for (;;) {
      const page = run(store.streams(request.prefix, after));
      const streams = await unlessInterrupted(page, interruption);
      for (const stream of streams) {
        if (!(await out.line(request.json ? JSON.stringify(stream) : streamLine(stream)))) return;
      }
      after = streams.at(-1)?.stream;
      if (after === undefined) return;
    }
  });
  return exitCode;
}

function streamLine({ stream, version, position }: StreamInfo): string {
  return visible(`${String(position).padStart(8)}  ${stream}@${version}`);
}
