/** A small projection to test with: numbers that are added up until they are cleared. */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import * as fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { eventCodec, schema, type TaggedEventCodec } from "../../src/codec.ts";
import type { EventStore } from "../../src/event_store.ts";
import type { ProjectionFault } from "../../src/fault.ts";
import { type Projection, projection, type ProjectionDefinition } from "../../src/projection.ts";
import type { ProjectionStore } from "../../src/projection_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { run } from "../../src/run.ts";
import type { Position } from "../../src/stream.ts";
import type { View } from "../../src/view.ts";
import { memoryStore } from "../../stores/memory.ts";

export type Event =
  | { readonly type: "Added"; readonly n: number }
  | { readonly type: "Cleared" };

export const codec: TaggedEventCodec<Event> = eventCodec({
  Added: schema(1, t.type({ n: t.number })),
  Cleared: schema(1),
});

/** The numbers since the last `Cleared`, with their positions: it shows what was folded, and when. */
export interface Seen {
  readonly sum: number;
  readonly at: ReadonlyArray<Position>;
}
export const none: Seen = { sum: 0, at: [] };
export const seen: View<Recorded<Event>, Seen> = {
  initialState: none,
  evolve: ({ sum, at }, { event, position }) =>
    event.type === "Cleared"
      ? { sum: 0, at: [...at, position] }
      : { sum: sum + event.n, at: [...at, position] },
};
export const throwsAt = (bad: Position): typeof seen => ({
  ...seen,
  evolve: (state, record) => {
    if (record.position === bad) throw new Error("no such luck");
    return seen.evolve(state, record);
  },
});

export const added = (n: number): Encoded => ({
  type: "Added",
  schemaVersion: 1,
  data: { n },
  tags: [],
});
export const cleared: Encoded = { type: "Cleared", schemaVersion: 1, data: {}, tags: [] };
export const other: Encoded = { type: "Other", schemaVersion: 1, data: {}, tags: [] };
export const undecodable: Encoded = { ...added(0), data: { n: "one" } };
export const anyEvent: fc.Arbitrary<Encoded> = fc.oneof(
  fc.nat(9).map(added),
  fc.constant(cleared),
  fc.constant(other),
);

export async function storeOf(events: ReadonlyArray<Encoded>, stream = "s-1"): Promise<EventStore> {
  const store = memoryStore({ now: () => new Date(0) });
  await append(store, events, stream);
  return store;
}

export async function append(
  store: EventStore,
  events: ReadonlyArray<Encoded>,
  stream = "s-1",
): Promise<void> {
  for (const event of events) {
    await run(store.append({ writes: [{ stream, expected: "any", events: [{ event }] }] }));
  }
}

/** What a plain loop makes of the log. */
export async function folded(
  store: EventStore,
  view: typeof seen = seen,
  through: Position = Infinity,
): Promise<Seen> {
  const page = await run(store.read({ types: codec.types }, { pageRecordsMax: 1_000_000 }));
  assert(O.isNone(page.next));
  let state = view.initialState;
  for (const record of page.records.filter(({ position }) => position <= through)) {
    const events = codec.decode(record);
    assert(E.isRight(events));
    for (const event of events.right) state = view.evolve(state, { ...record, event });
  }
  return state;
}

export type Change = Partial<ProjectionDefinition<Event, Seen>>;

export function seenIn(
  store: EventStore,
  states: ProjectionStore,
  change: Change = {},
): Projection<Seen> {
  return projection({ name: "seen", codec, view: seen, store, states, ...change });
}

export async function fault(task: TaskEither<ProjectionFault, unknown>): Promise<ProjectionFault> {
  const outcome = await task();
  assert(E.isLeft(outcome), "it did not fail");
  return outcome.left;
}
