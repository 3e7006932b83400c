import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crc32 } from "../../../../stores/file/format/checksum.ts";
import { U48_MAX, viewOf } from "../../../../stores/file/format/bytes.ts";
import {
  FRAME_COMMIT,
  FRAME_HEADER_BYTES,
  FRAME_SEAL,
  type FrameHeader,
  frameSize,
  writeFrameHeader,
} from "../../../../stores/file/format/frame.ts";
import {
  type Behind,
  decodeSegmentHeader,
  encodeSegmentHeader,
  headerChecksum,
  lookBehind,
  scanStart,
  type ScanState,
  scanWindow,
  SEAL_FRAME_BYTES,
  sealFrame,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "../../../../stores/file/format/segment.ts";

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u48 = fc.integer({ min: 0, max: U48_MAX });
const header: fc.Arbitrary<SegmentHeader> = fc.record({
  storeId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  number: u48,
  epoch: u48,
  flags: u32,
  firstPosition: u48,
  created: u48,
  salt: u32,
  previous: fc.option(
    fc.record(
      { epoch: fc.integer({ min: 1, max: U48_MAX }), offset: u48, hcrc: u32 },
      { noNullPrototype: true },
    ),
    { nil: undefined },
  ),
  chain: fc.uint8Array({ minLength: 32, maxLength: 32 }),
}, { noNullPrototype: true });

const first: SegmentHeader = {
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

interface Group {
  /** The bodies of frames that are flushed together. */
  readonly bodies: ReadonlyArray<Uint8Array>;
}

interface Built {
  readonly bytes: Uint8Array;
  /** Where each frame begins, and how much was flushed when it was written. */
  readonly frames: ReadonlyArray<{ readonly at: number; readonly durableTo: number }>;
}

/** A segment of groups of frames, each frame of one event. */
function segmentOfGroups(groups: ReadonlyArray<Group>, sealed = false): Built {
  const parts = [encodeSegmentHeader(first)];
  const frames: Array<{ at: number; durableTo: number }> = [];
  let previous = headerChecksum(first);
  let at = SEGMENT_HEADER_BYTES;
  let position = 1;
  for (const { bodies } of groups) {
    const durableTo = at;
    for (const body of bodies) {
      const frame = new Uint8Array(frameSize(body.length));
      frame.set(body, FRAME_HEADER_BYTES);
      previous = writeFrameHeader(frame, {
        bodySize: body.length,
        previous,
        durableTo,
        position: position++,
        events: 1,
        time: 5,
        type: FRAME_COMMIT,
        flags: 0,
      }, first.salt);
      parts.push(frame);
      frames.push({ at, durableTo });
      at += frame.length;
    }
  }
  if (sealed) {
    const { frame, bodySize } = sealFrame({
      events: position - 1,
      lastPosition: position - 1,
      maxTime: 5,
      chain: first.chain,
    });
    writeFrameHeader(frame, {
      bodySize,
      previous,
      durableTo: at,
      position,
      events: 0,
      time: 6,
      type: FRAME_SEAL,
      flags: 0,
    }, first.salt);
    parts.push(frame);
  }
  return { bytes: joined(parts), frames };
}

function joined(parts: ReadonlyArray<Uint8Array>): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function scan(
  bytes: Uint8Array,
): { readonly state: ScanState; readonly tag: string; readonly seen: number[] } {
  const seen: number[] = [];
  const stop = scanWindow(
    bytes,
    0,
    scanStart(first),
    first.salt,
    (_: FrameHeader, at) => seen.push(at),
  );
  return { state: stop.state, tag: stop._tag, seen };
}

function behind(bytes: Uint8Array, end: number): Behind {
  return lookBehind(bytes, 0, end, first.salt, { bytesTo: 0, evidence: undefined });
}

const body = fc.uint8Array({ minLength: 1, maxLength: 30 });
const groups = fc.array(
  fc.record({ bodies: fc.array(body, { minLength: 1, maxLength: 3 }) }),
  { minLength: 1, maxLength: 4 },
);

describe("a segment header", () => {
  test("comes back as it was written", () => {
    fc.assert(fc.property(header, (one) => {
      const bytes = encodeSegmentHeader(one);
      assert.equal(bytes.length, SEGMENT_HEADER_BYTES);
      assert.deepEqual(decodeSegmentHeader(bytes, false), E.right(one));
      assert.equal(headerChecksum(one), crc32(viewOf(bytes), 0, 0, 124));
    }));
  });

  test("with any one bit turned over is bad, or unfinished if nothing is behind it", () => {
    fc.assert(
      fc.property(header, (one) => {
        const bytes = encodeSegmentHeader(one);
        for (let bit = 0; bit < bytes.length * 8; bit++) {
          bytes[bit >> 3]! ^= 1 << (bit & 7);
          assert.deepEqual(decodeSegmentHeader(bytes, false), E.left({ _tag: "BadHeader" }));
          assert.deepEqual(decodeSegmentHeader(bytes, true), E.left({ _tag: "Unfinished" }));
          bytes[bit >> 3]! ^= 1 << (bit & 7);
        }
      }),
      { numRuns: 5 },
    );
  });

  test("torn at any byte is unfinished", () => {
    const bytes = encodeSegmentHeader(first);
    for (let size = 0; size < bytes.length; size++) {
      assert.deepEqual(
        decodeSegmentHeader(bytes.subarray(0, size), true),
        E.left({ _tag: "Unfinished" }),
      );
      const torn = bytes.slice().fill(0, size);
      assert.deepEqual(decodeSegmentHeader(torn, true), E.left({ _tag: "Unfinished" }));
      assert.deepEqual(decodeSegmentHeader(torn, false), E.left({ _tag: "BadHeader" }));
    }
  });

  test("of a newer format says so, whatever else it says", () => {
    const bytes = encodeSegmentHeader(first);
    viewOf(bytes).setUint16(8, 2, true);
    bytes.fill(0xee, 40, 124);
    viewOf(bytes).setUint32(124, crc32(viewOf(bytes), 0, 0, 124), true);
    assert.deepEqual(decodeSegmentHeader(bytes, false), E.left({ _tag: "NewerSegment", found: 2 }));
  });
});

describe("a scan", () => {
  test("sees every frame, in order, and ends behind the last", () => {
    fc.assert(fc.property(groups, fc.boolean(), (list, sealed) => {
      const { bytes, frames } = segmentOfGroups(list, sealed);
      const { state, tag, seen } = scan(bytes);
      const all = frames.map(({ at }) => at);
      assert.deepEqual(seen, sealed ? [...all, bytes.length - SEAL_FRAME_BYTES] : all);
      assert.deepEqual(
        { tag, offset: state.offset, position: state.position, isSealed: state.isSealed },
        { tag: "More", offset: bytes.length, position: frames.length + 1, isSealed: sealed },
      );
    }));
  });

  test("goes on from where it was, whatever windows it is given", () => {
    fc.assert(fc.property(groups, fc.integer({ min: 100, max: 400 }), (list, size) => {
      const { bytes, frames } = segmentOfGroups(list, true);
      let state = scanStart(first);
      const seen: number[] = [];
      while (state.offset < bytes.length) {
        const window = bytes.subarray(state.offset, state.offset + size);
        const stop = scanWindow(window, state.offset, state, first.salt, (_, at) => seen.push(at));
        assert.ok(stop._tag === "More" && stop.needed <= size && stop.state.offset > state.offset);
        state = stop.state;
      }
      assert.equal(seen.length, frames.length + 1);
      assert.deepEqual(state, scan(bytes).state);
    }));
  });

  test("ends at the first frame that is torn, at every byte, whatever follows", () => {
    const { bytes, frames } = segmentOfGroups([
      { bodies: [Uint8Array.of(1)] },
      { bodies: [Uint8Array.of(2, 3), new Uint8Array(20).fill(4)] },
    ]);
    const ends = [...frames.slice(1).map(({ at }) => at), bytes.length];
    for (let size = SEGMENT_HEADER_BYTES; size < bytes.length; size++) {
      for (
        const torn of [
          bytes.slice(0, size),
          bytes.slice().fill(0, size),
          bytes.slice().fill(9, size),
        ]
      ) {
        // Zeros may stand where padding was torn away: then nothing is torn.
        const isWhole = (end: number): boolean =>
          end <= torn.length && bytes.subarray(0, end).every((byte, at) => byte === torn[at]);
        assert.equal(scan(torn).seen.length, ends.filter(isWhole).length, `torn at ${size}`);
      }
    }
  });

  test("ends at any bit that is turned over, at or before it", () => {
    const { bytes } = segmentOfGroups([{ bodies: [Uint8Array.of(1), Uint8Array.of(2)] }], true);
    for (let bit = SEGMENT_HEADER_BYTES * 8; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const { state } = scan(bytes);
      assert.ok(state.offset <= bit >> 3, `bit ${bit}`);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
  });

  test("takes no frame twice, none of another order, and nothing behind a seal", () => {
    const { bytes, frames } = segmentOfGroups([{ bodies: [Uint8Array.of(1), Uint8Array.of(2)] }]);
    const [one, two] = frames;
    const twice = joined([bytes, bytes.subarray(two!.at)]);
    assert.equal(scan(twice).state.offset, bytes.length);
    const without = joined([bytes.subarray(0, one!.at), bytes.subarray(two!.at)]);
    assert.equal(scan(without).state.offset, one!.at);
    const sealed = segmentOfGroups([{ bodies: [Uint8Array.of(1)] }], true).bytes;
    const longer = joined([sealed, bytes.subarray(two!.at)]);
    assert.equal(scan(longer).state.offset, sealed.length);
  });
});

describe("what stands behind the end of a log", () => {
  test("is proof of damage exactly if a frame was written after the end was flushed", () => {
    fc.assert(fc.property(groups, fc.nat(11), (list, nth) => {
      const { bytes, frames } = segmentOfGroups(list);
      const broken = frames[nth % frames.length]!;
      const damaged = bytes.slice();
      damaged[broken.at + 8]! ^= 1;
      const { state } = scan(damaged);
      assert.equal(state.offset, broken.at);
      const later = frames.find(({ at, durableTo }) => at > broken.at && durableTo > broken.at);
      assert.deepEqual(behind(damaged, broken.at), {
        bytesTo: lastByte(damaged),
        evidence: later?.at,
      });
    }));
  });

  test("is no proof if a payload holds a copy of older frames of the same segment", () => {
    fc.assert(fc.property(groups, (list) => {
      const before = segmentOfGroups(list);
      const copy = before.bytes.subarray(SEGMENT_HEADER_BYTES);
      const { bytes, frames } = segmentOfGroups([...list, { bodies: [copy] }]);
      const last = frames.at(-1)!;
      // The last frame is torn: its header is gone, and its payload stands there.
      const torn = bytes.slice();
      torn.fill(0, last.at, last.at + 8);
      assert.equal(scan(torn).state.offset, last.at);
      assert.equal(behind(torn, last.at).evidence, undefined);
      // Yet the copies are frames with good checksums: only what they say of flushing tells.
      assert.notEqual(behind(torn, SEGMENT_HEADER_BYTES - 8).evidence, undefined);
    }));
  });

  test("is nothing if it is zeros", () => {
    const { bytes } = segmentOfGroups([{ bodies: [Uint8Array.of(1)] }]);
    const longer = joined([bytes, new Uint8Array(5000)]);
    assert.deepEqual(behind(longer, bytes.length), { bytesTo: 0, evidence: undefined });
    longer[bytes.length + 4001] = 7;
    assert.deepEqual(behind(longer, bytes.length), {
      bytesTo: bytes.length + 4002,
      evidence: undefined,
    });
  });
});

function lastByte(bytes: Uint8Array): number {
  let at = bytes.length;
  while (bytes[at - 1] === 0) at--;
  return at;
}
