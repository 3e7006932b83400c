import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fault, ok, toStream } from "../../../stores/conformance/words.ts";
import { backup, openFileStore, restore } from "../../../stores/file/mod.ts";
import type { AppendFile, StoragePort } from "../../../stores/file/storage.ts";
import { type ClosedStore, smallStore } from "../../support/closed_store.ts";
import { filled, LONG } from "../../support/dropped_store.ts";
import { diskOf, filesIn, namesOf } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

let store: ClosedStore;
before(async () => {
  store = await smallStore();
});

/** A place that tells where in its segments is written. */
function recordingWrites(disk: StoragePort, writes: Array<readonly [string, number]>): StoragePort {
  return {
    ...disk,
    create: async (name) => {
      const file = await disk.create(name);
      return file === "exists" ? file : recordingFile(name, file, writes);
    },
    openAppend: async (name) => {
      const file = await disk.openAppend(name);
      return file === "missing" ? file : recordingFile(name, file, writes);
    },
  };
}

function recordingFile(
  name: string,
  file: AppendFile,
  writes: Array<readonly [string, number]>,
): AppendFile {
  return {
    ...file,
    write: (at, bytes) => {
      writes.push([name, at]);
      return file.write(at, bytes);
    },
  };
}

describe("what an earlier backup has left", () => {
  test("is written again if that did not come to its end: its flush may have failed", async () => {
    const source = await diskOf(store.files);
    const away = await diskOf();
    const failing = faultyStorage(
      away,
      ({ operation, name }) =>
        operation === "datasync" && name === "STORE"
          ? { _tag: "Fails", error: systemError("EIO") }
          : undefined,
    );
    await fault(backup(source, failing), "CopyFailed");
    const writes: Array<readonly [string, number]> = [];
    await ok(backup(source, recordingWrites(away, writes)));
    const written = new Set(writes.map(([name]) => name));
    for (const name of ["STORE", ...namesOf(store.files, "segment")]) {
      assert.ok(written.has(name), name);
    }
  });

  test("is not written over if it did", async () => {
    const source = await diskOf(store.files);
    const away = await diskOf();
    await ok(backup(source, away));
    const before = filesIn(away);
    const writer = await ok(openFileStore(source, { segmentBytesMax: 1024 }));
    await ok(writer.append(sampleCommit("more", ["a-1"])));
    await ok(writer.close);
    const writes: Array<readonly [string, number]> = [];
    await ok(backup(source, recordingWrites(away, writes)));
    for (const [name, at] of writes.filter(([written]) => written.startsWith("segment-"))) {
      assert.ok(at >= (before.get(name)?.length ?? 0), `${name} at ${at}`);
    }
    assert.ok(writes.some(([name]) => name.startsWith("segment-")));
  });

  test("is let be if it is a part of a segment that was dropped since", async () => {
    const [source, away, anew] = [await diskOf(), await diskOf(), await diskOf()];
    const writer = await filled(source, 2);
    await ok(backup(source, away));
    for (let nth = 0; nth < 20; nth++) await ok(writer.append(toStream("s-1", [LONG])));
    const { floor } = await ok(writer.dropBelow(10, { forget: true }));
    const { records } = await ok(writer.read({}));
    await ok(backup(source, away));
    const first = (await away.list()).filter((name) => name.startsWith("segment-")).sort();
    assert.deepEqual(first.slice(0, 2).map((name) => name.slice(0, 18)), [
      "segment-0000000001",
      "segment-0000000002",
    ]);
    await ok(restore(away, anew));
    const restored = await ok(openFileStore(anew));
    assert.ok(floor > 2);
    assert.deepEqual((await ok(restored.read({}))).records, records);
    await ok(restored.close);
    await ok(writer.close);
  });
});
