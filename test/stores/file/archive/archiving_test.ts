import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ColdTier, FileStore } from "../../../../stores/file/mod.ts";
import {
  coldStorage,
  openFileStore,
  storeStats,
  verifyStore,
} from "../../../../stores/file/mod.ts";
import type { StoragePort } from "../../../../stores/file/storage.ts";
import { fault, ok } from "../../../../stores/conformance/words.ts";
import {
  answersOf,
  assertAllArchived,
  assertHeeded,
  commitOf,
  COMMITS,
  filled,
  opened,
  pagesOf,
  segmentsOf,
} from "../../../support/archived_store.ts";
import { diskOf, type Files, filesIn, flipped, namesOf } from "../../../support/disk.ts";

const without = (files: Files, prefix: string): Files =>
  new Map([...files].filter(([name]) => !name.startsWith(prefix)));

describe("an archived store", () => {
  test("answers as before in every mode, with and without its index", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    const before = await answersOf(store);
    const segments = segmentsOf(disk);
    const archival = await ok(store.archive());
    assert.equal(archival.segments.length, segments - 1);
    assert.ok(archival.archiveBytes < archival.bytes);
    assertAllArchived(disk);
    assert.equal(namesOf(filesIn(cold), "archive").length, segments - 1);
    assert.equal(await answersOf(store), before);
    await assertHeeded(store);
    await ok(store.append(commitOf(COMMITS + 1)));
    await ok(store.close);
    for (const files of [filesIn(disk), without(filesIn(disk), "index")]) {
      for (const mode of ["existing", "readOnly", "salvage"] as const) {
        const copy = await diskOf(files, { boot: 2 });
        const again = await opened(copy, cold, { mode });
        assert.equal(await answersOf(again), before, mode);
        assert.equal(await ok(again.head), COMMITS + 1);
        if (mode === "existing") await assertHeeded(again);
        await ok(again.close);
      }
    }
  });

  test("is verified through its archives, and counted", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    const { segments } = await ok(store.archive());
    await ok(store.close);
    const tier = coldStorage(cold);
    const sound = await ok(verifyStore(disk, { cold: tier, isDeep: true }));
    assert.deepEqual(sound.problems, []);
    assert.equal(sound.records, COMMITS);
    const stats = await ok(storeStats(disk, { cold: tier }));
    assert.equal(stats.archivedSegments, segments.length);
    assert.equal(stats.segments, segmentsOf(disk));
    const [name = "", bytes = new Uint8Array()] = [...filesIn(cold)][1] ?? [];
    // In a block, and in the header, which says what segment it is.
    for (const at of [300, 40]) {
      const damaged = await diskOf(new Map(filesIn(cold)).set(name, flipped(bytes, at, 3)));
      const found = await ok(verifyStore(disk, { cold: coldStorage(damaged) }));
      assert.deepEqual(found.problems.map(({ file }) => file), [name], `byte ${at}`);
    }
  });

  test("may have its archives beside it", async () => {
    const disk = await diskOf();
    const store = await filled(disk, disk);
    const before = await answersOf(store);
    assert.ok((await ok(store.archive())).segments.length > 2);
    assert.equal(await answersOf(store), before);
    await ok(store.close);
  });

  test("archives by hand, by age and by what is kept, and nothing twice", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    assert.deepEqual((await ok(store.archive({ through: { segment: 2 } }))).segments, [1, 2]);
    assert.deepEqual((await ok(store.archive({ through: { segment: 2 } }))).segments, []);
    assert.deepEqual((await ok(store.archive({ olderThanMs: 3_600_000 }))).segments, []);
    assert.deepEqual((await ok(store.archive({ keepBytes: 2 ** 30 }))).segments, []);
    const some = await ok(store.archive({ isOver: (stream) => stream !== "rare-30" }));
    assert.ok(some.segments.length > 0);
    const rest = await ok(store.archive({ keepBytes: 0, olderThanMs: 0 }));
    assert.equal(rest.segments.length, 1, "the one with the stream that was not over");
    await ok(store.close);
  });

  test("keeps at hand a segment that says that a stream is cut", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await opened(disk, cold);
    await ok(store.append(commitOf(1)));
    await ok(store.tombstoneStream("often-1"));
    for (let nth = 2; nth <= COMMITS; nth++) {
      if (nth % 3 !== 1) await ok(store.append(commitOf(nth)));
    }
    const { segments } = await ok(store.archive());
    assert.ok(segments.length > 0 && !segments.includes(1));
    await fault(store.append(commitOf(61)), "StreamTombstoned");
    await ok(store.close);
  });

  test("is refused without a tier, and to who only reads", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await fault(store.archive(), "Refused");
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    await fault(reader.archive(), "WriteFailed");
    await ok(reader.close);
    await ok(store.close);
    await fault(store.archive(), "Closed");
  });

  test("is archived to one tier only", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    await ok(store.archive({ through: { segment: 1 } }));
    await ok(store.close);
    const [other, segments] = [await diskOf(), segmentsOf(disk)];
    const again = await opened(disk, other);
    const refused = await fault(again.archive(), "Refused");
    assert.match(refused.found, /^none named archive-0000000001-/);
    assert.deepEqual([segmentsOf(disk), filesIn(other).size], [segments, 0]);
    await ok(again.close);
  });

  test("is not archived where the segment is not what the log says", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    await ok(store.close);
    const files = new Map(filesIn(disk));
    const name = namesOf(files, "segment")[1]!;
    files.set(name, flipped(files.get(name)!, 1_000, 1));
    const again = await opened(await diskOf(files, { boot: 2 }), cold);
    const found = await fault(again.archive(), "Corrupt");
    assert.equal(found.file, name);
    assert.deepEqual(namesOf(filesIn(cold), "archive").length, 1, "only the one before");
    await ok(again.close);
  });

  test("is not believed archived where the tier gives back other bytes", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const tier = coldStorage(cold);
    const lying: ColdTier = {
      ...tier,
      put: (name, parts) => {
        const other = parts.map((part, at) => at === 1 ? flipped(part, part.length >> 1, 4) : part);
        return tier.put(name, other);
      },
    };
    const store = await filled(disk, cold);
    await ok(store.close);
    const again = await ok(openFileStore(disk, { cold: lying }));
    const segments = segmentsOf(disk);
    await fault(again.archive(), "Corrupt");
    assert.equal(segmentsOf(disk), segments);
    await ok(again.close);
  });
});

describe("a cold tier that cannot be reached", () => {
  /** An archived store whose tier can be made to fail, or to hang. */
  async function shaky(): Promise<{
    readonly store: FileStore;
    readonly disk: StoragePort;
    readonly be: (state: "up" | "down" | "silent") => void;
    readonly tier: ColdTier;
  }> {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const sound = await filled(disk, cold);
    await ok(sound.archive());
    await ok(sound.close);
    let state = "up";
    let wake = (): void => undefined;
    const inner = coldStorage(cold);
    const answer = async <Value>(value: () => Value): Promise<Awaited<Value>> => {
      if (state === "down") throw new Error("no route to host");
      while (state === "silent") {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return await value();
    };
    const tier: ColdTier = {
      ...inner,
      size: (name) => answer(() => inner.size(name)),
      read: (name, at, size) => answer(() => inner.read(name, at, size)),
    };
    const store = await ok(openFileStore(disk, { cold: tier }));
    return {
      store,
      disk,
      tier,
      be: (next) => {
        state = next;
        wake();
      },
    };
  }

  const conditional = (query: string): Parameters<FileStore["append"]>[0] => ({
    writes: [{ stream: "late", expected: "any", events: commitOf(1).writes[0]!.events }],
    condition: { failIfEventsMatch: { tags: [query] } },
  });

  test("is told where a read or a condition needs it, and only there", async () => {
    const { store, disk, tier, be } = await shaky();
    be("down");
    await fault(store.read({}), "ColdUnavailable");
    await fault(store.append(conditional("tag:1")), "ColdUnavailable");
    await fault(store.append(commitOf(1)), "ColdUnavailable");
    await ok(store.append(conditional("no such tag")));
    await ok(store.append(commitOf(COMMITS + 1)));
    const late = await ok(store.read({ stream: "late" }));
    assert.equal(late.records.length, 1);
    be("up");
    await fault(store.append(conditional("tag:1")), "Conflict");
    assert.equal((await pagesOf(store))[0]!.from, 0);
    await ok(store.close);
    be("down");
    // Opening touches no archive, as long as there are index runs.
    const again = await ok(openFileStore(disk, { cold: tier }));
    assert.equal(await ok(again.head), COMMITS + 2);
    await ok(again.close);
  });

  test("keeps only those waiting who need it", async () => {
    const { store, be } = await shaky();
    be("silent");
    const [slowRead, slowAppend] = [store.read({})(), store.append(conditional("tag:1"))()];
    const slowRetry = store.append(commitOf(1))();
    for (let nth = 1; nth <= 5; nth++) await ok(store.append(commitOf(COMMITS + nth)));
    const hot = await pagesOf(store, {}, { tiers: "hot" });
    assert.equal(hot.at(-1)!.through, COMMITS + 5);
    be("up");
    assert.equal((await slowRead)._tag, "Right");
    assert.match(JSON.stringify(await slowAppend), /"_tag":"Conflict"/);
    assert.match(JSON.stringify(await slowRetry), /"repeated":true/);
    await ok(store.close);
  });

  test("does not keep a store from closing, and an append that waited for it is not stored", async () => {
    const { store, be } = await shaky();
    be("silent");
    const slow = store.append(conditional("no such tag, but the tier is asked"))();
    const waiting = store.append(conditional("tag:1"))();
    await ok(store.close);
    be("up");
    assert.match(JSON.stringify(await waiting), /"_tag":"Closed"/);
    await slow;
  });

  test("is left out by a read of what is hot, which says what it covers", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    // What is in the middle stays, so that there is something on both sides.
    const { segments } = await ok(store.archive({ isOver: (stream) => stream !== "rare-30" }));
    assert.ok(segments.length > 1);
    const all = (await pagesOf(store)).flatMap(({ records }) => records);
    for (const direction of ["forward", "backward"] as const) {
      const pages = await pagesOf(store, {}, { tiers: "hot", direction });
      const hot = pages.flatMap(({ records }) => records.map(({ position }) => position));
      assert.ok(hot.includes(30) && !hot.includes(1) && hot.includes(COMMITS));
      const covered = all.map(({ position }) => position).filter((position) =>
        pages.some(({ from, through }) => {
          const [after, until] = direction === "forward" ? [from, through] : [through, from];
          return position > after && position <= until;
        })
      );
      assert.deepEqual([...hot].sort((a, b) => a - b), covered, direction);
      assert.ok(pages.length >= 2);
    }
    await ok(store.close);
  });
});

describe("a reader in another process", () => {
  test("goes on when segments that it has open, or has not, are archived", async () => {
    const [disk, cold] = [await diskOf(), await diskOf()];
    const store = await filled(disk, cold);
    const before = await answersOf(store);
    const [eager, idle] = [
      await opened(disk, cold, { mode: "readOnly" }),
      await opened(disk, cold, { mode: "readOnly" }),
    ];
    assert.equal(await answersOf(eager), before);
    await ok(store.archive({ through: { segment: 3 } }));
    assert.equal(await answersOf(eager), before);
    assert.equal(await answersOf(idle), before);
    await ok(store.archive());
    const page = await ok(idle.read({}, { pageRecordsMax: 3 }));
    assert.equal(page.records.length, 3);
    assert.equal(await answersOf(idle), before);
    for (const one of [eager, idle, store]) await ok(one.close);
  });
});
