/** Owners that overtake one another at the worst moment of an open. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventStore } from "../../../src/event_store.ts";
import { openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { appendFault, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { bytesOf, diskOf, filesIn, namesOf } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const ids = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await recordsOf(store)).map(({ commitId }) => commitId);
const options = { segmentBytesMax: 1024 };

/** The same storage; the first creation of a file of this name comes after `first`. */
function beforeCreation(
  disk: StoragePort,
  prefix: string,
  first: () => Promise<void>,
): StoragePort {
  let isDone = false;
  return {
    ...disk,
    create: async (name) => {
      if (name.startsWith(prefix) && !isDone) {
        isDone = true;
        await first();
      }
      return disk.create(name);
    },
  };
}

describe("whoever claims a store", () => {
  test("finds what its owner has stored up to then, in a segment begun up to then", async () => {
    const disk = await diskOf();
    const owner = await ok(openFileStore(disk, options));
    await ok(owner.append(sampleCommit("one", ["a-1"], 700)));
    const heir = await ok(openFileStore(
      beforeCreation(disk, "writer", async () => {
        await ok(owner.append(sampleCommit("two", ["a-1"], 700)));
      }),
      options,
    ));
    assert.deepEqual(await ids(heir), ["one", "two"]);
    await ok(heir.close);
  });

  test("finds what its owner has marked up to then", async () => {
    const disk = await diskOf();
    let isBroken = false;
    const owner = await ok(openFileStore(faultyStorage(disk, ({ operation, name }) => {
      return isBroken && operation === "datasync" && name.startsWith("segment")
        ? { _tag: "Fails", error: systemError("EIO") }
        : undefined;
    })));
    await ok(owner.append(sampleCommit("one", ["a-1"])));
    const heir = await ok(openFileStore(beforeCreation(disk, "writer", async () => {
      isBroken = true;
      await appendFault(owner, sampleCommit("two", ["a-1"]), "WriteFailed");
    })));
    assert.deepEqual(await ids(heir), ["one"], "what was told not to be stored is not");
    await ok(heir.close);
  });

  test("and is overtaken before it serves does not serve", async () => {
    const disk = await diskOf();
    const owner = await ok(openFileStore(disk));
    await ok(owner.append(sampleCommit("one", ["a-1"])));
    let winner: EventStore | undefined;
    const slow: StoragePort = {
      ...disk,
      openAppend: async (name) => {
        winner ??= await ok(openFileStore(disk));
        return disk.openAppend(name);
      },
    };
    const told = await fault(openFileStore(slow), "OpenFailed");
    assert.match(String(told.cause), /another writer/);
    assert.ok(winner);
    await ok(winner.append(sampleCommit("two", ["a-1"])));
    await ok(winner.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
  });

  test("reads again where a scan came too early to see what it then finds evidence of", async () => {
    const disk = await diskOf();
    const owner = await ok(openFileStore(disk));
    for (const id of ["one", "two", "three"]) await ok(owner.append(sampleCommit(id, ["a-1"])));
    for (const name of namesOf(filesIn(disk), "writer")) await disk.remove(name);
    const [segment] = namesOf(filesIn(disk), "segment");
    const size = bytesOf(filesIn(disk), segment!).length;
    // The first look beyond the header finds the file as it was a moment ago.
    let isEarly = true;
    const late: StoragePort = {
      ...disk,
      openRead: async (name) => {
        const file = await disk.openRead(name);
        return file === "missing" || name !== segment ? file : {
          ...file,
          read: async (at, into) => {
            const count = await file.read(at, into);
            if (!isEarly || at < 128) return count;
            isEarly = false;
            // Two frames of three are not there yet.
            into.fill(0, Math.ceil((size - 128) / 3));
            return count;
          },
        };
      },
    };
    const heir = await ok(openFileStore(late));
    assert.equal(isEarly, false);
    assert.deepEqual(await ids(heir), ["one", "two", "three"]);
    await ok(heir.close);
  });
});

describe("what an overtaken writer has written", () => {
  test("behind the end that its successor has pinned is never read, with or without an index", async () => {
    const disk = await diskOf(new Map(), { othersDead: false });
    const zombie = await ok(openFileStore(disk));
    await ok(zombie.append(sampleCommit("one", ["a-1"])));
    const owner = await ok(openFileStore(disk));
    await ok(owner.append(sampleCommit("two", ["a-1"])));
    // A whole frame that follows well, in a segment that is closed.
    await appendFault(zombie, sampleCommit("late", ["a-1"]), "Indeterminate");
    await ok(owner.close);
    for (const name of namesOf(filesIn(disk), "index")) await disk.remove(name);
    for (const mode of ["readOnly", "salvage", "existing"] as const) {
      const store = await ok(openFileStore(disk, { mode }));
      assert.deepEqual(await ids(store), ["one", "two"], mode);
      await ok(store.close);
    }
    const { problems, torn } = await ok(verifyStore(disk));
    assert.deepEqual([problems.length, torn.length], [0, 1]);
  });
});

describe("a reader", () => {
  test("never goes back when it surveys the log anew and finds no claim", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("one", ["a-1"])));
    await ok(writer.append(sampleCommit("two", ["a-1"])));
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    assert.equal(await ok(reader.head), 2);
    for (const name of namesOf(filesIn(disk), "writer")) await disk.remove(name);
    // Another name than before, of a segment that was never finished.
    await disk.create("segment-0000000002-0000000002.log");
    assert.equal(await ok(reader.head), 2);
    assert.deepEqual(await ids(reader), ["one", "two"]);
    await ok(reader.close);
  });

  test("looks again when a run is replaced between its survey and its look-up", async () => {
    const disk = await diskOf();
    const first = await ok(openFileStore(disk));
    await ok(first.append(sampleCommit("one", ["a-1"])));
    await ok(first.close);
    let isReplaced = false;
    let isReady = false;
    const reader = await ok(openFileStore({
      ...disk,
      openRead: async (name) => {
        if (isReady && !isReplaced && name.startsWith("index")) {
          isReplaced = true;
          const second = await ok(openFileStore(disk));
          await ok(second.append(sampleCommit("two", ["a-1"])));
          await ok(second.close);
        }
        return disk.openRead(name);
      },
    }, { mode: "readOnly", filesOpenMax: 1 }));
    // The only file that may stay open is the segment now.
    assert.deepEqual(await ids(reader), ["one"]);
    await ok(reader.bookmark(1));
    isReady = true;
    const found = await recordsOf(reader, { stream: "a-1" });
    assert.equal(isReplaced, true);
    assert.equal(found[0]?.commitId, "one");
    await ok(reader.close);
  });
});
