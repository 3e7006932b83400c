/**
 * The laws of tic-tac-toe: every board there is, and two deciders that play the same game.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import {
  deciderLaws,
  type DeciderSpec,
  type Exploration,
  explore,
  type Law,
  refines,
} from "leftfold/laws";
import { bitGame } from "./bitboard.ts";
import {
  type Game,
  game,
  type GameEvent,
  gameEvents,
  type GameRejection,
  hasRow,
  isOver,
  type Place,
  places,
  type Play,
  type Player,
} from "./decider.ts";

const players: ReadonlyArray<Player> = ["X", "O"];

function play(player: Player, place: Place): Play {
  return { type: "Play", player, place };
}

/** Moves that fit: whose turn it is marks a free cell. When it is over, nobody has one. */
function fitting({ cells, status }: Game): fc.Arbitrary<Play> {
  const player = status === "O plays" ? "O" : "X";
  const free = places.filter((place) => cells[place] === null);
  return fc.constantFrom(...free.length > 0 ? free : places).map((place) => play(player, place));
}

/** A game, and what is known of it. */
export const gameSpec: DeciderSpec<Play, GameEvent, Game, GameRejection> = {
  name: "tic-tac-toe",
  source: { from: "./laws.ts", spec: "gameSpec" },
  decider: game,
  commands: fitting,
  noise: fc.record({
    type: fc.constant("Play"),
    player: fc.constantFrom(...players),
    place: fc.constantFrom(...places),
  }),
  codec: gameEvents,
  state: t.type({
    cells: t.readonlyArray(t.union([t.null, t.keyof({ X: null, O: null })])),
    status: t.keyof({
      "X plays": null,
      "O plays": null,
      "X won": null,
      "O won": null,
      drawn: null,
    }),
  }),
  invariants: {
    "they take turns, and X began": ({ cells }) => {
      const [x, o] = players.map((player) => cells.filter((cell) => cell === player).length);
      return x === o || x === o! + 1; // there are two players
    },
    "nobody loses who has a row": ({ cells }) => !players.every((player) => hasRow(cells, player)),
  },
  goal: ({ status }) => isOver(status),
  mayDoNothing: () => false,
  eventsMax: 2,
  expect: {
    events: "all",
    rejections: ["GameOver", "NotYourTurn", "PlaceTaken"],
    states: ["X won", "O won", "drawn"],
  },
};

/** Every game that can be played, whoever plays whatever. */
export function everyGame(): Exploration<Play> {
  return explore(gameSpec, {
    menu: () => players.flatMap((player) => places.map((place) => play(player, place))),
    depth: 10,
    key: ({ cells }) => cells.map((cell) => cell ?? "-").join(""),
  });
}

export const laws: ReadonlyArray<Law> = [...deciderLaws(gameSpec), refines(gameSpec, bitGame)];
