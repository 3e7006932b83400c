import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { describe, it, test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import type { Commit, EventStore } from "../src/event_store.ts";
import { FaultError, run } from "../src/run.ts";
import {
  explainImport,
  exportCloudEvents,
  type Import,
  importCloudEvents,
  type ImportFault,
} from "../src/interchange.ts";
import type { Encoded } from "../src/record.ts";
import { records } from "../src/read.ts";
import { memoryStore } from "../stores/memory.ts";

const foreign = (id: number, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    specversion: "1.0",
    id: String(id),
    source: "/box-office",
    type: "SeatsBooked",
    subject: `show-${id % 3}`,
    time: new Date(id * 1_000).toISOString(),
    datacontenttype: "application/json",
    ...more,
    data: { seats: id },
  });

const file = Array.from({ length: 50 }, (_, at) => foreign(at));

describe("an import", () => {
  it("stores each line in order, with its time, and is exported as it was", async () => {
    const store = memoryStore();
    const report = await imported(store, file);
    assert.deepEqual(report, { lines: 50, commits: 50, events: 50, added: 50, repeated: 0 });
    assert.deepEqual(await exported(store), file);
    const [first] = await collect(records(store.read({})));
    assert.equal(first?.recordedAt.getTime(), 0);
    assert.equal(first?.commitId, "/box-office 0");
  });

  it("that is repeated adds nothing", async () => {
    const store = memoryStore();
    await imported(store, file);
    const report = await imported(store, file);
    assert.deepEqual(report, { lines: 50, commits: 50, events: 50, added: 0, repeated: 50 });
    assert.deepEqual(await exported(store), file);
  });

  it("takes an event once that is in the file twice", async () => {
    const store = memoryStore();
    const report = await imported(store, [...file, foreign(7), foreign(7)]);
    assert.deepEqual([report.added, report.repeated], [50, 2]);
    assert.deepEqual(await exported(store), file);
  });

  it("passes over empty lines, and counts them", async () => {
    const store = memoryStore();
    const report = await imported(store, ["", foreign(1), "  ", foreign(2), ""]);
    assert.deepEqual([report.lines, report.events], [5, 2]);
  });

  it("of nothing stores nothing", async () => {
    assert.equal((await imported(memoryStore(), [])).commits, 0);
  });

  it("keeps the lines of one commit together", async () => {
    const store = memoryStore();
    const one = { commitid: "k", time: new Date(0).toISOString() };
    const lines = [
      foreign(1, { ...one, subject: "a" }),
      foreign(2, { ...one, subject: "a" }),
      foreign(3, { ...one, subject: "b" }),
      foreign(4, { ...one, commitid: "l" }),
    ];
    assert.equal((await imported(store, lines)).commits, 2);
    assert.deepEqual(await exported(store), lines);
  });

  it("tells how far it has come", async () => {
    const seen: Array<string> = [];
    const lines = Array.from({ length: 2_500 }, (_, at) => foreign(at));
    await run(importCloudEvents({
      store: memoryStore(),
      lines: () => linesOf(lines),
      onProgress: ({ phase, lines, linesTotal }) => seen.push(`${phase} ${lines} ${linesTotal}`),
    }));
    assert.deepEqual(seen, [
      "check 1000 undefined",
      "check 2000 undefined",
      "check 2500 2500",
      "write 1000 2500",
      "write 2000 2500",
      "write 2500 2500",
    ]);
  });

  it("has no more appends under way than it may, and that many", async () => {
    const { store, most } = slow(memoryStore());
    await run(importCloudEvents({ store, lines: () => linesOf(file), appendsMax: 7 }));
    assert.equal(most(), 7);
    assert.deepEqual(await exported(store), file);
  });
});

describe("an import of bad lines", () => {
  it("writes nothing, and tells each line with its reason", async () => {
    const store = memoryStore();
    const fault = await failed({ store, lines: () => linesOf([...file, "{", foreign(50), "[]"]) });
    assert(fault._tag === "BadLines");
    assert.deepEqual(fault.bad.map(({ line }) => line), [51, 53]);
    assert.deepEqual([fault.total, fault.stored], [2, "no"]);
    assert.match(explainImport(fault), /^Line 51: .*; Line 53: .* nothing was stored/);
    assert.equal(await run(store.head), 0);
  });

  it("tells the first 20, and how many there are", async () => {
    const lines = Array.from({ length: 33 }, () => "?");
    const fault = await failed({ store: memoryStore(), lines: () => linesOf(lines) });
    assert(fault._tag === "BadLines");
    assert.deepEqual([fault.bad.length, fault.total], [20, 33]);
    assert.match(explainImport(fault), /and 13 more lines/);
  });

  const time = new Date(0).toISOString();
  const first = foreign(1, { commitid: "k", time, subject: "a" });
  const misfits: Readonly<Record<string, readonly [line: string, what: string]>> = {
    "with another time than its commit": [foreign(2, { commitid: "k" }), '"time"'],
    "of a stream that comes again within a commit": [
      foreign(3, { commitid: "k", time, subject: "a" }),
      '"subject"',
    ],
    "with a name that no store takes": [
      foreign(4, { subject: "x".repeat(1_025) }),
      "the stream name",
    ],
    "of a time before 1970": [
      foreign(4, { time: "1969-12-31T23:59:59Z" }),
      "the recorded time of the commit",
    ],
  };
  for (const [name, [line, what]] of Object.entries(misfits)) {
    it(name, async () => {
      const lines = [first, foreign(9, { commitid: "k", time, subject: "b" }), line];
      const fault = await failed({ store: memoryStore(), lines: () => linesOf(lines) });
      assert(fault._tag === "BadLines");
      assert.deepEqual(fault.bad.map(({ line, reason }) => [line, reason.what]), [[3, what]]);
    });
  }
});

describe("an import that is stopped", () => {
  it("anywhere, then run again, leaves what one that was not stopped leaves", async () => {
    for (let at = 0; at <= file.length; at++) {
      const store = memoryStore();
      let reading = 0;
      const lines = () => reading++ === 0 ? linesOf(file) : broken(file, at);
      const fault = await failed({ store, lines, appendsMax: 4 });
      assert(fault._tag === "LinesFailed");
      assert.deepEqual([fault.line, fault.stored], [at, "unknown"]);
      const stored = await run(store.head);
      const report = await imported(store, file);
      assert.deepEqual([report.repeated, report.added], [stored, file.length - stored]);
      assert.deepEqual(await exported(store), file);
    }
  });

  it("by its signal says how much is there, and goes on later", async () => {
    const store = memoryStore();
    const signal = { aborted: false };
    const onProgress: Import["onProgress"] = ({ phase, lines }) => {
      signal.aborted = phase === "write" && lines >= 1_000;
    };
    const lines = Array.from({ length: 2_500 }, (_, at) => foreign(at));
    const fault = await failed({ store, lines: () => linesOf(lines), signal, onProgress });
    assert(fault._tag === "ImportStopped" && fault.cause._tag === "Cancelled");
    assert.equal(fault.report.added, await run(store.head));
    assert(fault.report.added >= 1_000 && fault.report.added < 2_500);
    await imported(store, lines);
    assert.deepEqual(await exported(store), lines);
  });

  it("by its signal in the first reading writes nothing", async () => {
    const store = memoryStore();
    const fault = await failed({ store, lines: () => linesOf(file), signal: { aborted: true } });
    assert.deepEqual(fault, { _tag: "Cancelled", stored: "no" });
    assert.equal(await run(store.head), 0);
  });

  it("by an event that stands for other content says in which line", async () => {
    const store = memoryStore();
    await imported(store, [foreign(5)]);
    const other = foreign(5).replace('"seats":5', '"seats":6');
    const fault = await failed({ store, lines: () => linesOf([foreign(1), other, foreign(2)]) });
    assert(fault._tag === "ImportStopped");
    assert.deepEqual([fault.line, fault.cause._tag], [2, "IdempotencyMismatch"]);
    assert.match(explainImport(fault), /line 2, .*already stands for a commit with other content/);
  });

  it("by a closed store says so", async () => {
    const store = memoryStore();
    await run(store.close);
    const fault = await failed({ store, lines: () => linesOf(file) });
    assert(fault._tag === "ImportStopped" && fault.cause._tag === "Closed");
    assert.equal(fault.line, 1);
  });

  it("because the lines cannot be read writes nothing", async () => {
    const store = memoryStore();
    const fault = await failed({ store, lines: () => broken(file, 9) });
    assert(fault._tag === "LinesFailed");
    assert.deepEqual([fault.line, fault.stored], [9, "no"]);
    assert.match(explainImport(fault), /after line 9: the disk is gone; nothing was stored/);
  });

  it("because there are fewer lines at the second reading", async () => {
    let reading = 0;
    const lines = () => linesOf(reading++ === 0 ? file : file.slice(0, 10));
    const fault = await failed({ store: memoryStore(), lines });
    assert(fault._tag === "LinesFailed" && fault.line === 10);
  });

  it("never by lines that were added since the first reading", async () => {
    let reading = 0;
    const lines = () => linesOf(reading++ === 0 ? file : [...file, "half a li"]);
    const report = await run(importCloudEvents({ store: memoryStore(), lines }));
    assert.equal(report.lines, 50);
  });

  it("by a line that has changed since the first reading", async () => {
    let reading = 0;
    const lines = () => linesOf(reading++ === 0 ? file : ["?", ...file.slice(1)]);
    const fault = await failed({ store: memoryStore(), lines });
    assert(fault._tag === "BadLines" && fault.stored === "unknown");
  });
});

test("a store that takes appends out of order is a defect, and not a log in another order", async () => {
  const sound = memoryStore();
  let held: (() => void) | undefined;
  const store: EventStore = {
    ...sound,
    // Each second append overtakes the one before.
    append: (commit) => async () => {
      if (held === undefined) await new Promise<void>((resolve) => held = resolve);
      else queueMicrotask(held), held = undefined;
      return await sound.append(commit)();
    },
  };
  await assert.rejects(importCloudEvents({ store, lines: () => linesOf(file) })(), /out of order/);
});

test("an exported store, imported, has the same commits, records and export", async () => {
  const event = fc.record({
    type: fc.constantFrom("A", "B"),
    schemaVersion: fc.integer({ min: 1, max: 2 }),
    data: fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2, noNullPrototype: true }),
    tags: fc.uniqueArray(fc.constantFrom("x", "y"), { maxLength: 2 }),
  });
  const id = fc.constantFrom("1", "2", "3");
  const proposed = fc.record({ event, id }, { noNullPrototype: true });
  const writes = fc.uniqueArray(
    fc.record({
      stream: fc.constantFrom("s-1", "s-2", "t"),
      events: fc.array(proposed, { minLength: 1, maxLength: 3 }),
    }),
    { selector: ({ stream }) => stream, minLength: 1, maxLength: 3 },
  );
  // Among them ids as an import makes them, so that a commit is named like one of its events.
  const commitId = fc.constantFrom("k", "/leftfold 1", "/leftfold 2", "/leftfold 3");
  const commits = fc.uniqueArray(fc.tuple(writes, commitId), { selector: ([, id]) => id });
  await fc.assert(
    fc.asyncProperty(commits, async (commits) => {
      const from = memoryStore();
      for (const [at, [writes, commitId]] of commits.entries()) {
        const commit: Commit<Encoded> = {
          writes: writes.map((write) => ({ ...write, expected: "any" })),
          commitId,
          recordedAt: new Date(at),
        };
        await run(from.append(commit));
      }
      const lines = await exported(from);
      const to = memoryStore();
      assert.equal((await imported(to, lines)).commits, commits.length);
      assert.deepEqual(await collect(records(to.read({}))), await collect(records(from.read({}))));
      assert.deepEqual(await exported(to), lines);
    }),
    { numRuns: 300 },
  );
});

describe("an export", () => {
  it("is of what is asked for", async () => {
    const store = memoryStore();
    await imported(store, file);
    const some = exportCloudEvents({
      store,
      query: { stream: "show-1" },
      after: 10,
      recordsMax: 2,
    });
    assert.deepEqual(await collect(some), [foreign(10), foreign(13)]);
  });

  it("throws the fault that ends it", async () => {
    const store = memoryStore();
    await run(store.close);
    await assert.rejects(exported(store), FaultError);
  });
});

const published = `${process.env["LEFTFOLD_DATA"] ?? ""}/domestic-declarations.ndjson.gz`;
test("the published declarations are imported and exported as they are", {
  skip: existsSync(published) ? false : `there is no ${published}: set LEFTFOLD_DATA`,
}, async () => {
  const lines = gunzipSync(readFileSync(published)).toString().trimEnd().split("\n");
  const store = memoryStore();
  assert.equal((await imported(store, lines)).added, 55_628);
  const again = (await exported(store)).map((line) => JSON.parse(line));
  assert.deepEqual(again, lines.map((line) => JSON.parse(line)));
});

async function imported(store: EventStore, lines: ReadonlyArray<string>) {
  return await run(importCloudEvents({ store, lines: () => linesOf(lines) }));
}

function exported(store: EventStore): Promise<ReadonlyArray<string>> {
  return collect(exportCloudEvents({ store }));
}

async function failed(what: Import): Promise<ImportFault> {
  const outcome = await importCloudEvents(what)();
  assert(E.isLeft(outcome), "the import did not fail");
  return outcome.left;
}

async function* linesOf(lines: ReadonlyArray<string>): AsyncGenerator<string> {
  yield* lines;
}

async function* broken(lines: ReadonlyArray<string>, at: number): AsyncGenerator<string> {
  yield* lines.slice(0, at);
  throw new Error("the disk is gone");
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<ReadonlyArray<Item>> {
  const all: Array<Item> = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A store that answers an append a few turns later, and counts how many wait for an answer. */
function slow(sound: EventStore): { readonly store: EventStore; readonly most: () => number } {
  let underWay = 0;
  let most = 0;
  const append: EventStore["append"] = (commit) => async () => {
    most = Math.max(most, ++underWay);
    const answer = await sound.append(commit)();
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay -= 1;
    return answer;
  };
  return { store: { ...sound, append }, most: () => most };
}
