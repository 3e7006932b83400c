/**
 * SHA-256 in plain JavaScript, for storages without a platform's: the one that browsers have wants
 * all of its bytes at once.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Sha256 } from "../../file/storage.ts";

/** Begins a hash of bytes that come part by part. */
export function hashing(): Sha256 {
  const hash = sha256.create();
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => hash.clone().digest(),
  };
}
