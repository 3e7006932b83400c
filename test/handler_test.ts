import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventStore } from "../src/event_store.ts";
import type { AppendFault } from "../src/fault.ts";
import { handler, handlerReader } from "../src/handler.ts";
import type { CommandMetadata } from "../src/handling.ts";
import { append } from "../src/read.ts";
import { memoryStore } from "../stores/memory.ts";
import { appendAll, fault, ok, recordsOf, told } from "../stores/conformance/words.ts";
import { handling, noting, parts } from "./support/handling.ts";
import { book, open, type ShowCommand, type ShowEvent, showEvents } from "./support/show.ts";

/** A store in which `others` happens to the stream before each append that writes to it. */
function overtaken(store: EventStore, times: number): EventStore {
  let left = times;
  return {
    ...store,
    append: (commit) => async () => {
      if (left > 0) {
        left -= 1;
        const event: ShowEvent = { type: "ShowOpened", seats: 1 };
        const writes = [{ stream: "show-hamlet", expected: "any", events: [{ event }] }] as const;
        await ok(append({ store, codec: showEvents, writes }));
      }
      return store.append(commit)();
    },
  };
}

/** A store that stores (or not), and then says that it does not know. */
function unsure(store: EventStore, stores: boolean, then?: AppendFault): EventStore {
  let asked = 0;
  return {
    ...store,
    append: (commit) => async () => {
      asked += 1;
      if (asked === 1) {
        if (stores) await ok(store.append(commit));
        return E.left({
          _tag: "Indeterminate",
          stored: "unknown",
          commitId: commit.commitId ?? "made by the store",
          cause: "the power",
        });
      }
      return then === undefined ? store.append(commit)() : E.left(then);
    },
  };
}

test("a command that is accepted tells its events, state, version and position", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle({ ...open(3), show: "lear" }));
  assert.deepEqual(await ok(handle(open(5))), {
    _tag: "Accepted",
    events: [{ type: "ShowOpened", seats: 5 }],
    state: 5,
    result: undefined,
    version: 1,
    position: 2,
    repeated: false,
  });
  assert.deepEqual(await ok(handle(book("Ada", 2))), {
    _tag: "Accepted",
    events: [{ type: "SeatsBooked", guest: "Ada", seats: 2 }],
    state: 3,
    result: undefined,
    version: 2,
    position: 3,
    repeated: false,
  });
});

test("a command that is rejected tells the version, and writes nothing", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle(open(1)));
  const rejected = await fault(handle(book("Ada", 2)), "Rejected");
  assert.deepEqual(rejected, {
    _tag: "Rejected",
    rejection: { reason: "SoldOut", free: 1 },
    version: 1,
  });
  assert.equal(await ok(store.head), 1);
});

test("a command without events writes nothing", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle(open(1)));
  const looked = await ok(handle({ type: "LookAtShow", show: "hamlet" }, { commandId: "c1" }));
  assert.deepEqual([looked.events, looked.state, looked.version, looked.position], [[], 1, 1, 1]);
  assert.equal(await ok(store.head), 1);
});

test("after a conflict a command is decided again, on the new state", async () => {
  const store = memoryStore();
  await ok(handling(store)(open(2)));
  const booked = await ok(handling(overtaken(store, 3))(book("Ada", 2)));
  assert.deepEqual([booked.state, booked.version], [3, 5]);
  assert.deepEqual(told(await recordsOf(store)).at(-1), "show-hamlet@5:SeatsBooked");
});

test("after retriesMax retries the conflict is the caller's", async () => {
  const store = memoryStore();
  const conflict = await fault(
    handling(overtaken(store, 100), { retriesMax: 2 })(open(1)),
    "Conflict",
  );
  assert.equal(conflict.attempts, 3);
  const conflictOfNone = await fault(
    handling(overtaken(store, 100), { retriesMax: 0 })(open(1)),
    "Conflict",
  );
  assert.equal(conflictOfNone.attempts, 1);
});

test("a handler waits as it is told before it decides again", async () => {
  const store = memoryStore();
  const waited: Array<number> = [];
  const pause = (attempt: number) => () => Promise.resolve(waited.push(attempt));
  await ok(handler({ ...parts, store: overtaken(store, 3), pause })(open(1)));
  assert.deepEqual(waited, [1, 2, 3]);
});

test("only what is new is read again after a conflict", async () => {
  const store = memoryStore();
  await ok(handling(store)(open(2)));
  const { store: noted, read } = noting(store);
  await ok(handling(overtaken(noted, 2))(book("Ada", 1)));
  assert.deepEqual(read, [0, 1, 2]);
});

test("many commands at once on one stream are all decided, each on what came before", async () => {
  const store = memoryStore();
  const handle = handling(store, { retriesMax: 100 });
  await ok(handle(open(10)));
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, n) => handle(book(`guest-${n}`, 1))()),
  );
  assert.equal(outcomes.filter(E.isRight).length, 10);
  for (const outcome of outcomes) {
    if (E.isLeft(outcome)) assert.equal(outcome.left._tag, "Rejected");
  }
  assert.equal(await ok(store.head), 11);
});

test("a command with an id takes effect once, and is answered as at first", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle(open(5)));
  const first = await ok(handle(book("Ada", 5), { commandId: "c1" }));
  await ok(handle(open(7)));
  // Decided again it would book again; had it come now, it would have been refused before.
  assert.deepEqual(await ok(handle(book("Ada", 5), { commandId: "c1" })), {
    ...first,
    repeated: true,
  });
  assert.equal(await ok(store.head), 3);
});

test("a command sent several times at once takes effect once", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle(open(5)));
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => ok(handle(book("Ada", 1), { commandId: "c1" }))),
  );
  assert.equal(answers.filter(({ repeated }) => !repeated).length, 1);
  for (const { events, state, version, position } of answers) {
    assert.deepEqual([events.length, state, version, position], [1, 4, 2, 2]);
  }
  assert.equal(await ok(store.head), 2);
});

test("a command that was sent twice, and overtaken in between, takes effect once", async () => {
  const store = memoryStore();
  // The first append of the second sending finds the first sending stored, at another state.
  const handle = handling(store);
  const racing: EventStore = {
    ...store,
    append: (commit) => async () => {
      if (commit.commitId === "c1" && (await ok(store.head)) === 0) {
        await ok(handle(open(3)));
        await ok(handle({ ...open(4) }, { commandId: "c1", actor: "Bob" }));
      }
      return store.append(commit)();
    },
  };
  const answer = await ok(handling(racing)(open(4), { commandId: "c1", actor: "Ada" }));
  assert.deepEqual([answer.repeated, answer.state, answer.version], [true, 7, 2]);
  assert.equal(await ok(store.head), 2);
});

test("a command id that stands for something else is a mismatch", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle({ ...open(5), show: "lear" }, { commandId: "c1" }));
  const mismatch = await fault(handle(open(5), { commandId: "c1" }), "IdempotencyMismatch");
  assert.equal(mismatch.commitId, "c1");
  assert.equal(await ok(store.head), 1);
});

test("what the command's metadata says goes to its events, with ids filled in", async () => {
  const store = memoryStore();
  const handle = handling(store);
  const metadataOf = async (given?: CommandMetadata) => {
    await ok(handle(open(1), given));
    return (await recordsOf(store)).at(-1)?.metadata;
  };
  assert.deepEqual(await metadataOf(), {});
  assert.deepEqual(await metadataOf({ actor: "Ada" }), { actor: "Ada" });
  assert.deepEqual(await metadataOf({ commandId: "c1" }), {
    correlationId: "c1",
    causationId: "c1",
  });
  assert.deepEqual(
    await metadataOf({ commandId: "c2", correlationId: "k", causationId: "e7" }),
    { correlationId: "k", causationId: "e7" },
  );
});

test("an outcome that is unknown is returned at once if the command has no id", async () => {
  const store = memoryStore();
  const unknown = await fault(handling(unsure(store, true))(open(1)), "Indeterminate");
  assert.equal(unknown.stored, "unknown");
  assert.equal(await ok(store.head), 1);
});

for (const stored of [true, false]) {
  test(`an outcome that is unknown is found out by the command's id: ${stored}`, async () => {
    const store = memoryStore();
    const answer = await ok(handling(unsure(store, stored))(open(1), { commandId: "c1" }));
    assert.deepEqual([answer.state, answer.version, answer.repeated], [1, 1, stored]);
    assert.equal(await ok(store.head), 1);
  });
}

test("an outcome that stays unknown is never told as not stored", async () => {
  const closed: AppendFault = { _tag: "Closed", stored: "no" };
  const store = unsure(memoryStore(), true, closed);
  const unknown = await fault(handling(store)(open(1), { commandId: "c1" }), "Indeterminate");
  assert.equal(unknown.stored, "unknown");
});

test("an event that the codec refuses is a fault, and nothing is written", async () => {
  const store = memoryStore();
  const refused = await fault(handling(store)(open(NaN)), "Unencodable");
  assert.equal(refused.type, "ShowOpened");
  assert.equal(await ok(store.head), 0);
});

test("a record that cannot be decoded is a fault with its place", async () => {
  const store = memoryStore();
  const event = { type: "ShowOpened", schemaVersion: 1, data: { seats: "many" }, tags: [] };
  await appendAll(store, {
    writes: [{ stream: "show-hamlet", expected: "any", events: [{ event }] }],
  });
  const undecodable = await fault(handling(store)(open(1)), "Undecodable");
  assert.deepEqual([undecodable.stream, undecodable.position], ["show-hamlet", 1]);
});

test("a read that fails is the caller's, and nothing is written", async () => {
  const store = memoryStore();
  const failing: EventStore = {
    ...store,
    read: () => TE.left({ _tag: "ReadFailed", stored: "no", cause: "a bad sector" }),
  };
  await fault(handling(failing)(open(1)), "ReadFailed");
  assert.equal(await ok(store.head), 0);
});

test("a store that does not show what it acknowledged is a defect", async () => {
  const store = memoryStore();
  const lying: EventStore = {
    ...store,
    append: (commit) => pipe(store.append(commit), TE.map((done) => ({ ...done, repeated: true }))),
    read: (query, range) => store.read(query, { ...range, until: 0 }),
  };
  await assert.rejects(handling(lying)(open(1), { commandId: "c1" })(), /must read what it/);
});

test("a command can be made from a context, once, whatever the retries", async () => {
  const store = memoryStore();
  let made = 0;
  const handle = handler({
    ...parts,
    store: overtaken(store, 2),
    context: () => ({ seats: made += 1 }),
  });
  const opened = await ok(handle(({ seats }) => open(seats)));
  assert.deepEqual(opened.events, [{ type: "ShowOpened", seats: 1 }]);
  assert.equal((await ok(handle(open(5)))).state, 8);
});

test("a result tells what the caller wants to know, also of a repetition", async () => {
  const store = memoryStore();
  const result = (before: number, events: ReadonlyArray<ShowEvent>, after: number) => ({
    taken: before - after,
    count: events.length,
  });
  const handle = handler({ ...parts, store, result });
  await ok(handle(open(5)));
  const booked = await ok(handle(book("Ada", 2), { commandId: "c1" }));
  const taken: number = booked.result.taken;
  assert.equal(taken, 2);
  await ok(handle(book("Bob", 1)));
  const again = await ok(handle(book("Ada", 2), { commandId: "c1" }));
  assert.deepEqual([again.result, again.state], [{ taken: 2, count: 1 }, 3]);
});

test("a repetition tells all events of the first time, and the states around them", async () => {
  const store = memoryStore();
  const result = (before: number, _: ReadonlyArray<ShowEvent>, after: number) => [before, after];
  const handle = handler({ ...parts, store, result });
  await ok(handle(open(5)));
  const party: ShowCommand = { type: "BookParty", show: "hamlet", guests: ["Ada", "Bob", "Eve"] };
  const booked = await ok(handle(party, { commandId: "c1" }));
  await ok(handle(open(1)));
  const again = await ok(handle(party, { commandId: "c1" }));
  assert.deepEqual(again, { ...booked, repeated: true });
  assert.deepEqual([again.events.length, again.result, again.version], [3, [5, 2], 4]);
});

test("a handler can be a reader of its store", async () => {
  const handle = handlerReader(parts);
  const [one, other] = [memoryStore(), memoryStore()];
  await ok(handle(open(1))({ store: one }));
  await ok(handle(open(2))({ store: one }));
  assert.equal((await ok(handle(open(4))({ store: other }))).state, 4);
  assert.equal(await ok(one.head), 2);
});
