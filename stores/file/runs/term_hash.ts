/**
 * The keyed hash under which terms are kept: HalfSipHash-1-3 with 64 bits (Aumasson and Bernstein,
 * "SipHash: a fast short-input PRF", 2012, in its form for words of 32 bits).
 *
 * The key matters: with an unkeyed hash, or one whose seed is merely mixed in, somebody who
 * chooses names can make thousands that collide. Names are compared on every hit, so a collision
 * costs time, never an answer.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import { viewOf } from "../format/bytes.ts";
import { codeOf, type TermKind } from "./term.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** 64 bits, as two unsigned halves. Order is by `hi`, then `lo`. */
export interface TermHash {
  readonly hi: number;
  readonly lo: number;
}

/** A term, or a commit id, with its hash: hashed once, looked for in many runs. */
export interface HashedTerm extends TermHash {
  readonly kind: TermKind | "commit";
  readonly name: string;
}

/** Hashes the kind and the name together, so that a stream and a tag of one name differ. */
export interface TermHasher {
  (kind: TermKind | "commit", name: string): HashedTerm;
  /** The hash of a key, which is a part of some bytes: the code of a kind, and a name in UTF-8. */
  readonly ofKey: (bytes: Uint8Array, from: number, to: number) => TermHash;
}

/** How many rounds: per four bytes of input, and at the end. */
export interface Rounds {
  readonly compression: number;
  readonly finalization: number;
}

/** What {@linkcode termHasher} runs: enough for hash tables, half the time of 2-4. */
const oneThree: Rounds = { compression: 1, finalization: 3 };

/** The longest name that is encoded without allocating. Names are at most 1,024 bytes by default. */
const SCRATCH_BYTES = 4096;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The hasher of a store, whose key is the first 8 bytes of `key`. */
export function termHasher(key: Uint8Array): TermHasher {
  invariant(key.length >= 8, "make a term hasher: a key of at least 8 bytes");
  const keyView = viewOf(key);
  const k0 = keyView.getUint32(0, true);
  const k1 = keyView.getUint32(4, true);
  const encoder = new TextEncoder();
  const scratch = new Uint8Array(SCRATCH_BYTES);

  function encoded(code: number, name: string): Uint8Array {
    // Three bytes of UTF-8 at most come from one unit of UTF-16.
    const bytes = name.length * 3 < SCRATCH_BYTES ? scratch : new Uint8Array(name.length * 3 + 1);
    bytes[0] = code;
    for (let at = 0; at < name.length; at++) {
      const unit = name.charCodeAt(at);
      if (unit >= 128) {
        return bytes.subarray(0, 1 + encoder.encodeInto(name, bytes.subarray(1)).written);
      }
      bytes[at + 1] = unit;
    }
    return bytes.subarray(0, name.length + 1);
  }

  const ofKey: TermHasher["ofKey"] = (bytes, from, to) =>
    halfSipHash(bytes, k0, k1, oneThree, from, to);
  const ofName = (kind: TermKind | "commit", name: string): HashedTerm => {
    const key = encoded(codeOf(kind), name);
    const { hi, lo } = ofKey(key, 0, key.length);
    return { kind, name, hi, lo };
  };
  return Object.assign(ofName, { ofKey });
}

/** HalfSipHash with 64 bits of output, of a part of some bytes, for a key of two 32-bit words. */
export function halfSipHash(
  bytes: Uint8Array,
  k0: number,
  k1: number,
  rounds: Rounds,
  from = 0,
  to: number = bytes.length,
): TermHash {
  // A hot path: one loop, with the state in local numbers, instead of a function for each round.
  const words = (to - from) >>> 2;
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  let lo = 0;
  // The whole words, the last one with what is left over, then the two halves of the output.
  for (let step = 0; step <= words + 2; step++) {
    const at = from + step * 4;
    let word = 0;
    if (step < words) {
      word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    } else if (step === words) {
      word = (to - from) << 24;
      for (let left = at; left < to; left++) word |= bytes[left]! << (8 * (left - at));
    } else if (step === words + 1) {
      v2 ^= 0xee;
    } else {
      lo = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v3 ^= word;
    const count = step <= words ? rounds.compression : rounds.finalization;
    for (let round = 0; round < count; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return { hi: (v1 ^ v3) >>> 0, lo: lo >>> 0 };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Below 0 if `left` stands before `right` in hash order, above 0 if behind it. */
export function compareHashes(left: TermHash, right: TermHash): number {
  return left.hi !== right.hi ? left.hi - right.hi : left.lo - right.lo;
}
