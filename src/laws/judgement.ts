/**
 * Judgements: what a law says of one case.
 *
 * @module
 */
import type { Step as PathStep } from "../display.ts";
import { differenceOf } from "../equality.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a law says of a case. */
export type Judgement =
  | { readonly _tag: "Held" }
  /** The case has nothing that the law speaks of. A law that only ever skips is vacuous. */
  | { readonly _tag: "Skipped"; readonly why: string }
  /** Nobody can tell here: the platform lacks what the law needs. This is not held against the law. */
  | { readonly _tag: "Unable"; readonly why: string }
  | { readonly _tag: "Broken"; readonly finding: Finding };

/** How a case breaks a law. */
export interface Finding {
  /** What is wrong, in a sentence without its full stop. */
  readonly words: string;
  /** The step of the history at which it shows, from 0; the last one if left out. */
  readonly step?: number;
  /** Where wanted and found part. */
  readonly path?: ReadonlyArray<PathStep>;
  readonly wanted?: unknown;
  readonly found?: unknown;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The law holds of the case. */
export const held: Judgement = { _tag: "Held" };

/**
 * The law has nothing to say of the case, and why.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { skipped } from "leftfold/laws";
 *
 * assert.deepEqual(skipped("no event"), { _tag: "Skipped", why: "no event" });
 * ```
 */
export function skipped(why: string): Judgement {
  return { _tag: "Skipped", why };
}

/**
 * The law cannot be checked on this platform, and why.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { unable } from "leftfold/laws";
 *
 * assert.equal(unable("there is no clock here")._tag, "Unable");
 * ```
 */
export function unable(why: string): Judgement {
  return { _tag: "Unable", why };
}

/**
 * The case breaks the law, and how.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { broken } from "leftfold/laws";
 *
 * assert.deepEqual(broken("it is large", { step: 2 }), { _tag: "Broken", finding: { words: "it is large", step: 2 } });
 * ```
 */
export function broken(words: string, rest: Omit<Finding, "words"> = {}): Judgement {
  return { _tag: "Broken", finding: { words, ...rest } };
}

/**
 * Held if two values say the same; else broken where they part.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { same } from "leftfold/laws";
 *
 * assert.equal(same([1], [1], "they differ")._tag, "Held");
 * assert.equal(same([1], [2], "they differ")._tag, "Broken");
 * ```
 */
export function same(
  wanted: unknown,
  found: unknown,
  words: string,
  rest: Pick<Finding, "step"> = {},
): Judgement {
  const difference = differenceOf(wanted, found);
  if (difference === undefined) return held;
  const { path, left, right } = difference;
  return broken(words, { ...rest, path, wanted: left, found: right });
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/**
 * The judgement on several parts of a case, in order: the first that is broken; else held if one of
 * them holds; else skipped.
 */
export function firstBroken(
  parts: Iterable<Judgement>,
  nothing = "nothing the law speaks of",
): Judgement {
  let isHeld = false;
  for (const part of parts) {
    if (part._tag === "Broken") return part;
    if (part._tag === "Held") isHeld = true;
  }
  return isHeld ? held : skipped(nothing);
}
