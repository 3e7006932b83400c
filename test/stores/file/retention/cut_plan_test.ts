import { right } from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CutPlan, cutToWrite, planCut } from "../../../../stores/file/retention/cut_plan.ts";

const stream = "a-1";
const cutBefore = (before: number) => ({ stream, before, isTombstone: false });
const tombstone = { stream, before: 6, isTombstone: true };

describe("a cut", () => {
  const planned = (before: number | undefined, newest?: typeof tombstone): Partial<CutPlan> => {
    const plan = planCut({ stream, before }, { version: 5, newest });
    assert(plan._tag === "Right");
    return plan.right;
  };

  test("leaves out what is before it, and is not left out yet", () => {
    assert.deepEqual(planned(3), {
      stream,
      version: 5,
      isEnded: false,
      leftOut: { from: 1, to: 2 },
    });
    assert.deepEqual(planned(5, cutBefore(3)).leftOut, { from: 3, to: 4 });
    assert.deepEqual(planned(undefined).leftOut, { from: 1, to: 5 });
    assert.deepEqual(planned(undefined, cutBefore(5)).leftOut, { from: 5, to: 5 });
  });

  test("comes to nothing where the stream is cut as far", () => {
    assert.equal(planned(1).leftOut, undefined);
    assert.equal(planned(3, cutBefore(3)).leftOut, undefined);
    for (const before of [undefined, 2, 99]) {
      assert.deepEqual(planned(before, tombstone), {
        stream,
        version: 5,
        isEnded: true,
        leftOut: undefined,
      });
    }
  });

  test("of a name without a record is a tombstone, or refused", () => {
    const none = { version: 0, newest: undefined };
    const cut = cutToWrite({ stream, before: undefined }, none);
    assert.deepEqual(cut, right({ stream, before: 1, isTombstone: true }));
    const refused = planCut({ stream, before: 2 }, none);
    assert(refused._tag === "Left");
    assert.match(refused.left.wanted, /a stream with a record/);
  });
});
