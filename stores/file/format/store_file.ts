/**
 * The file `STORE`: what store this is, in 512 bytes that never change.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { crc32 } from "./checksum.ts";
import { getU48, setU48, viewOf } from "./bytes.ts";
import { FORMAT_MAJOR } from "./segment.ts";

export const STORE_FILE_BYTES = 512;

// As PNG begins: it tells a copy made in text mode, a cut, and a cleared eighth bit.
const MAGIC = Uint8Array.of(0x89, 0x45, 0x56, 0x53, 0x0d, 0x0a, 0x1a, 0x0a);

/** No chain of hashes: the fields for it are zeros. */
export const HASH_NONE = 0;
/** Each segment names the SHA-256 of all that is before it. */
export const HASH_SHA256 = 1;
export type HashMode = typeof HASH_NONE | typeof HASH_SHA256;

const HASH_MODE_OFFSET = 50;

/** The identity of a store. */
export interface StoreIdentity {
  /** Sixteen random bytes. */
  readonly storeId: Uint8Array;
  /** In milliseconds since 1970. */
  readonly created: number;
  /** Sixteen random bytes that key the hashes of the index. */
  readonly hashKey: Uint8Array;
  /** Whether a chain of SHA-256 leads through its segments. */
  readonly hashMode: HashMode;
  /** The segment size that it was made with, in bytes. */
  readonly segmentBytesMax: number;
}

/** What is wrong with the file. */
export type StoreFileDefect =
  | { readonly _tag: "BadStoreFile"; readonly offset: number; readonly found: string }
  | { readonly _tag: "NewerStore"; readonly found: number };

export function encodeStoreFile(identity: StoreIdentity): Uint8Array {
  const bytes = new Uint8Array(STORE_FILE_BYTES);
  const view = viewOf(bytes);
  bytes.set(MAGIC, 0);
  view.setUint16(8, FORMAT_MAJOR, true);
  view.setUint16(10, FORMAT_MAJOR, true);
  bytes.set(identity.storeId, 12);
  setU48(view, 28, identity.created);
  bytes.set(identity.hashKey, 34);
  view.setUint8(HASH_MODE_OFFSET, identity.hashMode);
  setU48(view, 51, identity.segmentBytesMax);
  view.setUint32(508, crc32(view, 0, 0, 508), true);
  return bytes;
}

/**
 * Reads the file. A newer store is told as such even though the meaning of its other bytes is not
 * known; hence magic and format come first, and the checksum covers both.
 */
export function decodeStoreFile(bytes: Uint8Array): Either<StoreFileDefect, StoreIdentity> {
  const bad = (offset: number, found: string): Either<StoreFileDefect, never> => {
    return left({ _tag: "BadStoreFile", offset, found });
  };
  if (bytes.length < STORE_FILE_BYTES) return bad(bytes.length, `${bytes.length} bytes`);
  const view = viewOf(bytes);
  if (view.getUint32(508, true) !== crc32(view, 0, 0, 508)) return bad(508, "another checksum");
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) return bad(0, "another kind of file");
  const readerMin = view.getUint16(10, true);
  if (readerMin > FORMAT_MAJOR) return left({ _tag: "NewerStore", found: readerMin });
  const hashMode = view.getUint8(HASH_MODE_OFFSET);
  if (hashMode !== HASH_NONE && hashMode !== HASH_SHA256) {
    return bad(HASH_MODE_OFFSET, `the unknown hash mode ${hashMode}`);
  }
  return right({
    storeId: bytes.slice(12, 28),
    created: getU48(view, 28),
    hashKey: bytes.slice(34, 50),
    hashMode,
    segmentBytesMax: getU48(view, 51),
  });
}
