/**
 * Small stores, cleanly closed, and what is read of them after somebody has touched their bytes.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import type { Commit, EventStore } from "../../src/event_store.ts";
import type { OpenFault, ReadFault } from "../../src/fault.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import type { Query } from "../../src/query.ts";
import { type FileStoreOptions, openFileStore } from "../../stores/file/mod.ts";
import { appendAll, ok, recordsOf } from "../../stores/conformance/words.ts";
import { diskOf, type DiskOptions, type Files, filesIn } from "./disk.ts";
import { sampleCommit } from "./life_of_a_store.ts";

/** A store as bytes, and what it holds. */
export interface ClosedStore {
  readonly files: Files;
  readonly records: ReadonlyArray<Recorded<Encoded>>;
}

/** Writes commits into a new store and closes it. */
export async function closedStore(
  commits: ReadonlyArray<Commit<Encoded>>,
  options: FileStoreOptions = {},
  disk: DiskOptions = {},
): Promise<ClosedStore> {
  const storage = await diskOf(new Map(), disk);
  const store = await ok(openFileStore(storage, options));
  await appendAll(store, ...commits);
  const records = await recordsOf(store);
  await ok(store.close);
  return { files: filesIn(storage), records };
}

/** Three segments of a few commits each. */
export function smallStore(disk: DiskOptions = {}): Promise<ClosedStore> {
  const commits = ["one", "two", "three", "four", "five", "six", "seven"].map((id, nth) => {
    return sampleCommit(id, nth % 2 === 0 ? ["a-1"] : ["a-1", `b-${nth}`], 60);
  });
  return closedStore(commits, { segmentBytesMax: 1024 }, disk);
}

/** What a reader is told: records up to the end, or up to a fault. */
export interface Reading {
  readonly records: ReadonlyArray<Recorded<Encoded>>;
  readonly fault: OpenFault | ReadFault | undefined;
}

/** Opens files for reading and reads all that can be read. */
export async function readingOf(
  files: Files,
  query: Query = {},
  options: FileStoreOptions = { mode: "readOnly" },
): Promise<Reading> {
  const opened = await openFileStore(await diskOf(files), options)();
  if (E.isLeft(opened)) return { records: [], fault: opened.left };
  const reading = await readAll(opened.right, query);
  await ok(opened.right.close);
  return reading;
}

/** Reads all that can be read of an open store. */
export async function readAll(store: EventStore, query: Query): Promise<Reading> {
  const records: Array<Recorded<Encoded>> = [];
  for (let pages = O.some(store.read(query, { pageRecordsMax: 2 })); O.isSome(pages);) {
    const page = await pages.value();
    if (E.isLeft(page)) return { records, fault: page.left };
    records.push(...page.right.records);
    pages = page.right.next;
  }
  return { records, fault: undefined };
}

/** A reader was told the truth: everything, or a part of it and then that the rest is damaged. */
export function assertTrueOrCorrupt(
  { records, fault }: Reading,
  wanted: ReadonlyArray<Recorded<Encoded>>,
): void {
  assert.deepEqual(records, wanted.slice(0, records.length));
  if (fault) assert.equal(fault._tag, "Corrupt", JSON.stringify(fault));
  else assert.equal(records.length, wanted.length, "nothing is left out in silence");
}
