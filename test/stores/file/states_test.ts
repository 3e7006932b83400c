import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProjectionStore, Saved } from "../../../src/projection_store.ts";
import { run } from "../../../src/run.ts";
import { decodeState, encodeState } from "../../../stores/file/format/state_file.ts";
import { fileStates } from "../../../stores/file/states.ts";
import type { AppendFile, StoragePort } from "../../../stores/file/storage.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import { watchedStorage } from "../../support/watched_storage.ts";

const savedAt = (position: number, state: unknown = { sum: position }): Saved => ({
  definition: "d",
  bookmark: { position, hash: `h${position}` },
  state,
});
const file = (revision: number, name = "sum") =>
  `projection-${name}-${String(revision).padStart(10, "0")}.state`;

async function put(storage: StoragePort, name: string, bytes: Uint8Array): Promise<void> {
  const created = await storage.create(name);
  assert(created !== "exists");
  await created.write(0, bytes);
  await created.close();
}

async function change(storage: StoragePort, name: string, at: number, byte: number): Promise<void> {
  const opened = await storage.openAppend(name);
  assert(opened !== "missing");
  await opened.write(at, Uint8Array.of(byte));
  await opened.close();
}

async function loaded(states: ProjectionStore, name = "sum"): Promise<number | undefined> {
  const kept = await run(states.load(name));
  return O.isSome(kept) ? kept.value.bookmark.position : undefined;
}

describe("a state in a file", () => {
  it("is read again as it was saved", async () => {
    const states = fileStates(memoryStorage());
    assert.deepEqual(await run(states.load("sum")), O.none);
    const saved = savedAt(7, { list: [1, "zwölf", null], ["__proto__"]: { x: 1 } });
    assert.deepEqual(await run(states.save("sum", saved, 0)), O.some(1));
    assert.deepEqual(
      await run(states.load("sum")),
      O.some({ ...savedAt(7, saved.state), revision: 1 }),
    );
  });

  it("has one file, with a new number for each save", async () => {
    const storage = memoryStorage();
    const states = fileStates(storage);
    for (const revision of [1, 2, 3]) {
      assert.deepEqual(
        await run(states.save("sum", savedAt(revision), revision - 1)),
        O.some(revision),
      );
      assert.deepEqual(storage.list(), [file(revision)]);
    }
  });

  it("has the bytes that are written down", () => {
    const bytes = encodeState("sum", savedAt(7));
    const content = '["sum","d",7,"h7",{"sum":7}]';
    assert.equal(new TextDecoder().decode(bytes.subarray(20)), content);
    const header = [
      0x89,
      0x4c,
      0x46,
      0x50,
      0x0d,
      0x0a,
      0x1a,
      0x0a,
      1,
      0,
      1,
      0,
      content.length,
      0,
      0,
      0,
    ];
    assert.deepEqual([...bytes.subarray(0, 16)], header);
    assert.equal(new DataView(bytes.buffer).getUint32(16, true), 0x44aa830d); // As zlib counts it.
  });

  it("is told from those of other projections, whatever they are called", async () => {
    const names = [
      "sum",
      "sum-2",
      "Sum",
      "SUM",
      "süm",
      "a/../b",
      "x".repeat(900),
      "sum-0000000001",
    ];
    const storage = memoryStorage();
    const states = fileStates(storage);
    for (const [at, name] of names.entries()) await run(states.save(name, savedAt(at), 0));
    for (const [at, name] of names.entries()) assert.equal(await loaded(states, name), at);
    for (const name of await storage.list()) {
      assert.match(name, /^projection-[a-z0-9-]{1,63}-\d{10}\.state$/);
    }
  });

  it("leaves other files alone", async () => {
    const storage = memoryStorage();
    const others = ["STORE", "projection-sum-1.state", "projection-sum-0000000001.state.bak"];
    for (const name of others) await put(storage, name, new Uint8Array(1));
    const states = fileStates(storage);
    for (const revision of [1, 2]) await run(states.save("sum", savedAt(revision), "any"));
    assert.deepEqual([...await storage.list()].sort(), [...others, file(2)].sort());
  });

  it("is plain JSON, or not saved", async () => {
    const storage = memoryStorage();
    const states = fileStates(storage);
    const outcome = await states.save("sum", savedAt(1, { by: { ada: new Map() } }), 0)();
    assert(E.isLeft(outcome) && outcome.left._tag === "Unencodable");
    assert.deepEqual([outcome.left.type, outcome.left.path], ["sum", "by.ada"]);
    assert.deepEqual(storage.list(), []);
  });
});

describe("a save", () => {
  it("does not go back behind what somebody else saved", async () => {
    const states = fileStates(memoryStorage());
    await run(states.save("sum", savedAt(1), 0));
    await run(states.save("sum", savedAt(2), 1));
    assert.deepEqual(await run(states.save("sum", savedAt(9), 1)), O.none);
    assert.equal(await loaded(states), 2);
    assert.deepEqual(await run(states.save("sum", savedAt(9), "any")), O.some(3));
    assert.equal(await loaded(states), 9);
  });

  it("passes over the number that somebody else has just taken", async () => {
    const sound = memoryStorage();
    let isFirst = true;
    const storage: StoragePort = {
      ...sound,
      create: async (name) => {
        if (isFirst) await put(sound, name, new Uint8Array(3)); // And dies there.
        isFirst = false;
        return await sound.create(name);
      },
    };
    assert.deepEqual(await run(fileStates(storage).save("sum", savedAt(4), 0)), O.some(2));
    assert.deepEqual(sound.list(), [file(2)]);
  });

  it("is done although an old file cannot be removed, which the next one removes", async () => {
    const sound = memoryStorage();
    let isHeld = true;
    const remove: StoragePort["remove"] = (name) => {
      if (isHeld) throw new Error("EBUSY");
      return sound.remove(name);
    };
    const states = fileStates({ ...sound, remove });
    await run(states.save("sum", savedAt(1), 0));
    await run(states.save("sum", savedAt(2), 1));
    assert.equal(await loaded(states), 2);
    isHeld = false;
    await run(states.save("sum", savedAt(3), 2));
    assert.deepEqual(sound.list(), [file(3)]);
  });

  it("is flushed, and then its name, before what was there is removed", async () => {
    const log: Array<string> = [];
    const sound = memoryStorage();
    const states = fileStates(watchedStorage(sound, (call) => void log.push(call)));
    await run(states.save("sum", savedAt(1), 0));
    log.length = 0;
    await run(states.save("sum", savedAt(2), 1));
    const writes = ["create", "write", "datasync", "close", "syncDirectory", "remove"];
    assert.deepEqual(log.filter((call) => writes.includes(call)), writes);
  });

  it("that fails says so, and leaves the state before", async () => {
    for (const failing of ["list", "create", "write", "datasync", "syncDirectory"]) {
      const sound = memoryStorage();
      await run(fileStates(sound).save("sum", savedAt(1), 0));
      const storage = watchedStorage(sound, (call) => {
        if (call === failing) throw new Error("ENOSPC");
      });
      const outcome = await fileStates(storage).save("sum", savedAt(2), 1)();
      assert(E.isLeft(outcome) && outcome.left._tag === "WriteFailed", failing);
      const position = await loaded(fileStates(sound));
      // After `datasync` the file is whole, and whether its name lasts is not known.
      assert(position === 1 || (position === 2 && failing.includes("ync")), failing);
      assert.deepEqual(O.isSome(await run(fileStates(sound).save("sum", savedAt(3), "any"))), true);
      assert.equal(await loaded(fileStates(sound)), 3);
    }
  });

  it("of a few bytes at a time is whole all the same", async () => {
    const sound = memoryStorage();
    const create: StoragePort["create"] = async (name) => {
      const file = await sound.create(name);
      const write: AppendFile["write"] = (at, bytes) =>
        file === "exists" ? 0 : file.write(at, bytes.subarray(0, 3));
      return file === "exists" ? file : { ...file, write };
    };
    await run(fileStates({ ...sound, create }).save("sum", savedAt(5), 0));
    assert.equal(await loaded(fileStates(sound)), 5);
  });
});

describe("a load", () => {
  const whole = encodeState("sum", savedAt(2));

  it("takes the state before one that was cut off anywhere, or ends in zeros", async () => {
    for (let size = 0; size < whole.length; size++) {
      for (const length of [size, whole.length]) {
        const storage = memoryStorage();
        await run(fileStates(storage).save("sum", savedAt(1), 0));
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(0, size));
        await put(storage, file(2), bytes);
        assert.equal(await loaded(fileStates(storage)), 1);
        assert.deepEqual(await run(fileStates(storage).save("sum", savedAt(3), 1)), O.some(3));
        assert.equal(await loaded(fileStates(storage)), 3);
      }
    }
  });

  it("finds nothing if only first saves were cut off", async () => {
    const storage = memoryStorage();
    const states = fileStates(storage);
    await put(storage, file(1), whole.subarray(0, 30));
    assert.equal(await loaded(states), undefined);
    await put(storage, file(2), new Uint8Array(0));
    assert.equal(await loaded(states), undefined);
    const zeros = Uint8Array.from(whole).fill(0, 40);
    await put(storage, file(3), zeros);
    assert.equal(await loaded(states), undefined);
    assert.deepEqual(await run(states.save("sum", savedAt(1), 0)), O.some(4));
    assert.deepEqual(storage.list(), [file(4)]);
  });

  it("says that a first state is corrupt, too", async () => {
    const storage = memoryStorage();
    await run(fileStates(storage).save("sum", savedAt(1), 0));
    await change(storage, file(1), 30, 0x20);
    const outcome = await fileStates(storage).load("sum")();
    assert(E.isLeft(outcome) && outcome.left._tag === "Corrupt");
  });

  it("says that a file is corrupt, where, and that a rebuild saves over it", async () => {
    for (let at = 0; at < whole.length; at++) {
      const storage = memoryStorage();
      const states = fileStates(storage);
      await run(states.save("sum", savedAt(1), 0));
      await run(states.save("sum", savedAt(2), 1));
      await change(storage, file(2), at, (whole[at] ?? 0) ^ 0x20);
      const outcome = await states.load("sum")();
      assert(E.isLeft(outcome), `byte ${at}`);
      const { left } = outcome;
      // The bytes 10 and 11 say who can read it, and the length may point behind the end.
      assert(left._tag === "Corrupt" || (left._tag === "NewerFormat" && (at === 10 || at === 11)));
      assert.equal(left.file, file(2));
      await run(states.save("sum", savedAt(9), "any"));
      assert.equal(await loaded(states), 9);
    }
  });

  it("says so if the only state was cut off after it was acknowledged", async () => {
    const storage = memoryStorage();
    await put(storage, file(2), whole.subarray(0, 30));
    const outcome = await fileStates(storage).load("sum")();
    assert(E.isLeft(outcome) && outcome.left._tag === "Corrupt");
    assert.deepEqual([outcome.left.file, outcome.left.offset], [file(2), 30]);
  });

  it("says that a file is of a newer version, and does not take an older one", async () => {
    const storage = memoryStorage();
    await run(fileStates(storage).save("sum", savedAt(1), 0));
    const newer = Uint8Array.from(whole);
    newer[8] = newer[10] = 2;
    await put(storage, file(2), newer);
    const outcome = await fileStates(storage).load("sum")();
    assert(E.isLeft(outcome));
    assert.deepEqual(outcome.left, {
      _tag: "NewerFormat",
      stored: "no",
      file: file(2),
      known: 1,
      found: 2,
    });
  });

  it("begins again when the file it reads is replaced", async () => {
    const sound = memoryStorage();
    await run(fileStates(sound).save("sum", savedAt(1), 0));
    let isFirst = true;
    const openRead: StoragePort["openRead"] = async (name) => {
      if (isFirst) {
        isFirst = false;
        await run(fileStates(sound).save("sum", savedAt(2), 1));
      }
      return await sound.openRead(name);
    };
    assert.equal(await loaded(fileStates({ ...sound, openRead })), 2);
  });

  it("does not take another projection's state, copied to its name", () => {
    const read = decodeState(encodeState("other", savedAt(1)), "sum");
    assert(E.isLeft(read) && read.left._tag === "BadState");
  });
});
