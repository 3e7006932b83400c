/**
 * The store port: what every event store does, as a record of functions.
 *
 * @module
 */
import type { Option } from "fp-ts/lib/Option.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { AppendFault, Bookmark, ReadFault } from "./fault.ts";
import type { Condition, Query, Range } from "./query.ts";
import type { Encoded, Proposed, Recorded } from "./record.ts";
import type { CommitId, Expected, Position, StreamInfo, StreamName, Version } from "./stream.ts";

/** An append-only log of commits, read by stream, category, type and tag. */
export interface EventStore {
  /** Stores a commit whole, or not at all. */
  readonly append: (commit: Commit<Encoded>) => TaskEither<AppendFault, Appended>;
  /** The records that match, up to the head of the log as it is at the first page. */
  readonly read: (query: Query, range?: Range) => Pages<Encoded, ReadFault>;
  /**
   * The records that match, and then those to come, without a seam. A page may be empty: then only
   * its `through` has moved. `next` is always there.
   */
  readonly follow: (
    query: Query,
    range?: Pick<Range, "after" | "pageRecordsMax" | "signal">,
  ) => Pages<Encoded, ReadFault>;
  /** The position of the last record; 0 if there is none. */
  readonly head: TaskEither<ReadFault, Position>;
  /** The bookmark of a position. Beyond the head it is the fault `HistoryDiverged`. */
  readonly bookmark: (position: Position) => TaskEither<ReadFault, Bookmark>;
  /**
   * The last position before the first commit that is recorded later than `time`. Recorded times
   * may go back; the answer for one time never changes once the log has passed it.
   */
  readonly positionAt: (time: Date) => TaskEither<ReadFault, Position>;
  /** What the store knows of a stream. None if it has no record. */
  readonly streamInfo: (stream: StreamName) => TaskEither<ReadFault, Option<StreamInfo>>;
  /**
   * Some of the streams whose names begin with `prefix`, in an order of the store's own. Go on
   * with the last one's name as `after`; an empty answer is the end.
   */
  readonly streams: (
    prefix?: string,
    after?: StreamName,
  ) => TaskEither<ReadFault, ReadonlyArray<StreamInfo>>;
  /**
   * Finishes what is queued, then closes. Closing twice is fine. A fault says that what was
   * acknowledged without a flush may be lost; the store is closed all the same.
   */
  readonly close: TaskEither<AppendFault, void>;
}

/** Events for one stream or several, stored together. */
export interface Commit<Event> {
  /** Each stream at most once. */
  readonly writes: ReadonlyArray<Write<Event>>;
  /** What must hold of streams that are not written. */
  readonly checks?: ReadonlyArray<{ readonly stream: StreamName; readonly expected: Expected }>;
  readonly condition?: Condition;
  /**
   * The same id with the same content gives the first result again; with other content it is the
   * fault `IdempotencyMismatch`. Content is streams, types, tags, data, metadata and given ids.
   */
  readonly commitId?: CommitId;
  /** For imports: when it was recorded elsewhere. Otherwise the store's clock says. */
  readonly recordedAt?: Date;
}

/** The part of a commit that goes to one stream. */
export interface Write<Event> {
  readonly stream: StreamName;
  readonly expected: Expected;
  readonly events: ReadonlyArray<Proposed<Event>>;
}

/** Where a commit went. */
export interface Appended {
  readonly commitId: CommitId;
  /** Positions of its first and last record; a commit without events gives `last` = the head and `first` = `last` + 1. */
  readonly first: Position;
  readonly last: Position;
  /** The last version of each stream written. */
  readonly versions: ReadonlyMap<StreamName, Version>;
  /** Whether the commit was there already. */
  readonly repeated: boolean;
}

/** Some records, what part of the log they are of, and how to go on. */
export interface Page<Event, F> {
  readonly records: ReadonlyArray<Recorded<Event>>;
  /**
   * The page holds every matching record between `from` and `through`, also where nothing matched.
   * Forward these are the positions after `from` up to `through`; backward the positions up to
   * `from` and after `through`. The next page begins where this one ends.
   */
  readonly from: Position;
  readonly through: Position;
  readonly next: Option<Pages<Event, F>>;
}

/** A page, once it is run. */
export type Pages<Event, F> = TaskEither<F, Page<Event, F>>;
