/**
 * Deflate without a wrapper, which every runtime has: the compression of archives unless another
 * one is asked for.
 *
 * @module
 */
import type { BlockCodec } from "./cold_tier.ts";

/**
 * Blocks in raw deflate (RFC 1951), by the runtime's own streams.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { deflateRaw } from "leftfold/stores/file";
 *
 * const block = new Uint8Array(65_536);
 * const compressed = await deflateRaw.compress(block);
 * assert(compressed.length < 1_000);
 * assert.deepEqual(await deflateRaw.inflate(compressed, 65_536), block);
 * // One that would inflate to more than is wanted is given up.
 * assert.equal(await deflateRaw.inflate(compressed, 65_535), undefined);
 * ```
 */
export const deflateRaw: BlockCodec = {
  name: "deflate-raw",
  compress: async (source) => {
    // All at once: a runtime may end a deflate block with each part that it is fed.
    const stream = new CompressionStream("deflate-raw");
    const compressed = await passed(source, stream, source.length, Infinity);
    if (compressed === undefined) throw new Error("compressing knows no bound");
    return compressed;
  },
  inflate: async (bytes, sizeMax) => {
    try {
      return await passed(bytes, new DecompressionStream("deflate-raw"), INFLATED_AT_ONCE, sizeMax);
    } catch {
      // The stream fails for one reason only: these bytes are no deflate.
      return undefined;
    }
  },
};

/** So many bytes are inflated at a time: a runtime may inflate all that it is fed at once, a thousandfold. */
const INFLATED_AT_ONCE = 4096;

/** What comes out of a stream that is fed so much at a time, or nothing if it is more than `sizeMax` bytes. */
async function passed(
  bytes: Uint8Array,
  stream: {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  },
  fedBytes: number,
  sizeMax: number,
): Promise<Uint8Array | undefined> {
  const reader = stream.readable.getReader();
  const fed = feed(stream.writable.getWriter(), bytes, fedBytes);
  // What goes wrong on this side is told by the other, which is waited for.
  fed.catch(() => undefined);
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > sizeMax) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  await fed;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function feed(
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  bytes: Uint8Array,
  fedBytes: number,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += fedBytes) {
    await writer.ready;
    // A copy, as streams take no bytes of shared memory, and may keep what they are given.
    await writer.write(bytes.slice(at, at + fedBytes));
  }
  await writer.close();
}
