/**
 * A store of several segments that is archived: what it must answer before and after.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isSome } from "fp-ts/lib/Option.js";
import type { Commit, Page } from "../../src/event_store.ts";
import type { ReadFault } from "../../src/fault.ts";
import type { Query, Range } from "../../src/query.ts";
import type { Encoded } from "../../src/record.ts";
import {
  coldStorage,
  type FileStore,
  type FileStoreOptions,
  openFileStore,
} from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { ok } from "../../stores/conformance/words.ts";
import { filesIn, namesOf } from "./disk.ts";

export const COMMITS = 60;

export function commitOf(nth: number): Commit<Encoded> {
  const event = {
    type: `Type${nth % 3}`,
    schemaVersion: 1,
    data: { nth, text: "some text that compresses well, as texts do" },
    tags: [`tag:${nth % 4}`],
  };
  const stream = nth % 10 === 0 ? `rare-${nth}` : `often-${nth % 3}`;
  return { commitId: `commit-${nth}`, writes: [{ stream, expected: "any", events: [{ event }] }] };
}

export function opened(
  disk: StoragePort,
  cold: StoragePort,
  options: FileStoreOptions = {},
): Promise<FileStore> {
  return ok(openFileStore(disk, { segmentBytesMax: 2048, cold: coldStorage(cold), ...options }));
}

/** Fills a new store with several segments. */
export async function filled(disk: StoragePort, cold: StoragePort): Promise<FileStore> {
  const store = await opened(disk, cold);
  for (let nth = 1; nth <= COMMITS; nth++) await ok(store.append(commitOf(nth)));
  return store;
}

export function segmentsOf(disk: StoragePort): number {
  return namesOf(filesIn(disk), "segment").length;
}

/** The active segment, and perhaps one more that filled with what was said of the others. */
export function assertAllArchived(disk: StoragePort): void {
  assert.ok(segmentsOf(disk) <= 2);
}

export async function pagesOf(
  store: FileStore,
  query: Query = {},
  range: Range = {},
): Promise<ReadonlyArray<Page<Encoded, ReadFault>>> {
  const pages = [];
  for (let page = await ok(store.read(query, range));; page = await ok(page.next.value)) {
    pages.push(page);
    if (!isSome(page.next)) return pages;
  }
}

/** Everything that a store says of its first records, as a value that can be compared. */
export async function answersOf(store: FileStore): Promise<unknown> {
  const range = { until: COMMITS };
  const queries: ReadonlyArray<Query> = [
    {},
    { stream: "often-1" },
    { stream: "rare-30" },
    { types: ["Type2"] },
    { tags: ["tag:3"] },
    { category: "rare" },
  ];
  const answers: unknown[] = [];
  for (const query of queries) {
    for (const direction of ["forward", "backward"] as const) {
      const pages = await pagesOf(store, query, { ...range, direction });
      answers.push(pages.flatMap(({ records }) => records));
    }
  }
  for (const position of [1, 17, COMMITS]) answers.push(await ok(store.bookmark(position)));
  for (const stream of ["often-0", "rare-10"]) answers.push(await ok(store.streamInfo(stream)));
  return JSON.stringify(answers);
}

/** Whether old commits and records still keep new ones from being stored. */
export async function assertHeeded(store: FileStore): Promise<void> {
  const repeated = await ok(store.append(commitOf(5)));
  assert.deepEqual([repeated.first, repeated.repeated], [5, true]);
  const refused = await store.append({
    writes: [{ stream: "new", expected: "noStream", events: [] }],
    condition: { failIfEventsMatch: { tags: ["tag:2"], types: ["Type2"] } },
  })();
  assert.equal(refused._tag, "Left");
  assert.match(JSON.stringify(refused), /"matching":\[2,14,26,38,50\]/);
}
