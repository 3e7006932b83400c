/**
 * States of projections in memory: as fast as can be, and gone with the process. The next one folds
 * the log again.
 *
 * @module
 */
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { Kept, ProjectionStore } from "../../src/projection_store.ts";

/**
 * An empty place for states. A state is kept as it is, not as JSON, so a projection needs no codec
 * for it; if it has one, that is used all the same.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, projection, run, schema, view } from "leftfold";
 * import { memoryStates, memoryStore } from "leftfold/stores/memory";
 * import { ofRecords } from "leftfold/view";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const store = memoryStore();
 * const seats = projection({
 *   name: "seats",
 *   codec,
 *   view: ofRecords(view({ initialState: 0, evolve: (sum, event: { seats: number }) => sum + event.seats })),
 *   store,
 *   states: memoryStates(),
 * });
 * const events = [{ event: codec.make.SeatsBooked({ seats: 2 }) }];
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 * assert.deepEqual(await run(seats.catchUp()), { state: 2, position: 1 });
 * ```
 */
export function memoryStates(): ProjectionStore {
  const all = new Map<string, Kept>();
  return {
    load: (name) => TE.fromIO(() => O.fromNullable(all.get(name))),
    save: (name, saved, after) =>
      TE.fromIO(() => {
        const last = all.get(name)?.revision ?? 0;
        if (after !== "any" && last > after) return O.none;
        all.set(name, { ...saved, revision: last + 1 });
        return O.some(last + 1);
      }),
  };
}
