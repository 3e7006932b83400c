/**
 * A small decider with all that a law may want: rejections of two shapes, several events for one
 * command, none for another, and an end.
 *
 * @module
 */
import type { Either } from "fp-ts/lib/Either.js";
import fc from "fast-check";
import { accept, type Decider, decider, reject } from "../../src/decider.ts";

export type TankCommand =
  | { readonly type: "Fill"; readonly litres: number }
  | { readonly type: "Check" }
  | { readonly type: "Seal" };
export type TankEvent =
  | { readonly type: "Filled"; readonly litres: number }
  | { readonly type: "Warned" }
  | { readonly type: "Sealed" };
export interface Tank {
  readonly litres: number;
  readonly sealed: boolean;
}
export type TankRejection = "Sealed" | { readonly overflow: number };

const empty: Tank = { litres: 0, sealed: false };

/** Holds ten litres. Warns above seven. */
export const tank: Decider<TankCommand, TankEvent, Tank, TankRejection> = decider({
  initialState: empty,
  decide: (command: TankCommand, state) => {
    switch (command.type) {
      case "Fill": {
        if (state.sealed) return reject("Sealed");
        const litres = state.litres + command.litres;
        if (litres > 10) return reject({ overflow: litres - 10 });
        const filled = { type: "Filled", litres: command.litres } as const;
        return litres > 7 ? accept(filled, { type: "Warned" }) : accept(filled);
      }
      case "Check":
        return accept();
      case "Seal":
        return state.sealed ? reject("Sealed") : accept({ type: "Sealed" });
    }
  },
  evolve: (state: Tank, event: TankEvent): Tank => {
    switch (event.type) {
      case "Filled":
        return { ...state, litres: state.litres + event.litres };
      case "Warned":
        return state;
      case "Sealed":
        return { ...state, sealed: true };
    }
  },
  isTerminal: ({ sealed }) => sealed,
});

export const tankCommand: fc.Arbitrary<TankCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("Fill" as const), litres: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ type: "Check" } as const) },
  { weight: 1, arbitrary: fc.constant({ type: "Seal" } as const) },
);
export const tankEvent: fc.Arbitrary<TankEvent> = fc.oneof(
  fc.record({ type: fc.constant("Filled" as const), litres: fc.nat(5) }),
  fc.constant({ type: "Warned" } as const),
  fc.constant({ type: "Sealed" } as const),
);
export const tankCommands: fc.Arbitrary<ReadonlyArray<TankCommand>> = fc.array(tankCommand);

/** What can be seen of a decider from outside: its answers, and whether it is over after each. */
export interface Seen<Event, Rejection> {
  readonly answer: Either<Rejection, ReadonlyArray<Event>>;
  readonly isOver: boolean;
}

/** What a decider answers to commands, one after the other. */
export function trace<Command, Event, State, Rejection>(
  { decide, evolve, initialState, isTerminal }: Decider<Command, Event, State, Rejection>,
  commands: ReadonlyArray<Command>,
): ReadonlyArray<Seen<Event, Rejection>> {
  let state = initialState;
  return commands.map((command) => {
    const answer = decide(command, state);
    if (answer._tag === "Right") state = answer.right.reduce((s, e) => evolve(s, e), state);
    return { answer, isOver: isTerminal?.(state) ?? false };
  });
}

/** The same with the events said in other words. */
export function mapSeen<Event, Other, Rejection>(
  seen: ReadonlyArray<Seen<Event, Rejection>>,
  f: (event: Event) => Other,
): ReadonlyArray<Seen<Other, Rejection>> {
  return seen.map(({ answer, isOver }) => ({
    answer: answer._tag === "Left"
      ? answer
      : { _tag: "Right", right: answer.right.map((event) => f(event)) },
    isOver,
  }));
}
