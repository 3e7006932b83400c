import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, given } from "leftfold";
import { describeLaws, explore, refines } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { bitGame } from "../../../examples/domains/tic_tac_toe/bitboard.ts";
import { game, type GameEvent } from "../../../examples/domains/tic_tac_toe/decider.ts";
import { everyGame, gameSpec, laws } from "../../../examples/domains/tic_tac_toe/laws.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

describe("tic-tac-toe", () => {
  it("is looked at whole: nothing breaks on any board that can be reached", () => {
    const { states, depth, isComplete, broken, deadEvents } = everyGame();
    assert.deepEqual({ states, depth, isComplete, broken, deadEvents }, {
      states: 5_478,
      depth: 9,
      isComplete: true,
      broken: [],
      deadEvents: [],
    });
  });

  it("shows the shortest way to each end", () => {
    const { events } = everyGame();
    assert.equal(events.get("Won")?.length, 5);
    assert.equal(events.get("Drawn")?.length, 9);
  });

  it("shows the shortest game in which a rule is missing", () => {
    const endless = explore({
      ...gameSpec,
      decider: { ...game, evolve: (state, e) => e.type === "Won" ? state : game.evolve(state, e) },
    }, { depth: 6 });
    assert.equal(endless.broken[0]?.what, "nobody loses who has a row");
    assert.equal(endless.broken[0]?.commands.length, 6);
  });

  it("is won with a row", () => {
    const marked = (player: "X" | "O", place: 0 | 1 | 2 | 3 | 4): GameEvent => (
      { type: "Marked", player, place }
    );
    given(game, marked("X", 0), marked("O", 3), marked("X", 1), marked("O", 4))
      .when({ type: "Play", player: "X", place: 2 })
      .thenEvents({ type: "Marked", player: "X", place: 2 }, { type: "Won", player: "X" });
  });
});

describePlanted("planted bugs: a bitboard", [
  {
    bug: "whoever fills the board with a row has drawn",
    law: "DE24",
    laws: () => [refines(gameSpec, {
      ...bitGame,
      decide: (command, bits) => {
        const decision = bitGame.decide(command, bits);
        const isFull = (bits.X | bits.O | 1 << command.place) === 0b111_111_111;
        return decision._tag === "Right" && isFull
          ? accept(decision.right[0]!, { type: "Drawn" })
          : decision;
      },
    })],
  },
]);
