/** What must not be told while a flush, a run or a look-up is still under way. */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Appended, Commit, EventStore } from "../../../src/event_store.ts";
import type { AppendFault } from "../../../src/fault.ts";
import type { Encoded } from "../../../src/record.ts";
import { type FileStoreOptions, type Happening, openFileStore } from "../../../stores/file/mod.ts";
import type { Clock, StoragePort } from "../../../stores/file/storage.ts";
import { virtualClock } from "../../../stores/storage/memory.ts";
import { appendAll, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { diskOf } from "../../support/disk.ts";
import { systemError } from "../../support/faulty_storage.ts";
import { type HeldStorage, heldStorage, isFlushOf, settled } from "../../support/held_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

interface Opened extends HeldStorage {
  readonly disk: StoragePort;
  readonly store: EventStore;
  readonly happened: ReadonlyArray<Happening>;
}

async function opened(options: FileStoreOptions = {}, clock?: Clock): Promise<Opened> {
  const disk = await diskOf(new Map(), clock ? { clock } : {});
  const held = heldStorage(disk);
  const happened: Happening[] = [];
  const observe = (one: Happening): void => void happened.push(one);
  return {
    ...held,
    disk,
    happened,
    store: await ok(openFileStore(held.storage, { ...options, observe })),
  };
}

/** An append, and whether it is answered by now. */
function asked(store: EventStore, commit: Commit<Encoded>): {
  readonly answer: Promise<E.Either<AppendFault, Appended>>;
  readonly isAnswered: () => boolean;
} {
  let isAnswered = false;
  const answer = store.append(commit)().finally(() => {
    isAnswered = true;
  });
  return { answer, isAnswered: () => isAnswered };
}

const tagOf = (answer: E.Either<AppendFault, Appended>): string =>
  E.isRight(answer) ? "stored" : answer.left._tag;
const ids = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await recordsOf(store)).map(({ commitId }) => commitId);
const isCreationOf = (kind: string) => ({ operation, name }: { operation: string; name: string }) =>
  operation === "create" && name.startsWith(kind);

describe("while a flush is under way", () => {
  test("its commits are not answered, and not read", async () => {
    const { store, hold } = await opened();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    const flush = hold(isFlushOf("segment"));
    const two = asked(store, sampleCommit("two", ["a-1"]));
    await flush.reached;
    await settled();
    assert.equal(two.isAnswered(), false);
    assert.deepEqual(await ids(store), ["one"]);
    flush.release();
    assert.equal(tagOf(await two.answer), "stored");
    await ok(store.close);
  });

  test("an owner that takes over leaves them in doubt", async () => {
    const { store, hold, disk } = await opened();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    const flush = hold(isFlushOf("segment"));
    const two = asked(store, sampleCommit("two", ["a-1"]));
    await flush.reached;
    const owner = await ok(openFileStore(disk));
    flush.release();
    assert.equal(tagOf(await two.answer), "Indeterminate");
    await ok(owner.close);
  });

  test("of a mark, an owner that takes over leaves a failed group in doubt", async () => {
    const { store, hold, disk } = await opened();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    const flush = hold(isFlushOf("segment"));
    const mark = hold(isFlushOf("writer"));
    const two = asked(store, sampleCommit("two", ["a-1"]));
    await flush.reached;
    flush.release(systemError("EIO"));
    await mark.reached;
    assert.equal(two.isAnswered(), false);
    const owner = await ok(openFileStore(disk));
    mark.release();
    assert.equal(tagOf(await two.answer), "Indeterminate");
    await ok(owner.close);
  });

  test("the twin of a commit waits for it, and is stored itself if that one fails", async () => {
    const { store, hold } = await opened();
    const flush = hold(isFlushOf("segment"));
    const first = asked(store, sampleCommit("one", ["a-1"]));
    await flush.reached;
    const twin = asked(store, sampleCommit("one", ["a-1"]));
    await settled();
    assert.equal(twin.isAnswered(), false);
    flush.release(systemError("EIO"));
    assert.equal(tagOf(await first.answer), "WriteFailed");
    const stored = await twin.answer;
    assert.ok(E.isRight(stored) && !stored.right.repeated);
    assert.deepEqual(await ids(store), ["one"]);
    await ok(store.close);
  });

  test("no more is taken into memory than the queue may hold", async () => {
    const { storage, hold, disk } = await opened();
    let largest = 0;
    const store = await ok(openFileStore({
      ...storage,
      openAppend: async (name) => {
        const file = await storage.openAppend(name);
        return file === "missing" ? file : {
          ...file,
          write: (at, bytes) => {
            largest = Math.max(largest, bytes.length);
            return file.write(at, bytes);
          },
        };
      },
    }, { appendQueueBytesMax: 2000 }));
    const flush = hold(isFlushOf("segment"));
    const commits = Array.from({ length: 40 }, (_, nth) => sampleCommit(`c${nth}`, ["a-1"], 300));
    const answers = commits.map((commit) => store.append(commit)());
    await flush.reached;
    await settled();
    flush.release();
    assert.deepEqual((await Promise.all(answers)).map(tagOf), Array(40).fill("stored"));
    assert.ok(largest > 400 && largest <= 3000, `a group of ${largest} bytes was queued`);
    await ok(store.close);
    assert.equal((await recordsOf(await ok(openFileStore(disk)))).length, 40);
  });
});

describe("while an index run is not written", () => {
  test("appends wait, so that the terms in memory stay few", async () => {
    const { store, hold } = await opened({ segmentBytesMax: 1024 });
    const run = hold(isCreationOf("index"));
    let answered = 0;
    const all = (async () => {
      for (; answered < 12; answered++) {
        await ok(store.append(sampleCommit(`c${answered}`, ["a-1"], 700)));
      }
    })();
    await run.reached;
    for (let turns = 0; turns < 50; turns++) await settled();
    assert.ok(answered >= 3 && answered <= 5, `${answered} segments were filled`);
    run.release();
    await all;
    await ok(store.close);
  });

  test("a check begins again if it is taken up in the middle of it", async () => {
    const { store, hold, happened } = await opened({ segmentBytesMax: 1024 });
    const written = async (count: number): Promise<void> => {
      while (happened.filter(({ _tag }) => _tag === "RunWritten").length < count) await settled();
      await settled();
    };
    await appendAll(store, sampleCommit("one", ["a-1"], 700), sampleCommit("two", ["b-1"], 700));
    await written(1);
    const second = hold(isCreationOf("index-0000000002"));
    await ok(store.append(sampleCommit("three", ["c-1"], 700)));
    await second.reached;
    // That no stream is cut is looked up beforehand, or that look would be the one that is held.
    assert.equal((await ok(store.streamInfo("nobody's")))._tag, "None");
    // The version of `b-1` is in memory, and that of `a-1` has to be looked for in the first run.
    const look = hold(({ operation, name }) => {
      return operation === "read" && name.startsWith("index-0000000001");
    });
    const events = sampleCommit("four", ["b-1"]).writes[0]!.events;
    const four = asked(store, {
      // In neither of the places that were looked at, the stream would seem to be new.
      writes: [{ stream: "b-1", expected: "noStream", events }],
      checks: [{ stream: "a-1", expected: 1 }],
    });
    await look.reached;
    second.release();
    await written(2);
    // It is opened before it is used.
    for (let turn = 0; turn < 20; turn++) await settled();
    look.release();
    assert.equal(tagOf(await four.answer), "Conflict");
    assert.deepEqual(await ids(store), ["one", "two", "three"]);
    await ok(store.close);
  });
});

describe("before what is acknowledged is flushed (os)", () => {
  test("neither a follower nor a bookmark knows of it", async () => {
    const clock = virtualClock();
    const { store } = await opened({ durability: "os", flushMs: 50 }, clock);
    await ok(store.append(sampleCommit("one", ["a-1"])));
    await clock.advance(60);
    await ok(store.append(sampleCommit("two", ["a-1"])));
    const page = await ok(store.follow({}));
    assert.deepEqual(page.records.map(({ commitId }) => commitId), ["one"]);
    assert.equal(page.through, 1);
    assert.deepEqual(await ids(store), ["one", "two"]);
    let hasMark = false;
    const mark = ok(store.bookmark(2)).then((bookmark) => {
      hasMark = true;
      return bookmark;
    });
    await settled();
    assert.equal(hasMark, false);
    await clock.advance(60);
    assert.equal((await mark).position, 2);
    await ok(store.close);
  });

  test("a segment that is full is, before the next one begins", async () => {
    const { store, disk } = await opened(
      { durability: "os", segmentBytesMax: 1024 },
      virtualClock(),
    );
    const commits = ["one", "two", "three", "four"].map((id) => sampleCommit(id, ["a-1"], 400));
    await appendAll(store, ...commits);
    assert.deepEqual(await ids(store), ["one", "two", "three", "four"]);
    await ok(store.close);
    assert.deepEqual(await ids(await ok(openFileStore(disk))), ["one", "two", "three", "four"]);
  });
});

test("a close that takes long flushes no watermark of an idle second meanwhile", async () => {
  const clock = virtualClock();
  const { store, hold } = await opened({ leaseMs: 60_000 }, clock);
  await ok(store.append(sampleCommit("one", ["a-1"])));
  const run = hold(({ operation, name }) => operation === "create" && name.startsWith("index-"));
  const closing = ok(store.close);
  await run.reached;
  let flushes = 0;
  // It holds nothing, and counts.
  hold(({ operation, name }) => {
    if (operation === "datasync" && name.endsWith(".claim")) flushes += 1;
    return false;
  });
  await clock.advance(5_000);
  assert.equal(flushes, 0);
  run.release();
  await closing;
  assert.equal(flushes, 1, "with its release");
});

test("closing after a failed write leaves outside what was told not to be stored", async () => {
  const { store, hold, disk } = await opened();
  await ok(store.append(sampleCommit("one", ["a-1"])));
  const flush = hold(isFlushOf("segment"));
  const two = asked(store, sampleCommit("two", ["a-1"]));
  await flush.reached;
  // Its bytes are in the file, and read well.
  flush.release(systemError("EIO"));
  assert.equal(tagOf(await two.answer), "WriteFailed");
  await ok(store.close);
  const again = await ok(openFileStore(disk));
  assert.deepEqual(await ids(again), ["one"]);
  await ok(again.close);
});
