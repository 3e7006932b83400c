/**
 * Handlers: a decider and a store brought together, as a function that handles commands.
 *
 * @module
 */
import type { ReaderTaskEither } from "fp-ts/lib/ReaderTaskEither.js";
import type { EventStore } from "./event_store.ts";
import type { HandleFault, Rejected } from "./fault.ts";
import {
  type Accepted,
  type CommandMetadata,
  type Given,
  type Handle,
  handle,
  type HandlerDefinition,
} from "./handling.ts";
import { hotStates } from "./hot_states.ts";
import type { HasStore } from "./read.ts";

/** Unless the definition says otherwise. */
const HOT_STATES_MAX = 1_024;

/**
 * A function that handles commands: it loads the state of the command's stream, decides, and
 * appends what was decided, expecting the version that was decided on.
 *
 * - A command that the decider refuses is `Rejected`, with the version it was decided on.
 * - If somebody else wrote to the stream meanwhile, only what is new is read, and the command is
 *   decided again, at most `retriesMax` times; then it is the fault `Conflict`.
 * - A command with a `commandId` takes effect once: its id is the commit's id, and sent again it is
 *   not decided again but gives the first events, state and position, with `repeated: true`.
 *   A command id stands for one command in the whole store. What writes nothing (a rejection, no
 *   event) leaves no trace, and is decided anew.
 * - After `Indeterminate` a command with an id is appended once more, which is harmless; without
 *   one the fault is returned at once, because a second decision could double the events.
 * - Events carry the metadata given. The correlation id and the causation id are the command's id
 *   where they are not given.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { accept, decider, eventCodec, type EventOf, handler, reject, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const show = decider({
 *   initialState: 5,
 *   decide: (command: { show: string; seats: number }, free) =>
 *     command.seats > free
 *       ? reject({ reason: "SoldOut", free })
 *       : accept({ type: "SeatsBooked", seats: command.seats }),
 *   evolve: (free, event: EventOf<typeof codec>) => free - event.seats,
 * });
 * const handle = handler({
 *   decider: show,
 *   codec,
 *   store: memoryStore(),
 *   stream: ({ show }) => `show-${show}`,
 * });
 *
 * const booked = await run(handle({ show: "hamlet", seats: 3 }, { commandId: "c1" }));
 * assert.equal(booked._tag === "Accepted" && booked.state, 2);
 * const again = await run(handle({ show: "hamlet", seats: 3 }, { commandId: "c1" }));
 * assert.deepEqual(again, { ...booked, repeated: true });
 * const refused = await run(handle({ show: "hamlet", seats: 3 }));
 * assert.deepEqual(refused, {
 *   _tag: "Rejected",
 *   rejection: { reason: "SoldOut", free: 2 },
 *   version: 1,
 * });
 * ```
 */
export function handler<Command, Event, State, Rejection, Context = never, Result = undefined>(
  definition: HandlerDefinition<Command, Event, State, Rejection, Context, Result> & HasStore,
): Handle<Command, Event, State, Rejection, Context, Result> {
  const hot = hotStates<State>(definition.hotStatesMax ?? HOT_STATES_MAX);
  return (given, metadata = {}) => () => handle(definition, hot, given, metadata);
}

/**
 * The {@linkcode handler} with the store in the environment, as a reader.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { accept, decider, eventCodec, type EventOf, handlerReader, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ Rang: schema(1) });
 * const bell = decider({
 *   initialState: 0,
 *   decide: (_command: "ring") => accept({ type: "Rang" }),
 *   evolve: (times, _event: EventOf<typeof codec>) => times + 1,
 * });
 * const handle = handlerReader({ decider: bell, codec, stream: () => "bell" });
 *
 * const rung = await run(handle("ring")({ store: memoryStore() }));
 * assert.equal(rung._tag === "Accepted" && rung.state, 1);
 * ```
 */
export function handlerReader<
  Command,
  Event,
  State,
  Rejection,
  Context = never,
  Result = undefined,
>(
  definition: HandlerDefinition<Command, Event, State, Rejection, Context, Result>,
): (
  command: Given<Command, Context>,
  metadata?: CommandMetadata,
) => ReaderTaskEither<
  HasStore,
  Rejected<Rejection> | HandleFault,
  Accepted<Event, State, Result>
> {
  // A handler for each store, since each keeps the states of its own.
  const handlers = new WeakMap<
    EventStore,
    Handle<Command, Event, State, Rejection, Context, Result>
  >();
  return (command, metadata) => ({ store }) => {
    const known = handlers.get(store);
    const handle = known ?? handler({ ...definition, store });
    if (!known) handlers.set(store, handle);
    return handle(command, metadata);
  };
}
