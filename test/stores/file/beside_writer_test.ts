import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventStore, Page } from "../../../src/event_store.ts";
import type { ReadFault } from "../../../src/fault.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import { nothingFlushed } from "../../../stores/file/claims/claim.ts";
import { decodeClaimFile, encodeClaimFile } from "../../../stores/file/claims/claim_bytes.ts";
import {
  type FileStoreOptions,
  openFileStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { SEGMENT_HEADER_BYTES } from "../../../stores/file/format/segment.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { virtualClock } from "../../../stores/storage/memory.ts";
import { appendAll, appendFault, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { withReads } from "../../support/altered_reads.ts";
import { bytesOf, diskOf, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const reader = (disk: StoragePort, options: FileStoreOptions = {}): Promise<EventStore> =>
  ok(openFileStore(disk, { ...options, mode: "readOnly" }));
const ids = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await recordsOf(store)).map(({ commitId }) => commitId);

describe("a reader beside a writer", () => {
  test("follows it through appends, rolls, its end and its successor, and sees each record once", async () => {
    const disk = await diskOf();
    const options = { segmentBytesMax: 1024 };
    let writer = await ok(openFileStore(disk, options));
    const store = await reader(disk);
    const seen: Array<Recorded<Encoded>> = [];
    let pages = store.follow({}, { pageRecordsMax: 3 });
    const seeUpTo = async (position: number): Promise<void> => {
      while ((seen.at(-1)?.position ?? 0) < position) {
        const page: Page<Encoded, ReadFault> = await ok(pages);
        seen.push(...page.records);
        assert.ok(O.isSome(page.next));
        pages = page.next.value;
      }
    };
    let position = 0;
    for (let nth = 0; nth < 24; nth++) {
      position = (await ok(writer.append(sampleCommit(`c${nth}`, ["a-1", "b-1"], nth * 20)))).last;
      if (nth % 3 === 0) await seeUpTo(position);
      if (nth % 8 === 5) {
        await ok(writer.close);
        writer = await ok(openFileStore(disk, options));
      }
    }
    await seeUpTo(position);
    assert.deepEqual(seen, await recordsOf(writer));
    assert.deepEqual(await recordsOf(store), seen);
    await ok(writer.close);
    assert.deepEqual(await recordsOf(store), seen);
    await ok(store.close);
  });

  test("sees a segment that begins between any two of its calls", async () => {
    // So many calls that a look at the store is over before the last.
    for (let nth = 0; nth < 40; nth++) {
      const disk = await diskOf();
      const writer = await ok(openFileStore(disk, { segmentBytesMax: 1024 }));
      for (let at = 0; at < 3; at++) await ok(writer.append(sampleCommit(`c${at}`, ["a-1"], 600)));
      let calls = -1;
      const rolled = async (): Promise<void> => {
        if (calls++ !== nth) return;
        await ok(writer.append(sampleCommit("late", ["a-1"], 600)));
      };
      const store = await reader({
        ...disk,
        list: async () => {
          await rolled();
          return await disk.list();
        },
        openRead: async (name) => {
          await rolled();
          return await disk.openRead(name);
        },
      });
      assert.deepEqual((await ids(store)).slice(0, 3), ["c0", "c1", "c2"]);
      await ok(store.close);
      await ok(writer.close);
    }
  });

  test("looks at a header again that was written between a look at it and one behind it", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("one", ["a-1"])));
    let isWritten = false;
    let looks = 0;
    const storage = withReads(disk, "segment-", (file) => async (at, into) => {
      const count = await file.read(at, into);
      if (at > 0) return count;
      // Not there at the second look, and there when somebody looks behind it.
      if (into.length > SEGMENT_HEADER_BYTES) isWritten = true;
      else if (++looks > 1 && !isWritten) into.fill(0, 0, count);
      return count;
    });
    assert.deepEqual(await ids(await reader(storage)), ["one"]);
    assert.ok(isWritten);
    await ok(writer.close);
  });

  test("knows a segment that a list left out, because it was taken while files came", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk, { segmentBytesMax: 1024 }));
    for (let at = 0; at < 6; at++) await ok(writer.append(sampleCommit(`c${at}`, ["a-1"], 600)));
    const left = namesOf(filesIn(disk), "segment")[2];
    const leavingOut = (nth: number): StoragePort => {
      let lists = 0;
      return {
        ...disk,
        list: async () => {
          const names = await disk.list();
          return lists++ === nth ? names.filter((name) => name !== left) : names;
        },
      };
    };
    for (let nth = 0; nth < 12; nth++) {
      const store = await reader(leavingOut(nth));
      assert.equal((await ids(store)).length, 6);
      await ok(store.close);
    }
    // After whether there is a store, of the claims and then of the files: and of those a second.
    for (const nth of [1, 2]) {
      const { problems } = await ok(verifyStore(leavingOut(nth)));
      assert.deepEqual(problems, []);
    }
    await ok(writer.close);
  });

  for (const how of ["watch", "poll"] as const) {
    test(`waits for what is not there yet, and its ${how} alone wakes it`, async () => {
      const disk = await diskOf();
      const writer = await ok(openFileStore(disk));
      const clock = virtualClock();
      const { watch, ...deaf } = disk;
      assert.ok(watch);
      const store = await reader(how === "watch" ? { ...disk, clock } : { ...deaf, clock });
      const page = store.follow({})();
      await clock.advance(0);
      await ok(writer.append(sampleCommit("one", ["a-1"])));
      if (how === "poll") await clock.advance(100);
      const seen = await page;
      assert.ok(E.isRight(seen));
      assert.deepEqual(seen.right.records.map(({ commitId }) => commitId), ["one"]);
      await ok(store.close);
      await ok(writer.close);
    });
  }

  for (const durability of ["os", "none"] as const) {
    test(`never sees what is not flushed (${durability}), though the writer's own reads do`, async () => {
      const clock = virtualClock();
      const disk = await diskOf(new Map(), { clock });
      const writer = await ok(openFileStore(disk, { durability, flushMs: 50 }));
      await appendAll(writer, sampleCommit("one", ["a-1"]), sampleCommit("two", ["a-1"]));
      assert.deepEqual(await ids(writer), ["one", "two"]);
      const store = await reader(disk);
      assert.deepEqual(await ids(store), []);
      assert.equal((await ok(storeStats(disk))).records, 0);
      await clock.advance(60);
      assert.deepEqual(await ids(store), ["one", "two"]);
      await ok(store.close);
      await ok(writer.close);
    });
  }

  test("goes by the greatest limit of all claims, whichever of them is the newest", async () => {
    const disk = await diskOf();
    const first = await ok(openFileStore(disk));
    await ok(first.append(sampleCommit("one", ["a-1"])));
    const early = bytesOf(filesIn(disk), "writer-0000000001.claim");
    await ok(first.append(sampleCommit("two", ["a-1"])));
    const files = filesIn(disk);
    const { record, watermark } = decodeClaimFile(1, early);
    assert.ok(record && watermark);
    const behind = encodeClaimFile({ ...record, epoch: 2 }, watermark);
    const silent = encodeClaimFile({ ...record, epoch: 2 }, { ...watermark, ...nothingFlushed });
    for (const claim of [behind, silent, silent.slice(0, 512), new Uint8Array()]) {
      const taken = await diskOf(withFile(files, "writer-0000000002.claim", claim));
      const store = await reader(taken);
      assert.deepEqual(await ids(store), ["one", "two"]);
      await ok(store.close);
    }
    await ok(first.close);
  });

  test("never goes back, whatever becomes of the claims", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    await appendAll(writer, sampleCommit("one", ["a-1"]), sampleCommit("two", ["a-1"]));
    const store = await reader(disk);
    assert.equal(await ok(store.head), 2);
    for (const name of namesOf(filesIn(disk), "writer")) await disk.remove(name);
    assert.equal(await ok(store.head), 2);
    assert.deepEqual(await ids(store), ["one", "two"]);
    await ok(store.close);
  });

  test("of a copy without claims sees what the last frame says was flushed", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    await appendAll(writer, ...["one", "two", "three"].map((id) => sampleCommit(id, ["a-1"])));
    const copy = withFile(filesIn(disk), "writer-0000000001.claim", undefined);
    const store = await reader(await diskOf(copy));
    assert.deepEqual(await ids(store), ["one", "two"]);
    await ok(store.close);
    await ok(writer.close);
  });

  test("meets runs that come and go beneath it, and answers the same", async () => {
    const disk = await diskOf();
    const options = { segmentBytesMax: 1024 };
    const writer = await ok(openFileStore(disk, options));
    const store = await reader(disk);
    let count = 0;
    for (let nth = 0; nth < 15; nth++) {
      await ok(writer.append(sampleCommit(`c${nth}`, [`s-${nth % 3}`], 150)));
      count += nth % 3 === 1 ? 1 : 0;
      assert.equal((await recordsOf(store, { stream: "s-1" })).length, count);
      assert.equal((await recordsOf(store)).length, nth + 1);
    }
    await ok(writer.close);
    for (let nth = 0; nth < 3; nth++) {
      const again = await ok(openFileStore(disk, options));
      await ok(again.append(sampleCommit(`d${nth}`, ["s-1"])));
      await ok(again.close);
      assert.equal((await recordsOf(store, { stream: "s-1" })).length, count + nth + 1);
    }
    await ok(store.close);
  });

  test("writes nothing, and refuses to", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("one", ["a-1"])));
    const before = filesIn(disk);
    const store = await reader(disk);
    assert.equal(
      (await appendFault(store, sampleCommit("two", ["a-1"]), "WriteFailed")).stored,
      "no",
    );
    await ids(store);
    await ok(verifyStore(disk));
    await ok(store.close);
    assert.deepEqual(filesIn(disk), before);
    await ok(writer.close);
  });

  test("is told when the store is closed beneath its own hands", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    const store = await reader({ ...disk, clock: virtualClock() });
    const waiting = store.follow({})();
    await ok(store.close);
    const told = await waiting;
    assert.ok(E.isLeft(told) && told.left._tag === "Closed");
    await fault(store.read({}), "Closed");
    await fault(store.head, "Closed");
    await ok(writer.close);
  });
});

describe("a writer that was overtaken", () => {
  test("acknowledges nothing any more, and its commits are not in the log", async () => {
    // Nothing proves that the first is dead: its lease has run out, for it does not beat.
    const disk = await diskOf(new Map(), { othersDead: false });
    const zombie = await ok(openFileStore(disk));
    await ok(zombie.append(sampleCommit("one", ["a-1"])));
    const owner = await ok(openFileStore(disk));
    await ok(owner.append(sampleCommit("two", ["a-1"])));
    const claim = bytesOf(filesIn(disk), "writer-0000000001.claim");
    const told = await appendFault(zombie, sampleCommit("late", ["a-1"]), "Indeterminate");
    assert.equal(told.stored, "unknown");
    assert.equal(
      (await appendFault(zombie, sampleCommit("later", ["a-1"]), "WriteFailed")).stored,
      "no",
    );
    await ok(owner.append(sampleCommit("three", ["a-1"])));
    await ok(zombie.close);
    assert.deepEqual(
      bytesOf(filesIn(disk), "writer-0000000001.claim"),
      claim,
      "its watermark does not move either",
    );
    await ok(owner.close);
    const again = await ok(openFileStore(disk));
    assert.deepEqual(await ids(again), ["one", "two", "three"]);
    await ok(again.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
  });

  test("or whose directory has vanished knows it: its own claim is not there", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(sampleCommit("one", ["a-1"])));
    await disk.remove("writer-0000000001.claim");
    await appendFault(store, sampleCommit("two", ["a-1"]), "Indeterminate");
    await appendFault(store, sampleCommit("three", ["a-1"]), "WriteFailed");
    await ok(store.close);
  });

  test("may begin a segment at that very moment: it is off the chain, told and never read", async () => {
    const disk = await diskOf(new Map(), { othersDead: false });
    let owner: EventStore | undefined;
    const zombie = await ok(openFileStore({
      ...disk,
      create: async (name) => {
        if (name.startsWith("segment-0000000002")) owner = await ok(openFileStore(disk));
        return disk.create(name);
      },
    }, { segmentBytesMax: 1024 }));
    await ok(zombie.append(sampleCommit("one", ["a-1"])));
    const told = await appendFault(zombie, sampleCommit("late", ["a-1"], 900), "WriteFailed");
    assert.equal(told.stored, "no");
    assert.ok(owner);
    await ok(owner.append(sampleCommit("two", ["a-1"])));
    await ok(owner.close);
    const { strays, problems } = await ok(verifyStore(disk));
    assert.deepEqual({ strays, problems }, {
      strays: ["segment-0000000002-0000000001.log"],
      problems: [],
    });
    assert.deepEqual((await ok(storeStats(disk))).strays, strays);
    const again = await ok(openFileStore(disk));
    assert.deepEqual(await ids(again), ["one", "two"]);
    await ok(again.close);
    assert.ok(filesIn(disk).has(strays[0]!), "nobody removes it");
  });
});
