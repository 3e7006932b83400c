import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delaysBetween } from "../../bench/result.ts";

describe("delaysBetween", () => {
  it("gives the delay of each commit", () => {
    assert.deepEqual(delaysBetween([10, 20, 30], [11, 20.5, 34]), [1, 0.5, 4]);
  });

  it("throws for a commit that was never delivered, wherever it stands", () => {
    const wanted = /commit 2 of 3 was never delivered/;
    // A hole in an array, as JSON writes it.
    const holed: ReadonlyArray<number> = JSON.parse("[11, null, 34]");
    assert.throws(() => delaysBetween([10, 20, 30], holed), wanted);
    assert.throws(() => delaysBetween([10, 20, 30], [11]), wanted);
  });
});
