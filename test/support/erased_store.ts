/**
 * A store of several segments with people in it, one of whom is erased: what must be gone then, and
 * what must stay as it was.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Commit } from "../../src/event_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { ok } from "../../stores/conformance/words.ts";
import { type FileStore, type FileStoreOptions, openFileStore } from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import type { Files } from "./disk.ts";

export const PEOPLE = 40;

export const small: FileStoreOptions = { segmentBytesMax: 2048, flushMs: 0 };

/** What is erased: every fifth commit is about this person, from the second on. */
export const ada: { readonly tags: ReadonlyArray<string> } = { tags: ["person:ada"] };

export const isAda = (nth: number): boolean => nth % 5 === 2;

const SECRET = "Ada Lovelace, 12 St James's Square";

/** Two records: one about a person, one that nobody erases. */
export function personCommit(nth: number): Commit<Encoded> {
  const name = isAda(nth) ? SECRET : `Nobody ${nth}`;
  const tags = isAda(nth) ? ["person:ada"] : [`person:${nth}`];
  const event = (type: string, data: unknown, tags: ReadonlyArray<string>): Encoded => {
    return { type, schemaVersion: 1, data, tags };
  };
  return {
    commitId: `commit-${nth}`,
    writes: [{
      stream: isAda(nth) ? "person-ada" : `person-${nth}`,
      expected: "any",
      events: [{ event: event("Registered", { name }, tags), tags, metadata: { actor: name } }],
    }, {
      stream: "count",
      expected: "any",
      events: [{ event: event("Counted", { nth }, []) }],
    }],
  };
}

/** Fills a new store with several segments. */
export async function peopled(
  storage: StoragePort,
  options: FileStoreOptions = small,
): Promise<FileStore> {
  const store = await ok(openFileStore(storage, options));
  for (let nth = 1; nth <= PEOPLE; nth++) await ok(store.append(personCommit(nth)));
  return store;
}

/** The records as they are read once she is erased. */
export function withoutAda(
  records: ReadonlyArray<Recorded<Encoded>>,
): ReadonlyArray<Recorded<Encoded>> {
  return records.map((record) => {
    if (!record.tags.includes("person:ada")) return record;
    return { ...record, event: { ...record.event, data: null }, metadata: {}, erased: true };
  });
}

/** The files that still hold something of her, by their names. */
export function filesWithSecret(files: Files): ReadonlyArray<string> {
  const wanted = new TextEncoder().encode(SECRET);
  return [...files].filter(([, bytes]) => {
    return bytes.some((_, at) => wanted.every((byte, nth) => bytes[at + nth] === byte));
  }).map(([name]) => name);
}

/** That nothing of her is in any file. */
export function assertForgotten(files: Files): void {
  assert.deepEqual(filesWithSecret(files), []);
}
