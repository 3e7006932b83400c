import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Commit } from "../../../src/event_store.ts";
import type { Encoded } from "../../../src/record.ts";
import { type FileStoreOptions, openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { virtualClock } from "../../../stores/storage/memory.ts";
import {
  appendAll,
  appendFault,
  fault,
  ok,
  recordsOf,
  toStream,
} from "../../../stores/conformance/words.ts";
import { bytesOf, diskOf, filesIn, namesOf } from "../../support/disk.ts";
import { faultyStorage } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

/** What a store says before it is closed and after it is opened again, which must be the same. */
async function reopened<Value>(
  disk: StoragePort,
  commits: ReadonlyArray<Commit<Encoded>>,
  look: (store: Awaited<ReturnType<typeof open>>) => Promise<Value>,
  options: FileStoreOptions = {},
): Promise<Value> {
  const store = await open(disk, options);
  await appendAll(store, ...commits);
  const before = await look(store);
  await ok(store.close);
  const again = await open(disk, options);
  assert.deepEqual(await look(again), before, "the same after it was closed and opened");
  await ok(again.close);
  assert.deepEqual((await ok(verifyStore(disk))).problems, []);
  return before;
}

const open = (disk: StoragePort, options: FileStoreOptions = {}) =>
  ok(openFileStore(disk, options));

describe("sizes", () => {
  test("a commit larger than a segment is stored whole, in a segment of its own", async () => {
    const disk = await diskOf();
    const commits = [
      sampleCommit("small", ["a-1"]),
      sampleCommit("large", ["a-1"], 10_000),
      sampleCommit("next", ["a-1"]),
    ];
    const records = await reopened(disk, commits, (store) => recordsOf(store), {
      segmentBytesMax: 1024,
    });
    assert.deepEqual(records.map(({ commitId }) => commitId), ["small", "large", "next"]);
    const sizes = namesOf(filesIn(disk), "segment").map((name) =>
      bytesOf(filesIn(disk), name).length
    );
    assert.equal(sizes.length, 3);
    assert.ok(sizes[0]! <= 1024 && sizes[1]! > 10_000 && sizes[2]! <= 1024);
  });

  test("a commit has at most 65,535 events, and so many it may have", async () => {
    const disk = await diskOf();
    const store = await open(disk);
    const types = (count: number) => Array.from({ length: count }, () => "A");
    const told = await appendFault(store, toStream("a-1", types(65_536)), "Refused");
    assert.deepEqual([told.stored, told.found.includes("65536") || told.found.includes("65,536")], [
      "no",
      true,
    ]);
    assert.equal((await ok(store.append(toStream("a-1", types(65_535))))).last, 65_535);
    assert.equal((await ok(store.append(toStream("a-1", ["B"])))).last, 65_536);
    await ok(store.close);
    const again = await open(disk);
    assert.equal(await ok(again.head), 65_536);
    const tail = await recordsOf(again, {}, { after: 65_530 });
    assert.deepEqual(tail.map(({ version }) => version), [
      65_531,
      65_532,
      65_533,
      65_534,
      65_535,
      65_536,
    ]);
    await ok(again.close);
  });

  test("a commit beyond commitBytesMax is refused, and the store goes on", async () => {
    const store = await open(await diskOf(), { commitBytesMax: 1000 });
    const told = await appendFault(store, sampleCommit("large", ["a-1"], 2000), "Refused");
    assert.match(told.wanted, /1000 bytes/);
    await ok(store.append(sampleCommit("small", ["a-1"], 500)));
    await ok(store.close);
  });

  test("a segment ends when it has many terms, however small it is", async () => {
    const disk = await diskOf();
    const commits = Array.from({ length: 20 }, (_, nth) => sampleCommit(`c${nth}`, [`s-${nth}`]));
    await reopened(disk, commits, (store) => recordsOf(store), { activeTermsMax: 20 });
    assert.ok(namesOf(filesIn(disk), "segment").length > 3);
  });

  test("open files are bounded, and appends that wait are too", async () => {
    const disk = await diskOf();
    let openNow = 0;
    let openMost = 0;
    let written = 0;
    const storage = faultyStorage(disk, ({ operation, name, bytes }) => {
      if (name.startsWith("segment") || name.startsWith("index")) {
        if (operation === "openRead") openMost = Math.max(openMost, ++openNow);
        if (operation === "closeRead") openNow--;
      }
      if (operation === "write") written = Math.max(written, bytes?.length ?? 0);
      return undefined;
    });
    const options = {
      segmentBytesMax: 1024,
      filesOpenMax: 3,
      appendQueueBytesMax: 2000,
      groupBytesMax: 1500,
    };
    const store = await open(storage, options);
    const commits = Array.from(
      { length: 60 },
      (_, nth) => sampleCommit(`c${nth}`, [`s-${nth % 7}`], 300),
    );
    const ends = await Promise.all(commits.map((commit) => ok(store.append(commit))));
    assert.deepEqual(ends.map(({ last }) => last), commits.map((_, nth) => nth + 1));
    await Promise.all([1, 2, 3].map((nth) => recordsOf(store, { stream: `s-${nth}` })));
    assert.equal((await recordsOf(store)).length, 60);
    await ok(store.close);
    // Beside the idle ones, those that three readers and the indexer use at that moment.
    assert.ok(openMost <= 3 + 4, `${openMost} files are open at once`);
    assert.equal(openNow, 0, "and none when the store is closed");
    assert.ok(written <= 4096 * 40, "no write is as large as all that was appended");
  });
});

describe("names", () => {
  test("are what they are: no form of Unicode is made of another, nothing is dropped, nothing is magic", async () => {
    const names = [
      "\u00e9",
      "e\u0301",
      "\ufeffa",
      "a",
      "__proto__",
      "constructor",
      "toString",
      "\u0000",
      "a\u0000",
    ];
    const commits = names.map((name) => toStream(name, [name], "noStream"));
    const told = await reopened(await diskOf(), commits, async (store) => {
      const each: Array<readonly [string, number, number]> = [];
      for (const name of names) {
        const byStream = await recordsOf(store, { stream: name });
        const byType = await recordsOf(store, { types: [name] });
        each.push([name, byStream.length, byType.length]);
      }
      return each;
    });
    assert.deepEqual(told, names.map((name) => [name, 1, 1]));
  });

  test("with half a character are refused, as stream, type, tag or commit id", async () => {
    const store = await open(await diskOf());
    const half = "a\ud800";
    const whole = sampleCommit("c", ["a-1"]);
    const event = whole.writes[0]!.events[0]!;
    const of = (change: Partial<Encoded>): Commit<Encoded> => ({
      writes: [{
        stream: "a",
        expected: "any",
        events: [{ event: { ...event.event, ...change } }],
      }],
    });
    for (
      const commit of [
        toStream(half, ["A"]),
        of({ type: half }),
        of({ tags: [half] }),
        { ...whole, commitId: half },
      ]
    ) assert.equal((await appendFault(store, commit, "Refused")).stored, "no");
    assert.equal(await ok(store.head), 0);
    await ok(store.close);
  });
});

describe("counting", () => {
  test("begins at 1, for positions and versions", async () => {
    const disk = await diskOf();
    const store = await open(disk);
    assert.equal(await ok(store.head), 0);
    const { first, last, versions } = await ok(store.append(sampleCommit("one", ["a-1", "b-1"])));
    assert.deepEqual([first, last, versions.get("a-1"), versions.get("b-1")], [1, 2, 1, 1]);
    const [record] = await recordsOf(store);
    assert.deepEqual([record?.position, record?.version], [1, 1]);
    await ok(store.close);
  });
});

describe("time", () => {
  test("may go back: a question about a moment has one answer for ever", async () => {
    const times = [5, 3, 9, 1, 9, 12];
    const commits = times.map((time, nth) => ({
      ...sampleCommit(`c${nth}`, ["a-1"], 150),
      recordedAt: new Date(time * 1000),
    }));
    const moments = [0, 1, 3, 5, 8, 9, 11, 12, 13];
    const answers = await reopened(await diskOf(), commits, async (store) => {
      const each: number[] = [];
      for (const moment of moments) each.push(await ok(store.positionAt(new Date(moment * 1000))));
      return each;
    }, { segmentBytesMax: 1024 });
    assert.deepEqual(answers, [0, 0, 0, 2, 2, 5, 5, 6, 6]);
  });

  test("of a clock that goes back is kept as the clock said", async () => {
    const clock = virtualClock(1000);
    const back = { ...clock, now: () => 2000 - clock.now() };
    const disk = await diskOf(new Map(), { clock: back });
    const store = await open(disk);
    await ok(store.append(sampleCommit("one", ["a-1"])));
    await clock.advance(300);
    await ok(store.append(sampleCommit("two", ["a-1"])));
    assert.deepEqual((await recordsOf(store)).map(({ recordedAt }) => recordedAt.getTime()), [
      1000,
      700,
    ]);
    await ok(store.close);
  });
});

describe("a commit id", () => {
  const retry: Commit<Encoded> = {
    ...sampleCommit("once", ["a-1"]),
    writes: [{ ...sampleCommit("once", ["a-1"]).writes[0]!, expected: "noStream" }],
    condition: { failIfEventsMatch: { stream: "a-1" } },
  };

  test("answers its own retry with the first result, though it would be a conflict now", async () => {
    for (const options of [{}, { segmentBytesMax: 1024 }]) {
      const disk = await diskOf();
      const store = await open(disk, options);
      const [one, twin] = await Promise.all([ok(store.append(retry)), ok(store.append(retry))]);
      assert.deepEqual({ ...twin, repeated: false }, one);
      assert.equal(twin.repeated, true);
      // Far away, so that its segment is sealed and in a run.
      const others = Array.from({ length: 8 }, (_, nth) => sampleCommit(`c${nth}`, ["b-1"], 400));
      await appendAll(store, ...others);
      assert.deepEqual(await ok(store.append(retry)), twin);
      await ok(store.close);
      const again = await open(disk, options);
      assert.deepEqual(await ok(again.append({ ...retry, recordedAt: new Date(5) })), twin);
      const other = { ...sampleCommit("once", ["a-1"], 11) };
      assert.equal((await fault(again.append(other), "IdempotencyMismatch")).commitId, "once");
      assert.equal((await recordsOf(again, { stream: "a-1" })).length, 1);
      await ok(again.close);
    }
  });

  test("is known after a crash if its commit is in the log", async () => {
    const disk = await diskOf();
    const store = await open(disk);
    const first = await ok(store.append(retry));
    const killed = await open(await diskOf(filesIn(disk), { seed: 2 }));
    assert.deepEqual(await ok(killed.append(retry)), { ...first, repeated: true });
    await ok(killed.close);
    await ok(store.close);
  });
});
