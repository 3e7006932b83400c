/**
 * Laws on a machine with files: cases that are kept in a directory, and what the environment says.
 * It runs on Node, Deno and Bun.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { LawsParams } from "./check_laws.ts";
import { caseInFile, type Corpus, type CorpusFault, fileOfCase, folderOfLaw } from "./corpus.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import {
  filesOfCorpus,
  manifestFile,
  manifestInFile,
  recordedAnew,
  type RecordedCorpus,
  recordedHistories,
  streamInFile,
} from "./recorded_corpus.ts";
import type { RecordedStream } from "./recorded_stream.ts";
import { settingsIn } from "./settings.ts";
import { showcase } from "./showcase.ts";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A corpus in a directory: a file for each case, below folders for its subject and its law. Put it
 * under version control; take a case out by deleting its file.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider } from "leftfold";
 * import { checkLaws, deciderLaws } from "leftfold/laws";
 * import { corpusIn } from "leftfold/laws/node";
 *
 * const counter = decider({
 *   initialState: 0,
 *   decide: (by: number) => accept({ by }),
 *   evolve: (sum, event: { readonly by: number }) => sum + event.by,
 * });
 * const invariants = { "the sum is small": (sum: number) => sum < 5 };
 * const laws = deciderLaws({ name: "counter", decider: counter, commands: () => fc.nat(9), invariants });
 *
 * const corpus = corpusIn("test/corpus");
 * const law = "DE16/the sum is small";
 * assert(E.isLeft(await checkLaws(laws, { law, corpus })()));
 * // The case that was found comes first.
 * const again = await checkLaws(laws, { law, corpus })();
 * assert(E.isLeft(again) && again.left.failures[0]?._tag === "LawBroken");
 * assert.equal(again.left.failures[0].replay, undefined);
 * ```
 */
export function corpusIn(directory: string | URL): Corpus {
  const root = pathOf(directory);
  return {
    load: (law) => async () => {
      const folder = join(root, ...folderOfLaw(law));
      const names = await attempt(folder, () => namesIn(folder));
      if (E.isLeft(names)) return names;
      const cases: unknown[] = [];
      for (const name of names.right) {
        const place = join(folder, name);
        const text = await attempt(place, () => readFile(place, "utf8"));
        if (E.isLeft(text)) return text;
        const found = caseInFile(law, text.right);
        if (E.isLeft(found)) return E.left(corpusFault(place, found.left));
        cases.push(...found.right);
      }
      return E.right(cases);
    },
    keep: (law, saved) => async () => {
      const file = fileOfCase(law, saved);
      if (E.isLeft(file)) return E.left(corpusFault(root, file.left));
      const { path, text } = file.right;
      const place = join(root, ...path);
      return await attempt(place, async () => {
        await mkdir(join(root, ...path.slice(0, -1)), { recursive: true });
        await writeFile(place, text);
        return place;
      });
    },
  };
}

/**
 * What the environment says of a run, for `describeLaws` and `checkLaws`: `LEFTFOLD_PROFILE` (`dev`,
 * `ci` or `soak`: 100, 1,000 or 10,000 cases of each law), `LEFTFOLD_RUNS`, `LEFTFOLD_SEED`,
 * `LEFTFOLD_LAW` and `LEFTFOLD_PATH`, as failures print them. With a corpus in a directory, if one is
 * named. A mistake in the environment is thrown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fromEnvironment } from "leftfold/laws/node";
 *
 * process.env["LEFTFOLD_PROFILE"] = "ci";
 * assert.deepEqual(fromEnvironment(), { runs: 1_000 });
 * ```
 */
export function fromEnvironment(
  { corpus }: { readonly corpus?: string | URL } = {},
): LawsParams {
  const settings = settingsIn(process.env);
  if (E.isLeft(settings)) throw new Error(settings.left);
  return corpus === undefined ? settings.right : { ...settings.right, corpus: corpusIn(corpus) };
}

/**
 * Records streams in a directory, for `replayGate`: those that are given, or the shortest history of
 * each thing that a decider can reach. Gives how many there are then. Of a stream that was recorded
 * before, what was stored stays, and what comes of it is written as it is today: so a change that is
 * meant is accepted. Put the directory under version control, and look at what a run has changed.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject, run } from "leftfold";
 * import { checkLaws, replayGate } from "leftfold/laws";
 * import { recordCorpus, recordedIn } from "leftfold/laws/node";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number, balance) => balance + amount < 0 ? reject("Overdrawn") : accept({ amount }),
 *   evolve: (balance, event: { readonly amount: number }) => balance + event.amount,
 * });
 * const spec = { name: "account", decider: account, commands: () => fc.integer() };
 * await run(recordCorpus(spec, "test/recorded"));
 * // In a test, from then on.
 * const laws = replayGate(spec, await run(recordedIn("test/recorded")));
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function recordCorpus<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
  directory: string | URL,
  streams?: ReadonlyArray<RecordedStream>,
): TaskEither<CorpusFault, number> {
  const root = pathOf(directory);
  return async () => {
    const before = await recordedIn(root)();
    if (E.isLeft(before)) return before;
    const more = streams === undefined ? shownStreams(spec) : E.right(streams);
    if (E.isLeft(more)) return E.left(corpusFault(root, more.left));
    const corpus = recordedAnew(spec, before.right, more.right);
    if (E.isLeft(corpus)) return E.left(corpusFault(root, corpus.left));
    const files = filesOfCorpus(corpus.right);
    if (E.isLeft(files)) return E.left(corpusFault(root, files.left));
    return await attempt(root, async () => {
      await mkdir(root, { recursive: true });
      for (const [name, text] of files.right) await writeFile(join(root, name), text);
      return corpus.right.streams.length;
    });
  };
}

/** The shortest history of each thing that the decider can reach, by what it shows. */
function shownStreams<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): E.Either<string, ReadonlyArray<RecordedStream>> {
  const shown = showcase(spec).filter(({ history }) =>
    // Whoever breaks has no past; that it breaks is told by other laws.
    history.steps.every(({ _tag }) => _tag !== "Crashed")
  );
  const histories = Object.fromEntries(shown.map(({ label, history }) => [label, history]));
  const corpus = recordedHistories(spec, histories);
  return E.isLeft(corpus) ? corpus : E.right(corpus.right.streams);
}

/**
 * The streams that are recorded in a directory; none if there is no directory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { recordedIn } from "leftfold/laws/node";
 *
 * assert.deepEqual(await run(recordedIn("nowhere")), { streams: [], manifest: {} });
 * ```
 */
export function recordedIn(directory: string | URL): TaskEither<CorpusFault, RecordedCorpus> {
  const root = pathOf(directory);
  return async () => {
    const names = await attempt(root, () => namesIn(root));
    if (E.isLeft(names)) return names;
    const streams: RecordedStream[] = [];
    let manifest: RecordedCorpus["manifest"] = {};
    for (const name of names.right) {
      const place = join(root, name);
      const text = await attempt(place, () => readFile(place, "utf8"));
      if (E.isLeft(text)) return text;
      if (name === manifestFile) {
        const found = manifestInFile(text.right);
        if (E.isLeft(found)) return E.left(corpusFault(place, found.left));
        manifest = found.right;
        continue;
      }
      const found = streamInFile(text.right);
      if (E.isLeft(found)) return E.left(corpusFault(place, found.left));
      streams.push(found.right);
    }
    return E.right({ streams, manifest });
  };
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

function pathOf(directory: string | URL): string {
  return typeof directory === "string" ? directory : fileURLToPath(directory);
}

/** The files in a folder; none if there is no folder yet. */
async function namesIn(folder: string): Promise<ReadonlyArray<string>> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw cause;
  }
}

async function attempt<Value>(
  place: string,
  act: () => Promise<Value>,
): Promise<E.Either<CorpusFault, Value>> {
  try {
    return E.right(await act());
  } catch (cause) {
    return E.left(corpusFault(place, cause instanceof Error ? cause.message : String(cause)));
  }
}

function corpusFault(place: string, why: string): CorpusFault {
  return { _tag: "CorpusFault", place, why };
}
