import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Appended, EventStore } from "../../../src/event_store.ts";
import type { AppendFault } from "../../../src/fault.ts";
import {
  type FileStoreOptions,
  type Happening,
  openFileStore,
  verifyStore,
} from "../../../stores/file/mod.ts";
import type { Clock } from "../../../stores/file/storage.ts";
import { virtualClock } from "../../../stores/storage/memory.ts";
import { appendAll, appendFault, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { diskOf, filesIn, namesOf } from "../../support/disk.ts";
import {
  type Fate,
  faultyStorage,
  type Misfortune,
  type StorageCall,
  systemError,
} from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

/** A store whose storage does as `fate` says, once it is set. */
async function troubled(options: FileStoreOptions = {}, clock?: Clock): Promise<{
  readonly store: EventStore;
  readonly trouble: (fate: Fate | undefined) => void;
  readonly reopen: () => Promise<EventStore>;
  readonly happened: ReadonlyArray<Happening>;
  readonly disk: Awaited<ReturnType<typeof diskOf>>;
}> {
  const disk = await diskOf(new Map(), clock ? { clock } : {});
  let fate: Fate | undefined;
  const happened: Happening[] = [];
  const observe = (one: Happening): void => void happened.push(one);
  const storage = faultyStorage(disk, (call) => fate?.(call));
  const store = await ok(openFileStore(storage, { ...options, observe }));
  return {
    store,
    trouble: (next) => {
      fate = next;
    },
    reopen: () => ok(openFileStore(disk, options)),
    happened,
    disk,
  };
}

const ids = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await recordsOf(store)).map(({ commitId }) => commitId);

const isSegment = ({ name }: StorageCall): boolean => name.startsWith("segment");
const failing = (code: "ENOSPC" | "EIO"): Misfortune => ({
  _tag: "Fails",
  error: systemError(code),
});

function tagOf(result: E.Either<AppendFault, Appended>): string {
  return E.isRight(result) ? "stored" : result.left._tag;
}

describe("an error of the disk", () => {
  test("full disk: WriteFailed with its cause, and the same store goes on when there is room", async () => {
    const { store, trouble, reopen } = await troubled();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    trouble((call) =>
      isSegment(call) && (call.operation === "write" || call.operation === "create")
        ? failing("ENOSPC")
        : undefined
    );
    for (let nth = 0; nth < 3; nth++) {
      const told = await appendFault(store, sampleCommit("two", ["a-1"]), "WriteFailed");
      assert.equal(told.stored, "no");
      assert.match(String(told.cause), /ENOSPC/);
      assert.deepEqual(await ids(store), ["one"], "it is readable meanwhile");
    }
    trouble(undefined);
    assert.deepEqual(
      (await appendAll(store, sampleCommit("two", ["a-1"]), sampleCommit("three", ["a-1"])))
        .map(({ first, repeated }) => ({ first, repeated })),
      [{ first: 2, repeated: false }, { first: 3, repeated: false }],
    );
    await ok(store.close);
    const again = await reopen();
    assert.deepEqual(await ids(again), ["one", "two", "three"]);
    await ok(again.close);
  });

  test("a group that was half written is not stored, though whole frames of it are in the file", async () => {
    const { store, trouble, reopen, disk } = await troubled();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    trouble(({ operation, name, bytes }) => {
      if (operation !== "write" || !name.startsWith("segment") || !bytes) return undefined;
      return { _tag: "FailsHalfWay", written: bytes.length - 8, error: systemError("ENOSPC") };
    });
    const group = ["two", "three", "four"].map((id) => store.append(sampleCommit(id, ["a-1"]))());
    assert.deepEqual((await Promise.all(group)).map(tagOf), Array(3).fill("WriteFailed"));
    trouble(undefined);
    // A killed process: nothing but the flushed mark says that these frames do not count.
    const killed = await ok(openFileStore(await diskOf(filesIn(disk), { seed: 9 })));
    assert.deepEqual(await ids(killed), ["one"]);
    await ok(killed.close);
    assert.equal((await ok(store.append(sampleCommit("two", ["a-1"])))).first, 2);
    await ok(store.close);
    const again = await reopen();
    assert.deepEqual(await ids(again), ["one", "two"]);
    const { problems, torn } = await ok(verifyStore(disk));
    assert.deepEqual(problems, []);
    assert.equal(torn.length, 1, "what was half written is still there, and told");
    await ok(again.close);
  });

  test("commits queued behind a failed group are not stored, and were never written", async () => {
    const { store, trouble, reopen } = await troubled({ groupFramesMax: 1 });
    await ok(store.append(sampleCommit("one", ["a-1"])));
    let isFirst = true;
    trouble((call) => {
      if (call.operation !== "datasync" || !isSegment(call) || !isFirst) return undefined;
      isFirst = false;
      return failing("EIO");
    });
    const group = ["two", "three", "four"].map((id) => store.append(sampleCommit(id, ["a-1"]))());
    assert.deepEqual((await Promise.all(group)).map(tagOf), Array(3).fill("WriteFailed"));
    assert.equal((await ok(store.append(sampleCommit("three", ["a-1"])))).first, 2);
    await ok(store.close);
    assert.deepEqual(await ids(await reopen()), ["one", "three"]);
  });

  test("nobody knows what is stored if the mark of a failed write fails too", async () => {
    const { store, trouble, reopen } = await troubled();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    trouble(({ operation }) => operation === "datasync" ? failing("EIO") : undefined);
    const told = await appendFault(store, sampleCommit("two", ["a-1"]), "Indeterminate");
    assert.deepEqual([told.stored, told.commitId], ["unknown", "two"]);
    trouble(undefined);
    const later = await appendFault(store, sampleCommit("three", ["a-1"]), "WriteFailed");
    assert.equal(later.stored, "no");
    assert.deepEqual(await ids(store), ["one"], "reads go on");
    await ok(store.close);
    const again = await reopen();
    // Who asks again with the same commit id finds out.
    const wasStored = (await ids(again)).includes("two");
    const { repeated } = await ok(again.append(sampleCommit("two", ["a-1"])));
    assert.equal(repeated, wasStored);
    assert.deepEqual(await ids(again), ["one", "two"]);
    await ok(again.close);
  });

  test("a version that a failed flush took back is given again, and no conflict speaks of it", async () => {
    const { store, trouble } = await troubled();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    let isFirst = true;
    trouble((call) => {
      if (call.operation !== "datasync" || !isSegment(call) || !isFirst) return undefined;
      isFirst = false;
      return failing("EIO");
    });
    const write = (id: string, expected: number) => ({
      ...sampleCommit(id, ["a-1"]),
      writes: [{ ...sampleCommit(id, ["a-1"]).writes[0]!, expected }],
    });
    const group = [store.append(write("two", 1))(), store.append(write("three", 1))()];
    const [first, second] = (await Promise.all(group)).map(tagOf);
    assert.equal(first, "WriteFailed");
    assert.equal(second, "stored", "a conflict would speak of a version that is gone");
    const info = await ok(store.streamInfo("a-1"));
    assert.deepEqual(info, { _tag: "Some", value: { stream: "a-1", version: 2, position: 2 } });
    await ok(store.close);
  });

  test("writes that take a few bytes at a time are carried on; one that takes none has failed", async () => {
    const { store, trouble, reopen } = await troubled();
    trouble(({ operation, bytes }) =>
      operation === "write" && bytes
        ? { _tag: "Short", written: Math.min(3, bytes.length) }
        : undefined
    );
    await appendAll(store, ...["one", "two"].map((id) => sampleCommit(id, ["a-1"], 100)));
    trouble((call) =>
      call.operation === "write" && isSegment(call) ? { _tag: "Short", written: 0 } : undefined
    );
    await appendFault(store, sampleCommit("three", ["a-1"]), "WriteFailed");
    trouble(undefined);
    await ok(store.close);
    assert.deepEqual(await ids(await reopen()), ["one", "two"]);
  });

  test("an index run that cannot be written costs a scan, and nothing else", async () => {
    const { store, trouble, reopen, happened, disk } = await troubled({ segmentBytesMax: 1024 });
    trouble(({ operation, name }) =>
      operation === "write" && name.startsWith("index") ? failing("ENOSPC") : undefined
    );
    const all = Array.from(
      { length: 12 },
      (_, nth) => sampleCommit(`c${nth}`, [`a-${nth % 3}`], 200),
    );
    await appendAll(store, ...all);
    await ok(store.close);
    assert.ok(happened.some(({ _tag }) => _tag === "RunFailed"));
    const again = await reopen();
    assert.deepEqual(await ids(again), all.map(({ commitId }) => commitId));
    assert.equal((await recordsOf(again, { stream: "a-1" })).length, 4);
    await ok(again.close);
    const { problems } = await ok(verifyStore(disk));
    assert.deepEqual(problems, []);
  });

  test("of a read is ReadFailed, and the next read is right", async () => {
    const { store, trouble } = await troubled();
    await appendAll(store, ...["one", "two"].map((id) => sampleCommit(id, ["a-1"])));
    trouble(({ operation }) =>
      operation === "read" || operation === "openRead" ? failing("EIO") : undefined
    );
    const told = await fault(store.read({}), "ReadFailed");
    assert.match(String(told.cause), /EIO/);
    trouble(undefined);
    assert.deepEqual(await ids(store), ["one", "two"]);
    await ok(store.close);
  });
});

describe("what was acknowledged before its flush", () => {
  test("is flushed before an error of a write ends the segment", async () => {
    const { store, trouble, reopen, happened } = await troubled(
      { durability: "os" },
      virtualClock(),
    );
    await appendAll(store, ...["one", "two"].map((id) => sampleCommit(id, ["a-1"])));
    trouble((call) =>
      call.operation === "write" && isSegment(call) ? failing("ENOSPC") : undefined
    );
    await appendFault(store, sampleCommit("three", ["a-1"]), "WriteFailed");
    trouble(undefined);
    await ok(store.append(sampleCommit("four", ["a-1"])));
    await ok(store.close);
    assert.ok(!happened.some(({ _tag }) => _tag === "Lost"));
    assert.deepEqual(await ids(await reopen()), ["one", "two", "four"]);
  });

  test("is told to be lost if it was only queued, and its write fails (none)", async () => {
    const { store, trouble, reopen, happened } = await troubled({ durability: "none" });
    await ok(store.append(sampleCommit("one", ["a-1"])));
    await ok(store.head);
    trouble((call) =>
      call.operation === "write" && isSegment(call) ? failing("ENOSPC") : undefined
    );
    await appendAll(store, ...["two", "three"].map((id) => sampleCommit(id, ["a-1"])));
    await ok(store.head);
    trouble(undefined);
    const lost = happened.flatMap((one) => one._tag === "Lost" ? [one.after] : []);
    assert.equal(lost[0], 1);
    await ok(store.close);
    assert.deepEqual(await ids(await reopen()), ["one"]);
  });

  for (const durability of ["os", "none"] as const) {
    test(`is told to be lost if its flush fails (${durability}), and nothing is written after it`, async () => {
      const { store, trouble, reopen, happened } = await troubled({ durability, flushMs: 0 });
      await ok(store.append(sampleCommit("one", ["a-1"])));
      await new Promise((resolve) => setTimeout(resolve, 0));
      trouble((call) =>
        call.operation === "datasync" && isSegment(call) ? failing("EIO") : undefined
      );
      await ok(store.append(sampleCommit("two", ["a-1"])));
      await new Promise((resolve) => setTimeout(resolve, 0));
      trouble(undefined);
      const lost = happened.flatMap((one) => one._tag === "Lost" ? [one.after] : []);
      assert.deepEqual(lost, [1]);
      await appendFault(store, sampleCommit("three", ["a-1"]), "WriteFailed");
      assert.deepEqual(await ids(store), ["one"]);
      await fault(store.close, "WriteFailed");
      assert.deepEqual(await ids(await reopen()), ["one"]);
    });
  }
});

test("a segment whose creation failed leaves nothing that stands in anybody's way", async () => {
  for (const operation of ["create", "write", "datasync", "syncDirectory"] as const) {
    const { store, trouble, reopen, disk } = await troubled({ segmentBytesMax: 1024 });
    await ok(store.append(sampleCommit("one", ["a-1"], 500)));
    let isHit = false;
    trouble((call) => {
      const isNext = call.name === "segment-0000000002-0000000001.log" ||
        call.operation === "syncDirectory";
      if (!isNext || call.operation !== operation || isHit) return undefined;
      isHit = true;
      return failing("ENOSPC");
    });
    await appendFault(store, sampleCommit("two", ["a-1"], 500), "WriteFailed");
    assert.ok(isHit);
    trouble(undefined);
    const again = tagOf(await store.append(sampleCommit("two", ["a-1"], 500))());
    // After a failed flush nothing is known of the directory: this writer stops.
    const isStopped = operation === "datasync" || operation === "syncDirectory";
    assert.equal(again, isStopped ? "WriteFailed" : "stored", operation);
    await ok(store.close);
    const reopened = await reopen();
    assert.deepEqual(await ids(reopened), isStopped ? ["one"] : ["one", "two"]);
    await ok(reopened.append(sampleCommit("three", ["a-1"], 500)));
    await ok(reopened.close);
    assert.deepEqual((await ok(verifyStore(disk))).problems, []);
    assert.ok(namesOf(filesIn(disk), "segment").length >= 2);
  }
});
