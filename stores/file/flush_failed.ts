/**
 * A flush that failed while a store was opened: what reads well since then may not be on the disk,
 * and only a restart of the machine makes the page cache tell the truth.
 *
 * @module
 */
import type { JudgedClaim } from "./claim.ts";
import type { OwnerIdentity } from "./storage.ts";

export { nothingFlushed } from "./claim.ts";

/** Whether the newest writer before failed to flush at its opening, since this machine's last start. */
export function isFailedFlushHere(
  others: ReadonlyArray<JudgedClaim>,
  self: OwnerIdentity,
): boolean {
  const newest = others[others.length - 1];
  if (newest?.watermark?.state !== "failed" || newest.watermark.segment !== 0) return false;
  const { bootId = "" } = newest.record?.owner ?? {};
  return bootId === "" || bootId === self.bootId;
}
