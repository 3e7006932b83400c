/**
 * Queries and append conditions, as literals, in the words of the dynamic consistency boundary
 * (dcb.events): items are alternatives, types are alternatives, tags must all be there.
 *
 * @module
 */
import { categoryOf, type Position, type StreamName, type Tag } from "./stream.ts";

/** Each given field must match; of `types` any, of `tags` all. `{}` is everything. */
export interface QueryItem<Type extends string = string> {
  readonly stream?: StreamName;
  /** The text of the stream's name before its first `-`. */
  readonly category?: string;
  readonly types?: ReadonlyArray<Type>;
  readonly tags?: ReadonlyArray<Tag>;
}

/** An item, or several of which any may match. No item at all matches nothing. */
export type Query<Type extends string = string> = QueryItem<Type> | ReadonlyArray<QueryItem<Type>>;

/** A commit is refused if a record after `after` (0 if left out) matches the query. */
export interface Condition<Type extends string = string> {
  readonly failIfEventsMatch: Query<Type>;
  readonly after?: Position;
}

/** Which part of the log is read, and how. */
export interface Range {
  /** Records after this position; 0 if left out. */
  readonly after?: Position;
  /** Records up to and with this position; the head of the log, as it was at the first page, if left out. */
  readonly until?: Position;
  /** `"forward"` if left out. */
  readonly direction?: "forward" | "backward";
  /** At most so many records in all. */
  readonly recordsMax?: number;
  /** At most so many records in one page; the store may give fewer. */
  readonly pageRecordsMax?: number;
  /**
   * `"hot"` leaves out records that a store has moved to a slower tier, and never waits for one. Each
   * page says from where to where it is complete: where it does not begin where the last one ended,
   * something is left out. All of it, `"all"`, if this is left out.
   */
  readonly tiers?: "all" | "hot";
  /**
   * `"metadata"` leaves it out of every record, which then has none: a fold that looks at events only
   * spares the store the work of taking it apart.
   */
  readonly omit?: "metadata";
  /** Ends the read with the fault `Cancelled`. An `AbortSignal` fits. */
  readonly signal?: Cancellation;
}

/** What an `AbortSignal` is, seen structurally, so that no platform library is needed. */
export interface Cancellation {
  readonly aborted: boolean;
  readonly addEventListener?: (type: "abort", listener: () => void) => void;
  readonly removeEventListener?: (type: "abort", listener: () => void) => void;
}

/** What a query looks at in a record. */
export interface Matchable {
  readonly stream: StreamName;
  readonly type: string;
  readonly tags: ReadonlyArray<Tag>;
}

/** The items of a query. */
export function itemsOf<Type extends string>(query: Query<Type>): ReadonlyArray<QueryItem<Type>> {
  // `Array.isArray` alone does not narrow a readonly array.
  return Array.isArray(query)
    ? query as ReadonlyArray<QueryItem<Type>>
    : [query as QueryItem<Type>];
}

/** Whether a record is among those that the query asks for. */
export function matches(query: Query): (record: Matchable) => boolean {
  const items = itemsOf(query);
  // What asks for nothing asks for all; and most queries are one item.
  if (items.some(isOpen)) return () => true;
  const [only] = items;
  if (only !== undefined && items.length === 1) return (record) => itemMatches(only, record);
  return (record) => items.some((item) => itemMatches(item, record));
}

function isOpen({ stream, category, types, tags }: QueryItem): boolean {
  return stream === undefined && category === undefined && types === undefined &&
    (tags === undefined || tags.length === 0);
}

function itemMatches(item: QueryItem, record: Matchable): boolean {
  return (item.stream === undefined || item.stream === record.stream) &&
    (item.category === undefined || item.category === categoryOf(record.stream)) &&
    (item.types === undefined || item.types.includes(record.type)) &&
    (item.tags === undefined || item.tags.every((tag) => record.tags.includes(tag)));
}
