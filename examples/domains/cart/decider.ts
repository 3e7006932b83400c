/**
 * A shopping cart, whose commands may come in either order, and which says so.
 *
 * Two people who fill one cart get into each other's way only if they take the same article. That
 * is why the limit is one of each article: a limit of the whole cart would make every two commands
 * depend on their order, and the law of commuting decisions shows the two that do.
 *
 * @module
 */
import * as t from "io-ts";
import { accept, type Decider, eventCodec, reject, schema, type TaggedEventCodec } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is sold. */
export type Article = "tea" | "pot" | "cup";

/** How many pieces of each article. */
export type Pieces = Readonly<Record<Article, number>>;

/** What somebody asks of a cart. */
export type CartCommand =
  | { readonly type: "Put"; readonly article: Article; readonly pieces: number }
  | { readonly type: "Take"; readonly article: Article; readonly pieces: number }
  | { readonly type: "CheckOut" };

/** What happens to a cart. */
export type CartEvent =
  | { readonly type: "ArticlePut"; readonly article: Article; readonly pieces: number }
  | { readonly type: "ArticleTaken"; readonly article: Article; readonly pieces: number }
  | { readonly type: "CheckedOut" };

/** A cart. */
export interface Cart {
  readonly status: "open" | "checkedOut";
  readonly pieces: Pieces;
}

/** Why not. */
export type CartRejection =
  | { readonly reason: "CheckedOut" }
  | { readonly reason: "NotWhole"; readonly found: number }
  | { readonly reason: "TooMany"; readonly article: Article; readonly room: number }
  | { readonly reason: "NotThere"; readonly article: Article; readonly there: number }
  | { readonly reason: "Empty" };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The most pieces of one article. */
export const piecesMax = 12;

const nothing: Pieces = { tea: 0, pot: 0, cup: 0 };

/** One cart. It is over when it is checked out. */
export const cart: Decider<CartCommand, CartEvent, Cart, CartRejection> = {
  initialState: { status: "open", pieces: nothing },
  decide: (command, { status, pieces: there }) => {
    if (status === "checkedOut") return reject({ reason: "CheckedOut" });
    if (command.type === "CheckOut") {
      const isEmpty = Object.values(there).every((pieces) => pieces === 0);
      return isEmpty ? reject({ reason: "Empty" }) : accept({ type: "CheckedOut" });
    }
    const { article, pieces } = command;
    if (!Number.isInteger(pieces) || pieces < 1) {
      return reject({ reason: "NotWhole", found: pieces });
    }
    switch (command.type) {
      case "Put": {
        const room = piecesMax - there[article];
        return pieces > room
          ? reject({ reason: "TooMany", article, room })
          : accept({ type: "ArticlePut", article, pieces });
      }
      case "Take":
        return pieces > there[article]
          ? reject({ reason: "NotThere", article, there: there[article] })
          : accept({ type: "ArticleTaken", article, pieces });
    }
  },
  evolve: (state, event) => {
    const { pieces } = state;
    switch (event.type) {
      case "ArticlePut":
        return { ...state, pieces: withMore(pieces, event.article, event.pieces) };
      case "ArticleTaken":
        return { ...state, pieces: withMore(pieces, event.article, -event.pieces) };
      case "CheckedOut":
        return { ...state, status: "checkedOut" };
    }
  },
  isTerminal: ({ status }) => status === "checkedOut",
};

function withMore(pieces: Pieces, article: Article, more: number): Pieces {
  return { ...pieces, [article]: pieces[article] + more };
}

const line = t.type({
  article: t.keyof({ tea: null, pot: null, cup: null }),
  pieces: t.number,
});

/** The names, the checks and the stored form of the events. */
export const cartEvents: TaggedEventCodec<CartEvent> = eventCodec({
  ArticlePut: schema(1, line),
  ArticleTaken: schema(1, line),
  CheckedOut: schema(1),
});
