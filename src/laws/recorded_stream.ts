/**
 * Recorded streams: what was stored, and what the program of that day made of it.
 *
 * The two are kept apart. What was stored are facts, and stay as they are for good; what a program
 * makes of them may change, and whoever changes it says so by recording it anew.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { explain } from "../explain.ts";
import { fingerprint } from "../fingerprint.ts";
import type { Encoded, Recorded } from "../record.ts";
import { checkerOf, sentence } from "../shape.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import { type History, takeStep } from "./history.ts";
import { typeOf } from "./label.ts";
import { jsonOf } from "./saved_value.ts";
import { recordOf } from "./stored_event.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A decider whose streams are recorded, and how its events and its state are written. */
export type RecordedSpec<Command, Event, State, Rejection> = Pick<
  DeciderSpec<Command, Event, State, Rejection>,
  "name" | "decider" | "codec" | "state"
>;

/** A stream, and what came of it when it was recorded. */
export interface RecordedStream {
  readonly name: string;
  readonly steps: ReadonlyArray<RecordedStep>;
}

/** A part of a stream: what was stored at once. */
export interface RecordedStep {
  readonly events: ReadonlyArray<RecordedEvent>;
  /** The command; none if the stream comes from a store, which keeps none. */
  readonly asked?: { readonly command: unknown; readonly answer: RecordedAnswer };
  /** The state after the events, as its shape writes it. */
  readonly state: unknown;
}

/** An event as it is stored. */
export type RecordedEvent = Pick<Encoded, "type" | "schemaVersion" | "data">;

/** What was decided. */
export type RecordedAnswer =
  | { readonly _tag: "Accepted"; readonly events: ReadonlyArray<RecordedEvent> }
  | { readonly _tag: "Rejected"; readonly rejection: unknown };

/** The facts of a step: what is kept when it is recorded anew. */
export interface StepFacts {
  readonly events: ReadonlyArray<RecordedEvent>;
  readonly asked?: { readonly command: unknown };
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The facts of a history, as it would be stored; or why it cannot be. */
export function factsOfHistory<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  { steps }: History<Command, Event, State, Rejection>,
): E.Either<string, ReadonlyArray<StepFacts>> {
  const facts: StepFacts[] = [];
  for (const step of steps) {
    if (step._tag === "Crashed") return E.left(`${step.in} broke: ${step.why}`);
    const events = storedEvents(spec, step._tag === "Accepted" ? step.events : []);
    if (E.isLeft(events)) return events;
    facts.push({ events: events.right, asked: { command: step.command } });
  }
  return E.right(facts);
}

/**
 * The streams of a real store, as the gate keeps them: from its records in their order, of one
 * stream or of several. What a command was is not stored, so that only events and states are held
 * against them.
 *
 * @example
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { accept, append, decider, eventCodec, run, schema } from "leftfold";
 * import { streamsOfRecords } from "leftfold/laws";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ Booked: schema(1, t.type({ seats: t.number })) });
 * const show = decider({
 *   initialState: 0,
 *   decide: (seats: number) => accept(codec.make.Booked({ seats })),
 *   evolve: (sum, event: { readonly type: "Booked"; readonly seats: number }) => sum + event.seats,
 * });
 * const store = memoryStore();
 * const events = [{ event: codec.make.Booked({ seats: 2 }) }];
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * const page = await run(store.read({ category: "show" }, {}));
 * const streams = streamsOfRecords({ name: "show", decider: show, codec }, page.records);
 * assert(E.isRight(streams));
 * assert.deepEqual(streams.right.map(({ name, steps }) => [name, steps[0]?.state]), [["show-hamlet", 2]]);
 * ```
 */
export function streamsOfRecords<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  records: Iterable<Recorded<Encoded>>,
): E.Either<string, ReadonlyArray<RecordedStream>> {
  const facts = new Map<string, StepFacts[]>();
  for (const { stream, event: { type, schemaVersion, data } } of records) {
    const own = facts.get(stream) ?? [];
    own.push({ events: [{ type, schemaVersion, data }] });
    facts.set(stream, own);
  }
  const streams: RecordedStream[] = [];
  for (const [name, own] of facts) {
    const stream = recordedToday(spec, name, own);
    if (E.isLeft(stream)) return stream;
    streams.push(stream.right);
  }
  return E.right(streams);
}

/** A stream with what the program of today makes of it; or why that cannot be written. */
export function recordedToday<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  name: string,
  facts: ReadonlyArray<StepFacts>,
): E.Either<string, RecordedStream> {
  const steps: RecordedStep[] = [];
  let state = spec.decider.initialState;
  for (const [at, { events, asked }] of facts.entries()) {
    const left = (why: string): E.Either<string, never> =>
      E.left(`${name}, step ${at + 1}: ${why}`);
    // A command that was recorded; the types of a file are its writer's word.
    const answer = asked && answerTo(spec, state, asked.command as Command);
    if (answer && E.isLeft(answer)) return left(answer.left);
    const read = readEvents(spec, events);
    if (E.isLeft(read)) return left(read.left);
    const after = foldedOn(spec, state, read.right);
    if (E.isLeft(after)) return left(after.left);
    state = after.right;
    const written = writtenState(spec, state);
    if (E.isLeft(written)) return left(written.left);
    const known = asked && answer ? { asked: { ...asked, answer: answer.right } } : {};
    steps.push({ events, ...known, state: written.right });
  }
  const stream = { name, steps };
  const json = jsonOf(stream);
  return E.isLeft(json) ? E.left(`${name}: ${json.left} cannot be recorded`) : E.right(stream);
}

function answerTo<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  state: State,
  command: Command,
): E.Either<string, RecordedAnswer> {
  const step = takeStep(spec.decider, state, command);
  switch (step._tag) {
    case "Crashed":
      return E.left(`${step.in} broke: ${step.why}`);
    case "Rejected":
      return E.right({ _tag: "Rejected", rejection: step.rejection });
    case "Accepted": {
      const events = storedEvents(spec, step.events);
      return E.isLeft(events) ? events : E.right({ _tag: "Accepted", events: events.right });
    }
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What is known by its fingerprint: the facts, whatever a program makes of them. */
export function fingerprintOf({ name, steps }: RecordedStream): string {
  const facts = steps.map(({ events, asked }) => {
    const known = events.map(({ type, schemaVersion, data }) => ({ type, schemaVersion, data }));
    return { events: known, ...asked ? { command: asked.command } : {} };
  });
  const json = jsonOf({ name, facts });
  // A stream that was recorded or read can be written.
  return fingerprint(JSON.stringify(E.isRight(json) ? sorted(json.right) : json.left));
}

/** The facts of a stream. */
export function factsOf({ steps }: RecordedStream): ReadonlyArray<StepFacts> {
  return steps.map(({ events, asked }) => {
    return { events, ...asked ? { asked: { command: asked.command } } : {} };
  });
}

/** Events as they are stored; without a codec, as they are. */
export function storedEvents<Event>(
  { codec }: Pick<RecordedSpec<never, Event, never, never>, "codec">,
  events: ReadonlyArray<Event>,
): E.Either<string, ReadonlyArray<RecordedEvent>> {
  const stored: RecordedEvent[] = [];
  for (const event of events) {
    const encoded = codec?.encode(event);
    if (!encoded) stored.push({ type: typeOf(event), schemaVersion: 1, data: event });
    else if (E.isLeft(encoded)) return E.left(explain(encoded.left));
    else {
      const { type, schemaVersion, data } = encoded.right;
      // Through the text, as every store does.
      stored.push({ type, schemaVersion, data: JSON.parse(JSON.stringify(data)) });
    }
  }
  return E.right(stored);
}

/** The events that are read of what is stored. */
export function readEvents<Event>(
  { codec }: Pick<RecordedSpec<never, Event, never, never>, "codec">,
  stored: ReadonlyArray<RecordedEvent>,
): E.Either<string, ReadonlyArray<Event>> {
  const events: Event[] = [];
  for (const one of stored) {
    const read = codec?.decode(recordOf({ ...one, tags: [] }));
    if (!read) events.push(one.data as Event); // without a codec, it was stored as it is
    else if (E.isLeft(read)) return E.left(explain(read.left));
    else events.push(...read.right);
  }
  return E.right(events);
}

/** The state after events; or why there is none. */
export function foldedOn<Event, State>(
  { decider }: {
    readonly decider: Pick<DeciderSpec<never, Event, State, never>["decider"], "evolve">;
  },
  state: State,
  events: ReadonlyArray<Event>,
): E.Either<string, State> {
  try {
    return E.right(events.reduce(decider.evolve, state));
  } catch (cause) {
    return E.left(`evolve threw: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** A state, as its shape writes it; without a shape, as it is. */
export function writtenState<State>(
  { state: shape }: Pick<RecordedSpec<never, never, State, never>, "state">,
  state: State,
): E.Either<string, unknown> {
  if (!shape) return E.right(state);
  const written = checkerOf(shape).write(state);
  return E.isLeft(written)
    ? E.left(`the state cannot be written: ${sentence(written.left)}`)
    : written;
}

/** The same JSON with its fields in the order of the alphabet. */
function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted);
  if (typeof json !== "object" || json === null) return json;
  const fields = Object.entries(json).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(fields.map(([key, field]) => [key, sorted(field)]));
}
