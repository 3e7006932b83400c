import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { filesOf } from "../../../stores/file/files.ts";
import { HASH_NONE, HASH_SHA256, type HashMode } from "../../../stores/file/format/store_file.ts";
import { openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import { type SegmentHash, segmentHash } from "../../../stores/file/segment_hash.ts";
import type { Clock } from "../../../stores/file/storage.ts";
import { memoryStorage, virtualClock } from "../../../stores/storage/memory.ts";
import { appendAll, ok } from "../../../stores/conformance/words.ts";
import { diskOf, filesIn, randomBytes } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { assertChained, chained } from "../../support/hash_chain.ts";
import { appendAndNote, noPromises, sampleCommit } from "../../support/life_of_a_store.ts";

const file = "segment";
const before = randomBytes(7)(32);

interface Followed {
  readonly hash: SegmentHash;
  readonly bytes: Uint8Array;
  readonly trouble: (isBroken: boolean) => void;
}

/** The hash of a file of so many bytes. */
async function hashOf(
  size: number,
  hashMode: HashMode = HASH_SHA256,
  clock?: Clock,
): Promise<Followed> {
  const bytes = randomBytes(size + 1)(size);
  let isBroken = false;
  const storage = faultyStorage(memoryStorage(clock ? { clock } : {}), ({ operation }) => {
    return isBroken && operation === "read"
      ? { _tag: "Fails", error: systemError("EIO") }
      : undefined;
  });
  const created = await storage.create(file);
  assert(created !== "exists");
  await created.write(0, bytes);
  const identity = {
    storeId: new Uint8Array(16),
    created: 0,
    hashKey: new Uint8Array(16),
    hashMode,
    segmentBytesMax: 1024,
  };
  const hash = segmentHash({ storage, files: filesOf(storage, 4), identity }, file, before);
  return {
    hash,
    bytes,
    trouble: (value) => {
      isBroken = value;
    },
  };
}

const hexOf = (value: Uint8Array): string => Buffer.from(value).toString("hex");

describe("the hash of a segment", () => {
  test("is that of the bytes, whichever of them it was shown and wherever it is asked", async () => {
    const size = 200;
    const cuts = fc.uniqueArray(fc.nat(size), { maxLength: 6 });
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(size)), { maxLength: 4 });
    await fc.assert(fc.asyncProperty(cuts, fc.nat(2), steps, async (some, skipped, asked) => {
      const { hash, bytes } = await hashOf(size, HASH_SHA256, virtualClock());
      const edges = [0, ...some.sort((a, b) => a - b), size];
      edges.slice(skipped).forEach((from, nth) => {
        const to = edges[skipped + nth + 1];
        if (to !== undefined) hash.follow(from, bytes.subarray(from, to));
      });
      for (const [, to] of [...asked, [true, size] as const]) {
        assert.equal(hexOf(await hash.upTo(to)), chained(before, bytes.subarray(0, to)));
        assert.equal(hash.taken(), to);
      }
    }));
  });

  test("makes up in the background what it was not shown, and follows from then on", async () => {
    const clock = virtualClock();
    const size = 3 * 2 ** 20;
    const { hash, bytes } = await hashOf(size, HASH_SHA256, clock);
    hash.follow(size - 10, bytes.subarray(size - 10, size - 5));
    assert.equal(hash.taken(), 0);
    await clock.advance(100);
    assert.equal(hash.taken(), size - 5);
    hash.follow(size - 5, bytes.subarray(size - 5));
    assert.equal(hash.taken(), size);
    assert.equal(hexOf(hash.value()), chained(before, bytes));
  });

  test("ends its work in the background when it is told to", async () => {
    const clock = virtualClock();
    const size = 3 * 2 ** 20;
    const { hash, bytes } = await hashOf(size, HASH_SHA256, clock);
    hash.follow(size - 10, bytes.subarray(size - 10));
    await hash.stop();
    const taken = hash.taken();
    await clock.advance(100);
    assert.equal(hash.taken(), taken);
    assert(taken < size);
  });

  test("tells whoever wants the value that it cannot be read, and goes on when it can", async () => {
    const clock = virtualClock();
    const { hash, bytes, trouble } = await hashOf(100, HASH_SHA256, clock);
    trouble(true);
    hash.follow(90, bytes.subarray(90));
    await clock.advance(100);
    await assert.rejects(hash.upTo(100), /EIO/);
    trouble(false);
    assert.equal(hexOf(await hash.upTo(100)), chained(before, bytes));
  });

  test("is zeros in a store without a chain, and reads nothing", async () => {
    const { hash, bytes, trouble } = await hashOf(100, HASH_NONE);
    trouble(true);
    hash.follow(0, bytes);
    assert.deepEqual(await hash.upTo(50), new Uint8Array(32));
    assert.deepEqual(hash.value(), new Uint8Array(32));
  });
});

describe("the chain of a store", () => {
  test("is right after rolls, reopenings, kills, and writes and flushes that fail", async () => {
    const life = fc.array(
      fc.record({
        durability: fc.constantFrom("sync" as const, "os" as const),
        commits: fc.nat(9),
        failing: fc.constantFrom(undefined, "write" as const, "datasync" as const),
        nth: fc.nat(30),
        isKilled: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(life, async (sessions) => {
        let disk = await diskOf();
        let id = 0;
        for (const { durability, commits, failing, nth, isKilled } of sessions) {
          let calls = 0;
          const storage = faultyStorage(disk, ({ operation, name }) => {
            const isMeant = operation === failing && name.startsWith("segment");
            return isMeant && ++calls === nth
              ? { _tag: "Fails", error: systemError("EIO") }
              : undefined;
          });
          const opened = await openFileStore(storage, { durability, segmentBytesMax: 1024 })();
          if (opened._tag === "Left") continue;
          const promises = noPromises();
          for (let at = 0; at < commits; at++) {
            const commit = sampleCommit(String(++id), ["a-1"], 40 + 30 * (id % 4));
            await appendAndNote(opened.right, commit, promises);
          }
          // What a killed process leaves: everything that was written.
          if (isKilled) disk = await diskOf(filesIn(disk), { seed: id + 2 });
          else await opened.right.close();
        }
        assertChained(filesIn(disk));
        const verified = await verifyStore(disk)();
        if (verified._tag === "Right") return assert.deepEqual(verified.right.problems, []);
        // No session came as far as a segment.
        assert.equal(verified.left._tag, "StoreMissing");
        assert.ok(![...filesIn(disk).keys()].some((name) => name.startsWith("segment")));
      }),
      {
        numRuns: process.env.LEFTFOLD_SOAK === "1" ? 2_000 : 40,
        examples: [[[
          { durability: "sync", commits: 0, failing: "write", nth: 1, isKilled: false },
        ]]],
      },
    );
  });

  test("is taken from what is written, and reads no segment for it", async () => {
    const disk = await diskOf();
    const reads: string[] = [];
    const storage = faultyStorage(disk, ({ operation, name }) => {
      if (operation === "read" && name.startsWith("segment")) reads.push(name);
      return undefined;
    });
    for (const durability of ["sync", "os", "none"] as const) {
      const store = await ok(openFileStore(storage, { durability, segmentBytesMax: 1024 }));
      reads.length = 0;
      const commits = [1, 2, 3, 4, 5].map((nth) => sampleCommit(`${durability}${nth}`, ["a"], 400));
      await appendAll(store, ...commits);
      // The one that was adopted was begun by somebody else.
      const own = new Set(reads).size - (durability === "sync" ? 0 : 1);
      await ok(store.close);
      assert.equal(own, 0, `${durability}: ${reads.join(", ")}`);
    }
    assert(assertChained(filesIn(disk)) >= 10);
  });

  test("goes on in a segment that was adopted without a scan", async () => {
    const disk = await diskOf();
    for (let session = 1; session <= 12; session++) {
      const store = await ok(openFileStore(disk, { segmentBytesMax: 2048 }));
      await appendAll(store, sampleCommit(`${session}`, ["a-1"], 300));
      await ok(store.close);
    }
    assert(assertChained(filesIn(disk)) >= 4);
  });

  test("is not there if the store was made without one, and stays so", async () => {
    const disk = await diskOf();
    for (const chain of ["none", "sha256"] as const) {
      const store = await ok(openFileStore(disk, { segmentBytesMax: 1024, chain }));
      const commits = [1, 2, 3, 4].map((nth) => sampleCommit(`${chain}-${nth}`, ["a"], 400));
      await appendAll(store, ...commits);
      await ok(store.close);
    }
    assert.throws(() => assertChained(filesIn(disk)), /on segment/);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
  });
});
