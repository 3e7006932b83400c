/**
 * Signatures of heads, by Ed25519: who has the public key can tell who said what the history was.
 *
 * @module
 */
import type { Task } from "fp-ts/lib/Task.js";
import { hex, unhex } from "./format/bytes.ts";
import { type Head, headStatement } from "./format/head.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * What is asked of a platform: the part of Web Crypto's `crypto.subtle` that signs. A key is
 * whatever the platform makes of one, so that it can stay in a place that never shows it.
 */
export interface SigningPort<Key> {
  sign(algorithm: "Ed25519", key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  verify(
    algorithm: "Ed25519",
    key: Key,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

/** A head, and the signature of its statement in 128 hexadecimal digits. */
export interface SignedHead extends Head {
  readonly signature: string;
}

const SIGNATURE_BYTES = 64;

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * Signs the statement of a head ({@linkcode headStatement}) with a private key of Ed25519. A key
 * that cannot sign is a mistake of the program, and rejects as the platform says it.
 *
 * @example Signed here, and checked by who has the public key
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSignedHead, signHead } from "leftfold/stores/file";
 *
 * const { subtle } = globalThis.crypto;
 * const keys = await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
 * assert("privateKey" in keys);
 *
 * const head = { storeId: "ab".repeat(16), position: 7, hash: "cd".repeat(32) };
 * const signed = await signHead(subtle, keys.privateKey, head)();
 * assert.equal(await isSignedHead(subtle, keys.publicKey, signed)(), true);
 * assert.equal(await isSignedHead(subtle, keys.publicKey, { ...signed, position: 8 })(), false);
 * ```
 */
export function signHead<Key>(
  port: SigningPort<Key>,
  privateKey: Key,
  head: Head,
): Task<SignedHead> {
  return async () => {
    const { storeId, position, hash } = head;
    const signature = await port.sign("Ed25519", privateKey, owned(headStatement(head)));
    return { storeId, position, hash, signature: hex(new Uint8Array(signature)) };
  };
}

/**
 * Whether the signature of a head was made with the private key that belongs to a public key of
 * Ed25519. Text that is no signature is not one.
 *
 * @example A public key as bytes, from wherever it was kept
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSignedHead } from "leftfold/stores/file";
 *
 * const { subtle } = globalThis.crypto;
 * const bytes = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0));
 * const key = await subtle.importKey("raw", bytes, "Ed25519", true, ["verify"]);
 *
 * const head = { storeId: "ab".repeat(16), position: 7, hash: "cd".repeat(32) };
 * assert.equal(await isSignedHead(subtle, key, { ...head, signature: "none" })(), false);
 * ```
 */
export function isSignedHead<Key>(
  port: SigningPort<Key>,
  publicKey: Key,
  head: SignedHead,
): Task<boolean> {
  return async () => {
    const signature = unhex(head.signature);
    if (signature?.length !== SIGNATURE_BYTES) return false;
    return await port.verify("Ed25519", publicKey, owned(signature), owned(headStatement(head)));
  };
}

/** The bytes in memory of their own, which is what Web Crypto's types ask for. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}
