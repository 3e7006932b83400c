/**
 * Removing files that the manifest does not name any more. A file that stays, because it is held
 * open elsewhere or its tier is out of reach, is outside the log, and is told to the observer.
 *
 * @module
 */
import type { Archives } from "../archive/archive_reader.ts";
import { fail } from "../attempt.ts";
import { erasedSegment, type Manifest } from "../format/manifest.ts";
import { parseName } from "../format/layout.ts";
import type { Log } from "../log.ts";
import { damageInErased } from "./file_hash.ts";

/** Removes a file of the place; gives whether it is gone. */
export async function removeFile(log: Log, name: string): Promise<boolean> {
  try {
    // Closed first, for systems that remove no open file.
    await log.files.forget(name);
    await log.storage.remove(name);
    return true;
  } catch (cause) {
    log.settings.observe({ _tag: "FileKept", file: name, cause });
    return false;
  }
}

/** Removes an archive from the cold tier, if the store was opened with it; gives whether it is gone. */
export async function removeArchive(log: Log, name: string): Promise<boolean> {
  const { archives } = log.places;
  try {
    if (!archives) throw new Error("the store was opened without its cold tier");
    await archives.tier.remove(name);
    return true;
  } catch (cause) {
    log.settings.observe({ _tag: "FileKept", file: name, cause });
    return false;
  }
}

/**
 * Removes what still holds erased events: the files of segments that have been written anew since,
 * in the place and in the cold tier. Gives the names of those that stay.
 */
export async function removeErased(log: Log): Promise<ReadonlyArray<string>> {
  const { manifest, storage, places: { archives } } = log;
  if (manifest.erased.length === 0) return [];
  const kept: string[] = [];
  const replaced = (await storage.list()).filter((name) => isReplaced(log, name));
  for (const name of replaced) {
    if (!await isSoundBehind(log, name) || !await removeFile(log, name)) kept.push(name);
  }
  // So that none of them comes back.
  if (replaced.length > kept.length) await storage.syncDirectory();
  for (const name of archives ? await namesIn(log, archives) : []) {
    const file = parseName(name);
    if (file?.kind !== "archive") kept.push(name);
    else if (erasedSegment(manifest, file.number) && !await removeArchive(log, name)) {
      kept.push(name);
    }
  }
  return kept;
}

/**
 * Whether what has taken the place of a file is what the log says. It was when that was said; but
 * then, files of a copy or of an older state of the disk may have come in between.
 */
async function isSoundBehind(log: Log, name: string): Promise<boolean> {
  const file = parseName(name);
  const number = file?.kind === "segment" || file?.kind === "erased" ? file.number : 0;
  const erased = erasedSegment(log.manifest, number);
  if (!erased) return false;
  try {
    const damage = await damageInErased(log, erased);
    if (damage) fail(damage);
    return true;
  } catch (cause) {
    log.settings.observe({ _tag: "FileKept", file: name, cause });
    return false;
  }
}

/** The archives that there are; if nobody can say, the place where they would be. */
async function namesIn(log: Log, { tier }: Archives): Promise<ReadonlyArray<string>> {
  try {
    return (await tier.list()).filter((name) => parseName(name)?.kind === "archive");
  } catch (cause) {
    log.settings.observe({ _tag: "FileKept", file: tier.place, cause });
    return [tier.place];
  }
}

/** Whether a file is that of a segment before an erasure. A stray is none of them. */
function isReplaced({ manifest, segments }: Log, name: string): boolean {
  const file = parseName(name);
  if (file?.kind !== "segment" && file?.kind !== "erased") return false;
  return erasedSegment(manifest, file.number) !== undefined &&
    isLeftByErasure(manifest, name, (number) => segments.get(number)?.file);
}

/**
 * Whether an erasure has left a file that is not read: the segment before it, or one that was made
 * of it in vain or that a later erasure has replaced.
 */
export function isLeftByErasure(
  manifest: Manifest,
  name: string,
  inLog: (segment: number) => string | undefined,
): boolean {
  const file = parseName(name);
  if (file?.kind !== "segment" && file?.kind !== "erased") return false;
  const erased = erasedSegment(manifest, file.number);
  if (file.kind === "erased") return file.attempt !== erased?.attempt;
  return erased !== undefined && inLog(file.number) === name;
}
