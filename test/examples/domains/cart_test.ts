import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { given, reject } from "leftfold";
import { deciderLaws, describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { cart, type CartEvent, piecesMax } from "../../../examples/domains/cart/decider.ts";
import { cartSpec, laws } from "../../../examples/domains/cart/laws.ts";
import { secondThoughts } from "../../../examples/domains/cart/second_thoughts.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

const put: CartEvent = { type: "ArticlePut", article: "tea", pieces: 10 };
const taken: CartEvent = { type: "ArticleTaken", article: "tea", pieces: 4 };

describe("a cart", () => {
  it("has room for twelve pieces of each article", () => {
    const full = { reason: "TooMany", article: "tea", room: 2 } as const;
    given(cart, put).when({ type: "Put", article: "tea", pieces: 3 }).thenRejected(full);
    given(cart, put).when({ type: "Put", article: "pot", pieces: 12 }).thenEvents({
      type: "ArticlePut",
      article: "pot",
      pieces: 12,
    });
  });

  it("tells what was taken out again", () => {
    const state = [put, taken].reduce(secondThoughts.evolve, secondThoughts.initialState);
    assert.deepEqual(state, { tea: 4, pot: 0, cup: 0 });
  });
});

describePlanted("planted bugs: a cart", [
  {
    bug: "the limit is one of the whole cart, so that every two commands depend on their order",
    law: "DE23",
    laws: () =>
      deciderLaws({
        ...cartSpec,
        decider: {
          ...cart,
          decide: (command, state) => {
            const { tea, pot, cup } = state.pieces;
            return command.type === "Put" && tea + pot + cup + command.pieces > piecesMax
              ? reject({ reason: "TooMany", article: command.article, room: 0 })
              : cart.decide(command, state);
          },
        },
      }),
  },
]);
