/**
 * A forger: somebody who can write to the files of a store and knows its format. What is changed
 * gets every checksum made right again, and, if wanted, every hash of the chain as well.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  FRAME_HEADER_BYTES,
  FRAME_SEAL,
  type FrameHeader,
  frameSize,
  readFrameHeader,
  writeFrameHeader,
} from "../../stores/file/format/frame.ts";
import {
  encodeSegmentHeader,
  headerChecksum,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "../../stores/file/format/segment.ts";
import { bytesOf, type Files, namesOf } from "./disk.ts";
import { chained, headerIn } from "./hash_chain.ts";

/** A frame, as a forger sees it. */
export interface LooseFrame {
  readonly header: FrameHeader;
  /** With its padding. */
  readonly body: Uint8Array;
}

/** A segment taken apart. */
export interface LooseSegment {
  readonly name: string;
  readonly header: SegmentHeader;
  readonly frames: ReadonlyArray<LooseFrame>;
}

/** Takes the log of a store apart; its segments must be a chain without strays. */
export function takenApart(files: Files): ReadonlyArray<LooseSegment> {
  return namesOf(files, "segment").map((name) => {
    const bytes = bytesOf(files, name);
    const header = headerIn(bytes);
    const frames: LooseFrame[] = [];
    for (let at = SEGMENT_HEADER_BYTES; at < bytes.length;) {
      const found = readFrameHeader(viewOf(bytes), at, header.salt);
      if (!found) break;
      const size = frameSize(found.bodySize);
      frames.push({ header: found, body: bytes.slice(at + FRAME_HEADER_BYTES, at + size) });
      at += size;
    }
    return { name, header, frames };
  });
}

/**
 * Puts a log together again: positions, checksums and links are right, and so are the hashes if the
 * forger knows of the chain. Index runs, which anybody makes again, are gone.
 */
export function putTogether(
  files: Files,
  segments: ReadonlyArray<LooseSegment>,
  knowsChain: boolean,
): Files {
  const log = new Map([...files].filter(([name]) => !/^(segment|index)/.test(name)));
  let position = 1;
  let last:
    | { readonly header: SegmentHeader; readonly end: number; readonly hcrc: number }
    | undefined;
  let chain: Uint8Array = new Uint8Array(32);
  for (const { name, header: before, frames } of segments) {
    const header: SegmentHeader = {
      ...before,
      firstPosition: position,
      previous: last && { epoch: last.header.epoch, offset: last.end, hcrc: last.hcrc },
      chain: knowsChain ? chain : before.chain,
    };
    let bytes = encodeSegmentHeader(header);
    let hcrc = headerChecksum(header);
    for (const { header: { hcrc: _, bodyCrc: __, ...facts }, body } of frames) {
      const frame = new Uint8Array(FRAME_HEADER_BYTES + body.length);
      frame.set(body, FRAME_HEADER_BYTES);
      // 16 bytes of figures, and then the hash.
      if (facts.type === FRAME_SEAL && knowsChain) {
        frame.set(hexed(chained(header.chain, bytes)), FRAME_HEADER_BYTES + 16);
      }
      hcrc = writeFrameHeader(frame, { ...facts, previous: hcrc, position }, header.salt);
      position += facts.events;
      bytes = Buffer.concat([bytes, frame]);
    }
    log.set(name, bytes);
    last = { header, end: bytes.length, hcrc };
    chain = hexed(chained(header.chain, bytes));
  }
  return log;
}

/** The same log with one frame otherwise. */
export function withFrame(
  segments: ReadonlyArray<LooseSegment>,
  segment: number,
  frame: number,
  change: (frame: LooseFrame) => LooseFrame,
): ReadonlyArray<LooseSegment> {
  assert(segments[segment]?.frames[frame], `frame ${frame} of segment ${segment}`);
  return segments.map((one, at) =>
    at !== segment
      ? one
      : { ...one, frames: one.frames.map((each, nth) => nth === frame ? change(each) : each) }
  );
}

function hexed(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
