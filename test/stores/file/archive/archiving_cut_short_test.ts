import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ColdTier, FileStoreOptions } from "../../../../stores/file/mod.ts";
import { coldStorage, verifyStore } from "../../../../stores/file/mod.ts";
import type { StoragePort } from "../../../../stores/file/storage.ts";
import { fault, ok } from "../../../../stores/conformance/words.ts";
import {
  answersOf,
  assertAllArchived,
  filled,
  opened,
  segmentsOf,
} from "../../../support/archived_store.ts";
import { diskOf, type Files, filesIn, flipped, namesOf } from "../../../support/disk.ts";
import { faultyStorage, type Misfortune, systemError } from "../../../support/faulty_storage.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 23;

describe("archiving that does not come to its end", () => {
  /** A store that is archived on storages which share their count of calls. */
  async function archived(
    fate: (nth: number, files: () => readonly [Files, Files]) => Misfortune | undefined,
  ): Promise<{ readonly disk: StoragePort; readonly cold: StoragePort; readonly calls: number }> {
    const [disk, cold] = [await diskOf(), await diskOf()];
    await ok((await filled(disk, cold)).close);
    let calls = 0;
    let isOn = false;
    const faulty = (sound: StoragePort): StoragePort =>
      faultyStorage(sound, () => {
        if (!isOn) return undefined;
        calls += 1;
        return fate(calls, () => [filesIn(disk), filesIn(cold)]);
      });
    const store = await opened(faulty(disk), faulty(cold));
    isOn = true;
    await store.archive({ through: { segment: 2 } })();
    isOn = false;
    await store.close();
    return { disk, cold, calls };
  }

  async function assertWhole(disk: StoragePort, cold: StoragePort, before: unknown): Promise<void> {
    const store = await opened(disk, cold);
    assert.equal(await answersOf(store), before);
    await ok(store.archive());
    assert.equal(await answersOf(store), before);
    await ok(store.close);
    assertAllArchived(disk);
    assert.deepEqual((await ok(verifyStore(disk, { cold: coldStorage(cold) }))).problems, []);
  }

  async function answersBefore(): Promise<unknown> {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    const before = await answersOf(store);
    await ok(store.close);
    return before;
  }

  test("loses nothing when the process is killed before any call", async () => {
    const before = await answersBefore();
    const moments: (readonly [Files, Files])[] = [];
    await archived((_, files) => {
      moments.push(files());
      return undefined;
    });
    assert.ok(moments.length > 50);
    for (let at = 0; at < moments.length; at += stride) {
      const [files, archives] = moments[at]!;
      await assertWhole(await diskOf(files, { boot: 2 }), await diskOf(archives), before);
    }
  });

  const error = systemError("EIO");
  const misfortunes: Readonly<Record<string, (nth: number, at: number) => Misfortune | undefined>> =
    {
      "fails once": (nth, at) => nth === at ? { _tag: "Fails", error } : undefined,
      "fails once, after its work": (nth, at) =>
        nth === at ? { _tag: "FailsAfterwards", error } : undefined,
      "fails from then on": (nth, at) => nth >= at ? { _tag: "Fails", error } : undefined,
    };
  for (const [name, misfortune] of Object.entries(misfortunes)) {
    test(`loses nothing when any call ${name}`, async () => {
      const before = await answersBefore();
      const { calls } = await archived(() => undefined);
      for (let at = 1; at <= calls; at += stride) {
        const { disk, cold } = await archived((nth) => misfortune(nth, at));
        const files = filesIn(disk);
        await assertWhole(await diskOf(files, { boot: 2 }), await diskOf(filesIn(cold)), before);
      }
    });
  }

  /** An archived store whose segments' files could not be removed. */
  async function leftOver(): Promise<{
    readonly disk: StoragePort;
    readonly cold: StoragePort;
    readonly kept: number;
  }> {
    const [disk, cold] = [await diskOf(), await diskOf()];
    await ok((await filled(disk, cold)).close);
    let kept = 0;
    const observe: FileStoreOptions["observe"] = ({ _tag }) => {
      if (_tag === "FileKept") kept += 1;
    };
    const busy: StoragePort = {
      ...disk,
      remove: (name) => {
        if (name.startsWith("segment")) throw systemError("EIO");
        return disk.remove(name);
      },
    };
    const store = await opened(busy, cold, { observe });
    const { segments } = await ok(store.archive());
    assert.equal(kept, segments.length);
    assert.ok(segmentsOf(disk) > kept);
    await ok(store.close);
    return { disk, cold, kept };
  }

  test("leaves a file that cannot be removed, tells of it, and removes it the next time", async () => {
    const before = await answersBefore();
    const { disk, cold, kept } = await leftOver();
    const archives = filesIn(cold);
    const store = await opened(disk, cold);
    assert.equal((await ok(store.archive({ through: { segment: kept } }))).segments.length, kept);
    assert.deepEqual(filesIn(cold), archives, "nothing is stored twice");
    assert.equal(await answersOf(store), before);
    await ok(store.close);
    assertAllArchived(disk);
  });

  test("looks at an archive before what was left over goes, and stores it anew if need be", async () => {
    const before = await answersBefore();
    const { disk, cold, kept } = await leftOver();
    const [gone = "", damaged = "", alien = ""] = namesOf(filesIn(cold), "archive");
    const archives = new Map(filesIn(cold));
    const bytes = archives.get(damaged)!;
    archives.delete(gone);
    archives.set(damaged, flipped(bytes, bytes.length >> 1, 2));
    archives.set(alien, archives.get(namesOf(archives, "archive").at(-1)!)!);
    const away = await diskOf(archives);
    // Nothing of it was needed so far, and nothing goes as long as nobody looks.
    const idle = await opened(disk, away);
    assert.equal(await answersOf(idle), before);
    await ok(idle.close);
    await assertWhole(disk, away, before);
    const second = namesOf(filesIn(away), "archive").filter((name) => name.endsWith("02.arc"));
    assert.equal(second.length, 3);
    assert.ok(kept > 3);
  });

  test("keeps what was left over as long as its archive cannot be reached", async () => {
    const before = await answersBefore();
    const { disk, cold } = await leftOver();
    const segments = segmentsOf(disk);
    const silent: ColdTier = {
      ...coldStorage(cold),
      size: () => {
        throw new Error("no route to host");
      },
    };
    const store = await opened(disk, cold, { cold: silent });
    await fault(store.archive(), "ColdUnavailable");
    assert.equal(segmentsOf(disk), segments);
    assert.equal(await answersOf(store), before);
    await ok(store.close);
  });
});
