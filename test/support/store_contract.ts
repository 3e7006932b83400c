/**
 * The contract of every event store, as claims that can be checked of any of them.
 *
 * A claim opens stores of its own, and fails by throwing. `storeContract` makes tests of all claims;
 * whoever wants to see a claim fail takes them as values from `storeClaims`.
 */
import { describe, test } from "node:test";
import { appendingClaims } from "./contract_appending.ts";
import { concurrencyClaims } from "./contract_concurrency.ts";
import { followingClaims } from "./contract_following.ts";
import { lifeClaims } from "./contract_life.ts";
import { modelClaims } from "./contract_model.ts";
import { readingClaims } from "./contract_reading.ts";
import { refusalClaims } from "./contract_refusals.ts";
import type { Claim, ContractOptions, OpenStore } from "./contract_words.ts";

export type { Claim, ContractOptions, OpenedStore, OpenStore } from "./contract_words.ts";

/** All claims, each under a name of its own. */
export function storeClaims(options: ContractOptions = {}): ReadonlyArray<Claim> {
  return [
    ...appendingClaims,
    ...refusalClaims,
    ...readingClaims,
    ...concurrencyClaims,
    ...followingClaims,
    ...lifeClaims,
    ...modelClaims(options),
  ];
}

/** Registers a test for each claim. */
export function storeContract(name: string, open: OpenStore, options: ContractOptions = {}): void {
  describe(name, () => {
    for (const claim of storeClaims(options)) test(claim.name, () => claim.check(open));
  });
}
