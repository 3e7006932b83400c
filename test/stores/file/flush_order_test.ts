/** What is flushed before what: the calls to the storage, in their order. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventStore } from "../../../src/event_store.ts";
import { type FileStoreOptions, openFileStore } from "../../../stores/file/mod.ts";
import type { Clock } from "../../../stores/file/storage.ts";
import { virtualClock } from "../../../stores/storage/memory.ts";
import { appendFault, ok } from "../../../stores/conformance/words.ts";
import { diskOf, type Files, filesIn, namesOf } from "../../support/disk.ts";
import { type Fate, faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { settled } from "../../support/held_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

interface Recorded {
  /** `operation name` of each call that changes something, or looks for a name. */
  readonly calls: string[];
  readonly store: EventStore;
  readonly fate: (next: Fate) => void;
}

const told = new Set(["list", "create", "openAppend", "write", "datasync", "exists", "remove"]);

async function recorded(
  options: FileStoreOptions = {},
  files: Files = new Map(),
  clock?: Clock,
): Promise<Recorded> {
  const disk = await diskOf(files, clock ? { clock, seed: 2 } : { seed: 2 });
  const calls: string[] = [];
  let fate: Fate = () => undefined;
  const storage = faultyStorage(disk, (call) => {
    const { operation, name } = call;
    if (told.has(operation)) calls.push(operation === "list" ? operation : `${operation} ${name}`);
    if (operation === "syncDirectory") calls.push("flush names");
    return fate(call);
  });
  const store = await ok(openFileStore(storage, options));
  return {
    calls,
    store,
    fate: (next) => {
      fate = next;
    },
  };
}

const segment = (number: number, epoch = 1): string =>
  `segment-000000000${number}-000000000${epoch}.log`;
const run = "index-0000000001-0000000001-0000000001.idx";
const claim = "writer-0000000001.claim";
const heir = "writer-0000000002.claim";

/** The calls of which the name has one of these, and those about names. */
function callsOf(calls: ReadonlyArray<string>, ...names: ReadonlyArray<string>): string[] {
  return calls.filter((call) => names.some((name) => call.endsWith(name)));
}

describe("a new store", () => {
  test("claims, lists again, says what it is, and begins its segment, each flushed with its name", async () => {
    const { calls, store } = await recorded();
    assert.deepEqual(calls.slice(calls.indexOf(`create ${claim}`)), [
      `create ${claim}`,
      `write ${claim}`,
      `datasync ${claim}`,
      "flush names",
      "list", // Whether another one was faster, the claims of others, and the log.
      "list", // What the store is: nobody has said it yet.
      "create STORE",
      "write STORE",
      "datasync STORE",
      "flush names",
      `create ${segment(1)}`,
      `write ${segment(1)}`,
      `datasync ${segment(1)}`,
      "flush names",
      `exists ${heir}`,
      `exists ${claim}`,
      `write ${claim}`,
    ]);
    await ok(store.close);
  });
});

describe("an append", () => {
  test("is written, flushed, looked after and published, in this order", async () => {
    const { calls, store } = await recorded();
    calls.length = 0;
    await ok(store.append(sampleCommit("one", ["a-1"])));
    assert.deepEqual(calls, [
      `write ${segment(1)}`,
      `datasync ${segment(1)}`,
      `exists ${heir}`,
      `exists ${claim}`,
      `write ${claim}`,
    ]);
    await ok(store.close);
  });

  test("into a new segment finds header and name flushed, and the claim looked after", async () => {
    const { calls, store } = await recorded({ segmentBytesMax: 1024 });
    await ok(store.append(sampleCommit("one", ["a-1"], 700)));
    calls.length = 0;
    await ok(store.append(sampleCommit("two", ["a-1"], 700)));
    const ours = callsOf(calls, segment(1), segment(2), "names", claim, heir);
    assert.deepEqual(ours.slice(0, ours.lastIndexOf(`write ${segment(2)}`) + 1), [
      `write ${segment(1)}`, // The seal.
      `datasync ${segment(1)}`,
      `exists ${heir}`,
      `exists ${claim}`,
      `write ${claim}`,
      `create ${segment(2)}`,
      `write ${segment(2)}`,
      `datasync ${segment(2)}`,
      "flush names",
      `exists ${heir}`,
      `exists ${claim}`,
      `write ${segment(2)}`,
    ]);
    await ok(store.close);
  });

  test("that cannot be flushed is marked, the mark is flushed, and then the claim looked after", async () => {
    const { calls, store, fate } = await recorded();
    fate(({ operation, name }) =>
      operation === "datasync" && name === segment(1)
        ? { _tag: "Fails", error: systemError("EIO") }
        : undefined
    );
    calls.length = 0;
    await appendFault(store, sampleCommit("one", ["a-1"]), "WriteFailed");
    assert.deepEqual(calls, [
      `write ${segment(1)}`,
      `datasync ${segment(1)}`,
      `write ${claim}`,
      `datasync ${claim}`,
      `exists ${heir}`,
      `exists ${claim}`,
    ]);
    await ok(store.close);
  });

  test("that nothing follows for a second has its watermark flushed", async () => {
    const clock = virtualClock();
    const { calls, store } = await recorded({}, new Map(), clock);
    await ok(store.append(sampleCommit("one", ["a-1"])));
    calls.length = 0;
    await clock.advance(900);
    assert.deepEqual(calls, []);
    await clock.advance(200);
    assert.deepEqual(calls, [`datasync ${claim}`]);
    await ok(store.close);
  });
});

describe("an index run", () => {
  test("is flushed before its footer is written, and with it before it is used", async () => {
    const { calls, store } = await recorded({ segmentBytesMax: 1024 });
    await ok(store.append(sampleCommit("one", ["a-1"], 700)));
    calls.length = 0;
    await ok(store.append(sampleCommit("two", ["a-1"], 700)));
    await settled();
    const ours = callsOf(calls, run, "names");
    assert.deepEqual(ours.slice(ours.indexOf(`create ${run}`)), [
      `create ${run}`,
      `write ${run}`,
      `datasync ${run}`,
      `write ${run}`,
      `datasync ${run}`,
      "flush names",
    ]);
    await ok(store.close);
  });
});

describe("an open", () => {
  /** The files of a writer that was killed. */
  async function killed(): Promise<Files> {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(sampleCommit("one", ["a-1"])));
    return filesIn(disk);
  }

  test("flushes what it found, and its name, before it says that it is there", async () => {
    const { calls, store } = await recorded({}, await killed());
    assert.deepEqual(calls.slice(calls.lastIndexOf(`openAppend ${segment(1)}`)), [
      `openAppend ${segment(1)}`,
      `datasync ${segment(1)}`,
      "flush names",
      "exists writer-0000000003.claim",
      `exists ${heir}`,
      `write ${heir}`,
    ]);
    await ok(store.close);
  });
});

describe("a close", () => {
  test("ends with its release, flushed", async () => {
    const { calls, store } = await recorded();
    await ok(store.append(sampleCommit("one", ["a-1"])));
    calls.length = 0;
    await ok(store.close);
    assert.deepEqual(calls.slice(-2), [`write ${claim}`, `datasync ${claim}`]);
    assert.ok(calls.indexOf(`create ${run}`) >= 0, "the run of the active segment is before it");
  });

  test("leaves one run for each segment: a wider one takes the place of the narrower", async () => {
    let files: Files = new Map();
    for (const id of ["one", "two", "three"]) {
      const disk = await diskOf(files, { seed: 2 });
      const store = await ok(openFileStore(disk));
      await ok(store.append(sampleCommit(id, ["a-1"])));
      await ok(store.close);
      files = filesIn(disk);
    }
    assert.deepEqual(namesOf(files, "index"), ["index-0000000001-0000000001-0000000003.idx"]);
  });
});
