import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf, toStream } from "../../../stores/conformance/words.ts";
import { openFileStore, storeStats, verifyStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import {
  ada,
  assertForgotten,
  filesWithSecret,
  peopled,
  small,
  withoutAda,
} from "../../support/erased_store.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 6;

describe("an erasure that comes to no end", () => {
  interface Told {
    isErased: boolean;
    head: number;
  }

  /** Erases in a session that opens a full store, and goes on. */
  async function live(storage: StoragePort, told: Told): Promise<void> {
    const opened = await openFileStore(storage, small)();
    if (E.isLeft(opened)) return;
    const erased = await opened.right.eraseRecords(ada, { until: 30 })();
    if (E.isRight(erased)) told.isErased = erased.right.kept.length === 0;
    else assert.match(erased.left._tag, /^(WriteFailed|Uncertain|ReadFailed)$/);
    const appended = await opened.right.append(toStream("count", ["Counted"]))();
    if (E.isRight(appended)) told.head = appended.right.last;
    await opened.right.close();
  }

  /** Each record is as it was or erased, nothing else has gone, and asking again erases the rest. */
  async function assertWhole(
    files: Files,
    before: Awaited<ReturnType<typeof recordsOf>>,
    told: Told,
    gone: typeof before = [...withoutAda(before.slice(0, 30)), ...before.slice(30)],
  ): Promise<void> {
    const disk = await diskOf(files, { boot: 2, seed: 3 });
    const store = await ok(openFileStore(disk, small));
    const until = before.length;
    const found = await recordsOf(store, {}, { until });
    assert.equal(found.length, until);
    for (const [at, record] of found.entries()) {
      assert.deepEqual(record, record.erased ? gone[at] : before[at]);
    }
    if (told.isErased) assert.deepEqual(found, gone);
    assert.ok(await ok(store.head) >= told.head);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    assert.deepEqual(await recordsOf(reader, {}, { until }), found);
    await ok(reader.close);
    assert.deepEqual((await ok(store.eraseRecords(ada))).kept, []);
    assertForgotten(filesIn(disk));
    await ok(store.append(toStream("count", ["Counted"])));
    await ok(store.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
    const again = await ok(openFileStore(disk, small));
    assert.deepEqual(await recordsOf(again, {}, { until }), withoutAda(before));
    await ok(again.close);
  }

  test("because the process is killed before any call loses nothing", async () => {
    const full = await diskOf();
    const store = await peopled(full);
    const before = await recordsOf(store);
    await ok(store.close);
    const disk = await diskOf(filesIn(full), { seed: 2 });
    const told: Told = { isErased: false, head: before.length };
    const moments: Array<readonly [Files, Told]> = [];
    const note = (): void => void moments.push([filesIn(disk), { ...told }]);
    const storage = faultyStorage(disk, ({ operation }) => {
      if (["create", "write", "datasync", "remove"].includes(operation)) note();
      return undefined;
    });
    await live(storage, told);
    note();
    assert.ok(told.isErased && moments.length > 30);
    for (const [at, [files, known]] of moments.entries()) {
      if (at % stride === 0 || at === moments.length - 1) await assertWhole(files, before, known);
    }
  });

  test("because a call fails is told rightly", async () => {
    const full = await diskOf();
    const store = await peopled(full);
    const before = await recordsOf(store);
    await ok(store.close);
    let calls = 0;
    const counting = faultyStorage(await diskOf(filesIn(full), { seed: 2 }), () => {
      calls += 1;
      return undefined;
    });
    await live(counting, { isErased: false, head: 0 });
    for (let nth = 1; nth <= calls; nth += 2 * stride) {
      const disk = await diskOf(filesIn(full), { seed: 2 });
      const told: Told = { isErased: false, head: before.length };
      const storage = faultyStorage(
        disk,
        (call) => call.nth === nth ? { _tag: "Fails", error: systemError("EIO") } : undefined,
      );
      await live(storage, told);
      await assertWhole(filesIn(disk), before, told);
    }
  });

  test("because no segment can be begun behind the last one erases nothing in that", async () => {
    const failing = faultyStorage(
      await diskOf(),
      ({ operation, name }) =>
        operation === "create" && name === "segment-0000000002-0000000001.log"
          ? { _tag: "Fails", error: systemError("EIO") }
          : undefined,
    );
    const store = await ok(openFileStore(failing));
    await ok(store.append(toStream("user-1", ["Registered"])));
    await fault(store.eraseRecords({ stream: "user-1" }), "WriteFailed");
    await ok(store.close);
  });

  test("because files cannot be removed says which, and none of them is read", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    await ok(store.close);
    const storage = faultyStorage(
      disk,
      ({ operation, name }) =>
        operation === "remove" && name.startsWith("segment")
          ? { _tag: "Fails", error: systemError("EIO") }
          : undefined,
    );
    const stuck = await ok(openFileStore(storage, small));
    const { segments, kept } = await ok(stuck.eraseRecords(ada));
    assert.deepEqual([...kept].sort(), filesWithSecret(filesIn(disk)));
    assert.equal(kept.length, segments);
    await ok(stuck.close);
    for (const mode of ["readOnly", "salvage"] as const) {
      const reader = await ok(openFileStore(disk, { mode }));
      assert.deepEqual(await recordsOf(reader), withoutAda(before));
      await ok(reader.close);
    }
    const { problems, strays } = await ok(verifyStore(disk));
    assert.deepEqual([problems, strays], [[], kept]);
    assert.deepEqual((await ok(storeStats(disk))).strays, kept);
    await ok((await ok(openFileStore(disk, small))).close);
    assertForgotten(filesIn(disk));
  });

  test("because the power fails, and any of the files is there again", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    const full = filesIn(disk);
    await ok(store.eraseRecords(ada));
    await ok(store.close);
    const after = filesIn(disk);
    const gone = namesOf(full, "segment").filter((name) => !after.has(name));
    assert.ok(gone.length > 3);
    for (const name of gone) {
      const files = withFile(after, name, full.get(name));
      await assertWhole(files, before, { isErased: true, head: before.length }, withoutAda(before));
    }
  });

  test("because another writer has taken over removes nothing", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    const other = await ok(openFileStore(disk, small));
    const names = namesOf(filesIn(disk), "segment");
    const erased = await store.eraseRecords(ada)();
    assert(E.isLeft(erased));
    assert.match(erased.left._tag, /^(WriteFailed|Uncertain)$/);
    for (const name of names) assert.ok(filesIn(disk).has(name), name);
    assert.deepEqual(await recordsOf(other), before);
    await ok(other.close);
  });

  test("because a segment is not what was written says so, and removes nothing", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    await ok(store.close);
    const [first] = namesOf(filesIn(disk), "segment");
    const bytes = bytesOf(filesIn(disk), first!);
    for (const at of [140, 900, bytes.length - 70]) {
      const rotten = await diskOf(withFile(filesIn(disk), first!, flipped(bytes, at, 3)));
      const opened = await ok(openFileStore(rotten, small));
      await fault(opened.eraseRecords(ada), "Corrupt");
      assert.ok(filesIn(rotten).has(first!));
      await ok(opened.close);
    }
  });
});
