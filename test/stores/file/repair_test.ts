import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as E from "fp-ts/lib/Either.js";
import {
  explainRepair,
  openFileStore,
  planRepair,
  type Repair,
  type RepairPlan,
  repairStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { addArchived } from "../../../stores/file/format/manifest.ts";
import { settingsOf } from "../../../stores/file/options.ts";
import { openReading } from "../../../stores/file/reading.ts";
import { storeOf } from "../../../stores/file/session.ts";
import { openWriting } from "../../../stores/file/writing.ts";
import { SEGMENT_HEADER_BYTES } from "../../../stores/file/format/segment.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { type ClosedStore, closedStore, smallStore } from "../../support/closed_store.ts";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

let store: ClosedStore;
let segments: ReadonlyArray<string>;
before(async () => {
  store = await smallStore();
  segments = namesOf(store.files, "segment");
  assert.equal(segments.length, 3);
});

function without(files: Files, ...names: ReadonlyArray<string>): Files {
  return names.reduce((rest, name) => withFile(rest, name, undefined), files);
}

/** The plan for a store that wants a repair. */
async function planned(disk: StoragePort, at?: Repair["end"]): Promise<Repair> {
  const plan: RepairPlan = await ok(planRepair(disk, at ? { at } : {}));
  assert(plan._tag === "Repair", JSON.stringify(plan));
  return plan;
}

/**
 * Repairs, and sees that the log is what it was up to the place that the plan names, that it goes
 * on, that nothing is wrong with it, and that every byte that was there is there.
 */
async function repaired(files: Files, wanted = store.records): Promise<Repair> {
  const disk = await diskOf(files, { seed: 5 });
  const plan = await planned(disk);
  assert.deepEqual(filesIn(disk), files, "a plan writes nothing");
  await ok(repairStore(disk, plan));
  for (const [name, bytes] of files) {
    if (name !== "STORE") assert.deepEqual(bytesOf(filesIn(disk), name), bytes, name);
  }
  const verified = await ok(verifyStore(disk));
  assert.deepEqual(verified.problems, []);
  assert.deepEqual(verified.torn, [], "nothing of it is called a tail that nobody acknowledged");
  const told = [...verified.outside.map(({ file }) => file), ...verified.strays];
  for (const { file } of plan.outside) {
    assert(told.includes(file), `${file} is told to lie outside`);
  }
  const kept = wanted.slice(0, plan.end.position);
  for (const mode of ["readOnly", "salvage", "existing"] as const) {
    const again = await ok(openFileStore(disk, { mode }));
    assert.deepEqual(await recordsOf(again), kept, mode);
    await ok(again.close);
  }
  const goingOn = await ok(openFileStore(disk, { segmentBytesMax: 1024 }));
  for (let nth = 0; nth < 8; nth++) {
    await ok(goingOn.append(sampleCommit(`after-${nth}`, ["a-1", "n-1"], 200)));
  }
  const all = await recordsOf(goingOn);
  assert.deepEqual(all.slice(0, kept.length), kept);
  assert.deepEqual(all.map(({ position }) => position), all.map((_, at) => at + 1));
  assert.deepEqual(
    await recordsOf(goingOn, { stream: "a-1" }),
    all.filter(({ stream }) => stream === "a-1"),
    "no index of what is not in the log answers",
  );
  await ok(goingOn.close);
  // Once more, when runs cover the segment that the repair has made, and without any claim.
  for (const bare of [filesIn(disk), without(filesIn(disk), ...namesOf(filesIn(disk), "writer"))]) {
    const copy = await diskOf(bare, { seed: 6 });
    const reader = await ok(openFileStore(copy, { mode: "readOnly" }));
    const read = await recordsOf(reader);
    await ok(reader.close);
    // Without a mark, a reader trusts what the last frame says was flushed before it.
    assert.deepEqual(read, all.slice(0, bare.size === filesIn(disk).size ? all.length : -2));
    const again = await ok(openFileStore(copy));
    assert.deepEqual(await recordsOf(again), all);
    await ok(again.close);
  }
  const { problems } = await ok(verifyStore(disk));
  assert.deepEqual(problems, []);
  assert.equal((await ok(planRepair(disk)))._tag, "NothingToRepair");
  return plan;
}

const positionsIn = ({ positions }: Repair): ReadonlyArray<number> =>
  positions ? [positions.from, positions.to] : [];

describe("a repair", () => {
  test("of a sound store has nothing to do, and writes nothing", async () => {
    const disk = await diskOf(store.files);
    const plan = await ok(planRepair(disk));
    assert.equal(plan._tag, "NothingToRepair");
    assert.equal(plan.end.position, store.records.length);
    assert.deepEqual(filesIn(disk), store.files);
  });

  test("ends the log before a damaged commit in the middle, and leaves the rest outside", async () => {
    const second = bytesOf(store.files, segments[1]!);
    const at = second.length >> 1;
    const plan = await repaired(withFile(store.files, segments[1]!, flipped(second, at, 3)));
    assert.equal(plan.end.segment, 2);
    assert(plan.end.offset <= at && plan.end.offset > SEGMENT_HEADER_BYTES);
    assert.deepEqual(positionsIn(plan), [plan.end.position + 1, store.records.length]);
    assert.deepEqual(plan.outside.map(({ file }) => file), segments.slice(1));
    const inside = store.records.slice(0, plan.end.position).map(({ commitId }) => commitId);
    const all = new Set(store.records.map(({ commitId }) => commitId));
    assert.equal(plan.commits, all.size - new Set(inside).size - 1, "all but the damaged one");
  });

  test("ends the log before the last commit, where that is damaged", async () => {
    const last = segments.at(-1)!;
    const bytes = bytesOf(store.files, last);
    const plan = await repaired(withFile(store.files, last, flipped(bytes, bytes.length - 20, 1)));
    assert.equal(plan.damage?.file, last);
    const lastCommit = store.records.at(-1)!.commitId;
    const first = store.records.find(({ commitId }) => commitId === lastCommit)!.position;
    assert.deepEqual(positionsIn(plan), [first, store.records.length]);
    assert.equal(plan.commits, 0);
  });

  test("ends the log where its last bytes are cut off", async () => {
    const last = segments.at(-1)!;
    for (const size of [0, 17, 128, 140, bytesOf(store.files, last).length - 7]) {
      const files = withFile(store.files, last, bytesOf(store.files, last).slice(0, size));
      const plan = await repaired(files);
      assert.equal(plan.positions?.to, store.records.length, "a watermark speaks of them");
    }
  });

  for (const nth of [0, 1, 2]) {
    test(`ends the log before segment ${nth + 1}, where that is gone`, async () => {
      const plan = await repaired(without(store.files, segments[nth]!));
      assert.equal(plan.end.segment, nth);
      assert.deepEqual(positionsIn(plan), [plan.end.position + 1, store.records.length]);
      assert.deepEqual(plan.outside.map(({ file }) => file), segments.slice(nth + 1));
    });

    test(`ends the log before segment ${nth + 1}, where its header is damaged`, async () => {
      for (const at of [0, 20, 60, 70, 125]) {
        const bytes = flipped(bytesOf(store.files, segments[nth]!), at, 2);
        const plan = await repaired(withFile(store.files, segments[nth]!, bytes));
        assert.equal(plan.end.segment, nth);
        assert.deepEqual(plan.outside.map(({ file }) => file), segments.slice(nth));
      }
    });
  }

  test("begins the log anew where every segment is gone, as only a watermark tells", async () => {
    const plan = await repaired(without(store.files, ...segments));
    assert.deepEqual([plan.end.segment, plan.end.position], [0, 0]);
    assert.deepEqual(positionsIn(plan), [1, store.records.length]);
  });

  test("writes STORE again where it is gone or damaged, and keeps the damaged bytes", async () => {
    const whole = bytesOf(store.files, "STORE");
    for (const bytes of [undefined, flipped(whole, 40, 1), flipped(whole, 14, 1), whole.slice(9)]) {
      const files = withFile(store.files, "STORE", bytes);
      const plan = await repaired(files);
      assert.equal(plan.identity, bytes ? "damaged" : "missing");
      assert.equal(plan.end.position, store.records.length);
      const disk = await diskOf(files);
      await ok(repairStore(disk, await planned(disk)));
      const stats = await ok(storeStats(disk));
      assert.equal(stats.storeId, (await ok(storeStats(await diskOf(store.files)))).storeId);
      if (bytes) assert.deepEqual(bytesOf(filesIn(disk), "damaged-0000000001-STORE"), bytes);
    }
  });

  test("of a torn claim is not needed: the store opens", async () => {
    for (const name of namesOf(store.files, "writer")) {
      for (const size of [0, 300, 700]) {
        const torn = withFile(store.files, name, bytesOf(store.files, name).slice(0, size));
        assert.equal((await ok(planRepair(await diskOf(torn))))._tag, "NothingToRepair");
      }
    }
  });

  test("never takes the segment of a fenced writer for a damaged one of its successor", async () => {
    // Epoch 2 has claimed, and begins segment 4 only after epoch 3 has done so.
    const unclaimed = without(store.files, ...namesOf(store.files, "writer"));
    const fenced = await diskOf(unclaimed, { seed: 8 });
    await ok((await ok(openFileStore(fenced))).close);
    const stray = "segment-0000000004-0000000002.log";
    const claim = "writer-0000000002.claim";
    const claimed = withFile(unclaimed, claim, bytesOf(filesIn(fenced), claim).slice(0, 512));
    const disk = await diskOf(claimed, { seed: 9 });
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("real", ["a-1"])));
    await ok(writer.close);
    const sound = withFile(filesIn(disk), stray, bytesOf(filesIn(fenced), stray));
    assert.equal((await ok(planRepair(await diskOf(sound)))).end.segment, 4);
    const real = "segment-0000000004-0000000003.log";
    const files = withFile(sound, real, flipped(bytesOf(sound, real), 50, 1));
    const plan = await planned(await diskOf(files));
    assert.deepEqual([plan.end.segment, plan.end.position], [3, store.records.length]);
  });
});

test("marks from before a repair do not lead a reader behind its end, also if its own is lost", async () => {
  const last = segments.at(-1)!;
  const bytes = bytesOf(store.files, last);
  const disk = await diskOf(withFile(store.files, last, flipped(bytes, bytes.length - 20, 1)));
  const plan = await planned(disk);
  await ok(repairStore(disk, plan));
  const claims = namesOf(filesIn(disk), "writer");
  assert.equal(claims.length, 2);
  const reader = await ok(
    openFileStore(await diskOf(withFile(filesIn(disk), claims[1]!, undefined)), {
      mode: "readOnly",
    }),
  );
  assert.deepEqual(await recordsOf(reader), store.records.slice(0, plan.end.position));
  await ok(reader.close);
});

describe("the manifest that a repair goes on with", () => {
  const archivedIn = async (disk: StoragePort): Promise<ReadonlyArray<number>> => {
    const session = await openReading(disk, settingsOf({}));
    const { archived } = session.log.manifest;
    await session.close();
    return archived.map(({ from }) => from);
  };

  test("is the newest that is found, also behind the end: what it let go may be gone", async () => {
    const disk = await diskOf();
    const session = await openWriting(disk, settingsOf({ segmentBytesMax: 1024 }));
    const store = storeOf(session);
    for (let nth = 1; nth <= 6; nth++) {
      await ok(store.append(sampleCommit(`${nth}`, ["a-1"], 300)));
      await session.changeManifest((manifest) => addArchived(manifest, nth * 1000, 1));
    }
    await ok(store.close);
    const files = filesIn(disk);
    const wanted = [1000, 2000, 3000, 4000, 5000, 6000];
    assert.deepEqual(await archivedIn(disk), wanted);
    for (const [nth, name] of namesOf(files, "segment").entries()) {
      const damaged = withFile(files, name, flipped(bytesOf(files, name), 400, 1));
      const again = await diskOf(damaged, { seed: 4 });
      await ok(repairStore(again, await planned(again)));
      assert.deepEqual(await archivedIn(again), wanted, `segment ${nth + 1}`);
    }
    // Nothing is left behind the end: the newest before it counts.
    const last = namesOf(files, "segment").at(-1)!;
    const bare = await diskOf(without(files, last), { seed: 4 });
    await ok(repairStore(bare, await planned(bare)));
    const found = await archivedIn(bare);
    assert(found.length >= 4 && found.length < 6, found.join());
  });
});

describe("a repair at a place that a person has chosen", () => {
  test("ends the log there, between any two commits", async () => {
    const disk = await diskOf(store.files);
    const at = { segment: 2, offset: SEGMENT_HEADER_BYTES };
    const plan = await ok(planRepair(disk, { at }));
    assert(plan._tag === "Repair");
    assert.deepEqual(positionsIn(plan), [plan.end.position + 1, store.records.length]);
    await ok(repairStore(disk, plan));
    const again = await ok(openFileStore(disk));
    assert.deepEqual(await recordsOf(again), store.records.slice(0, plan.end.position));
    await ok(again.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
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
    const plan = await ok(planRepair(disk, { at: { segment: 1, offset: 128 } }));
    assert(plan._tag === "Repair");
    const writer = await ok(openFileStore(disk));
    await fault(repairStore(disk, plan, { lockWaitMs: 0 }), "StoreLocked");
    await ok(writer.close);
  });

  test("where the store is not as it was planned", async () => {
    const disk = await diskOf(store.files);
    const plan = await ok(planRepair(disk, { at: { segment: 1, offset: 128 } }));
    assert(plan._tag === "Repair");
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
        for (let nth = 1;; nth++) {
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
