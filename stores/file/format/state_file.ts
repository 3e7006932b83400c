/**
 * A file that holds the state of a projection: its name and its bytes, pure.
 *
 * `projection-<name>-<revision>.state`, where the name is the projection's own if that is short and
 * plain, else its fingerprint. Integers are little-endian.
 *
 * ```text
 *  0  8  magic 89 4c 46 50 0d 0a 1a 0a
 *  8  2  format version, 1
 * 10  2  the oldest format version whose readers can read it, 1
 * 12  4  length of the content in bytes
 * 16  4  CRC-32 of bytes 0..15, then of the content
 * 20  .. content: UTF-8 of the JSON of [name, definition, position, hash, state]
 * ```
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { fingerprint } from "../../../src/fingerprint.ts";
import type { Saved } from "../../../src/projection_store.ts";
import { isZero, textOf, utf8, viewOf } from "./bytes.ts";
import { crc32 } from "./checksum.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The newest format that this version writes and reads. */
export const STATE_FORMAT = 1;

/** Why a file holds no state. */
export type StateDefect =
  /** It was never written to its end: a crash during a save, which was not acknowledged. */
  | { readonly _tag: "TornState"; readonly size: number }
  | {
    readonly _tag: "BadState";
    readonly offset: number;
    readonly wanted: string;
    readonly found: string;
  }
  | { readonly _tag: "NewerState"; readonly found: number };

// As PNG begins: it tells a copy made in text mode, a cut, and a cleared eighth bit.
const MAGIC = Uint8Array.of(0x89, 0x4c, 0x46, 0x50, 0x0d, 0x0a, 0x1a, 0x0a);
const HEADER_BYTES = 20;

// ---------------------------------------------------------------------------
// names
// ---------------------------------------------------------------------------

/** The name of a file. Ten digits, so that the order of bytes is the order of revisions. */
export function stateFileName(projection: string, revision: number): string {
  return `projection-${slug(projection)}-${String(revision).padStart(10, "0")}.state`;
}

/** Which projection, in the words of file names, and which revision of it a name speaks of. */
export function parseStateName(
  name: string,
): { readonly slug: string; readonly revision: number } | undefined {
  const found = /^projection-([a-z0-9][a-z0-9-]{0,62})-(\d{10,})\.state$/.exec(name);
  return found ? { slug: found[1]!, revision: Number(found[2]) } : undefined;
}

/** The revisions of a projection that have a file, the newest first. Other names say nothing. */
export function revisionsIn(
  names: ReadonlyArray<string>,
  projection: string,
): ReadonlyArray<number> {
  const prefix = `projection-${slug(projection)}-`;
  return names
    .filter((name) => name.startsWith(prefix) && /^\d{10,}\.state$/.test(name.slice(prefix.length)))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10))
    .sort((one, other) => other - one);
}

/** A part of a file name that is the same on every file system, and different for every name. */
function slug(projection: string): string {
  const isPlain = /^[a-z0-9][a-z0-9-]{0,62}$/.test(projection);
  const looksLikeFingerprint = /^[0-9a-f]{32}$/.test(projection);
  return isPlain && !looksLikeFingerprint ? projection : fingerprint(projection);
}

// ---------------------------------------------------------------------------
// bytes
// ---------------------------------------------------------------------------

/** The bytes of a state, which is plain JSON. */
export function encodeState(projection: string, saved: Saved): Uint8Array {
  const { definition, bookmark: { position, hash }, state } = saved;
  const content = utf8(JSON.stringify([projection, definition, position, hash, state]));
  const bytes = new Uint8Array(HEADER_BYTES + content.length);
  const view = viewOf(bytes);
  bytes.set(MAGIC, 0);
  view.setUint16(8, STATE_FORMAT, true);
  view.setUint16(10, STATE_FORMAT, true);
  view.setUint32(12, content.length, true);
  bytes.set(content, HEADER_BYTES);
  view.setUint32(16, checksum(view), true);
  return bytes;
}

/**
 * Reads the bytes of a file. A part of them, and zeros at their end, are a save that was cut off;
 * anything else that is not as it was written is damage.
 */
export function decodeState(bytes: Uint8Array, projection: string): E.Either<StateDefect, Saved> {
  const read = decodeAnyState(bytes);
  if (E.isLeft(read)) return read;
  const { projection: name, ...saved } = read.right;
  return name === projection
    ? E.right(saved)
    : bad(HEADER_BYTES, `projection ${JSON.stringify(projection)}`, JSON.stringify(name));
}

/** The same for whoever does not know the projection beforehand. */
export function decodeAnyState(
  bytes: Uint8Array,
): E.Either<StateDefect, Saved & { readonly projection: string }> {
  const size = bytes.length;
  if (size < HEADER_BYTES || isZero(bytes, 0, HEADER_BYTES)) {
    return E.left({ _tag: "TornState", size });
  }
  const view = viewOf(bytes);
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) {
    return bad(0, "the magic of a state file", "other bytes");
  }
  const readerMin = view.getUint16(10, true);
  if (readerMin > STATE_FORMAT) return E.left({ _tag: "NewerState", found: readerMin });
  const end = HEADER_BYTES + view.getUint32(12, true);
  // JSON never ends with a zero byte: one at the end was never written.
  if (size < end || bytes[size - 1] === 0) return E.left({ _tag: "TornState", size });
  if (size > end) return bad(end, `the end of the file at ${end}`, `${size - end} bytes more`);
  const wanted = view.getUint32(16, true);
  const found = checksum(view);
  if (found !== wanted) return bad(16, `checksum ${wanted}`, `${found}`);
  // What has the checksum of what `encodeState` wrote is what it wrote.
  const [projection, definition, position, hash, state] = JSON.parse(
    textOf(bytes.subarray(HEADER_BYTES)) ?? "",
  ) as readonly [string, string, number, string, unknown];
  return E.right({ projection, definition, bookmark: { position, hash }, state });
}

function checksum(view: DataView): number {
  return crc32(view, crc32(view, 0, 0, 16), HEADER_BYTES);
}

function bad(offset: number, wanted: string, found: string): E.Either<StateDefect, never> {
  return E.left({ _tag: "BadState", offset, wanted, found });
}
