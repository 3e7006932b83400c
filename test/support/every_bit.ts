/**
 * Files of small stores with one bit turned over, or cut off at one byte, and what a reader, a
 * writer and a verification make of them.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import process from "node:process";
import type { Saved } from "../../src/projection_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import type { Query } from "../../src/query.ts";
import { appendAll, ok, recordsOf } from "../../stores/conformance/words.ts";
import {
  coldStorage,
  type ColdTier,
  fileStates,
  openFileStore,
  verifyStore,
} from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { assertTrueOrCorrupt, readAll, type Reading, readingOf } from "./closed_store.ts";
import { bytesOf, diskOf, type Files, filesIn, flipped, withFile } from "./disk.ts";
import { sampleCommit } from "./life_of_a_store.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A store as bytes, and every answer that it gave. */
export interface KnownStore {
  readonly files: Files;
  readonly answers: ReadonlyArray<readonly [Query, ReadonlyArray<Recorded<Encoded>>]>;
  /** Whether a part of it is in archives, which lie beside it. */
  readonly isArchived: boolean;
}

/** What came of some damages. */
export interface Tally {
  /** The answers were the same. */
  same: number;
  /** Something was told. */
  told: number;
}

/** Whether every damage is tried, or each so many. */
export const isSoak: boolean = process.env["LEFTFOLD_SOAK"] === "1";

/** The questions: each is answered from another part of an index run. */
const queries: ReadonlyArray<Query> = [
  {},
  { stream: "a-1" },
  { tags: ["tag:two"] },
  { types: ["Type0"] },
  { category: "b" },
];

export const savedState: Saved = {
  definition: "seats 1",
  bookmark: { position: 2, hash: "2f" },
  state: { seats: 3, names: ["Ada"] },
};

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Two segments, their runs, a claim and a state; closed, or as a killed writer leaves them. */
export async function knownStore(end: "closed" | "killed"): Promise<KnownStore> {
  const disk = await diskOf();
  const store = await ok(openFileStore(disk, { segmentBytesMax: 1024 }));
  await appendAll(
    store,
    sampleCommit("one", ["a-1"], 300),
    sampleCommit("two", ["a-1", "b-1"], 150),
    sampleCommit("six", ["b-1"], 20),
    sampleCommit("four", ["a-1"], 10),
  );
  await ok(fileStates(disk).save("seats", savedState, 0));
  const answers = await Promise.all(
    queries.map(async (query) => [query, await recordsOf(store, query)] as const),
  );
  // The run of the first segment is written in the background.
  while (![...filesIn(disk).keys()].some((name) => name.startsWith("index"))) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (end === "closed") await ok(store.close);
  return { files: filesIn(disk), answers, isArchived: false };
}

/** Four segments: one in an archive, one with erased records, two that say so in manifests. */
export async function tendedStore(): Promise<KnownStore> {
  const disk = await diskOf();
  const store = await ok(openFileStore(disk, { segmentBytesMax: 1024, ...coldIn(disk, true) }));
  await appendAll(
    store,
    sampleCommit("one", ["a-1"], 600),
    sampleCommit("two", ["a-1", "b-1"], 90),
    sampleCommit("three", ["c-1"], 60),
    sampleCommit("four", ["a-1"], 500),
  );
  assert.deepEqual((await ok(store.archive({ through: { segment: 1 } }))).segments, [1]);
  assert.deepEqual((await ok(store.eraseRecords({ stream: "c-1" }))).segments, 1);
  await appendAll(store, sampleCommit("five", ["b-1"], 300));
  const answers = await Promise.all(
    queries.map(async (query) => [query, await recordsOf(store, query)] as const),
  );
  await ok(store.close);
  return { files: filesIn(disk), answers, isArchived: true };
}

/** The options with which a store is opened that may have archives beside it. */
function coldIn(disk: StoragePort, isArchived: boolean): { readonly cold?: ColdTier } {
  return isArchived ? { cold: coldStorage(disk) } : {};
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** The bytes of a file with each bit turned over, or with one bit of each so many bytes. */
export function* flips(
  bytes: Uint8Array,
  stride: number,
  bits: "each bit" | "a bit of each byte" = "each bit",
): Generator<readonly [string, Uint8Array]> {
  const step = isSoak ? 1 : stride;
  for (let at = 0; at < bytes.length; at += step) {
    // Another bit each time, so that no bit of a byte is left out for good.
    const one = (at + Math.floor(at / 8)) % 8;
    for (const bit of isSoak && bits === "each bit" ? [0, 1, 2, 3, 4, 5, 6, 7] : [one]) {
      yield [`bit ${bit} of byte ${at}`, flipped(bytes, at, bit)];
    }
  }
}

/** The bytes of a file cut off at each byte, or at each so many. */
export function* cuts(bytes: Uint8Array, stride: number): Generator<readonly [string, Uint8Array]> {
  for (let size = 0; size < bytes.length; size += isSoak ? 1 : stride) {
    yield [`cut to ${size} bytes`, bytes.slice(0, size)];
  }
}

/** Holds a check of each damage of a file, and says which one it was if it fails. */
export async function eachDamage(
  { files }: KnownStore,
  name: string,
  damages: Iterable<readonly [string, Uint8Array]>,
  check: (damaged: Files) => Promise<void>,
): Promise<void> {
  for (const [what, bytes] of damages) {
    try {
      await check(withFile(files, name, bytes));
    } catch (thrown) {
      throw new Error(`${name}, ${what}: ${String(thrown)}`, { cause: thrown });
    }
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What a reader is told, question by question. */
async function readingsOf(
  store: KnownStore,
  damaged: Files,
): Promise<ReadonlyArray<readonly [Reading, ReadonlyArray<Recorded<Encoded>>]>> {
  const disk = await diskOf(damaged);
  const options = { mode: "readOnly", ...coldIn(disk, store.isArchived) } as const;
  const opened = await openFileStore(disk, options)();
  if (E.isLeft(opened)) {
    return store.answers.map(([, wanted]) => [{ records: [], fault: opened.left }, wanted]);
  }
  const readings: Array<readonly [Reading, ReadonlyArray<Recorded<Encoded>>]> = [];
  for (const [query, wanted] of store.answers) {
    readings.push([await readAll(opened.right, query), wanted]);
  }
  await ok(opened.right.close);
  return readings;
}

/** A reader is told the same, or the truth up to a fault. */
export async function assertReads(store: KnownStore, damaged: Files, tally: Tally): Promise<void> {
  for (const [reading, wanted] of await readingsOf(store, damaged)) {
    assertTrueOrCorrupt(reading, wanted);
    if (reading.fault) tally.told += 1;
    else tally.same += 1;
  }
}

/** A reader is told the same without a fault, but perhaps for the last commits. */
export async function assertReadsMost(
  store: KnownStore,
  damaged: Files,
  leftOutMax: number,
): Promise<void> {
  for (const [{ records, fault }, wanted] of await readingsOf(store, damaged)) {
    assert.equal(fault, undefined);
    assert.deepEqual(records, wanted.slice(0, records.length));
    assert.ok(records.length >= wanted.length - leftOutMax);
  }
}

/** A writer refuses with a fault, or has everything, and goes on behind it for good. */
export async function assertWrites(store: KnownStore, damaged: Files, tally: Tally): Promise<void> {
  const disk = await diskOf(damaged, { seed: 7 });
  const opened = await openFileStore(disk, coldIn(disk, store.isArchived))();
  if (E.isLeft(opened)) {
    assert.equal(opened.left._tag, "Corrupt", JSON.stringify(opened.left));
    tally.told += 1;
    return;
  }
  const all = store.answers[0]![1];
  const reading = await readAll(opened.right, {});
  assertTrueOrCorrupt(reading, all);
  const appended = await opened.right.append(sampleCommit("more", ["a-1"]))();
  await ok(opened.right.close);
  if (E.isLeft(appended)) {
    // A look-up has met the damage, before anything was written.
    assert.equal(appended.left._tag, "Corrupt", JSON.stringify(appended.left));
  } else {
    assert.equal(appended.right.first, all.length + 1);
    const later = await readingOf(filesIn(disk), {}, coldIn(disk, store.isArchived));
    assert.deepEqual(later.records.slice(0, all.length), all.slice(0, later.records.length));
    assert.ok(later.fault ?? later.records.length === all.length + 1);
  }
  if (reading.fault ?? E.isLeft(appended)) tally.told += 1;
  else tally.same += 1;
}

/** Verification names the file, or another one that is as good. */
export async function assertNamed(
  damaged: Files,
  name: string,
  { isArchived = false, orNames = "" }: { isArchived?: boolean; orNames?: string } = {},
): Promise<void> {
  const disk = await diskOf(damaged);
  const { problems } = await ok(verifyStore(disk, coldIn(disk, isArchived)));
  const isNamed = problems.some(({ file }) => file === name || file === orNames);
  assert.ok(isNamed, JSON.stringify(problems));
}

/** The bytes of a file of a store that is known. */
export function fileOf({ files }: KnownStore, name: string): Uint8Array {
  return bytesOf(files, name);
}
