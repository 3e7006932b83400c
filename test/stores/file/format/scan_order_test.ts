/** Each rule by which a frame follows another, where it alone stands in the way. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  FRAME_COMMIT,
  FRAME_HEADER_BYTES,
  FRAME_SEAL,
  type FrameFacts,
  frameSize,
  writeFrameHeader,
} from "../../../../stores/file/format/frame.ts";
import {
  encodeSegmentHeader,
  headerChecksum,
  scanStart,
  scanWindow,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "../../../../stores/file/format/segment.ts";

const header: SegmentHeader = {
  storeId: new Uint8Array(16).fill(1),
  number: 1,
  epoch: 1,
  flags: 0,
  firstPosition: 1,
  created: 0,
  salt: 0x12345678,
  previous: undefined,
  chain: new Uint8Array(32),
};

/** How many of two frames a scan takes, where the second is as `change` has it. */
function taken(first: Partial<FrameFacts>, change: (facts: FrameFacts) => FrameFacts): number {
  const body = 8;
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES + 2 * frameSize(body));
  bytes.set(encodeSegmentHeader(header));
  const facts: FrameFacts = {
    bodySize: body,
    previous: headerChecksum(header),
    durableTo: SEGMENT_HEADER_BYTES,
    position: 1,
    events: 1,
    time: 5,
    type: FRAME_COMMIT,
    flags: 0,
    ...first,
  };
  const one = bytes.subarray(SEGMENT_HEADER_BYTES, SEGMENT_HEADER_BYTES + frameSize(body));
  one.fill(1, FRAME_HEADER_BYTES);
  const previous = writeFrameHeader(one, facts, header.salt);
  const two = bytes.subarray(SEGMENT_HEADER_BYTES + frameSize(body));
  two.fill(2, FRAME_HEADER_BYTES);
  const position = facts.position + facts.events;
  const second = { ...facts, type: FRAME_COMMIT, events: 1, previous, position };
  writeFrameHeader(two, change(second), header.salt);
  let seen = 0;
  scanWindow(bytes, 0, scanStart(header), header.salt, () => seen++);
  return seen;
}

describe("a frame with good checksums", () => {
  test("is taken where it follows", () => {
    assert.equal(taken({}, (facts) => facts), 2);
  });

  test("is none that names another frame before it", () => {
    assert.equal(taken({}, (facts) => ({ ...facts, previous: facts.previous ^ 1 })), 1);
  });

  test("is none of another position", () => {
    for (const step of [-1, 1]) {
      assert.equal(taken({}, (facts) => ({ ...facts, position: facts.position + step })), 1);
    }
  });

  test("is none behind a seal", () => {
    assert.equal(taken({ type: FRAME_SEAL, events: 0 }, (facts) => facts), 1);
  });
});
