/**
 * fmodel-ts, whose deciders are combined two at a time.
 *
 * @module
 */
import {
  type Account,
  accountCommands,
  type Contact,
  evolveAccount,
  evolveContact,
  evolvePoints,
  type HolderCommand,
  holderCommands,
  type HolderEvent,
  noAccount,
  noContact,
  noPoints,
  type Points,
} from "../ledger.ts";
import { loadPeer } from "../peer.ts";
import { pureSubject } from "../pure.ts";
import type { Subject } from "../subject.ts";

interface FmodelDecider<Command, State, Event> {
  readonly decide: (command: Command, state: State) => ReadonlyArray<Event>;
  readonly evolve: (state: State, event: Event) => State;
  readonly initialState: State;
  readonly combine: <OtherCommand, OtherState, OtherEvent>(
    other: FmodelDecider<OtherCommand, OtherState, OtherEvent>,
  ) => FmodelDecider<Command | OtherCommand, readonly [State, OtherState], Event | OtherEvent>;
}

interface Fmodel {
  readonly Decider: new <Command, State, Event>(
    decide: (command: Command, state: State) => ReadonlyArray<Event>,
    evolve: (state: State, event: Event) => State,
    initialState: State,
  ) => FmodelDecider<Command, State, Event>;
}

/** It has no rejections: a refused command emits nothing. Each decider sees the others' commands. */
export const fmodel: Subject = pureSubject("fmodel-ts", async () => {
  const { Decider } = await loadPeer<Fmodel>("@fraktalio/fmodel-ts");
  const one = new Decider<HolderCommand, Account, HolderEvent>(
    (command, { balance }) => {
      if (command.type === "Deposit") return [{ type: "Deposited", amount: command.amount }];
      if (command.type !== "Withdraw" || command.amount > balance) return [];
      return [{ type: "Withdrawn", amount: command.amount }];
    },
    (state, event) =>
      event.type === "Deposited" || event.type === "Withdrawn"
        ? evolveAccount(state, event)
        : state,
    noAccount,
  );
  const two = new Decider<HolderCommand, Points, HolderEvent>(
    (command, state) => {
      if (command.type === "Earn") return [{ type: "Earned", points: command.points }];
      if (command.type !== "Spend" || command.points > state.points) return [];
      return [{ type: "Spent", points: command.points }];
    },
    (state, event) =>
      event.type === "Earned" || event.type === "Spent" ? evolvePoints(state, event) : state,
    noPoints,
  );
  const three = new Decider<HolderCommand, Contact, HolderEvent>(
    (command) => command.type === "Move" ? [{ type: "Moved", street: command.street }] : [],
    (state, event) => event.type === "Moved" ? evolveContact(state, event) : state,
    noContact,
  );
  return {
    decideOne: () => folding(one, accountCommands()),
    decideThree: () => folding(one.combine(two).combine(three), holderCommands()),
  };
});

function folding<Command extends HolderCommand, State, Event>(
  { decide, evolve, initialState }: FmodelDecider<Command, State, Event>,
  commands: ReadonlyArray<Command>,
): () => number {
  const states = new Map<string, State>();
  return () => {
    for (const command of commands) {
      let state = states.get(command.holder) ?? initialState;
      for (const event of decide(command, state)) state = evolve(state, event);
      states.set(command.holder, state);
    }
    return commands.length;
  };
}
