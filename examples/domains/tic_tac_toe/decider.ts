/**
 * Tic-tac-toe: a domain so small that all of it can be looked at.
 *
 * Most domains are sampled. This one has 5,478 boards, and `explore` meets them all in a moment:
 * what it says is no longer likely but so, for every game that can be played.
 *
 * @module
 */
import * as t from "io-ts";
import { accept, type Decider, eventCodec, reject, schema, type TaggedEventCodec } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** X begins. */
export type Player = "X" | "O";

/**
 * A place on the board, row by row. It is no `number`: with that, a law found the place -0, which
 * is the first one to a list, and which no JSON keeps.
 */
export type Place = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A player marks a place. */
export interface Play {
  readonly type: "Play";
  readonly player: Player;
  readonly place: Place;
}

/** What happens in a game. */
export type GameEvent =
  | { readonly type: "Marked"; readonly player: Player; readonly place: Place }
  | { readonly type: "Won"; readonly player: Player }
  | { readonly type: "Drawn" };

/** A cell: who has marked it. */
export type Cell = Player | null;

/** A game: the nine cells, and how it stands. */
export interface Game {
  readonly cells: ReadonlyArray<Cell>;
  readonly status: "X plays" | "O plays" | "X won" | "O won" | "drawn";
}

/** Why not. */
export type GameRejection = "GameOver" | "NotYourTurn" | "PlaceTaken";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** All places. */
export const places: ReadonlyArray<Place> = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const rows: ReadonlyArray<readonly [Place, Place, Place]> = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
];

/** One game. */
export const game: Decider<Play, GameEvent, Game, GameRejection> = {
  initialState: { cells: Array<Cell>(9).fill(null), status: "X plays" },
  decide: ({ player, place }, { cells, status }) => {
    if (isOver(status)) return reject("GameOver");
    if (status !== `${player} plays`) return reject("NotYourTurn");
    if (cells[place] !== null) return reject("PlaceTaken");
    const marked: GameEvent = { type: "Marked", player, place };
    const after = withMark(cells, place, player);
    if (hasRow(after, player)) return accept(marked, { type: "Won", player });
    return after.includes(null) ? accept(marked) : accept(marked, { type: "Drawn" });
  },
  evolve: ({ cells }, event) => {
    switch (event.type) {
      case "Marked":
        return {
          cells: withMark(cells, event.place, event.player),
          status: event.player === "X" ? "O plays" : "X plays",
        };
      case "Won":
        return { cells, status: `${event.player} won` };
      case "Drawn":
        return { cells, status: "drawn" };
    }
  },
  isTerminal: ({ status }) => isOver(status),
};

function withMark(cells: Game["cells"], place: Place, player: Player): Game["cells"] {
  return cells.map((cell, at) => at === place ? player : cell);
}

const player = t.keyof({ X: null, O: null });
const place = t.union([
  t.literal(0),
  t.literal(1),
  t.literal(2),
  t.literal(3),
  t.literal(4),
  t.literal(5),
  t.literal(6),
  t.literal(7),
  t.literal(8),
]);

/** The names, the checks and the stored form of the events. */
export const gameEvents: TaggedEventCodec<GameEvent> = eventCodec({
  Marked: schema(1, t.type({ player, place })),
  Won: schema(1, t.type({ player })),
  Drawn: schema(1),
});

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether a player has three in a row. */
export function hasRow(cells: ReadonlyArray<Cell>, player: Player): boolean {
  return rows.some((row) => row.every((place) => cells[place] === player));
}

/** Whether nobody plays any more. */
export function isOver(status: Game["status"]): boolean {
  return status !== "X plays" && status !== "O plays";
}
