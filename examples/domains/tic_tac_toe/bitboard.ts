/**
 * The same game, made fast: who has marked what is two numbers of nine bits.
 *
 * Nobody has to believe that it is the same game. The law of refinement plays both, move by move,
 * and shows the first move at which they part.
 *
 * @module
 */
import { accept, type Decider, reject } from "leftfold";
import type { GameEvent, GameRejection, Play } from "./decider.ts";

/** The marks of X, those of O, and whether it is over. X plays when both have as many. */
export interface Bits {
  readonly X: number;
  readonly O: number;
  readonly isOver: boolean;
}

const all = 0b111_111_111;
const rows = [
  0b000_000_111,
  0b000_111_000,
  0b111_000_000,
  0b001_001_001,
  0b010_010_010,
  0b100_100_100,
  0b100_010_001,
  0b001_010_100,
];

/** One game. */
export const bitGame: Decider<Play, GameEvent, Bits, GameRejection> = {
  initialState: { X: 0, O: 0, isOver: false },
  decide: ({ player, place }, { X, O, isOver }) => {
    if (isOver) return reject("GameOver");
    if (player !== (bitsIn(X) === bitsIn(O) ? "X" : "O")) return reject("NotYourTurn");
    const bit = 1 << place;
    if ((X | O) & bit) return reject("PlaceTaken");
    const marked: GameEvent = { type: "Marked", player, place };
    const own = (player === "X" ? X : O) | bit;
    if (rows.some((row) => (own & row) === row)) return accept(marked, { type: "Won", player });
    return (X | O | bit) === all ? accept(marked, { type: "Drawn" }) : accept(marked);
  },
  evolve: (bits, event) =>
    event.type === "Marked"
      ? { ...bits, [event.player]: bits[event.player] | 1 << event.place }
      : { ...bits, isOver: true },
  isTerminal: ({ isOver }) => isOver,
};

function bitsIn(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + bitsIn(bits >> 1);
}
