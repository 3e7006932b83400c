import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRight } from "fp-ts/lib/Either.js";
import { viewOf } from "../../../../stores/file/format/bytes.ts";
import {
  bodySizeOf,
  decodeBody,
  encodeContent,
  frameOf,
} from "../../../../stores/file/format/commit_body.ts";
import {
  decodeTrailer,
  encodeTrailer,
  type ErasedTrailer,
  eraseInFrame,
  isErased,
} from "../../../../stores/file/format/erased_file.ts";
import {
  FRAME_COMMIT,
  FRAME_HEADER_BYTES,
  isBodySound,
  readFrameHeader,
  writeFrameHeader,
} from "../../../../stores/file/format/frame.ts";
import { flipped } from "../../../support/disk.ts";

const trailer: fc.Arbitrary<ErasedTrailer> = fc.record({
  segmentBytes: fc.integer({ min: 128, max: 2 ** 40 }),
  frames: fc.array(
    fc.record({
      offset: fc.integer({ min: 128, max: 2 ** 40 }),
      bodyCrc: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      events: fc.array(fc.integer({ min: 0, max: 65_534 }), { minLength: 1, maxLength: 5 }),
    }, { noNullPrototype: true }),
    { maxLength: 5 },
  ),
}, { noNullPrototype: true });

describe("the trailer of an erased segment", () => {
  test("is read as it was written", () => {
    fc.assert(fc.property(trailer, (one) => {
      assert.deepEqual(decodeTrailer(encodeTrailer(one)), one);
    }));
  });

  test("is none if a bit of it is another, or a part is missing", () => {
    const frames = [{ offset: 136, bodyCrc: 7, events: [0, 3] }];
    const bytes = encodeTrailer({ segmentBytes: 4096, frames });
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        assert.equal(decodeTrailer(flipped(bytes, at, bit)), undefined, `${at}, bit ${bit}`);
      }
      assert.equal(decodeTrailer(bytes.subarray(0, at)), undefined, `${at} bytes`);
      assert.equal(decodeTrailer(bytes.subarray(at + 1)), undefined, `without ${at + 1} bytes`);
    }
  });
});

describe("erasing in a frame", () => {
  const salt = 99;
  const events = ["secret-0", "secret-1", "secret-2"].map((text, nth) => ({
    event: { type: `Type${nth}`, schemaVersion: 2, data: { text }, tags: [`tag${nth}`] },
    metadata: { actor: text },
  }));
  const content = encodeContent({
    commitId: "c1",
    writes: [{ stream: "a-1", expected: "any", events }],
  });
  assert(isRight(content));
  const frame = frameOf(content.right, [1]);
  writeFrameHeader(frame, {
    bodySize: bodySizeOf(content.right, [1]),
    previous: 1,
    durableTo: 128,
    position: 5,
    events: 3,
    time: 6,
    type: FRAME_COMMIT,
    flags: content.right.flags,
  }, salt);
  const header = readFrameHeader(viewOf(frame), 0, salt)!;

  test("takes data and metadata of the events that are meant, and nothing else", () => {
    const erased = eraseInFrame(frame, header, 128, [1], salt)!;
    assert.deepEqual(erased.events, [1]);
    assert.equal(erased.frame.length, frame.length);
    assert.deepEqual(
      erased.frame.subarray(0, FRAME_HEADER_BYTES),
      frame.subarray(0, FRAME_HEADER_BYTES),
    );
    assert.ok(isBodySound(viewOf(erased.frame), 0, header, salt, erased.bodyCrc));
    assert.ok(!isBodySound(viewOf(erased.frame), 0, header, salt));
    const { bodySize, flags } = header;
    const before = decodeBody(frame, FRAME_HEADER_BYTES, bodySize, flags)!;
    const after = decodeBody(erased.frame, FRAME_HEADER_BYTES, bodySize, flags)!;
    after.events.forEach((event, at) => {
      assert.deepEqual(event, before.events[at]);
      assert.equal(isErased(after, event), at === 1);
      const payload = after.bytes.subarray(event.metadataFrom, event.dataTo);
      if (at !== 1) {
        const was = before.bytes.subarray(event.metadataFrom, event.dataTo);
        assert.deepEqual([...payload], [...was]);
        return;
      }
      const { bytes } = after;
      const isGone = (from: number, to: number) =>
        bytes.subarray(from, to).every((byte) => byte === 0);
      assert.ok(isGone(event.metadataFrom, event.metadataTo));
      assert.ok(isGone(event.dataFrom, event.dataTo));
    });
    assert.ok(!new TextDecoder().decode(erased.frame).includes("secret-1"));
  });

  test("keeps erased what was erased before", () => {
    const first = eraseInFrame(frame, header, 128, [0], salt)!;
    const second = eraseInFrame(first.frame, header, 128, [2], salt)!;
    assert.deepEqual(second.events, [0, 2]);
    assert.deepEqual(second.frame, eraseInFrame(frame, header, 128, [0, 2], salt)!.frame);
  });

  test("refuses a frame that holds no commit", () => {
    const { bodySize } = header;
    assert.equal(
      eraseInFrame(frame, { ...header, bodySize: bodySize - 1 }, 128, [0], salt),
      undefined,
    );
  });
});
