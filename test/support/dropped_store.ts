/**
 * A store of several segments, a part of which is dropped.
 *
 * @module
 */
import type { Encoded, Recorded } from "../../src/record.ts";
import { ok, toStream } from "../../stores/conformance/words.ts";
import { type FileStore, type FileStoreOptions, openFileStore } from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";

export const small: FileStoreOptions = { segmentBytesMax: 1024, flushMs: 0 };

/** A type so long that a segment takes few records. */
export const LONG: string = "T".repeat(100);

export const positionsOf = (records: ReadonlyArray<Recorded<Encoded>>): number[] =>
  records.map(({ position }) => position);

export const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, nth) => from + nth);

/** A store of `records` records, of two streams in turn, over several segments. */
export async function filled(storage: StoragePort, records = 40): Promise<FileStore> {
  const store = await ok(openFileStore(storage, small));
  for (let nth = 0; nth < records; nth++) await ok(store.append(toStream(`s-${nth % 2}`, [LONG])));
  return store;
}
