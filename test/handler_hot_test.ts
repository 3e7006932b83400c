import assert from "node:assert/strict";
import { test } from "node:test";
import { handler } from "../src/handler.ts";
import { memoryStore } from "../stores/memory.ts";
import { fault, ok } from "../stores/conformance/words.ts";
import { handling, noting, parts } from "./support/handling.ts";
import { book, open } from "./support/show.ts";

test("a state that is kept spares the next command its read", async () => {
  const { store, read } = noting(memoryStore());
  const handle = handling(store);
  await ok(handle(open(5)));
  assert.equal((await ok(handle(book("Ada", 2)))).state, 3);
  assert.equal((await ok(handle(book("Bob", 1)))).state, 2);
  assert.deepEqual(read, [0]);
});

test("a handler that keeps no state reads before each command", async () => {
  const { store, read } = noting(memoryStore());
  const handle = handler({ ...parts, store, hotStatesMax: 0 });
  await ok(handle(open(5)));
  await ok(handle(book("Ada", 2)));
  assert.deepEqual(read, [0, 0]);
});

test("a kept state that is old leads to no answer: the stream is read first", async () => {
  const { store, read } = noting(memoryStore());
  const handle = handling(store);
  const other = handling(store);
  await ok(handle(open(2)));
  await ok(other(book("Ada", 2)));
  read.length = 0;
  // Two seats were left by what is kept: accepted by it, refused by the store, and by the new state.
  const rejected = await fault(handle(book("Bob", 1)), "Rejected");
  assert.deepEqual(rejected.rejection, { reason: "SoldOut", free: 0 });
  assert.deepEqual(read, [1]);
  // None is left by what is kept now: a no is never said without a look.
  await ok(other(open(9)));
  read.length = 0;
  assert.equal((await ok(handle(book("Bob", 1)))).state, 8);
  assert.deepEqual(read, [2]);
});

test("a command that was handled before is known though the state is kept", async () => {
  const store = memoryStore();
  const handle = handling(store);
  await ok(handle(open(2)));
  const first = await ok(handle(book("Ada", 2), { commandId: "c1" }));
  assert.deepEqual(await ok(handle(book("Ada", 2), { commandId: "c1" })), {
    ...first,
    repeated: true,
  });
  await ok(handle(open(5)));
  assert.deepEqual(await ok(handle(book("Ada", 2), { commandId: "c1" })), {
    ...first,
    repeated: true,
  });
});
