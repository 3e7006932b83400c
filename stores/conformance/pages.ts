/**
 * What holds of the pages of every read.
 *
 * @module
 */
import type { Page } from "../../src/event_store.ts";
import type { ReadFault } from "../../src/fault.ts";
import { matches, type Query, type Range } from "../../src/query.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { holds, same } from "./finding.ts";

/** Checks the pages of a read against the whole log, which is given in order. */
export function checkPages(
  log: ReadonlyArray<Recorded<Encoded>>,
  query: Query,
  range: Range,
  pages: ReadonlyArray<Page<Encoded, ReadFault>>,
): void {
  const asked = `query ${JSON.stringify(query)}, range ${JSON.stringify(range)}`;
  const { after = 0, direction, recordsMax = Infinity, pageRecordsMax = Infinity } = range;
  const until = Math.max(after, Math.min(range.until ?? log.length, log.length));
  const isMatch = matches(query);
  const found = log.filter((record) =>
    record.position > after && record.position <= until &&
    isMatch({ ...record, type: record.event.type })
  );
  const inOrder = direction === "backward" ? found.reverse() : found;
  const records = pages.flatMap((page) => page.records);
  const wanted = inOrder.slice(0, recordsMax)
    .map((record) => range.omit === "metadata" ? { ...record, metadata: {} } : record);
  same(records, wanted, `${asked}: the records that match, in order`);

  // A page reaches from where the one before ends, and what it holds lies in between.
  const [begin, end] = direction === "backward" ? [until, after] : [after, until];
  let from = begin;
  for (const page of pages) {
    same(page.from, from, `${asked}: a page begins where the one before ends`);
    const [low, high] = [Math.min(page.from, page.through), Math.max(page.from, page.through)];
    same(
      page.records.map(({ position }) => position),
      inOrder.map(({ position }) => position).filter((at) => at > low && at <= high),
      `${asked}: a page holds all that matches between its ends`,
    );
    holds(
      page.records.length <= pageRecordsMax,
      `${asked}: a page is bounded`,
      page.records.length,
    );
    from = page.through;
  }
  if (wanted.length < recordsMax) same(from, end, `${asked}: the read reaches its end`);
  same(pages.at(-1)?.next._tag, "None", `${asked}: what comes after the last page`);
}
