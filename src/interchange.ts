/**
 * Import and export: a log as lines of CloudEvents, and such lines as a log.
 *
 * An import goes through the lines twice. The first time it only looks: if a single line is bad,
 * nothing is written. The second time it appends, one commit for each commit of the source, each
 * under an id that is a function of its events. So an import that was interrupted goes on when it is
 * run again, and one that is repeated adds nothing.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { printCloudEvent } from "./cloud_event.ts";
import type { Appended, EventStore } from "./event_store.ts";
import type { AppendFault } from "./fault.ts";
import type {
  BadLines,
  ImportFault,
  ImportReport,
  ImportStopped,
  LinesFailed,
} from "./import_fault.ts";
import { invariant } from "./invariant.ts";
import type { Cancellation, Query, Range } from "./query.ts";
import { records } from "./read.ts";
import { type BadLine, type Met, sourceCommits } from "./source_commit.ts";
import type { CommitId, Position } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

export type { BadLine } from "./source_commit.ts";
export type * from "./import_fault.ts";
export { explainImport } from "./import_fault.ts";

/** What is imported, and where to. */
export interface Import {
  readonly store: EventStore;
  /** The lines, without their ends, from the first one: called twice. */
  readonly lines: () => AsyncIterable<string>;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends the import with the fault `Cancelled`. What is written by then stays. */
  readonly signal?: Cancellation;
  /** So many appends are under way at once, for the store to flush together; 1,024 if left out. */
  readonly appendsMax?: number;
}

/** How far an import has come. It is told every 1,000 lines, and at the end of each reading. */
export interface ImportProgress {
  /** `"check"` in the first reading, in which nothing is written. */
  readonly phase: "check" | "write";
  readonly lines: number;
  /** Known from the end of the first reading. */
  readonly linesTotal?: number;
}

/** What is exported. */
export interface Export extends Omit<Range, "direction"> {
  readonly store: EventStore;
  /** Everything if left out. Of a commit that matches in part, that part is a commit of its own. */
  readonly query?: Query;
}

const badLinesMax = 20;
const linesPerProgress = 1_000;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Stores what some lines say, as it was: streams, ids, times and order. Nothing is written unless
 * every line is good. The memory it takes does not grow with the number of lines.
 *
 * Laws: importing twice is importing once; an import that was stopped anywhere, then run to its end,
 * leaves what one that was not stopped would have left; and a store exported, then imported, gives
 * the same export again.
 *
 * A commit id that stands for other content in the store is the fault `IdempotencyMismatch`, with the
 * number of its line. The order holds because a store takes appends in the order of the calls.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { exportCloudEvents, importCloudEvents, run } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const file = [
 *   '{"specversion":"1.0","id":"1","source":"/box-office","type":"SeatsBooked",' +
 *   '"subject":"show-hamlet","time":"2026-02-03T18:00:00.000Z",' +
 *   '"datacontenttype":"application/json","data":{"seats":2}}',
 * ];
 * async function* lines() {
 *   yield* file;
 * }
 * const store = memoryStore();
 * const report = await run(importCloudEvents({ store, lines }));
 * assert.deepEqual(report, { lines: 1, commits: 1, events: 1, added: 1, repeated: 0 });
 * assert.equal((await run(importCloudEvents({ store, lines }))).repeated, 1);
 *
 * const exported: Array<string> = [];
 * for await (const line of exportCloudEvents({ store })) exported.push(line);
 * assert.deepEqual(exported, file);
 * ```
 */
export function importCloudEvents(what: Import): TaskEither<ImportFault, ImportReport> {
  return async () => {
    const lines = await checkLines(what);
    return E.isLeft(lines) ? lines : await writeLines(what, lines.right);
  };
}

/**
 * The records of a store as lines of CloudEvents, without their ends, in the order of the log; not
 * those whose data was erased. A fault is thrown, as a `FaultError`. A page of records is held at a
 * time.
 *
 * @example
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { append, eventCodec, exportCloudEvents, run, schema } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const codec = eventCodec({ SeatsBooked: schema(1, t.type({ seats: t.number })) });
 * const store = memoryStore();
 * const events = [{ event: codec.make.SeatsBooked({ seats: 2 }) }];
 * await run(append({ store, codec, writes: [{ stream: "show-hamlet", expected: "any", events }] }));
 *
 * for await (const line of exportCloudEvents({ store, query: { stream: "show-hamlet" } })) {
 *   assert.deepEqual(JSON.parse(line).data, { seats: 2 });
 * }
 * ```
 */
export async function* exportCloudEvents(what: Export): AsyncGenerator<string, void, void> {
  const { store, query = {}, ...range } = what;
  let before: CommitId | undefined;
  for await (const record of records(store.read(query, range))) {
    if (record.erased) continue;
    yield printCloudEvent(record, record.commitId === before);
    before = record.commitId;
  }
}

// ---------------------------------------------------------------------------
// the two readings
// ---------------------------------------------------------------------------

/** The number of lines, if all are good. */
async function checkLines(what: Import): Promise<E.Either<ImportFault, number>> {
  const { lines, signal, onProgress = () => {} } = what;
  const progress = everyLines((lines) => onProgress({ phase: "check", lines }));
  const bad: Array<BadLine> = [];
  let total = 0;
  let linesTotal = 0;
  for await (const met of sourceCommits(lines())) {
    if (signal?.aborted) return E.left({ _tag: "Cancelled", stored: "no" });
    progress(met.line);
    if (met._tag === "Broken") return linesFailed("no", met.line, met.cause);
    if (met._tag === "End") linesTotal = met.line;
    if (met._tag === "BadLine") {
      total += 1;
      if (bad.length < badLinesMax) bad.push(met.bad);
    }
  }
  onProgress({ phase: "check", lines: linesTotal, linesTotal });
  return total === 0 ? E.right(linesTotal) : E.left({ _tag: "BadLines", stored: "no", bad, total });
}

/** Appends what the lines say, each commit before the last is answered, up to a bound. */
async function writeLines(
  what: Import,
  linesTotal: number,
): Promise<E.Either<ImportFault, ImportReport>> {
  const { store, lines, signal, appendsMax = 1_024, onProgress = () => {} } = what;
  invariant(appendsMax >= 1, () => `An import needs appendsMax of 1 or more; found ${appendsMax}`);
  const progress = everyLines((lines) => onProgress({ phase: "write", lines, linesTotal }));
  const underWay: Array<Append> = [];
  let done: Done = { report: { lines: 0, commits: 0, events: 0, added: 0, repeated: 0 }, last: 0 };
  let stop: Stop | undefined;
  for await (const met of sourceCommits(lines(), linesTotal)) {
    stop = interrupted(met, linesTotal, signal);
    if (stop !== undefined) break;
    progress(met.line);
    if (met._tag !== "SourceCommit") continue;
    if (underWay.length >= appendsMax) {
      // There is one, since the bound is 1 or more.
      const first = underWay.shift() as Append;
      const answer = await first.answer;
      if (E.isLeft(answer)) {
        stop = { _tag: "Stop", line: first.line, cause: answer.left };
        break;
      }
      done = counted(done, first, answer.right);
    }
    underWay.push({ ...met, answer: store.append(met.commit)() });
  }
  // What is under way is waited for in any case: nothing goes on behind the caller's back.
  for (const append of underWay) {
    const answer = await append.answer;
    if (E.isRight(answer)) done = counted(done, append, answer.right);
    else stop ??= { _tag: "Stop", line: append.line, cause: answer.left };
  }
  if (stop?._tag === "Stop") {
    const { line, cause } = stop;
    return E.left({ _tag: "ImportStopped", stored: "unknown", line, cause, report: done.report });
  }
  if (stop !== undefined) return E.left(stop);
  onProgress({ phase: "write", lines: linesTotal, linesTotal });
  return E.right({ ...done.report, lines: linesTotal });
}

/** Why the second reading ends early; what was done by then is not known yet. */
type Stop =
  | BadLines
  | LinesFailed
  | { readonly _tag: "Stop"; readonly line: number; readonly cause: ImportStopped["cause"] };

/** An append that is not answered yet. */
interface Append {
  readonly line: number;
  readonly events: number;
  readonly answer: Promise<E.Either<AppendFault, Appended>>;
}

/** What is answered, and the last position of it. */
interface Done {
  readonly report: ImportReport;
  readonly last: Position;
}

function counted({ report, last }: Done, append: Append, appended: Appended): Done {
  const { line, events } = append;
  const { repeated, first } = appended;
  invariant(
    repeated || first > last,
    () =>
      `The import of line ${line} found the store out of order: wanted a position after ${last}, ` +
      `found ${first}; a store has to take appends in the order of the calls`,
  );
  return {
    report: {
      lines: line,
      commits: report.commits + 1,
      events: report.events + events,
      added: report.added + (repeated ? 0 : events),
      repeated: report.repeated + (repeated ? events : 0),
    },
    last: repeated ? last : appended.last,
  };
}

/** What ends the second reading early, if it is not the store. */
function interrupted(
  met: Met,
  linesTotal: number,
  signal: Cancellation | undefined,
): Stop | undefined {
  if (met._tag === "Broken") return linesFailed("unknown", met.line, met.cause).left;
  if (met._tag === "BadLine") {
    return { _tag: "BadLines", stored: "unknown", bad: [met.bad], total: 1 };
  }
  if (met._tag === "End" && met.line < linesTotal) {
    const cause = `there were ${linesTotal} lines at the first reading`;
    return linesFailed("unknown", met.line, cause).left;
  }
  return signal?.aborted
    ? { _tag: "Stop", line: met.line, cause: { _tag: "Cancelled", stored: "no" } }
    : undefined;
}

function linesFailed(
  stored: LinesFailed["stored"],
  line: number,
  cause: unknown,
): E.Left<LinesFailed> {
  return { _tag: "Left", left: { _tag: "LinesFailed", stored, line, cause } };
}

/** Passes a growing number on each time it has grown by 1,000 or more. */
function everyLines(tell: (line: number) => void): (line: number) => void {
  let told = 0;
  return (line) => {
    if (line - told < linesPerProgress) return;
    told = line;
    tell(line);
  };
}
