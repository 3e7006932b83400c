import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf, streamsOf, toStream } from "../../../stores/conformance/words.ts";
import {
  coldStorage,
  type FileStore,
  type FileStoreOptions,
  type Happening,
  openFileStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { diskOf, type Files, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { systemError } from "../../support/faulty_storage.ts";
import {
  ada,
  assertForgotten,
  filesWithSecret,
  isAda,
  PEOPLE,
  peopled,
  personCommit,
  small,
  withoutAda,
} from "../../support/erased_store.ts";

const ERASED = Array.from({ length: PEOPLE }, (_, at) => at + 1).filter(isAda).length;

async function reopened(files: Files, options: FileStoreOptions = small): Promise<FileStore> {
  return await ok(openFileStore(await diskOf(files, { boot: 2, seed: 2 }), options));
}

/** A store in which she is erased, closed, and its records before. */
async function erasedStore(
  disk: StoragePort,
): Promise<Awaited<ReturnType<typeof recordsOf>>> {
  const store = await peopled(disk);
  const before = await recordsOf(store);
  await ok(store.eraseRecords(ada));
  await ok(store.close);
  return before;
}

describe("what is erased", () => {
  test("is in no file any more, and all else stays as it was", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    const bookmarks = await Promise.all(before.map(({ position }) => ok(store.bookmark(position))));
    assert.ok(filesWithSecret(filesIn(disk)).length > 3, "it was in several segments");
    const { records, segments, kept } = await ok(store.eraseRecords(ada));
    assert.deepEqual([records, kept], [ERASED, []]);
    assert.ok(segments > 3);
    assertForgotten(filesIn(disk));
    const check = async (one: FileStore): Promise<void> => {
      const wanted = withoutAda(before);
      assert.deepEqual(await recordsOf(one, {}, { until: before.length }), wanted);
      const hers = wanted.filter(({ stream }) => stream === "person-ada");
      assert.equal(hers.length, ERASED);
      for (const query of [ada, { stream: "person-ada" }]) {
        assert.deepEqual(await recordsOf(one, query), hers);
        const backward = await recordsOf(one, query, { direction: "backward" });
        assert.deepEqual(backward, [...hers].reverse());
      }
      for (const [at, bookmark] of bookmarks.entries()) {
        assert.deepEqual(await ok(one.bookmark(at + 1)), bookmark);
      }
      assert.equal(O.toUndefined(await ok(one.streamInfo("person-ada")))?.version, ERASED);
      assert.equal((await streamsOf(one, "person-")).length, PEOPLE - ERASED + 1);
    };
    await check(store);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    await check(reader);
    await ok(reader.close);
    await ok(store.append(toStream("count", ["Counted"], PEOPLE)));
    await ok(store.close);
    assertForgotten(filesIn(disk));
    for (const mode of ["existing", "readOnly", "salvage"] as const) {
      const again = await reopened(filesIn(disk), { mode });
      await check(again);
      await ok(again.close);
    }
    const bare = namesOf(filesIn(disk), "index").reduce<Files>(
      (files, name) => withFile(files, name, undefined),
      filesIn(disk),
    );
    const again = await reopened(bare);
    await check(again);
    await ok(again.close);
  });

  test("is no problem for whoever verifies and counts", async () => {
    const disk = await diskOf();
    const before = await erasedStore(disk);
    const found = await ok(verifyStore(disk, { isDeep: true }));
    assert.deepEqual([found.problems, found.strays, found.unused], [[], [], []]);
    assert.equal(found.records, before.length);
    const stats = await ok(storeStats(disk));
    assert.deepEqual([stats.records, stats.strays, stats.torn], [before.length, [], []]);
  });

  test("may be a part of the log, and one that is written to", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    const hers = await recordsOf(store, ada);
    const last = Math.max(...hers.map(({ position }) => position));
    const part = { after: 20, until: last - 1 };
    const { records } = await ok(store.eraseRecords(ada, part));
    assert.ok(records > 1 && records < ERASED);
    const wanted = [
      ...before.slice(0, 20),
      ...withoutAda(before.slice(20, last - 1)),
      ...before.slice(last - 1),
    ];
    assert.deepEqual(await recordsOf(store), wanted);
    assert.deepEqual(await ok(store.eraseRecords(ada, part)), {
      records: 0,
      segments: 0,
      kept: [],
    });
    assert.equal((await ok(store.eraseRecords(ada))).records, ERASED - records);
    assertForgotten(filesIn(disk));
    assert.deepEqual(await recordsOf(store), withoutAda(before));
    await ok(store.close);
  });

  test("may be everything, again and again", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    for (const stream of ["person-ada", "count", "person-1"]) {
      await ok(store.eraseRecords({ stream }));
    }
    await ok(store.eraseRecords({}));
    const all = await recordsOf(store);
    assert.equal(all.length, before.length);
    assert.ok(all.every(({ erased, event }) => erased && event.data === null));
    await ok(store.close);
    const names = namesOf(filesIn(disk), "erased");
    const numbers = new Set(names.map((name) => name.slice(0, 17)));
    assert.equal(names.length, numbers.size, "of each segment one file is left");
    assert.deepEqual((await ok(verifyStore(disk, { isDeep: true }))).problems, []);
  });

  test("counts among what was cut, too", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    await ok(store.tombstoneStream("person-ada"));
    assert.equal((await ok(store.eraseRecords({ stream: "person-ada" }))).records, ERASED);
    assertForgotten(filesIn(disk));
    await ok(store.close);
  });

  test("still answers for its commit id and to conditions", async () => {
    const disk = await diskOf();
    await erasedStore(disk);
    const again = await reopened(filesIn(disk));
    const repeated = await ok(again.append(personCommit(7)));
    assert.deepEqual([repeated.repeated, repeated.first], [true, 13]);
    const other = { ...toStream("person-ada", ["Other"]), commitId: "commit-7" };
    assert.equal((await ok(again.append(other))).repeated, true, "nobody can compare it any more");
    await fault(again.append({ ...other, commitId: "commit-8" }), "IdempotencyMismatch");
    const condition = { failIfEventsMatch: ada };
    await fault(again.append({ ...toStream("new", ["T"]), condition }), "Conflict");
    await ok(again.close);
  });

  test("reaches a reader that is open", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    assert.deepEqual(await recordsOf(reader), before);
    await ok(store.eraseRecords({ stream: "count" }, { until: 4 }));
    await ok(store.eraseRecords(ada));
    const wanted = withoutAda(before).map((record) => {
      if (record.stream !== "count" || record.position > 4) return record;
      return { ...record, event: { ...record.event, data: null }, metadata: {}, erased: true };
    });
    assert.deepEqual(await recordsOf(reader), wanted);
    await ok(reader.close);
    await ok(store.close);
  });

  test("is left alone where nothing is written", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    await fault(reader.eraseRecords(ada), "WriteFailed");
    await ok(reader.close);
    await ok(store.close);
    await fault(store.eraseRecords(ada), "Closed");
    assert.equal(namesOf(filesIn(disk), "erased").length, 0);
  });
});

describe("an erasure beside a cold tier", () => {
  test("takes segments out of it, and the rest stays there", async () => {
    const [disk, away] = [await diskOf(), await diskOf(new Map(), { seed: 5 })];
    const options = { ...small, cold: coldStorage(away) };
    const store = await peopled(disk, options);
    const before = await recordsOf(store);
    await ok(store.archive());
    const archived = namesOf(filesIn(away), "archive");
    assert.ok(archived.length > 2);
    const { segments, kept } = await ok(store.eraseRecords({ ...ada }, { until: 20 }));
    assert.deepEqual(kept, []);
    assert.equal(namesOf(filesIn(away), "archive").length, archived.length - segments);
    const check = async (one: FileStore): Promise<void> => {
      assert.deepEqual(await recordsOf(one), [
        ...withoutAda(before.slice(0, 20)),
        ...before.slice(20),
      ]);
    };
    await check(store);
    await ok(store.archive());
    await check(store);
    await ok(store.eraseRecords(ada));
    assert.deepEqual(await recordsOf(store), withoutAda(before));
    await ok(store.close);
    assert.deepEqual((await ok(verifyStore(disk, options))).problems, []);
    const again = await reopened(filesIn(disk), options);
    assert.deepEqual(await recordsOf(again), withoutAda(before));
    await ok(again.close);
  });

  test("says what is left in one that is out of reach, and removes it later", async () => {
    const [disk, away] = [await diskOf(), await diskOf(new Map(), { seed: 5 })];
    const cold = coldStorage(away);
    const store = await peopled(disk, { ...small, cold });
    await ok(store.archive());
    await ok(store.close);
    const seen: Happening[] = [];
    const stuck = {
      ...cold,
      remove: () => Promise.reject(systemError("EIO")),
    };
    const observe = (happening: Happening): void => void seen.push(happening);
    const held = await ok(openFileStore(disk, { ...small, cold: stuck, observe }));
    const { kept } = await ok(held.eraseRecords(ada));
    const left = (): ReadonlyArray<string> =>
      namesOf(filesIn(away), "archive").filter((name) => kept.includes(name));
    assert.ok(kept.length > 2);
    assert.deepEqual(
      seen.flatMap((one) => one._tag === "FileKept" ? [one.file] : []).sort(),
      [...kept].sort(),
    );
    await ok(held.close);
    assert.deepEqual(left(), kept);
    const again = await ok(openFileStore(disk, { ...small, cold }));
    assert.deepEqual(await ok(again.eraseRecords(ada)), { records: 0, segments: 0, kept: [] });
    assert.deepEqual(left(), []);
    await ok(again.close);
  });
});
