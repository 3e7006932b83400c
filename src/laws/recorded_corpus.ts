/**
 * The recorded corpus: streams that are kept as fixtures, and the manifest that knows what was stored.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { fingerprint } from "../fingerprint.ts";
import { fileName } from "./corpus.ts";
import type { History } from "./history.ts";
import {
  factsOf,
  factsOfHistory,
  fingerprintOf,
  type RecordedSpec,
  type RecordedStream,
  recordedToday,
} from "./recorded_stream.ts";
import { jsonOf, valueOfJson } from "./saved_value.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Streams that are kept, and by what their facts are known. */
export interface RecordedCorpus {
  readonly streams: ReadonlyArray<RecordedStream>;
  /** The fingerprint of each stream, by its name, as it was when it was first recorded. */
  readonly manifest: Readonly<Record<string, string>>;
}

/** The file that says what was stored. */
export const manifestFile = "manifest.json";

const nameDigits = 6;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Histories as they would be stored, by the names of their streams; or why they cannot be.
 *
 * @example
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { historyOf, recordedHistories } from "leftfold/laws";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const histories = { "twice": historyOf(counter, [1, 2]) };
 * const corpus = recordedHistories({ name: "counter", decider: counter }, histories);
 * assert(E.isRight(corpus));
 * assert.deepEqual(corpus.right.streams[0]?.steps.map(({ state }) => state), [1, 3]);
 * ```
 */
export function recordedHistories<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  histories: Readonly<Record<string, History<Command, Event, State, Rejection>>>,
): E.Either<string, RecordedCorpus> {
  const streams: RecordedStream[] = [];
  for (const [name, history] of Object.entries(histories)) {
    const facts = factsOfHistory(spec, history);
    if (E.isLeft(facts)) return E.left(`${name}: ${facts.left}`);
    const stream = recordedToday(spec, name, facts.right);
    if (E.isLeft(stream)) return stream;
    streams.push(stream.right);
  }
  return E.right(withStreams({ streams: [], manifest: {} }, streams));
}

/**
 * A corpus, recorded anew and with more streams. Of those that it has, what was stored stays, and
 * what comes of it is what the program of today makes of it.
 */
export function recordedAnew<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  corpus: RecordedCorpus,
  more: ReadonlyArray<RecordedStream>,
): E.Either<string, RecordedCorpus> {
  const streams: RecordedStream[] = [];
  for (const { name, ...stream } of corpus.streams) {
    const today = recordedToday(spec, name, factsOf({ name, ...stream }));
    if (E.isLeft(today)) return today;
    streams.push(today.right);
  }
  const known = new Set([...Object.keys(corpus.manifest), ...streams.map(({ name }) => name)]);
  return E.right(withStreams(
    { streams, manifest: corpus.manifest },
    more.filter(({ name }) => !known.has(name)),
  ));
}

function withStreams(
  { streams, manifest }: RecordedCorpus,
  more: ReadonlyArray<RecordedStream>,
): RecordedCorpus {
  const entries = more.map((stream) => [stream.name, fingerprintOf(stream)] as const);
  return {
    streams: [...streams, ...more],
    manifest: { ...manifest, ...Object.fromEntries(entries) },
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The files of a corpus, by their names. */
export function filesOfCorpus(
  { streams, manifest }: RecordedCorpus,
): E.Either<string, ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const stream of streams) {
    const json = jsonOf(stream);
    if (E.isLeft(json)) return E.left(`${stream.name}: ${json.left} cannot be recorded`);
    const name = `${fileName(stream.name)}-${fingerprint(stream.name).slice(0, nameDigits)}.json`;
    files.set(name, textOf(json.right));
  }
  const entries = Object.entries(manifest).sort(([a], [b]) => a < b ? -1 : 1);
  return E.right(files.set(manifestFile, textOf(Object.fromEntries(entries))));
}

function textOf(json: unknown): string {
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/** The stream in a file; or what is wrong with the file. */
export function streamInFile(text: string): E.Either<string, RecordedStream> {
  return parsed(text, (json) => {
    const value = valueOfJson(json);
    return isStream(value) ? E.right(value) : E.left("it is no recorded stream");
  });
}

/** The manifest in a file; or what is wrong with the file. */
export function manifestInFile(text: string): E.Either<string, RecordedCorpus["manifest"]> {
  return parsed(text, (json) => isManifest(json) ? E.right(json) : E.left("it is no manifest"));
}

function parsed<Value>(
  text: string,
  read: (json: unknown) => E.Either<string, Value>,
): E.Either<string, Value> {
  try {
    return read(JSON.parse(text));
  } catch (cause) {
    // A text that is no JSON, or a marked value that is none.
    return E.left(cause instanceof Error ? cause.message : String(cause));
  }
}

function isManifest(json: unknown): json is RecordedCorpus["manifest"] {
  return typeof json === "object" && json !== null && !Array.isArray(json) &&
    Object.values(json).every((one) => typeof one === "string");
}

/** What the gate relies on; the values in it are looked at when they are read and decided. */
function isStream(value: unknown): value is RecordedStream {
  return typeof value === "object" && value !== null &&
    "name" in value && typeof value.name === "string" &&
    "steps" in value && Array.isArray(value.steps) &&
    value.steps.every((step: unknown) =>
      typeof step === "object" && step !== null && "state" in step &&
      "events" in step && Array.isArray(step.events) &&
      (!("asked" in step) || isAsked(step.asked))
    );
}

function isAsked(asked: unknown): boolean {
  return typeof asked === "object" && asked !== null && "command" in asked && "answer" in asked &&
    typeof asked.answer === "object" && asked.answer !== null && "_tag" in asked.answer &&
    (asked.answer._tag === "Rejected" || asked.answer._tag === "Accepted");
}
