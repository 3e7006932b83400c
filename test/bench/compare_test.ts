import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fallen, gone } from "../../bench/compare.ts";
import { type Measured, OURS, type Results } from "../../bench/result.ts";

const PEER = "a peer";
const quiet = [100, 100, 100, 100, 100];

/** A run in which the peer always does 100 a second. */
function runOf(...measured: ReadonlyArray<Measured>): Results {
  return {
    at: "2026-01-01",
    commit: "0000000",
    machine: "made up",
    versions: {},
    rounds: 5,
    measured: measured.flatMap((one) => [one, { ...one, subject: PEER, rates: quiet }]),
    opened: [],
    figures: [],
  };
}

function ours(rates: ReadonlyArray<number>, workload = "W1", runtime = "node"): Measured {
  return { workload, subject: OURS, runtime, rates };
}

function times(factor: number): ReadonlyArray<number> {
  return quiet.map((rate) => factor * rate);
}

describe("fallen", () => {
  it("names the ratio that fell, and no other", () => {
    const before = runOf(ours(times(3), "W1"), ours(times(3), "W2"));
    const after = runOf(ours(times(2), "W1"), ours(times(3), "W2"));
    assert.deepEqual(fallen(before, after), [
      { what: `W1 to ${PEER}`, before: 3, after: 2, tolerated: 0.1 },
    ]);
  });

  it("tells nothing of a ratio that rose, or fell by less than any machine's noise", () => {
    assert.deepEqual(fallen(runOf(ours(times(2))), runOf(ours(times(3)))), []);
    assert.deepEqual(fallen(runOf(ours(times(3))), runOf(ours(times(2.75)))), []);
    assert.equal(fallen(runOf(ours(times(3))), runOf(ours(times(2.65)))).length, 1);
  });

  it("tolerates as much as the rounds of either run lie apart", () => {
    // Half of 360 - 240 is a fifth of the median.
    const noisy = ours([200, 240, 300, 360, 400]);
    const slower = ours(times(2.3));
    assert.equal(fallen(runOf(ours(times(3))), runOf(slower)).length, 1);
    assert.deepEqual(fallen(runOf(noisy), runOf(slower)), []);
    assert.deepEqual(fallen(runOf(ours(times(3))), runOf(ours([153, 184, 230, 276, 307]))), []);
  });

  it("compares rounds with each other, so that a machine that slows down for all is no fall", () => {
    const before = runOf(ours(times(3)));
    const halved = runOf(ours(times(1.5)));
    const all = halved.measured.map((one) =>
      one.subject === PEER ? { ...one, rates: times(0.5) } : one
    );
    assert.deepEqual(fallen(before, { ...halved, measured: all }), []);
  });

  it("says nothing of what one of the runs has not measured", () => {
    assert.deepEqual(fallen(runOf(ours(times(3))), runOf()), []);
    assert.deepEqual(fallen(runOf(), runOf(ours(times(3)))), []);
  });
});

describe("gone", () => {
  const before = runOf(ours(times(3), "W1"), ours(times(3), "W2"));

  it("names a ratio for which either side was not measured again", () => {
    assert.deepEqual(gone(before, runOf(ours(times(3), "W1"))), [`W2 to ${PEER}`]);
    const alone = before.measured.filter(({ workload, subject }) =>
      workload === "W1" || subject === OURS
    );
    assert.deepEqual(gone(before, { ...before, measured: alone }), [`W2 to ${PEER}`]);
  });

  it("names a ratio of which no number came", () => {
    const unpaired = before.measured.map((one) =>
      one.subject === PEER && one.workload === "W2" ? { ...one, rates: [] } : one
    );
    assert.deepEqual(gone(before, { ...before, measured: unpaired }), [`W2 to ${PEER}`]);
  });

  it("misses nothing that is there, is new, or was not asked for", () => {
    assert.deepEqual(gone(before, before), []);
    assert.deepEqual(gone(runOf(ours(times(3))), before), []);
    assert.deepEqual(gone(before, runOf(), ({ workload }) => workload === "W1"), [`W1 to ${PEER}`]);
  });
});
