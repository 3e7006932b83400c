import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { costOf } from "../../bench/projection.ts";

describe("costOf", () => {
  it("gives what the formulas give by hand, for a log of 400 segments", () => {
    const segmentBytes = 64 * 2 ** 20;
    const events = 400 * segmentBytes / 256;
    const cost = costOf({ events, streams: 1_000_000, bytesPerEvent: 256, segmentBytes });
    // Three levels of at most seven runs, and each stream in each of them.
    assert.equal(cost.runsMax, 21);
    assert.equal(cost.indexBytes, 6.2 * events + 72 * 21e6);
    assert.equal(cost.memoryBytes, 31.5e6 + 8 * 2 ** 20);
    assert.equal(cost.openMs.toFixed(1), "33.6");
    // A segment of 262,144 events: 122 ms to scan, 157 ms to index.
    assert.equal((cost.openKilledMs - cost.openMs).toFixed(0), "279");
    assert.equal(cost.rebuildSeconds.toFixed(0), "405");
  });

  it("puts a stream into no more runs than there are segments or events", () => {
    const small = { events: 1_000, streams: 1_000, bytesPerEvent: 256, segmentBytes: 2 ** 26 };
    assert.equal(costOf(small).indexBytes, 78.2 * 1_000);
    assert.equal(costOf({ ...small, streams: 10 }).indexBytes, 6.2 * 1_000 + 72 * 10);
    // Seven runs, of which an event is in one.
    const single = { ...small, events: 2_000_000, streams: 2_000_000 };
    assert.equal(costOf(single).indexBytes, 78.2 * 2_000_000);
  });
});
