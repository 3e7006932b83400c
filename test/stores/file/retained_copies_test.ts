import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf, toStream } from "../../../stores/conformance/words.ts";
import { crc32 } from "../../../stores/file/format/checksum.ts";
import { ERASED_FOOTER_BYTES } from "../../../stores/file/format/erased_file.ts";
import {
  backup,
  type FileStore,
  openFileStore,
  planRepair,
  repairStore,
  restore,
  storeHead,
  verifyStore,
} from "../../../stores/file/mod.ts";
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
import {
  ada,
  assertForgotten,
  filesWithSecret,
  peopled,
  small,
  withoutAda,
} from "../../support/erased_store.ts";

type Records = Awaited<ReturnType<typeof recordsOf>>;

const opened = (disk: StoragePort): Promise<FileStore> => ok(openFileStore(disk, small));

async function readBack(disk: StoragePort): Promise<Records> {
  const store = await ok(openFileStore(disk, { mode: "readOnly" }));
  const records = await recordsOf(store);
  await ok(store.close);
  return records;
}

/** A store in which she is erased and the first part dropped, closed, and what is left of it. */
async function retained(disk: StoragePort): Promise<Records> {
  const store = await peopled(disk);
  await ok(store.eraseRecords(ada));
  await ok(store.tombstoneStream("person-ada"));
  const { floor } = await ok(store.dropBelow(45, { forget: true }));
  assert.ok(floor > 5);
  await ok(store.append(toStream("count", ["Counted"])));
  const records = await recordsOf(store);
  assert.equal(records[0]?.position, floor);
  await ok(store.close);
  return records;
}

describe("a backup", () => {
  test("of a store in which records were erased holds none of them, and is whole", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const before = await recordsOf(store);
    await ok(store.eraseRecords(ada));
    await ok(store.close);
    const away = await diskOf(new Map(), { seed: 7 });
    await ok(backup(disk, away));
    assertForgotten(filesIn(away));
    assert.deepEqual((await ok(verifyStore(away, { isDeep: true }))).problems, []);
    assert.deepEqual(await readBack(away), withoutAda(before));
    assert.equal((await ok(backup(disk, away))).bytesWritten, 0);
    const anew = await diskOf(new Map(), { seed: 8 });
    await ok(restore(away, anew));
    assert.deepEqual(await readBack(anew), withoutAda(before));
    assert.deepEqual((await ok(verifyStore(anew, { isDeep: true }))).problems, []);
  });

  test("that is carried on forgets what was erased since", async () => {
    const disk = await diskOf();
    const away = await diskOf(new Map(), { seed: 7 });
    const store = await peopled(disk);
    const before = await recordsOf(store);
    await ok(backup(disk, away));
    assert.ok(filesWithSecret(filesIn(away)).length > 3);
    await ok(store.eraseRecords(ada, { until: 30 }));
    await ok(backup(disk, away));
    await ok(store.eraseRecords(ada));
    await ok(backup(disk, away));
    assertForgotten(filesIn(away));
    assert.deepEqual(await readBack(away), withoutAda(before));
    const found = await ok(verifyStore(away, { isDeep: true }));
    assert.deepEqual([found.problems, found.strays], [[], []]);
    await ok(store.close);
  });

  test("of a store that was dropped begins with it, and goes on behind an earlier one", async () => {
    const disk = await diskOf();
    const away = await diskOf(new Map(), { seed: 7 });
    const store = await peopled(disk);
    await ok(backup(disk, away));
    assert.ok((await ok(store.dropBelow(45, { forget: true }))).segments > 0);
    const records = await recordsOf(store);
    await ok(store.close);
    for (const target of [away, await diskOf(new Map(), { seed: 9 })]) {
      await ok(backup(disk, target));
      assert.deepEqual(await readBack(target), records);
      assert.deepEqual((await ok(verifyStore(target))).problems, []);
      const anew = await diskOf(new Map(), { seed: 8 });
      await ok(restore(target, anew));
      assert.deepEqual(await readBack(anew), records);
    }
  });
});

describe("a history that was anchored", () => {
  test("before an erasure cannot be compared any more, and behind it can", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    const [early, late] = [await ok(store.headHash(2)), await ok(store.headHash())];
    const first = await ok(store.headHash(12));
    await ok(store.eraseRecords(ada, { after: 2, until: 12 }));
    await fault(store.headHash(4), "Unchained");
    await ok(store.append(toStream("count", ["Counted"])));
    const now = await ok(store.headHash());
    await ok(store.close);
    for (const anchor of [early, first, late]) {
      const { problems, isAnchored } = await ok(verifyStore(disk, { anchor }));
      assert.equal(isAnchored, false);
      assert.match(problems[0]?.found ?? "", /erased since/);
    }
    // What the log says of the erased file is in the history by now.
    const { problems, isAnchored } = await ok(verifyStore(disk, { anchor: now }));
    assert.deepEqual([problems, isAnchored], [[], true]);
    assert.deepEqual(await ok(storeHead(disk)), now);
  });

  test("is told from another where what an erasure has left is rewritten", async () => {
    const disk = await diskOf();
    const store = await peopled(disk);
    await ok(store.eraseRecords(ada));
    await ok(store.close);
    const [name] = namesOf(filesIn(disk), "erased");
    const bytes = bytesOf(filesIn(disk), name!).slice();
    // Which event of the frame was erased, with the trailer's checksum made right again.
    const end = bytes.length - ERASED_FOOTER_BYTES;
    const view = new DataView(bytes.buffer);
    const size = view.getUint32(end + 22, true);
    bytes[end - size + 12]! ^= 1;
    view.setUint32(end + 28, crc32(view, 0, end - size, end + 28), true);
    const forged = await diskOf(withFile(filesIn(disk), name!, bytes));
    const { problems } = await ok(verifyStore(forged));
    assert.ok(problems.some(({ file }) => file === name));
  });
});

describe("verifying", () => {
  test("tells any bit of an erased segment that is another", async () => {
    const disk = await diskOf();
    await retained(disk);
    const files = filesIn(disk);
    const [name] = namesOf(files, "erased");
    const bytes = bytesOf(files, name!);
    for (let at = 0; at < bytes.length; at += 41) {
      const rotten = await diskOf(withFile(files, name!, flipped(bytes, at, at % 8)));
      const { problems } = await ok(verifyStore(rotten));
      assert.ok(problems.some(({ file }) => file === name), `byte ${at}`);
    }
    const { problems } = await ok(verifyStore(await diskOf(withFile(files, name!, undefined))));
    assert.ok(problems.some(({ file }) => file === name));
  });
});

describe("a repair", () => {
  async function repaired(
    files: Files,
    at?: { segment: number; offset: number },
  ): Promise<Records> {
    const disk = await diskOf(files, { boot: 2, seed: 4 });
    const plan = await ok(planRepair(disk, at ? { at } : {}));
    assert(plan._tag === "Repair");
    await ok(repairStore(disk, plan));
    const store = await opened(disk);
    const records = await recordsOf(store);
    await ok(store.append(toStream("count", ["Counted"])));
    await ok(store.close);
    assertForgotten(filesIn(disk));
    assert.deepEqual((await ok(verifyStore(disk, { isDeep: true }))).problems, []);
    const again = await opened(disk);
    assert.deepEqual((await recordsOf(again)).slice(0, -1), records);
    await ok(again.close);
    return records;
  }

  test("of a store that was erased and dropped keeps all that is before its place", async () => {
    const disk = await diskOf();
    const records = await retained(disk);
    const files = filesIn(disk);
    const last = namesOf(files, "segment").at(-1)!;
    const rotten = withFile(
      files,
      last,
      flipped(bytesOf(files, last), bytesOf(files, last).length - 20, 3),
    );
    const found = await repaired(rotten);
    assert.ok(found.length > 0 && found.length < records.length);
    assert.deepEqual(found, records.slice(0, found.length));
    const erased = namesOf(files, "erased").map((name) => Number(name.slice(7, 17)));
    for (const segment of erased) {
      const kept = await repaired(files, { segment, offset: 128 });
      // The tombstone lies behind the place, and what was erased stays so.
      assert.ok(kept.every(({ stream, erased }) => stream !== "person-ada" || erased));
      const others = kept.filter(({ stream }) => stream !== "person-ada");
      assert.deepEqual(others, records.slice(0, others.length), `before segment ${segment}`);
    }
  });
});
