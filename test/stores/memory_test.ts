import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { describeConformance } from "../../stores/conformance/mod.ts";
import { memoryStore } from "../../stores/memory.ts";
import { appendAll, recordsOf, toStream } from "../../stores/conformance/words.ts";
import { memorySubject } from "../support/store_subjects.ts";

describeConformance(memorySubject, { describe, it });

test("a memory store records by the clock it is given", async () => {
  const times = [new Date(5), new Date(3)];
  const store = memoryStore({ now: () => times.shift() ?? new Date(0) });
  await appendAll(store, toStream("a", ["A", "B"]), toStream("a", ["C"]));
  const recorded = (await recordsOf(store)).map(({ recordedAt }) => recordedAt.getTime());
  assert.deepEqual(recorded, [5, 5, 3]);
});

test("a memory store tells a wrong range to its reader, not to the next writer", async () => {
  const store = memoryStore();
  await assert.rejects(store.read({}, { pageRecordsMax: 0 })(), /pageRecordsMax from 1/);
  await assert.rejects(store.follow({}, { pageRecordsMax: 0 })(), /pageRecordsMax from 1/);
  await appendAll(store, toStream("a", ["A"]));
});
