/**
 * The SHA-256 of a whole file: what the manifest keeps of one that has taken the place of a segment.
 *
 * @module
 */
import { failCorrupt } from "../attempt.ts";
import { type Files, readFully } from "../files.ts";
import type { Corrupt } from "../../../src/fault.ts";
import { corruptAt } from "../chain.ts";
import { hex } from "../format/bytes.ts";
import { erasedName } from "../format/layout.ts";
import type { ErasedSegment } from "../format/manifest.ts";
import type { StoragePort } from "../storage.ts";

const SLICE_BYTES = 1024 * 1024;

/** Files, and what hashes them. */
interface Hashing {
  readonly storage: Pick<StoragePort, "sha256">;
  readonly files: Files;
}

/** What is wrong with the file of an erased segment: the log names its hash, so nobody changes it. */
export async function damageInErased(
  hashing: Hashing,
  { segment, attempt, sha256 }: ErasedSegment,
): Promise<Corrupt | undefined> {
  const name = erasedName(segment, attempt);
  const found = hex(await hashOf(hashing, name));
  if (found === sha256) return undefined;
  return corruptAt(name, 0, `the bytes whose SHA-256 is ${sha256}, as the log says`, found);
}

/** The SHA-256 of a whole file. */
export async function hashOf(
  { storage, files }: Hashing,
  name: string,
): Promise<Uint8Array> {
  const digest = await files.lend(name, async (file) => {
    const hash = storage.sha256();
    const size = await file.size();
    const window = new Uint8Array(Math.min(SLICE_BYTES, size));
    for (let at = 0; at < size;) {
      const part = window.subarray(0, Math.min(window.length, size - at));
      const count = await readFully(file, at, part);
      if (count === 0) break;
      hash.update(part.subarray(0, count));
      at += count;
    }
    return hash.digest();
  });
  return digest === "missing" ? failCorrupt(name, 0, "an erased segment", "no such file") : digest;
}
