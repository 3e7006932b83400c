import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  type Happening,
  openFileStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import {
  assertTrueOrCorrupt,
  type ClosedStore,
  readingOf,
  smallStore,
} from "../../support/closed_store.ts";
import { appendAll, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { faultyStorage } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

function cut(files: Files, name: string, size: number): Files {
  return withFile(files, name, bytesOf(files, name).slice(0, size));
}

function without(files: Files, ...prefixes: ReadonlyArray<string>): Files {
  return prefixes.flatMap((prefix) => namesOf(files, prefix))
    .reduce((rest, name) => withFile(rest, name, undefined), files);
}

describe("the end of a cleanly closed log", () => {
  let store: ClosedStore;
  let last: string;
  before(async () => {
    store = await smallStore();
    last = namesOf(store.files, "segment").at(-1)!;
  });

  test("is missed when 7 bytes of it are cut off: no writer opens it", async () => {
    const size = bytesOf(store.files, last).length;
    const files = cut(store.files, last, size - 7);
    const told = await fault(openFileStore(await diskOf(files)), "Corrupt");
    assert.equal(told.file, last);
    assert.ok(told.offset < size);
    const { problems } = await ok(verifyStore(await diskOf(files)));
    assert.deepEqual(problems.map(({ file }) => file), [last]);
    assertTrueOrCorrupt(await readingOf(files), store.records);
  });

  test("is missed wherever the last segment is cut, also exactly between two frames", async () => {
    for (let size = 0; size < bytesOf(store.files, last).length; size++) {
      for (const files of [store.files, without(store.files, "index")]) {
        const less = cut(files, last, size);
        await fault(openFileStore(await diskOf(less)), "Corrupt");
        const reading = await readingOf(less);
        assertTrueOrCorrupt(reading, store.records);
        assert.ok(reading.fault, `cut to ${size} bytes, and nobody says so`);
        const { problems } = await ok(verifyStore(await diskOf(less)));
        assert.ok(problems.length > 0);
      }
    }
  });

  test("is missed when zeros stand in its place", async () => {
    const bytes = bytesOf(store.files, last).slice().fill(0, -200);
    const told = await fault(
      openFileStore(await diskOf(withFile(store.files, last, bytes))),
      "Corrupt",
    );
    assert.equal(told.file, last);
  });

  test("is looked for in a closed segment too", async () => {
    const [first] = namesOf(store.files, "segment");
    for (let size = 0; size < bytesOf(store.files, first!).length; size += 5) {
      const less = cut(store.files, first!, size);
      const reading = await readingOf(less);
      assertTrueOrCorrupt(reading, store.records);
      assert.ok(reading.fault, `cut to ${size} bytes, and nobody says so`);
      const { problems } = await ok(verifyStore(await diskOf(less)));
      assert.equal(problems[0]?.file, first);
    }
  });

  test("of a copy without claims is some prefix of the log, and never something else", async () => {
    const copy = without(store.files, "writer", "index");
    const seen = new Set<number>();
    for (let size = 128; size <= bytesOf(store.files, last).length; size++) {
      const again = await ok(openFileStore(await diskOf(cut(copy, last, size), { seed: 2 })));
      const records = await recordsOf(again);
      assert.deepEqual(records, store.records.slice(0, records.length));
      seen.add(records.length);
      await ok(again.close);
    }
    assert.ok(seen.has(store.records.length) && seen.size > 1, "every frame that is whole counts");
  });
});

describe("the end of a killed writer's log", () => {
  /** The files before the watermark says that the last commit is flushed, which nobody was told. */
  async function killedBeforeItsAnswer(): Promise<{ files: Files; told: ReadonlyArray<string> }> {
    const disk = await diskOf();
    let files: Files = new Map();
    let isLast = false;
    const storage: StoragePort = faultyStorage(disk, ({ operation, name }) => {
      if (isLast && operation === "write" && name.endsWith(".claim")) files = filesIn(disk);
      return undefined;
    });
    const store = await ok(openFileStore(storage));
    await appendAll(store, sampleCommit("one", ["a-1"]), sampleCommit("two", ["a-1"]));
    isLast = true;
    await ok(store.append(sampleCommit("three", ["a-1"])));
    assert.ok(files.size > 0);
    return { files, told: ["one", "two"] };
  }

  test("leaves outside what was never acknowledged, in its file, and says where", async () => {
    const { files, told } = await killedBeforeItsAnswer();
    const [name] = namesOf(files, "segment");
    const size = bytesOf(files, name!).length;
    const happened: Happening[] = [];
    const disk = await diskOf(cut(files, name!, size - 7), { seed: 2 });
    const store = await ok(openFileStore(disk, { observe: (one) => happened.push(one) }));
    assert.deepEqual((await recordsOf(store)).map(({ commitId }) => commitId), told);
    const torn = happened.find((one) => one._tag === "TornTail");
    assert.deepEqual({ file: torn?.file, to: torn?.to }, { file: name, to: size - 7 });
    await ok(store.append(sampleCommit("four", ["a-1"])));
    const told4 = [...told, "four"];
    for (const moment of ["beside its writer", "closed", "opened and closed again"]) {
      if (moment !== "beside its writer") await ok(store.close);
      if (moment === "opened and closed again") await ok((await ok(openFileStore(disk))).close);
      const verified = await ok(verifyStore(disk));
      assert.deepEqual(verified.problems, [], moment);
      assert.deepEqual(verified.torn, [{ file: name, from: torn?.from, to: size - 7 }], moment);
      assert.deepEqual((await ok(storeStats(disk))).torn, verified.torn, moment);
      const reading = await readingOf(filesIn(disk));
      assert.deepEqual(reading.records.map(({ commitId }) => commitId), told4, moment);
    }
    assert.deepEqual(
      bytesOf(filesIn(disk), name!),
      bytesOf(files, name!).slice(0, size - 7),
      "not a byte of the torn tail is touched",
    );
  });

  test("keeps a commit that is whole, though nobody was told of it", async () => {
    const { files, told } = await killedBeforeItsAnswer();
    const store = await ok(openFileStore(await diskOf(files, { seed: 2 })));
    assert.deepEqual((await recordsOf(store)).map(({ commitId }) => commitId), [...told, "three"]);
  });

  test("is damage if the watermark covers it", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await appendAll(store, sampleCommit("one", ["a-1"]), sampleCommit("two", ["a-1"]));
    const files = filesIn(disk);
    const [name] = namesOf(files, "segment");
    const less = cut(files, name!, bytesOf(files, name!).length - 7);
    await fault(openFileStore(await diskOf(less, { seed: 2 })), "Corrupt");
  });

  test("is damage in the middle if a later frame says that it was flushed", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await appendAll(store, ...["one", "two", "three"].map((id) => sampleCommit(id, ["a-1"])));
    // Nothing but the log itself is left to tell.
    const files = without(filesIn(disk), "writer");
    const [name] = namesOf(files, "segment");
    const damaged = withFile(files, name!, flipped(bytesOf(files, name!), 200, 0));
    const told = await fault(openFileStore(await diskOf(damaged, { seed: 2 })), "Corrupt");
    assert.deepEqual({ file: told.file, offset: told.offset }, { file: name, offset: 128 });
  });

  test("may be followed by zeros, as a file system leaves them, and loses nothing", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await appendAll(store, sampleCommit("one", ["a-1"]), sampleCommit("two", ["a-1"]));
    const files = filesIn(disk);
    const [name] = namesOf(files, "segment");
    const bytes = bytesOf(files, name!);
    const longer = new Uint8Array(bytes.length + 10_000);
    longer.set(bytes);
    const again = await ok(
      openFileStore(await diskOf(withFile(files, name!, longer), { seed: 2 })),
    );
    assert.equal((await recordsOf(again)).length, 2);
    await ok(again.append(sampleCommit("three", ["a-1"])));
    assert.equal((await recordsOf(again)).length, 3);
    await ok(again.close);
  });
});

describe("a salvaging reader", () => {
  test("reads what is sound before the first damage, and is told where that is", async () => {
    const { files, records } = await smallStore();
    for (const name of namesOf(files, "segment")) {
      const bytes = bytesOf(files, name);
      for (let at = 0; at < bytes.length; at += 31) {
        for (const some of [files, without(files, "index"), without(files, "index", "writer")]) {
          const damaged = withFile(some, name, flipped(bytes, at, at % 8));
          const happened: Happening[] = [];
          const observe = (one: Happening): void => void happened.push(one);
          const reading = await readingOf(damaged, {}, { mode: "salvage", observe });
          const sound = records.filter((record) => isBefore(files, name, at, record.position));
          assert.deepEqual(reading.records, sound, `${name} at ${at}`);
          assert.equal(reading.fault, undefined);
          // Without claims, nothing tells damage in the last frames from a torn tail.
          if (namesOf(some, "writer").length === 0) continue;
          const told = happened.flatMap((one) => one._tag === "Damaged" ? [one.fault] : []);
          assert.ok(
            told.some(({ file, offset }) => file === name && offset <= at),
            `${name} at ${at}`,
          );
        }
      }
    }
  });

  test("misses a last segment of which only a watermark speaks", async () => {
    const { files, records } = await smallStore();
    const last = namesOf(files, "segment").at(-1)!;
    const less = without(files, last, "index");
    const happened: Happening[] = [];
    const observe = (one: Happening): void => void happened.push(one);
    const reading = await readingOf(less, {}, { mode: "salvage", observe });
    const sound = records.filter(({ position }) => isBefore(less, "", 0, position));
    assert.ok(sound.length > 0 && sound.length < records.length);
    assert.deepEqual(reading, { records: sound, fault: undefined });
    const told = happened.flatMap((one) => one._tag === "Damaged" ? [one.fault.file] : []);
    assert.deepEqual(told, [last]);
  });
});

/** Whether the whole frame of a position lies before an offset of a segment. */
function isBefore(files: Files, name: string, at: number, position: number): boolean {
  for (const segment of namesOf(files, "segment")) {
    const bytes = bytesOf(files, segment);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let offset = 128;
    while (offset + 40 <= bytes.length) {
      const end = offset + 40 + Math.ceil(view.getUint32(offset + 8, true) / 8) * 8;
      const first = view.getUint32(offset + 24, true);
      const events = view.getUint16(offset + 30, true);
      if (segment === name && end > at) return false;
      if (position < first + events) return true;
      offset = end;
    }
  }
  return false;
}
