/**
 * A flush that failed while a store was opened: what reads well since then may not be on the disk,
 * and only a restart of the machine makes the page cache tell the truth.
 *
 * @module
 */
import type { JudgedClaim } from "./claim.ts";
import type { OwnerIdentity } from "../storage.ts";

export { nothingFlushed } from "./claim.ts";

/**
 * Whether a writer before failed to flush at its opening, since this machine's last start. Of a
 * start that is not known only the newest writer counts: else such a store would never open again.
 */
export function isFailedFlushHere(
  others: ReadonlyArray<JudgedClaim>,
  self: OwnerIdentity,
): boolean {
  return others.some(({ watermark, record }, at) => {
    if (watermark?.state !== "failed" || watermark.segment !== 0) return false;
    const { bootId = "" } = record?.owner ?? {};
    return bootId === "" ? at === others.length - 1 : bootId === self.bootId;
  });
}
