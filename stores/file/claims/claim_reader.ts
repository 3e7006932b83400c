/**
 * Reading claims: who has claimed the store, and how far each writer has flushed.
 *
 * @module
 */
import { readBackupMark } from "../backup_mark.ts";
import type { ClaimFile } from "./claim.ts";
import { CLAIM_READ_SIZE, decodeClaimFile } from "./claim_bytes.ts";
import { parseName, printName } from "../format/layout.ts";
import type { StoragePort } from "../storage.ts";

/** What all the claims say, oldest first: all that a reader in another process needs of them. */
export async function readMarks(storage: StoragePort): Promise<ReadonlyArray<ClaimFile>> {
  return await readMarksAmong(storage, await storage.list());
}

/** The same of the files that have these names. */
export async function readMarksAmong(
  storage: StoragePort,
  names: ReadonlyArray<string>,
): Promise<ReadonlyArray<ClaimFile>> {
  const files: Array<ClaimFile> = [];
  // A backup has no claims, and a mark of its own.
  const watermark = await readBackupMark(storage, names);
  if (watermark) files.push({ epoch: watermark.segmentEpoch, record: undefined, watermark });
  for (const epoch of claimEpochs(names)) {
    const file = await readClaim(storage, epoch);
    if (file !== "missing") files.push(file);
  }
  return files;
}

/** One claim, as it is now. */
export async function readClaim(
  storage: StoragePort,
  epoch: number,
): Promise<ClaimFile | "missing"> {
  const file = await storage.openRead(claimName(epoch));
  if (file === "missing") return "missing";
  try {
    const bytes = new Uint8Array(CLAIM_READ_SIZE);
    let size = 0;
    for (let count = -1; count !== 0 && size < bytes.length; size += count) {
      count = await file.read(size, bytes.subarray(size));
    }
    return decodeClaimFile(epoch, bytes.subarray(0, size));
  } finally {
    await file.close();
  }
}

export function claimName(epoch: number): string {
  return printName({ kind: "claim", epoch });
}

/** The epochs of the claims among some names, in order. */
export function claimEpochs(names: ReadonlyArray<string>): ReadonlyArray<number> {
  return names.map(parseName)
    .flatMap((file) => file?.kind === "claim" ? [file.epoch] : [])
    .sort((one, other) => one - other);
}
