/**
 * The laws of a cart: which commands may come in either order, and a view whose states can be
 * joined.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import {
  deciderLaws,
  type DeciderSpec,
  interleave,
  type Law,
  logsOf,
  viewLaws,
  type ViewSpec,
} from "leftfold/laws";
import {
  type Article,
  type Cart,
  cart,
  type CartCommand,
  type CartEvent,
  cartEvents,
  type CartRejection,
  type Pieces,
  piecesMax,
} from "./decider.ts";
import { secondThoughts } from "./second_thoughts.ts";

const articles: ReadonlyArray<Article> = ["tea", "pot", "cup"];
const checkOut: CartCommand = { type: "CheckOut" };

function lines(
  type: "Put" | "Take",
  article: Article,
  max: number,
): fc.Arbitrary<CartCommand> {
  return fc.integer({ min: 1, max }).map((pieces) => ({ type, article, pieces }));
}

/** Commands that fit: there is room for what is put, and what is taken is there. */
function fitting({ pieces }: Cart): fc.Arbitrary<CartCommand> {
  const puts = articles.filter((article) => pieces[article] < piecesMax)
    .map((article) => lines("Put", article, piecesMax - pieces[article]));
  const takes = articles.filter((article) => pieces[article] > 0)
    .map((article) => lines("Take", article, pieces[article]));
  return fc.oneof({ withCrossShrink: true }, ...puts, ...takes, fc.constant(checkOut));
}

const piecesShape = t.type({ tea: t.number, pot: t.number, cup: t.number });

/** A cart, and what is known of it. */
export const cartSpec: DeciderSpec<CartCommand, CartEvent, Cart, CartRejection> = {
  name: "cart",
  source: { from: "./laws.ts", spec: "cartSpec" },
  decider: cart,
  commands: fitting,
  noise: fc.oneof(
    fc.constant(checkOut),
    fc.record({
      type: fc.constantFrom("Put", "Take"),
      article: fc.constantFrom(...articles),
      pieces: fc.oneof(fc.integer({ min: -2, max: 20 }), fc.double()),
    }),
  ),
  codec: cartEvents,
  state: t.type({ status: t.keyof({ open: null, checkedOut: null }), pieces: piecesShape }),
  invariants: {
    "there are from no pieces to twelve of each article": ({ pieces }) =>
      articles.every((article) => pieces[article] >= 0 && pieces[article] <= piecesMax),
    "nothing is checked out empty": ({ status, pieces }) =>
      status === "open" || articles.some((article) => pieces[article] > 0),
  },
  commutes: (one, other) =>
    one.type !== "CheckOut" && other.type !== "CheckOut" && one.article !== other.article,
  mayDoNothing: () => false,
  expect: {
    events: "all",
    rejections: ["CheckedOut", "NotWhole", "TooMany", "NotThere", "Empty"],
    transitions: ["open --CheckOut--> checkedOut"],
  },
};

/** Two carts that are filled at the same time, in one log. */
const twoCarts: fc.Arbitrary<ReadonlyArray<CartEvent>> = interleave(
  logsOf(cartSpec),
  logsOf(cartSpec),
);

/** What was taken out again, and what is known of it. */
export const secondThoughtsSpec: ViewSpec<CartEvent, Pieces> = {
  name: "second thoughts",
  source: { from: "./laws.ts", spec: "secondThoughtsSpec" },
  view: secondThoughts,
  logs: twoCarts,
  state: piecesShape,
  merge: secondThoughts.merge,
  ignores: ({ type }) => type !== "ArticleTaken",
  invariants: {
    "it never forgets": (pieces, events) => {
      const taken = events.map((event) => event.type === "ArticleTaken" ? event.pieces : 0);
      return pieces.tea + pieces.pot + pieces.cup === taken.reduce((sum, one) => sum + one, 0);
    },
  },
};

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(cartSpec),
  ...viewLaws(secondThoughtsSpec),
];
