import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  openFileStore,
  planRepair,
  type Repair,
  repairStore,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { SEGMENT_HEADER_BYTES } from "../../../stores/file/format/segment.ts";
import { type ClosedStore, smallStore } from "../../support/closed_store.ts";
import { ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { planned, positionsIn, without } from "../../support/repairing.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

let store: ClosedStore;
let segments: ReadonlyArray<string>;
before(async () => {
  store = await smallStore();
  segments = namesOf(store.files, "segment");
  assert.equal(segments.length, 3);
});

/**
 * Repairs, and sees that the log is what it was up to the place that the plan names, that it goes
 * on, that nothing is wrong with it, and that every byte that was there is there.
 */
async function repaired(files: Files, wanted = store.records): Promise<Repair> {
  const disk = await diskOf(files, { seed: 5 });
  const plan = await planned(disk);
  assert.deepEqual(filesIn(disk), files, "a plan writes nothing");
  await ok(repairStore(disk, plan));
  for (const [name, bytes] of files) assert.deepEqual(bytesOf(filesIn(disk), name), bytes, name);
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

  test("tells how far what it leaves out reaches, though no one read holds it", async () => {
    const disk = await diskOf();
    const long = await ok(openFileStore(disk));
    for (let nth = 0; nth < 12; nth++) {
      await ok(long.append(sampleCommit(`c${nth}`, ["a-1"], 200_000)));
    }
    await ok(long.close);
    const [name = ""] = namesOf(filesIn(disk), "segment");
    const bytes = bytesOf(filesIn(disk), name);
    let end = bytes.length;
    while (bytes[end - 1] === 0) end--;
    assert(end > 2 ** 21);
    const damaged = withFile(filesIn(disk), name, flipped(bytes, SEGMENT_HEADER_BYTES + 50, 3));
    const away = await diskOf(damaged);
    const plan = await planned(away);
    const outside = { file: name, from: SEGMENT_HEADER_BYTES, to: end };
    assert.deepEqual(plan.outside.map(({ file, from, to }) => ({ file, from, to })), [outside]);
    await ok(repairStore(away, plan));
    assert.deepEqual((await ok(verifyStore(away))).outside, [outside]);
    assert.deepEqual((await ok(storeStats(away))).outside, [outside]);
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

  test("says what the store is anew where STORE is gone or damaged, and leaves that as it is", async () => {
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
      const names = bytes ? ["STORE", "STORE-0000000002"] : ["STORE"];
      assert.deepEqual(namesOf(filesIn(disk), "STORE"), names);
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
