/**
 * Damage at rest: what was flushed is not what it was.
 *
 * @module
 */
import type { Generator } from "./generator.ts";
import { bytesOfFile, fileOfBytes, type ModelFile, SECTOR_BYTES } from "./model_file.ts";

/** A kind of damage. */
export type Rot =
  /** One bit is turned over. */
  | "flipped bit"
  /** A sector reads as zeros. */
  | "zeroed sector"
  /** A sector holds noise. */
  | "noisy sector"
  /** A sector holds what another place of the same disk holds. */
  | "misdirected sector"
  /** A file ends before its end. */
  | "truncated file"
  | "missing file"
  /** The bytes of a file stand under the name of another. */
  | "duplicated file";

/** Every kind of damage at rest. */
export const rots: ReadonlyArray<Rot> = [
  "flipped bit",
  "zeroed sector",
  "noisy sector",
  "misdirected sector",
  "truncated file",
  "missing file",
  "duplicated file",
];

/** Damages one of some files, and says what it did; nothing if there was nothing to damage. */
export function rotten(
  files: Map<string, ModelFile>,
  kind: Rot,
  draws: Generator,
): string | undefined {
  const names = [...files.keys()].filter((name) => files.get(name)!.size > 0).sort();
  if (names.length === 0) return undefined;
  const name = draws.pick(names);
  const bytes = bytesOfFile(files.get(name)!);
  const put = (changed: Uint8Array): void => void files.set(name, fileOfBytes(changed));
  const at = draws.below(bytes.length);
  const sector = at - at % SECTOR_BYTES;
  const room = Math.min(SECTOR_BYTES, bytes.length - sector);
  switch (kind) {
    case "flipped bit": {
      const bit = draws.below(8);
      bytes[at]! ^= 1 << bit;
      put(bytes);
      return `bit ${bit} of byte ${at} of ${name} is turned over`;
    }
    case "zeroed sector":
      bytes.fill(0, sector, sector + room);
      put(bytes);
      return `the sector at ${sector} of ${name} is zeros`;
    case "noisy sector":
      bytes.set(draws.bytes(room), sector);
      put(bytes);
      return `the sector at ${sector} of ${name} is noise`;
    case "misdirected sector": {
      const places = names.flatMap((other) => sectorsOf(other, files.get(other)!))
        .filter((place) => place.name !== name || place.from !== sector);
      if (places.length === 0) return undefined;
      const { name: other, from } = draws.pick(places);
      bytes.set(bytesOfFile(files.get(other)!).subarray(from, from + room), sector);
      put(bytes);
      return `the sector at ${sector} of ${name} is the one at ${from} of ${other}`;
    }
    case "truncated file":
      put(bytes.slice(0, at));
      return `${name} ends at ${at} instead of ${bytes.length}`;
    case "missing file":
      files.delete(name);
      return `${name} is gone`;
    case "duplicated file": {
      const others = names.filter((one) => one !== name);
      if (others.length === 0) return undefined;
      const other = draws.pick(others);
      put(bytesOfFile(files.get(other)!));
      return `${name} holds the bytes of ${other}`;
    }
  }
}

/** Where each sector of a file begins. */
function sectorsOf(
  name: string,
  { size }: ModelFile,
): ReadonlyArray<{ readonly name: string; readonly from: number }> {
  const count = Math.ceil(size / SECTOR_BYTES);
  return Array.from({ length: count }, (_, nth) => ({ name, from: nth * SECTOR_BYTES }));
}
