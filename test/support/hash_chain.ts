/**
 * The chain of SHA-256 of a store, worked out from the bytes of its segments alone.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FRAME_SEAL, readFrameHeader } from "../../stores/file/format/frame.ts";
import {
  chainInSeal,
  decodeSegmentHeader,
  SEAL_FRAME_BYTES,
  type SegmentHeader,
} from "../../stores/file/format/segment.ts";
import { type Files, namesOf } from "./disk.ts";

/** The value of the chain behind so many bytes of a segment. */
export function chained(before: Uint8Array, bytes: Uint8Array): string {
  return createHash("sha256").update(before).update(bytes).digest("hex");
}

/** The header of a segment that must be sound. */
export function headerIn(bytes: Uint8Array): SegmentHeader {
  const header = decodeSegmentHeader(bytes.subarray(0, 128), false);
  assert(E.isRight(header));
  return header.right;
}

/** How many values of the chain a store holds, all of which must be right. */
export function assertChained(files: Files): number {
  const zeros = new Uint8Array(32);
  let values = 0;
  const headers = new Map(
    namesOf(files, "segment").map((name) => [name, headerIn(files.get(name)!)]),
  );
  for (const [name, header] of headers) {
    const { previous } = header;
    if (!previous) assert.deepEqual(header.chain, zeros, `${name} begins the chain`);
    for (const [earlier, before] of headers) {
      if (before.number !== header.number - 1 || before.epoch !== previous?.epoch) continue;
      const bytes = files.get(earlier)!.subarray(0, previous.offset);
      const wanted = chained(before.chain, bytes);
      assert.equal(Buffer.from(header.chain).toString("hex"), wanted, `${name} on ${earlier}`);
      values += 1;
      const sealAt = previous.offset - SEAL_FRAME_BYTES;
      const seal = readFrameHeader(viewOf(bytes), sealAt, before.salt);
      if (seal?.type !== FRAME_SEAL) continue;
      const sealed = Buffer.from(chainInSeal(bytes, sealAt)).toString("hex");
      assert.equal(sealed, chained(before.chain, bytes.subarray(0, sealAt)), `seal of ${earlier}`);
      values += 1;
    }
  }
  return values;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
