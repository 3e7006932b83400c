/**
 * States: what a view says of a stream or of a query, now or at another moment.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { EventCodec, TypeIn } from "./codec.ts";
import { eventsIn } from "./event_codec.ts";
import type { EventStore, Pages } from "./event_store.ts";
import type { LoadFault, ReadFault } from "./fault.ts";
import type { Query, Range } from "./query.ts";
import { stored, type Typed } from "./read.ts";
import type { Encoded, Recorded } from "./record.ts";
import type { Position, StreamName, Version } from "./stream.ts";
import type { View } from "./view.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * A moment of the past.
 *
 * - `version`: each stream as it was at that version of its own. Later ones are left out.
 * - `position`: the log up to and with that position.
 * - `recorded`: the log before the first commit that was recorded later than that. Recorded times
 *   may go back; the answer for one time never changes once the log has passed it.
 * - `valid`: what held by then, as it is known now: of the whole log, the records whose valid time
 *   (their recorded time, where they have none) is not later.
 * - `recorded` and `valid`: what was known at the one about what held at the other.
 *
 * Records are always folded in the order of the log.
 */
export type Moment =
  | { readonly version: Version }
  | { readonly position: Position }
  | { readonly recorded: Date }
  | { readonly valid: Date }
  | { readonly recorded: Date; readonly valid: Date };

/** A state, and how far it goes. */
export interface Loaded<State> {
  readonly state: State;
  /** The version of the last record folded, in its stream; 0 if there was none. */
  readonly version: Version;
  /** The position through which the state is current. */
  readonly position: Position;
}

/** One event of a stream, and what it did. */
export interface Change<Event, State> {
  readonly record: Recorded<Event>;
  readonly before: State;
  readonly after: State;
}

/** Which part of the log belongs to a moment, and which of its records. */
interface Cut {
  readonly range: Range;
  readonly counts: (record: Recorded<Encoded>) => boolean;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * The state of one stream, now or as of a moment. A decider is a view, and so is a process. A
 * stream without records gives the initial state at version 0.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, type EventOf, load, run, schema, view } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const sold = view({
 *   initialState: 0,
 *   evolve: (sum, event: EventOf<typeof codec>) => sum + event.seats,
 * });
 * const store = memoryStore();
 * const events = [2, 3].map((seats) => ({ event: codec.make.SeatsBooked({ seats }) }));
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * const hamlet = { store, codec, view: sold, stream: "show-hamlet" };
 * assert.deepEqual(await run(load(hamlet)), { state: 5, version: 2, position: 2 });
 * assert.equal((await run(load({ ...hamlet, asOf: { version: 1 } }))).state, 2);
 * ```
 */
export function load<Event, State>(
  what: Typed<Event> & {
    readonly view: View<NoInfer<Event>, State>;
    readonly stream: StreamName;
    readonly asOf?: Moment;
  },
): TE.TaskEither<LoadFault, Loaded<State>> {
  const { store, codec, view, stream, asOf } = what;
  // The versions of a stream are dense, so its first records are those up to a version.
  const short = asOf !== undefined && "version" in asOf ? { recordsMax: asOf.version } : {};
  // Only a valid time is in the metadata, and a view of events sees nothing else of a record.
  const part = asOf !== undefined && "valid" in asOf
    ? short
    : { ...short, omit: "metadata" } as const;
  return pipe(
    cutAt(store, asOf),
    TE.flatMap(({ range, counts }) =>
      pipe(
        store.read({ stream }, { ...range, ...part }),
        foldPages(codec, before(view.initialState), evolveAll(view), counts),
      )
    ),
  );
}

/**
 * The state of all that matches a query, now or as of a moment. The view is one of records; lift a
 * view of events by `ofRecords` or `byStream`.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, type EventOf, fold, run, schema, view } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 * import { ofRecords } from "leftfold/view";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const sold = view({
 *   initialState: 0,
 *   evolve: (sum, event: EventOf<typeof codec>) => sum + event.seats,
 * });
 * const store = memoryStore();
 * for (const stream of ["show-hamlet", "show-lear"]) {
 *   const events = [{ event: codec.make.SeatsBooked({ seats: 2 }) }];
 *   await run(append({ store, codec, writes: [{ stream, expected: "noStream", events }] }));
 * }
 *
 * const shows = { store, codec, view: ofRecords(sold), query: { category: "show" } };
 * assert.equal((await run(fold(shows))).state, 4);
 * assert.equal((await run(fold({ ...shows, asOf: { position: 1 } }))).state, 2);
 * ```
 */
export function fold<Event, State>(
  what: Typed<Event> & {
    readonly view: View<Recorded<NoInfer<Event>>, State>;
    readonly query: Query<TypeIn<NoInfer<Event>>>;
    readonly asOf?: Moment;
  },
): TE.TaskEither<LoadFault, Loaded<State>> {
  const { store, codec, view, query, asOf } = what;
  const step = (state: State, events: ReadonlyArray<Event>, record: Recorded<Encoded>): State =>
    events.reduce((before, event) => view.evolve(before, { ...record, event }), state);
  return pipe(
    cutAt(store, asOf),
    TE.flatMap(({ range, counts }) =>
      pipe(
        store.read(stored(codec, query), range),
        foldPages(codec, before(view.initialState), step, counts),
      )
    ),
  );
}

/**
 * What each event of a stream did: the state before and after it. The whole history is held in
 * memory, so it is meant for one stream, not for a log.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, type EventOf, history, run, schema, view } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const sold = view({
 *   initialState: 0,
 *   evolve: (sum, event: EventOf<typeof codec>) => sum + event.seats,
 * });
 * const store = memoryStore();
 * const events = [2, 3].map((seats) => ({ event: codec.make.SeatsBooked({ seats }) }));
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * const changes = await run(history({ store, codec, view: sold, stream: "show-hamlet" }));
 * assert.deepEqual(changes.map(({ before, after }) => [before, after]), [[0, 2], [2, 5]]);
 * ```
 */
export function history<Event, State>(
  what: Typed<Event> & {
    readonly view: View<NoInfer<Event>, State>;
    readonly stream: StreamName;
  },
): TE.TaskEither<LoadFault, ReadonlyArray<Change<Event, State>>> {
  const { store, codec, view, stream } = what;
  // A task may be run again, so each run fills an array of its own.
  return TE.flatten(TE.fromIO(() => {
    const changes: Array<Change<Event, State>> = [];
    const step = (state: State, events: ReadonlyArray<Event>, record: Recorded<Encoded>): State =>
      events.reduce((before, event) => {
        const after = view.evolve(before, event);
        changes.push({ record: { ...record, event }, before, after });
        return after;
      }, state);
    return pipe(
      store.read({ stream }),
      foldPages(codec, before(view.initialState), step),
      TE.map((): ReadonlyArray<Change<Event, State>> => changes),
    );
  }));
}

/**
 * Folds pages, one after the other and none kept, from a state that was loaded before. A step takes
 * the events that the codec made of one record: one, several or none. Records that do not count are
 * not decoded.
 */
export function foldPages<Event, State>(
  codec: EventCodec<Event>,
  from: Loaded<State>,
  step: (state: State, events: ReadonlyArray<Event>, record: Recorded<Encoded>) => State,
  counts: (record: Recorded<Encoded>) => boolean = () => true,
): (pages: Pages<Encoded, ReadFault>) => TE.TaskEither<LoadFault, Loaded<State>> {
  // A plain loop: every state that is loaded passes here, record by record.
  return (pages) => async () => {
    let { state, version } = from;
    for (let rest = pages;;) {
      const page = await rest();
      if (E.isLeft(page)) return page;
      for (const record of page.right.records) {
        if (!counts(record)) continue;
        const events = eventsIn(codec, record);
        if (E.isLeft(events)) return events;
        state = step(state, events.right, record);
        version = record.version;
      }
      if (O.isNone(page.right.next)) {
        return E.right({ state, version, position: page.right.through });
      }
      rest = page.right.next.value;
    }
  };
}

/** Before everything. */
export function before<State>(state: State): Loaded<State> {
  return { state, version: 0, position: 0 };
}

/** The step of {@linkcode foldPages} that a view of events takes. */
function evolveAll<Event, State>(
  view: View<Event, State>,
): (state: State, events: ReadonlyArray<Event>) => State {
  return (state, events) => events.reduce((before, event) => view.evolve(before, event), state);
}

function cutAt(store: EventStore, asOf: Moment | undefined): TE.TaskEither<ReadFault, Cut> {
  const all = (): boolean => true;
  if (asOf === undefined) return TE.right({ range: {}, counts: all });
  if ("version" in asOf) {
    return TE.right({ range: {}, counts: (record) => record.version <= asOf.version });
  }
  if ("position" in asOf) return TE.right({ range: { until: asOf.position }, counts: all });
  const counts = "valid" in asOf ? heldBy(asOf.valid) : all;
  return "recorded" in asOf
    ? pipe(store.positionAt(asOf.recorded), TE.map((until) => ({ range: { until }, counts })))
    : TE.right({ range: {}, counts });
}

function heldBy(valid: Date): (record: Recorded<Encoded>) => boolean {
  return ({ metadata, recordedAt }) =>
    (metadata.validTime ?? recordedAt).getTime() <= valid.getTime();
}
