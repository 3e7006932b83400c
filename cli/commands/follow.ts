/**
 * `leftfold follow`: records, and those to come.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import { type Encoded, FaultError, type Pages, type ReadFault } from "leftfold";
import { readingCold } from "../cold_tier.ts";
import { withStore } from "../open_store.ts";
import { recordJson, recordLine } from "../record_text.ts";
import type { FollowRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it, until Ctrl-C, which is its proper end, or until nobody reads any more. */
export async function runFollow(request: FollowRequest, world: World): Promise<ExitCode> {
  const { store: place, json, query, after } = request;
  const print = json ? recordJson : recordLine;
  const { signal, by } = world.interruption;
  const cold = await readingCold(request.cold, world.environment);
  await withStore(place, { mode: "readOnly", ...cold }, world, async (store) => {
    const from = { signal, ...(after !== undefined && { after }) };
    let rest: Pages<Encoded, ReadFault> | undefined = store.follow(query, from);
    while (rest !== undefined) {
      const page: Awaited<ReturnType<typeof rest>> = await rest();
      if (E.isLeft(page)) {
        if (page.left._tag === "Cancelled" && by() === "SIGINT") return;
        throw new FaultError(page.left);
      }
      for (const record of page.right.records) await world.out.line(print(record));
      // What is known goes out before the next page is waited for.
      if (!(await world.out.flush())) return;
      rest = O.toUndefined(page.right.next);
    }
  });
  return 0;
}
