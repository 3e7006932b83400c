/**
 * Projections: views kept up to date over a store, from a checkpoint.
 *
 * A state is saved together with the place in the log through which it is current, so that each
 * record counts once, whenever the program is stopped. The place is a bookmark: a log that has lost
 * its end, or a backup that went another way, is told as `HistoryDiverged` and never folded on.
 * Records come as `follow` gives them, which is when they are flushed: what is kept outside the log
 * never runs ahead of it.
 *
 * What only a fold can produce is never mended in place. When the definition has changed, or the
 * history is another one, or the saved state cannot be read, that is a fault, and `rebuild` is what
 * to do about it.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { type CatchUp, type CatchUpTo, foldThrough } from "./catch_up.ts";
import { storedTypes } from "./codec.ts";
import { pathText } from "./display.ts";
import type { TypeIn } from "./event_codec.ts";
import type { EventStore } from "./event_store.ts";
import type { Bookmark, ProjectionFault, ReadFault } from "./fault.ts";
import { fingerprint } from "./fingerprint.ts";
import { invariant } from "./invariant.ts";
import type { Kept, ProjectionStore } from "./projection_store.ts";
import type { Projected } from "./projection_step.ts";
import { itemsOf, type Query, type QueryItem } from "./query.ts";
import type { Typed } from "./read.ts";
import type { Recorded } from "./record.ts";
import { type Checker, checkerOf, type Shape } from "./shape.ts";
import type { View } from "./view.ts";

export type * from "./catch_up.ts";
export type * from "./projection_store.ts";
export type { Projected } from "./projection_step.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A view, and what it is a view of. */
export interface ProjectionDefinition<Event, State> extends Typed<Event> {
  /** Names the saved state. */
  readonly name: string;
  /** A view of records, since most need a stream, a time or tags; `ofRecords` lifts a view of events. */
  readonly view: View<Recorded<NoInfer<Event>>, State>;
  /** Everything of the codec's types if left out, and those types wherever an item names none. */
  readonly query?: Query<TypeIn<NoInfer<Event>>>;
  readonly states: ProjectionStore;
  /** How the state is written down. Without it, the state is kept as it is, and a file takes JSON only. */
  readonly state?: Shape<NoInfer<State>>;
  /** To be raised when the view changes in a way that the types and the query do not show; 1 if left out. */
  readonly version?: number;
}

/** A view kept up to date. */
export interface Projection<State> {
  /** The state that was saved last; the initial one, at position 0, if there is none. */
  readonly read: TaskEither<ProjectionFault, Projected<State>>;
  /** Folds what has come since, and saves. */
  readonly catchUp: (options?: CatchUpTo) => TaskEither<ProjectionFault, Projected<State>>;
  /**
   * Folds the whole log anew, and then replaces what was saved, in one step: until then readers see
   * the old state, and a rebuild that was stopped has changed nothing, and begins again from 0.
   */
  readonly rebuild: (options?: CatchUp) => TaskEither<ProjectionFault, Projected<State>>;
}

/** A state, and the revision under which it is saved. */
interface Held<State> extends Projected<State> {
  readonly revision: number | "any";
}

/** A definition, with all that is left out filled in. */
interface Settled<Event, State> extends ProjectionDefinition<Event, State> {
  readonly query: Query<TypeIn<NoInfer<Event>>>;
  readonly fingerprint: string;
  readonly checker: Checker<State>;
}

const saveEveryDefault = 10_000;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A view kept up to date over a store.
 *
 * 1. Law (fold): the state at a position is the fold of the matching records up to it, whatever
 *    pages it was folded in, and wherever the program was stopped in between.
 * 2. Law (rebuild): `rebuild` and `catchUp` lead to the same state.
 *
 * A view that throws, and a record that cannot be decoded, stop this projection and no other:
 * what stands before the record is folded and saved, and the fault says where it is. If two programs
 * catch up the same projection, the slower one goes on from what the faster one has saved.
 *
 * The faults tell what to do: `Outdated` (the definition has changed), `HistoryDiverged` (the log is
 * another one) and `Corrupt` ask for a `rebuild`; nothing is thrown away, and no hour spent, unasked.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, projection, run, schema, view } from "leftfold";
 * import { memoryStates, memoryStore } from "leftfold/stores/memory";
 * import { many, ofRecords } from "leftfold/view";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ guest: t.string, seats: t.number })) });
 * type Booked = { readonly guest: string; readonly seats: number };
 * const store = memoryStore();
 * const seats = view({ initialState: 0, evolve: (sum, event: Booked) => sum + event.seats });
 * const byGuest = many((event: Booked) => event.guest)(seats);
 * const seatsByGuest = projection({
 *   name: "seats-by-guest",
 *   codec,
 *   view: ofRecords(byGuest),
 *   store,
 *   states: memoryStates(),
 * });
 *
 * const events = [{ event: codec.make.SeatsBooked({ guest: "Ada", seats: 2 }) }];
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 * const { state, position } = await run(seatsByGuest.catchUp());
 * assert.deepEqual([state.get("Ada"), position], [2, 1]);
 * ```
 */
export function projection<Event, State>(
  definition: ProjectionDefinition<Event, State>,
): Projection<State> {
  const settled = settle(definition);
  return {
    read: async () => {
      const held = await resume(settled);
      return E.isLeft(held) ? held : E.right(projected(held.right));
    },
    catchUp: (options = {}) => () => catchUp(settled, options),
    rebuild: (options = {}) => () => rebuild(settled, options),
  };
}

// ---------------------------------------------------------------------------
// effects
// ---------------------------------------------------------------------------

type Result<Value> = Promise<E.Either<ProjectionFault, Value>>;

async function catchUp<Event, State>(
  settled: Settled<Event, State>,
  options: CatchUpTo,
): Result<Projected<State>> {
  const { saveEveryPositions = saveEveryDefault } = options;
  invariant(
    saveEveryPositions >= 1,
    () => `A projection saves every 1 or more positions; found ${saveEveryPositions}`,
  );
  const resumed = await resume(settled);
  if (E.isLeft(resumed)) return resumed;
  const head = options.through === undefined
    ? await settled.store.head()
    : E.right(options.through);
  if (E.isLeft(head)) return head;

  let held = resumed.right;
  const keep = async (state: Projected<State>): Result<Projected<State>> => {
    const kept = await save(settled, { ...state, revision: held.revision });
    if (E.isRight(kept)) held = kept.right;
    return kept;
  };
  const course = { through: head.right, keepEveryPositions: saveEveryPositions };
  const folded = await foldThrough(settled, settled, course, options, keep, held);
  return E.isLeft(folded) ? folded : E.right(projected(folded.right));
}

async function rebuild<Event, State>(
  settled: Settled<Event, State>,
  options: CatchUp,
): Result<Projected<State>> {
  const head = await settled.store.head();
  if (E.isLeft(head)) return head;
  const start = { state: settled.view.initialState, position: 0 };
  const course = { through: head.right, keepEveryPositions: Infinity };
  // Nothing is saved on the way: until the end, the old state is the better one.
  const keep = (state: Projected<State>) => Promise.resolve(E.right(state));
  const folded = await foldThrough(settled, settled, course, options, keep, start);
  if (E.isLeft(folded)) return folded;
  const saved = await save(settled, { ...folded.right, revision: "any" });
  return E.isLeft(saved) ? saved : E.right(projected(saved.right));
}

/** What was saved, if it is of this definition and of this log. */
async function resume<Event, State>(settled: Settled<Event, State>): Result<Held<State>> {
  const { name, states, store, view } = settled;
  const loaded = await states.load(name)();
  if (E.isLeft(loaded)) return loaded;
  if (O.isNone(loaded.right)) {
    return E.right({ state: view.initialState, position: 0, revision: 0 });
  }
  const kept = loaded.right.value;
  const { position } = kept.bookmark;
  if (kept.definition !== settled.fingerprint) {
    return E.left({
      _tag: "Outdated",
      stored: "no",
      projection: name,
      at: position,
      wanted: settled.fingerprint,
      found: kept.definition,
    });
  }
  const diverged = await divergence(store, kept.bookmark);
  if (diverged !== undefined) return E.left(diverged);
  return stateOf(settled, kept);
}

function stateOf<Event, State>(
  { name, checker }: Settled<Event, State>,
  { bookmark: { position }, state, revision }: Kept,
): E.Either<ProjectionFault, Held<State>> {
  const read = checker.read(state);
  if (E.isRight(read)) return E.right({ state: read.right, position, revision });
  const cause = `the saved state does not fit: ${read.left.join("; ")}`;
  return E.left({ _tag: "Stopped", stored: "no", projection: name, at: position, cause });
}

/** Saves a state, unless somebody else has saved one that is further on: then that one is given. */
async function save<Event, State>(
  settled: Settled<Event, State>,
  held: Held<State>,
): Result<Held<State>> {
  const { name, states, store, fingerprint: definition, checker } = settled;
  const bookmark = await store.bookmark(held.position)();
  if (E.isLeft(bookmark)) return bookmark;
  const state = checker.write(held.state);
  if (E.isLeft(state)) {
    const { path, why } = state.left;
    return E.left({ _tag: "Unencodable", stored: "no", type: name, path: pathText(path), why });
  }
  const saved = { definition, bookmark: bookmark.right, state: state.right };
  const revision = await states.save(name, saved, held.revision)();
  if (E.isLeft(revision)) return revision;
  if (O.isSome(revision.right)) return E.right({ ...held, revision: revision.right.value });
  const other = await resume(settled);
  if (E.isLeft(other) || other.right.position >= held.position) return other;
  return save(settled, { ...held, revision: other.right.revision });
}

/** Why a bookmark cannot be resumed, if so. */
async function divergence(store: EventStore, bookmark: Bookmark): Promise<ReadFault | undefined> {
  const found = await store.bookmark(bookmark.position)();
  if (E.isLeft(found)) {
    // The store knows the position only, and not the fingerprint with which it is compared.
    return found.left._tag === "HistoryDiverged" ? { ...found.left, bookmark } : found.left;
  }
  return found.right.hash === bookmark.hash
    ? undefined
    : { _tag: "HistoryDiverged", stored: "no", bookmark, found: found.right };
}

// ---------------------------------------------------------------------------
// definitions
// ---------------------------------------------------------------------------

function settle<Event, State>(
  definition: ProjectionDefinition<Event, State>,
): Settled<Event, State> {
  const { name, codec, query = {}, state, version = 1 } = definition;
  invariant(name !== "", "A projection needs a name that is not empty, to save its state under");
  const items = itemsOf(query).map((item): QueryItem<TypeIn<NoInfer<Event>>> => ({
    ...item,
    // The retired types are no types of events, but the store has them, and the codec reads them.
    types: storedTypes(codec, item.types) as ReadonlyArray<TypeIn<NoInfer<Event>>>,
  }));
  return {
    ...definition,
    query: items,
    fingerprint: fingerprint(JSON.stringify([version, items.map(sorted)])),
    checker: state === undefined ? asItIs<State>() : checkerOf<State>(state),
  };
}

/** An item in one form only: the order of types and tags says nothing. */
function sorted({ stream, category, types = [], tags = [] }: QueryItem): ReadonlyArray<unknown> {
  return [stream ?? null, category ?? null, [...types].sort(), [...tags].sort()];
}

/** The checks of a state without a codec: there are none, and who keeps it says what it can keep. */
function asItIs<State>(): Checker<State> {
  // What was saved under this definition was a state of this type.
  return { read: (state) => E.right(state as State), write: E.right };
}

function projected<State>({ state, position }: Projected<State>): Projected<State> {
  return { state, position };
}
