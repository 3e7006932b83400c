/**
 * Zstandard, where the runtime has it: it compresses about as well as deflate, several times
 * faster. Archives that are made with it can be read only where it is there too.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
// The whole module, since an older Node has none of the functions that are wanted.
import * as zlib from "node:zlib";
import { promisify } from "node:util";
import type { Refused } from "../../src/fault.ts";
import type { BlockCodec } from "../file/archive/cold_tier.ts";

type Compress = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength?: number },
  done: (error: Error | null, result: Uint8Array) => void,
) => void;

/**
 * Blocks in Zstandard (RFC 8878), or a refusal where the runtime has none: Node has it from 22.15
 * and 23.8 on.
 *
 * @example
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { zstd } from "leftfold/cold/zstd";
 *
 * const codec = zstd();
 * if (E.isRight(codec)) {
 *   const compressed = await codec.right.compress(new Uint8Array(65_536));
 *   assert(compressed.length < 100);
 * }
 * ```
 */
export function zstd(): Either<Refused, BlockCodec> {
  // The types are those of the oldest Node that is supported, which has neither function.
  const { zstdCompress, zstdDecompress } = zlib as {
    readonly zstdCompress?: Compress;
    readonly zstdDecompress?: Compress;
  };
  if (zstdCompress === undefined || zstdDecompress === undefined) {
    return left({
      _tag: "Refused",
      stored: "no",
      what: "compression with zstd",
      wanted: "a runtime that has it, such as Node 22.15",
      found: `Node ${process.versions.node}`,
    });
  }
  const compress = promisify(zstdCompress);
  const decompress = promisify(zstdDecompress);
  return right({
    name: "zstd",
    compress: (source) => compress(source, {}),
    inflate: async (bytes, sizeMax) => {
      try {
        // The platform refuses a limit of 0.
        const inflated = await decompress(bytes, { maxOutputLength: Math.max(1, sizeMax) });
        return inflated.length > sizeMax ? undefined : inflated;
      } catch {
        // These bytes are no zstd, or hold more than is wanted.
        return undefined;
      }
    },
  });
}
