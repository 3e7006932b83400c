import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ok, recordsOf, toStream } from "../../../stores/conformance/words.ts";
import { type Happening, openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { diskOf, type Files, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";

import { filled, positionsOf, small, upTo } from "../../support/dropped_store.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 5;

describe("a drop that comes to no end", () => {
  /** A drop after a close, so that there are runs, and in a first session after the fill. */
  async function live(
    storage: StoragePort,
    told: { floor: number; asked: boolean; head: number },
    observe: (happening: Happening) => void = () => undefined,
  ): Promise<void> {
    const opened = await openFileStore(storage, { ...small, observe })();
    if (E.isLeft(opened)) return;
    told.asked = true;
    const dropped = await opened.right.dropBelow(25)();
    if (E.isRight(dropped)) told.floor = dropped.right.floor;
    else assert.match(dropped.left._tag, /^(WriteFailed|Uncertain|ReadFailed)$/);
    const appended = await opened.right.append(toStream("s-0", ["T"]))();
    if (E.isRight(appended)) told.head = appended.right.last;
    await opened.right.close();
  }

  async function assertKept(files: Files, told: { floor: number; head: number }): Promise<void> {
    const disk = await diskOf(files, { boot: 2, seed: 3 });
    const store = await ok(openFileStore(disk, small));
    const positions = positionsOf(await recordsOf(store));
    const first = positions[0]!;
    assert.ok(first === 1 || first > 10, `it begins at ${first}`);
    assert.ok(first >= told.floor, "what was told to be dropped is not read");
    assert.ok(first <= 25, "what must stay stays");
    assert.deepEqual(positions, upTo(first, positions.at(-1)!));
    assert.ok(positions.at(-1)! >= told.head);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    assert.deepEqual(positionsOf(await recordsOf(reader)), positions);
    await ok(reader.close);
    const { floor } = await ok(store.dropBelow(25));
    const names = [...filesIn(disk).keys()];
    assert.ok(!names.includes("segment-0000000001-0000000001.log"), "asked again, it is gone");
    await ok(store.append(toStream("s-1", ["T"])));
    await ok(store.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
    const again = await ok(openFileStore(disk, small));
    assert.equal(positionsOf(await recordsOf(again))[0], floor);
    await ok(again.close);
  }

  test("because the process is killed before any call loses nothing", async () => {
    const full = await diskOf();
    await ok((await filled(full)).close);
    const disk = await diskOf(filesIn(full), { seed: 2 });
    const told = { floor: 1, asked: false, head: 40 };
    const moments: Array<readonly [Files, { floor: number; head: number }]> = [];
    const note = (): void => void moments.push([filesIn(disk), { ...told }]);
    const storage = faultyStorage(disk, ({ operation }) => {
      if (["create", "write", "datasync", "remove"].includes(operation)) note();
      return undefined;
    });
    await live(storage, told);
    note();
    assert.ok(told.floor > 1 && moments.length > 20);
    for (const [at, [files, known]] of moments.entries()) {
      if (at % stride === 0 || at === moments.length - 1) await assertKept(files, known);
    }
  });

  test("because a call fails is told rightly", async () => {
    const full = await diskOf();
    await ok((await filled(full)).close);
    let calls = 0;
    const counting = faultyStorage(await diskOf(filesIn(full), { seed: 2 }), () => {
      calls += 1;
      return undefined;
    });
    await live(counting, { floor: 1, asked: false, head: 40 });
    for (let nth = 1; nth <= calls; nth += stride) {
      const disk = await diskOf(filesIn(full), { seed: 2 });
      const told = { floor: 1, asked: false, head: 40 };
      const storage = faultyStorage(
        disk,
        (call) => call.nth === nth ? { _tag: "Fails", error: systemError("EIO") } : undefined,
      );
      await live(storage, told);
      await assertKept(filesIn(disk), told);
    }
  });

  test("because files cannot be removed leaves strays, which are told", async () => {
    const disk = await diskOf();
    await ok((await filled(disk)).close);
    const seen: Happening[] = [];
    const storage = faultyStorage(
      disk,
      ({ operation, name }) =>
        operation === "remove" && name.startsWith("segment")
          ? { _tag: "Fails", error: systemError("EIO") }
          : undefined,
    );
    const told = { floor: 1, asked: false, head: 40 };
    await live(storage, told, (happening) => seen.push(happening));
    assert.ok(told.floor > 1);
    const kept = seen.filter(({ _tag }) => _tag === "FileKept");
    assert.ok(kept.length > 1);
    const { problems, strays } = await ok(verifyStore(disk));
    assert.deepEqual(problems, []);
    assert.equal(strays.length, kept.length);
    await assertKept(filesIn(disk), told);
  });

  const again = "because the power fails, and any of the files is there again";
  for (const isErased of [false, true]) {
    test(isErased ? `${again}, of which some had been erased` : again, () => comesBack(isErased));
  }

  async function comesBack(isErased: boolean): Promise<void> {
    const full = await diskOf();
    const first = await filled(full);
    if (isErased) assert.ok((await ok(first.eraseRecords({ stream: "s-0" }))).segments > 2);
    await ok(first.close);
    const before = filesIn(full);
    const disk = await diskOf(before, { seed: 2 });
    const store = await ok(openFileStore(disk, small));
    const { floor } = await ok(store.dropBelow(25));
    await ok(store.close);
    const after = filesIn(disk);
    const gone = [...before.keys()].filter((name) => !after.has(name) && !name.endsWith(".claim"));
    const segments = gone.filter((name) => /^(segment|erased)-/.test(name));
    assert.ok(segments.length > 2);
    for (const name of gone) {
      await assertKept(withFile(after, name, before.get(name)), { floor, head: 40 });
    }
    // Without any index, so that nothing but the segments tells what the log is.
    const bare = [...after.keys()].filter((name) => name.startsWith("index-"))
      .reduce<Files>((files, name) => withFile(files, name, undefined), after);
    for (const name of segments) {
      await assertKept(withFile(bare, name, before.get(name)), { floor, head: 40 });
    }
  }

  test("because another writer has taken over removes nothing", async () => {
    const disk = await diskOf();
    const store = await filled(disk);
    const before = namesOf(filesIn(disk), "segment");
    const other = await ok(openFileStore(disk, small));
    const dropped = await store.dropBelow(25)();
    assert(E.isLeft(dropped));
    assert.match(dropped.left._tag, /^(WriteFailed|Uncertain)$/);
    const left = new Set(filesIn(disk).keys());
    for (const name of before) assert.ok(left.has(name), name);
    assert.equal((await recordsOf(other)).length, 40);
    await ok(other.close);
  });
});
