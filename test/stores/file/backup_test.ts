import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { appendAll, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  backup,
  type FileStore,
  openFileStore,
  planRepair,
  repairStore,
  restore,
  verifyStore,
} from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { type ClosedStore, readingOf, smallStore } from "../../support/closed_store.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { faultyStorage, type StorageCall, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";
import { planned } from "../../support/repairing.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 5;

let store: ClosedStore;
before(async () => {
  store = await smallStore();
});

const options = { segmentBytesMax: 1024 };
const opened = (disk: StoragePort): Promise<FileStore> => ok(openFileStore(disk, options));
const idsIn = async (disk: StoragePort): Promise<ReadonlyArray<string>> => {
  const { records, fault } = await readingOf(filesIn(disk));
  assert.equal(fault, undefined);
  return [...new Set(records.map(({ commitId }) => commitId))];
};

/** Restores a backup into a new place, and looks that it is a sound store with these commits. */
async function restored(away: StoragePort, wanted: ReadonlyArray<string>): Promise<StoragePort> {
  const anew = await diskOf(new Map(), { seed: 77 });
  await ok(restore(away, anew));
  assert.deepEqual(await idsIn(anew), wanted);
  const again = await opened(anew);
  await ok(again.append(sampleCommit("goes on", ["a-1"])));
  await ok(again.close);
  assert.deepEqual((await ok(verifyStore(anew, { isDeep: true }))).problems, []);
  assert.deepEqual(await idsIn(anew), [...wanted, "goes on"]);
  return anew;
}

const all = ["one", "two", "three", "four", "five", "six", "seven"];

describe("a backup", () => {
  for (const withIndex of [true, false]) {
    test(`holds the log ${withIndex ? "with" : "without"} its index, and no claim`, async () => {
      const away = await diskOf();
      const copied = await ok(backup(await diskOf(store.files), away, { withIndex }));
      assert.equal(copied.position, store.records.length);
      assert.equal(copied.segments, 3);
      const names = [...filesIn(away).keys()].sort();
      assert.deepEqual(names, [
        "STORE",
        "backup-0000000001.mark",
        ...(withIndex ? namesOf(store.files, "index") : []),
        ...namesOf(store.files, "segment"),
      ]);
      assert.deepEqual((await ok(verifyStore(away, { isDeep: true }))).problems, []);
      assert.deepEqual(await readingOf(filesIn(away)), {
        records: store.records,
        fault: undefined,
      });
      await restored(away, all);
    });
  }

  test("beside a writer holds what was flushed, and a later one writes only what is new", async () => {
    const disk = await diskOf();
    const away = await diskOf();
    const writer = await opened(disk);
    const written: string[] = [];
    for (let nth = 0; nth < 12; nth++) {
      const id = `c${nth}`;
      await ok(writer.append(sampleCommit(id, ["a-1", `b-${nth}`], 120)));
      written.push(id);
      const before = filesIn(away);
      const { position } = await ok(backup(disk, away));
      assert.equal(position, 2 * written.length);
      assert.deepEqual(await idsIn(away), written);
      for (const name of namesOf(before, "segment").slice(0, -1)) {
        assert.equal(filesIn(away).get(name)?.length, before.get(name)?.length);
      }
    }
    assert(namesOf(filesIn(disk), "segment").length > 4);
    const calls: StorageCall[] = [];
    const watched = faultyStorage(away, (call) => {
      calls.push(call);
      return undefined;
    });
    const again = await ok(backup(disk, watched));
    assert.equal(again.bytesWritten, 0);
    const read = calls.filter(({ operation, name }) =>
      operation === "read" && name === namesOf(filesIn(away), "segment")[1]
    );
    assert(read.length > 0 && read.length < 6, "of a closed segment, only both ends are looked at");
    await ok(writer.append(sampleCommit("last", ["a-1"])));
    await ok(writer.close);
    assert.deepEqual((await ok(verifyStore(away))).problems, []);
    await restored(away, written);
    await ok(backup(disk, away));
    await restored(away, [...written, "last"]);
  });

  test("of a log with a torn tail leaves that out", async () => {
    const last = namesOf(store.files, "segment").at(-1)!;
    const torn = new Uint8Array([...bytesOf(store.files, last), 1, 2, 3]);
    const away = await diskOf();
    await ok(backup(await diskOf(withFile(store.files, last, torn)), away));
    assert.deepEqual(bytesOf(filesIn(away), last), bytesOf(store.files, last));
    await restored(away, all);
  });

  test("is flushed oldest first, each header before what follows, STORE then, and its mark last", async () => {
    const calls: StorageCall[] = [];
    const watched = faultyStorage(await diskOf(), (call) => {
      calls.push(call);
      return undefined;
    });
    await ok(backup(await diskOf(store.files), watched, { withIndex: false }));
    const flushed = calls.flatMap(({ operation, name, bytes }) => {
      if (operation === "write") return [`${name} ${bytes?.length === 128 ? "header" : "rest"}`];
      return operation === "datasync" || operation === "syncDirectory" ? [operation] : [];
    });
    assert.deepEqual(flushed, [
      ...namesOf(store.files, "segment").flatMap((name) => [
        ...[`${name} header`, "datasync"],
        ...[`${name} rest`, "datasync"],
      ]),
      ...["syncDirectory", "STORE rest", "datasync", "syncDirectory"],
      ...["backup-0000000001.mark rest", "datasync", "syncDirectory"],
    ]);
  });

  test("tells its progress, and ends with Cancelled when its signal says so", async () => {
    const disk = await diskOf(store.files);
    const told: number[] = [];
    let total = 0;
    await ok(backup(disk, await diskOf(), {
      onProgress: ({ bytes, bytesTotal }) => {
        told.push(bytes);
        total = bytesTotal;
      },
    }));
    assert.equal(told.at(-1), total);
    const signal = { aborted: false };
    const onProgress = (): void => void (signal.aborted = true);
    const away = await diskOf();
    await fault(backup(disk, away, { signal, onProgress }), "Cancelled");
    await fault(restore(away, await diskOf()), "BackupMissing");
    await ok(backup(disk, away));
    await restored(away, all);
  });
});

describe("a place is not given a backup", () => {
  const unfit = async (files: Files, target: StoragePort): Promise<string> => {
    const held = filesIn(target);
    const { wanted, found } = await fault(backup(await diskOf(files), target), "PlaceUnfit");
    assert.match(wanted, /an empty place, or one with an earlier backup/);
    assert.deepEqual(filesIn(target), held, "nothing is written");
    return found;
  };

  test("if it holds another store, or one that was opened for writing", async () => {
    const other = await smallStore({ seed: 50 });
    assert.equal(await unfit(store.files, await diskOf(other.files)), "another store");
    const found = await unfit(store.files, await diskOf(store.files));
    assert.equal(found, "a store that was opened for writing");
  });

  test("if it holds a backup of what a repair has left outside", async () => {
    const away = await diskOf();
    await ok(backup(await diskOf(store.files), away));
    for (const segment of [1, 2, 3]) {
      const disk = await diskOf(store.files);
      await ok(repairStore(disk, await planned(disk, { segment, offset: 128 })));
      assert.match(await unfit(filesIn(disk), away), /histories have parted|another history/);
    }
    const last = namesOf(store.files, "segment").at(-1)!;
    const size = bytesOf(store.files, last).length;
    const short = withFile(store.files, last, bytesOf(store.files, last).slice(0, size - 9));
    const disk = await diskOf(short);
    const plan = await ok(planRepair(disk));
    assert(plan._tag === "Repair");
    await ok(repairStore(disk, plan));
    assert.match(await unfit(filesIn(disk), away), /histories have parted|another history/);
    await restored(away, all);
  });

  test("which is not opened for writing either", async () => {
    const away = await diskOf();
    await ok(backup(await diskOf(store.files), away));
    const files = filesIn(away);
    const told = await fault(openFileStore(away), "OpenFailed");
    assert.match(String(told.cause), /is a backup; restore it elsewhere/);
    assert.deepEqual(filesIn(away), files);
  });
});

describe("a store is restored", () => {
  test("only from a backup, and only into an empty place", async () => {
    await fault(restore(await diskOf(), await diskOf()), "BackupMissing");
    await fault(restore(await diskOf(store.files), await diskOf()), "BackupMissing");
    const away = await diskOf();
    await ok(backup(await diskOf(store.files), away));
    for (const files of [store.files, filesIn(away)]) {
      const place = await diskOf(files);
      await fault(restore(away, place), "PlaceUnfit");
      assert.deepEqual(filesIn(place), files);
    }
    const strange = await diskOf(new Map([["notes.txt", Uint8Array.of(1)]]));
    await ok(restore(away, strange));
    assert.deepEqual(bytesOf(filesIn(strange), "notes.txt"), Uint8Array.of(1));
  });

  test("with a history of its own: bookmarks of what came later are HistoryDiverged", async () => {
    const disk = await diskOf(store.files);
    const away = await diskOf();
    await ok(backup(disk, away));
    const anew = await diskOf(new Map(), { seed: 12 });
    await ok(restore(away, anew));
    const bookmarks: Array<{ readonly position: number; readonly hash: string }> = [];
    for (const one of [disk, anew]) {
      const goingOn = await opened(one);
      assert.equal((await ok(goingOn.append(sampleCommit("same", ["a-1"])))).last, 11);
      bookmarks.push(await ok(goingOn.bookmark(10)), await ok(goingOn.bookmark(11)));
      await ok(goingOn.close);
    }
    const [before, after, beforeThere, afterThere] = bookmarks;
    assert.deepEqual(before, beforeThere);
    assert.notDeepEqual(after, afterThere);
    const epochs = [...namesOf(filesIn(anew), "segment"), ...namesOf(filesIn(anew), "writer")];
    assert(epochs.some((name) => /-000000000[23]\./.test(name)), epochs.join());
  });
});

describe("damage", () => {
  test("of the source is Corrupt, and the earlier backup stays whole", async () => {
    const away = await diskOf();
    await ok(backup(await diskOf(store.files), away));
    for (const name of namesOf(store.files, "segment")) {
      for (const target of [await diskOf(), await diskOf(filesIn(away))]) {
        const bytes = bytesOf(store.files, name);
        const damaged = withFile(store.files, name, flipped(bytes, bytes.length - 30, 1));
        const bare = namesOf(damaged, "index")
          .reduce<Files>((rest, one) => withFile(rest, one, undefined), damaged);
        // With its index the reader has no reason to look at that part of the log; the backup has.
        for (const files of [damaged, bare]) {
          const outcome = await backup(await diskOf(files), target)();
          assert(E.isLeft(outcome) && outcome.left._tag === "Corrupt", JSON.stringify(outcome));
          assert.equal(outcome.left.file, name);
        }
      }
    }
    await restored(away, all);
  });

  test("of the backup is told by verify, and by the restore: also an end that is missing", async () => {
    const away = await diskOf();
    await ok(backup(await diskOf(store.files), away, { withIndex: false }));
    const files = filesIn(away);
    for (const name of namesOf(files, "segment")) {
      const bytes = bytesOf(files, name);
      for (
        const damaged of [
          flipped(bytes, bytes.length - 30, 1),
          flipped(bytes, 10, 1),
          bytes.slice(0, bytes.length - 48),
          undefined,
        ]
      ) {
        const disk = await diskOf(withFile(files, name, damaged));
        const { problems } = await ok(verifyStore(disk));
        assert(problems.some(({ file }) => file === name), name);
        const told = await fault(restore(disk, await diskOf()), "Corrupt");
        assert.equal(told.file, name);
      }
    }
  });
});

describe("a copy that does not come to its end", () => {
  test("at any call, once or for good, is no backup, or the one before; and is carried on", async () => {
    const first = await diskOf();
    const source = await diskOf(store.files);
    await ok(backup(source, first));
    const more = await opened(source);
    await appendAll(more, sampleCommit("eight", ["a-1"], 900), sampleCommit("nine", ["a-1"], 900));
    await ok(more.close);
    const later = [...all, "eight", "nine"];
    for (const [files, held] of [[new Map(), undefined], [filesIn(first), all]] as const) {
      for (const code of ["ENOSPC", "EIO"] as const) {
        for (let nth = 1;; nth += stride) {
          const away = await diskOf(files);
          let isHit = false;
          const troubled = faultyStorage(away, (call) => {
            if (code === "ENOSPC" ? call.nth < nth : call.nth !== nth) return undefined;
            if (call.operation.startsWith("close")) return undefined;
            isHit = true;
            return call.operation === "write"
              ? { _tag: "FailsHalfWay", written: 40, error: systemError(code) }
              : { _tag: "Fails", error: systemError(code) };
          });
          const outcome = await backup(source, troubled)();
          if (E.isLeft(outcome)) {
            assert.equal(outcome.left._tag, "CopyFailed");
            // What was removed after the mark was written is no loss.
            const marked = namesOf(filesIn(away), "backup").length > 0;
            const anew = await diskOf();
            const back = await restore(await diskOf(filesIn(away)), anew)();
            if (E.isRight(back)) {
              const ids = await idsIn(anew);
              assert.deepEqual(ids, ids.length === later.length ? later : held);
            } else {
              assert.equal(back.left._tag, "BackupMissing");
              assert(!held, `a whole backup is lost: ${marked}`);
            }
            await ok(backup(source, away));
          }
          assert.deepEqual(await idsIn(away), later);
          if (!isHit) break;
        }
      }
    }
  });

  test("what a power cut has left as noise is written over, as long as no backup is whole", async () => {
    const [away, source] = [await diskOf(), await diskOf(store.files)];
    await ok(backup(source, away));
    const noisy = withFile(filesIn(away), "STORE", new Uint8Array(512).fill(9));
    await fault(backup(source, await diskOf(noisy)), "PlaceUnfit");
    const [mark] = namesOf(noisy, "backup-");
    await ok(backup(source, await diskOf(withFile(noisy, mark!, undefined))));
  });

  test("restoring is carried on too", async () => {
    const away = await diskOf();
    await ok(backup(await diskOf(store.files), away));
    for (let nth = 1;; nth += stride) {
      const anew = await diskOf();
      let isHit = false;
      const troubled = faultyStorage(anew, (call) => {
        if (call.nth < nth) return undefined;
        isHit = true;
        return { _tag: "Fails", error: systemError("ENOSPC") };
      });
      const outcome = await restore(away, troubled)();
      if (!isHit) break;
      assert(E.isLeft(outcome));
      const carriedOn = await restore(away, anew)();
      // Once it is a store, there is nothing to carry on: it is opened.
      if (E.isLeft(carriedOn)) assert.equal(carriedOn.left._tag, "PlaceUnfit");
      const again = await ok(openFileStore(await diskOf(filesIn(anew), { boot: 2, seed: 3 })));
      assert.deepEqual(await recordsOf(again), store.records);
      await ok(again.close);
    }
  });
});

test("a plain copy of a live directory opens as a prefix, or is told to be damaged", async () => {
  const disk = await diskOf();
  const writer = await opened(disk);
  const written: string[] = [];
  for (let nth = 0; nth < 10; nth++) {
    // Files are copied one after the other, while commits go on; in any order.
    const copied = new Map<string, Uint8Array>();
    const names = [...filesIn(disk).keys()].sort();
    for (const name of nth % 2 === 0 ? names : names.reverse()) {
      const bytes = filesIn(disk).get(name);
      if (bytes) copied.set(name, bytes);
      const id = `c${written.length}`;
      await ok(writer.append(sampleCommit(id, ["a-1"], 90)));
      written.push(id);
    }
    const again = await openFileStore(await diskOf(copied, { seed: nth + 1 }), options)();
    if (E.isLeft(again)) assert.equal(again.left._tag, "Corrupt");
    else {
      const ids = (await recordsOf(again.right)).map(({ commitId }) => commitId);
      assert.deepEqual(ids, written.slice(0, ids.length));
      await ok(again.right.close);
    }
  }
  await ok(writer.close);
});
