import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ArchivePolicy,
  planArchival,
  type SegmentFacts,
} from "../../../../stores/file/archive/archive_plan.ts";

const DAY_MS = 86_400_000;

/** Segments of a log: each a day younger than the one before, the last one active. */
const log = (count: number, others: Partial<SegmentFacts> = {}): ReadonlyArray<SegmentFacts> =>
  Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    bytes: 100,
    lastPosition: (at + 1) * 10,
    maxTime: at * DAY_MS,
    isClosed: at < count - 1,
    isIndexed: at < count - 1,
    isHot: true,
    ...others,
  }));

const plan = (policy: ArchivePolicy, segments = log(5)): ReadonlyArray<number> =>
  planArchival(segments, policy, 4 * DAY_MS);

test("all but the active segment, the oldest first, if nothing is said", () => {
  assert.deepEqual(plan({}), [1, 2, 3, 4]);
});

test("up to a segment, or as far as segments end at or before a position", () => {
  assert.deepEqual(plan({ through: { segment: 2 } }), [1, 2]);
  assert.deepEqual(plan({ through: { position: 29 } }), [1, 2]);
  assert.deepEqual(plan({ through: { position: 30 } }), [1, 2, 3]);
});

test("what is old enough to the last commit", () => {
  assert.deepEqual(plan({ olderThanMs: 3 * DAY_MS }), [1, 2]);
  assert.deepEqual(plan({ olderThanMs: 3 * DAY_MS + 1 }), [1]);
});

test("what is above the bytes to keep, the active segment counted", () => {
  assert.deepEqual(plan({ keepBytes: 300 }), [1, 2]);
  assert.deepEqual(plan({ keepBytes: 299 }), [1, 2, 3]);
  assert.deepEqual(plan({ keepBytes: 0 }), [1, 2, 3, 4]);
  assert.deepEqual(plan({ keepBytes: 500 }), []);
});

test("what is archived already takes no bytes and is not archived again", () => {
  const some = log(5).map((one) => ({ ...one, isHot: one.number > 2 }));
  assert.deepEqual(plan({}, some), [3, 4]);
  assert.deepEqual(plan({ keepBytes: 300 }, some), []);
});

test("never a segment that is written to, or that no index run covers", () => {
  const policy = fc.record({
    olderThanMs: fc.integer({ min: 0, max: 6 * DAY_MS }),
    keepBytes: fc.nat(700),
    through: fc.oneof(
      fc.record({ segment: fc.nat(8) }),
      fc.record({ position: fc.nat(80) }),
    ),
  }, { requiredKeys: [] });
  const facts = fc.array(
    fc.record({ isClosed: fc.boolean(), isIndexed: fc.boolean(), isHot: fc.boolean() }),
    { maxLength: 8 },
  );
  fc.assert(fc.property(policy, facts, (wanted, some) => {
    const segments = log(some.length).map((one, at) => ({ ...one, ...some[at] }));
    const planned = plan(wanted, segments);
    assert.deepEqual(planned, [...planned].sort((a, b) => a - b));
    for (const number of planned) {
      const { isClosed, isIndexed, isHot } = segments[number - 1]!;
      assert.ok(isClosed && isIndexed && isHot);
    }
  }));
});
