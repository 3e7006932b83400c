/**
 * What customers put into their carts and took out again: a view over all carts.
 *
 * It is a sum, so it says nothing of its own: the monoid has the empty state, the step, and how the
 * states of two stretches of the log are joined. A rebuild may therefore be shared by workers.
 *
 * @module
 */
import * as M from "fp-ts/lib/Monoid.js";
import * as N from "fp-ts/lib/number.js";
import type { Mergeable } from "leftfold";
import { foldMap } from "leftfold/view";
import type { CartEvent, Pieces } from "./decider.ts";

const sum = M.struct<Pieces>({ tea: N.MonoidSum, pot: N.MonoidSum, cup: N.MonoidSum });

/** How many pieces of each article were taken out of carts again. */
export const secondThoughts: Mergeable<CartEvent, Pieces> = foldMap(sum)((event: CartEvent) =>
  event.type === "ArticleTaken" ? { ...sum.empty, [event.article]: event.pieces } : sum.empty
);
