/**
 * All laws of a store, in the order in which a reader may want to know them.
 *
 * @module
 */
import { appendingLaws } from "./laws/appending.ts";
import { archivingLaws } from "./laws/archiving.ts";
import { besideLaws } from "./laws/beside.ts";
import { crashingLaws } from "./laws/crashing.ts";
import { fidelityLaws } from "./laws/fidelity.ts";
import { followingLaws } from "./laws/following.ts";
import { interleavingLaws } from "./laws/interleaving.ts";
import { lifeLaws } from "./laws/life.ts";
import { readingLaws } from "./laws/reading.ts";
import { refusalLaws } from "./laws/refusals.ts";
import { repeatingLaws } from "./laws/repeating.ts";
import { retainingLaws } from "./laws/retaining.ts";
import { togetherLaws } from "./laws/together.ts";
import type { StoreLaw } from "./law.ts";
import { randomHistoryLaws } from "./model/random_histories.ts";

/**
 * The laws of every store, as values: each has an id that stays, a title, a reason, the capability
 * that it needs, and a check. {@linkcode checkConformance} runs those that concern a store.
 *
 * @example The laws that are asked only of a store that lasts
 * ```ts
 * import assert from "node:assert/strict";
 * import { storeLaws } from "leftfold/conformance";
 *
 * const [law] = storeLaws.filter(({ needs }) => needs.includes("reopen"));
 * assert.equal(law?.title, "a store that is opened again is the same");
 * ```
 */
export const storeLaws: ReadonlyArray<StoreLaw> = [
  ...appendingLaws,
  ...repeatingLaws,
  ...fidelityLaws,
  ...refusalLaws,
  ...readingLaws,
  ...togetherLaws,
  ...followingLaws,
  ...lifeLaws,
  ...besideLaws,
  ...crashingLaws,
  ...archivingLaws,
  ...retainingLaws,
  ...randomHistoryLaws,
  ...interleavingLaws,
];
