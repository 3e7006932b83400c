/**
 * `leftfold read`: records, for people or as JSON.
 *
 * @module
 */
import {
  type Encoded,
  type EventStore,
  type Position,
  type ReadFault,
  records,
  run,
} from "leftfold";
import { readingCold } from "../cold_tier.ts";
import { withStore } from "../open_store.ts";
import { recordJson, recordLine } from "../record_text.ts";
import type { ReadRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runRead(request: ReadRequest, world: World): Promise<ExitCode> {
  const { store: place, json, query, after, direction, recordsMax, tiers } = request;
  const print = json ? recordJson : recordLine;
  const cold = await readingCold(request.cold, world.environment);
  const { exitCode } = await withStore(
    place,
    { mode: request.mode, ...cold },
    world,
    async (store) => {
      const until = await lastOf(request, store);
      const range = {
        direction,
        signal: world.interruption.signal,
        ...(after !== undefined && { after }),
        ...(until !== undefined && { until }),
        ...(recordsMax !== undefined && { recordsMax }),
        ...(tiers && { tiers }),
      };
      for await (const record of records<Encoded, ReadFault>(store.read(query, range))) {
        if (!(await world.out.line(print(record)))) break;
      }
    },
  );
  return exitCode;
}

async function lastOf(
  { asOf, until }: ReadRequest,
  store: EventStore,
): Promise<Position | undefined> {
  return asOf === undefined ? until : await run(store.positionAt(asOf));
}
