/** Merges of index runs in a store: what they leave, and that nobody notices them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Query } from "../../../../src/query.ts";
import { parseName } from "../../../../stores/file/format/layout.ts";
import {
  type FileStoreOptions,
  type Happening,
  openFileStore,
  verifyStore,
} from "../../../../stores/file/mod.ts";
import type { StoragePort } from "../../../../stores/file/storage.ts";
import { appendAll, ok, recordsOf } from "../../../../stores/conformance/words.ts";
import { readAll, readingOf } from "../../../support/closed_store.ts";
import { diskOf, type Files, filesIn, namesOf, withFile } from "../../../support/disk.ts";
import { faultyStorage, systemError } from "../../../support/faulty_storage.ts";
import { heldStorage, settled } from "../../../support/held_storage.ts";
import {
  appendAndNote,
  assertKept,
  noPromises,
  promisedSoFar,
  type Promises,
  sampleCommit,
} from "../../../support/life_of_a_store.ts";

const options: FileStoreOptions = { segmentBytesMax: 1024 };

const isSoak = process.env.LEFTFOLD_SOAK === "1";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const strides = isSoak ? { killed: 1, failing: 1 } : { killed: 8, failing: 29 };

/** Each fills a segment. */
const commitOf = (nth: number): ReturnType<typeof sampleCommit> =>
  sampleCommit(`c${nth}`, nth % 3 === 0 ? ["a-1", `s-${nth}`] : [`b-${nth % 2}`], 600);

/** The segments of the index runs that are there, in log order. */
function rangesIn(files: Files): ReadonlyArray<readonly [from: number, to: number]> {
  return namesOf(files, "index")
    .map((name) => parseName(name))
    .flatMap((file) => file?.kind === "index" ? [[file.from, file.to] as const] : [])
    .sort((one, other) => one[0] - other[0]);
}

/** A closed store of so many full segments, and one that has just begun. */
async function storeOf(segments: number): Promise<Files> {
  const disk = await diskOf();
  const store = await ok(openFileStore(disk, options));
  await appendAll(store, ...Array.from({ length: segments }, (_, nth) => commitOf(nth)));
  await ok(store.append(sampleCommit("last", ["a-1"])));
  await ok(store.close);
  return filesIn(disk);
}

const queries: ReadonlyArray<Query> = [
  {},
  { stream: "a-1" },
  { category: "b" },
  { types: ["Type2"] },
  { tags: ["tag:c7"] },
];

describe("merged index runs", () => {
  test("stay few, and are the runs that their segments give", async () => {
    const files = await storeOf(80);
    assert.deepEqual(rangesIn(files), [[1, 64], [65, 72], [73, 80], [81, 81]]);
    const disk = await diskOf(files);
    assert.deepEqual((await ok(verifyStore(disk, { isDeep: true }))).problems, []);
  });

  test("answer what the runs of single segments do", async () => {
    const files = await storeOf(20);
    const single = await diskOf(
      namesOf(files, "index").reduce((rest, name) => withFile(rest, name, undefined), files),
    );
    for (const query of queries) {
      const { records, fault } = await readingOf(files, query);
      assert.equal(fault, undefined);
      assert.ok(records.length > 0);
      assert.deepEqual((await readingOf(filesIn(single), query)).records, records);
    }
  });

  test("may be lost in any combination: no answer changes", async () => {
    const files = await storeOf(11);
    const names = namesOf(files, "index");
    assert.deepEqual(rangesIn(files), [[1, 8], [9, 9], [10, 10], [11, 11], [12, 12]]);
    const wanted = await Promise.all(queries.map((query) => readingOf(files, query)));
    for (let subset = 0; subset < 2 ** names.length; subset++) {
      const left = names.reduce(
        (rest, name, nth) => subset >> nth & 1 ? withFile(rest, name, undefined) : rest,
        files,
      );
      for (const [nth, query] of queries.entries()) {
        assert.deepEqual(await readingOf(left, query), wanted[nth], `lost: ${subset}`);
      }
      const disk = await diskOf(left, { seed: 2 });
      const store = await ok(openFileStore(disk, options));
      for (const [nth, query] of queries.entries()) {
        assert.deepEqual(await readAll(store, query), wanted[nth], `lost: ${subset}`);
      }
      assert.equal((await ok(store.append(commitOf(3)))).repeated, true);
      await ok(store.close);
      // What was lost is there again, and as few as before.
      assert.deepEqual(rangesIn(filesIn(disk)), rangesIn(files), `lost: ${subset}`);
    }
  });

  test("leave the run of the segment that is written to alone", async () => {
    const disk = await diskOf(await storeOf(7), { seed: 2 });
    const store = await ok(openFileStore(disk, options));
    // With the eighth segment there are eight runs of whole segments.
    await ok(store.append(commitOf(50)));
    await settled();
    await ok(store.close);
    const ranges = rangesIn(filesIn(disk));
    assert.deepEqual(ranges, [[1, 8], [9, 9]]);
  });
});

describe("runs beside a fast writer", () => {
  test("never are more than twice as many as are merged at once: then appends wait", async () => {
    const disk = await diskOf();
    const held = heldStorage(disk);
    const merge = held.hold(({ operation, name }) =>
      operation === "write" && /-0000000001-0000000008-/.test(name)
    );
    const store = await ok(openFileStore(held.storage, options));
    let appended = 0;
    const appending = (async () => {
      for (let nth = 0; nth < 40; nth++) {
        await ok(store.append(commitOf(nth)));
        appended += 1;
      }
    })();
    await merge.reached;
    await settled();
    // Sixteen have runs; two more may wait for theirs, or be written to.
    assert.ok(appended >= 16 && appended <= 18, `${appended} commits`);
    merge.release();
    await appending;
    await ok(store.close);
    assert.deepEqual(rangesIn(filesIn(disk)).slice(0, 3), [[1, 8], [9, 16], [17, 24]]);
  });

  test("do not hold up appends if they cannot be merged", async () => {
    const storage = faultyStorage(
      await diskOf(),
      ({ operation, name }) =>
        operation === "create" && /-0000000001-0000000008-/.test(name)
          ? { _tag: "Fails", error: systemError("EIO") }
          : undefined,
    );
    const store = await ok(openFileStore(storage, options));
    await appendAll(store, ...Array.from({ length: 40 }, (_, nth) => commitOf(nth)));
    await ok(store.close);
  });

  test("are merged while a large merge goes on", async () => {
    const disk = await diskOf();
    const isRun = (name: string, from: number, to: number): boolean => {
      const file = parseName(name);
      return file?.kind === "index" && file.from === from && file.to === to;
    };
    let meanwhile: (() => Promise<void>) | undefined;
    let isLargeBegun = false;
    let elapsed = 0;
    const storage: StoragePort = {
      ...disk,
      create: (name) => {
        isLargeBegun ||= isRun(name, 1, 64);
        return disk.create(name);
      },
      clock: {
        ...disk.clock,
        // So that each step of work in the background gives the others a turn.
        monotonic: () => elapsed += 10,
        wake: (ms, call) => {
          if (!meanwhile || !isLargeBegun) return disk.clock.wake(ms, call);
          const act = meanwhile;
          meanwhile = undefined;
          void act().then(call);
          return () => undefined;
        },
      },
    };
    const made: string[] = [];
    const observe = (one: Happening): void => {
      if (one._tag === "RunWritten") made.push(one.file);
    };
    const store = await ok(openFileStore(storage, { ...options, observe }));
    await appendAll(store, ...Array.from({ length: 64 }, (_, nth) => commitOf(nth)));
    meanwhile = async () => {
      for (let nth = 64; nth < 74; nth++) await ok(store.append(commitOf(nth)));
    };
    await ok(store.append(commitOf(74)));
    for (let turns = 0; turns < 1000 && meanwhile; turns++) await settled();
    assert.equal(meanwhile, undefined);
    await ok(store.close);
    const small = made.findIndex((name) => isRun(name, 65, 72));
    assert.ok(small >= 0 && small < made.findIndex((name) => isRun(name, 1, 64)), made.join(", "));
    assert.deepEqual(rangesIn(filesIn(disk)).slice(0, 2), [[1, 64], [65, 72]]);
  });
});

/** Lives through two openings in which runs are merged. */
async function live(storage: StoragePort, promises: Promises): Promise<ReadonlyArray<Happening>> {
  const happened: Happening[] = [];
  const all = { ...options, observe: (one: Happening): void => void happened.push(one) };
  for (const [from, to] of [[0, 10], [10, 18]] as const) {
    const opened = await openFileStore(storage, all)();
    if (opened._tag === "Left") {
      promises.faults.push(opened.left);
      continue;
    }
    for (let nth = from; nth < to; nth++) {
      await appendAndNote(opened.right, commitOf(nth), promises);
    }
    const closed = await opened.right.close();
    if (closed._tag === "Left") promises.faults.push(closed.left);
  }
  return happened;
}

/** What is found after a trouble holds what was promised, and the index comes into order again. */
async function assertInOrder(files: Files, promises: Promises, told: string): Promise<void> {
  const before = await readingOf(files);
  assert.equal(before.fault, undefined, told);
  assertKept(before.records, promises);
  const disk = await diskOf(files, { boot: 2, seed: 2 });
  const names = new Set(namesOf(files, "index"));
  const writing = faultyStorage(disk, ({ operation, name }) => {
    if (operation === "create") assert.ok(!names.has(name), `${name} is used twice`);
    return undefined;
  });
  const store = await ok(openFileStore(writing, options));
  assertKept(await recordsOf(store), promises);
  await ok(store.append(sampleCommit("afterwards", ["z-1"])));
  await ok(store.close);
  const after = filesIn(disk);
  let end = 0;
  for (const [from, to] of rangesIn(after)) {
    assert.equal(from, end + 1, `${told}: ${namesOf(after, "index").join(", ")}`);
    end = to;
  }
  assert.equal(end, namesOf(after, "segment").length, told);
  assert.deepEqual((await ok(verifyStore(disk, { isDeep: isSoak }))).problems, [], told);
}

describe("a merge of index runs", () => {
  test("may be killed before any call: nothing is left but what goes later", async () => {
    const disk = await diskOf();
    const promises = noPromises();
    const moments: Array<readonly [string, Files, Promises]> = [];
    let calls = 0;
    const storage = faultyStorage(disk, ({ operation, name }) => {
      const changes = operation === "create" || operation === "write" || operation === "remove";
      if (changes && name.startsWith("index") && calls++ % strides.killed === 0) {
        moments.push([`${operation} ${name}`, filesIn(disk), promisedSoFar(promises)]);
      }
      return undefined;
    });
    await live(storage, promises);
    assert.ok(moments.some(([told]) => /-0000000001-0000000008-/.test(told)));
    for (const [told, files, promised] of moments) await assertInOrder(files, promised, told);
  });

  test("may fail at any call: it is told, and nothing is lost", async () => {
    let calls = 0;
    await live(
      faultyStorage(await diskOf(), () => {
        calls += 1;
        return undefined;
      }),
      noPromises(),
    );
    let isTold = false;
    for (let nth = 1; nth <= calls; nth += strides.failing) {
      const disk = await diskOf();
      const promises = noPromises();
      const storage = faultyStorage(
        disk,
        (call) => call.nth === nth ? { _tag: "Fails", error: systemError("EIO") } : undefined,
      );
      const happened = await live(storage, promises);
      isTold ||= happened.some(({ _tag }) => _tag === "RunFailed");
      await assertInOrder(filesIn(disk), promises, `call ${nth}`);
    }
    assert.ok(isTold);
  });

  test("is not noticed by a reader in another process", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk, options));
    await appendAll(writer, ...Array.from({ length: 6 }, (_, nth) => commitOf(nth)));
    const reader = await ok(openFileStore(disk, { mode: "readOnly", filesOpenMax: 16 }));
    for (let nth = 6; nth < 30; nth++) {
      await ok(writer.append(commitOf(nth)));
      for (const query of queries) {
        assert.deepEqual(await recordsOf(reader, query), await recordsOf(writer, query));
      }
    }
    await ok(reader.close);
    await ok(writer.close);
    assert.deepEqual(rangesIn(filesIn(disk)).slice(0, 3), [[1, 8], [9, 16], [17, 24]]);
  });

  test("may take a run away while an append looks into it", async () => {
    const disk = await diskOf(await storeOf(7), { seed: 2 });
    let begun: Promise<string> | undefined;
    let tell = (): void => undefined;
    const gone = new Promise<void>((resolve) => tell = resolve);
    const store = await ok(openFileStore({
      ...disk,
      create: async (name) => {
        const file = await disk.create(name);
        if (file === "exists" || !/-0000000001-0000000008-/.test(name)) return file;
        return {
          ...file,
          // The merge has read all that it wants.
          datasync: () => {
            begun ??= store.append(sampleCommit("meanwhile", ["b-1"]))().then(({ _tag }) => _tag);
            return file.datasync();
          },
        };
      },
      openRead: async (name) => {
        const file = await disk.openRead(name);
        if (file === "missing" || !name.startsWith("index")) return file;
        const read: typeof file.read = (at, into) =>
          begun && !/-0000000001-0000000008-/.test(name)
            ? gone.then(() => Promise.reject(systemError("EIO")))
            : file.read(at, into);
        return { ...file, read };
      },
      remove: async (name) => {
        await disk.remove(name);
        if (name.startsWith("index-0000000006")) tell();
      },
    }, { ...options, pageCacheBytesMax: 64 * 1024 }));
    await ok(store.append(commitOf(50)));
    await settled();
    assert.equal(await begun, "Right");
    assert.equal((await recordsOf(store, { tags: ["tag:meanwhile"] })).length, 1);
    await ok(store.close);
  });

  test("removes nothing once another writer has taken over", async () => {
    const files = await storeOf(7);
    const disk = await diskOf(files, { seed: 2 });
    let heir: Files | undefined;
    const removed: string[] = [];
    const owner = faultyStorage(disk, ({ operation, name }) => {
      if (heir && operation === "remove" && name.startsWith("index")) removed.push(name);
      return undefined;
    });
    const store = await ok(openFileStore({
      ...owner,
      // The names are listed for what may go: then another one comes.
      list: async () => {
        const names = await owner.list();
        if (heir === undefined && names.some((name) => /-0000000001-0000000008-/.test(name))) {
          const other = await ok(openFileStore(disk, options));
          await ok(other.close);
          heir = filesIn(disk);
        }
        return names;
      },
    }, options));
    await store.append(commitOf(60))();
    await store.append(commitOf(61))();
    await store.close();
    assert.ok(heir);
    assert.deepEqual(removed, []);
  });
});
