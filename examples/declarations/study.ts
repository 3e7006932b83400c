/**
 * The main job: the input as history and as commands, and what can be read from it then.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as RNEA from "fp-ts/lib/ReadonlyNonEmptyArray.js";
import {
  type Change,
  type EventStore,
  fold,
  history,
  importCloudEvents,
  type ImportFault,
  type ImportReport,
  type Position,
  projection,
  type ProjectionStore,
  run,
} from "leftfold";
import * as V from "leftfold/view";
import type { Declaration } from "./declaration.ts";
import { decideAll, type Verdict } from "./deciding.ts";
import { declaration } from "./decider.ts";
import { type DeclarationEvent, declarationEvents } from "./events.ts";
import type { Entry } from "./input.ts";
import { declarations, type OpenWork, openWork } from "./open_work.ts";
import {
  type Published,
  published,
  type RejectionRates,
  rejectionRates,
} from "./rejection_rates.ts";
import { throughputDays, ways } from "./throughput.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is studied, and with which means. */
export interface Study {
  readonly entries: RNEA.ReadonlyNonEmptyArray<Entry>;
  /** The store of the history. */
  readonly past: EventStore;
  /** The store of what the decider accepts. */
  readonly decided: EventStore;
  /** Where the projection of the rejection rates keeps its state: with the history. */
  readonly states: ProjectionStore;
  /** Seconds since some moment, never going back. */
  readonly seconds: () => number;
  /** How many steps of a piece of work are done. */
  readonly onProgress: (work: string, done: number, total: number) => void;
}

/** A result, and how long it took. */
export interface Timed<Result> {
  readonly result: Result;
  readonly seconds: number;
}

/** The desks at a moment. */
export interface Desks {
  readonly at: Date;
  readonly position: Position;
  readonly work: OpenWork;
}

/** What came out. */
export interface Findings {
  readonly imported: Timed<ImportReport>;
  readonly verdict: Timed<Verdict>;
  readonly rates: RejectionRates;
  /** The position from which the projection went on; 0 if it began. */
  readonly ratesFrom: Position;
  readonly ratesThrough: Position;
  /** The table to hold the rates against, if the input is the log that it was made of. */
  readonly published: Published | undefined;
  /** Days from submission to payment, shortest first. */
  readonly days: ReadonlyArray<number>;
  readonly story: ReadonlyArray<Change<DeclarationEvent, Declaration>>;
  readonly then: Desks;
  readonly now: Desks;
}

/** Group commit flushes what is under way together, so the more the faster, up to a point. */
const inFlightMax = 256;
/** A story should be worth reading and fit a screen. */
const storyEventsMax = 12;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Does it all, unless the import fails. Any other fault of a store is thrown. */
export async function carryOut(study: Study): Promise<E.Either<ImportFault, Findings>> {
  const { entries, past, decided, onProgress } = study;
  const { result, seconds } = await timed(study, () => importAll(study));
  if (E.isLeft(result)) return result;
  const verdict = await timed(study, () =>
    decideAll({
      store: decided,
      entries,
      inFlightMax,
      onProgress: (done) => onProgress("deciding", done, entries.length),
    }));

  const rates = await projectRates(study);
  const typed = { store: past, codec: declarationEvents };
  const all = await run(
    fold({ ...typed, view: V.productAll({ ways, declarations }), query: {} }),
  );
  // The moment in the middle of the log: half of its events had happened.
  const middle = timeOf(entries[Math.floor(entries.length / 2)] ?? entries[0]);
  const then = await run(fold({
    ...typed,
    view: declarations,
    query: {},
    asOf: { recorded: middle },
  }));
  const story = await run(history({ ...typed, view: declaration, stream: storyOf(entries) }));
  return E.right({
    imported: { result: result.right, seconds },
    verdict,
    ...rates,
    published: entries.every(isOf(published.log)) ? published : undefined,
    days: throughputDays(all.state.ways),
    story,
    then: { at: middle, position: then.position, work: openWork(then.state) },
    now: {
      at: timeOf(RNEA.last(entries)),
      position: all.position,
      work: openWork(all.state.declarations),
    },
  });
}

async function timed<Result>(
  { seconds }: Study,
  work: () => Promise<Result>,
): Promise<Timed<Result>> {
  const begun = seconds();
  const result = await work();
  return { result, seconds: seconds() - begun };
}

function importAll(
  { entries, past, onProgress }: Study,
): Promise<E.Either<ImportFault, ImportReport>> {
  async function* lines(): AsyncGenerator<string, void, void> {
    for (const { line } of entries) yield line;
  }
  return importCloudEvents({
    store: past,
    lines,
    onProgress: ({ phase, lines }) =>
      phase === "write" ? onProgress("importing", lines, entries.length) : undefined,
  })();
}

async function projectRates(
  { past, states, onProgress }: Study,
): Promise<Pick<Findings, "rates" | "ratesFrom" | "ratesThrough">> {
  const projected = projection({
    name: "rejection-rates",
    codec: declarationEvents,
    view: V.ofRecords(rejectionRates),
    store: past,
    states,
  });
  const before = await run(projected.read);
  const after = await run(projected.catchUp({
    onProgress: ({ position, head }) => onProgress("projecting", position, head),
  }));
  return { rates: after.state, ratesFrom: before.position, ratesThrough: after.position };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The stream with the longest story that is not too long: the first of them. */
export function storyOf(entries: ReadonlyArray<Entry>): string {
  const lengths = new Map<string, number>();
  for (const { cloudEvent: { stream } } of entries) {
    lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
  }
  let longest = { stream: "", length: 0 };
  for (const [stream, length] of lengths) {
    if (length <= storyEventsMax && length > longest.length) longest = { stream, length };
  }
  return longest.stream;
}

function isOf(log: string): (entry: Entry) => boolean {
  return ({ cloudEvent }) => cloudEvent.proposed.metadata.attributes?.["source"] === log;
}

function timeOf({ cloudEvent }: Entry): Date {
  return cloudEvent.recordedAt;
}
