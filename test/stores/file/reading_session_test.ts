import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventStore, Page } from "../../../src/event_store.ts";
import type { ReadFault } from "../../../src/fault.ts";
import type { Encoded } from "../../../src/record.ts";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { openFileStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { type VirtualClock, virtualClock } from "../../../stores/storage/memory.ts";
import { bytesOf, diskOf, filesIn, namesOf } from "../../support/disk.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

type Followed = E.Either<ReadFault, Page<Encoded, ReadFault>>;

const reader = (disk: StoragePort): Promise<EventStore> =>
  ok(openFileStore(disk, { mode: "readOnly" }));

/** The ids of the commits of a page that is there without a timer; none if it is not. */
async function toldBy(clock: VirtualClock, page: Promise<Followed>): Promise<unknown> {
  const told = await Promise.race([page, clock.advance(0)]);
  if (told === undefined) return "nothing yet";
  assert.ok(E.isRight(told));
  return told.right.records.map(({ commitId }) => commitId);
}

describe("a follower in another process", () => {
  test("looks at one mark when the writer wakes it, and at no names", async () => {
    const disk = await diskOf();
    const clock = virtualClock();
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("c0", ["a-1"])));
    let lists = 0;
    const store = await reader({
      ...disk,
      clock,
      list: () => {
        lists++;
        return disk.list();
      },
    });
    let page: Page<Encoded, ReadFault> = await ok(store.follow({}));
    lists = 0;
    for (let nth = 1; nth <= 5; nth++) {
      assert.ok(O.isSome(page.next));
      const next = page.next.value();
      await clock.advance(0);
      await ok(writer.append(sampleCommit(`c${nth}`, ["a-1"])));
      assert.deepEqual(await toldBy(clock, next), [`c${nth}`]);
      page = await ok(() => next);
    }
    assert.equal(lists, 0);
    await ok(store.close);
    await ok(writer.close);
  });

  test("is told of what was flushed between its look and its watch", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    const before = filesIn(disk);
    await ok(writer.append(sampleCommit("one", ["a-1"])));
    const after = filesIn(disk);
    await ok(writer.close);

    const clock = virtualClock();
    const beneath = await diskOf(before, { clock });
    const flushAll = (): void => {
      for (const kind of ["segment", "writer"]) {
        for (const name of namesOf(after, kind)) {
          const file = beneath.openAppend(name);
          assert.ok(typeof file === "object" && "write" in file);
          void file.write(0, bytesOf(after, name));
        }
      }
    };
    const store = await reader({
      ...beneath,
      watch: () => {
        // Just before the watch is there, so that nothing is told of it.
        flushAll();
        return () => undefined;
      },
    });
    assert.deepEqual(await toldBy(clock, store.follow({})()), ["one"]);
    await ok(store.close);
  });

  test("finds a new owner as a poll would, however often the old claim wakes it", async () => {
    const disk = await diskOf();
    const clock = virtualClock();
    const first = await ok(openFileStore(disk));
    await ok(first.append(sampleCommit("one", ["a-1"])));
    let wake = (): void => undefined;
    const store = await reader({
      ...disk,
      clock,
      watch: (_name, changed) => {
        wake = changed;
        return () => undefined;
      },
    });
    const { next } = await ok(store.follow({}));
    assert.ok(O.isSome(next));
    const page = next.value();
    await clock.advance(0);
    const second = await ok(openFileStore(disk));
    await ok(second.append(sampleCommit("two", ["a-1"])));
    for (let ms = 0; ms < 100; ms += 10) {
      wake();
      await clock.advance(10);
    }
    wake();
    assert.deepEqual(await toldBy(clock, page), ["two"]);
    await ok(store.close);
    await ok(second.close);
  });

  test("goes on after a read that has failed in the middle of what is new", async () => {
    const disk = await diskOf();
    const clock = virtualClock();
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("c0", ["a-1"])));
    let failsIn = Infinity;
    const store = await reader({
      ...disk,
      clock,
      openRead: async (name) => {
        const file = await disk.openRead(name);
        if (file === "missing" || !name.startsWith("segment")) return file;
        return {
          ...file,
          read: (at, into) => {
            if (--failsIn === 0) throw new Error("the disk does not answer");
            return file.read(at, into);
          },
        };
      },
    });
    assert.equal(await ok(store.head), 1);
    // More than one read of the scan takes.
    for (let nth = 1; nth <= 5; nth++) {
      await ok(writer.append(sampleCommit(`c${nth}`, ["a-1"], 300_000)));
    }
    failsIn = 2;
    await fault<ReadFault, "ReadFailed">(store.follow({}, { after: 1 }), "ReadFailed");
    const ids = (await recordsOf(store)).map(({ commitId }) => commitId);
    assert.deepEqual(ids, ["c0", "c1", "c2", "c3", "c4", "c5"]);
    assert.equal((await recordsOf(store, { stream: "a-1" })).length, 6);
    await ok(store.close);
    await ok(writer.close);
  });
});

describe("a question to a reader", () => {
  test("is answered with what was acknowledged before it, though a look is under way", async () => {
    const disk = await diskOf();
    const writer = await ok(openFileStore(disk));
    await ok(writer.append(sampleCommit("one", ["a-1"])));
    let lists = -Infinity;
    let reached = (): void => undefined;
    let goOn = (): void => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    const store = await reader({
      ...disk,
      list: async () => {
        // The second list of a look comes after its marks.
        if (++lists === 2) {
          reached();
          await mayGoOn;
        }
        return disk.list();
      },
    });
    lists = 0;
    const early = store.head();
    await isReached;
    await ok(writer.append(sampleCommit("two", ["a-1"])));
    const late = store.head();
    goOn();
    assert.deepEqual([await early, await late], [E.right(1), E.right(2)]);
    await ok(store.close);
    await ok(writer.close);
  });
});
