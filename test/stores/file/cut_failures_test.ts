import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, ok, recordsOf, toStream } from "../../../stores/conformance/words.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import { type FileStoreOptions, openFileStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { diskOf, filesIn } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 5;

const small: FileStoreOptions = { segmentBytesMax: 1024, flushMs: 0 };

const positionsOf = (records: ReadonlyArray<Recorded<Encoded>>): number[] =>
  records.map(({ position }) => position);

/** A storage whose next flush of a segment is held until it is let go, and then fails if told so. */
async function holdingStorage(): Promise<{
  readonly storage: StoragePort;
  readonly hold: (fails: boolean) => { readonly begun: Promise<void>; readonly letGo: () => void };
}> {
  const disk = await diskOf();
  let held: { begin: () => void; gone: Promise<void>; fails: boolean } | undefined;
  const storage: StoragePort = {
    ...disk,
    create: async (name) => {
      const file = await disk.create(name);
      if (file === "exists" || !name.startsWith("segment")) return file;
      return {
        ...file,
        datasync: async () => {
          const now = held;
          held = undefined;
          now?.begin();
          await now?.gone;
          if (now?.fails) throw systemError("EIO");
          await file.datasync();
        },
      };
    },
  };
  return {
    storage,
    hold: (fails) => {
      let letGo = (): void => undefined;
      let begin = (): void => undefined;
      const gone = new Promise<void>((resolve) => letGo = resolve);
      const begun = new Promise<void>((resolve) => begin = resolve);
      held = { begin, gone, fails };
      return { begun, letGo };
    },
  };
}

describe("a cut that is not flushed yet", () => {
  test("is not seen by who reads", async () => {
    const { storage, hold } = await holdingStorage();
    const store = await ok(openFileStore(storage));
    await ok(store.append(toStream("a-1", ["A", "B"])));
    const { begun, letGo } = hold(false);
    const cut = store.truncateStream("a-1", 2)();
    await begun;
    assert.deepEqual(positionsOf(await recordsOf(store)), [1, 2]);
    letGo();
    assert.equal((await cut)._tag, "Right");
    assert.deepEqual(positionsOf(await recordsOf(store)), [2]);
    await ok(store.close);
  });

  test("and then fails is taken back: also whoever waited for it is told of none", async () => {
    const { storage, hold } = await holdingStorage();
    const store = await ok(openFileStore(storage));
    await ok(store.append(toStream("a-1", ["A", "B"])));
    const { begun, letGo } = hold(true);
    const ended = store.tombstoneStream("a-1")();
    await begun;
    const again = store.tombstoneStream("a-1")();
    const late = store.append(toStream("a-1", ["C"]))();
    letGo();
    assert.deepEqual(
      await ended.then((answer) => E.isLeft(answer) && answer.left._tag),
      "WriteFailed",
    );
    assert.equal((await again)._tag, "Right", "asked again, it is written");
    const refused = await late;
    assert.equal(E.isLeft(refused) && refused.left._tag, "StreamTombstoned");
    await ok(store.close);
  });

  test("and then fails keeps nobody from appending", async () => {
    const { storage, hold } = await holdingStorage();
    const store = await ok(openFileStore(storage));
    await ok(store.append(toStream("a-1", ["A", "B"])));
    const { begun, letGo } = hold(true);
    const ended = store.tombstoneStream("a-1")();
    await begun;
    const late = store.append(toStream("a-1", ["C"]))();
    letGo();
    assert.equal((await ended)._tag, "Left");
    assert.equal((await late)._tag, "Right");
    assert.deepEqual(positionsOf(await recordsOf(store)), [1, 2, 3]);
    await ok(store.close);
  });
});

describe("a cut", () => {
  /** Appends, cuts, rolls, ends; tells what was answered. */
  async function live(storage: StoragePort, told: Map<string, string>): Promise<void> {
    const note = async (
      what: string,
      task: () => Promise<{ _tag: string; left?: { _tag: string } }>,
    ): Promise<void> => {
      const { _tag, left } = await task();
      told.set(what, _tag === "Right" ? "done" : left!._tag);
    };
    const opened = await openFileStore(storage, small)();
    if (opened._tag === "Left") return;
    const store = opened.right;
    const text = "x".repeat(400);
    const big = (stream: string, events: number) => ({
      writes: [{
        stream,
        expected: "any" as const,
        events: Array.from({ length: events }, () => ({ event: event("Big", [], text) })),
      }],
    });
    await note("append", store.append(big("a-1", 2)));
    await note("truncate", store.truncateStream("a-1", 2));
    await note("roll", store.append(big("b-1", 2)));
    await note("tombstone", store.tombstoneStream("b-1"));
    await store.append(big("a-1", 2))();
    await store.close();
  }

  async function assertKept(
    storage: StoragePort,
    told: ReadonlyMap<string, string>,
  ): Promise<void> {
    const store = await ok(openFileStore(storage, { leaseMs: 50 }));
    const versions = async (stream: string): Promise<ReadonlyArray<number>> =>
      (await recordsOf(store, { stream })).map(({ version }) => version);
    const first = (await versions("a-1"))[0];
    if (told.get("append") === "done" && told.get("truncate") === "done") assert.equal(first, 2);
    if (told.get("truncate") === "WriteFailed") assert.notEqual(first, 2);
    const rolled = (await versions("b-1")).length;
    if (told.get("tombstone") === "done") assert.equal(rolled, 0);
    if (told.get("roll") === "done" && told.get("tombstone") !== "done") {
      assert.ok(told.get("tombstone") !== "WriteFailed" || rolled === 2);
    }
    const isEnded = (await store.append(toStream("b-1", ["Late"]))())._tag === "Left";
    if (told.get("tombstone") === "done") assert.ok(isEnded);
    await ok(store.close);
  }

  test("that was answered survives the process being killed before any call", async () => {
    for (const durability of ["sync", "os"] as const) {
      const disk = await diskOf();
      const told = new Map<string, string>();
      const moments: Array<readonly [ReturnType<typeof filesIn>, ReadonlyMap<string, string>]> = [];
      const storage = faultyStorage(disk, ({ operation }) => {
        if (operation === "write" || operation === "datasync") {
          moments.push([filesIn(disk), new Map(told)]);
        }
        return undefined;
      });
      await live(storage, told);
      assert.deepEqual([...told.values()], ["done", "done", "done", "done"], durability);
      for (const [at, [files, known]] of moments.entries()) {
        if (at % stride === 0) await assertKept(await diskOf(files, { boot: 2, seed: 2 }), known);
      }
    }
  });

  test("is told rightly when a call fails once", async () => {
    let calls = 0;
    const counting = faultyStorage(await diskOf(), () => {
      calls += 1;
      return undefined;
    });
    await live(counting, new Map());
    for (let nth = 1; nth <= calls; nth += stride) {
      const disk = await diskOf();
      const told = new Map<string, string>();
      const storage = faultyStorage(
        disk,
        (call) => call.nth === nth ? { _tag: "Fails", error: systemError("EIO") } : undefined,
      );
      await live(storage, told);
      for (const [what, answer] of told) {
        // A stream whose only append failed has no version to cut before.
        if (what === "truncate" && told.get("append") !== "done" && answer === "Refused") continue;
        assert.match(answer, /^(done|WriteFailed|Uncertain|Indeterminate|ReadFailed)$/);
      }
      await assertKept(await diskOf(filesIn(disk), { boot: 2, seed: 2 }), told);
    }
  });
});
