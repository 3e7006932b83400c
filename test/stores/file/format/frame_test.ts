import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { U48_MAX, viewOf } from "../../../../stores/file/format/bytes.ts";
import {
  FRAME_COMMIT,
  FRAME_HEADER_BYTES,
  FRAME_SEAL,
  type FrameFacts,
  frameSize,
  isBodySound,
  isFrameKnown,
  readFrameHeader,
  writeFrameHeader,
} from "../../../../stores/file/format/frame.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u48 = fc.integer({ min: 0, max: U48_MAX });
const sample = fc.record({
  body: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  salt: u32,
  facts: fc.record({
    previous: u32,
    durableTo: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((eighth) => eighth * 8),
    position: u48,
    events: fc.integer({ min: 0, max: 65_535 }),
    time: u48,
    type: fc.integer({ min: 0, max: 255 }),
    flags: fc.integer({ min: 0, max: 255 }),
  }, { noNullPrototype: true }),
}, { noNullPrototype: true });

function framed(
  body: Uint8Array,
  facts: Omit<FrameFacts, "bodySize">,
  salt: number,
): { readonly frame: Uint8Array; readonly hcrc: number } {
  const frame = new Uint8Array(frameSize(body.length));
  frame.set(body, FRAME_HEADER_BYTES);
  const hcrc = writeFrameHeader(frame, { ...facts, bodySize: body.length }, salt);
  return { frame, hcrc };
}

/** Whether a whole and sound frame stands at an offset. */
function isSound(bytes: Uint8Array, at: number, salt: number): boolean {
  const header = readFrameHeader(viewOf(bytes), at, salt);
  if (!header || at + frameSize(header.bodySize) > bytes.length) return false;
  return isBodySound(viewOf(bytes), at, header, salt);
}

describe("a frame", () => {
  test("comes back as it was written, at any place", () => {
    fc.assert(fc.property(sample, fc.nat(20), ({ body, salt, facts }, at) => {
      const { frame, hcrc } = framed(body, facts, salt);
      const bytes = new Uint8Array(at + frame.length + 8).fill(0xaa);
      bytes.set(frame, at);
      const header = readFrameHeader(viewOf(bytes), at, salt);
      assert.ok(header);
      const { bodyCrc: _, ...rest } = header;
      assert.deepEqual(rest, { ...facts, bodySize: body.length, hcrc });
      assert.ok(isBodySound(viewOf(bytes), at, header, salt));
      assert.equal(frame.length % 8, 0);
    }));
  });

  test("with any one bit turned over is none", () => {
    fc.assert(
      fc.property(sample, ({ body, salt, facts }) => {
        const { frame } = framed(body, facts, salt);
        for (let bit = 0; bit < frame.length * 8; bit++) {
          frame[bit >> 3]! ^= 1 << (bit & 7);
          assert.ok(!isSound(frame, 0, salt), `bit ${bit}`);
          frame[bit >> 3]! ^= 1 << (bit & 7);
        }
        assert.ok(isSound(frame, 0, salt));
      }),
      { numRuns: 20 },
    );
  });

  test("torn at any byte is none, whatever follows the tear", () => {
    fc.assert(
      fc.property(sample, fc.constantFrom(0, 0xff, 0x5a), ({ body, salt, facts }, filler) => {
        const { frame } = framed(body, facts, salt);
        for (let size = 0; size < frame.length; size++) {
          assert.ok(!isSound(frame.subarray(0, size), 0, salt));
          const torn = frame.slice().fill(filler, size);
          const isSame = torn.every((byte, at) => byte === frame[at]);
          assert.equal(isSound(torn, 0, salt), isSame);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("of another segment, which has another salt, is none", () => {
    fc.assert(fc.property(sample, fc.integer({ min: 1 }), ({ body, salt, facts }, more) => {
      const { frame } = framed(body, facts, salt);
      assert.equal(readFrameHeader(viewOf(frame), 0, (salt + more) >>> 0), undefined);
    }));
  });

  test("is not seen in zeros", () => {
    assert.equal(isSound(new Uint8Array(200), 0, 0), false);
  });

  test("is known if its type and its flags are", () => {
    const known = (type: number, flags: number): boolean => {
      const facts = { previous: 0, durableTo: 0, position: 1, events: 1, time: 0, type, flags };
      const { frame } = framed(Uint8Array.of(1), facts, 9);
      return isFrameKnown(readFrameHeader(viewOf(frame), 0, 9)!);
    };
    for (let flags = 0; flags < 256; flags++) {
      assert.equal(known(FRAME_COMMIT, flags), (flags & ~(2 | 4 | 8)) === 0, `flags ${flags}`);
      for (const type of [FRAME_SEAL, 3, 4]) assert.equal(known(type, flags), flags === 0);
      assert.ok(known(16, flags) && known(31, flags), "may be passed over");
      for (const type of [0, 5, 15, 32, 255]) assert.ok(!known(type, flags), `type ${type}`);
    }
  });
});
