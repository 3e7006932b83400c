/** Writers that begin one store, and stand still at the worst moment of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventStore } from "../../../src/event_store.ts";
import {
  backup,
  openFileStore,
  planRepair,
  repairStore,
  restore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { bytesOf, diskOf, filesIn, namesOf } from "../../support/disk.ts";
import { faultyStorage, type StorageCall, systemError } from "../../support/faulty_storage.ts";
import { type HeldCall, heldStorage } from "../../support/held_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const ids = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await recordsOf(store)).map(({ commitId }) => commitId);

/** A writer that begins a store and stands still before a call. */
async function standingStill(
  disk: StoragePort,
  isIt: (call: HeldCall) => boolean,
): Promise<{ readonly goOn: () => Promise<void> }> {
  const { storage, hold } = heldStorage(disk);
  const { reached, release } = hold(isIt);
  const refused = fault(openFileStore(storage), "OpenFailed");
  await reached;
  return {
    goOn: async () => {
      release();
      assert.match(String((await refused).cause), /another writer/);
    },
  };
}

/** A call that is about a file. */
type AnyCall = Pick<StorageCall, "operation" | "name">;

const before = (operation: HeldCall["operation"], file: string) => (call: AnyCall): boolean =>
  call.operation === operation && call.name.startsWith(file);

async function storeOne(disk: StoragePort): Promise<void> {
  const store = await ok(openFileStore(disk));
  await ok(store.append(sampleCommit("one", ["a-1"])));
  await ok(store.close);
}

async function assertOne(disk: StoragePort): Promise<void> {
  for (const mode of ["readOnly", "salvage", "existing"] as const) {
    const store = await ok(openFileStore(disk, { mode }));
    assert.deepEqual(await ids(store), ["one"], mode);
    await ok(store.close);
  }
  assert.deepEqual((await ok(verifyStore(disk))).problems, []);
}

describe("a writer that begins a store and sleeps, while another one begins it", () => {
  const torn = new Map([["STORE", new Uint8Array(100)]]);
  for (const [state, files] of [["an empty place", undefined], ["a torn STORE", torn]] as const) {
    for (const operation of ["create", "write", "datasync"] as const) {
      test(`before the ${operation} of what it says of it, harms nobody: ${state}`, async () => {
        const disk = await diskOf(files);
        const sleeper = await standingStill(disk, before(operation, "STORE"));
        await storeOne(disk);
        await sleeper.goOn();
        await assertOne(disk);
        if (files) assert.deepEqual(bytesOf(filesIn(disk), "STORE"), torn.get("STORE"));
      });
    }
  }

  test("before its first segment, leaves a stray", async () => {
    const disk = await begunTwice();
    await assertOne(disk);
    const { strays } = await ok(verifyStore(disk));
    assert.deepEqual(strays, ["segment-0000000001-0000000001.log"]);
    assert.deepEqual(namesOf(filesIn(disk), "STORE"), ["STORE", "STORE-0000000002"]);
  });
});

/** A store that an overtaken writer has begun too. */
async function begunTwice(): Promise<StoragePort> {
  const disk = await diskOf();
  const sleeper = await standingStill(disk, before("create", "segment"));
  await storeOne(disk);
  await sleeper.goOn();
  return disk;
}

test("a backup of a store that was begun twice is of the one that counts", async () => {
  const [disk, away, anew] = [await begunTwice(), await diskOf(), await diskOf()];
  await ok(backup(disk, away));
  assert.deepEqual(
    bytesOf(filesIn(away), "STORE"),
    bytesOf(filesIn(disk), "STORE-0000000002"),
  );
  await ok(restore(away, anew));
  await assertOne(anew);
  await fault(backup(anew, disk), "PlaceUnfit");
});

test("a repair of a store that was begun twice finds out which one counts", async () => {
  const disk = await begunTwice();
  const { storeId } = await ok(storeStats(disk));
  for (const name of namesOf(filesIn(disk), "STORE")) await disk.remove(name);
  const plan = await ok(planRepair(disk));
  assert(plan._tag === "Repair");
  await ok(repairStore(disk, plan));
  assert.equal((await ok(storeStats(disk))).storeId, storeId);
  await assertOne(disk);
});

test("a reader that came when the segment of an overtaken writer counted follows the other one", async () => {
  const disk = await diskOf();
  const first = await standingStill(disk, before("create", "segment"));
  const { storage, hold } = heldStorage(disk);
  const second = hold(before("create", "segment"));
  const opening = ok(openFileStore(storage));
  await second.reached;
  await first.goOn();
  const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
  assert.deepEqual(await ids(reader), []);
  second.release();
  const store = await opening;
  await ok(store.append(sampleCommit("one", ["a-1"])));
  assert.deepEqual(await ids(reader), ["one"]);
  await ok(reader.close);
  await ok(store.close);
  await assertOne(disk);
});

test("a writer looks again when the segment of another one comes to count meanwhile", async () => {
  const disk = await diskOf();
  const first = await standingStill(disk, before("create", "segment"));
  const second = await standingStill(disk, before("write", "segment"));
  await first.goOn();
  const { storage, hold } = heldStorage(disk);
  // It has claimed, and read whose segment counts.
  const ofClaim = hold(before("create", "writer"));
  const opening = ok(openFileStore(storage));
  await ofClaim.reached;
  const ofIdentity = hold(before("read", "STORE"));
  ofClaim.release();
  await ofIdentity.reached;
  await second.goOn();
  ofIdentity.release();
  const store = await opening;
  await ok(store.append(sampleCommit("one", ["a-1"])));
  await ok(store.close);
  await assertOne(disk);
});

test("a store that nobody has begun to its end is no store to a reader", async () => {
  const disk = await diskOf();
  const sleeper = await standingStill(disk, before("create", "segment"));
  for (const mode of ["readOnly", "salvage"] as const) {
    await fault(openFileStore(disk, { mode }), "StoreMissing");
  }
  await fault(verifyStore(disk), "StoreMissing");
  await storeOne(disk);
  await sleeper.goOn();
});

test("a writer that could not flush its segment, and slept, leaves it to whom has gone on behind it", async () => {
  const disk = await diskOf();
  const failing = faultyStorage(
    disk,
    (call) =>
      before("datasync", "segment")(call)
        ? { _tag: "Fails", error: systemError("EIO") }
        : undefined,
  );
  const { storage, hold } = heldStorage(failing);
  const { reached, release } = hold(before("datasync", "segment"));
  const refused = fault(openFileStore(storage), "OpenFailed");
  await reached;
  await storeOne(disk);
  release();
  await refused;
  await assertOne(disk);
});
