import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import { readingOf, smallStore } from "../../support/closed_store.ts";
import { appendAll, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const options = { segmentBytesMax: 1024 };

describe("an index run", () => {
  test("is made again to the byte, if it is gone when the store is opened for writing", async () => {
    const { files } = await smallStore();
    for (const name of namesOf(files, "index").slice(0, -1)) {
      const disk = await diskOf(withFile(files, name, undefined), { seed: 2 });
      await ok((await ok(openFileStore(disk))).close);
      // By another name, as none is used twice: the second owner's.
      const again = name.replace("-0000000001.idx", "-0000000002.idx");
      assert.deepEqual(bytesOf(filesIn(disk), again), bytesOf(files, name));
    }
  });

  test("that is damaged is not believed: another takes its place, and nothing is lost", async () => {
    const { files, records } = await smallStore();
    for (const name of namesOf(files, "index")) {
      const damaged = withFile(files, name, flipped(bytesOf(files, name), 20, 0));
      const disk = await diskOf(damaged, { seed: 2 });
      const store = await ok(openFileStore(disk, options));
      assert.deepEqual(await recordsOf(store, { stream: "a-1" }), records.filter(isOfA));
      await ok(store.append(sampleCommit("more", ["a-1"])));
      await ok(store.close);
      const { records: later } = await readingOf(filesIn(disk), { stream: "a-1" });
      assert.equal(later.length, records.filter(isOfA).length + 1);
    }
  });

  test("of a segment that is off the chain is not read, however new its name", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk, options));
    await ok(writer.append(sampleCommit("one", ["a-1"], 500)));
    const fork = filesIn(disk);
    // One history: the first writer goes on in a second segment, and closes.
    await appendAll(writer, sampleCommit("lost", ["a-1"], 500), sampleCommit("gone", ["b-1"]));
    await ok(writer.close);
    const other = filesIn(disk);
    // The other: a second one has taken over, and its second segment has another epoch.
    const taken = await diskOf(fork, { seed: 2, othersDead: false });
    const owner = await ok(openFileStore(taken, options));
    await ok(owner.append(sampleCommit("two", ["a-1"], 300)));
    await ok(owner.close);
    const strays = new Map(filesIn(taken));
    for (const [name, bytes] of other) {
      if (name.startsWith("segment-0000000002")) strays.set(name, bytes);
      const run = /^index-0000000002-0000000002/.test(name);
      if (run) strays.set("index-0000000002-0000000002-0000000009.idx", bytes);
    }
    assert.ok(strays.size >= filesIn(taken).size + 2);
    for (const query of [{}, { stream: "a-1" }]) {
      const reading = await readingOf(strays, query);
      assert.deepEqual(reading.records.map(({ commitId }) => commitId), ["one", "two"]);
      const store = await ok(openFileStore(await diskOf(strays, { seed: 3 }), options));
      assert.deepEqual(await recordsOf(store, query), reading.records);
      assert.deepEqual(await recordsOf(store, { stream: "b-1" }), []);
      assert.equal((await ok(store.append(sampleCommit("gone", ["b-1"])))).repeated, false);
      await ok(store.close);
    }
    assert.deepEqual((await ok(verifyStore(await diskOf(strays)))).problems, []);
  });

  test("of another history of the very same segment is not believed", async () => {
    const histories = await Promise.all(["two", "six"].map(async (id) => {
      const disk = await diskOf();
      const store = await ok(openFileStore(disk));
      await appendAll(store, sampleCommit("one", ["a-1"]), sampleCommit(id, ["a-1"]));
      await ok(store.close);
      return filesIn(disk);
    }));
    // The same salt, the same offsets: only the checksum of the last frame is another.
    const [segment] = namesOf(histories[0]!, "segment");
    const mixed = withFile(histories[0]!, segment!, bytesOf(histories[1]!, segment!));
    for (const [tag, count] of [["tag:six", 1], ["tag:two", 0]] as const) {
      assert.equal((await readingOf(mixed, { tags: [tag] })).records.length, count);
    }
  });

  test("of a part of the last segment is carried on by the next writer", async () => {
    const disk = await diskOf();
    let wanted = 0;
    for (let nth = 0; nth < 6; nth++) {
      const store = await ok(openFileStore(disk));
      await ok(store.append(sampleCommit(`c${nth}`, ["a-1", `s-${nth}`])));
      wanted += 1;
      assert.equal((await recordsOf(store, { stream: "a-1" })).length, wanted);
      // Every second one is killed instead of closed.
      if (nth % 2 === 0) await ok(store.close);
    }
    const files = filesIn(disk);
    assert.equal((await readingOf(files, { stream: "a-1" })).records.length, wanted);
    assert.equal((await readingOf(files, { stream: "s-3" })).records.length, 1);
  });
});

function isOfA({ stream }: { readonly stream: string }): boolean {
  return stream === "a-1";
}

describe("a copy that was restored", () => {
  /** The files of a store as a backup has them: without claims. */
  async function backup(): Promise<Files> {
    const { files } = await smallStore();
    return namesOf(files, "writer")
      .reduce((rest, name) => withFile(rest, name, undefined), files);
  }

  test("begins with an epoch after all that its names speak of", async () => {
    const disk = await diskOf(await backup(), { seed: 2 });
    const store = await ok(openFileStore(disk));
    assert.deepEqual(namesOf(filesIn(disk), "writer"), ["writer-0000000002.claim"]);
    await ok(store.close);
  });

  test("that goes on twice is told apart by its bookmarks", async () => {
    const files = await backup();
    const [one, other] = await Promise.all([2, 3].map(async (seed) => {
      const store = await ok(openFileStore(await diskOf(files, { seed })));
      await ok(store.append(sampleCommit(`by ${seed}`, ["a-1"])));
      return store;
    }));
    const last = await ok(one!.head);
    assert.equal(last, await ok(other!.head));
    const shared = [await ok(one!.bookmark(3)), await ok(other!.bookmark(3))];
    assert.deepEqual(shared[0], shared[1]);
    assert.notDeepEqual(await ok(one!.bookmark(last)), await ok(other!.bookmark(last)));
    await ok(one!.close);
    await ok(other!.close);
  });
});
