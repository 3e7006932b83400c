import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JudgedClaim, MarkState } from "../../../stores/file/claims/claim.ts";
import {
  damageInClosed,
  markedEnd,
  marksOf,
  missingSegment,
  planRecovery,
  type RecoveryFacts,
} from "../../../stores/file/recovery.ts";

const segment = { number: 4, epoch: 7 };
const file = "segment-0000000004-0000000007.log";
const end = { offset: 800, hcrc: 11, lastOffset: 720, position: 31, isSealed: false };
const nothing = { bytesTo: 0, evidence: undefined };

function claim(
  epoch: number,
  flushedOffset: number,
  more: Partial<{ state: MarkState; isFinished: boolean; segment: number; segmentEpoch: number }> =
    {},
): JudgedClaim {
  const { state = "running", isFinished = true, segment: number = 4, segmentEpoch = 7 } = more;
  const mark = { segment: number, segmentEpoch, flushedOffset, position: 30, hcrc: 11 };
  return {
    epoch,
    record: undefined,
    watermark: { ...mark, state, counter: 5, time: 0 },
    isFinished,
  };
}

function plan(facts: Partial<RecoveryFacts>): ReturnType<typeof planRecovery> {
  return planRecovery({ segment, end, behind: nothing, claims: [claim(8, 800)], ...facts });
}

function isRefused(facts: Partial<RecoveryFacts>): boolean {
  const made = plan(facts);
  if (made._tag !== "Refuse") return false;
  assert.deepEqual([made.fault.file, made.fault.offset], [file, 800]);
  return true;
}

const pinned = { _tag: "Pin", torn: undefined };
const torn = { bytesTo: 850, evidence: undefined };

describe("the last segment", () => {
  test("is adopted where the newest claim names it, its owner is finished and nothing follows", () => {
    assert.deepEqual(plan({}), { _tag: "Adopt" });
    assert.deepEqual(plan({ claims: [claim(8, 600)] }), { _tag: "Adopt" });
    assert.deepEqual(plan({ claims: [claim(8, 800, { state: "released" })] }), { _tag: "Adopt" });
  });

  test("is pinned where any of that is missing", () => {
    for (
      const claims of [
        [],
        [{ ...claim(8, 800), watermark: undefined }],
        [claim(8, 800, { isFinished: false })],
        [claim(8, 600, { segment: 3 })],
        [claim(8, 600, { segmentEpoch: 6 })],
        // A later owner may have adopted it, and paused: the claim of its own epoch says nothing.
        [claim(7, 800), claim(8, 600, { segment: 3 })],
        [claim(7, 800), claim(8, 800, { isFinished: false })],
        [claim(8, 800, { state: "failed" })],
      ]
    ) assert.deepEqual(plan({ claims }), pinned);
    assert.deepEqual(plan({ end: { ...end, isSealed: true } }), pinned);
  });

  test("is pinned with its torn tail left outside", () => {
    assert.deepEqual(plan({ behind: torn }), { _tag: "Pin", torn: { file, from: 800, to: 850 } });
  });
});

describe("corruption is told from a torn tail", () => {
  test("R1: by a later frame that was written after the end had been flushed", () => {
    assert.ok(isRefused({ behind: { bytesTo: 900, evidence: 840 } }));
    assert.ok(isRefused({ behind: { bytesTo: 900, evidence: 840 }, claims: [] }));
  });

  test("R1 does not look behind the mark of a failed write", () => {
    const claims = [claim(8, 800, { state: "failed" })];
    assert.equal(plan({ behind: { bytesTo: 900, evidence: 840 }, claims })._tag, "Pin");
  });

  test("R2: by a watermark of any claim, also where the end looks clean", () => {
    for (const behind of [nothing, torn]) {
      assert.ok(isRefused({ behind, claims: [claim(8, 808)] }));
      assert.ok(isRefused({ behind, claims: [claim(7, 808), claim(8, 800)] }));
      assert.ok(
        isRefused({ behind, claims: [claim(7, 808, { isFinished: false }), claim(8, 100)] }),
      );
      assert.ok(isRefused({ behind, claims: [claim(8, 808, { state: "released" })] }));
    }
  });

  test("R2 takes no watermark of another segment, or of another epoch's", () => {
    for (const other of [{ segment: 3 }, { segmentEpoch: 6 }]) {
      assert.equal(plan({ claims: [claim(7, 5000, other), claim(8, 800)] })._tag, "Adopt");
    }
  });

  test("R3: by a closed segment that is not what its successor says", () => {
    const successor = { previous: { offset: 800, hcrc: 11 }, firstPosition: 31 };
    assert.equal(damageInClosed(segment, end, successor), undefined);
    const other = [
      { ...end, offset: 720 },
      { ...end, offset: 880 },
      { ...end, hcrc: 12 },
      { ...end, position: 30 },
    ];
    for (const state of other) assert.equal(damageInClosed(segment, state, successor)?.file, file);
  });

  test("R4: by a watermark of a segment that is not there", () => {
    const marks = marksOf([claim(7, 800), { epoch: 8, watermark: undefined }]);
    assert.equal(missingSegment(marks, 1, () => true), undefined);
    assert.equal(missingSegment(marks, 1, () => false)?.file, file);
    const none = marksOf([claim(8, 0, { segment: 0, segmentEpoch: 0 })]);
    assert.equal(missingSegment(none, 1, () => false), undefined);
    assert.equal(missingSegment(marks, 4, () => false)?.file, file);
    assert.equal(
      missingSegment(marks, 5, () => false),
      undefined,
      "what was dropped is not missed",
    );
  });
});

test("the mark of a failed write ends its own segment, the lowest of several", () => {
  const failed = { state: "failed" } as const;
  const marks = marksOf([
    claim(6, 700, { ...failed, segment: 3 }),
    claim(7, 780, failed),
    claim(8, 760, failed),
    claim(9, 100),
  ]);
  assert.equal(markedEnd(marks, segment), 760);
  assert.equal(markedEnd(marksOf([claim(9, 100)]), segment), undefined);
});
