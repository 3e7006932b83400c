/**
 * A store in memory: the smallest reading of the contract, for tests and for states that may be
 * lost. It is the oracle of the other stores.
 *
 * The log is an array that only grows, of values that never change, so a length is a snapshot of it.
 * What is slow here (a query without a stream looks at every record) is slow on purpose: that it is
 * right should be seen at a glance.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { Task } from "fp-ts/lib/Task.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { EventStore, Page, Pages } from "../src/event_store.ts";
import type { Cancelled, Closed, ReadFault } from "../src/fault.ts";
import { invariant } from "../src/invariant.ts";
import type { Query, Range } from "../src/query.ts";
import type { Encoded } from "../src/record.ts";
import type { Position } from "../src/stream.ts";
import {
  append,
  bookmarkAt,
  emptyLog,
  infoOf,
  type Log,
  positionAt,
  scan,
  type Span,
  streamsOf,
  told,
} from "./memory/log.ts";

export { memoryStates } from "./memory/states.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How a memory store is made. */
export interface MemoryStoreOptions {
  /** What the recorded time of a commit is; the system's clock if left out. */
  readonly now?: () => Date;
}

/** Makes a page, that is made on the spot, a task that looks first whether it may be read. */
type Lift = (page: () => Page<Encoded, ReadFault>) => Pages<Encoded, ReadFault>;

const closed: Closed = { _tag: "Closed", stored: "no" };
const cancelled: Cancelled = { _tag: "Cancelled", stored: "no" };
const pageRecordsDefault = 1_024;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * An empty store in memory. It lives as long as the value does, and nobody else sees it.
 *
 * Data and metadata go in and come out as JSON, as in a file, so that no one changes what has
 * happened. Reads by stream are fast; all others look at every record.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStore } from "leftfold/stores/memory";
 *
 * const store = memoryStore({ now: () => new Date("2026-01-01T00:00:00Z") });
 * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
 * const { first } = await run(store.append({
 *   writes: [{ stream: "show-hamlet", expected: "noStream", events: [{ event }] }],
 * }));
 * assert.equal(first, 1);
 * const page = await run(store.read({ stream: "show-hamlet" }));
 * assert.equal(page.records[0]?.recordedAt.getUTCFullYear(), 2026);
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): EventStore {
  const now = options.now ?? (() => new Date());
  const log = emptyLog();
  const waiting = new Set<() => void>();
  let open = true;

  const wake = (): void => waiting.forEach((ready) => ready());
  const reading = <Found>(
    find: () => E.Either<ReadFault, Found>,
  ): TE.TaskEither<ReadFault, Found> => soon(() => open ? find() : E.left(closed));

  return {
    append: (commit) =>
      soon(() => {
        if (!open) return E.left(closed);
        const appended = append(log, commit, now);
        if (E.isRight(appended)) wake();
        return appended;
      }),
    read: (query, range = {}) => {
      const lift: Lift = (page) =>
        reading(() => range.signal?.aborted === true ? E.left(cancelled) : E.right(page()));
      return lift(() => pageOf(log, query, spanOf(range, log.records.length), lift));
    },
    follow: (query, range = {}) => follow(log, query, range, waiting, () => open),
    head: reading(() => E.right(log.records.length)),
    bookmark: (position) => reading(() => bookmarkAt(log, position)),
    positionAt: (time) => reading(() => E.right(positionAt(log, time))),
    streamInfo: (stream) => reading(() => E.right(O.fromNullable(infoOf(log, stream)))),
    streams: (prefix = "", after) => reading(() => E.right(streamsOf(log, prefix, after))),
    close: soon(() => {
      open = false;
      wake();
      return E.right(undefined);
    }),
  };
}

// ---------------------------------------------------------------------------
// reading
// ---------------------------------------------------------------------------

/** A task that is done at once; what is thrown rejects its promise, as in any other store. */
function soon<Done>(run: () => Done): Task<Done> {
  return () => new Promise((resolve) => resolve(run()));
}

/** A span, read in pages. */
interface PagedSpan extends Span {
  readonly pageRecordsMax: number;
  readonly hasMetadata: boolean;
}

function spanOf(range: Range, head: Position): PagedSpan {
  const { after = 0, recordsMax = Infinity, pageRecordsMax = pageRecordsDefault } = range;
  invariant(
    recordsMax >= 0 && pageRecordsMax >= 1,
    `A read takes recordsMax from 0 and pageRecordsMax from 1, and was given ${recordsMax} and ` +
      `${pageRecordsMax}`,
  );
  const until = Math.max(after, Math.min(range.until ?? head, head));
  return {
    after,
    until,
    backward: range.direction === "backward",
    recordsMax,
    pageRecordsMax,
    hasMetadata: range.omit !== "metadata",
  };
}

/** The page of a span, and, through `lift`, the way to the next one. */
function pageOf(log: Log, query: Query, span: PagedSpan, lift: Lift): Page<Encoded, ReadFault> {
  const { after, until, backward, recordsMax, pageRecordsMax } = span;
  const [from, end] = backward ? [until, after] : [after, until];
  const room = Math.min(recordsMax, pageRecordsMax);
  const found = scan(log, query, { ...span, recordsMax: room });
  const last = found.at(-1);
  const through = found.length < room
    ? end
    : last === undefined
    ? from
    : backward
    ? last.position - 1
    : last.position;
  const rest = { ...span, recordsMax: recordsMax - found.length };
  return {
    records: found.map((kept) => told(kept, span.hasMetadata)),
    from,
    through,
    next: through === end || rest.recordsMax === 0 ? O.none : O.some(lift(() => {
      const onward = backward ? { ...rest, until: through } : { ...rest, after: through };
      return pageOf(log, query, onward, lift);
    })),
  };
}

/** The next page after a position, as soon as the log goes beyond it. */
function follow(
  log: Log,
  query: Query,
  range: Pick<Range, "after" | "pageRecordsMax" | "signal">,
  waiting: Set<() => void>,
  isOpen: () => boolean,
): Pages<Encoded, ReadFault> {
  const { after = 0, signal } = range;
  return () =>
    new Promise((resolve) => {
      spanOf(range, after); // A wrong range is told to its reader, and not to whoever wakes him.
      const tell = (): void => {
        const ended = !isOpen() ? closed : signal?.aborted === true ? cancelled : undefined;
        if (ended === undefined && log.records.length <= after) return;
        waiting.delete(tell);
        signal?.removeEventListener?.("abort", tell);
        resolve(ended === undefined ? E.right(page()) : E.left(ended));
      };
      const page = (): Page<Encoded, ReadFault> => {
        const span = spanOf(range, log.records.length);
        const found = pageOf(log, query, span, () => TE.left(closed));
        const onward = { ...range, after: found.through };
        return { ...found, next: O.some(follow(log, query, onward, waiting, isOpen)) };
      };
      waiting.add(tell);
      signal?.addEventListener?.("abort", tell);
      tell();
    });
}
