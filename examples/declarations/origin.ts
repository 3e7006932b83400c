/**
 * Whether a store belongs to an input.
 *
 * The log itself tells, so that there is no mark that could be lost or lie. The first and the last
 * event of the store are looked up in the input: the history has them under their own ids, the
 * decided log as the causes of its events. They must be there, in the same stream, of the same time,
 * the same in every field. Whoever writes something else between them is told so by the store: the
 * ids of commits come from the events.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { type Encoded, type EventStore, type Recorded, run } from "leftfold";
import { isDeepStrictEqual } from "node:util";
import { declarationEvents } from "./events.ts";
import type { Entry } from "./input.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** An event of a store, as its input should have it. */
interface Trace {
  readonly id: string;
  readonly time: Date;
}

/** Where a record says that it is from. */
export type TraceOf = (record: Recorded<Encoded>) => Trace;

/** What a store has that its input has not, in words. */
export interface Stranger {
  readonly position: number;
  readonly id: string;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** History keeps ids and times as they were. */
export const ofHistory: TraceOf = ({ id, recordedAt }) => ({ id, time: recordedAt });

/** What was decided names its command, which was called like the event of the past. */
export const ofDecisions: TraceOf = ({ metadata, recordedAt }) => ({
  id: metadata.causationId ?? "",
  time: metadata.validTime ?? recordedAt,
});

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The event that the store has from elsewhere; none if it is empty or belongs to the input. */
export async function strangerIn(
  store: EventStore,
  entries: ReadonlyArray<Entry>,
  traceOf: TraceOf,
): Promise<Stranger | undefined> {
  const known = new Map(entries.map((entry) => [entry.cloudEvent.proposed.id, entry]));
  for (const direction of ["forward", "backward"] as const) {
    const page = await run(store.read({}, { direction, recordsMax: 1 }));
    for (const record of page.records) {
      const trace = traceOf(record);
      if (!isThe(known.get(trace.id), record, trace.time)) {
        return { position: record.position, id: trace.id };
      }
    }
  }
  return undefined;
}

function isThe(entry: Entry | undefined, record: Recorded<Encoded>, time: Date): boolean {
  const events = declarationEvents.decode(record);
  return entry !== undefined && entry.cloudEvent.stream === record.stream &&
    entry.cloudEvent.recordedAt.getTime() === time.getTime() &&
    E.isRight(events) && isDeepStrictEqual([entry.event], events.right);
}
