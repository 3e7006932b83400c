/**
 * All planted bugs.
 *
 * @module
 */
import { admissionBugs } from "./bugs_of_admission.ts";
import { appendBugs } from "./bugs_of_append.ts";
import { archiveBugs } from "./bugs_of_archive.ts";
import { bugsOfBytes } from "./bugs_of_bytes.ts";
import { chainBugs } from "./bugs_of_chain.ts";
import { claimBugs } from "./bugs_of_claims.ts";
import { identityBugs } from "./bugs_of_identity.ts";
import { mergeBugs } from "./bugs_of_merges.ts";
import { coldTierBugs } from "./bugs_of_cold_tier.ts";
import { controlBugs } from "./bugs_of_control.ts";
import { copyBugs } from "./bugs_of_copies.ts";
import { diskBugs } from "./bugs_of_the_disk.ts";
import { readingBugs } from "./bugs_of_reading.ts";
import { recoveryBugs } from "./bugs_of_recovery.ts";
import { repairBugs } from "./bugs_of_repair.ts";
import { retentionBugs } from "./bugs_of_retention.ts";
import { runBugs } from "./bugs_of_runs.ts";
import { takeoverBugs } from "./bugs_of_takeover.ts";
import { walkBugs } from "./bugs_of_walks.ts";
import type { PlantedBug } from "./planted_bug.ts";

export const catalogue: ReadonlyArray<PlantedBug> = [
  ...appendBugs,
  ...admissionBugs,
  ...claimBugs,
  ...recoveryBugs,
  ...takeoverBugs,
  ...identityBugs,
  ...bugsOfBytes,
  ...readingBugs,
  ...walkBugs,
  ...runBugs,
  ...mergeBugs,
  ...archiveBugs,
  ...controlBugs,
  ...chainBugs,
  ...coldTierBugs,
  ...copyBugs,
  ...repairBugs,
  ...retentionBugs,
  ...diskBugs,
];
