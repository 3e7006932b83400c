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
    const compressed = await passed(source, new CompressionStream("deflate-raw"), Infinity);
    if (compressed === undefined) throw new Error("compressing knows no bound");
    return compressed;
  },
  inflate: async (bytes, sizeMax) => {
    try {
      return await passed(bytes, new DecompressionStream("deflate-raw"), sizeMax);
    } catch {
      // The stream fails for one reason only: these bytes are no deflate.
      return undefined;
    }
  },
};

/** So much is fed at a time: a runtime may inflate all that it is given at once, a thousandfold. */
const FED_BYTES = 4096;

/** What comes out of a stream, or nothing if it is more than `sizeMax` bytes. */
async function passed(
  bytes: Uint8Array,
  stream: {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
  },
  sizeMax: number,
): Promise<Uint8Array | undefined> {
  const reader = stream.readable.getReader();
  const fed = feed(stream.writable.getWriter(), bytes);
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
): Promise<void> {
  for (let at = 0; at < bytes.length; at += FED_BYTES) {
    await writer.ready;
    // A copy, as streams take no bytes of shared memory, and may keep what they are given.
    await writer.write(bytes.slice(at, at + FED_BYTES));
  }
  await writer.close();
}
