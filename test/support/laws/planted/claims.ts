/**
 * A till, and bugs that are planted in what it claims.
 *
 * @module
 */
import * as fc from "fast-check";
import { none, type Option, some } from "fp-ts/lib/Option.js";
import { accept, decider, reject } from "../../../../src/decider.ts";
import { deciderLaws, type DeciderSpec, type Law, refines } from "../../../../src/laws/mod.ts";
import type { Planted } from "../planted.ts";

type Laws = () => ReadonlyArray<Law>;

/** A till whose commands have ids, and a limit that two of them can reach. */
interface Till {
  readonly sum: number;
  readonly seen: ReadonlyArray<string>;
  readonly isClosed: boolean;
}
type TillCommand =
  | { readonly type: "Put"; readonly id: string; readonly amount: number }
  | { readonly type: "Close" };
type TillEvent =
  | { readonly type: "Added"; readonly id: string; readonly amount: number }
  | { readonly type: "Closed" };
type TillSpec = DeciderSpec<TillCommand, TillEvent, Till, string>;

const till = decider({
  initialState: { sum: 0, seen: [], isClosed: false },
  decide: (command: TillCommand, { seen, isClosed }) => {
    if (isClosed) return reject("Closed");
    if (command.type === "Close") return accept({ type: "Closed" });
    const { id, amount } = command;
    return seen.includes(id) ? accept() : accept({ type: "Added", id, amount });
  },
  evolve: (state: Till, event: TillEvent): Till =>
    event.type === "Closed"
      ? { ...state, isClosed: true }
      : { ...state, sum: state.sum + event.amount, seen: [...state.seen, event.id] },
});

const put = fc.record({
  type: fc.constant("Put" as const),
  id: fc.string({ minLength: 1, maxLength: 3 }),
  amount: fc.integer({ min: 1, max: 9 }),
});

const tillSpec: TillSpec = {
  name: "till",
  decider: till,
  commands: () =>
    fc.oneof({ withCrossShrink: true }, { weight: 9, arbitrary: put }, {
      weight: 1,
      arbitrary: fc.constant({ type: "Close" as const }),
    }),
  commandId: (command): Option<string> => command.type === "Put" ? some(command.id) : none,
  goal: ({ isClosed }) => isClosed,
  commutes: (one, other) => one.type === "Put" && other.type === "Put" && one.id !== other.id,
};

function tillWith(change: Partial<TillSpec["decider"]>): Laws {
  return () => {
    // All but the claim that is false.
    const { commutes: _, ...rest } = tillSpec;
    const decider = { ...till, ...change };
    return [...deciderLaws({ ...rest, decider }), refines(tillSpec, decider)];
  };
}

export const overclaimingDeciders: ReadonlyArray<Planted> = [
  {
    bug: "a command is remembered only until the next one comes",
    law: "DE20",
    laws: tillWith({
      evolve: (state, event) =>
        event.type === "Added"
          ? { ...till.evolve(state, event), seen: [event.id] }
          : till.evolve(state, event),
    }),
  },
  {
    bug: "a till with more than three entries cannot be closed",
    law: "DE22",
    laws: tillWith({
      decide: (command, state) =>
        command.type === "Close" && state.seen.length > 3
          ? reject("TooFull")
          : till.decide(command, state),
    }),
  },
  {
    bug: "the order in which entries came is kept, and they were declared independent",
    law: "DE23",
    laws: () => deciderLaws(tillSpec),
    isOnly: true,
  },
  {
    bug: "a new version adds one more",
    law: "DE24",
    laws: tillWith({
      decide: (command, state) => {
        const answer = till.decide(command, state);
        return command.type === "Put" && answer._tag === "Right" && answer.right.length > 0
          ? accept({ type: "Added", id: command.id, amount: command.amount + 1 })
          : answer;
      },
    }),
    isOnly: true,
  },
];
