/**
 * A short life of a store, told as what its caller was told: what must be in the log afterwards,
 * what must not, and what may be.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import type { Commit, EventStore } from "../../src/event_store.ts";
import type { AppendFault, OpenFault } from "../../src/fault.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { type FileStoreOptions, type Happening, openFileStore } from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { ok, recordsOf } from "../../stores/conformance/words.ts";

/** What callers were told of their commits, by commit id. */
export interface Promises {
  /** In the order of the answers. */
  readonly stored: Map<string, Commit<Encoded>>;
  readonly unstored: Map<string, Commit<Encoded>>;
  readonly unknown: Map<string, Commit<Encoded>>;
  readonly faults: Array<AppendFault | OpenFault>;
  /** The position of the last event of each stored commit. */
  readonly places: Map<string, number>;
  /** Commits of which nothing has been said yet. */
  readonly open: Map<string, Commit<Encoded>>;
}

export function noPromises(): Promises {
  return {
    stored: new Map(),
    unstored: new Map(),
    unknown: new Map(),
    faults: [],
    places: new Map(),
    open: new Map(),
  };
}

/** A copy of what was promised up to now. */
export function promisedSoFar(promises: Promises): Promises {
  const { stored, unstored, unknown, open, faults, places } = promises;
  return {
    stored: new Map(stored),
    unstored: new Map(unstored),
    unknown: new Map([...unknown, ...open]),
    faults: [...faults],
    places: new Map(places),
    open: new Map(),
  };
}

/** A commit of events with so many characters of data, one or more for each stream. */
export function sampleCommit(
  id: string,
  streams: ReadonlyArray<string>,
  characters = 10,
  events = 1,
): Commit<Encoded> {
  return {
    commitId: id,
    writes: streams.map((stream) => ({
      stream,
      expected: "any",
      events: Array.from({ length: events }, (_, nth) => ({
        event: {
          type: `Type${id.length % 3}`,
          schemaVersion: 1,
          data: { id, nth, text: id.padEnd(characters, ".") },
          tags: [`tag:${id}`],
        },
      })),
    })),
  };
}

/** Appends, and remembers the answer. */
export async function appendAndNote(
  store: EventStore,
  commit: Commit<Encoded>,
  promises: Promises,
): Promise<void> {
  const id = commit.commitId ?? "";
  promises.open.set(id, commit);
  const result = await store.append(commit)();
  promises.open.delete(id);
  if (E.isRight(result)) {
    promises.stored.set(id, commit);
    promises.places.set(id, result.right.last);
    return;
  }
  promises.faults.push(result.left);
  promises[result.left.stored === "no" ? "unstored" : "unknown"].set(id, commit);
}

/** Takes back what was acknowledged and is told to be lost. */
function noteLost({ stored, unknown, places }: Promises, after: number): void {
  for (const [id, commit] of stored) {
    if ((places.get(id) ?? 0) <= after) continue;
    stored.delete(id);
    unknown.set(id, commit);
  }
}

/** Opens, appends, rolls, closes, opens again, appends and closes; goes on after each fault. */
export async function liveThrough(
  storage: StoragePort,
  promises: Promises,
  options: FileStoreOptions = {},
): Promise<void> {
  const observe = (happening: Happening): void => {
    if (happening._tag !== "Lost") return;
    assert.notEqual(options.durability ?? "sync", "sync", "what was flushed is never lost");
    noteLost(promises, happening.after);
  };
  const all = { segmentBytesMax: 1024, observe, ...options };
  await session(storage, promises, all, async (store) => {
    await appendAndNote(store, sampleCommit("one", ["a-1"]), promises);
    await appendAndNote(store, sampleCommit("two", ["a-1", "b-1"], 10, 2), promises);
    await Promise.all([
      appendAndNote(store, sampleCommit("three", ["b-1"], 200), promises),
      appendAndNote(store, sampleCommit("four", ["a-1"], 20), promises),
      // This one begins a segment.
      appendAndNote(store, sampleCommit("five", ["c-1"], 400), promises),
    ]);
    await appendAndNote(store, sampleCommit("six", ["a-1"], 30), promises);
  });
  await session(storage, promises, all, async (store) => {
    await appendAndNote(store, sampleCommit("seven", ["a-1"], 30), promises);
    await appendAndNote(store, sampleCommit("eight", ["d-1"], 700), promises);
    await appendAndNote(store, sampleCommit("nine", ["a-1", "d-1"]), promises);
  });
}

async function session(
  storage: StoragePort,
  promises: Promises,
  options: FileStoreOptions,
  use: (store: EventStore) => Promise<void>,
): Promise<void> {
  const opened = await openFileStore(storage, options)();
  if (E.isLeft(opened)) {
    promises.faults.push(opened.left);
    return;
  }
  await use(opened.right);
  const closed = await opened.right.close();
  if (E.isLeft(closed)) promises.faults.push(closed.left);
}

/** The log holds what was promised: acknowledged commits in order, and no refused one. */
export function assertKept(
  records: ReadonlyArray<Recorded<Encoded>>,
  promises: Promises,
): void {
  const versions = new Map<string, number>();
  const commits = new Map<string, Array<Recorded<Encoded>>>();
  records.forEach((record, index) => {
    assert.equal(record.position, index + 1, "positions are 1, 2, 3 and so on");
    const version = (versions.get(record.stream) ?? 0) + 1;
    versions.set(record.stream, version);
    assert.equal(record.version, version, `versions of ${record.stream} have no hole`);
    const known = commits.get(record.commitId) ?? [];
    commits.set(record.commitId, [...known, record]);
    assert.equal(known.at(-1)?.position ?? index, index, "a commit stands in one piece");
  });
  for (const [id, found] of commits) {
    assert.ok(!promises.unstored.has(id), `${id} was told not to be stored, and is`);
    const commit = promises.stored.get(id) ?? promises.unknown.get(id) ?? promises.open.get(id);
    assert.ok(commit, `${id} is in the log, and nobody has written it`);
    assertWhole(found, commit);
  }
  const order = [...commits.keys()].filter((id) => promises.stored.has(id));
  assert.deepEqual(order, [...promises.stored.keys()], "acknowledged commits, in order, each once");
}

function assertWhole(found: ReadonlyArray<Recorded<Encoded>>, commit: Commit<Encoded>): void {
  const wanted = commit.writes.flatMap(({ stream, events }) =>
    events.map(({ event }) => ({ stream, ...event }))
  );
  const told = found.map(({ stream, event: { type, schemaVersion, data, tags } }) => ({
    stream,
    ...{ type, schemaVersion, data, tags },
  }));
  assert.deepEqual(told, wanted, "a commit is there whole, as it was proposed");
}

/** Opens a store, holds it to the promises, and sees that it takes another commit. */
export async function assertLivesOn(
  storage: StoragePort,
  promises: Promises,
  options: FileStoreOptions = {},
): Promise<void> {
  const store = await ok(openFileStore(storage, options));
  const records = await recordsOf(store);
  assertKept(records, promises);
  // What the index says of each stream is what the log says.
  for (const stream of new Set(records.map((record) => record.stream))) {
    const own = records.filter((record) => record.stream === stream);
    assert.deepEqual(await recordsOf(store, { stream }), own, `the index knows ${stream}`);
  }
  const { last } = await ok(store.append(sampleCommit("afterwards", ["z-1"])));
  assert.equal(last, records.length + 1);
  // Whoever was left in doubt asks again, and gets an answer that holds.
  for (const [id, commit] of promises.unknown) {
    const wasThere = records.some((record) => record.commitId === id);
    assert.equal((await ok(store.append(commit))).repeated, wasThere, `${id} is known if stored`);
  }
  await ok(store.close);
}
