/**
 * What a query selects, as sets of terms: which frames may hold a match. A frame found this way is
 * a candidate and never an answer, because two tags may be in one frame but in different events.
 *
 * @module
 */
import {
  itemsOf,
  type Matchable,
  matches,
  type Query,
  type QueryItem,
} from "../../../src/query.ts";
import type { Term } from "../runs/term.ts";

/** Terms of which a frame must have one; of several groups it must have one of each. */
export type TermGroups = ReadonlyArray<ReadonlyArray<Term>>;

/** A query, prepared. */
export interface Selection {
  readonly matches: (event: Matchable) => boolean;
  /** One entry for each alternative; none at all if every frame is a candidate. */
  readonly alternatives: ReadonlyArray<TermGroups> | undefined;
}

/** Prepares a query. */
export function selectionOf(query: Query): Selection {
  const items = itemsOf(query);
  const groups = items.map(groupsOf);
  const isOpen = groups.some((one) => one.length === 0);
  return { matches: matches(query), alternatives: isOpen ? undefined : groups };
}

/**
 * The groups of an item. The most telling field is enough: a stream has few frames, so that looking
 * up its types as well would cost more than it spares.
 */
function groupsOf(item: QueryItem): TermGroups {
  if (item.stream !== undefined) return [[{ kind: "stream", name: item.stream }]];
  if (item.tags !== undefined && item.tags.length > 0) {
    return item.tags.map((name) => [{ kind: "tag", name }]);
  }
  if (item.types !== undefined) return [item.types.map((name): Term => ({ kind: "type", name }))];
  if (item.category !== undefined) return [[{ kind: "category", name: item.category }]];
  return [];
}

/** Offsets that stand in any of the lists, each once. The lists are in ascending order. */
export function unionOf(lists: ReadonlyArray<ArrayLike<number>>): ArrayLike<number> {
  if (lists.length === 1) return lists[0]!;
  const all = lists.flatMap((list) => Array.from(list));
  return Float64Array.from(new Set(all)).sort();
}

/** Offsets that stand in all of the lists. The lists are in ascending order. */
export function intersectionOf(lists: ReadonlyArray<ArrayLike<number>>): ArrayLike<number> {
  const [shortest, ...others] = [...lists].sort((a, b) => a.length - b.length);
  if (shortest === undefined) return [];
  const cursors = others.map(() => 0);
  return Array.from(shortest).filter((offset) =>
    others.every((list, at) => {
      let cursor = cursors[at]!;
      while (cursor < list.length && list[cursor]! < offset) cursor++;
      cursors[at] = cursor;
      return list[cursor] === offset;
    })
  );
}

/** The index of the first number that is not less than `wanted`, in a list in ascending order. */
export function firstAtLeast(list: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
