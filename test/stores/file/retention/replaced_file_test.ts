/** What comes before what when a segment's file goes, and what has to be true of the one in its place. */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fault, ok, recordsOf } from "../../../../stores/conformance/words.ts";
import { openFileStore, verifyStore } from "../../../../stores/file/mod.ts";
import { withReads } from "../../../support/altered_reads.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../../support/disk.ts";
import { filled } from "../../../support/dropped_store.ts";
import { ada, peopled, small } from "../../../support/erased_store.ts";
import { faultyStorage, systemError } from "../../../support/faulty_storage.ts";

/** A store of people on which nobody has the hand. */
async function peopledFiles(): Promise<Files> {
  const disk = await diskOf();
  await ok((await peopled(disk)).close);
  return filesIn(disk);
}

describe("the file in the place of a segment", () => {
  test("is flushed with its name and read back before the log names it, and then the old one goes", async () => {
    const files = await peopledFiles();
    const calls: string[] = [];
    const disk = faultyStorage(await diskOf(files, { seed: 2 }), ({ operation, name }) => {
      const kind = name.split("-")[0];
      if (operation === "syncDirectory") calls.push("flush names");
      if (operation === "read" && kind === "erased") calls.push("read erased");
      if (["create", "datasync", "remove"].includes(operation)) calls.push(`${operation} ${kind}`);
      return undefined;
    });
    const store = await ok(openFileStore(disk, small));
    calls.length = 0;
    assert.equal((await ok(store.eraseRecords(ada, { until: 5 }))).segments, 1);
    await ok(store.close);
    const steps = calls.filter((call, at) => call !== calls[at - 1]);
    const begun = steps.indexOf("create erased");
    const gone = steps.indexOf("remove segment");
    assert.deepEqual(steps.slice(begun, begun + 5), [
      ...["create erased", "datasync erased", "flush names", "read erased"],
      "datasync segment", // Of the log, with the frame that names it.
    ]);
    assert.ok(gone > begun + 4, steps.join());
  });

  test("is not named if it reads back otherwise than it was written", async () => {
    const disk = await diskOf(await peopledFiles(), { seed: 2 });
    const lying = withReads(disk, "erased", (file) => async (at, into) => {
      const count = await file.read(at, into);
      if (count > 0) into[0]! ^= 1;
      return count;
    });
    const before = namesOf(filesIn(disk), "segment");
    const store = await ok(openFileStore(lying, small));
    const wanted = await recordsOf(store);
    await fault(store.eraseRecords(ada), "Corrupt");
    assert.deepEqual(await recordsOf(store), wanted);
    await ok(store.close);
    for (const name of before) assert.ok(filesIn(disk).has(name), name);
  });

  test("keeps the old one from going as long as it is damaged", async () => {
    const disk = await diskOf(await peopledFiles(), { seed: 2 });
    const stuck = await ok(openFileStore(
      faultyStorage(disk, ({ operation, name }) => {
        const stays = operation === "remove" && name.startsWith("segment");
        return stays ? { _tag: "Fails", error: systemError("EIO") } : undefined;
      }),
      small,
    ));
    const { kept } = await ok(stuck.eraseRecords(ada, { until: 5 }));
    await ok(stuck.close);
    assert.equal(kept.length, 1);
    const [name] = namesOf(filesIn(disk), "erased");
    const damaged = withFile(filesIn(disk), name!, flipped(bytesOf(filesIn(disk), name!), 400, 1));
    const later = await diskOf(damaged, { seed: 3 });
    const opened = await openFileStore(later, small)();
    if (E.isRight(opened)) {
      await opened.right.eraseRecords(ada, { until: 5 })();
      await ok(opened.right.close);
    }
    assert.ok(filesIn(later).has(kept[0]!), "else nothing of the segment is left");
  });

  test("is damage if it is another that is sound by itself", async () => {
    const files = await peopledFiles();
    const [one, other] = [await diskOf(files, { seed: 2 }), await diskOf(files, { seed: 2 })];
    for (const [disk, query] of [[one, ada], [other, {}]] as const) {
      const store = await ok(openFileStore(disk, small));
      await ok(store.eraseRecords(query, { until: 5 }));
      await ok(store.close);
      assert.deepEqual((await ok(verifyStore(disk))).problems, []);
    }
    const [name] = namesOf(filesIn(one), "erased");
    assert.ok(filesIn(other).has(name!));
    const mixed = withFile(filesIn(one), name!, bytesOf(filesIn(other), name!));
    const { problems } = await ok(verifyStore(await diskOf(mixed)));
    assert.deepEqual(problems.map(({ file }) => file), [name]);
  });
});

test("that files below the floor have gone is flushed", async () => {
  const disk = await diskOf();
  const calls: string[] = [];
  const store = await filled(faultyStorage(disk, ({ operation }) => {
    calls.push(operation);
    return undefined;
  }));
  await ok(store.dropBelow(25));
  const removed = calls.lastIndexOf("remove");
  assert.ok(removed >= 0 && calls.indexOf("syncDirectory", removed) > removed);
  await ok(store.close);
});
