/**
 * The mark of a backup: how far it goes, written when all of that is flushed.
 *
 * A backup holds no claims, so this is what stands for a watermark in it: a half backup has none, or
 * an older one; and what is lost of a backup later is missed, as it is in any other store. The bytes
 * are those of a watermark (`claim_bytes.ts`), for the epoch of the segment that it names.
 *
 * @module
 */
import { writeAll } from "./append/write_all.ts";
import type { Mark, Watermark } from "./claims/claim.ts";
import { decodeWatermark, encodeWatermark, WATERMARK_SIZE } from "./claims/claim_bytes.ts";
import { readPart } from "./files.ts";
import { getU48, viewOf } from "./format/bytes.ts";
import { parseName, printName } from "./format/layout.ts";
import type { StoragePort } from "./storage.ts";

/** Whether a place holds a backup, going by the names of its files. */
export function isBackup(names: ReadonlyArray<string>): boolean {
  return attemptsIn(names).length > 0;
}

/** How far a backup goes, as its newest whole mark says, among the names of its files. */
export async function readBackupMark(
  storage: StoragePort,
  names: ReadonlyArray<string>,
): Promise<Watermark | undefined> {
  for (const attempt of attemptsIn(names)) {
    const file = await storage.openRead(printName({ kind: "backup", attempt }));
    if (file === "missing") continue;
    try {
      const bytes = await readPart(file, 0, WATERMARK_SIZE);
      const isWhole = bytes.length === WATERMARK_SIZE;
      const mark = isWhole ? decodeWatermark(getU48(viewOf(bytes), 0), bytes) : undefined;
      if (mark) return mark;
    } finally {
      await file.close();
    }
  }
  return undefined;
}

/** Writes that a backup goes up to a mark, and then removes what said less. */
export async function writeBackupMark(storage: StoragePort, mark: Mark): Promise<void> {
  const older = attemptsIn(await storage.list());
  const attempt = (older[0] ?? 0) + 1;
  const file = await storage.create(printName({ kind: "backup", attempt }));
  if (file === "exists") throw new Error(`another backup to ${storage.place} is under way`);
  try {
    const time = Math.max(0, Math.floor(storage.clock.now()));
    const watermark: Watermark = { ...mark, state: "running", counter: attempt, time };
    await writeAll(file, 0, encodeWatermark(mark.segmentEpoch, watermark));
    await file.datasync();
  } finally {
    await file.close();
  }
  await storage.syncDirectory();
  for (const one of older) await storage.remove(printName({ kind: "backup", attempt: one }));
}

/** The numbers of the marks among some names, newest first. */
function attemptsIn(names: ReadonlyArray<string>): ReadonlyArray<number> {
  return names
    .flatMap((name) => {
      const file = parseName(name);
      return file?.kind === "backup" ? [file.attempt] : [];
    })
    .sort((one, other) => other - one);
}
