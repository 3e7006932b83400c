/**
 * Handling a command: load, decide, append, and once more on a conflict.
 *
 * It knows nothing of the insides of decider and store: the state comes from the stream's events, the
 * events from the decider, and that nobody decided on an old state from the version that the append
 * expects.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import type { Task } from "fp-ts/lib/Task.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { EventCodec } from "./codec.ts";
import type { Decider } from "./decider.ts";
import type { Appended, Commit, EventStore } from "./event_store.ts";
import type {
  AppendFault,
  Conflict,
  HandleFault,
  IdempotencyMismatch,
  Rejected,
  Unencodable,
} from "./fault.ts";
import type { HotStates } from "./hot_states.ts";
import { invariant } from "./invariant.ts";
import { before, foldPages, type Loaded } from "./load.ts";
import type { HasStore } from "./read.ts";
import type { Encoded, Metadata, Recorded } from "./record.ts";
import type { CommitId, Position, StreamName, Version } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a handler is made of, but for the store. */
export interface HandlerDefinition<Command, Event, State, Rejection, Context, Result> {
  readonly decider: Decider<Command, Event, State, Rejection>;
  readonly codec: EventCodec<NoInfer<Event>>;
  /** The stream that a command is about: one consistency boundary. */
  readonly stream: (command: NoInfer<Command>) => StreamName;
  /** How often a command is decided again after a conflict; 16 if left out. */
  readonly retriesMax?: number;
  /**
   * What to wait for before a command is decided again; nothing if left out. In each round of
   * callers that meet, one gets through, so waiting is no matter of progress. It spares work where
   * many callers fight for one stream: give a random delay here, from a clock of your own. `attempt`
   * is 1 before the first retry.
   */
  readonly pause?: (attempt: number) => Task<unknown>;
  /**
   * Of how many streams the handler keeps the state in memory, those used last; 1,024 if left
   * out, 0 for none. A kept state only ever leads to events that the store takes at the version of
   * that state: before it says no, does nothing or repeats an answer, the handler reads the stream.
   */
  readonly hotStatesMax?: number;
  /** Time and ids, for commands that are made from them; never for `decide`. */
  readonly context?: () => Context;
  /** What the caller wants to know beside the events. */
  readonly result?: (
    before: NoInfer<State>,
    events: ReadonlyArray<NoInfer<Event>>,
    after: NoInfer<State>,
  ) => Result;
}

/** The domain said yes, and its events are stored. */
export interface Accepted<Event, State, Result = undefined> {
  readonly _tag: "Accepted";
  readonly events: ReadonlyArray<Event>;
  /** The state after the events. */
  readonly state: State;
  /** What the handler's `result` made of it. */
  readonly result: Result;
  /** The version of the stream after the events. */
  readonly version: Version;
  /** The position of the last event; if there is none, the position that was decided at. */
  readonly position: Position;
  /** Whether the command was handled before, and this is what came of it then. */
  readonly repeated: boolean;
}

/** What is known of a command beside itself. It goes into the metadata of its events. */
export interface CommandMetadata extends Metadata {
  /** Names the command, so that sending it again is harmless. At most 64 bytes of UTF-8. */
  readonly commandId?: string;
}

/** A command; or, for a handler with a context, a function that makes one from it. */
export type Given<Command, Context> = [Context] extends [never] ? Command
  : Command | ((context: Context) => Command);

/** Handles a command. */
export type Handle<Command, Event, State, Rejection, Context = never, Result = undefined> = (
  command: Given<Command, Context>,
  metadata?: CommandMetadata,
) => TaskEither<Rejected<Rejection> | HandleFault, Accepted<Event, State, Result>>;

/** A stream's state, and what the command in hand did to it earlier, if it did. */
interface Replayed<Event, State> {
  readonly state: State;
  readonly earlier?: Earlier<Event, State>;
}

/** The events of a commit, and the states around them. */
interface Earlier<Event, State> {
  readonly before: State;
  readonly events: ReadonlyArray<Event>;
  readonly after: State;
  readonly version: Version;
  readonly position: Position;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** A command's outcome. */
type Outcome<Event, State, Rejection, Result> = E.Either<
  Rejected<Rejection> | HandleFault,
  Accepted<Event, State, Result>
>;

/** Handles a command. Never throws what is a fault. */
export async function handle<Command, Event, State, Rejection, Context, Result>(
  definition: HandlerDefinition<Command, Event, State, Rejection, Context, Result> & HasStore,
  hot: HotStates<State>,
  given: Given<Command, Context>,
  metadata: CommandMetadata,
): Promise<Outcome<Event, State, Rejection, Result>> {
  const { decider, codec, store, retriesMax = 16, pause } = definition;
  const command = commandOf(definition, given);
  const stream = definition.stream(command);
  const replay = replayOf(decider, metadata.commandId);
  const catchUp = (from: Loaded<Replayed<Event, State>>) =>
    pipe(
      store.read({ stream }, { after: from.position, omit: "metadata" }),
      foldPages(codec, from, replay),
    )();

  const kept = hot.of(stream);
  const quick = kept && await handleHot(definition, hot, { stream, command, kept, metadata });
  if (quick) return quick;
  // The records before a kept state may hold the commit of the command: they are not known any more.
  const from = kept !== undefined && metadata.commandId === undefined
    ? { ...kept, state: { state: kept.state } }
    : before({ state: decider.initialState });
  let replayed = await catchUp(from);
  for (let attempt = 1;; attempt += 1) {
    if (E.isLeft(replayed)) return replayed;
    const { state: { state, earlier }, version, position } = replayed.right;
    hot.keep(stream, { state, version, position });
    if (earlier !== undefined) return E.right(accepted(definition, earlier, true));

    const decision = decider.decide(command, state);
    if (E.isLeft(decision)) {
      return E.left({ _tag: "Rejected", rejection: decision.left, version });
    }
    const events = decision.right;
    const after = events.reduce((so, event) => decider.evolve(so, event), state);
    const story = { before: state, events, after, version: version + events.length };
    if (events.length === 0) return E.right(accepted(definition, { ...story, position }, false));

    const commit = commitOf(codec, stream, version, events, metadata);
    if (E.isLeft(commit)) return commit;
    const appended = await appendSurely(store, commit.right);
    if (E.isRight(appended) && !appended.right.repeated) {
      return E.right(stored(definition, hot, stream, story, appended.right));
    }
    if (E.isLeft(appended) && !wasOvertaken(appended.left)) return appended;
    if (E.isLeft(appended) && appended.left._tag === "Conflict") {
      if (attempt > retriesMax) return E.left({ ...appended.left, attempts: attempt });
      await pause?.(attempt)();
    }

    replayed = await catchUp(replayed.right);
    if (E.isRight(replayed) && replayed.right.state.earlier === undefined) {
      // The command's id was taken, and not by this command: it stands for something else.
      if (E.isLeft(appended) && appended.left._tag === "IdempotencyMismatch") return appended;
      invariant(
        E.isLeft(appended),
        () =>
          `A store must read what it acknowledged: it says that the commit of command ${
            JSON.stringify(metadata.commandId)
          } is there, and stream ${
            JSON.stringify(stream)
          } does not show it; test the store with its ` +
          "contract",
      );
    }
  }
}

/** A command to a stream whose state is kept. */
interface HotCommand<Command, State> {
  readonly stream: StreamName;
  readonly command: Command;
  readonly kept: Loaded<State>;
  readonly metadata: CommandMetadata;
}

/**
 * Handles a command on the state that is kept, if that comes to events which the store takes at its
 * version; the state was the right one then. In every other case nothing is said of it: the state may
 * be old, or the command may have been handled before.
 */
async function handleHot<Command, Event, State, Rejection, Context, Result>(
  definition: HandlerDefinition<Command, Event, State, Rejection, Context, Result> & HasStore,
  hot: HotStates<State>,
  { stream, command, kept, metadata }: HotCommand<Command, State>,
): Promise<Outcome<Event, State, Rejection, Result> | undefined> {
  const { decider, codec, store } = definition;
  const decision = decider.decide(command, kept.state);
  if (E.isLeft(decision) || decision.right.length === 0) return undefined;
  const events = decision.right;
  const commit = commitOf(codec, stream, kept.version, events, metadata);
  if (E.isLeft(commit)) return undefined;
  const appended = await appendSurely(store, commit.right);
  if (E.isLeft(appended)) {
    if (!wasOvertaken(appended.left)) return appended;
    hot.forget(stream);
    return undefined;
  }
  if (appended.right.repeated) return undefined;
  const after = events.reduce((so, event) => decider.evolve(so, event), kept.state);
  const story = { before: kept.state, events, after, version: kept.version + events.length };
  return E.right(stored(definition, hot, stream, story, appended.right));
}

/** The answer to a command whose events are stored; the state after them is kept for the next. */
function stored<Event, State, Result>(
  definition: Resulting<Event, State, Result>,
  hot: HotStates<State>,
  stream: StreamName,
  story: Omit<Earlier<Event, State>, "position">,
  { last: position }: Appended,
): Accepted<Event, State, Result> {
  hot.keep(stream, { state: story.after, version: story.version, position });
  return accepted(definition, { ...story, position }, false);
}

function commandOf<Command, Context>(
  { context }: { readonly context?: () => Context },
  given: Given<Command, Context>,
): Command {
  // Without a context a command is a command, and with one a function is a factory of commands: so
  // says `Given`, whose condition the compiler cannot settle here.
  return context !== undefined && typeof given === "function"
    ? (given as (context: Context) => Command)(context())
    : given as Command;
}

/** Folds records, and keeps what the commit of the command did, if it is among them. */
function replayOf<Command, Event, State, Rejection>(
  decider: Decider<Command, Event, State, Rejection>,
  commandId: CommitId | undefined,
): (
  so: Replayed<Event, State>,
  events: ReadonlyArray<Event>,
  record: Recorded<Encoded>,
) => Replayed<Event, State> {
  return ({ state, earlier }, events, { commitId, version, position }) => {
    const after = events.reduce((before, event) => decider.evolve(before, event), state);
    if (commandId === undefined || commitId !== commandId) {
      return earlier === undefined ? { state: after } : { state: after, earlier };
    }
    const earlierEvents = [...earlier?.events ?? [], ...events];
    const begun = earlier === undefined ? state : earlier.before;
    return {
      state: after,
      earlier: { before: begun, events: earlierEvents, after, version, position },
    };
  };
}

function commitOf<Event>(
  codec: EventCodec<Event>,
  stream: StreamName,
  version: Version,
  events: ReadonlyArray<Event>,
  { commandId, ...given }: CommandMetadata,
): E.Either<Unencodable, Commit<Encoded>> {
  const metadata: Metadata = commandId === undefined
    ? given
    : { correlationId: commandId, causationId: commandId, ...given };
  return pipe(
    events,
    E.traverseArray((event) => pipe(codec.encode(event), E.map((event) => ({ event, metadata })))),
    E.map((events) => ({
      writes: [{ stream, expected: version, events }],
      ...(commandId === undefined ? {} : { commitId: commandId }),
    })),
  );
}

/**
 * Appends; and once more if the outcome is unknown and the commit has an id of the command's. Only
 * an answer that tells what became of the first attempt may stand in its place.
 */
async function appendSurely(
  store: EventStore,
  commit: Commit<Encoded>,
): Promise<E.Either<AppendFault, Appended>> {
  const first = await store.append(commit)();
  if (E.isRight(first) || first.left._tag !== "Indeterminate" || commit.commitId === undefined) {
    return first;
  }
  const second = await store.append(commit)();
  return E.isRight(second) || wasOvertaken(second.left) ? second : first;
}

/** Whether the commit is not stored because another one is. */
function wasOvertaken(fault: AppendFault): fault is Conflict | IdempotencyMismatch {
  return fault._tag === "Conflict" || fault._tag === "IdempotencyMismatch";
}

/** What makes a result for the caller. */
interface Resulting<Event, State, Result> {
  readonly result?: (before: State, events: ReadonlyArray<Event>, after: State) => Result;
}

function accepted<Event, State, Result>(
  { result }: Resulting<Event, State, Result>,
  { before, events, after, version, position }: Earlier<Event, State>,
  repeated: boolean,
): Accepted<Event, State, Result> {
  return {
    _tag: "Accepted",
    events,
    state: after,
    // Without `result` nothing infers `Result` but its default, which is undefined.
    result: result?.(before, events, after) as Result,
    version,
    position,
    repeated,
  };
}
