import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkHeader, newestFirst } from "../../../stores/file/chain.ts";
import type { SegmentHeader } from "../../../stores/file/format/segment.ts";

const storeId = new Uint8Array(16).fill(3);
const header: SegmentHeader = {
  storeId,
  number: 2,
  epoch: 5,
  flags: 0,
  firstPosition: 9,
  created: 0,
  salt: 1,
  previous: { epoch: 4, offset: 800, hcrc: 77 },
  chain: new Uint8Array(32),
};

describe("a segment's header", () => {
  const told = (change: Partial<SegmentHeader>): string => {
    const checked = checkHeader(
      { number: 2, epoch: 5 },
      storeId,
      E.right({ ...header, ...change }),
    );
    return E.isLeft(checked) ? `${checked.left._tag} ${checked.left.file}` : "sound";
  };

  test("is of the file's own number and epoch, and of this store", () => {
    const corrupt = "Corrupt segment-0000000002-0000000005.log";
    assert.equal(told({}), "sound");
    assert.equal(told({ number: 3 }), corrupt);
    assert.equal(told({ epoch: 4 }), corrupt);
    assert.equal(told({ storeId: new Uint8Array(16) }), corrupt);
  });

  test("is passed over if it never was finished, and told if it is bad or newer", () => {
    const check = (defect: Parameters<typeof checkHeader>[2]): string => {
      const checked = checkHeader({ number: 2, epoch: 5 }, storeId, defect);
      if (E.isLeft(checked)) return checked.left._tag;
      return typeof checked.right === "string" ? checked.right : "sound";
    };
    assert.equal(check(E.left({ _tag: "Unfinished" })), "unfinished");
    assert.equal(check(E.left({ _tag: "BadHeader" })), "Corrupt");
    assert.equal(check(E.left({ _tag: "NewerSegment", found: 2 })), "NewerFormat");
  });
});

test("the newest segment is the one of the highest epoch, and of those the highest number", () => {
  const segments = [[3, 1], [1, 2], [9, 1], [2, 2], [1, 1]].map(([number, epoch]) => ({
    number: number!,
    epoch: epoch!,
  }));
  const sorted = segments.sort(newestFirst).map(({ number, epoch }) => [number, epoch]);
  assert.deepEqual(sorted, [[2, 2], [1, 2], [9, 1], [3, 1], [1, 1]]);
});
