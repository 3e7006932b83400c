import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as E from "fp-ts/lib/Either.js";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { SEGMENT_HEADER_BYTES } from "../../../stores/file/format/segment.ts";
import {
  explainRepair,
  openFileStore,
  planRepair,
  repairStore,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { type ClosedStore, closedStore, smallStore } from "../../support/closed_store.ts";
import { bytesOf, diskOf, filesIn, flipped, namesOf, withFile } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { planned, positionsIn } from "../../support/repairing.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 5;

let store: ClosedStore;
let segments: ReadonlyArray<string>;
before(async () => {
  store = await smallStore();
  segments = namesOf(store.files, "segment");
});

describe("a repair at a place that a person has chosen", () => {
  test("ends the log there, between any two commits", async () => {
    const disk = await diskOf(store.files);
    const at = { segment: 2, offset: SEGMENT_HEADER_BYTES };
    const plan = await planned(disk, at);
    assert.deepEqual(positionsIn(plan), [plan.end.position + 1, store.records.length]);
    await ok(repairStore(disk, plan));
    const again = await ok(openFileStore(disk));
    assert.deepEqual(await recordsOf(again), store.records.slice(0, plan.end.position));
    await ok(again.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
  });

  test("is flushed before a segment behind it says so: it may have been in the cache only", async () => {
    const calls: string[] = [];
    const disk = faultyStorage(await diskOf(store.files), ({ operation, name }) => {
      if (operation === "syncDirectory") calls.push(operation);
      if (!name.startsWith("segment")) return undefined;
      if (operation === "create" || operation === "datasync") calls.push(`${operation} ${name}`);
      return undefined;
    });
    const plan = await planned(disk, { segment: 2, offset: SEGMENT_HEADER_BYTES });
    await ok(repairStore(disk, plan));
    const flushed = calls.indexOf(`datasync ${segments[1]}`);
    const begun = calls.findIndex((call) => call.startsWith("create segment-0000000003"));
    assert(flushed >= 0 && flushed < begun, calls.join());
    assert(calls.slice(flushed, begun).includes("syncDirectory"), "and so is its name");
  });

  test("is refused inside a commit, behind damage and behind the end, with the nearest place", async () => {
    const damaged = withFile(
      store.files,
      segments[1]!,
      flipped(bytesOf(store.files, segments[1]!), 200, 1),
    );
    for (
      const [files, segment, offset, nearest] of [
        [store.files, 1, SEGMENT_HEADER_BYTES + 8, /nearest is 1:128/],
        [store.files, 1, 64, /nearest is 1:128/],
        [store.files, 3, 1_000_000, /nearest is 3:/],
        [store.files, 4, SEGMENT_HEADER_BYTES, /nearest is 3:/],
        [damaged, 3, SEGMENT_HEADER_BYTES, /nearest is 2:128/],
      ] as const
    ) {
      const disk = await diskOf(files);
      const told = await fault(planRepair(disk, { at: { segment, offset } }), "RepairRefused");
      assert.match(told.wanted, nearest);
      assert.equal(told.found, `${segment}:${offset}`);
      assert.deepEqual(filesIn(disk), files);
    }
  });
});

describe("a repair is refused", () => {
  test("where there is no store, and where somebody may write", async () => {
    await fault(planRepair(await diskOf()), "StoreMissing");
    const disk = await diskOf(store.files, { othersDead: false });
    const plan = await planned(disk, { segment: 1, offset: 128 });
    const writer = await ok(openFileStore(disk));
    await fault(repairStore(disk, plan, { lockWaitMs: 0 }), "StoreLocked");
    await ok(writer.close);
  });

  test("where the store is not as it was planned", async () => {
    const disk = await diskOf(store.files);
    const plan = await planned(disk, { segment: 1, offset: 128 });
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("later", ["a-1"])));
    await ok(writer.close);
    const told = await fault(repairStore(disk, plan), "RepairRefused");
    assert.match(told.found, /plan it again/);
    assert.equal((await ok(planRepair(disk)))._tag, "NothingToRepair");
  });

  test("by its signal", async () => {
    const signal = { aborted: true };
    await fault(planRepair(await diskOf(store.files), { signal }), "Cancelled");
  });
});

describe("after a flush that failed when the store was opened", () => {
  test("a repair overrides the refusal, and says what that means", async () => {
    const disk = await diskOf(store.files, { seed: 2 });
    const flushless = faultyStorage(disk, ({ operation, name }) => {
      const fails = operation === "datasync" && name.startsWith("segment");
      return fails ? { _tag: "Fails", error: systemError("EIO") } : undefined;
    });
    await fault(openFileStore(flushless), "OpenFailed");
    const sameBoot = await diskOf(filesIn(disk), { seed: 3 });
    await fault(openFileStore(sameBoot), "OpenFailed");
    const plan = await planned(sameBoot);
    assert.equal(plan.hasFlushFailed, true);
    assert.equal(plan.positions, undefined);
    assert.match(explainRepair(plan).join("\n"), /may not be on the disk.*restart/s);
    await ok(repairStore(sameBoot, plan));
    for (let nth = 0; nth < 3; nth++) {
      const again = await ok(openFileStore(sameBoot, { segmentBytesMax: 1024 }));
      assert.deepEqual((await recordsOf(again)).slice(0, store.records.length), store.records);
      await ok(again.append(sampleCommit(`${nth}`, ["a-1"], 900)));
      await ok(again.close);
    }
  });
});

describe("a repair that does not come to its end", () => {
  test("at any call to the storage, once or for good, leaves a store that can be repaired", async () => {
    const damaged = withFile(
      store.files,
      segments[1]!,
      flipped(bytesOf(store.files, segments[1]!), 200, 1),
    );
    const lost = withFile(damaged, "STORE", undefined);
    for (const files of [damaged, lost]) {
      for (const isLasting of [false, true]) {
        for (let nth = 1;; nth += stride) {
          const disk = await diskOf(files, { seed: nth });
          const plan = await planned(disk);
          let isHit = false;
          const troubled = faultyStorage(disk, (call) => {
            if (call.nth !== nth && !(isLasting && call.nth > nth)) return undefined;
            isHit = true;
            return { _tag: "Fails", error: systemError("EIO") };
          });
          const outcome = await repairStore(troubled, plan)();
          // In a new boot: what could not be flushed in the last one is not believed.
          const next = await diskOf(filesIn(disk), { seed: nth + 1000, boot: 2 });
          const again = await ok(planRepair(next));
          if (E.isRight(outcome)) assert.equal(again._tag, "NothingToRepair");
          if (again._tag === "Repair") await ok(repairStore(next, again));
          const opened = await ok(openFileStore(next));
          assert.deepEqual(await recordsOf(opened), store.records.slice(0, plan.end.position));
          await ok(opened.close);
          if (!isHit) break;
        }
      }
    }
  });
});

test("a plan says in words what is wrong, what will be, and what will not be any more", async () => {
  const { files } = await closedStore(
    ["one", "two", "three"].map((id) => sampleCommit(id, ["a-1"])),
  );
  const [name] = namesOf(files, "segment");
  const plan = await planned(
    await diskOf(withFile(files, name!, flipped(bytesOf(files, name!), 300, 0))),
  );
  const words = explainRepair(plan).join("\n");
  assert.match(
    words,
    new RegExp(`^The file ${name} is damaged at byte ${plan.end.offset}: wanted`),
  );
  assert.match(
    words,
    /The log ends in segment-.* at byte \d+, behind position 1; segment 2 begins/,
  );
  assert.match(
    words,
    /2 events will not be in the log any more, of positions 2 to 3; 1 commit behi/,
  );
  assert.match(words, /the bytes from \d+ to \d+ stay where they are, outside the log/);
  assert.match(words, /history has diverged/);
  assert.match(words, /1 index run will not fit any more/);
  assert.match(words, /Nothing is deleted$/);
});

test("a plan says that cuts of streams behind the end will not hold any more", async () => {
  const disk = await diskOf();
  const opened = await ok(openFileStore(disk));
  await ok(opened.append(sampleCommit("one", ["a-1"])));
  await ok(opened.append(sampleCommit("two", ["a-1"])));
  await ok(opened.truncateStream("a-1", 2));
  await ok(opened.tombstoneStream("b-1"));
  await ok(opened.close);
  const plan = await planned(disk, { segment: 1, offset: SEGMENT_HEADER_BYTES });
  assert.deepEqual([plan.commits, plan.cuts], [2, 2]);
  assert.match(explainRepair(plan).join("\n"), /2 cuts of streams will not hold any more/);
});
