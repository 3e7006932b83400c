import { pipe } from "fp-ts/lib/function.js";
import * as t from "io-ts";
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { became, eventCodec, schema } from "../src/codec.ts";
import type { EventStore } from "../src/event_store.ts";
import { append, each, follow, read, records } from "../src/read.ts";
import { FaultError } from "../src/run.ts";
import { memoryStore } from "../stores/memory.ts";
import { appendAll, event, fault, ok, proposing, toStream } from "../stores/conformance/words.ts";
import { showEvents } from "./support/show.ts";

const codec = eventCodec({
  Opened: schema(1),
  Lit: schema(1, t.type({ lamps: t.number })),
}, {
  retired: {
    OpenedAndLit: became(
      t.type({ lamps: t.number }),
      ({ lamps }) => [{ type: "Opened" }, { type: "Lit", lamps }],
    ),
    Dusted: became(t.unknown, () => []),
  },
});

/** Opened, (Opened and Lit), nothing, Lit. */
async function oldStore(): Promise<EventStore> {
  const store = memoryStore();
  await appendAll(
    store,
    proposing(
      "a",
      { event: event("Opened") },
      { event: event("OpenedAndLit", [], { lamps: 2 }) },
      { event: event("Dusted") },
      { event: event("Lit", [], { lamps: 3 }) },
    ),
  );
  return store;
}

test("there is one record for each event, with the place of what is stored", async () => {
  const store = await oldStore();
  const page = await ok(read({ store, codec, query: { stream: "a" } }));
  assert.deepEqual(page.records.map(({ event, version, position }) => [event, version, position]), [
    [{ type: "Opened" }, 1, 1],
    [{ type: "Opened" }, 2, 2],
    [{ type: "Lit", lamps: 2 }, 2, 2],
    [{ type: "Lit", lamps: 3 }, 4, 4],
  ]);
  assert.equal(page.through, 4);
});

test("asked for a type, a store is asked for what became it too", async () => {
  const store = await oldStore();
  const page = await ok(read({ store, codec, query: [{ types: ["Lit"] }] }));
  assert.deepEqual(page.records.map(({ version }) => version), [2, 2, 4]);
});

test("each page is decoded when it comes, and a fault tells the place", async () => {
  const store = memoryStore();
  const events = [1, "two", 3].map((lamps) => ({ event: event("Lit", [], { lamps }) }));
  await appendAll(store, proposing("a", ...events));
  const first = await ok(read({ store, codec, query: {}, pageRecordsMax: 1 }));
  assert.deepEqual(first.records.map((record) => record.event), [{ type: "Lit", lamps: 1 }]);
  assert.ok(O.isSome(first.next));
  const undecodable = await fault(first.next.value, "Undecodable");
  assert.deepEqual([undecodable.stream, undecodable.position, undecodable.type], ["a", 2, "Lit"]);
});

test("a read begins after a bookmark of the same history", async () => {
  const store = await oldStore();
  const after = await ok(store.bookmark(2));
  const page = await ok(read({ store, codec, query: {}, after }));
  assert.deepEqual([page.from, page.records.map(({ position }) => position)], [2, [4]]);
  const more = await ok(follow({ store, codec, query: {}, after }));
  assert.equal(more.from, 2);
});

test("a bookmark of another history is told, with what is found in its place", async () => {
  const store = await oldStore();
  for (const position of [2, 9]) {
    const bookmark = { position, hash: "elsewhere" };
    const at = await ok(store.bookmark(Math.min(position, 4)));
    for (const reading of [read, follow]) {
      const diverged = await fault(
        reading({ store, codec, query: {}, after: bookmark }),
        "HistoryDiverged",
      );
      assert.deepEqual([diverged.bookmark, diverged.found], [bookmark, at]);
    }
  }
});

test("records come one at a time, through all pages", async () => {
  const store = await oldStore();
  const seen: Array<number> = [];
  for await (const record of records(read({ store, codec, query: {}, pageRecordsMax: 1 }))) {
    seen.push(record.version);
  }
  assert.deepEqual(seen, [1, 2, 2, 4]);
});

test("records throw the fault that ends them, after what came before it", async () => {
  const store = memoryStore();
  await appendAll(store, toStream("a", ["Opened", "Unheard"]));
  const seen: Array<string> = [];
  const all = records(read({ store, codec, query: {}, pageRecordsMax: 1 }));
  await assert.rejects(async () => {
    for await (const { event } of all) seen.push(event.type);
  }, (error) => error instanceof FaultError && /does not know/.test(error.message));
  assert.deepEqual(seen, ["Opened"]);
});

test("leaving the loop reads no further page", async () => {
  const store = await oldStore();
  let pages = 0;
  const counted = pipe(
    read({ store, codec, query: {}, pageRecordsMax: 2 }),
    TE.map((page) => {
      pages += 1;
      return page;
    }),
  );
  for await (const { version } of records(counted)) if (version === 2) break;
  assert.equal(pages, 1);
});

test("effects run in order, one after the other, and the last position is told", async () => {
  const store = await oldStore();
  const steps: Array<string> = [];
  const position = await ok(pipe(
    read({ store, codec, query: {}, pageRecordsMax: 1 }),
    each(({ event, version }) => async () => {
      steps.push(`begin ${version} ${event.type}`);
      await Promise.resolve();
      steps.push(`end ${version}`);
      return { _tag: "Right", right: undefined } as const;
    }),
  ));
  assert.equal(position, 4);
  assert.deepEqual(steps.slice(0, 4), ["begin 1 Opened", "end 1", "begin 2 Opened", "end 2"]);
  assert.equal(steps.length, 8);
});

test("an effect that fails ends the rest", async () => {
  const store = await oldStore();
  const seen: Array<number> = [];
  const failed = pipe(
    read({ store, codec, query: {} }),
    each(({ version }) => {
      seen.push(version);
      return version === 2 ? TE.left({ _tag: "MailFailed" } as const) : TE.right(undefined);
    }),
  );
  await fault(failed, "MailFailed");
  assert.deepEqual(seen, [1, 2]);
});

test("following goes on where reading ends, and stops by its signal", async () => {
  const store = await oldStore();
  const controller = new AbortController();
  const seen: Array<number> = [];
  const following = pipe(
    follow({ store, codec, query: {}, signal: controller.signal, pageRecordsMax: 1 }),
    each(({ version }) => {
      seen.push(version);
      if (version === 5) controller.abort();
      return TE.right(undefined);
    }),
  )();
  await appendAll(store, toStream("a", ["Opened", "Opened"]));
  const ended = await following;
  assert.deepEqual(ended, { _tag: "Left", left: { _tag: "Cancelled", stored: "no" } });
  assert.deepEqual(seen, [1, 2, 2, 4, 5]);
});

test("events are appended as they are, with tags and metadata, or not at all", async () => {
  const store = memoryStore();
  const booked = { type: "SeatsBooked", guest: "Ada", seats: 2 } as const;
  const commit = {
    writes: [{
      stream: "show-hamlet",
      expected: 0,
      events: [{ event: booked, tags: ["import"], metadata: { actor: "Eve" }, id: "e1" }],
    }],
    commitId: "c1",
    condition: { failIfEventsMatch: { types: ["SeatsBooked"] } },
  } as const;
  const appended = await ok(append({ store, codec: showEvents, ...commit }));
  assert.deepEqual([appended.commitId, appended.last], ["c1", 1]);
  const page = await ok(
    read({ store, codec: showEvents, query: { tags: ["guest:Ada", "import"] } }),
  );
  const [record] = page.records;
  assert.deepEqual([record?.event, record?.id, record?.metadata], [booked, "e1", { actor: "Eve" }]);
  assert.equal((await ok(append({ store, codec: showEvents, ...commit }))).repeated, true);

  const wrong = { type: "SeatsBooked", guest: "Ada", seats: NaN } as const;
  const writes = [{
    stream: "show-lear",
    expected: "any",
    events: [{ event: booked }, { event: wrong }],
  }] as const;
  await fault(append({ store, codec: showEvents, writes }), "Unencodable");
  assert.equal(await ok(store.head), 1);
});
