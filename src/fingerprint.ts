/**
 * A short name for a text, by which equal texts are known and different ones told apart.
 *
 * It is MurmurHash3_x86_128 by Austin Appleby, over UTF-8. 128 bits make an accidental collision
 * among a billion texts less likely than 1 in 10^20. It is no protection against somebody who wants
 * one: whoever may choose the texts can make two of the same fingerprint.
 *
 * @module
 */

/** The fingerprint of a text, as 32 hexadecimal digits. */
export function fingerprint(text: string): string {
  return fingerprintOfBytes(utf8(text), 0);
}

/** The same over bytes, with a seed of 32 bits. */
// A hot path: plain loops over a typed array, behind a pure signature.
export function fingerprintOfBytes(bytes: Uint8Array, seed: number): string {
  let h1 = seed | 0, h2 = seed | 0, h3 = seed | 0, h4 = seed | 0;
  const whole = bytes.length - bytes.length % 16;
  for (let at = 0; at < whole; at += 16) {
    h1 = left(h1 ^ mixed1(word(bytes, at)), 19) + h2 | 0;
    h1 = Math.imul(h1, 5) + 0x561ccd1b | 0;
    h2 = left(h2 ^ mixed2(word(bytes, at + 4)), 17) + h3 | 0;
    h2 = Math.imul(h2, 5) + 0x0bcaa747 | 0;
    h3 = left(h3 ^ mixed3(word(bytes, at + 8)), 15) + h4 | 0;
    h3 = Math.imul(h3, 5) + 0x96cd1c35 | 0;
    h4 = left(h4 ^ mixed4(word(bytes, at + 12)), 13) + h1 | 0;
    h4 = Math.imul(h4, 5) + 0x32ac3b17 | 0;
  }
  // What is left is one more block, filled up with zeros, which mix to zero.
  const rest = new Uint8Array(16);
  for (let at = whole; at < bytes.length; at++) rest[at - whole] = byte(bytes, at);
  h1 ^= mixed1(word(rest, 0));
  h2 ^= mixed2(word(rest, 4));
  h3 ^= mixed3(word(rest, 8));
  h4 ^= mixed4(word(rest, 12));

  h1 ^= bytes.length, h2 ^= bytes.length, h3 ^= bytes.length, h4 ^= bytes.length;
  h1 = h1 + h2 + h3 + h4 | 0;
  h2 = h2 + h1 | 0, h3 = h3 + h1 | 0, h4 = h4 + h1 | 0;
  h1 = avalanche(h1), h2 = avalanche(h2), h3 = avalanche(h3), h4 = avalanche(h4);
  h1 = h1 + h2 + h3 + h4 | 0;
  h2 = h2 + h1 | 0, h3 = h3 + h1 | 0, h4 = h4 + h1 | 0;
  return hex(h1) + hex(h2) + hex(h3) + hex(h4);
}

const c1 = 0x239b961b, c2 = 0xab0e9789, c3 = 0x38b34ae5, c4 = 0xa1e38b93;

/** Four bytes that are there, the lowest first. */
function word(bytes: Uint8Array, at: number): number {
  return byte(bytes, at) | byte(bytes, at + 1) << 8 | byte(bytes, at + 2) << 16 |
    byte(bytes, at + 3) << 24;
}

/** A byte that is there. */
function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number; // callers stay within the array
}

function mixed1(k: number): number {
  return Math.imul(left(Math.imul(k, c1), 15), c2);
}

function mixed2(k: number): number {
  return Math.imul(left(Math.imul(k, c2), 16), c3);
}

function mixed3(k: number): number {
  return Math.imul(left(Math.imul(k, c3), 17), c4);
}

function mixed4(k: number): number {
  return Math.imul(left(Math.imul(k, c4), 18), c1);
}

function avalanche(h: number): number {
  const once = Math.imul(h ^ h >>> 16, 0x85ebca6b);
  const twice = Math.imul(once ^ once >>> 13, 0xc2b2ae35);
  return twice ^ twice >>> 16;
}

function left(word: number, bits: number): number {
  return word << bits | word >>> 32 - bits;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/**
 * The text in UTF-8. A lone surrogate becomes three bytes like any other unit (so-called WTF-8), so
 * that different texts never have the same bytes.
 */
function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[size++] = unit;
      continue;
    }
    // `codePointAt` is a number wherever `charCodeAt` is.
    const point = text.codePointAt(at) as number;
    if (point > 0xffff) at++;
    if (point < 0x800) bytes[size++] = 0xc0 | point >> 6;
    else {
      if (point < 0x10000) bytes[size++] = 0xe0 | point >> 12;
      else {
        bytes[size++] = 0xf0 | point >> 18;
        bytes[size++] = 0x80 | point >> 12 & 0x3f;
      }
      bytes[size++] = 0x80 | point >> 6 & 0x3f;
    }
    bytes[size++] = 0x80 | point & 0x3f;
  }
  return bytes.subarray(0, size);
}
