/**
 * Two deciders side by side, and bugs that are planted in what puts them together.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { none, some } from "fp-ts/lib/Option.js";
import { accept, composeAll, type Decider, decider, reject } from "../../../../src/decider.ts";
import { compositionLaws, type DeciderSpec, type Law } from "../../../../src/laws/mod.ts";
import type { Planted } from "../planted.ts";

type LampCommand = { readonly type: "Light" } | { readonly type: "Darken" };
type LampEvent = { readonly type: "Lit" } | { readonly type: "Darkened" };
type DoorCommand = { readonly type: "Open" } | { readonly type: "Shut" };
type DoorEvent = { readonly type: "Opened" } | { readonly type: "Shut" };
interface Lamp {
  readonly on: boolean;
  readonly count: number;
}
interface Door {
  readonly isOpen: boolean;
  readonly count: number;
}

const lamp = decider({
  initialState: { on: false, count: 0 },
  decide: ({ type }: LampCommand, { on }) => {
    if (type === "Light") return on ? reject("Already") : accept({ type: "Lit" });
    return type === "Darken" ? on ? accept({ type: "Darkened" }) : reject("Already") : accept();
  },
  evolve: (state: Lamp, { type }: LampEvent): Lamp =>
    type === "Lit" || type === "Darkened" ? { on: type === "Lit", count: state.count + 1 } : state,
});
const door = decider({
  initialState: { isOpen: false, count: 0 },
  decide: ({ type }: DoorCommand, { isOpen }) => {
    if (type === "Open") return isOpen ? reject("Already") : accept({ type: "Opened" });
    return type === "Shut" ? isOpen ? accept({ type: "Shut" }) : reject("Already") : accept();
  },
  evolve: (state: Door, { type }: DoorEvent): Door =>
    type === "Opened" || type === "Shut"
      ? { isOpen: type === "Opened", count: state.count + 1 }
      : state,
});

const lampSpec: DeciderSpec<LampCommand, LampEvent, Lamp, string> = {
  name: "lamp",
  decider: lamp,
  commands: () => fc.constantFrom({ type: "Light" }, { type: "Darken" }),
};
const doorSpec: DeciderSpec<DoorCommand, DoorEvent, Door, string> = {
  name: "door",
  decider: door,
  commands: () => fc.constantFrom({ type: "Open" }, { type: "Shut" }),
};

type Both = Decider<
  readonly ["lamp", LampCommand] | readonly ["door", DoorCommand],
  readonly ["lamp", LampEvent] | readonly ["door", DoorEvent],
  { readonly lamp: Lamp; readonly door: Door },
  string
>;
const good: Both = composeAll({ lamp, door });

/** The laws of the lamp and the door side by side, in another composition. */
export function composed(change: Partial<Both>): () => ReadonlyArray<Law> {
  return () =>
    compositionLaws({
      name: "lamp and door",
      decider: { ...good, ...change },
      left: {
        spec: lampSpec,
        command: (command) => ["lamp", command] as const,
        event: ([key, event]) => key === "lamp" ? some(event) : none,
        state: (state) => state.lamp,
      },
      right: {
        spec: doorSpec,
        command: (command) => ["door", command] as const,
        event: ([key, event]) => key === "door" ? some(event) : none,
        state: (state) => state.door,
      },
    });
}

/**
 * Both parts are given every command and every event, and their states are merged into one object:
 * the shape of a `combine` that casts unions to intersections.
 */
const unionCast: Decider<
  LampCommand | DoorCommand,
  LampEvent | DoorEvent,
  Lamp & Door,
  string
> = {
  initialState: { ...lamp.initialState, ...door.initialState },
  decide: (command, state) => {
    // The casts are the bug.
    const left = lamp.decide(command as LampCommand, state);
    const right = door.decide(command as DoorCommand, state);
    if (E.isLeft(left)) return left;
    if (E.isLeft(right)) return right;
    return E.right([...left.right, ...right.right]);
  },
  evolve: (state, event) => ({
    ...lamp.evolve(state, event as LampEvent),
    ...door.evolve(state, event as DoorEvent),
  }),
};

/** The laws of the lamp and the door, merged by the cast. */
export function mergedLaws(): ReadonlyArray<Law> {
  return compositionLaws({
    name: "lamp and door, merged",
    decider: unionCast,
    left: {
      spec: lampSpec,
      command: (command) => command,
      event: (event) => event.type === "Lit" || event.type === "Darkened" ? some(event) : none,
      state: ({ on, count }) => ({ on, count }),
    },
    right: {
      spec: doorSpec,
      command: (command) => command,
      event: (event) => event.type === "Opened" || event.type === "Shut" ? some(event) : none,
      state: ({ isOpen, count }) => ({ isOpen, count }),
    },
  });
}

export const brokenCombinators: ReadonlyArray<Planted> = [
  {
    bug: "what a part rejects is accepted as nothing",
    law: "CB1",
    laws: composed({
      decide: (command, state) => {
        const answer = good.decide(command, state);
        return E.isLeft(answer) ? E.right([]) : answer;
      },
    }),
    isOnly: true,
  },
  {
    bug: "a part is told of its first event only",
    law: "CB2",
    laws: composed({
      evolve: (state, event) => {
        const then = good.evolve(state, event);
        return { ...then, lamp: { ...then.lamp, count: Math.min(1, then.lamp.count) } };
      },
    }),
    isOnly: true,
  },
  {
    bug: "an event of one part counts for the other",
    law: "CB3",
    laws: composed({
      evolve: (state, event) => {
        const then = good.evolve(state, event);
        return event[0] === "lamp"
          ? { ...then, door: { ...then.door, count: then.door.count + 1 } }
          : then;
      },
    }),
  },
  {
    bug: "an event of one part is told to both",
    law: "CB4",
    laws: composed({
      decide: (command, state) => {
        const answer = good.decide(command, state);
        if (E.isLeft(answer) || command[0] !== "lamp") return answer;
        return E.right([...answer.right, ["door", { type: "Opened" }]]);
      },
    }),
  },
];
